"""A memory that blends.

A gated recurrent unit carries one state. The update gate z says how much of the old state stays, and what does not stay
is replaced by the candidate n; the reset gate r says how much of the old state the candidate may use.

    r, z = σ(W x_t + U h_{t−1} + b)                    each with weights of its own
    n = tanh(W x_t + b + r ⊙ (U h_{t−1} + b'))
    h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}

Where z is near one the state stays as it is, and so does the error that goes back through it. It does what an LSTM
does with three quarters of the weights and no second memory.

Cho et al., Learning Phrase Representations using RNN Encoder–Decoder, 2014; the reset gate stands behind U, as in
cuDNN. Both ways: Schuster & Paliwal 1997.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.layers.reading import ReadingConfig, check, fit


class GRUConfig(ReadingConfig):
    """Recurrent layers that blend old and new."""


ARCHITECTURE = Architecture(
    title="GRU",
    year=2014,
    paper="Cho et al.: Learning Phrase Representations using RNN Encoder–Decoder, 2014",
    reads=("sequence",),
    config=GRUConfig,
    module="GRU",
    fit=fit,
    check=check,
    inside="states",
    presets={
        "GRU on the adding problem": Preset(GRUConfig(), data="adding"),
        "GRU on brackets": Preset(GRUConfig(), data="brackets"),
        "GRU on waves": Preset(GRUConfig(), data="waves"),
    },
)

from dlplay.dataset import Task
from dlplay.layers import recurrent
from dlplay.layers.reader import Reader


class GRU(Reader):
    """Sequences to one answer each, or one for every step, through layers with gates."""

    def __init__(self, config: GRUConfig, task: Task):
        super().__init__(config, task, recurrent.GRU)
