"""What a run has reported so far: losses, measurements, snapshots, diagnosis. Plain numbers, no torch.

Memory is bounded however long a run gets: a full column is thinned to half by a down-sampler that keeps the extremes,
so a short run has every loss exactly and a run of 10⁷ steps still every spike.
"""

from __future__ import annotations

import json
import logging
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from tsdownsample import M4Downsampler

from dlplay.training.events import Begun, Diagnosis, Measured, Snapshot, tells

log = logging.getLogger(__name__)
MOST_LOSSES, MOST_ROWS = 1 << 18, 1 << 12
COLUMNS = (
    "step",
    "epoch",
    "rate",
    "train_loss",
    "train_score",
    "held_out_loss",
    "held_out_score",
    "examples_per_second",
    "seconds",
)


@dataclass(frozen=True)
class Batch:
    """Some events in a row: steps (int32) with their losses (float32), and the others as JSON.

    `first` and `next` number them within one incarnation of the worker, so that a batch heard twice counts once. An
    event `Begun` stands first in its batch: what follows goes on after that step.
    """

    first: int
    next: int
    steps: np.ndarray
    losses: np.ndarray
    others: tuple[dict[str, Any], ...] = ()


class _Rows:
    """A growing table of floats (row, column) that thins itself to every other row when it is full."""

    def __init__(self, columns: int, most: int):
        self.values, self.count, self.most = np.empty((64, columns)), 0, most

    def add(self, row: Iterable[float]) -> None:
        if self.count == self.most:
            kept = np.r_[0 : self.count - 1 : 2, self.count - 1]
            self.values[: len(kept)], self.count = self.values[kept], len(kept)
        if self.count == len(self.values):
            self.values = np.concatenate([self.values, np.empty_like(self.values)])
        self.values[self.count] = list(row)
        self.count += 1

    def cut(self, step: float) -> None:
        self.count = int(np.searchsorted(self.values[: self.count, 0], step, side="right"))

    @property
    def rows(self) -> np.ndarray:
        return self.values[: self.count]


class _Named:
    """Values by name that are measured together, and the steps of it; begins anew when other names are told."""

    def __init__(self, names: Iterable[str] = (), rows: Iterable[np.ndarray] = ()):
        self._begin(names)
        for row in rows:
            self._rows.add(row)

    def _begin(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._rows = _Rows(len(self.names) + 1, MOST_ROWS)

    def add(self, step: int, values: Mapping[str, Any]) -> None:
        if not values:
            return
        if self.names != tuple(values):
            self._begin(values)
        self._rows.cut(step - 0.5)
        self._rows.add([step, *map(_number, values.values())])

    def cut(self, step: float) -> None:
        self._rows.cut(step)

    @property
    def rows(self) -> np.ndarray:
        """Steps and values (row, 1 + name)."""
        return self._rows.rows


class History:
    """Everything a run reported, up to its newest step. Any thread may ask; `version` grows with every change."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._steps, self._losses, self._count = np.empty(1024, np.int32), np.empty(1024, np.float32), 0
        self._measured = _Rows(len(COLUMNS), MOST_ROWS)
        self._norms, self._gates = _Named(), _Named()
        self.version = 0
        self.step = 0
        self.kept: tuple[int, ...] = ()
        self.diagnosis: dict[str, Any] | None = None

    def add(self, batch: Batch) -> None:
        """Takes in what a run reported next."""
        with self._lock:
            if batch.others and tells(batch.others[0], Begun):
                self._cut(batch.others[0])
            self._append(batch.steps, batch.losses)
            for event in batch.others:
                if tells(event, Measured):
                    self._measure(event)
                elif tells(event, Snapshot):
                    self.kept = tuple(event["kept"])
                elif tells(event, Diagnosis):
                    self.diagnosis = event
            self.version += 1

    # -------------------------------------------------- what a page asks

    @property
    def measured(self) -> dict[str, np.ndarray]:
        """The measurements, a column (row,) for every name in `COLUMNS`."""
        with self._lock:
            return dict(zip(COLUMNS, self._measured.rows.T.copy(), strict=True))

    @property
    def latest(self) -> dict[str, float] | None:
        """The newest measurement."""
        with self._lock:
            rows = self._measured.rows
            return dict(zip(COLUMNS, rows[-1].tolist(), strict=True)) if len(rows) else None

    @property
    def norms(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps (row,) and gradient norms (row, parameter), in the order of `norm_names`."""
        with self._lock:
            return self._norms.rows[:, 0].copy(), self._norms.rows[:, 1:].copy()

    @property
    def norm_names(self) -> tuple[str, ...]:
        return self._norms.names

    @property
    def gates(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Of each gate of the model, by name: steps (row,), and how far it stood open then (row,)."""
        with self._lock:
            rows = self._gates.rows
            return {name: (rows[:, 0].copy(), rows[:, 1 + i].copy()) for i, name in enumerate(self._gates.names)}

    @property
    def losses(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps (step,) and losses (step,), thinned only when there are more than 262,144."""
        with self._lock:
            return self._steps[: self._count].copy(), self._losses[: self._count].copy()

    def losses_at(self, wanted: Sequence[int]) -> np.ndarray:
        """The losses of these steps (step,), NaN where there is none."""
        steps, losses = self.losses
        places = np.searchsorted(steps, np.asarray(wanted, np.int64))
        found = np.full(len(wanted), np.nan, np.float32)
        known = places < len(steps)
        known[known] = steps[places[known]] == np.asarray(wanted, np.int64)[known]
        found[known] = losses[places[known]]
        return found

    def curve(self, points: int = 1000) -> tuple[np.ndarray, np.ndarray]:
        """Steps and losses, at most `points` of them: first, last, lowest and highest of every stretch; all finite."""
        steps, losses = self.losses
        finite = np.isfinite(losses)
        steps, losses = steps[finite], losses[finite]
        chosen = thin(losses, points)
        return steps[chosen], losses[chosen]

    # -------------------------------------------------- what is kept on disk

    def save(self, path: Path) -> None:
        """Writes everything to one file (.npz, no pickle)."""
        with self._lock:
            facts = {
                "step": self.step,
                "kept": self.kept,
                "diagnosis": self.diagnosis,
                "norm_names": self._norms.names,
                "gate_names": self._gates.names,
            }
            arrays: dict[str, Any] = {
                "steps": self._steps[: self._count],
                "losses": self._losses[: self._count],
                "measured": self._measured.rows,
                "norms": self._norms.rows,
                "gates": self._gates.rows,
                "facts": np.frombuffer(json.dumps(facts).encode(), np.uint8),
            }
            draft = path.with_suffix(".draft.npz")
            np.savez(draft, **arrays)
            draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> History:
        """What `save` wrote; an empty history when nothing was, or when the file is damaged."""
        if not path.exists():
            return cls()
        try:
            return cls._read(path)
        except (OSError, EOFError, ValueError, LookupError, TypeError, RecursionError, BadZipFile, zlib.error):
            log.warning("%s is no history of a run, or it is damaged", path)
            return cls()

    @classmethod
    def _read(cls, path: Path) -> History:
        history = cls()
        with np.load(path, allow_pickle=False) as arrays:
            facts = json.loads(arrays["facts"].tobytes())
            history._append(arrays["steps"], arrays["losses"])
            for row in arrays["measured"]:
                history._measured.add(row)
            history._norms = _Named(facts["norm_names"], arrays["norms"])
            if "gates" in arrays:  # histories of before there were gates are without
                history._gates = _Named(facts["gate_names"], arrays["gates"])
        history.step, history.kept = facts["step"], tuple(facts["kept"])
        history.diagnosis = facts["diagnosis"]
        return history

    # -------------------------------------------------- events

    def _append(self, steps: np.ndarray, losses: np.ndarray) -> None:
        if not len(steps):
            return
        if self._count + len(steps) > MOST_LOSSES:
            everything = np.concatenate([self._steps[: self._count], steps])
            values = np.concatenate([self._losses[: self._count], losses])
            chosen = thin(values, MOST_LOSSES // 2)
            steps, losses, self._count = everything[chosen], values[chosen], 0
        end = self._count + len(steps)
        while end > len(self._steps):
            self._steps = np.concatenate([self._steps, np.empty_like(self._steps)])
            self._losses = np.concatenate([self._losses, np.empty_like(self._losses)])
        self._steps[self._count : end], self._losses[self._count : end] = steps, losses
        self._count, self.step = end, int(steps[-1])

    def _measure(self, event: Mapping[str, Any]) -> None:
        self._measured.cut(event["step"] - 0.5)
        self._measured.add(_number(event[name]) for name in COLUMNS)
        self._norms.add(event["step"], event.get("norms") or {})
        self._gates.add(event["step"], event.get("gates") or {})

    def _cut(self, event: Mapping[str, Any]) -> None:
        """What follows goes on after a step: later things have not happened."""
        self.step, self.kept = event["step"], tuple(event["kept"])
        self._count = int(np.searchsorted(self._steps[: self._count], self.step, side="right"))
        self._measured.cut(self.step)
        self._norms.cut(self.step)
        self._gates.cut(self.step)
        if self.diagnosis and self.diagnosis["step"] > self.step:
            self.diagnosis = None


def thin(values: np.ndarray, points: int) -> np.ndarray:
    """The places of at most `points` values that draw like all: first, last, lowest and highest of every stretch."""
    if len(values) <= points:
        return np.arange(len(values))
    return np.unique(M4Downsampler().downsample(np.ascontiguousarray(values), n_out=max(points // 4, 1) * 4))


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
