"""The same again: random letters, and then once more.

A string of letters that were drawn one by one comes twice. The first time hardly anything can be foreseen, and nothing
is asked. The second time all but its first letter can: find where the letter just read stood before, and say what came
after it. One layer of attention cannot do that, as it would have to look for a letter by the one in front of it. Two
can: a head of the first layer tells every place what stands before it, and a head of the second looks for that. It is
called an induction head, and while it forms the loss falls all at once.

C. Olsson, N. Elhage, N. Nanda and others, In-context Learning and Induction Heads, 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from dlplay.config import Refusal, field
from dlplay.dataset import NO_ANSWER, PAD, DataConfig, Dataset, Examples, Task
from dlplay.sequences import different
from dlplay.tokens import numbered

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class InductionConfig(DataConfig):
    longest: int = field(24, ge=12, le=48, step=2, unit="letters", help="letters of the longest string, read twice")
    shortest: int = field(12, ge=4, le=12, step=1, unit="letters", help="letters of the shortest string, read twice")
    symbols: int = field(32, ge=4, le=52, step=1, help="letters to choose from")
    repeats: bool = field(False, help="a letter may come again within a string")
    first_time: bool = field(False, help="also ask where nothing can be foreseen")
    examples: int = field(10000, ge=100, le=20000, step=100, help="different strings that are made")


def make(config: InductionConfig) -> Examples:
    random, letters = Random(config.seed), LETTERS[: config.symbols]

    def draw() -> str:
        length = random.randint(config.shortest, config.longest)
        again = config.repeats or length > len(letters)
        return "".join(random.choices(letters, k=length) if again else random.sample(letters, length))

    strings = different(draw, config.examples)
    lengths = np.array([len(text) for text in strings])[:, None]
    whole = numbered([2 * text for text in strings], task(config).tokens, 2 * config.longest)
    step = np.arange(2 * config.longest - 1)
    read = step < 2 * lengths - 1  # the last letter is only asked for
    asked = read if config.first_time else read & (step >= lengths)
    return Examples(np.where(read, whole[:, :-1], 0), np.where(asked, whole[:, 1:], NO_ANSWER))


def answer(config: InductionConfig, words: Sequence[str]) -> list[str | None]:
    """What came after the same letter before; where letters repeat, only a string read twice says which one is meant.

    Raises `Refusal` for any other text then.
    """
    half = (len(words) + 1) // 2
    if config.repeats:
        if len(words) % 2 == 0 or words[half:] != words[: half - 1]:
            raise Refusal("text", "Where letters repeat, only a string and then the same without its end is answered.")
        before = [None if place < half else place - half for place in range(len(words))]
    else:
        before = [
            max((i for i in range(place) if words[i] == words[place]), default=None) for place in range(len(words))
        ]
    following: list[str | None] = [*words[1:], None] if config.first_time else [None] * len(words)
    return [one if then is None else words[then + 1] for then, one in zip(before, following, strict=True)]


def task(config: InductionConfig) -> Task:
    tokens = (PAD, *LETTERS[: config.symbols])
    length = 2 * config.longest - 1
    return Task("sequence", (length,), classes=tokens, tokens=tokens, each_step=True, joint="", next_step=True)


DATASET = Dataset(
    title="Induction",
    config=InductionConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula, after C. Olsson and others: In-context Learning and Induction Heads, 2022",
)
