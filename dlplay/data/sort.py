"""Put it in order.

The model reads letters in any order and writes the same ones sorted, from a to the end of the alphabet. What it has to
keep is how many there are of each, not where they stood. With attention it looks for the smallest letter first, and
the alignment jumps over the source instead of following it.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from dlplay.config import field
from dlplay.dataset import BEGIN, END, PAD, Dataset, Examples, Task
from dlplay.sequences import LengthsConfig, different
from dlplay.tokens import paired


class SortConfig(LengthsConfig):
    symbols: int = field(12, ge=2, le=26, step=1, help="letters to choose from")


def answer(config: SortConfig, words: Sequence[str]) -> Sequence[str]:
    return sorted(words)


def make(config: SortConfig) -> Examples:
    random, letters = Random(config.seed), task(config).tokens[1:]

    def draw() -> str:
        return "".join(random.choices(letters, k=random.randint(config.shortest, config.longest)))

    pairs = [(text, answer(config, text)) for text in different(draw, config.examples)]
    return Examples(*paired(pairs, task(config).tokens, task(config).classes, config.longest, config.longest + 1))


def task(config: SortConfig) -> Task:
    letters = "abcdefghijklmnopqrstuvwxyz"[: config.symbols]
    return Task(
        "pair",
        (2 * config.longest + 1,),
        classes=(PAD, BEGIN, END, *letters),
        tokens=(PAD, *letters),
        each_step=True,
        joint="",
        source=config.longest,
    )


DATASET = Dataset(
    title="Sort",
    config=SortConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula: random letters and the same letters sorted",
)
