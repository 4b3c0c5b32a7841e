"""Images on their way to the eye: brightness as bytes, and small ones for choosing."""

from __future__ import annotations

import math

import numpy as np

from dlplay.dataset import Split
from dlplay.pixels import frames

FADING = 0.5
"""How bright a frame is in a trail, where the one after it has 1."""


def brightness(split: Split) -> tuple[float, float]:
    """The values drawn black and white: 0 and 1 where the data keeps to them, else the data's own ends."""
    some = frames(split.task, split.train.inputs[:64])
    low, high = float(some.min()), float(some.max())
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def as_bytes(images: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Images in the model's units as uint8 of the same shape, 0 for black and 255 for white."""
    low, high = ends
    share = (images - low) / ((high - low) or 1.0)
    return np.rint(255 * np.clip(np.nan_to_num(share), 0, 1)).astype(np.uint8)


def thumbnails(images: np.ndarray, ends: tuple[float, float], largest: int = 32) -> np.ndarray:
    """Images (example, channel, row, column) as uint8 at most this wide and high; cells are averaged to shrink."""
    factor = -(-max(images.shape[2:]) // largest)
    if factor > 1:
        count, channels, rows, columns = images.shape
        images = images[:, :, : rows // factor * factor, : columns // factor * factor]
        images = images.reshape(count, channels, rows // factor, factor, columns // factor, factor).mean(axis=(3, 5))
    return as_bytes(images, ends)


def side_by_side(film: np.ndarray) -> tuple[np.ndarray, int]:
    """Frames (frame, channel, row, column) as one image (channel, row, column), and how many stand in a line of it.

    They are read like a text, and make it about twice as wide as high. One frame is itself.
    """
    count, channels, rows, columns = film.shape
    lines = math.ceil(math.sqrt(count / 2))
    across = -(-count // lines)
    lines = -(-count // across)
    sheet = np.zeros((lines * across, channels, rows, columns), film.dtype)
    sheet[:count] = film
    sheet = sheet.reshape(lines, across, channels, rows, columns).transpose(2, 0, 3, 1, 4)
    return sheet.reshape(channels, lines * rows, across * columns), across


def trails(films: np.ndarray) -> np.ndarray:
    """Films (example, frame, channel, row, column) as one image each: where something was, dimmer the longer ago."""
    low = films.min(initial=0)
    fading = FADING ** np.arange(films.shape[1], dtype=np.float32)[::-1, None, None, None]
    return ((films - low) * fading).max(axis=1) + low
