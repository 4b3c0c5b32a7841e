"""The factor on the learning rate, in closed form."""

from __future__ import annotations

from math import cos, pi
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlplay.experiment import experiment
from dlplay.training.events import Measured
from dlplay.training.loop import Training
from dlplay.training.schedules import PERIOD, factor
from dlplay.training.settings import Schedule


@given(
    st.sampled_from(get_args(Schedule)),
    st.floats(0, 1e6, allow_nan=False),
    st.integers(0, 100_000),
)
def test_a_factor_lies_between_zero_and_one(schedule: Schedule, epoch: float, epochs: int) -> None:
    assert 0 <= factor(schedule, epoch, epochs) <= 1


@pytest.mark.parametrize(("epoch", "expected"), [(0, 1), (4.99, 1), (5, 0.1), (7.49, 0.1), (7.5, 0.01), (10, 0.01)])
def test_step_falls_at_a_half_and_at_three_quarters(epoch: float, expected: float) -> None:
    assert factor("step", epoch, 10) == expected


@given(st.floats(0, 20))
def test_cosine_falls_along_half_a_cosine(epoch: float) -> None:
    assert factor("cosine", epoch, 20) == pytest.approx((1 + cos(pi * epoch / 20)) / 2)


def test_cosine_without_an_end_starts_again() -> None:
    assert factor("cosine", 0, 0) == factor("cosine", PERIOD, 0) == factor("cosine", 3 * PERIOD, 0) == 1
    assert factor("cosine", PERIOD / 2, 0) == pytest.approx(0.5)


def test_warm_up_rises_along_a_line_over_a_tenth() -> None:
    assert factor("warm-up", 0, 50) == pytest.approx(0.01)
    assert factor("warm-up", 2.5, 50) == pytest.approx(0.505)
    assert factor("warm-up", 5, 50) == factor("warm-up", 50, 50) == 1
    assert factor("warm-up", PERIOD / 20, 0) == pytest.approx(0.505)


def test_without_an_end_every_schedule_begins_as_it_would_in_one_period() -> None:
    for schedule in get_args(Schedule):
        for epoch in (0, 3.5, PERIOD * 0.4, PERIOD * 0.6, PERIOD * 0.99):
            assert factor(schedule, epoch, 0) == factor(schedule, epoch, int(PERIOD))


def test_a_run_reports_the_rate_that_its_schedule_gives() -> None:
    settings = {"schedule": "cosine", "epochs": 3, "rate": 0.05}
    with Training(experiment("mlp", "circle", training=settings)) as training:
        measured = [event for event in training.events() if isinstance(event, Measured)]
    assert [event.rate for event in measured] == [0.05 * factor("cosine", event.epoch, 3) for event in measured]
    assert measured[-1].rate == pytest.approx(0, abs=1e-6)
