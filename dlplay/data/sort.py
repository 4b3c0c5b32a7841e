"""Put it in order.

The model reads letters in any order and writes the same ones sorted, from a to the end of the alphabet. What it has to
keep is how many there are of each, not where they stood. With attention it looks for the smallest letter first, and
the alignment jumps over the source instead of following it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dlplay.dataset import Dataset, Examples
from dlplay.pairs import examples, of_letters
from dlplay.sequences import LettersConfig, rows


def answer(config: LettersConfig, words: Sequence[str]) -> Sequence[str]:
    return sorted(words)


def make(config: LettersConfig) -> Examples:
    return examples(of_letters(config), [(row, answer(config, row)) for row in rows(config)])


DATASET = Dataset(
    title="Sort",
    config=LettersConfig,
    task=of_letters,
    make=make,
    answer=answer,
    source="made by formula: random letters and the same letters sorted",
)
