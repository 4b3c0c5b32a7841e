"""A picture, in words.

A convolutional network looks at the picture, and every cell of its last maps becomes a region: a vector of what is seen
there, and, added to it, a learnt one of where that is. A recurrent network writes the sentence, a word at a time, and
before each word it looks at the regions and takes their weighted mean:

    e_ti = vᵀ tanh(W s_{t−1} + U a_i)    α_t = softmax(e_t)    c_t = Σ_i α_ti a_i    s_t = f(y_{t−1}, c_t, s_{t−1})

The weights α_t say where on the picture it looked for the word it writes. Nobody tells it where to look: this is learnt
from pictures and sentences alone. Without attention one vector, the mean of all regions, has to tell the whole picture.

Xu et al., Show, Attend and Tell: Neural Image Caption Generation with Visual Attention, 2015. One vector: Vinyals et
al., Show and Tell, 2015.
"""

from __future__ import annotations

from typing import Literal

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.writing import WritingConfig


class CaptionsConfig(WritingConfig):
    """What looks at the picture, and what writes about it."""

    convolutions: int = field(2, ge=1, le=4, help="rounds of convolution and pool")
    channels: int = field(16, ge=1, le=64, help="maps of the first round; each round doubles them")
    positions: Literal["learned", "none"] = field("learned", help="what tells where a region lies")


ARCHITECTURE = Architecture(
    title="CNN + RNN writer",
    year=2015,
    paper="Xu et al.: Show, Attend and Tell: Neural Image Caption Generation with Visual Attention, 2015",
    reads=("caption",),
    config=CaptionsConfig,
    module="Captions",
    inside="captions",
    presets={
        "Scenes in words": Preset(CaptionsConfig(), data="scenes", training={"rate": 0.005}),
        "Scenes through one vector": Preset(CaptionsConfig(attention="none"), data="scenes", training={"rate": 0.005}),
    },
)

import torch
from torch import Tensor

from dlplay.dataset import Task
from dlplay.layers.regions import Regions
from dlplay.layers.writer import Source, Writer


class Captions(Writer):
    """Pictures and the words so far (batch, pixel + target) int64 to logits of the next word (batch, target, class)."""

    def __init__(self, config: CaptionsConfig, task: Task):
        placed = config.positions == "learned"
        picture = task.picture or ()
        eyes = Regions(picture, convolutions=config.convolutions, channels=config.channels, placed=placed)
        super().__init__(eyes, config, task)

    def read(self, source: Tensor) -> Source:
        regions = self.encoder(source)
        return Source(regions, torch.ones_like(regions[..., 0], dtype=torch.bool), regions.mean(dim=1))
