"""The moments of a run that are kept: files in a folder, one a step, never more than fit.

A file is a safetensors file. It holds every parameter and buffer under its own name, each of the optimiser's slots as
one row under "optimiser:slot", and in its metadata under "dlplay" a JSON object: step, taken (examples seen), seconds,
and the experiment. Order and randomness of a run follow from its seed and these counts, so nothing else is needed to go
on bit for bit.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from dlplay.config import Refusal

log = logging.getLogger(__name__)

MOST = 64
"""Snapshots of one run at most."""
LEAST = 4
"""Snapshots of one run at least, however large it is."""
BUDGET = 256 * 2**20
"""Bytes that the snapshots of one run take together."""
SHARE = 0.01
"""Part of a run's time that is spent on snapshots."""
FIRST = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)
"""Steps that are kept whatever the clock says, where one takes no more than `QUICK` bytes."""
QUICK = 2**22
SPACING = 20
"""A snapshot is worth making when this part (1 / SPACING) of all steps was taken since the last one …"""
LONGEST = 30.0
"""… or when this many seconds went by."""

_NAME = re.compile(r"step-(\d{1,10})\.safetensors")


def worth(step: int, last: int) -> bool:
    """Whether a snapshot after `step` steps adds to a run whose last one was made after `last` steps."""
    return step in FIRST or step - last >= max(1, step // SPACING)


def superfluous(kept: Sequence[int], pinned: frozenset[int] = frozenset()) -> int | None:
    """The step whose snapshot is missed least; never the first, the last or a pinned one.

    The gap that would open is weighed against step^⅔, so the kept steps settle near N · (k / count)³: dense where a run
    begins, and still several in its last tenth.
    """
    inner = [place for place in range(1, len(kept) - 1) if kept[place] not in pinned]
    if not inner:
        return None
    return kept[min(inner, key=lambda i: (kept[i + 1] - kept[i - 1]) / (kept[i] + 1) ** (2 / 3))]


class Snapshots:
    """The snapshots in one folder. size: bytes of one, which decides how many are kept."""

    def __init__(self, folder: Path, size: int):
        self.folder = folder
        self.free = FIRST if size <= QUICK else (0,)
        self.most = int(min(max(BUDGET // max(size, 1), LEAST), MOST))
        self.kept: tuple[int, ...] = ()
        self.pinned: frozenset[int] = frozenset()
        self.spent = 0.0
        self._last_time = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def start(self, source: Path | None) -> None:
        """Begin with an empty folder, or with the snapshots up to `source`, those beside it included."""
        past = _past(source) if source else {}
        for file in self.folder.iterdir():
            if (_NAME.fullmatch(file.name) or file.suffix == ".part") and file.resolve() not in past.values():
                file.unlink()
        for step, file in past.items():
            if file != self.file(step).resolve():
                shutil.copyfile(file, self.file(step))
        self.kept = tuple(sorted(past))
        self._thin()

    def due(self, step: int, seconds: float) -> bool:
        """Whether to make one now, `seconds` into the run."""
        last = self.kept[-1] if self.kept else -1
        if step in self.free:
            return step != last
        if not worth(step, last) and seconds - self._last_time < LONGEST:
            return False
        return self.spent <= SHARE * seconds and step != last

    def save(self, step: int, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any], seconds: float) -> Path:
        """Keep these arrays as the snapshot of that step, whole or not at all; another one may have to go."""
        started = time.monotonic()
        part = self.folder / f"{step}.part"
        part.write_bytes(save(dict(arrays), {"dlplay": json.dumps(facts, allow_nan=False)}))
        os.replace(part, self.file(step))
        self.kept = tuple(sorted({*self.kept, step}))
        self._thin()
        self._last_time = seconds
        if step not in self.free:
            self.spent += time.monotonic() - started
        return self.file(step)

    def nearest(self, step: int) -> int:
        """The last kept step that is not after `step`; the first kept one where there is none."""
        return max((kept for kept in self.kept if kept <= step), default=self.kept[0])

    def forget(self, step: int) -> None:
        """Remove the snapshots of every later step."""
        for kept in self.kept:
            if kept > step:
                self.file(kept).unlink(missing_ok=True)
        self.kept = tuple(kept for kept in self.kept if kept <= step)

    def path(self, step: int) -> Path:
        """The file of a kept step. Raises `Refusal`."""
        if step not in self.kept:
            raise Refusal("step", f"step is {step}; no snapshot of it is kept.")
        return self.file(step)

    def file(self, step: int) -> Path:
        return self.folder / f"step-{step:010d}.safetensors"

    def _thin(self) -> None:
        while len(self.kept) > self.most and (gone := superfluous(self.kept, self.pinned)) is not None:
            self.file(gone).unlink(missing_ok=True)
            self.kept = tuple(step for step in self.kept if step != gone)


def files(folder: Path) -> dict[int, Path]:
    """The snapshots in a folder by step, in order; none where there is no folder."""
    inside = folder.iterdir() if folder.is_dir() else ()
    found = {int(match[1]): file for file in inside if (match := _NAME.fullmatch(file.name))}
    return dict(sorted(found.items()))


def whole(folder: Path) -> dict[int, Path]:
    """The snapshots in a folder by step, up to the last one that can be read."""
    found = files(folder)
    while found:
        step, file = found.popitem()
        try:
            load(file)
        except Refusal:
            continue
        return found | {step: file}
    return {}


def mend(folder: Path) -> Path | None:
    """Removes what lies after the last snapshot that can be read, and gives that one."""
    kept = whole(folder)
    for step, file in files(folder).items():
        if step not in kept:
            log.warning("%s is damaged and removed", file)
            file.unlink(missing_ok=True)
    return next(reversed(kept.values()), None)


def load(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and the facts of a snapshot. Raises `Refusal` for a file that is none."""
    try:
        with safe_open(path, framework="numpy") as file:
            facts = json.loads((file.metadata() or {})["dlplay"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (no mapping)
    except (SafetensorError, OSError, KeyError, ValueError, TypeError):
        raise Refusal("snapshot", f"{path.name} is not a snapshot of a run, or it is damaged.") from None
    counts = {"step": int, "taken": int, "seconds": int | float}
    if not isinstance(facts, dict) or not all(
        isinstance(facts.get(name), kind) and facts[name] >= 0 for name, kind in counts.items()
    ):
        raise Refusal("snapshot", f"{path.name} does not say where its run stood.")
    return arrays, facts


def _past(source: Path) -> dict[int, Path]:
    """The snapshot files beside `source` of steps before it, and itself, by step."""
    _, facts = load(source)
    before = {step: file.resolve() for step, file in files(source.parent).items() if step < facts["step"]}
    return before | {facts["step"]: source.resolve()}
