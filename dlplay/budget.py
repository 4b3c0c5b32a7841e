"""What training takes, in bytes and seconds, and whether that is too much for one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlplay.limits import Limits
from dlplay.numerals import large
from dlplay.training.optimisers import RULES
from dlplay.training.settings import OPTIMISER_NAMES, Optimiser

if TYPE_CHECKING:
    from dlplay.anatomy import Anatomy

BYTES = 4  # float32
RATE = 20e9
"""Assumed multiply-accumulates a second: float32 convolutions and products on one processor core of 2024."""
SIFTED = 1e9
"""Assumed operations a second of layers that multiply no matrices: values of a pooling window that are compared."""

LOOKED = 70
"""Bytes that looking at one weight of attention takes: scores and weights of a few examples, and what is drawn of them.
Measured with images of 1,025 places.
"""


@dataclass(frozen=True)
class Need:
    """What training takes: bytes, and seconds for one step at the assumed rate.

    The backward pass computes about twice the products of the forward pass, so a step takes 3 × MACs × batch; what
    layers without products do (`Anatomy.sifted`) is counted for both passes.
    """

    batch: int
    parameters: int
    gradients: int
    optimiser: int
    activations: int
    seconds: float

    @property
    def memory(self) -> int:
        return self.parameters + self.gradients + self.optimiser + self.activations


def need(found: Anatomy, optimiser: Optimiser, batch: int) -> Need:
    """What training a model with this optimiser and batch takes."""
    weights = BYTES * found.parameters
    seconds = batch * (3 * found.macs / RATE + found.sifted / SIFTED)
    return Need(batch, weights, weights, len(RULES[optimiser].slots) * weights, batch * found.activations, seconds)


def too_large(found: Anatomy, takes: Need, optimiser: Optimiser, limits: Limits) -> str | None:
    """What is too large about a model, with need and limit, or None."""
    weights = takes.memory - takes.activations
    count, rule = large(found.parameters), OPTIMISER_NAMES[optimiser]
    if found.parameters > limits.parameters:
        return f"The model has {count} parameters; a run may have {large(limits.parameters)}."
    if weights > limits.network:
        return f"{count} parameters need {_bytes(weights)} with {rule}; a network may take {_bytes(limits.network)}."
    if takes.memory > limits.network:
        activations = _bytes(takes.activations)
        return (
            f"A batch of {takes.batch:,} needs {_bytes(takes.memory)}, {activations} of it for activations; "
            f"a network may take {_bytes(limits.network)}."
        )
    if LOOKED * found.weights > limits.network:
        return (
            f"Attention has {large(found.weights)} weights in one example, and looking at them needs "
            f"{_bytes(LOOKED * found.weights)}; pictures may take {_bytes(limits.network)}."
        )
    if takes.seconds > limits.seconds:
        products, others = large(3 * found.macs * takes.batch), large(found.sifted * takes.batch)
        return (
            f"One step needs {products} multiplications and {others} other operations, about {takes.seconds:.0f} s; "
            f"a step may take {limits.seconds:.0f} s."
        )
    return None


def _bytes(count: float) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"
