"""Layers of weighted sums.

Every neuron multiplies each of its inputs with a weight, adds them up, adds a bias, and bends the sum with an
activation. One layer draws straight borders; layers on top of each other bend them.

    a = f(w · x + b)

Rumelhart, Hinton, Williams: Learning Representations by Back-Propagating Errors, 1986.
"""

from __future__ import annotations

from math import prod
from typing import Literal

from pydantic import field_validator

from dlplay.architecture import Architecture, Preset
from dlplay.config import Config, Refusal, field
from dlplay.dataset import Task
from dlplay.layers.records import Activation

Feature = Literal["x", "y", "xx", "yy", "xy", "sinx", "siny"]
FEATURE_NAMES = {"x": "x", "y": "y", "xx": "x²", "yy": "y²", "xy": "xy", "sinx": "sin x", "siny": "sin y"}


class Hidden(Config):
    """One hidden layer."""

    units: int = field(8, ge=1, le=512, help="neurons in this layer")
    activation: Activation = field("tanh", help="bends every neuron's sum")
    norm: Literal["none", "batch", "layer"] = field("none", help="what the sums are normalised over")
    dropout: float = field(0.0, ge=0, le=0.9, step=0.1, help="share of neurons silenced while training")


class MLPConfig(Config):
    """Hidden layers, how their weights begin, and for points what the first layer is given."""

    hidden: tuple[Hidden, ...] = field(
        (Hidden(units=4), Hidden(units=2)), at_most=8, hidden=True, help="layers, first to last"
    )
    init: Literal["default", "xavier", "he", "small", "large", "zeros"] = field(
        "default", label="Initial weights", help="how the weights begin"
    )
    features: tuple[Feature, ...] = field(
        ("x", "y"), at_most=7, hidden=True, help="what the first layer sees of a point"
    )

    @field_validator("features")
    @classmethod
    def _some(cls, features: tuple[Feature, ...]) -> tuple[Feature, ...]:
        if not features:
            raise Refusal("features", "features is empty; the first layer needs at least one.")
        twice = [name for name in features if features.count(name) > 1]
        if twice:
            raise Refusal("features", f"features has {twice[0]} twice; each can stand there once.")
        return features


def fit(config: MLPConfig, task: Task) -> MLPConfig:
    """Features are for points; everything else suits every task."""
    return config if task.reads == "point" else config.but(features=("x", "y"))


ARCHITECTURE = Architecture(
    title="MLP",
    year=1986,
    paper="Rumelhart, Hinton, Williams: Learning Representations by Back-Propagating Errors, 1986",
    reads=("point", "table", "image"),
    config=MLPConfig,
    module="MLP",
    fit=fit,
    inside="network",
    presets={
        "Small MLP": Preset(MLPConfig(), data="circle"),
        "MLP for the spiral": Preset(
            MLPConfig(hidden=(Hidden(units=8), Hidden(units=6)), features=("x", "y", "sinx", "siny")), data="spiral"
        ),
        "MLP on digits": Preset(MLPConfig(hidden=(Hidden(units=32, activation="relu"),)), data="digits"),
    },
)

import torch
from torch import Tensor, nn

from dlplay.layers.activation import activation
from dlplay.tap import Tap


class Neurons(nn.Module):
    """One hidden layer: the weighted sum, then norm, activation and dropout."""

    def __init__(self, inputs: int, config: Hidden):
        super().__init__()
        self.linear = nn.Linear(inputs, config.units)
        self.sum = Tap("batch unit")
        norms = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
        self.norm = norms[config.norm](config.units)
        self.activation = activation(config.activation)
        self.value = Tap("batch unit")
        self.dropout = nn.Dropout(config.dropout) if config.dropout else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.value(self.activation(self.norm(self.sum(self.linear(x))))))


class Features(nn.Module):
    """A point (x, y) as the numbers the first layer is given: (batch, 2) to (batch, feature)."""

    def __init__(self, names: tuple[Feature, ...]):
        super().__init__()
        self.names = names

    def forward(self, points: Tensor) -> Tensor:
        x, y = points.unbind(dim=1)
        given = {"x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y, "sinx": x.sin(), "siny": y.sin()}
        return torch.stack([given[name] for name in self.names], dim=1)  # (batch, feature)


class MLP(nn.Module):
    """Examples of any shape (batch, …) to one answer each (batch, output)."""

    def __init__(self, config: MLPConfig, task: Task):
        super().__init__()
        points = task.reads == "point"
        self.inputs = Features(config.features) if points else nn.Flatten()
        self.seen = Tap("batch unit")
        widths = [len(config.features) if points else prod(task.input_shape), *(layer.units for layer in config.hidden)]
        self.layers = nn.ModuleList(map(Neurons, widths, config.hidden))
        self.answer = nn.Linear(widths[-1], task.outputs)
        self.output = Tap("batch class" if task.classes else "batch unit")
        for module in self.modules():
            if isinstance(module, nn.Linear):
                initialise(module, config.init)

    def forward(self, examples: Tensor) -> Tensor:
        x = self.seen(self.inputs(examples))  # (batch, feature)
        for layer in self.layers:
            x = layer(x)
        return self.output(self.answer(x))  # (batch, output)


def initialise(linear: nn.Linear, how: str) -> None:
    """Weights drawn by a rule; biases begin at zero, except under PyTorch's default, which draws them too.

    Glorot & Bengio 2010 (xavier), He et al. 2015 (he). small: deviation 0.01; large: deviation 3.
    """
    if how == "default":
        return
    if how == "xavier":
        nn.init.xavier_uniform_(linear.weight)
    elif how == "he":
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    else:
        nn.init.normal_(linear.weight, std={"small": 0.01, "large": 3.0, "zeros": 0.0}[how])
    nn.init.zeros_(linear.bias)
