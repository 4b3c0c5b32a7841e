"""A handwritten digit wanders over a field: which way does it go, or which one is it?

A short film of one digit that moves evenly up, down, left or right; what leaves the field on one side comes in on the
other, so in every single frame it may stand anywhere, whichever way it goes. One frame cannot tell motion: whoever
looks at one alone is right one time in four. Two frames compared can. To name the digit one frame would do, and the
others help against noise. No handwritten digit is used twice, so a held-out one was never seen in motion or at rest.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task
from dlplay.drawing import noisy

STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
"""Rows and columns that a digit goes in one frame, at a speed of one pixel."""


class MovingDigitsConfig(DataConfig):
    ask: Literal["direction", "digit"] = field("direction", help="what is to be told of a video")
    frames: int = field(8, ge=2, le=16, step=1, help="images in one video")
    size: int = field(16, ge=12, le=32, step=4, unit="pixels", help="width and height of the field")
    speed: int = field(2, ge=1, le=3, step=1, unit="pixels", help="pixels from one frame to the next")
    noise: float = field(0.0, ge=0, le=0.5, step=0.05, help="how far the brightness of pixels strays")
    examples: int = field(1000, ge=100, le=1700, step=100, help="videos, each of another digit")


def make(config: MovingDigitsConfig) -> Examples:
    from sklearn.datasets import load_digits

    digits = load_digits()
    random = np.random.default_rng(config.seed)
    chosen = random.permutation(len(digits.target))[: config.examples]
    images = (digits.images[chosen] / 16).astype(np.float32)  # (example, row, column)
    ways = random.permutation(np.arange(config.examples) % len(STEPS))
    begin = random.integers(0, config.size, (config.examples, 2))
    videos = moved(images, begin, np.array(list(STEPS.values()))[ways] * config.speed, config.frames, config.size)
    targets = ways if config.ask == "direction" else digits.target[chosen]
    return Examples(noisy(videos, config.noise, random), targets.astype(np.int64))


def moved(images: np.ndarray, begin: np.ndarray, step: np.ndarray, frames: int, size: int) -> np.ndarray:
    """Images (example, row, column) that move over a field without ends: (example, time, channel, row, column).

    begin: (example, 2) row and column of the upper left corner in the first frame. step: (example, 2) from one frame to
    the next. Both in whole pixels.
    """
    count, high, wide = images.shape
    times = np.arange(frames)
    corners = begin[:, None] + step[:, None] * times[:, None]  # (example, time, 2)
    rows = (corners[..., 0, None] + np.arange(high)) % size  # (example, time, row)
    columns = (corners[..., 1, None] + np.arange(wide)) % size
    videos = np.zeros((count, frames, 1, size, size), np.float32)
    where = np.arange(count)[:, None, None, None]
    videos[where, times[:, None, None], 0, rows[..., :, None], columns[..., None, :]] = images[:, None]
    return videos


def task(config: MovingDigitsConfig) -> Task:
    classes = tuple(STEPS) if config.ask == "direction" else tuple("0123456789")
    return Task("video", (config.frames, 1, config.size, config.size), classes=classes)


DATASET = Dataset(
    title="Moving digits",
    config=MovingDigitsConfig,
    task=task,
    make=make,
    source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998, made to move; from scikit-learn",
    licence="CC BY 4.0",
)
