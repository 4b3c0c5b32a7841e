"""Greedy and beam search on a model whose probabilities are drawn at random for every beginning."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from dlplay.layers.search import BEGIN, END, Hypothesis, beam, greedy

CLASSES = 5  # PAD, BEGIN, END and two words
LONGEST = 4
SOURCE = torch.tensor([[1]])


@dataclass(frozen=True)
class Prefixes:
    """A state that is the whole beginning: (batch, time)."""

    tokens: Tensor

    def only(self, rows: Tensor) -> Prefixes:
        return Prefixes(self.tokens[rows])


class Table:
    """Logits that depend on the whole beginning, and on nothing else."""

    def __init__(self, seed: int):
        self.seed = seed

    def begin(self, source: Tensor) -> Prefixes:
        return Prefixes(torch.zeros(len(source), 0, dtype=torch.int64))

    def advance(self, tokens: Tensor, state: Prefixes) -> tuple[Tensor, Prefixes]:
        state = Prefixes(torch.cat([state.tokens, tokens[:, None]], dim=1))
        return torch.stack([self.logits(tuple(row)) for row in state.tokens.tolist()]), state

    def logits(self, beginning: tuple[int, ...]) -> Tensor:
        seed = self.seed + sum(token * 7**place for place, token in enumerate(beginning))
        return 2 * torch.randn(CLASSES, generator=torch.Generator().manual_seed(seed))

    def log_probability(self, tokens: tuple[int, ...]) -> float:
        total = 0.0
        for place, token in enumerate(tokens):
            total += float(self.logits((BEGIN, *tokens[:place])).double().log_softmax(dim=0)[token])
        return total


def _every_target() -> list[tuple[int, ...]]:
    words = range(END + 1, CLASSES)
    ended = [(*one, END) for count in range(LONGEST) for one in itertools.product(words, repeat=count)]
    return ended + list(itertools.product(words, repeat=LONGEST))


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_wide_enough_finds_what_trying_all_finds(seed: int) -> None:
    table = Table(100 * seed)
    every = [Hypothesis(tokens, table.log_probability(tokens)) for tokens in _every_target()]
    expected = sorted(every, key=lambda one: (not one.finished, -one.score))
    found = beam(table, SOURCE, width=len(every), longest=LONGEST).found
    assert [one.tokens for one in found] == [one.tokens for one in expected]
    assert [one.log_probability for one in found] == pytest.approx([one.log_probability for one in expected])


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_of_one_is_greedy(seed: int) -> None:
    table = Table(100 * seed)
    written = greedy(table, SOURCE, LONGEST)[0].tolist()
    (found,) = beam(table, SOURCE, width=1, longest=LONGEST).found
    assert list(found.tokens) == written[: len(found.tokens)]
    assert not any(written[len(found.tokens) :])


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_probabilities_and_scores_are_those_of_the_tokens(width: int) -> None:
    table = Table(42)
    search = beam(table, SOURCE, width=width, longest=LONGEST)
    assert 1 <= len(search.found) <= width
    for one in search.found:
        assert one.log_probability == pytest.approx(table.log_probability(one.tokens))
        assert one.score == pytest.approx(one.log_probability / len(one.tokens))
    for held in search.steps:
        assert len(held) <= width
        assert len({one.tokens for one in held}) == len(held)


def test_several_sources_are_written_as_each_alone() -> None:
    table = Table(7)
    together = greedy(table, torch.tensor([[1], [2]]), LONGEST)
    assert torch.equal(together[:1], greedy(table, SOURCE, LONGEST))
