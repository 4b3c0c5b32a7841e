"""How far the gates of a model stand open.

A model that has gates says so itself, by a method `openings()`: by a name that people can read, what each lets through
is multiplied by. A shut one is exactly 0. Every measurement of a run keeps them, so they can be drawn over its steps.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import nn


@runtime_checkable
class Gated(Protocol):
    """A model with gates."""

    def openings(self) -> dict[str, float]:
        """By name, what is multiplied with that which comes through each gate."""
        ...


def openings(model: nn.Module) -> dict[str, float]:
    """How far each gate of a model stands open, by name; none where it has none."""
    return model.openings() if isinstance(model, Gated) else {}
