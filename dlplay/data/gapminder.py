"""Life and wealth of 142 countries, every five years from 1952 to 2007.

The model reads how long people live and what a country earns for each of them, and forecasts one of the two five years
ahead. Most countries go slowly upward, so "as it was last time, and a little more" is already good; wars and epidemics
are what nobody sees in the curve. The last years are held out for all countries alike: what is tested is the future.
"""

from __future__ import annotations

import functools
from typing import Literal

import numpy as np

from dlplay.config import field
from dlplay.dataset import Dataset, Examples, Labels, Task
from dlplay.series import SeriesConfig, ahead, check, parted, windows

COUNTRIES = 142
FIRST, EVERY = 1952, 5
LIFE, WEALTH = "life expectancy", "log GDP per person"
FEATURES = (LIFE, WEALTH)
"""In years, and as the logarithm to base 10 of international dollars of 2005."""


class GapminderConfig(SeriesConfig):
    predict: Literal["life", "wealth"] = field("life", help="what is forecast, five years ahead")
    length: int = field(5, ge=3, le=10, step=1, unit="steps", help="steps of five years in one window")


@functools.cache
def table() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Names of the countries, years, and life and wealth (country, year, feature)."""
    from plotly.data import gapminder

    rows = gapminder()
    columns = [rows.pivot(index="country", columns="year", values=name) for name in ("lifeExp", "gdpPercap")]
    life, wealth = (column.to_numpy(float) for column in columns)
    years = columns[0].columns.to_numpy(int)
    return tuple(columns[0].index), years, np.stack([life, np.log10(wealth)], axis=2)


def make(config: GapminderConfig) -> Examples:
    _, years, values = table()
    check("gapminder", years, values)
    return ahead(windows(values, config.length), [FEATURES.index(target) for target in task(config).targets])


def labels(config: GapminderConfig, number: int, steps: int) -> Labels:
    """The country of a window, and the years of its steps."""
    begin, country = divmod(number, COUNTRIES)
    years = FIRST + EVERY * (begin + np.arange(steps))
    return Labels(table()[0][country], tuple(map(str, years)))


def task(config: GapminderConfig) -> Task:
    return Task(
        "sequence",
        (config.length, len(FEATURES)),
        targets=(LIFE if config.predict == "life" else WEALTH,),
        features=FEATURES,
        each_step=True,
        next_step=True,
    )


DATASET = Dataset(
    title="Life and wealth of nations",
    config=GapminderConfig,
    task=task,
    make=make,
    labels=labels,
    source="Gapminder, gapminder.org; bundled with plotly (plotly.data.gapminder)",
    licence="CC BY 4.0",
    standardise=True,
    parts=lambda config, examples: parted(examples, config.held_out, together=COUNTRIES),
)
