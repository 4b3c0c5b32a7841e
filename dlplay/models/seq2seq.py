"""A sentence in, another one out.

One recurrent network, the encoder, reads the source and keeps what it read in its state. A second one, the decoder,
starts from that state and writes the target, a token at a time; each token it wrote is its next input.

    h_t = f(x_t, h_{t−1})      c = h_last,  s_0 = tanh(B c),  s_t = g(y_{t−1}, c, s_{t−1})      y_t ~ softmax(W s_t)

Everything the source says has to pass through one vector, and long sources do not fit. Attention opens that bottleneck:
at every step the decoder looks back at all encoder states and reads their weighted mean, the context.

    c_t = Σ_j α_tj h_j,   Σ_j α_tj = 1

Additive attention looks before each step and feeds the context to the decoder; multiplicative attention looks after it.
While it trains the decoder is given the true token before (teacher forcing), or, at a share of the steps, its own.

Sutskever, Vinyals, Le: Sequence to Sequence Learning with Neural Networks, 2014. Cho et al. 2014. Attention: Bahdanau,
Cho, Bengio 2014 (additive); Luong, Pham, Manning 2015 (multiplicative). Own tokens: Bengio et al. 2015.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.writing import WritingConfig


class Seq2SeqConfig(WritingConfig):
    """Encoder and decoder, and how the decoder learns what the encoder read."""

    backwards: bool = field(False, label="Source backwards", help="reads the source from its end")
    bidirectional: bool = field(False, help="a second encoder reads the other way")


ARCHITECTURE = Architecture(
    title="Seq2seq",
    year=2014,
    paper="Sutskever, Vinyals, Le: Sequence to Sequence Learning with Neural Networks, 2014",
    reads=("pair",),
    config=Seq2SeqConfig,
    module="Seq2Seq",
    inside="pairs",
    presets={
        "Backwards through one vector": Preset(Seq2SeqConfig(attention="none", bidirectional=True), data="reverse"),
        "Backwards with attention": Preset(Seq2SeqConfig(bidirectional=True), data="reverse"),
        "Dates written another way": Preset(Seq2SeqConfig(), data="dates"),
        "English to French": Preset(Seq2SeqConfig(units=64, embedding=32), data="french"),
    },
)

import torch
from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers import writer
from dlplay.layers.recurrent import GRU, LSTM, Direction, Recurrent, ends, lengths_of, present, turned
from dlplay.layers.writer import Source, Writer
from dlplay.tap import Tap

READS: dict[str, type[Direction]] = {"lstm": LSTM, "gru": GRU}


class Encoder(writer.Encoder):
    """Source tokens to one state a token, in the order of the source; padding is never read.

    It ends in what it has read last: (batch, unit), which a bridge turns into the decoder's first state.
    """

    def __init__(self, config: Seq2SeqConfig, tokens: int):
        super().__init__()
        self.backwards, self.bidirectional = config.backwards, config.bidirectional
        self.words = nn.Embedding(tokens, config.embedding)
        self.layers = nn.ModuleList()
        self.width = config.embedding
        for _ in range(config.layers):
            layer = Recurrent(READS[config.cell], self.width, config.units, bidirectional=config.bidirectional)
            self.layers.append(layer)
            self.width = layer.width

    def forward(self, source: Tensor, lengths: Tensor | None) -> tuple[Tensor, Tensor]:
        """(batch, key) int64 to states (batch, key, unit), 0 at padding, and the end (batch, unit)."""
        x = self.words(turned(source, lengths) if self.backwards else source)  # (batch, key, embedding)
        for layer in self.layers:
            x = layer(x, lengths)  # (batch, key, unit)
        end = ends(x, lengths, bidirectional=self.bidirectional)  # (batch, unit)
        return turned(x, lengths) if self.backwards else x, end


class Seq2Seq(Writer):
    """Pairs (batch, source + target) int64 to logits (batch, target, class)."""

    def __init__(self, config: Seq2SeqConfig, task: Task):
        super().__init__(Encoder(config, len(task.tokens)), config, task)
        self.states = Tap("batch time unit")

    def read(self, source: Tensor) -> Source:
        lengths = lengths_of(source)
        states, end = self.encoder(source, lengths)
        there = torch.ones_like(source, dtype=torch.bool) if lengths is None else present(lengths, source.shape[1])
        return Source(self.states(states), there, end)
