"""A few that look at very many.

Attention between all places costs the square of their number, so a Transformer over every pixel of an image, or of a
film, is out of reach. Here a small number of learnt vectors, the latents, do the asking. They look at the whole input
once: that costs latents × inputs. All the deep work is done among the latents, and costs latents² whatever the input.
An output query then asks the latents for the answer.

    z ← z + attention(z, input)      z ← blocks(z), as often as wanted      y = W attention(query, z)

Nothing tells rows, columns or time but what stands beside each pixel: waves of its place, from slow to fast.

    place features: p, sin(π f_k p), cos(π f_k p),  f_1 = 1 … f_K = half the size of the axis,  p from −1 to 1

So images and films go in as they are, one pixel after the other.

Jaegle et al., Perceiver: General Perception with Iterative Attention, 2021. Output queries: Jaegle et al., Perceiver
IO, 2021.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import Config, field


class PerceiverConfig(Config):
    """The latents, what works among them, and how a place is told."""

    latents: int = field(16, ge=1, le=512, help="vectors that look at the input")
    layers: int = field(2, ge=1, le=12, help="blocks among the latents")
    repeats: int = field(1, ge=1, le=8, help="rounds through the blocks, with the same weights")
    heads: int = field(4, ge=1, le=16, help="attention heads side by side in a block")
    head_width: int = field(16, ge=2, le=128, help="units of one head; times heads a latent's")
    feed_forward: int = field(128, ge=1, le=4096, label="Feed-forward", help="units between two layers of a latent")
    bands: int = field(6, ge=1, le=64, help="waves that tell a place, for each axis")
    dropout: float = field(0.0, ge=0, le=0.9, step=0.1, help="share of values silenced while training")

    @property
    def width(self) -> int:
        """Units of a latent."""
        return self.heads * self.head_width


ARCHITECTURE = Architecture(
    title="Perceiver",
    year=2021,
    paper="Jaegle et al.: Perceiver, General Perception with Iterative Attention, 2021",
    reads=("image", "video"),
    config=PerceiverConfig,
    module="Perceiver",
    inside="attention",
    presets={
        "Perceiver, pixel by pixel": Preset(PerceiverConfig(), data="digits", training={"rate": 0.001}),
        "Perceiver IO (Fourier)": Preset(
            PerceiverConfig(latents=512, layers=6, repeats=8, heads=8, head_width=128, feed_forward=1024, bands=64),
            input_shape=(3, 224, 224),
            outputs=1000,
            published={"parameters": 48_440_627},
            source="Jaegle et al. 2021, ImageNet with Fourier features of 2D places, as in Hugging Face transformers",
        ),
    },
)

from math import pi

import torch
from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.block import Block
from dlplay.layers.cross import Cross
from dlplay.tap import Tap

DEVIATION = 0.02
"""Of latents and output query at first (Jaegle et al. 2021, section 3.2)."""


class Perceiver(nn.Module):
    """Images (batch, channel, row, column) or films (batch, time, channel, row, column) to one answer (batch, output).

    axes: sizes of the axes that tell a place: time where there is one, row, column. Keys are counted in that order.
    """

    places: Tensor
    foremost = "looking.cross"
    """The attention that is looked at first."""

    def __init__(self, config: PerceiverConfig, task: Task):
        super().__init__()
        *time, channels, rows, columns = task.input_shape
        self.axes = (*time, rows, columns)
        self.register_buffer("places", waves(self.axes, config.bands), persistent=False)
        memory, width = channels + self.places.shape[1], config.width
        self.latents = nn.Parameter(torch.randn(config.latents, width) * DEVIATION)
        self.looking = Cross(width, 1, memory, config.feed_forward, memory=memory, dropout=config.dropout)
        self.repeats = config.repeats
        self.blocks = nn.ModuleList(
            Block(
                width, config.heads, config.head_width, config.feed_forward, attention_bias=True, dropout=config.dropout
            )
            for _ in range(config.layers)
        )
        self.query = nn.Parameter(torch.randn(1, width) * DEVIATION)
        self.asking = Cross(width, 1, width, config.feed_forward, memory=width, dropout=config.dropout)
        self.answer = nn.Linear(width, task.outputs)
        self.output = Tap("batch class" if task.classes else "batch unit")

    def forward(self, inputs: Tensor) -> Tensor:
        pixels = inputs.movedim(-3, -1).flatten(1, -2)  # (batch, key, channel)
        memory = torch.cat([pixels, self.places.expand(len(pixels), -1, -1)], dim=2)  # (batch, key, unit)
        x = self.looking(self.latents.repeat(len(pixels), 1, 1), memory)  # (batch, query, unit)
        for _ in range(self.repeats):
            for block in self.blocks:
                x = block(x)
        found = self.asking(self.query.repeat(len(pixels), 1, 1), x)  # (batch, 1, unit)
        return self.output(self.answer(found[:, 0]))  # (batch, output)


def waves(axes: tuple[int, ...], bands: int) -> Tensor:
    """What tells each place of a grid, the last axis fastest: (place, axis + 2 · bands · axis).

    Jaegle et al. 2021, section 3.2: the place itself, then for every axis the sines and the cosines.
    """
    lines = [torch.linspace(-1, 1, size) for size in axes]
    place = torch.stack(torch.meshgrid(*lines, indexing="ij"), dim=-1).flatten(0, -2)  # (place, axis)
    speeds = torch.stack([torch.linspace(1, size / 2, bands) for size in axes])  # (axis, band)
    angles = (pi * place[..., None] * speeds).flatten(1)  # (place, axis × band)
    return torch.cat([place, angles.sin(), angles.cos()], dim=1)
