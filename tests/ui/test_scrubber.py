"""The bar of time as bytes: what the scrubber is told."""

import numpy as np
import pytest

from dlplay.frame import unpack
from dlplay.ui import scrubber
from dlplay.ui.scrubber import Flag


def test_the_newest_step_is_no_looking_back():
    facts, _ = unpack(scrubber.frame("paused", 300, looking=300))
    assert facts["looking"] is None
    facts, _ = unpack(scrubber.frame("paused", 300, looking=240))
    assert facts["looking"] == 240


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0])
def test_a_loss_that_has_no_logarithm_is_left_out(bad):
    _, arrays = unpack(scrubber.frame("diverged", 3, curve_steps=[1, 2, 3], curve_losses=[0.5, bad, 0.25]))
    assert arrays["steps"].tolist() == [1, 3]
    assert arrays["losses"].tolist() == [0.5, 0.25]


@pytest.mark.parametrize("unknown", [None, float("nan"), float("inf")])
def test_an_unknown_time_is_null(unknown):
    facts, _ = unpack(scrubber.frame("playing", 1, seconds_left=unknown, examples_per_second=unknown))
    assert facts["secondsLeft"] is None
    assert facts["rate"] is None


def test_flags_and_snapshots_arrive_as_they_are():
    flags = [Flag(30, "pin 1"), Flag(97, "lowest held-out loss", "best"), Flag(120, "diverged", "diverged")]
    facts, arrays = unpack(scrubber.frame("paused", 300, kept=(0, 1, 2, 4, 300), flags=flags))
    assert [flag["kind"] for flag in facts["flags"]] == ["pin", "best", "diverged"]
    assert arrays["kept"].tolist() == [0, 1, 2, 4, 300]


def test_a_bar_with_hundreds_of_points_stays_small():
    steps = np.arange(500)
    assert len(scrubber.frame("playing", 500, kept=steps[:100], curve_steps=steps, curve_losses=steps + 1.0)) < 6000


def test_the_rate_along_the_run_arrives_with_the_steps_it_held_from():
    _, arrays = unpack(scrubber.frame("paused", 300, rate_steps=[0, 120], rates=[0.01, 0.03]))
    assert arrays["rateSteps"].tolist() == [0, 120]
    assert arrays["rates"].tolist() == pytest.approx([0.01, 0.03])
