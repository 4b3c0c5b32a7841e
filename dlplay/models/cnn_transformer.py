"""Eyes that see near, then eyes that see far.

A few rounds of convolution find strokes and corners, which are near each other in every image; the attention of a
Transformer then looks from every place to all the others. Each cell of the last maps is one token. The convolutions
tell what a Vision Transformer has to learn from very many images, and the Transformer sees at once what takes a
convolution many layers.

    x = CNN(image), row after row, + positions      x ← blocks(x)      y = W norm(x_class)

Xiao et al., Early Convolutions Help Transformers See Better, 2021; the hybrids of Dosovitskiy et al. 2021.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.seeing import SeeingConfig
from dlplay.layers.stem import pitch, stem
from dlplay.layers.transforming import GENTLY


class CNNTransformerConfig(SeeingConfig):
    """Rounds of convolution and pool, and the blocks that look at the cells they leave."""

    convolutions: int = field(2, ge=1, le=4, help="rounds of convolution and pool before the blocks")
    channels: int = field(16, ge=1, le=64, help="maps of the first round; each round doubles them")


ARCHITECTURE = Architecture(
    title="CNN + Transformer",
    year=2021,
    paper="Xiao et al.: Early Convolutions Help Transformers See Better, 2021",
    reads=("image",),
    config=CNNTransformerConfig,
    module="CNNTransformer",
    inside="attention",
    presets={
        "CNN stem on digits": Preset(CNNTransformerConfig(convolutions=1), data="digits", training=GENTLY),
        "CNN stem on shapes": Preset(CNNTransformerConfig(), data="shapes", training=GENTLY),
    },
)

from torch import nn

from dlplay.dataset import Task
from dlplay.layers.seer import Seer
from dlplay.layers.shapes import trace
from dlplay.layers.stack import stack


class CNNTransformer(Seer):
    """Images (batch, channel, row, column) to one answer each (batch, output)."""

    def __init__(self, config: CNNTransformerConfig, task: Task):
        records = stem(config.convolutions, config.channels, task.input_shape)
        channels, rows, columns = trace(records, task.input_shape)[-1]
        widened = nn.Conv2d(channels, config.width, 1)
        embedding = nn.Sequential(*stack(records, task.input_shape), widened)
        super().__init__(config, task, embedding, (rows, columns), pitch(records))
