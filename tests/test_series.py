"""Windows over time: what has a gap is refused, and nothing of the future is trained on."""

from __future__ import annotations

import numpy as np
import plotly.data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlplay.config import Refusal
from dlplay.data.stocks import COMPANIES
from dlplay.dataset import NO_ANSWER, Examples, dataset, datasets, load
from dlplay.series import ahead, check, naive, parted, windows
from dlplay.training.metrics import r2

LATER = [slug for slug, one in datasets().items() if one.parts is not None and one.task(one.config()).next_step]
"""Data whose order is time. Others have parts of their own so that what belongs together stays together."""


def test_an_even_table_passes() -> None:
    check("table", np.arange(1952, 2008, 5), np.zeros((3, 12, 2)))
    check("table", np.arange("2018-01-01", "2018-02-26", 7, dtype="datetime64[D]"), np.zeros((1, 8, 1)))


@pytest.mark.parametrize(
    ("times", "missing", "said"),
    [
        ([1, 2, 3, 5, 6], None, "table has a gap in time: 3 is followed by 5; one step is 1."),
        ([1, 2, 4, 3, 5], None, "table is not in the order of time: 3 comes after 4."),
        ([1, 2, 2, 3, 4], None, "table is not in the order of time: 2 comes after 2."),
        ([1, 2, 3, 4, 5], 3, "table has a gap in time: there is no value at 4."),
        ([1, 2], None, "table has 2 steps; a forecast needs 3 at least."),
    ],
)
def test_a_table_with_gaps_is_refused_in_one_sentence(times: list[int], missing: int | None, said: str) -> None:
    values = np.zeros((2, len(times), 1))
    if missing is not None:
        values[1, missing] = np.nan
    with pytest.raises(Refusal) as refusal:
        check("table", np.array(times), values)
    assert refusal.value.sentence == said


def test_a_gap_between_days_is_told_in_days() -> None:
    days = np.array(["2018-01-01", "2018-01-08", "2018-01-15", "2018-01-29"], "datetime64[D]")
    with pytest.raises(Refusal, match="2018-01-15 is followed by 2018-01-29; one step is 7 days"):
        check("prices", days, np.zeros((1, 4, 1)))


def test_windows_hold_every_stretch_in_the_order_of_time() -> None:
    values = np.stack([np.arange(6.0), 10 + np.arange(6.0)])[..., None]  # two series over the same six steps
    found = ahead(windows(values, 3), [0])
    assert found.inputs[..., 0].tolist() == [[0, 1, 2], [10, 11, 12], [1, 2, 3], [11, 12, 13], [2, 3, 4], [12, 13, 14]]
    assert (found.targets == found.inputs + 1).all()


def test_a_window_longer_than_the_table_is_refused() -> None:
    with pytest.raises(Refusal, match="length is 5; this table leaves room for 4 steps"):
        windows(np.zeros((1, 6, 1)), 5)


@given(
    steps=st.integers(4, 60),
    length=st.integers(1, 30),
    series=st.integers(1, 4),
    stride=st.integers(1, 6),
    share=st.floats(0.1, 0.9),
    whole=st.booleans(),
)
def test_every_held_out_answer_is_later_than_all_that_were_trained_on(
    steps: int, length: int, series: int, stride: int, share: float, whole: bool
) -> None:
    clock = np.tile(np.arange(steps, dtype=float), (series, 1))[..., None]  # each value is its own time
    if length > steps - 2 or stride > length:
        return
    found = windows(clock, length)
    chosen = found.reshape(-1, series, length + 1, 1)[::stride].reshape(-1, length + 1, 1)
    if len(chosen) == series:
        return
    examples = ahead(chosen, [0])
    if whole:
        examples = Examples(examples.inputs[..., 0].astype(np.int64), examples.targets[..., 0].astype(np.int64))
    train, later = parted(examples, share, together=series, stride=stride)
    wanted = later.targets != NO_ANSWER if whole else np.isfinite(later.targets)
    assert train.targets.max() < later.targets[wanted].min()
    assert wanted.reshape(len(later), -1).any(axis=1).all()
    assert set(later.targets[wanted]) == set(range(int(train.targets.max()) + 1, int(examples.targets.max()) + 1))
    assert sorted([*train.numbers, *later.numbers]) == list(range(len(examples)))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
@pytest.mark.parametrize("slug", LATER)
def test_data_over_time_are_split_in_time(slug: str, share: float) -> None:
    """Told by numbers: what comes last in the order of time is held out, and the share is met to a step."""
    found = load(slug, dataset(slug).config(held_out=share))
    assert found.train.numbers.max() < found.held_out.numbers.min()
    total = len(found.train) + len(found.held_out)
    assert len(found.held_out) / total == pytest.approx(share, abs=0.08)


def test_the_naive_forecast_is_the_value_just_read_in_the_units_of_the_targets() -> None:
    for slug in ("stocks", "gapminder", "waves"):
        found = load(slug, dataset(slug).config())
        said = naive(found, found.train.inputs)
        assert said.shape == found.train.targets.shape
        assert said[:, 1:] == pytest.approx(found.train.targets[:, :-1], abs=1e-4)  # what came next is then the last


def test_the_naive_forecast_of_prices_is_hard_to_beat() -> None:
    found = load("stocks", dataset("stocks").config())
    wanted = np.isfinite(found.held_out.targets)[..., 0]
    said = naive(found, found.held_out.inputs)
    assert r2(said[wanted], found.held_out.targets[wanted]) > 0.8


@pytest.mark.parametrize("part", ["train", "held_out"])
@pytest.mark.parametrize(("slug", "table"), [("stocks", "stocks"), ("gapminder", "gapminder")])
def test_a_window_is_called_what_the_table_calls_it(slug: str, table: str, part: str) -> None:
    """Company and days, country and years: the values there are those of the window."""
    record = dataset(slug)
    config = record.config()
    made = load(slug, config)
    examples, rows = getattr(made, part), getattr(plotly.data, table)()
    assert record.labels is not None
    assert made.input_scaling is not None
    for place in (0, len(examples) // 2, len(examples) - 1):
        steps = examples.inputs.shape[1]
        called = record.labels(config, int(examples.numbers[place]), steps)
        read = made.input_scaling.back(examples.inputs[place])[:, 0]
        if slug == "stocks":
            ticker = next(one for one, name in COMPANIES.items() if name == called.name)
            prices = rows.set_index("date")[ticker][list(called.steps)].to_numpy()
            wanted = 100 * (prices / prices[0] - 1)
        else:
            country = rows[rows.country == called.name].set_index("year")
            wanted = country.lifeExp[list(map(int, called.steps))].to_numpy()
        np.testing.assert_allclose(read, wanted, atol=1e-3)


def test_steps_behind_the_table_are_called_on() -> None:
    record = dataset("gapminder")
    assert record.labels is not None
    last = record.labels(record.config(), 142 * 6 + 141, 8)
    assert (last.name, last.steps[-2:]) == ("Zimbabwe", ("2012", "2017"))
