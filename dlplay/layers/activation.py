"""The non-linearities, by the name a config gives them."""

from __future__ import annotations

from torch import nn

from dlplay.layers.records import Activation

MODULES: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "elu": nn.ELU,
    "linear": nn.Identity,
}


def activation(name: Activation) -> nn.Module:
    """The module of that name."""
    return MODULES[name]()
