"""Roman numerals and digits.

MCMXCIV is 1994: a letter before a larger one is taken away, else it is added. So one digit is written with none to
four letters, and to know what a letter is worth the model has to look at the next.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Literal

import numpy as np

from dlplay.config import Refusal, field
from dlplay.dataset import Dataset, Examples, Task
from dlplay.pairs import examples, pair
from dlplay.sequences import SequencesConfig

VALUES = {
    1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V", 4: "IV",
    1: "I",
}  # fmt: skip


class RomanConfig(SequencesConfig):
    direction: Literal["to_digits", "to_roman"] = field("to_digits", help="what is to be written")
    largest: int = field(3999, ge=100, le=3999, scale="log", help="largest number there is")


def roman(number: int) -> str:
    """A number from 1 to 3,999 in Roman numerals."""
    found = ""
    for value, letters in VALUES.items():
        found, number = found + letters * (number // value), number % value
    return found


def number(letters: str) -> int:
    """The number from 1 to 3,999 that these letters mean. Raises `Refusal` where no number is written with them."""
    values = [next(value for value, letter in VALUES.items() if letter == one) for one in letters]
    found = sum(-here if here < after else here for here, after in zip(values, [*values[1:], 0], strict=True))
    if not 0 < found < 4000 or roman(found) != letters:
        raise Refusal("text", "No number is written like this in Roman numerals.")
    return found


def answer(config: RomanConfig, words: Sequence[str]) -> Sequence[str]:
    text = "".join(words)
    if config.direction == "to_digits":
        return str(number(text))
    if text != str(int(text)) or not 0 < int(text) < 4000:
        raise Refusal("text", "Roman numerals go from 1 to 3,999, and no number begins with a zero.")
    return roman(int(text))


def make(config: RomanConfig) -> Examples:
    order = np.random.default_rng(config.seed).permutation(config.largest)[: config.examples]
    sources = [roman(one) if config.direction == "to_digits" else str(one) for one in (order + 1).tolist()]
    return examples(task(config), [(source, answer(config, source)) for source in sources])


@functools.cache
def longest(largest: int) -> int:
    """Letters in the longest Roman numeral up to a number."""
    return max(len(roman(number)) for number in range(1, largest + 1))


def task(config: RomanConfig) -> Task:
    known = tuple(letter for letter in "IVXLCDM" if any(letter in VALUES[v] for v in VALUES if v <= config.largest))
    letters, digits = (known, longest(config.largest)), ("0123456789", len(str(config.largest)))
    return pair(letters, digits) if config.direction == "to_digits" else pair(digits, letters)


DATASET = Dataset(
    title="Roman numerals",
    config=RomanConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula: Roman numerals in their modern form",
)
