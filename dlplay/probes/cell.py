"""One number of the model, opened: what it sees of the image, and the arithmetic that makes it.

facts:  tap, title, channel, row, column, row_of_numbers, value, locked; image, field {top, left, bottom, right, whole},
        margin (pixels by which fields of this layer leave the image at most),
        over (how many images the heat is averaged over), growth [{tap, title, row, column, top, left, bottom, right}];
        work: see `dlplay.probes.arithmetic`; source {tap, title, scale, field}; after [{title, …step}]: what follows
        value by value; answer for the last layer; lock as given
arrays: image (channel, row, column) uint8; effective (row, column); patch, kernel, window, padded (row, column); curve
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.frame import cleaned, finite
from dlplay.layers.fields import PIXEL
from dlplay.probes.answers import answer
from dlplay.probes.arithmetic import VALUE_BY_VALUE, Cell, at, step_of, worked
from dlplay.probes.asked import Lock, Nth
from dlplay.probes.choices import OVER
from dlplay.probes.images import as_bytes, brightness
from dlplay.probes.places import IMAGE, Place, places
from dlplay.probes.receptive import effective, frame, growth, responses
from dlplay.probes.seen import Frame, Seen
from dlplay.tap import look


def picture(seen: Seen, lock: Lock | None = None, channel: Nth | None = None, over: int = 1) -> Frame:
    """The number in a cell. Without a lock, one in the middle of the last convolution.

    lock: {"tap", "channel", "row", "column"}, counted from 0. channel: the input map whose products are shown, by
    default the one that adds most. over: 1 for the heat of the chosen image, 32 for the mean over so many training
    images. Raises `Refusal`.
    """
    if over not in OVER:
        raise Refusal("over", f"over is {str(over)[:20]}; it can be {' or '.join(map(str, OVER))}.")
    image, target = seen.chosen()
    if image.ndim != 4:
        raise Refusal("picture", "What a number sees needs a model that reads images.")
    known = places(seen.model, getattr(seen.experiment.network, "layers", ()))
    with torch.enable_grad():
        given = seen.tensor(image).requires_grad_()
        captures = look(seen.model, given)
    values = {IMAGE: given.detach()[0]} | {name: capture.value.detach()[0] for name, capture in captures.items()}
    tap, cell = located(lock, known, values)
    if channel is not None:
        channel = _whole({"channel": channel}, "channel", len(values[known[tap].source]))
    place, one_row = known[tap], values[tap].dim() == 1
    work = worked(place, known, values, cell, channel)
    heat = responses(given, captures[tap], cell[:1] if one_row else cell)
    if over > 1:
        heat = effective(seen.model, seen.tensor(seen.split.train.inputs[:over]), tap, cell[:1] if one_row else cell)
    shapes = {name: tuple(value.shape) for name, value in values.items()}
    ends = brightness(seen.split)
    facts = {
        "picture": "cell",
        "step": seen.step,
        "lock": dict(lock) if lock else None,
        "locked": bool(lock),
        "tap": tap,
        "title": place.title,
        "channel": cell[0],
        "row": cell[1],
        "column": cell[2],
        "row_of_numbers": one_row,
        "value": finite(at(values[tap], cell)),
        "image": {"shape": list(image.shape[1:]), "low": ends[0], "high": ends[1]},
        "field": asdict(frame(place, cell[1], cell[2], shapes[IMAGE])) | {"whole": place.field is None},
        "over": over,
        "growth": [
            {"tap": g.tap, "title": g.title, "row": g.row, "column": g.column, **asdict(g.frame)}
            for g in growth(known, tap, cell[1], cell[2], shapes, shapes[IMAGE])
        ],
        "work": cleaned(work.facts | {"total": work.total}),
        "margin": _margin(place, shapes[tap], shapes[IMAGE]),
        "source": _source(place, known),
        "after": cleaned(_after(tap, known, values, cell)),
        "answer": answer(seen.split, captures["output"].value.detach()[0], target) if tap == "output" else None,
        "target": target,
    }
    if tap == "output":
        facts["logits"] = cleaned(values[tap].tolist())
    return facts, {"image": as_bytes(image[0], ends), "effective": heat, **work.arrays}


def located(
    lock: Mapping[str, Any] | None, known: Mapping[str, Place], values: Mapping[str, Tensor]
) -> tuple[str, Cell]:
    """The tap and the cell that a lock names, checked. Raises `Refusal`."""
    if not lock:
        return _middle(known, values)
    tap = lock.get("tap")
    if not isinstance(tap, str) or tap not in known:
        raise Refusal("lock", f"The locked layer {str(tap)[:40]!r} is not in this model.")
    shape = values[tap].shape
    limits = tuple(shape) if len(shape) == 3 else (shape[0], 1, 1)
    cell = tuple(_whole(lock, key, limit) for key, limit in zip(("channel", "row", "column"), limits, strict=True))
    return tap, (cell[0], cell[1], cell[2])


def _middle(known: Mapping[str, Place], values: Mapping[str, Tensor]) -> tuple[str, Cell]:
    """The middle of the first map of the last convolution; of the answer where there is none."""
    tap = next((tap for tap in reversed(list(known)) if isinstance(known[tap].operations[0], nn.Conv2d)), "output")
    shape = values[tap].shape
    return tap, (0, shape[1] // 2, shape[2] // 2) if len(shape) == 3 else (0, 0, 0)


def _whole(lock: Mapping[str, Any], key: str, limit: int) -> int:
    value = lock.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < limit:
        raise Refusal(f"lock.{key}", f"lock.{key} is {str(value)[:20]}; there are {limit}, counted from 0.")
    return value


def _source(place: Place, known: Mapping[str, Place]) -> dict[str, Any]:
    if place.source == IMAGE:
        return {"tap": IMAGE, "title": "the image", "scale": "pixels", "field": asdict(PIXEL)}
    before = known[place.source]
    scale = "amount" if before.never_negative else "signed"
    field = asdict(before.field) if before.field else None
    return {"tap": before.tap, "title": before.title, "scale": scale, "field": field}


def _margin(place: Place, shape: tuple[int, ...], image: tuple[int, ...]) -> int:
    """How far the fields of this layer's outermost cells reach out of the image, in pixels."""
    if place.field is None:
        return 0
    ends = (place.field.span(count - 1)[1] - size for count, size in zip(shape[1:], image[1:], strict=True))
    return max(0, place.field.padding, *ends)


def _after(tap: str, known: Mapping[str, Place], values: Mapping[str, Tensor], cell: Cell) -> list[dict[str, Any]]:
    """What the next layers do to this number alone, as far as they work value by value."""
    found = []
    following = list(known.values())[list(known).index(tap) + 1 :]
    for place in following:
        operation = place.operations[0]
        if place.source != tap or not isinstance(operation, VALUE_BY_VALUE) or place.shortcut is not None:
            break
        step, _ = step_of(operation, at(values[tap].double(), cell), cell[0])
        if step is not None:
            found.append({"title": place.title, **step})
        tap = place.tap
    return found
