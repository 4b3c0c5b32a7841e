"""As many b as a?

First come a number of a, then a number of b, and the answer is whether there are equally many: aⁿbⁿ, the simplest
language that no machine with a fixed number of states can tell. A cell that goes up at every a and down at every b can.
Wrong ones miss by three at most, so a rough guess of the length does not help. Dots strewn in count for nothing.

F. A. Gers, J. Schmidhuber, LSTM Recurrent Networks Learn Simple Context-Free and Context-Sensitive Languages, 2001;
there the next letter is forecast, here the whole is judged, which has one answer that is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from dlplay.config import Refusal, field
from dlplay.dataset import PAD, Dataset, Examples, Task
from dlplay.sequences import SequencesConfig, different, mixed
from dlplay.tokens import numbered

MISSES = (-3, -2, -1, 1, 2, 3)


class CountingConfig(SequencesConfig):
    most: int = field(15, ge=8, le=40, step=1, label="Most a", help="a run has 1 to so many letters")
    dots: int = field(5, ge=0, le=20, step=1, help="dots strewn in, at most; they count for nothing")


def make(config: CountingConfig) -> Examples:
    random = Random(config.seed)

    def strewn(first: int, second: int) -> str:
        letters = ["a"] * first + ["b"] * second
        for _ in range(random.randint(0, config.dots)):
            letters.insert(random.randint(0, len(letters)), ".")
        return "".join(letters)

    def equal() -> str:
        count = random.randint(1, config.most)
        return strewn(count, count)

    def unequal() -> str:
        first = random.randint(1, config.most)
        return strewn(first, random.choice([first + miss for miss in MISSES if 1 <= first + miss <= config.most]))

    good = different(equal, config.examples // 2)
    bad = different(unequal, len(good))
    texts, targets = mixed((bad, good), config.seed)
    return Examples(numbered(texts, task(config).tokens, task(config).input_shape[0]), targets)


def task(config: CountingConfig) -> Task:
    longest = 2 * config.most + config.dots
    classes, short = ("different", "equal"), ("diff.", "equal")
    return Task("sequence", (longest,), classes=classes, tokens=(PAD, "a", "b", "."), joint="", short=short)


def ahead(config: CountingConfig, tokens: np.ndarray) -> tuple[str, np.ndarray]:
    """How many more a than b have been read after each step."""
    return "a minus b so far", ((tokens == 1).astype(int) - (tokens == 2)).cumsum()


def answer(config: CountingConfig, words: Sequence[str]) -> str:
    if "ba" in "".join(words).replace(".", ""):
        raise Refusal("text", "Here every a comes before the first b.")
    return task(config).classes[words.count("a") == words.count("b")]


DATASET = Dataset(
    title="Counting",
    config=CountingConfig,
    task=task,
    make=make,
    answer=answer,
    follows=ahead,
    source="made by formula, after F. A. Gers, J. Schmidhuber, 2001",
)
