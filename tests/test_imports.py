"""Who may import whom: the server holds no Streamlit outside its pages, and no torch anywhere."""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "dlplay").rglob("*.py")])
SERVER = ("app", "pages.", "dlplay.ui.", "dlplay.figures.", "dlplay.data.")
SERVER_FILES = {
    f"dlplay.{name}"
    for name in (
        *("config", "experiment", "link", "dataset", "architecture", "catalogue", "recipe", "frame"),
        *("runs.engine", "runs.run", "runs.manager", "runs.history"),
    )
}
HEAVY = {"torch", "captum"}
FOR_MODELS = ("dlplay.layers", "dlplay.tap", "dlplay.config", "dlplay.architecture", "dlplay.dataset")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in CODE}


@functools.cache
def imports(module: str, *, lazy: bool) -> frozenset[str]:
    """The modules a file imports: at import time, or with `lazy` also those inside functions. Types alone do not count.

    Of a model's file only the card counts, which is what the server executes.
    """
    body = ast.parse(FILES[module].read_text()).body
    if module.startswith("dlplay.models."):
        body = body[: next((i for i, s in enumerate(body) if top_levels(s) & HEAVY), len(body))]
    return frozenset(name for statement in body for name in _found(statement, lazy))


def _found(node: ast.AST, lazy: bool) -> Iterator[str]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not lazy:
        return
    yield from named(node)
    for child in ast.iter_child_nodes(node):
        yield from _found(child, lazy)


def named(node: ast.AST) -> Iterator[str]:
    """What an import statement names, modules of ours in full: `from dlplay.runs import run` is dlplay.runs.run."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (full for alias in node.names if (full := f"{node.module}.{alias.name}") in FILES)


def top_levels(node: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in named(node)}


def reached(module: str) -> dict[str, str]:
    """Every module of ours that is imported with this one, and by whom."""
    found, waiting = {module: ""}, [module]
    while waiting:
        importer = waiting.pop()
        wanted = imports(importer, lazy=False)
        packages = {name.rpartition(".")[0] for name in {*wanted, importer} if "." in name}
        for name in (wanted | packages) & FILES.keys():
            if name not in found:
                found[name] = importer
                waiting.append(name)
    return found


SERVER_SIDE = sorted(name for name in FILES if name.startswith(SERVER) or name in SERVER_FILES)


def test_streamlit_stays_in_the_pages() -> None:
    using = {name for name in FILES if any(n.partition(".")[0] == "streamlit" for n in imports(name, lazy=True))}
    assert not {name for name in using if not name.startswith(("app", "pages.", "dlplay.ui"))}


@pytest.mark.parametrize("module", SERVER_SIDE)
def test_no_torch_is_reached_from_the_server(module: str) -> None:
    for name, importer in reached(module).items():
        heavy = {n for n in imports(name, lazy=True) if n.partition(".")[0] in HEAVY}
        assert not heavy, f"{name} (imported by {importer or 'nobody'}) imports {', '.join(heavy)}"


@pytest.mark.parametrize("module", sorted(name for name in FILES if name.startswith("dlplay.models.")))
def test_models_know_only_what_they_are_made_of(module: str) -> None:
    tree = ast.parse(FILES[module].read_text())
    ours = {name for node in ast.walk(tree) for name in named(node) if name.startswith("dlplay")}
    assert not {name for name in ours if not name.startswith(FOR_MODELS)}


def test_importing_the_server_leaves_torch_out() -> None:
    script = (
        "import sys, dlplay.ui.server, dlplay.link\n"
        "from dlplay.architecture import architectures\n"
        "from dlplay.dataset import datasets\n"
        "dlplay.link.read(dlplay.link.write(dlplay.link.read('model=cnn&data=digits')))\n"
        "assert architectures() and datasets()\n"
        "print(sorted({'torch', 'captum', 'sklearn'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split("\n")[-2] == "[]"


def test_everything_imported_is_pinned() -> None:
    pinned = set(re.findall(r"^([\w-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    homes = importlib.metadata.packages_distributions()
    used = {n.partition(".")[0] for path in CODE for node in ast.walk(ast.parse(path.read_text())) for n in named(node)}
    foreign = used - sys.stdlib_module_names - {"dlplay"}
    assert not {name for name in foreign if not {home.lower() for home in homes.get(name, [])} & pinned}
