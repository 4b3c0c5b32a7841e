"""Images as they stand in examples: on their own, as frames of a video, or before the words of a caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlplay.config import Refusal
from dlplay.dataset import BEGIN, Task
from dlplay.tokens import shifted

BRIGHTEST = 255
"""A pixel of a caption's image that is white; black is 0."""


def captioned(
    images: np.ndarray, captions: Sequence[Sequence[str]], classes: Sequence[str], target: int
) -> tuple[np.ndarray, np.ndarray]:
    """Images (example, channel, row, column) of 0 to 1 and their captions as examples that are to be captioned.

    Inputs (example, pixels + target) int64 and targets (example, target) int64, as `tokens.paired` makes them of pairs.
    """
    told, wanted = shifted(captions, classes, target)
    return np.concatenate([_whole(images), told], axis=1), wanted


def frames(task: Task, inputs: np.ndarray) -> np.ndarray:
    """What there is to see of examples (example, …): (example, frame, channel, row, column) float32.

    An image and what a caption is about are one frame. Raises `Refusal` where there is nothing to see.
    """
    if task.picture is not None:
        pixels = inputs[:, : task.source].astype(np.float32) / BRIGHTEST
        return pixels.reshape(len(inputs), 1, *task.picture)
    if task.reads == "video":
        return inputs
    if task.reads == "image":
        return inputs[:, None]
    raise Refusal("picture", "This data set has no images.")


def seen(task: Task) -> bool:
    """Whether there is something to see of an example: an image, or a film."""
    return task.reads in ("image", "video") or task.picture is not None


def shape(task: Task) -> tuple[int, int, int] | None:
    """The shape (channel, row, column) of an image of one's own, where an example can be made of one."""
    if task.reads == "image":
        channels, rows, columns = task.input_shape
        return channels, rows, columns
    return task.picture


def own(task: Task, values: Any) -> np.ndarray:
    """An image of one's own, (channel, row, column) of 0 to 1, as one example (1, …); a caption's words are left empty.

    Raises `Refusal` for an image of another size, for values that are none, and where no image is read.
    """
    wanted = shape(task)
    if wanted is None:
        raise Refusal("pixels", f"pixels are an image; this data is made of {_made_of(task)}.")
    try:
        image = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError):
        raise Refusal("pixels", "pixels are no image: its rows are not equally long, or hold something else.") from None
    if image.shape[-2:] != wanted[1:] or image.size != np.prod(wanted):
        size = " × ".join(map(str, image.shape[-3:])) or "1"
        raise Refusal("pixels", f"The image has {size} pixels; this data has {' × '.join(map(str, wanted))}.")
    if not np.isfinite(image).all() or image.min() < 0 or image.max() > 1:
        raise Refusal("pixels", "pixels lie between 0 and 1.")
    image = image.reshape(1, *wanted)
    if task.picture is None:
        return image
    row = np.zeros((1, *task.input_shape), np.int64)
    row[:, : task.source] = _whole(image)
    row[:, task.source] = task.classes.index(BEGIN)
    return row


def _whole(images: np.ndarray) -> np.ndarray:
    """Images (example, …) of 0 to 1 as whole numbers (example, pixel)."""
    return np.rint(images.reshape(len(images), -1) * BRIGHTEST).astype(np.int64)


def _made_of(task: Task) -> str:
    if task.reads == "video":
        return f"videos of {task.input_shape[0]} frames"
    if task.tokens:
        return "tokens"
    return "points" if task.reads == "point" else "numbers"
