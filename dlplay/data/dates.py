"""Dates, from how people write them to one fixed form.

"3 March 2024", "March 3, 2024" and "3 Mar 24" all become "2024-03-03". Parts change their places, a month's name turns
into its number, and a year in two digits needs its century: 50 to 99 belong to the last one. Days from 1950 to 2049.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

import numpy as np

from dlplay.config import Refusal, field
from dlplay.dataset import Dataset, Examples, Task
from dlplay.pairs import examples, pair
from dlplay.sequences import SequencesConfig

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
FIRST, DAYS = datetime.date(1950, 1, 1).toordinal(), 36_525

FORMS: dict[str, Callable[[datetime.date], str]] = {
    "english": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "american": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    "short": lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year % 100:02}",
    "iso": lambda day: f"{day.year}-{day.month:02}-{day.day:02}",
    "dots": lambda day: f"{day.day:02}.{day.month:02}.{day.year}",
}


class DatesConfig(SequencesConfig):
    read: Literal["mixed", "english", "american", "short"] = field("mixed", help="how dates are given")
    write: Literal["iso", "dots"] = field("iso", help="how they are to be written")


def read(config: DatesConfig) -> tuple[str, ...]:
    """The forms that sources have."""
    return ("english", "american", "short") if config.read == "mixed" else (config.read,)


def day(config: DatesConfig, text: str) -> datetime.date:
    """The day that is written like this in one of the forms that are read. Raises `Refusal` where none is."""
    numbers, letters = [int(number) for number in re.findall(r"\d+", text)], re.findall(r"[A-Za-z]+", text)
    months = [place for place, month in enumerate(MONTHS, 1) if letters and letters[0] in (month, month[:3])]
    if len(numbers) == 2 and months and not 99 < numbers[1] < 1000:
        of_month, year = numbers
        year += 0 if year > 99 else 1900 if year > 49 else 2000
        try:
            found = datetime.date(year, months[0], of_month)
        except ValueError:
            raise Refusal("text", "The calendar has no such day.") from None
        if any(FORMS[form](found) == text for form in read(config)):
            return found
    forms = " or ".join(FORMS[form](datetime.date(2024, 3, 5)) for form in read(config))
    raise Refusal("text", f"A date is written like {forms} here.")


def answer(config: DatesConfig, words: Sequence[str]) -> Sequence[str]:
    return FORMS[config.write](day(config, "".join(words)))


def make(config: DatesConfig) -> Examples:
    random = Random(config.seed)
    order = np.random.default_rng(config.seed).permutation(DAYS)[: config.examples]
    days = [datetime.date.fromordinal(FIRST + place) for place in order.tolist()]
    sources = [FORMS[random.choice(read(config))](one) for one in days]
    return examples(task(config), [(source, answer(config, source)) for source in sources])


@functools.cache
def written(form: str) -> tuple[frozenset[str], int]:
    """The characters of a form, and how many the longest date has."""
    days = [datetime.date(year, month, 28) for month in range(1, 13) for year in range(1950, 2050)]
    days += [datetime.date(2000, 1, day) for day in range(1, 32)]
    texts = [FORMS[form](day) for day in days]
    return frozenset("".join(texts)), max(map(len, texts))


def task(config: DatesConfig) -> Task:
    sources = [written(form) for form in read(config)]
    characters = frozenset[str]().union(*(found for found, _ in sources))
    target, most = written(config.write)
    return pair((sorted(characters), max(length for _, length in sources)), (sorted(target), most))


DATASET = Dataset(
    title="Dates",
    config=DatesConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula: the Gregorian calendar",
)
