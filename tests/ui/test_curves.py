"""The curves of a run as bytes."""

import numpy as np
import pytest

from dlplay.frame import unpack
from dlplay.ui import curves
from dlplay.ui.progress import TOLD

STEPS = np.arange(0, 100, 10)
LINE = (STEPS, np.exp(-STEPS / 50))


def test_every_line_finds_its_arrays():
    facts, arrays = unpack(
        curves.frame(
            90, loss={"train": LINE, "held-out": LINE}, score={"train": LINE}, norms={"w": LINE}, gates={"g": LINE}
        )
    )
    assert [view["name"] for view in facts["views"]] == ["loss", "score", "norms", "gates"]
    for view in facts["views"]:
        for line in view["lines"]:
            assert arrays[line["x"]].tolist() == STEPS.tolist()
            np.testing.assert_array_equal(arrays[line["y"]], LINE[1].astype(np.float32))


def test_equal_steps_travel_once():
    _, arrays = unpack(curves.frame(90, loss={"train": LINE, "held-out": LINE, "other": (STEPS[:5], STEPS[:5])}))
    assert sum(name.endswith(".x") for name in arrays) == 2


def test_a_view_without_points_is_left_out():
    facts, _ = unpack(curves.frame(0, loss={"train": ([], [])}))
    assert facts["views"] == []


def test_a_loss_that_is_no_number_may_travel():
    _, arrays = unpack(curves.frame(2, loss={"train": ([0, 1, 2], [1, np.nan, np.inf])}))
    assert np.isnan(arrays["loss.0.y"][1])


def test_steps_and_values_must_be_equally_many():
    with pytest.raises(ValueError, match="loss train"):
        curves.frame(2, loss={"train": ([0, 1], [1])})


def test_a_long_line_is_thinned_and_keeps_its_ends_and_spikes():
    steps, values = np.arange(20_000), np.ones(20_000)
    values[12_345], values[777] = 9, np.nan
    _, arrays = unpack(curves.frame(19_999, loss={"train": (steps, values)}))
    x, y = arrays["loss.0.x"], arrays["loss.0.y"]
    assert len(x) == len(y) <= curves.POINTS
    assert (x[0], x[-1]) == (0, 19_999)
    assert x[y.argmax()] == 12_345


def test_what_changes_by_itself_is_told_with_its_step():
    facts, _ = unpack(curves.frame(90, loss={"train": LINE}, moments=((30, "decoder frozen"),)))
    assert facts["moments"] == [[30, "decoder frozen"]]


def test_it_is_said_what_a_model_was_told_when_it_was_measured():
    plain, told = (unpack(curves.frame(90, loss={"train": LINE}, **more))[0] for more in ({}, {"told": TOLD["pair"]}))
    assert (plain["told"], told["told"]) == ("", "told the true token before")
