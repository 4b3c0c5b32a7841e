"""Write it backwards.

The model reads a row of letters to its end, then writes them in the opposite order. The last letter read is the first
one written, and the first has to wait longest. When all of it must pass through one vector, long rows get lost; with
attention the model looks back, and its alignment is a line from corner to corner.
"""

from __future__ import annotations

from collections.abc import Sequence

from dlplay.config import field
from dlplay.dataset import Dataset, Examples
from dlplay.pairs import examples, of_letters
from dlplay.sequences import LettersConfig, rows


class ReverseConfig(LettersConfig):
    examples: int = field(5000, ge=100, le=10000, step=100, help="different rows that are made")


def answer(config: ReverseConfig, words: Sequence[str]) -> Sequence[str]:
    return words[::-1]


def make(config: ReverseConfig) -> Examples:
    return examples(of_letters(config), [(row, answer(config, row)) for row in rows(config)])


DATASET = Dataset(
    title="Reverse",
    config=ReverseConfig,
    task=of_letters,
    make=make,
    answer=answer,
    source="made by formula: random letters and the same letters backwards",
)
