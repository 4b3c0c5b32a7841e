"""Parameters that a step leaves as they are.

A model with a method `resting(step)` says which: the names of those that the step after so many steps leaves alone.
Whatever the optimiser remembers or pulls at, they keep their values bit for bit.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlplay.training.row import Row


class Resting:
    """Holds parameters of a row still, as its model wants it."""

    def __init__(self, model: nn.Module, row: Row):
        self._wanted = getattr(model, "resting", None)
        self._shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
        self._row = row
        self._names: tuple[str, ...] = ()
        self._places: Tensor | None = None

    def places(self, step: int) -> Tensor | None:
        """Where in the row the step after so many may change nothing: (number,) bool, None where it may everywhere."""
        names = self._wanted(step) if self._wanted else ()
        if names != self._names:
            self._names = names
            self._places = torch.zeros_like(self._row.values, dtype=torch.bool)
            for name in names:
                self._row.part(name, self._shapes[name], self._places).fill_(True)
        return self._places if names else None
