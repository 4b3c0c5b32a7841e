"""What a run leaves on disk, so that its link finds it again: a record, its history, its snapshots.

DLPLAY_HOME/runs/<id>/run.json      experiment, state, visitor, pace, pins
                      history.npz   losses and measurements so far
                      snapshots/    the worker's (`dlplay.training.snapshots`)
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dlplay.training import snapshots

IDENTITY = re.compile(r"[A-Za-z0-9_-]{16}")


class Folder:
    """The folder of one run."""

    def __init__(self, path: Path):
        self.path = path
        self.snapshots = path / "snapshots"
        self.history = path / "history.npz"
        self._record = path / "run.json"

    def create(self) -> None:
        self.snapshots.mkdir(parents=True, exist_ok=True)

    def write(self, record: Mapping[str, Any]) -> None:
        """Replaces the record, whole or not at all."""
        draft = self._record.with_suffix(".draft")
        draft.write_text(json.dumps(record, allow_nan=False))
        draft.replace(self._record)

    def read(self) -> dict[str, Any] | None:
        """The record, or None where there is none that can be read."""
        try:
            record = json.loads(self._record.read_text())
        except (OSError, ValueError, RecursionError):
            return None
        return record if isinstance(record, dict) else None

    def kept(self) -> dict[int, Path]:
        """The snapshots by step, in order."""
        return snapshots.files(self.snapshots)

    def whole(self) -> dict[int, Path]:
        """The snapshots by step, up to the last one that can be read."""
        return snapshots.whole(self.snapshots)

    def mend(self) -> Path | None:
        """Removes damaged snapshots after the last whole one, and gives that one."""
        return snapshots.mend(self.snapshots)

    def take_over(self, other: Folder, step: int) -> Path:
        """Another run's snapshots up to one step, as links to the same files. Gives that of the step."""
        self.create()
        for at, file in other.kept().items():
            if at <= step:
                try:
                    os.link(file, self.snapshots / file.name)
                except OSError:
                    shutil.copyfile(file, self.snapshots / file.name)
        return self.kept()[step]

    @property
    def used(self) -> float:
        """When the record was written last, in seconds since 1970; 0 without a record."""
        return self._record.stat().st_mtime if self._record.exists() else 0.0

    def size(self) -> int:
        """Bytes of everything in it."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def folders(where: Path) -> Iterator[Folder]:
    """Every run's folder below a home's "runs"."""
    if where.is_dir():
        for path in where.iterdir():
            if IDENTITY.fullmatch(path.name):
                yield Folder(path)


def clean(where: Path, living: set[str], *, days: float, size: int) -> list[str]:
    """Removes runs that nobody opened for so many days, and the oldest until the rest takes `size` bytes."""
    rest = sorted((folder for folder in folders(where) if folder.path.name not in living), key=lambda f: f.used)
    removed, total = [], sum(folder.size() for folder in folders(where))
    for folder in rest:
        if time.time() - folder.used > days * 86_400 or total > size:
            total -= folder.size()
            folder.remove()
            removed.append(folder.path.name)
    return removed
