"""The architecture the README shows, dropped into a copy of the project: what a newcomer would do first."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]


def source() -> str:
    """The complete file that the README prints under "Add an architecture"."""
    section = (ROOT / "README.md").read_text().partition("## Add an architecture")[2]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found, "README.md shows no architecture"
    return found[1]


def copy(folder: Path) -> Path:
    """A copy of the project in `folder`, with the README's file in its `dlplay/models/`, and nothing else changed."""
    for name in ("dlplay", "pages", "assets", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", folder)
    (folder / "dlplay" / "models" / "bumps.py").write_text(source())
    return folder
