"""All parameters of a model as one row of numbers.

The parameters become views into the row and their gradients views into a second one, so that an optimiser, a copy or a
check is one call however many layers there are.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, nn

ALIGNED = 16
"""Every parameter starts at a multiple of this many float32 (64 bytes), as it would with memory of its own."""


class Row:
    """values, gradient: (number,) float32, padded with zeros. Parameters with two axes or more, the weights of sums and
    kernels, come first and fill `values[:matrices]`; biases and norms follow.
    """

    def __init__(self, model: nn.Module, *, trained: bool):
        named = sorted(model.named_parameters(), key=lambda pair: pair[1].dim() < 2)  # stable: else in model order
        self.places: dict[str, int] = {}
        end = self.matrices = 0
        for name, parameter in named:
            self.places[name] = end
            end += -(-parameter.numel() // ALIGNED) * ALIGNED
            if parameter.dim() >= 2:
                self.matrices = end
        device = named[0][1].device
        self.values = torch.zeros(end, device=device)
        self.gradient = torch.zeros(end if trained else 0, device=device)
        for name, parameter in named:
            view = self.part(name, parameter.shape)
            view.copy_(parameter.detach())
            parameter.data = view
            if trained:
                parameter.grad = self.part(name, parameter.shape, self.gradient)

    def part(self, name: str, shape: torch.Size, row: Tensor | None = None) -> Tensor:
        """The place of one parameter in the values, or in another row of the same layout."""
        start = self.places[name]
        return (self.values if row is None else row)[start : start + prod(shape)].view(shape)
