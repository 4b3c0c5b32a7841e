"""Plain shapes as pixels, with soft edges.

A shape is told by its distance: how far a place is outside of it, negative inside. A pixel half a pixel inside is
whole, one half a pixel outside is empty, and between them its brightness falls evenly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

SHAPES = ("circle", "square", "triangle", "cross", "ring")
COLOURS = {
    "red": (0.93, 0.20, 0.20),
    "blue": (0.20, 0.38, 1.00),
    "green": (0.15, 0.75, 0.25),
    "yellow": (1.00, 0.87, 0.15),
    "white": (1.00, 1.00, 1.00),
    "purple": (0.72, 0.25, 0.90),
}


def drawn(
    shapes: Sequence[str] | np.ndarray,
    side: int,
    *,
    rows: np.ndarray,
    columns: np.ndarray,
    radius: np.ndarray,
    turn: np.ndarray | None = None,
) -> np.ndarray:
    """One shape for each example as brightness (example, row, column) float32, 0 to 1, `side` pixels wide and high.

    rows, columns: (example,) where the middle is, in pixels from the upper left corner. radius: (example,) in pixels.
    turn: (example,) in radians, clockwise; none for upright shapes.
    """
    names = np.asarray(shapes)
    angle = np.zeros(len(names)) if turn is None else turn
    centres = (np.arange(side) + 0.5).astype(np.float32)
    found = np.empty((len(names), side, side), np.float32)
    for name in SHAPES:
        which = np.flatnonzero(names == name)
        across, down, size, sine, cosine = (
            values[which].astype(np.float32)[:, None, None]
            for values in (columns, rows, radius, np.sin(angle), np.cos(angle))
        )
        x, y = centres[None, None, :] - across, centres[None, :, None] - down  # (example, row, column)
        outside = _OUTSIDE[name](cosine * x + sine * y, cosine * y - sine * x, size)
        found[which] = np.clip(0.5 - outside, 0, 1)
    return found


def _circle(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + y * y) - radius


def _square(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(x), np.abs(y)) - 0.85 * radius


def _triangle(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Three even sides, one below."""
    slanted = np.sqrt(0.75).astype(np.float32) * np.abs(x) - 0.5 * y
    return np.maximum(slanted, y) - 0.55 * radius


def _cross(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    wide, narrow = np.abs(x), np.abs(y)
    bar = np.maximum(wide - radius, narrow - 0.3 * radius)
    return np.minimum(bar, np.maximum(narrow - radius, wide - 0.3 * radius))


def _ring(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    return np.abs(np.sqrt(x * x + y * y) - 0.75 * radius) - 0.25 * radius


_OUTSIDE: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "cross": _cross,
    "ring": _ring,
}


def noisy(images: np.ndarray, noise: float, random: np.random.Generator) -> np.ndarray:
    """Images of 0 to 1 with random brightness of this deviation added, kept from 0 to 1."""
    if not noise:
        return images
    strayed = images + noise * random.standard_normal(images.shape, dtype=np.float32)
    return np.clip(strayed, 0, 1).astype(np.float32)
