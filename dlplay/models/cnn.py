"""Small windows that slide.

A convolution looks at a small window of the image, multiplies it with a kernel, adds everything up, and slides on. The
same few numbers are used at every place, so a stroke is found wherever it is, and an image ten times as large needs not
one parameter more. Layer over layer the window grows: the receptive field of a number is the part of the image that
can change it.

    output = ⌊(input − kernel + 2·padding) / stride⌋ + 1

LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Literal

from dlplay.architecture import Architecture, Preset
from dlplay.config import Config, field
from dlplay.dataset import Task
from dlplay.layers.records import Act, AvgPool, BatchNorm, Conv, Dense, Dropout, Flatten, GlobalPool, Layer, MaxPool
from dlplay.layers.shapes import Misfit, spelled, trace


class CNNConfig(Config):
    """A free stack of layers, and what turns its last values into the answer."""

    layers: tuple[Layer, ...] = field(
        (Conv(channels=8, padding=1), Act(), MaxPool(), Conv(channels=16, padding=1), Act(), MaxPool(), Flatten()),
        at_most=64,
        hidden=True,
        help="from the image to the answer",
    )
    head: Literal["dense", "none"] = field("dense", help="dense layer to the answer, or none")


def fit(config: CNNConfig, task: Task) -> CNNConfig:
    """As many channels before a bare head as there are answers; nothing else depends on the task."""
    if config.head == "dense":
        return config
    wanted, layers = task.outputs, list(config.layers)
    for index in reversed(range(len(layers))):
        if isinstance(layers[index], Conv | Dense):
            key = "channels" if isinstance(layers[index], Conv) else "units"
            layers[index] = layers[index].but(**{key: wanted})
            break
    return config.but(layers=tuple(layers))


def head_shape(config: CNNConfig, task: Task) -> tuple[int, ...]:
    """What the stack gives to its head. Raises `Misfit` when a layer or the head does not fit."""
    shapes = [task.input_shape, *trace(config.layers, task.input_shape)]
    last, place = shapes[-1], len(config.layers)
    if len(last) != 1:
        raise Misfit(place, "answer", f"it needs one row of numbers, and {spelled(last)} maps come in")
    if config.head == "none" and last != (task.outputs,):
        raise Misfit(place, "answer", f"{last[0]:,} numbers come in and {task.outputs} are asked for")
    return last


_MNIST = (1, 32, 32)
_lenet = (
    Conv(channels=6, kernel=5), Act(activation="tanh"), AvgPool(),
    Conv(channels=16, kernel=5), Act(activation="tanh"), AvgPool(), Flatten(),
    Dense(units=120), Act(activation="tanh"), Dense(units=84), Act(activation="tanh"),
)  # fmt: skip
_small_lenet = (
    Conv(channels=6, padding=1), Act(activation="tanh"), AvgPool(),
    Conv(channels=16, padding=1), Act(activation="tanh"), AvgPool(), Flatten(),
    Dense(units=60), Act(activation="tanh"), Dense(units=42), Act(activation="tanh"),
)  # fmt: skip
_small_alexnet = (
    Conv(channels=16, padding=2, kernel=5), Act(), MaxPool(kernel=3, padding=1),
    Conv(channels=32, padding=1), Act(), MaxPool(kernel=3, padding=1),
    Conv(channels=32, padding=1), Act(), Conv(channels=24, padding=1), Act(), Flatten(),
    Dropout(), Dense(units=64), Act(), Dropout(), Dense(units=64), Act(),
)  # fmt: skip
_small_vgg = (
    Conv(channels=16, padding=1), BatchNorm(), Act(), Conv(channels=16, padding=1), BatchNorm(), Act(), MaxPool(),
    Conv(channels=32, padding=1), BatchNorm(), Act(), Conv(channels=32, padding=1), BatchNorm(), Act(), MaxPool(),
    Flatten(), Dense(units=64), Act(), Dropout(),
)  # fmt: skip
_all_convolutional = (
    Conv(channels=16, padding=1), Act(), Conv(channels=16, padding=1, stride=2), Act(),
    Conv(channels=32, padding=1), Act(), Conv(channels=10, kernel=1), GlobalPool(),
)  # fmt: skip

ARCHITECTURE = Architecture(
    title="CNN",
    year=1998,
    paper="LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998",
    reads=("image",),
    config=CNNConfig,
    module="CNN",
    fit=fit,
    presets={
        "Small CNN": Preset(CNNConfig(), data="digits"),
        "LeNet-5 (modern)": Preset(
            CNNConfig(layers=_lenet),
            input_shape=_MNIST,
            outputs=10,
            published={"parameters": 61_706, "macs": 416_520},
            source="LeCun et al. 1998 with full connections in C3, plain pooling and a dense output",
        ),
        "LeNet-5 on digits": Preset(CNNConfig(layers=_small_lenet), data="digits"),
        "Small AlexNet": Preset(CNNConfig(layers=_small_alexnet), data="digits"),
        "Small VGG": Preset(CNNConfig(layers=_small_vgg), data="digits"),
        "All convolutional": Preset(CNNConfig(layers=_all_convolutional, head="none"), data="digits"),
    },
)

from torch import Tensor, nn  # noqa: E402

from dlplay.layers.stack import stack  # noqa: E402
from dlplay.tap import Tap  # noqa: E402


class CNN(nn.Module):
    """Images (batch, channel, row, column) to one answer each (batch, output)."""

    def __init__(self, config: CNNConfig, task: Task):
        super().__init__()
        (features,) = head_shape(config, task)
        self.layers = stack(config.layers, task.input_shape)
        self.answer = nn.Linear(features, task.outputs) if config.head == "dense" else nn.Identity()
        self.output = Tap("batch class" if task.classes else "batch unit")

    def forward(self, images: Tensor) -> Tensor:
        x = images
        for layer in self.layers:
            x = layer(x)
        return self.output(self.answer(x))  # (batch, output)
