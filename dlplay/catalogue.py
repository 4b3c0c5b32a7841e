"""Finds architectures, data sets and recipes by looking into their folders: a file dropped there is in the catalogue.

The files of `dlplay/models/` hold a card (story, config, record) and below it the code, which needs torch. Pages and
links need the card alone, and torch takes a second to import. So a model file is executed in two parts: importing it
runs the lines above its first import of torch, or of a layer made of torch; the rest runs in the same module the first
time a name from there is wanted (`dlplay.models.mlp.MLP`). To a reader, a type checker and a debugger it is one
ordinary file.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.abc
import importlib.machinery
import pkgutil
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

LAYERS = Path(__file__).parent / "layers"


def modules(package: str) -> list[ModuleType]:
    """Every module in a package, by name; of model files the card only."""
    home = importlib.import_module(package)
    names = sorted(entry.name for entry in pkgutil.iter_modules(home.__path__) if not entry.name.startswith("_"))
    return [importlib.import_module(f"{package}.{name}") for name in names]


def slug(module: ModuleType) -> str:
    """The short name in links: `dlplay.models.mlp` is "mlp"."""
    return module.__name__.rpartition(".")[2].replace("_", "-")


def cards_first(package: str) -> None:
    """From now on the modules of this package run their card on import and their code when it is wanted."""
    sys.meta_path.insert(0, _CardFinder(package))


class _CardFinder(importlib.abc.MetaPathFinder):
    def __init__(self, package: str):
        self.package = package

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if name.rpartition(".")[0] != self.package:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _CardLoader(spec.loader.name, spec.loader.path)
        return spec


class _CardLoader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        card, code = _halves(self.get_data(self.path), self.path)
        exec(card, module.__dict__)
        module.__dict__["_code"], module.__dict__["_lock"] = code, threading.RLock()
        module.__class__ = _CardModule


class _CardModule(ModuleType):
    """A module whose code half has not run yet, or has."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        with self.__dict__["_lock"]:
            code, self.__dict__["_code"] = self.__dict__["_code"], None
            if code is not None:
                exec(code, self.__dict__)
        if name in self.__dict__:
            return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def _halves(source: bytes, path: str) -> tuple[CodeType, CodeType]:
    """A file's statements above its first import of torch, or of a layer that needs it, and the others."""
    tree = ast.parse(source, path)
    first = next((i for i, statement in enumerate(tree.body) if _needs_torch(statement)), len(tree.body))
    card, code = ast.Module(tree.body[:first], []), ast.Module(tree.body[first:], [])
    if any(isinstance(s, ast.ImportFrom) and s.module == "__future__" for s in card.body):
        flags = __import__("__future__").annotations.compiler_flag
    else:
        flags = 0
    return (
        compile(card, path, "exec", flags, dont_inherit=True),
        compile(code, path, "exec", flags, dont_inherit=True),
    )


def _needs_torch(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
    elif isinstance(statement, ast.ImportFrom):
        names = [statement.module or "", *(f"{statement.module}.{alias.name}" for alias in statement.names)]
    else:
        return False
    return any(name.partition(".")[0] == "torch" or _is_made_of_torch(name) for name in names)


@functools.cache
def _is_made_of_torch(name: str) -> bool:
    """Whether a module of `dlplay.layers` imports torch, found by reading it."""
    file = LAYERS / f"{name.removeprefix('dlplay.layers.')}.py"
    if not name.startswith("dlplay.layers.") or not file.is_file():
        return False
    return any(map(_needs_torch, ast.parse(file.read_bytes()).body))
