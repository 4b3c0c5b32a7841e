"""Writing a target without being told it: greedily, or with a beam that keeps the most probable beginnings.

A model that writes gives a state for its sources, and from a state and the last token the logits of the next one:

    state = model.begin(source)                           # sources (batch, key) int64
    logits, state = model.advance(tokens, state)          # tokens (batch,) to (batch, class)
    state.only(rows)                                      # some of the batch, in this order, also more than once

`PAD` and `BEGIN` are never written. Graves, Sequence Transduction with Recurrent Neural Networks, 2012; Sutskever,
Vinyals, Le 2014, section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.silence import unmasked

PAD, BEGIN, END = range(3)
"""The classes that every target vocabulary begins with."""


@runtime_checkable
class Writes(Protocol):
    """A model of pairs that can write by itself."""

    def begin(self, source: Tensor) -> Any: ...

    def advance(self, tokens: Tensor, state: Any) -> tuple[Tensor, Any]: ...


def writer(model: nn.Module) -> Writes:
    """The model as one that writes. Raises `Refusal` for one that does not.

    While its mask is silenced it keeps nothing: with each new token the places before it are no longer what they were.
    """
    if not isinstance(model, Writes):
        raise Refusal("picture", f"{type(model).__name__} writes no targets.")
    return Rereading(model) if unmasked(model) else model


@dataclass(frozen=True)
class _Reread:
    """Sources and what was written of their targets, (batch, key + time) int64."""

    rows: Tensor

    def only(self, rows: Tensor) -> _Reread:
        return _Reread(self.rows[rows])


class Rereading:
    """A model of pairs that reads source and target from the beginning at every step."""

    def __init__(self, model: nn.Module):
        self.model = model

    def begin(self, source: Tensor) -> _Reread:
        return _Reread(source)

    def advance(self, tokens: Tensor, state: _Reread) -> tuple[Tensor, _Reread]:
        rows = torch.cat([state.rows, tokens[:, None]], dim=1)
        return self.model(rows)[:, -1], _Reread(rows)


@dataclass(frozen=True)
class Hypothesis:
    """A target, or the beginning of one. tokens: class numbers, the last one `END` where it is finished.

    log_probability: the sum of log P(y_t | y_<t, x) over all tokens, `END` among them, in nats.
    """

    tokens: tuple[int, ...]
    log_probability: float

    @property
    def finished(self) -> bool:
        return bool(self.tokens) and self.tokens[-1] == END

    @property
    def score(self) -> float:
        """log P(y | x) / |y|, where |y| counts `END`: so that a short target is not preferred for being short.

        Cho et al., On the Properties of Neural Machine Translation: Encoder–Decoder Approaches, 2014, section 4.2.
        """
        return self.log_probability / max(len(self.tokens), 1)


@dataclass(frozen=True)
class Search:
    """What a beam search found, best first, and which hypotheses it held after every step, by their probability."""

    found: tuple[Hypothesis, ...]
    steps: tuple[tuple[Hypothesis, ...], ...]


def beam(model: Writes, source: Tensor, *, width: int, longest: int) -> Search:
    """Searches the target of one source (1, key), at most `longest` tokens long with `END`.

    Every hypothesis is continued by every token, and the most probable `width` of all continuations stay. One that
    ends is put aside and takes its place in the beam with it; the search ends when all places are taken, or at the
    longest. Finished ones come before unfinished ones, then the higher score first. Width 1 is the greedy choice.
    """
    live, state = [Hypothesis((), 0.0)], model.begin(source)
    token = torch.full((1,), BEGIN, dtype=torch.int64, device=source.device)
    done: list[Hypothesis] = []
    steps = []
    for _ in range(longest):
        logits, state = model.advance(token, state)
        logs = logarithms(logits)
        totals = logs + torch.tensor([[one.log_probability] for one in live], dtype=logs.dtype, device=logs.device)
        best, places = totals.flatten().topk(min(width - len(done), totals.shape[1] * len(live) - 2 * len(live)))
        rows, tokens = places // totals.shape[1], places % totals.shape[1]
        kept = [
            Hypothesis((*live[row].tokens, one), total)
            for row, one, total in zip(rows.tolist(), tokens.tolist(), best.tolist(), strict=True)
        ]
        steps.append(tuple(sorted([*done, *kept], key=lambda one: -one.log_probability)))
        done += [one for one in kept if one.finished]
        live = [one for one in kept if not one.finished]
        if not live or len(done) >= width:
            break
        going = tokens != END
        token, state = tokens[going], state.only(rows[going])
    found = sorted([*done, *live], key=lambda one: (not one.finished, -one.score))
    return Search(tuple(found), tuple(steps))


def greedy(model: Writes, sources: Tensor, longest: int) -> Tensor:
    """The most probable token at every step, for sources (batch, key): (batch, longest) int64, `PAD` behind `END`."""
    state = model.begin(sources)
    token = torch.full((len(sources),), BEGIN, dtype=torch.int64, device=sources.device)
    ended = torch.zeros_like(token, dtype=torch.bool)
    written = torch.zeros(len(sources), longest, dtype=torch.int64, device=sources.device)
    for place in range(longest):
        logits, state = model.advance(token, state)
        token = logarithms(logits).argmax(dim=1)
        written[:, place] = torch.where(ended, PAD, token)
        ended |= token == END
        if bool(ended.all()):
            break
    return written


def logarithms(logits: Tensor) -> Tensor:
    """(batch, class) logits to log-probabilities, −∞ for what is never written; the others are not raised for it."""
    logs = logits.double().log_softmax(dim=1)
    logs[:, [PAD, BEGIN]] = -torch.inf
    return logs
