"""How much anybody can know of a covered word: the small grammar of judgements, followed through all of its choices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from random import Random
from typing import TypeVar, cast

import numpy as np

from dlplay.data import sentiment
from dlplay.data.masked_words import MASK

T = TypeVar("T")
WORDS = sentiment.task(sentiment.SentimentConfig()).tokens
NUMBER = {word: number for number, word in enumerate(WORDS)}
ALONE = 0.6
"""How often a judgement is one clause, with no "but" in it."""
TURNS = {0: 0.5, 1: 0.4, 2: 0.1}
"""How often a clause is turned round so many times, where half of them are and one of five twice."""


class _Drawn(float):
    """A number that is drawn from 0 to 1 the moment it is compared: both ways are gone, each as often as it happens."""

    chance: Chance

    def __lt__(self, other: float) -> bool:
        return self.chance.one_of((True, False), (other, 1 - other))


class Chance:
    """Stands in for `Random`, and goes another way each time: choices so far, and the share of texts made that way."""

    def __init__(self, way: list[int]):
        self.way, self.place, self.share, self.ways = way, 0, 1.0, list[int]()

    def one_of(self, values: Sequence[T], shares: Sequence[float] | None = None) -> T:
        if self.place == len(self.way):
            self.way.append(0)
        chosen = self.way[self.place]
        self.place += 1
        self.ways.append(len(values))
        self.share *= shares[chosen] if shares else 1 / len(values)
        return values[chosen]

    def choice(self, values: Sequence[T]) -> T:
        return self.one_of(values)

    def random(self) -> float:
        drawn = _Drawn(0.5)
        drawn.chance = self
        return drawn


def everything(draw: Callable[[Chance], T]) -> Iterator[tuple[T, float]]:
    """All that can be drawn, some of it more than once, with the share of each."""
    way: list[int] = []
    while True:
        chance = Chance(way)
        yield draw(chance), chance.share
        while way and way[-1] + 1 == chance.ways[len(way) - 1]:
            way.pop()
        if not way:
            return
        way[-1] += 1


def _drawn(sign: int, turns: int, chance: Chance) -> str:
    return sentiment.clause(sign, turns, cast("Random", chance))


@cache
def clauses() -> dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]:
    """All clauses of a sign (+1 praise, −1 blame) and length: words (clause, place) and shares (clause,)."""
    found: dict[tuple[int, int], dict[tuple[int, ...], float]] = defaultdict(lambda: defaultdict(float))
    for sign in (1, -1):
        for turns, often in TURNS.items():
            for text, share in everything(partial(_drawn, sign, turns)):
                words = text.split()
                found[sign, len(words)][tuple(NUMBER[word] for word in words)] += often * share
    return {which: (np.array([*of]), np.array([*of.values()])) for which, of in found.items()}


Known = tuple[float, dict[int, np.ndarray]]
"""How often something is said; and of every covered place how often with each word there (word,)."""


def _clause(sign: int, covered: Sequence[str]) -> Known:
    """Of a clause of which some words are covered."""
    if (sign, len(covered)) not in clauses():
        return 0.0, {}
    words, shares = clauses()[sign, len(covered)]
    fits = np.ones(len(words), bool)
    for place, word in enumerate(covered):
        if word != MASK:
            fits &= words[:, place] == NUMBER[word]
    words, shares = words[fits], shares[fits]
    places = [place for place, word in enumerate(covered) if word == MASK]
    return shares.sum(), {one: np.bincount(words[:, one], shares, len(NUMBER)) for one in places}


def likely(covered: Sequence[str]) -> dict[int, np.ndarray]:
    """Of every covered place of a judgement the probability of each word there (word,), by all that is not covered."""
    found = {place: np.zeros(len(NUMBER)) for place, word in enumerate(covered) if word == MASK}
    for sign in (1, -1):
        for place, often in _clause(sign, covered)[1].items():
            found[place] += ALONE * often
        for but in range(1, len(covered) - 1):
            if covered[but] not in (MASK, "but"):
                continue
            (before, first), (after, second) = _clause(-sign, covered[:but]), _clause(sign, covered[but + 1 :])
            if covered[but] == MASK:
                found[but][NUMBER["but"]] += (1 - ALONE) * before * after
            for place, often in first.items():
                found[place] += (1 - ALONE) * often * after
            for place, often in second.items():
                found[but + 1 + place] += (1 - ALONE) * often * before
    return {place: often / often.sum() for place, often in found.items()}
