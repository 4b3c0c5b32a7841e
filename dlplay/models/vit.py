"""An image as a sentence of patches.

The image is cut into squares, every square becomes one vector by the same weighted sums, and from there on nothing
knows of rows and columns: a Transformer looks at a sequence of patches. Where a patch was is told by a vector of its
own, which is learnt. One more token, the class token, belongs to no patch; by attention it gathers what it needs from
all, and the answer is made from it.

    x = [class, E p_1, E p_2, …] + positions      x ← blocks(x)      y = W norm(x_class)

A convolution is told that neighbours belong together, and that what it learns in one corner holds in all. A Vision
Transformer has to find both out, so with few images it falls behind, and with very many it need not.

Dosovitskiy et al., An Image is Worth 16×16 Words: Transformers for Image Recognition at Scale, 2021.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.dataset import Task
from dlplay.layers.seeing import SeeingConfig
from dlplay.layers.transforming import GENTLY

SIDE = 8
"""Patches that fit a side of an image, at most, when the data changes."""


class ViTConfig(SeeingConfig):
    """How the image is cut, and the blocks that look at the patches."""

    patch: int = field(2, ge=1, le=32, unit="pixels", help="side of a patch; zeros fill the last ones")


def fit(config: ViTConfig, task: Task) -> ViTConfig:
    """Larger patches for larger images, so that there are no more than 8 × 8."""
    if task.reads != "image":
        return config
    return config.but(patch=max(config.patch, min(-(-max(task.input_shape[1:]) // SIDE), 32)))


def _published(patch: int, layers: int, heads: int) -> ViTConfig:
    """At its published size: heads of 64 units, and a feed-forward part four times as wide as the stream."""
    return ViTConfig(
        patch=patch,
        layers=layers,
        heads=heads,
        head_width=64,
        feed_forward=4 * 64 * heads,
        attention_bias=True,
        epsilon=1e-6,
    )


_IMAGENET = (3, 224, 224)
_SOURCE = "Dosovitskiy et al. 2021, table 1; counted with a head for 1,000 classes, as in torchvision"

ARCHITECTURE = Architecture(
    title="Vision Transformer",
    year=2021,
    paper="Dosovitskiy et al.: An Image is Worth 16×16 Words, 2021",
    reads=("image",),
    config=ViTConfig,
    module="ViT",
    fit=fit,
    inside="attention",
    presets={
        "Small ViT": Preset(ViTConfig(), data="digits", training=GENTLY),
        "ViT on enlarged digits": Preset(
            ViTConfig(patch=4), data="digits", data_config={"enlarge": 2}, training=GENTLY
        ),
        "ViT on shapes": Preset(ViTConfig(patch=4), data="shapes", training=GENTLY),
        "ViT on 200 digits": Preset(
            ViTConfig(), data="digits", data_config={"held_out": 0.8887}, training={"rate": 0.001}
        ),
        "ViT-B/16": Preset(
            _published(16, 12, 12),
            input_shape=_IMAGENET,
            outputs=1000,
            published={"parameters": 86_567_656, "macs": 17_563_828_224},
            source=_SOURCE,
        ),
        "ViT-B/32": Preset(
            _published(32, 12, 12),
            input_shape=_IMAGENET,
            outputs=1000,
            published={"parameters": 88_224_232},
            source=_SOURCE,
        ),
        "ViT-L/16": Preset(
            _published(16, 24, 16),
            input_shape=_IMAGENET,
            outputs=1000,
            published={"parameters": 304_326_632},
            source=_SOURCE,
        ),
    },
)

from torch import Tensor, nn
from torch.nn.functional import pad

from dlplay.layers.seer import Seer


class Patches(nn.Conv2d):
    """Images (batch, channel, row, column) to one vector a patch (batch, unit, row, column); zeros fill the last."""

    def __init__(self, channels: int, width: int, side: int, missing: tuple[int, int]):
        super().__init__(channels, width, side, side)
        self.missing = missing

    def forward(self, images: Tensor) -> Tensor:
        rows, columns = self.missing
        return super().forward(pad(images, (0, columns, 0, rows)))  # (batch, unit, row, column)


class ViT(Seer):
    """Images (batch, channel, row, column) to one answer each (batch, output)."""

    region = "patch"

    def __init__(self, config: ViTConfig, task: Task):
        channels, height, width = task.input_shape
        side = config.patch
        rows, columns = -(-height // side), -(-width // side)
        patches = Patches(channels, config.width, side, (rows * side - height, columns * side - width))
        super().__init__(config, task, patches, (rows, columns), side)
