"""A state that is passed on.

A recurrent network reads a sequence step by step. At each step it mixes what comes in with its own state from the step
before, bends the sum, and that is the new state: the same few weights at every step, however long the sequence is. The
last state is all it knows of the whole.

    h_t = f(W x_t + U h_{t−1} + b),   f = tanh or ReLU

To learn, the error goes back through every step, and at each is multiplied with U and with the slope of f. Factors
below one make it vanish within some twenty steps, factors above one make it explode: a plain network hardly learns what
lies far back. Read from both ends, a step also knows what comes after it.

Elman, Finding Structure in Time, 1990. Vanishing: Bengio, Simard, Frasconi, Learning Long-Term Dependencies with
Gradient Descent Is Difficult, 1994. Both ways: Schuster & Paliwal, Bidirectional Recurrent Neural Networks, 1997.
"""

from __future__ import annotations

from typing import Literal

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.reading import ReadingConfig, check, fit


class RNNConfig(ReadingConfig):
    """Recurrent layers, and what bends their sums."""

    activation: Literal["tanh", "relu"] = field("tanh", help="bends every sum")


ARCHITECTURE = Architecture(
    title="RNN",
    year=1990,
    paper="Elman: Finding Structure in Time, 1990",
    reads=("sequence",),
    config=RNNConfig,
    module="RNN",
    fit=fit,
    check=check,
    inside="states",
    presets={
        "RNN on the adding problem": Preset(RNNConfig(), data="adding"),
        "RNN on parity": Preset(RNNConfig(units=16), data="parity"),
        "RNN on digit rows": Preset(RNNConfig(), data="digit-rows"),
    },
)

from functools import partial

from dlplay.dataset import Task
from dlplay.layers.reader import Reader
from dlplay.layers.recurrent import Plain


class RNN(Reader):
    """Sequences to one answer each, or one for every step, through plain recurrent layers."""

    def __init__(self, config: RNNConfig, task: Task):
        super().__init__(config, task, partial(Plain, activation=config.activation))
