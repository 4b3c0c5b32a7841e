"""Small windows that slide.

A convolution looks at a small window of the image, multiplies it with a kernel, adds everything up, and slides on. The
same few numbers are used at every place, so a stroke is found wherever it is, and an image ten times as large needs not
one parameter more. Layer over layer the window grows: the receptive field of a number is the part of the image that
can change it.

    output = ⌊(input − kernel + 2·padding) / stride⌋ + 1

LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.
"""

from __future__ import annotations

from typing import Literal

from dlplay.architecture import Architecture, Preset
from dlplay.config import Config, field, knob
from dlplay.dataset import Task
from dlplay.layers.records import Act, AvgPool, BatchNorm, Conv, Dense, Dropout, Flatten, GlobalPool, Layer, MaxPool
from dlplay.layers.repair import repairs
from dlplay.layers.shapes import to_answer


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
    shapes = to_answer(config.layers, task.input_shape, task.outputs if config.head == "none" else None)
    return [task.input_shape, *shapes][-1]


def mended(config: CNNConfig, task: Task) -> tuple[tuple[str, CNNConfig], ...]:
    """Ways to make an impossible stack fit, best first: what to press, and the config it leads to."""
    outputs = task.outputs if config.head == "none" else None
    found = repairs(config.layers, task.input_shape, outputs, room=knob(CNNConfig, "layers").at_most)
    return tuple((repair.label, config.but(layers=repair.layers)) for repair in found)


_IMAGENET = (3, 224, 224)
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
_like_a_vit = (
    Conv(channels=48, padding=1), Act(), MaxPool(), Conv(channels=144, padding=1), Act(), MaxPool(), Flatten(),
)  # fmt: skip
_alexnet_2012 = (
    Conv(channels=96, kernel=11, stride=4), Act(), MaxPool(kernel=3),
    Conv(channels=256, kernel=5, padding=2, groups=2), Act(), MaxPool(kernel=3),
    Conv(channels=384, padding=1), Act(), Conv(channels=384, padding=1, groups=2), Act(),
    Conv(channels=256, padding=1, groups=2), Act(), MaxPool(kernel=3),
    Flatten(), Dense(units=4096), Act(), Dropout(), Dense(units=4096), Act(), Dropout(),
)  # fmt: skip
_alexnet = (
    Conv(channels=64, kernel=11, stride=4, padding=2), Act(), MaxPool(kernel=3),
    Conv(channels=192, kernel=5, padding=2), Act(), MaxPool(kernel=3),
    Conv(channels=384, padding=1), Act(), Conv(channels=256, padding=1), Act(),
    Conv(channels=256, padding=1), Act(), MaxPool(kernel=3),
    Flatten(), Dropout(), Dense(units=4096), Act(), Dropout(), Dense(units=4096), Act(),
)  # fmt: skip


def _vgg(*stages: tuple[int, int]) -> tuple[Layer, ...]:
    """VGG at its published size: in each stage so many 3×3 convolutions of so many channels, then a pool."""
    row: list[Layer] = []
    for convolutions, channels in stages:
        pair: list[Layer] = [Conv(channels=channels, padding=1), Act()]
        row += [*pair * convolutions, MaxPool()]
    return (*row, Flatten(), *(Dense(units=4096), Act(), Dropout()) * 2)


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
    inside="maps",
    mended=mended,
    presets={
        "Small CNN": Preset(CNNConfig(), data="digits"),
        "LeNet-5 (modern)": Preset(
            CNNConfig(layers=_lenet),
            input_shape=(1, 32, 32),
            outputs=10,
            published={"parameters": 61_706, "macs": 416_520},
            source="LeCun et al. 1998 with full connections in C3, plain pooling and a dense output",
        ),
        "LeNet-5 on digits": Preset(CNNConfig(layers=_small_lenet), data="digits"),
        "Small AlexNet": Preset(CNNConfig(layers=_small_alexnet), data="digits"),
        "Small VGG": Preset(CNNConfig(layers=_small_vgg), data="digits"),
        "CNN on 200 digits": Preset(
            CNNConfig(layers=_like_a_vit), data="digits", data_config={"held_out": 0.8887}, training={"rate": 0.001}
        ),
        "All convolutional": Preset(CNNConfig(layers=_all_convolutional, head="none"), data="digits"),
        "AlexNet (2012)": Preset(
            CNNConfig(layers=_alexnet_2012),
            input_shape=(3, 227, 227),
            outputs=1000,
            published={"parameters": 60_965_224, "macs": 724_406_816},
            source="Krizhevsky, Sutskever, Hinton 2012, without local response normalisation, which has no parameters",
        ),
        "AlexNet (torchvision)": Preset(
            CNNConfig(layers=_alexnet),
            input_shape=_IMAGENET,
            outputs=1000,
            published={"parameters": 61_100_840, "macs": 714_188_480},
            source="torchvision, after Krizhevsky 2014, without the adaptive pool, which changes nothing at 224 × 224",
        ),
        "VGG-11": Preset(
            CNNConfig(layers=_vgg((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))),
            input_shape=_IMAGENET,
            outputs=1000,
            published={"parameters": 132_863_336, "macs": 7_609_090_048},
            source="Simonyan & Zisserman 2014, configuration A",
        ),
        "VGG-16": Preset(
            CNNConfig(layers=_vgg((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))),
            input_shape=_IMAGENET,
            outputs=1000,
            published={"parameters": 138_357_544, "macs": 15_470_264_320},
            source="Simonyan & Zisserman 2014, configuration D",
        ),
    },
)

from torch import Tensor, nn

from dlplay.layers.stack import stack
from dlplay.tap import Tap


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
