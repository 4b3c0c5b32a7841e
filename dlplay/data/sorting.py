"""Sort in place: at every step, which letter belongs here?

The model reads letters in any order and answers at every place with the letter that stands there once they are sorted.
The answer in the middle depends on all letters, also on those that come later: who reads from the left cannot know,
who looks at all of them can count. Put in order and written one by one, the same is the data set "Sort".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlplay.config import field
from dlplay.dataset import NO_ANSWER, PAD, Dataset, Examples, Task
from dlplay.sequences import LettersConfig, letters, rows
from dlplay.tokens import numbered


class SortingConfig(LettersConfig):
    longest: int = field(12, ge=10, le=40, step=1, unit="letters", help="length of the longest rows")
    shortest: int = field(6, ge=1, le=10, step=1, unit="letters", help="length of the shortest rows")


def make(config: SortingConfig) -> Examples:
    known, texts = task(config).tokens, rows(config)
    inputs = numbered(texts, known, config.longest)
    answers = numbered([answer(config, text) for text in texts], known, config.longest)
    return Examples(inputs, np.where(inputs > 0, answers - 1, NO_ANSWER))


def answer(config: SortingConfig, words: Sequence[str]) -> Sequence[str]:
    return sorted(words)


def task(config: SortingConfig) -> Task:
    known = letters(config)
    return Task("sequence", (config.longest,), classes=known, tokens=(PAD, *known), each_step=True, joint="")


DATASET = Dataset(
    title="Sort in place",
    config=SortingConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula: random letters and the same letters sorted",
)
