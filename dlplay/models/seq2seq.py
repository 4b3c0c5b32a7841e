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

from typing import Literal, NamedTuple

from dlplay.architecture import Architecture, Preset
from dlplay.config import Config, field


class Seq2SeqConfig(Config):
    """Encoder and decoder, and how the decoder learns what the encoder read."""

    cell: Literal["lstm", "gru"] = field("gru", help="how a state follows from the one before")
    units: int = field(48, ge=4, le=256, step=4, help="size of every state")
    layers: int = field(1, ge=1, le=2, help="recurrent layers on top of each other")
    embedding: int = field(24, ge=2, le=256, step=2, help="numbers that stand for one token")
    attention: Literal["none", "additive", "multiplicative"] = field("additive", help="how the decoder looks back")
    teacher_forcing: float = field(
        1.0, ge=0, le=1, step=0.1, label="Teacher forcing", help="share of steps given the true token before"
    )
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

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.alignment import Additive, Multiplicative
from dlplay.layers.recurrent import GRU, LSTM, Direction, Recurrent, ends, lengths_of, present, turned
from dlplay.tap import Tap

READS: dict[str, type[Direction]] = {"lstm": LSTM, "gru": GRU}
WRITES: dict[str, type[nn.LSTM | nn.GRU]] = {"lstm": nn.LSTM, "gru": nn.GRU}
ATTENTION: dict[str, type[Additive | Multiplicative]] = {"additive": Additive, "multiplicative": Multiplicative}


class Looked(NamedTuple):
    """What attention gave: weights (batch, query, key), and the source's mean by them, context (batch, query, unit)."""

    weights: Tensor
    context: Tensor


@dataclass(frozen=True)
class State:
    """All that the next step depends on, for every example of a batch.

    recurrent: what the decoder carries, one or (LSTM) two tensors (layer, batch, unit).
    source: the encoder's states (batch, key, unit), 0 at padding. keys: the same prepared for attention.
    there: (batch, key) bool, false at padding. end: the one context vector (batch, unit), what was read last.
    """

    recurrent: tuple[Tensor, ...]
    source: Tensor
    keys: Tensor | None
    there: Tensor
    end: Tensor

    def only(self, rows: Tensor) -> State:
        """Some examples, in this order; one can stand there more than once."""
        keys = None if self.keys is None else self.keys[rows]
        recurrent = tuple(one[:, rows] for one in self.recurrent)
        return State(recurrent, self.source[rows], keys, self.there[rows], self.end[rows])


class Encoder(nn.Module):
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


class Seq2Seq(nn.Module):
    """Pairs (batch, source + target) int64 to logits (batch, target, class).

    It writes by itself through `begin` and `advance`, see `dlplay.layers.search`.
    """

    def __init__(self, config: Seq2SeqConfig, task: Task):
        super().__init__()
        self.places = task.source
        self.teacher_forcing = config.teacher_forcing
        self.encoder = Encoder(config, len(task.tokens))
        read = self.encoder.width
        self.states = Tap("batch time unit")
        self.carried = 2 if config.cell == "lstm" else 1
        self.bridge = nn.Linear(read, self.carried * config.layers * config.units)
        self.words = nn.Embedding(task.outputs, config.embedding)
        self.feeds = config.attention == "additive"
        fed = config.embedding + (0 if config.attention == "multiplicative" else read)
        self.cell = WRITES[config.cell](fed, config.units, config.layers, batch_first=True)
        self.hidden = Tap("batch time unit")
        self.attention: Additive | Multiplicative | None = None
        if config.attention != "none":
            self.attention = ATTENTION[config.attention](config.units, read)
            self.alignment = Tap("batch query key")
            self.context = Tap("batch time unit")
            self.mix = nn.Linear(read + config.units, config.units)
        self.answer = nn.Linear(config.units, task.outputs)
        self.output = Tap("batch time class")

    def forward(self, pairs: Tensor) -> Tensor:
        source, given = pairs[:, : self.places], pairs[:, self.places :]
        state = self.begin(source)
        sampled = self.training and self.teacher_forcing < 1
        if self.feeds or sampled:
            hidden, looked = self._stepwise(given, state, sampled=sampled)
        else:
            hidden, looked, _ = self._decoded(given, state)
        hidden = self.hidden(hidden)  # (batch, time, unit)
        if looked is not None:
            looked = Looked(self.alignment(looked.weights), self.context(looked.context))
        return self.output(self._answered(hidden, looked))  # (batch, time, class)

    def begin(self, source: Tensor) -> State:
        """The state before the first token, for sources (batch, key) int64."""
        lengths = lengths_of(source)
        states, end = self.encoder(source, lengths)
        states = self.states(states)  # (batch, key, unit)
        first = self.bridge(end).tanh()  # (batch, carried × layer × unit)
        recurrent = first.view(len(source), self.carried, self.cell.num_layers, -1).permute(1, 2, 0, 3)
        keys = None if self.attention is None else self.attention.keys(states)
        there = torch.ones_like(source, dtype=torch.bool) if lengths is None else present(lengths, source.shape[1])
        return State(tuple(one.contiguous() for one in recurrent), states, keys, there, end)

    def advance(self, tokens: Tensor, state: State) -> tuple[Tensor, State]:
        """One step: the last token of each example (batch,) to the logits of the next (batch, class), and the state."""
        hidden, looked, state = self._decoded(tokens[:, None], state)
        return self._answered(hidden, looked)[:, 0], state

    def _decoded(self, tokens: Tensor, state: State) -> tuple[Tensor, Looked | None, State]:
        """Hidden states (batch, time, unit), what attention gave, and the state, after given tokens (batch, time).

        Where the context is fed to the cell this takes one token at a time.
        """
        x = self.words(tokens)  # (batch, time, embedding)
        before = self._looked(state.recurrent[0][-1][:, None], state) if self.feeds else None
        if before is not None:
            x = torch.cat([x, before.context], dim=-1)  # (batch, 1, embedding + unit)
        elif self.attention is None:  # every step is told the one context vector (Cho et al. 2014, equation 4)
            x = torch.cat([x, state.end[:, None].expand(-1, x.shape[1], -1)], dim=-1)  # (batch, time, …)
        carried = state.recurrent if len(state.recurrent) == 2 else state.recurrent[0]
        hidden, carried = self.cell(x, carried)  # (batch, time, unit)
        recurrent = carried if isinstance(carried, tuple) else (carried,)
        looked = before or self._looked(hidden, state)
        return hidden, looked, State(recurrent, state.source, state.keys, state.there, state.end)

    def _looked(self, queries: Tensor, state: State) -> Looked | None:
        """What queries (batch, query, unit) find in the source."""
        if self.attention is None or state.keys is None:
            return None
        weights = self.attention(queries, state.keys, state.there)
        return Looked(weights, weights @ state.source)

    def _answered(self, hidden: Tensor, looked: Looked | None) -> Tensor:
        """Logits; with attention of tanh(W [context, hidden]) (Luong et al. 2015, equation 5)."""
        if looked is not None:
            hidden = self.mix(torch.cat([looked.context, hidden], dim=-1)).tanh()
        return self.answer(hidden)

    def _stepwise(self, given: Tensor, state: State, *, sampled: bool) -> tuple[Tensor, Looked | None]:
        """The same as `_decoded`, a token at a time. sampled: some inputs are the model's own most probable token."""
        places = given.shape[1]
        own = torch.rand(given.shape, device=given.device) >= self.teacher_forcing if sampled else None
        hiddens, lookeds, token = [], [], given[:, 0]
        for place in range(places):
            hidden, looked, state = self._decoded(token[:, None], state)
            hiddens.append(hidden)
            lookeds += [looked] if looked else []
            if place + 1 < places:
                token = given[:, place + 1]
                if own is not None:
                    said = self._answered(hidden, looked)[:, 0].argmax(dim=-1)
                    token = torch.where(own[:, place + 1], said, token)
        joined = [torch.cat(parts, dim=1) for parts in zip(*lookeds, strict=True)]
        return torch.cat(hiddens, dim=1), Looked(*joined) if joined else None
