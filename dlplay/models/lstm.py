"""A memory with three gates.

Beside its state h a long short-term memory carries a cell c, numbers that no matrix mixes from step to step. Three
gates, each between 0 and 1, say what happens to every number of it: the forget gate f how much of it stays, the input
gate i how much of the candidate g is added, the output gate o how much of it is shown.

    i, f, o = σ(W x_t + U h_{t−1} + b)        g = tanh(W x_t + U h_{t−1} + b)        each with weights of its own
    c_t = f ⊙ c_{t−1} + i ⊙ g                 h_t = o ⊙ tanh c_t

Where f is near one the cell keeps its value, and the error that goes back through it keeps its size, over hundreds of
steps. That is why the forget gate's bias begins above zero: remember first, learn later what to forget.

Hochreiter & Schmidhuber, Long Short-Term Memory, 1997. Forget gate: Gers, Schmidhuber, Cummins, Learning to Forget,
2000. Its bias: Jozefowicz, Zaremba, Sutskever 2015. Both ways: Schuster & Paliwal 1997.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.reading import ReadingConfig, check, fit


class LSTMConfig(ReadingConfig):
    """Recurrent layers with cells, and where their forget gates begin."""

    forget_bias: float = field(
        1.0, ge=-5, le=10, step=0.5, label="Forget bias", help="what the forget gate's bias begins at"
    )


ARCHITECTURE = Architecture(
    title="LSTM",
    year=1997,
    paper="Hochreiter, Schmidhuber: Long Short-Term Memory, 1997",
    reads=("sequence",),
    config=LSTMConfig,
    module="LSTM",
    fit=fit,
    check=check,
    inside="states",
    presets={
        "LSTM on the adding problem": Preset(LSTMConfig(), data="adding"),
        "LSTM on brackets": Preset(LSTMConfig(), data="brackets"),
        "LSTM on recall": Preset(LSTMConfig(), data="recall"),
        "LSTM on waves": Preset(LSTMConfig(), data="waves"),
        "Two LSTMs, both ways": Preset(
            LSTMConfig(units=24, layers=2, bidirectional=True, dropout=0.2), data="digit-rows"
        ),
    },
)

from functools import partial

from dlplay.dataset import Task
from dlplay.layers import recurrent
from dlplay.layers.reader import Reader


class LSTM(Reader):
    """Sequences to one answer each, or one for every step, through layers with cells and gates."""

    def __init__(self, config: LSTMConfig, task: Task):
        super().__init__(config, task, partial(recurrent.LSTM, forget_bias=config.forget_bias))
