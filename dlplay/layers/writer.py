"""A recurrent decoder: from what an encoder gave to a text, a token at a time.

The models that write this way differ in what they read. Each says in `read` what its source became: states, of which
attention takes a weighted mean at every step, and one vector for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.alignment import Additive, Multiplicative
from dlplay.layers.writing import WritingConfig
from dlplay.tap import Tap

CELLS: dict[str, type[nn.LSTM | nn.GRU]] = {"lstm": nn.LSTM, "gru": nn.GRU}
ATTENTION: dict[str, type[Additive | Multiplicative]] = {"additive": Additive, "multiplicative": Multiplicative}


class Source(NamedTuple):
    """What was read. states: (batch, key, unit), 0 at padding. there: (batch, key) bool, false at padding.

    end: (batch, unit), the one vector that stands for all of it.
    """

    states: Tensor
    there: Tensor
    end: Tensor


class Looked(NamedTuple):
    """What attention gave: weights (batch, query, key), and the source's mean by them, context (batch, query, unit)."""

    weights: Tensor
    context: Tensor


@dataclass(frozen=True)
class State:
    """All that the next step depends on, for every example of a batch.

    recurrent: what the decoder carries, one or (LSTM) two tensors (layer, batch, unit). source: what was read.
    keys: its states prepared for attention (batch, key, unit).
    """

    recurrent: tuple[Tensor, ...]
    source: Source
    keys: Tensor | None

    def only(self, rows: Tensor) -> State:
        """Some examples, in this order; one can stand there more than once."""
        recurrent = tuple(one[:, rows] for one in self.recurrent)
        keys = None if self.keys is None else self.keys[rows]
        return State(recurrent, Source(*(one[rows] for one in self.source)), keys)


class Encoder(nn.Module):
    """What reads a source. width: the numbers of one of its states."""

    width: int


class Writer(nn.Module):
    """(batch, source + target) int64, see `Task.source`, to logits (batch, target, class).

    It writes by itself through `begin` and `advance`, see `dlplay.layers.search`.
    """

    def __init__(self, encoder: Encoder, config: WritingConfig, task: Task):
        super().__init__()
        self.places = task.source
        self.teacher_forcing = config.teacher_forcing
        self.encoder = encoder
        self.carried = 2 if config.cell == "lstm" else 1
        read = encoder.width
        self.bridge = nn.Linear(read, self.carried * config.layers * config.units)
        self.words = nn.Embedding(task.outputs, config.embedding)
        self.feeds = config.attention == "additive"
        fed = config.embedding + (0 if config.attention == "multiplicative" else read)
        self.cell = CELLS[config.cell](fed, config.units, config.layers, batch_first=True)
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

    def read(self, source: Tensor) -> Source:
        """What the encoder makes of sources (batch, key) int64."""
        raise NotImplementedError

    def begin(self, source: Tensor) -> State:
        """The state before the first token, for sources (batch, key) int64."""
        read = self.read(source)
        first = self.bridge(read.end).tanh()  # (batch, carried × layer × unit)
        recurrent = first.view(len(source), self.carried, self.cell.num_layers, -1).permute(1, 2, 0, 3)
        keys = None if self.attention is None else self.attention.keys(read.states)
        return State(tuple(one.contiguous() for one in recurrent), read, keys)

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
            x = torch.cat([x, state.source.end[:, None].expand(-1, x.shape[1], -1)], dim=-1)  # (batch, time, …)
        carried = state.recurrent if len(state.recurrent) == 2 else state.recurrent[0]
        hidden, carried = self.cell(x, carried)  # (batch, time, unit)
        recurrent = carried if isinstance(carried, tuple) else (carried,)
        looked = before or self._looked(hidden, state)
        return hidden, looked, State(recurrent, state.source, state.keys)

    def _looked(self, queries: Tensor, state: State) -> Looked | None:
        """What queries (batch, query, unit) find in the source."""
        if self.attention is None or state.keys is None:
            return None
        weights = self.attention(queries, state.keys, state.source.there)
        return Looked(weights, weights @ state.source.states)

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
