"""The data sets to choose from, as small pictures, drawn by `assets/live/pick.js`.

One act comes back: {"do": "data", "slug": …}.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any

import numpy as np

from dlplay.dataset import Dataset, Examples, datasets
from dlplay.frame import pack

DOTS = 64
"""Points in one small picture."""


def frame(slug: str, *, only: Collection[str] | None = None) -> bytes:
    """The chooser as bytes, `slug` chosen. only: slugs of the data sets offered, None for all of them."""
    entries: list[dict[str, Any]] = []
    arrays: dict[str, np.ndarray] = {}
    for record in datasets().values():
        if only is not None and record.slug not in only and record.slug != slug:
            continue
        entry, thumbnail = _entry(record.slug)
        entries.append(entry)
        arrays |= thumbnail
    return pack({"step": 0, "chosen": slug, "sets": entries}, arrays)


@functools.cache
def _entry(slug: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What is told of one data set, and the arrays of its small picture: points and their classes or values.

    Only points have one: they are made by formula in a moment, everything else would have to be read first.
    """
    record = datasets()[slug]
    task = record.task(record.config())
    entry = {
        "slug": slug,
        "title": record.title,
        "reads": task.reads,
        "classes": len(task.classes),
        "first": _first_line(record),
        "download": record.download,
    }
    return entry, _points(slug, record.make(record.config()), task.high) if task.reads == "point" else {}


def _points(slug: str, examples: Examples, reach: float) -> dict[str, np.ndarray]:
    """Positions from −1 to 1 and, for numbers, values from −1 to 1; classes as they are."""
    chosen = np.random.default_rng(0).permutation(len(examples))[:DOTS]
    targets = examples.targets[chosen].reshape(len(chosen), -1)[:, 0].astype(np.float32)
    if examples.targets.dtype.kind == "f":
        targets = targets / max(float(np.abs(targets).max()), 1e-9)
    return {f"{slug}.points": (examples.inputs[chosen] / reach).astype(np.float32), f"{slug}.targets": targets}


def _first_line(record: Dataset) -> str:
    return record.story.strip().partition("\n")[0]
