"""Slow motion: how many steps a second a run may be held to."""

from __future__ import annotations

from dlplay.config import Refusal, quoted

SLOWEST, QUICKEST = 0.05, 1e4  # steps a second


def accepted(steps_per_second: float | None) -> float | None:
    """The same pace; None is as fast as it goes. Raises `Refusal`."""
    if steps_per_second is None or SLOWEST <= steps_per_second <= QUICKEST:
        return steps_per_second
    given = quoted(steps_per_second)
    raise Refusal("speed", f"speed is {given}; it lies between {SLOWEST:g} and {QUICKEST:g} steps a second.")
