"""How well the model answers one part of the data, and the examples behind every number.

Where every step is answered, every step counts.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import Refusal, either
from dlplay.dataset import Examples
from dlplay.frame import finite
from dlplay.pixels import frames
from dlplay.probes.choices import PARTS
from dlplay.probes.images import trails
from dlplay.probes.seen import Frame, Seen
from dlplay.training import metrics, sample

BEHIND = 6  # examples named behind each cell of the confusion matrix
POINTS = 600  # points in the picture of true against predicted numbers
THUMBNAIL_BYTES = 96 * 1024


def picture(seen: Seen, part: str = "held-out", turns: bool = False) -> Frame:
    """Classes: the confusion matrix, scores of each class and examples of each cell. Numbers: truth and prediction.

    Facts: step, part, answers, count of answers, examples they were made from, of how many, loss, score (accuracy or
    R²). For classes also classes, precision, recall, f1, support; arrays matrix (true, answered) and examples (n, 3):
    true, answered, index, those with the greatest loss first; for small images also thumbnails (n, channel, row,
    column), 0 to 255. For numbers also targets, error (mean absolute, in the data's units); arrays truth and predicted
    (answer, target) in the data's units and index (answer,), the example each belongs to. Raises `Refusal`.
    turns: whether the part offers the curves in its place, with the act {"do": "curves"}.
    """
    if part not in PARTS:
        raise Refusal("part", f"part is {str(part)[:20]}; it can be {either(PARTS)}.")
    whole = seen.part(part)
    drawn = sample.places(len(whole), seen.most)
    examples = whole.only(drawn)
    outputs = metrics.answers(seen.model, seen.tensor(examples.inputs))
    outputs, targets = metrics.flat(outputs, examples.targets, seen.task)
    owners = drawn
    if seen.task.each_step:  # every step counts; behind a step stands the example it belongs to
        owners = drawn[np.nonzero(metrics.asked(examples.targets, seen.task))[0]]
    facts = {
        "step": seen.step,
        "part": part,
        "turns": bool(turns),
        "answers": seen.task.answers,
        "count": len(targets),
        "examples": len(examples),
        "of": len(whole),
        "loss": finite(metrics.loss(outputs, targets, seen.task)),
        "score": finite(metrics.score(outputs, targets, seen.task)),
    }
    if seen.task.classes:
        extra, arrays = _classes(seen, whole, outputs, targets, owners)
    else:
        extra, arrays = _numbers(seen, outputs, targets, owners)
    return facts | extra, arrays


def _classes(seen: Seen, examples: Examples, outputs: np.ndarray, targets: np.ndarray, owners: np.ndarray) -> Frame:
    matrix = metrics.confusion(outputs, targets, seen.task)
    scores = metrics.class_scores(matrix)
    answered = metrics.chosen(outputs, seen.task)
    sure = metrics.probabilities(outputs, seen.task)[np.arange(len(targets)), targets]
    behind = _behind(targets, answered, sure)
    behind[:, 2] = owners[behind[:, 2]]
    arrays = {"matrix": matrix, "examples": behind}
    if seen.task.reads in ("image", "video"):
        images = trails(frames(seen.task, examples.inputs[behind[:, 2]]))
        if images.size <= THUMBNAIL_BYTES:
            arrays["thumbnails"] = (images.clip(0, 1) * 255).astype(np.uint8)
    facts = {
        "classes": list(seen.task.classes),
        "precision": scores.precision.tolist(),
        "recall": scores.recall.tolist(),
        "f1": scores.f1.tolist(),
        "support": scores.support.tolist(),
    }
    return facts, arrays


def _behind(truth: np.ndarray, answered: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Up to `BEHIND` examples of every cell, least sure of the truth first: (n, 3) true, answered, index."""
    order = np.lexsort((sure, answered, truth))
    cells = np.stack([truth[order], answered[order]], axis=1)
    begins = np.r_[True, (cells[1:] != cells[:-1]).any(axis=1)] if len(order) else np.zeros(0, bool)
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    return np.column_stack([cells, order])[rank < BEHIND].astype(np.int32)


def _numbers(seen: Seen, outputs: np.ndarray, targets: np.ndarray, owners: np.ndarray) -> Frame:
    scaling = seen.split.target_scaling
    truth, predicted = (values if scaling is None else scaling.back(values) for values in (targets, outputs))
    facts = {"targets": list(seen.task.targets), "error": finite(np.abs(predicted - truth).mean())}
    drawn = sample.places(len(truth), POINTS)
    return facts, {"truth": truth[drawn], "predicted": predicted[drawn], "index": owners[drawn]}
