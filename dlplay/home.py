"""Where dlplay keeps what it writes: runs, and data that was fetched."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """DLPLAY_HOME, or .cache/dlplay in the user's home."""
    return Path(os.environ.get("DLPLAY_HOME") or Path.home() / ".cache" / "dlplay")
