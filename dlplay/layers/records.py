"""The layers of a free stack, as small frozen records. No torch here: an edited stack is a config like any other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, field_validator

from dlplay.config import Config, field

Activation = Literal["relu", "leaky-relu", "tanh", "sigmoid", "gelu", "silu", "elu", "linear"]
ACTIVATION_NAMES: dict[str, str] = {
    "relu": "ReLU",
    "leaky-relu": "leaky ReLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "gelu": "GELU",
    "silu": "SiLU",
    "elu": "ELU",
    "linear": "linear",
}
"""What each is called in a sentence."""
Padding = Annotated[int, Field(ge=0, le=7)]


class Conv(Config):
    """A convolution: every output channel slides one kernel over the input channels of its group."""

    kind: Literal["conv"] = "conv"
    channels: int = field(8, ge=1, le=4096, help="how many kernels, so how many maps")
    kernel: int = field(3, ge=1, le=15, help="width and height of the kernel")
    stride: int = field(1, ge=1, le=8, help="cells it moves between two outputs")
    padding: Padding | Literal["same"] = field(0, help="zeros around the input; same keeps the size")
    dilation: int = field(1, ge=1, le=8, help="distance between kernel cells")
    groups: int = field(1, ge=1, le=4096, help="parts of the channels that never mix")
    bias: bool = field(True, help="one added number a map")


class MaxPool(Config):
    """The largest value in each window."""

    kind: Literal["maxpool"] = "maxpool"
    kernel: int = field(2, ge=1, le=15, help="width and height of the window")
    stride: int = field(2, ge=1, le=15, help="cells it moves between two outputs")
    padding: int = field(0, ge=0, le=7, help="cells around the input; at most half the window")


class AvgPool(Config):
    """The mean of each window."""

    kind: Literal["avgpool"] = "avgpool"
    kernel: int = field(2, ge=1, le=15, help="width and height of the window")
    stride: int = field(2, ge=1, le=15, help="cells it moves between two outputs")
    padding: int = field(0, ge=0, le=7, help="cells around the input; at most half the window")


class GlobalPool(Config):
    """One number a map: its mean, or its largest value."""

    kind: Literal["globalpool"] = "globalpool"
    how: Literal["mean", "max"] = field("mean", help="mean or largest value of each map")


class BatchNorm(Config):
    """Every channel brought to mean 0 and deviation 1 over the batch, then scaled and shifted."""

    kind: Literal["batchnorm"] = "batchnorm"


class Dropout(Config):
    """A random share of the values set to zero while training, the others scaled up."""

    kind: Literal["dropout"] = "dropout"
    share: float = field(0.5, ge=0, le=0.9, step=0.1, help="share of values silenced while training")


class Act(Config):
    """A non-linearity, value by value."""

    kind: Literal["act"] = "act"
    activation: Activation = field("relu", help="the function")


class Residual(Config):
    """x + F(x): two convolutions with batch norm beside a shortcut (He et al. 2015); 1×1 where shapes differ."""

    kind: Literal["residual"] = "residual"
    channels: int = field(16, ge=1, le=4096, help="maps the block gives")
    kernel: int = field(3, ge=1, le=15, step=2, help="width and height of its kernels, odd")
    stride: int = field(1, ge=1, le=4, help="stride of its first convolution")
    skip: bool = field(True, help="the shortcut around the block")

    @field_validator("kernel")
    @classmethod
    def _odd(cls, kernel: int) -> int:
        if kernel % 2 == 0:
            raise ValueError(f"kernel is {kernel}; a residual block needs an odd one, so that sizes agree.")
        return kernel


class Flatten(Config):
    """All maps in one row of numbers."""

    kind: Literal["flatten"] = "flatten"


class Dense(Config):
    """Every output sums every input, each with its own weight."""

    kind: Literal["dense"] = "dense"
    units: int = field(64, ge=1, le=8192, help="how many outputs")


Layer = Annotated[
    Conv | MaxPool | AvgPool | GlobalPool | BatchNorm | Dropout | Act | Residual | Flatten | Dense,
    Discriminator("kind"),
]
KINDS: dict[str, type[Config]] = {
    record.model_fields["kind"].default: record
    for record in (Conv, MaxPool, AvgPool, GlobalPool, BatchNorm, Dropout, Act, Residual, Flatten, Dense)
}
