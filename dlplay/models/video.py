"""A film: eyes for every frame, a memory for all of them.

Where something stands is seen in one frame; where it goes is seen in none. So the same small convolutional network
looks at every frame, alike and alone, and gives a few numbers for each; a recurrent network reads these numbers in the
order of time and answers after the last frame.

    x_t = CNN(frame_t)      h_t = f(x_t, h_{t−1})      y = W h_T

The eyes have one set of weights however long the film is: what is learnt from the first frame is known in all.

Donahue et al., Long-Term Recurrent Convolutional Networks for Visual Recognition and Description, 2015.
"""

from __future__ import annotations

from typing import Literal

from dlplay.architecture import Architecture, Preset
from dlplay.config import Config, field
from dlplay.layers.records import Act, Dense, Flatten, Layer
from dlplay.layers.shapes import Shape
from dlplay.layers.stem import stem


class VideoConfig(Config):
    """What looks at one frame, and what remembers all of them; first what stands in sight beside the pictures."""

    units: int = field(32, ge=1, le=256, help="size of the state in each direction")
    layers: int = field(1, ge=1, le=3, help="recurrent layers on top of each other")
    channels: int = field(8, ge=1, le=64, help="maps of the first round; each round doubles them")
    frames: Literal["all", "one"] = field("all", help="the film, or its middle frame standing still")
    convolutions: int = field(2, ge=1, le=4, help="rounds of convolution and pool for each frame")
    features: int = field(32, ge=1, le=256, help="numbers that stand for one frame")
    cell: Literal["rnn", "lstm", "gru"] = field("gru", help="how a state follows from the one before")
    bidirectional: bool = field(False, help="also reads from the end to the beginning")


def eyes(config: VideoConfig, frame: Shape) -> tuple[Layer, ...]:
    """The stack that looks at one frame (channel, row, column)."""
    numbers = (Flatten(), Dense(units=config.features), Act(activation="tanh"))
    return (*stem(config.convolutions, config.channels, frame), *numbers)


_TRAINING = {"rate": 0.003}

ARCHITECTURE = Architecture(
    title="CNN + RNN",
    year=2015,
    paper="Donahue et al.: Long-Term Recurrent Convolutional Networks for Visual Recognition and Description, 2015",
    reads=("video",),
    config=VideoConfig,
    module="Video",
    inside="film",
    presets={
        "Which way a digit goes": Preset(VideoConfig(), data="moving-digits", training=_TRAINING),
        "Which way, from one frame": Preset(VideoConfig(frames="one"), data="moving-digits", training=_TRAINING),
        "Which digit goes": Preset(
            VideoConfig(channels=16, convolutions=3, features=64),
            data="moving-digits",
            data_config={"ask": "digit", "examples": 1700},
            training={"rate": 0.002, "clip": 1.0},
        ),
    },
)

from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.recurrent import GRU, LSTM, Direction, Plain, Recurrent, ends
from dlplay.layers.shapes import trace
from dlplay.layers.stack import Stacked
from dlplay.tap import Tap

CELLS: dict[str, type[Direction]] = {"rnn": Plain, "lstm": LSTM, "gru": GRU}


class PerFrame(Stacked):
    """One layer of a stack for every frame alike: (batch, time, …) to (batch, time, …)."""

    def __init__(self, record: Layer, before: Shape, after: Shape):
        super().__init__(record, before, after)
        self.value = Tap(" ".join(["batch time", *self.value.axes[1:]]))

    def forward(self, frames: Tensor) -> Tensor:
        together = self.operation(frames.flatten(0, 1))  # (batch × time, …)
        return self.value(together.unflatten(0, frames.shape[:2]))


class Video(nn.Module):
    """Films (batch, time, channel, row, column) to one answer each (batch, output)."""

    def __init__(self, config: VideoConfig, task: Task):
        super().__init__()
        frame = task.input_shape[1:]
        records = eyes(config, frame)
        shapes = trace(records, frame)
        self.eyes = nn.ModuleList(map(PerFrame, records, [frame, *shapes], shapes))
        self.seen = Tap("batch time unit")
        self.still = config.frames == "one"
        self.bidirectional = config.bidirectional
        self.layers = nn.ModuleList()
        width = config.features
        for _ in range(config.layers):
            layer = Recurrent(CELLS[config.cell], width, config.units, bidirectional=config.bidirectional)
            self.layers.append(layer)
            width = layer.width
        self.answer = nn.Linear(width, task.outputs)
        self.output = Tap("batch class" if task.classes else "batch unit")

    def forward(self, films: Tensor) -> Tensor:
        x = self.watched(films)
        for eye in self.eyes:
            x = eye(x)  # (batch, time, …)
        x = self.seen(x)
        for layer in self.layers:
            x = layer(x)  # (batch, time, unit)
        return self.output(self.answer(ends(x, bidirectional=self.bidirectional)))  # (batch, output)

    def watched(self, films: Tensor) -> Tensor:
        """The films as the eyes get them: as they are, or their middle frame standing still."""
        middle = films.shape[1] // 2
        return films[:, middle : middle + 1].expand_as(films) if self.still else films
