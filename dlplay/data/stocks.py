"""Shares of six companies, week by week: can anybody know the next one?

What is read is how many percent a share stands above the first week of the window; what is forecast, at every step, is
the same one week later. The simplest forecast says that nothing changes, and it is hard to beat: if last week's moves
told the next one, somebody would have traded on it. A model that only repeats the last value looks very good on such a
curve, so look at the two side by side. The last weeks are held out, and no window is trained on that reaches into them.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from dlplay.config import field
from dlplay.dataset import Dataset, Examples, Labels, Task
from dlplay.series import SeriesConfig, ahead, check, parted, windows

COMPANIES = {
    "AAPL": "Apple",
    "AMZN": "Amazon",
    "FB": "Facebook",
    "GOOG": "Google",
    "MSFT": "Microsoft",
    "NFLX": "Netflix",
}
FIRST = np.datetime64("2018-01-01")
"""The day of the first price; the others follow week by week."""
CHANGE = "change in %"


class StocksConfig(SeriesConfig):
    company: Literal["all", "AAPL", "AMZN", "FB", "GOOG", "MSFT", "NFLX"] = field("all", help="whose shares")
    length: int = field(20, ge=5, le=60, step=1, unit="weeks", help="weeks in one window")


def chosen(config: StocksConfig) -> tuple[str, ...]:
    return tuple(COMPANIES) if config.company == "all" else (config.company,)


def make(config: StocksConfig) -> Examples:
    from plotly.data import stocks

    table = stocks()
    times = table["date"].to_numpy().astype("datetime64[D]")
    prices = np.stack([table[company].to_numpy(float) for company in chosen(config)])[..., None]
    check("stocks", times, prices)
    found = windows(prices, config.length)
    return ahead(100 * (found / found[:, :1] - 1), [0])


def labels(config: StocksConfig, number: int, steps: int) -> Labels:
    """The company of a window, and the days of its weeks."""
    begin, company = divmod(number, len(chosen(config)))
    days = FIRST + 7 * (begin + np.arange(steps))
    return Labels(COMPANIES[chosen(config)[company]], tuple(map(str, days)))


DATASET = Dataset(
    title="Stock prices",
    config=StocksConfig,
    task=lambda config: Task(
        "sequence", (config.length, 1), targets=(CHANGE,), features=(CHANGE,), each_step=True, next_step=True
    ),
    make=make,
    labels=labels,
    source="weekly closing prices of 2018 and 2019, bundled with plotly (plotly.data.stocks)",
    licence="MIT",
    standardise=True,
    parts=lambda config, examples: parted(examples, config.held_out, together=len(chosen(config))),
)
