"""What data sets of points in the plane share: their number, their noise, and points added or taken away by hand.

A point keeps its part of the split whatever is done to the others: the points made by formula are split first, then
some are taken away, then the added ones come in. So one click never reshuffles the data under a run.
"""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from dlplay.config import Config, Refusal, field
from dlplay.dataset import DataConfig, Examples

EDGE = 6.0
"""All points lie in the plane from −EDGE to EDGE, in x and in y."""
MOST = 2000

Number = Annotated[int, Field(ge=0, lt=MOST)]


class DrawnPoint(Config):
    """One point added by hand; kept to a hundredth."""

    x: float = field(0.0, ge=-EDGE, le=EDGE, step=0.01, help="place, left to right")
    y: float = field(0.0, ge=-EDGE, le=EDGE, step=0.01, help="place, bottom to top")
    target: float = field(0.0, ge=-1, le=9, help="its class number, or its value")

    @field_validator("x", "y", "target")
    @classmethod
    def _hundredth(cls, value: float) -> float:
        return round(value, 2) + 0.0  # −0 becomes 0


class PointsConfig(DataConfig):
    """How many points, how noisy, and what was changed by hand.

    A number in `removed` counts the points made by formula from 0; numbers past the last point have no effect, and
    neither part of the split loses its last point.
    """

    points: int = field(300, ge=20, le=MOST, step=20, help="points made by formula")
    noise: float = field(0.1, ge=0, le=0.5, step=0.05, help="how far points stray")
    added: tuple[DrawnPoint, ...] = field((), at_most=100, hidden=True, help="points drawn by hand")
    removed: tuple[Number, ...] = field((), at_most=100, hidden=True, help="points taken away, by number")

    def class_count(self) -> int:
        """How many classes there are; 0 when the target is a number from −1 to 1."""
        return 2

    @model_validator(mode="after")
    def _targets(self) -> Self:
        count = self.class_count()
        for place, point in enumerate(self.added):
            where = f"added.{place}.target"
            if count and not (point.target.is_integer() and 0 <= point.target < count):
                raise Refusal(where, f"{where} is {point.target:g}; the classes are 0 to {count - 1}.")
            if not count and point.target > 1:
                raise Refusal(where, f"{where} is {point.target:g}; the largest allowed is 1.")
        return self

    def by_hand(self, train: Examples, held_out: Examples) -> tuple[Examples, Examples]:
        """Both parts without the points taken away and with the added ones, numbered from `points` on.

        Which part an added point belongs to is drawn from its own place and class alone, so that no other point has a
        say in it, and two at the same place are never on both sides.
        """
        parts = [_without(part, self.removed) for part in (train, held_out)]
        for number, point in enumerate(self.added, self.points):
            example = self._example(point, number)
            ticket = np.random.default_rng([self.seed, 2, *example.inputs.view(np.uint32)[0]]).random()
            part = int(ticket < self.held_out)
            parts[part] = parts[part].and_also(example)
        return parts[0], parts[1]

    def _example(self, point: DrawnPoint, number: int) -> Examples:
        place = np.array([[point.x, point.y]], np.float32)
        target = np.array([int(point.target)]) if self.class_count() else np.array([[point.target]], np.float32)
        return Examples(place, target, np.array([number]))


def _without(part: Examples, removed: tuple[int, ...]) -> Examples:
    stays = ~np.isin(part.numbers, removed)
    return part.only(stays if stays.any() else part.numbers == part.numbers[0])


def numbered(count: int, classes: int) -> np.ndarray:
    """Class numbers (point,) int64, the classes taking turns."""
    return np.arange(count, dtype=np.int64) % classes


def strayed(places: np.ndarray, reach: float, random: np.random.Generator) -> np.ndarray:
    """The places (point, 2) each moved by at most `reach` in x and in y, as float32 inside the plane."""
    moved = places + random.uniform(-reach, reach, places.shape)
    return np.clip(moved, -EDGE, EDGE).astype(np.float32)
