"""How much of what is covered can be known at all, by the grammar that the sentences are made from."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from dlplay.data import sentiment
from dlplay.dataset import NO_ANSWER
from dlplay.recipe import recipe
from dlplay.training.result import train
from tests.data.grammar import NUMBER, WORDS, clauses, likely

CEILING = 0.64
"""What the story of the data says: the share of covered words that is right for who knows the grammar."""


@pytest.mark.slow
def test_the_grammar_is_followed_as_it_is_drawn_from() -> None:
    assert sum(shares.sum() for _, shares in clauses().values()) == pytest.approx(2)
    random, config = Random(3), sentiment.SentimentConfig(two_parts=False)
    drawn = [sentiment.sentence(random.choice((1, -1)), config, random) for _ in range(20_000)]
    for begin in (("nobody",), ("i", "did"), ("it", "was", "a")):
        often = np.mean([one[: len(begin)] == begin for one in drawn])
        numbers = [NUMBER[word] for word in begin]
        share = sum(
            shares[(words[:, : len(numbers)] == numbers).all(axis=1)].sum()
            for (_, length), (words, shares) in clauses().items()
            if length >= len(numbers)
        )
        assert often == pytest.approx(share / 2, abs=0.01)


@pytest.mark.slow
def test_nobody_can_know_more_than_the_story_says_and_the_recipe_comes_near() -> None:
    chosen = recipe("masked-words")
    result = train(chosen.experiment, chosen.steps)
    with result.training as training:
        task, part = training.task, training.split.held_out
        answers = training.answers()[0].argmax(axis=2)
    best, right, said = [], [], []
    for row, target, answer in zip(part.inputs, part.targets, answers, strict=True):
        for place, shares in likely([task.tokens[number] for number in row if number]).items():
            assert target[place] != NO_ANSWER
            best.append(shares.max())
            right.append(WORDS[shares.argmax()] == task.classes[target[place]])
            said.append(answer[place] == target[place])
    assert np.mean(best) == pytest.approx(CEILING, abs=0.006)
    assert np.mean(right) == pytest.approx(CEILING, abs=0.02)
    assert CEILING - 0.05 < np.mean(said) < CEILING + 0.02
