"""The rules that turn gradients into steps, each written out once.

All parameters of a model stand in one row (`dlplay.training.row`), so a rule is a few calls for the whole network, and
what a rule remembers, its slots, are rows of the same length. Constants and arithmetic are those of torch.optim, in
the same order, so that both agree bit for bit. Weight decay acts on every parameter, as it does there: it is added to
the gradient, or for adamw taken off the weights directly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt

from torch import Tensor
from torch.nn.functional import softshrink

Update = Callable[[Tensor, Tensor, Mapping[str, Tensor], float, float, int], None]


@dataclass(frozen=True)
class Rule:
    """update(weights, gradient, slots, rate, decay, count) changes weights and slots; count is 1 at the first step."""

    update: Update
    slots: tuple[str, ...] = ()


def _sgd(weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, decay: float, count: int) -> None:
    """w ← w − η g."""
    weights.add_(_pulled(gradient, weights, decay), alpha=-rate)


def _momentum(
    weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, decay: float, count: int
) -> None:
    """v ← 0.9 v + g, w ← w − η v (Polyak 1964)."""
    velocity = slots["velocity"]
    velocity.mul_(0.9).add_(_pulled(gradient, weights, decay))
    weights.add_(velocity, alpha=-rate)


def _nesterov(
    weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, decay: float, count: int
) -> None:
    """v ← 0.9 v + g, w ← w − η (g + 0.9 v) (Sutskever et al. 2013)."""
    velocity = slots["velocity"]
    gradient = _pulled(gradient, weights, decay)
    velocity.mul_(0.9).add_(gradient)
    weights.add_(gradient.add(velocity, alpha=0.9), alpha=-rate)


def _rmsprop(
    weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, decay: float, count: int
) -> None:
    """s ← 0.99 s + 0.01 g², w ← w − η g / (√s + 10⁻⁸) (Hinton 2012, lecture 6e)."""
    square = slots["square"]
    gradient = _pulled(gradient, weights, decay)
    square.mul_(0.99).addcmul_(gradient, gradient, value=1 - 0.99)
    weights.addcdiv_(gradient, square.sqrt().add_(1e-8), value=-rate)


def _adagrad(
    weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, decay: float, count: int
) -> None:
    """s ← s + g², w ← w − η g / (√s + 10⁻¹⁰) (Duchi et al. 2011)."""
    total = slots["sum"]
    gradient = _pulled(gradient, weights, decay)
    total.addcmul_(gradient, gradient, value=1)
    weights.addcdiv_(gradient, total.sqrt().add_(1e-10), value=-rate)


def _adam(
    weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, decay: float, count: int
) -> None:
    """m ← 0.9 m + 0.1 g, s ← 0.999 s + 0.001 g², w ← w − η m̂ / (√ŝ + 10⁻⁸) (Kingma & Ba 2014, algorithm 1)."""
    _adam_step(weights, _pulled(gradient, weights, decay), slots, rate, count)


def _adamw(
    weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, decay: float, count: int
) -> None:
    """w ← (1 − η λ) w, then adam (Loshchilov & Hutter 2017, algorithm 2)."""
    if decay:
        weights.mul_(1 - rate * decay)
    _adam_step(weights, gradient, slots, rate, count)


def _adam_step(weights: Tensor, gradient: Tensor, slots: Mapping[str, Tensor], rate: float, count: int) -> None:
    mean, square = slots["mean"], slots["square"]
    mean.lerp_(gradient, 1 - 0.9)
    square.mul_(0.999).addcmul_(gradient, gradient, value=1 - 0.999)
    root = square.sqrt().div_(sqrt(1 - 0.999**count)).add_(1e-8)
    weights.addcdiv_(mean, root, value=-rate / (1 - 0.9**count))


def _pulled(gradient: Tensor, weights: Tensor, decay: float) -> Tensor:
    return gradient.add(weights, alpha=decay) if decay else gradient


RULES: Mapping[str, Rule] = {
    "sgd": Rule(_sgd),
    "momentum": Rule(_momentum, ("velocity",)),
    "nesterov": Rule(_nesterov, ("velocity",)),
    "rmsprop": Rule(_rmsprop, ("square",)),
    "adagrad": Rule(_adagrad, ("sum",)),
    "adam": Rule(_adam, ("mean", "square")),
    "adamw": Rule(_adamw, ("mean", "square")),
}


def clipped(gradient: Tensor, largest: float) -> Tensor:
    """The gradient, shortened where its norm over all parameters exceeds `largest` (Pascanu et al. 2013)."""
    return gradient * (largest / (gradient.norm() + 1e-6)).clamp(max=1.0)


def shrink(weights: Tensor, amount: float) -> None:
    """Every weight moved towards zero by `amount`, and to exactly zero where it was nearer than that.

    The proximal step of the L1 penalty; after each optimiser step with amount = rate · l1 (Parikh & Boyd, Proximal
    Algorithms, 2014, section 6.5.2).
    """
    weights.copy_(softshrink(weights, amount))
