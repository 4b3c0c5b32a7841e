"""The chosen image, and others to choose from: small, with their true class and what the model says at this step.

Of a video the frames stand side by side, and the small picture is the trail that they leave. An image that is to be
captioned has words for a class: the true caption, and the one that the model writes.

facts:  example {part, index, count, own}, true, said, image {shape, frames, across}, part, page, pages, count, order,
        names, searched (among how many the worst and best were looked for), takes (whether an image of one's own can
        be chosen), items [{index, true, said, share}], share the probability of what is said; a class is its number,
        a caption its words
arrays: image (channel, row, column) uint8, of a video all frames, `across` in a line; thumbs (example, channel, row,
        column) uint8
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch

from dlplay.config import Refusal
from dlplay.dataset import NO_ANSWER, Examples
from dlplay.layers.search import Writes, greedy
from dlplay.pixels import frames, shape
from dlplay.probes.answers import probabilities
from dlplay.probes.asked import Nth
from dlplay.probes.choices import ORDERS, PARTS
from dlplay.probes.images import as_bytes, brightness, side_by_side, thumbnails, trails
from dlplay.probes.seen import Frame, Seen
from dlplay.tokens import written
from dlplay.training import metrics

ON_A_PAGE = 10
SEARCHED = 300
"""The worst and best are looked for among so many images at most, so that the answer comes at once."""


def picture(
    seen: Seen,
    part: Literal["held-out", "train"] | None = None,
    page: Nth | None = None,
    order: Literal["data", "worst", "best"] = "data",
) -> Frame:
    """A page of images, by default the one on which the chosen image stands. A page past the end is the last one.

    order: as the images stand, or those with the least or most probability of their true class first. Raises `Refusal`.
    """
    part = part or ("train" if seen.example.get("part") == "train" else "held-out")
    if part not in PARTS:
        raise Refusal("part", f"part is {str(part)[:20]!r}; it can be {' or '.join(PARTS)}.")
    if order not in ORDERS:
        raise Refusal("order", f"order is {str(order)[:20]!r}; it can be {', '.join(ORDERS)}.")
    if page is None:
        page = int(seen.example.get("index", 0)) // ON_A_PAGE if order == "data" else 0
    if isinstance(page, bool) or not isinstance(page, int) or page < 0:
        raise Refusal("page", f"page is {str(page)[:20]}; pages are counted from 0.")
    chosen, target = seen.chosen()
    examples = seen.part(part)
    film = frames(seen.task, chosen)[0]
    count = len(examples) if order == "data" else min(len(examples), SEARCHED, seen.most)
    pages = -(-count // ON_A_PAGE)
    page = min(page, pages - 1)
    places = np.arange(count)
    if order != "data" and seen.task.classes:
        sure = _sure(seen, examples.only(places))
        places = np.argsort(sure if order == "worst" else -sure, kind="stable")
    places = places[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    shown = examples.only(places)
    said, *others = _said(seen, np.concatenate([chosen, shown.inputs]))
    truth = [_true(seen, answer) for answer in shown.targets]
    items = [{"index": int(i), "true": true, **one} for i, true, one in zip(places, truth, others, strict=True)]
    ends = brightness(seen.split)
    image, across = side_by_side(film)
    facts = {
        "picture": "gallery",
        "step": seen.step,
        "part": part,
        "page": page,
        "pages": pages,
        "count": len(examples),
        "order": order,
        "searched": count,
        "names": list(seen.task.classes),
        "image": {"shape": list(image.shape), "frames": len(film), "across": across},
        "true": _true(seen, target),
        "said": said["said"],
        "takes": shape(seen.task) is not None,
        "items": items,
        "example": example(seen),
    }
    return facts, {
        "image": as_bytes(image, ends),
        "thumbs": thumbnails(trails(frames(seen.task, shown.inputs)), ends),
    }


def example(seen: Seen) -> dict[str, Any]:
    """Which image is looked at: its part and place, how many there are; own for drawn and uploaded ones."""
    part, own = str(seen.example.get("part", "held-out")), "pixels" in seen.example
    return {"part": part, "index": int(seen.example.get("index", 0)), "count": len(seen.part(part)), "own": own}


def _true(seen: Seen, target: Any) -> int | str | None:
    """The number of the true class, or the words of the true caption; none where numbers are asked for."""
    if target is None or not seen.task.classes:
        return None
    return _words(seen, target[target != NO_ANSWER]) if seen.task.each_step else int(target)


def _words(seen: Seen, numbers: Any) -> str:
    return written(numbers, seen.task.classes, seen.task.joint)


@torch.no_grad()
def _said(seen: Seen, inputs: np.ndarray) -> list[dict[str, Any]]:
    """What the model says of each example: said and share, none where numbers are asked for, or it writes nothing."""
    task = seen.task
    if task.each_step and isinstance(seen.model, Writes):
        found = greedy(seen.model, seen.tensor(inputs)[:, : task.source], task.output_shape[0])
        return [{"said": _words(seen, row), "share": None} for row in found.tolist()]
    if task.each_step or not task.classes:
        return [{"said": None, "share": None}] * len(inputs)
    shares = np.nan_to_num(probabilities(task, seen.model(seen.tensor(inputs))).cpu().numpy())
    return [{"said": int(row.argmax()), "share": float(row.max())} for row in shares]


def _sure(seen: Seen, examples: Examples) -> np.ndarray:
    """The probability of the true answer to every example (example,), of captions that of all their words."""
    outputs = metrics.answers(seen.model, seen.tensor(examples.inputs))
    asked = metrics.asked(examples.targets, seen.task)
    shares = metrics.probabilities(outputs[asked], seen.task)
    logs = np.zeros(asked.shape)
    with np.errstate(divide="ignore"):
        logs[asked] = np.log(shares[np.arange(len(shares)), examples.targets[asked]])
    return np.exp(logs if logs.ndim == 1 else logs.sum(axis=1))
