"""How well targets are written, by the length of what was read."""

from __future__ import annotations

import numpy as np
import torch

from dlplay.layers.search import greedy, writer
from dlplay.probes.looked import known
from dlplay.probes.seen import Frame, Seen
from dlplay.silence import silenced
from dlplay.training import metrics, sample

MOST = 128
"""Held-out examples that are written at most, spread evenly over all."""


def picture(seen: Seen, off: tuple[str, ...] = ()) -> Frame:
    """Accuracy by source length over held-out examples, written greedily, without being told any of the target.

    A token is right where the true one stands at the same place; a target is right where all tokens and its end are.
    off: what is silenced, see `dlplay.silence`. Facts: used and all, numbers of examples. Arrays, one entry a length:
    length, count (examples), tokens and exact (shares from 0 to 1).
    """
    part = seen.split.held_out
    some = part.only(sample.places(len(part), min(MOST, seen.most)))
    inputs, targets = some.inputs, some.targets
    sources = inputs[:, : seen.task.source]
    with torch.inference_mode(), silenced(seen.model, known(seen.model, off)):
        written = greedy(writer(seen.model), seen.tensor(sources), targets.shape[1]).cpu().numpy()
    asked = metrics.asked(targets, seen.task)
    right = (written == targets) & asked
    exact = right.sum(axis=1) == asked.sum(axis=1)
    lengths = (sources != 0).sum(axis=1)
    found = np.unique(lengths)
    arrays = {
        "length": found,
        "count": np.array([(lengths == one).sum() for one in found]),
        "tokens": np.array([right[lengths == one].sum() / asked[lengths == one].sum() for one in found], np.float32),
        "exact": np.array([exact[lengths == one].mean() for one in found], np.float32),
    }
    facts = {"step": seen.step, "used": len(some), "all": len(part), "right": float(exact.mean())}
    return facts | {"tokens": float(right.sum() / asked.sum())}, arrays
