"""Numbers in words, and in digits.

"two hundred forty one" becomes "241", or the other way round. A digit takes its place from words around it: the 4 of
forty stands before the 1, and where "four hundred" is followed by "six" a zero has to be written that no word names.
Short numbers come about as often as long ones, as far as there are enough of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal

from dlplay.config import Refusal, field
from dlplay.dataset import Dataset, Examples, Task
from dlplay.pairs import examples, pair
from dlplay.sequences import SequencesConfig, different

SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


class NumbersConfig(SequencesConfig):
    direction: Literal["to_digits", "to_words"] = field("to_digits", help="what is to be written")
    largest: int = field(99999, ge=99, le=999999, scale="log", help="largest number there is")


def in_words(number: int) -> tuple[str, ...]:
    """A number from 0 to 999,999 in English: 241 is two hundred forty one."""
    if number < 20:
        return (SMALL[number],)
    if number < 100:
        tens, ones = TENS[number // 10 - 2], number % 10
        return (tens, SMALL[ones]) if ones else (tens,)
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    return (*in_words(number // size), name, *(in_words(rest) if rest else ()))


def number(words: Sequence[str]) -> int:
    """The number from 0 to 999,999 that is written like this. Raises `Refusal` where none is."""
    whole = part = 0
    for word in words:
        if word == "thousand":
            whole, part = part * 1000, 0
        elif word == "hundred":
            part *= 100
        else:
            part += SMALL.index(word) if word in SMALL else 10 * TENS.index(word) + 20
    found = whole + part
    if found > 999_999 or in_words(found) != tuple(words):
        raise Refusal("text", "No number is written like this in English.")
    return found


def answer(config: NumbersConfig, words: Sequence[str]) -> Sequence[str]:
    if config.direction == "to_digits":
        return str(number(words))
    figures = "".join(words)
    if figures != str(int(figures)):
        raise Refusal("text", "No number begins with a zero.")
    return in_words(int(figures))


def make(config: NumbersConfig) -> Examples:
    random, figures = Random(config.seed), len(str(config.largest))

    def draw() -> int:
        count = random.randint(1, figures)
        return random.randint(10 ** (count - 1) if count > 1 else 0, min(10**count - 1, config.largest))

    numbers = different(draw, config.examples)
    sources = [in_words(one) if config.direction == "to_digits" else tuple(str(one)) for one in numbers]
    return examples(task(config), [(source, answer(config, source)) for source in sources])


def task(config: NumbersConfig) -> Task:
    figures = len(str(config.largest))
    words = (*SMALL, *TENS, *(("hundred",) if figures > 2 else ()), *(("thousand",) if figures > 3 else ()))
    most_words = {2: 2, 3: 4, 4: 6, 5: 7, 6: 9}[figures]
    spelled, digits = (words, most_words), ("0123456789", figures)
    if config.direction == "to_words":
        return pair(digits, spelled, answer_joint=" ")
    return pair(spelled, digits, joint=" ", answer_joint="")


DATASET = Dataset(
    title="Numbers in words",
    config=NumbersConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula: English numerals",
)
