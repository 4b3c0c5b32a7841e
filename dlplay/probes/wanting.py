"""Where an answer is wanted: of a model that answers at every step, only some places may be asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlplay.dataset import NO_ANSWER
from dlplay.probes.seen import Seen


def wanting(seen: Seen, places: int) -> list[bool]:
    """Whether the chosen example wants an answer at each of so many places, such as only under what is covered.

    A text of one's own, whose answers are not known, is asked where training asks: at the same tokens.
    """
    task = seen.task
    if not task.each_step or task.next_step or task.source or not task.classes:
        return [True] * places
    inputs, target = seen.chosen()
    if target is not None:
        return _padded(np.asarray(target) != NO_ANSWER, places)
    train: Any = seen.part("train")
    return _padded(np.isin(inputs[0], np.unique(train.inputs[train.targets != NO_ANSWER])), places)


def _padded(found: np.ndarray, places: int) -> list[bool]:
    return (found[:places].tolist() + [True] * places)[:places]
