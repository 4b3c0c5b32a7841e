"""Write it backwards.

The model reads a row of letters to its end, then writes them in the opposite order. The last letter read is the first
one written, and the first has to wait longest. When all of it must pass through one vector, long rows get lost; with
attention the model looks back, and its alignment is a line from corner to corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from dlplay.config import field
from dlplay.dataset import BEGIN, END, PAD, Dataset, Examples, Task
from dlplay.sequences import LengthsConfig, different
from dlplay.tokens import paired


class ReverseConfig(LengthsConfig):
    examples: int = field(5000, ge=100, le=10000, step=100, help="different rows that are made")
    symbols: int = field(12, ge=2, le=26, step=1, help="letters to choose from")


def answer(config: ReverseConfig, words: Sequence[str]) -> Sequence[str]:
    return words[::-1]


def make(config: ReverseConfig) -> Examples:
    random, letters = Random(config.seed), task(config).tokens[1:]

    def draw() -> str:
        return "".join(random.choices(letters, k=random.randint(config.shortest, config.longest)))

    pairs = [(text, answer(config, text)) for text in different(draw, config.examples)]
    return Examples(*paired(pairs, task(config).tokens, task(config).classes, config.longest, config.longest + 1))


def task(config: ReverseConfig) -> Task:
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
    title="Reverse",
    config=ReverseConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula: random letters and the same letters backwards",
)
