"""The arithmetic of a cell gives exactly the number the model computed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlplay.config import Refusal
from dlplay.frame import pack, unpack
from dlplay.layers.records import Act, AvgPool, BatchNorm, Conv, Dense, Flatten, GlobalPool, MaxPool, Residual
from dlplay.models.cnn import ARCHITECTURE
from dlplay.probes import cell
from dlplay.tap import look
from tests.probes.stacks import seen, stacks


def captured(value):
    with torch.no_grad():
        captures = look(value.model, value.tensor(value.chosen()[0]))
    return {name: capture.value[0] for name, capture in captures.items()}


def lock(tap, *place):
    return dict(zip(("channel", "row", "column"), place, strict=False)) | {"tap": tap}


def exact(found: float, number: float) -> None:
    assert found == pytest.approx(number, rel=1e-5, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(stacks(), st.data())
def test_every_number_is_recomputed(stack, data):
    shape, layers = stack
    value = seen(layers, shape)
    taps = captured(value)
    tap = data.draw(st.sampled_from(list(taps)))
    place = tuple(data.draw(st.integers(0, size - 1)) for size in taps[tap].shape)
    facts, arrays = cell.picture(value, lock(tap, *place))
    work, number = facts["work"], float(taps[tap][place])
    exact(facts["value"], number)
    exact(work["total"], number)
    total = work["sum"]
    for step in work["steps"]:
        exact(step["x"], total)
        total = step["y"]
    exact(total, number)
    if work["kind"] in ("conv", "dense"):
        parts = [term.get("product", term["value"]) for term in work["terms"]]
        parts += [work["rest"]["value"] if work["rest"] else 0, work["bias"] or 0]
        exact(sum(parts), work["sum"])
    if work["kind"] == "conv":
        chosen = next(term["value"] for term in work["terms"] if term["channel"] == work["input"])
        exact(float((arrays["patch"] * arrays["kernel"]).sum()), chosen)
        assert (arrays["patch"][arrays["padded"] > 0] == 0).all()
    unpack(pack(facts, arrays))


@pytest.mark.parametrize("name", [n for n, p in ARCHITECTURE.presets.items() if p.data])
def test_presets_open_at_every_tap(name):
    layers = ARCHITECTURE.presets[name].config.layers
    value = seen(layers, classes=10)
    for tap, number in captured(value).items():
        place = tuple(size - 1 for size in number.shape)
        exact(cell.picture(value, lock(tap, *place))[0]["work"]["total"], float(number[place]))


def test_padding_is_marked_and_adds_nothing():
    value = seen([Conv(channels=2, padding=1)])
    facts, arrays = cell.picture(value, lock("layers.0.value", 0, 0, 7))
    assert arrays["padded"].tolist() == [[1, 1, 1], [0, 0, 1], [0, 0, 1]]
    assert facts["field"] == {"top": -1, "left": 6, "bottom": 2, "right": 9, "whole": False}


def test_dilation_stride_and_groups_take_the_right_pixels():
    value = seen([Conv(channels=4, kernel=2, stride=3, dilation=2, groups=2)], (2, 9, 9))
    image = value.chosen()[0][0]
    facts, arrays = cell.picture(value, lock("layers.0.value", 3, 1, 0))
    assert facts["work"]["input"] == facts["work"]["first"] == 1
    np.testing.assert_allclose(arrays["patch"], image[1, 3:6:2, 0:3:2], rtol=1e-6)
    with pytest.raises(Refusal, match="sums the maps 2 to 2"):
        cell.picture(value, lock("layers.0.value", 3, 1, 0), channel=0)


def test_max_pooling_names_the_cell_that_won():
    value = seen([Conv(channels=2), MaxPool(kernel=3, stride=2, padding=1)])
    facts, arrays = cell.picture(value, lock("layers.1.value", 1, 0, 0))
    window = np.where(arrays["padded"] > 0, -np.inf, arrays["window"])
    assert facts["work"]["won"] == int(window.argmax())


def test_mean_pooling_counts_the_padding():
    value = seen([Conv(channels=1), AvgPool(kernel=2, stride=2, padding=1)])
    facts, arrays = cell.picture(value, lock("layers.1.value", 0, 0, 0))
    assert facts["work"]["total"] == pytest.approx(arrays["window"].sum() / 4)


def test_a_residual_number_is_branch_plus_shortcut():
    value = seen([Residual(channels=4, stride=2), Act()])
    facts, _ = cell.picture(value, lock("layers.0.value", 2, 1, 1))
    branch, shortcut = facts["work"]["terms"]
    exact(max(branch["value"] + shortcut["value"], 0), facts["value"])
    assert branch["from"]["tap"] == "layers.0.operation.branch"
    assert facts["work"]["steps"][0]["name"] == "ReLU"


def test_what_follows_value_by_value_is_told():
    value = seen([Conv(channels=2), BatchNorm(), Act(), MaxPool()])
    facts, _ = cell.picture(value, lock("layers.0.value", 1, 2, 2))
    assert [step["kind"] for step in facts["after"]] == ["norm", "act"]
    exact(facts["after"][-1]["y"], float(captured(value)["layers.2.value"][1, 2, 2]))


def test_a_flattened_number_knows_its_map():
    value = seen([Conv(channels=3), Flatten(), Dense(units=4)])
    taps = captured(value)
    facts, _ = cell.picture(value, lock("layers.1.value", 50))
    back = facts["work"]["from"]
    assert float(taps[back["tap"]][back["channel"], back["row"], back["column"]]) == float(taps["layers.1.value"][50])
    dense, _ = cell.picture(value, lock("layers.2.value", 2))
    for term in dense["work"]["terms"]:
        there = term["from"]
        exact(term["value"], float(taps[there["tap"]][there["channel"], there["row"], there["column"]]))


def test_the_answer_ends_in_probabilities():
    value = seen([Conv(channels=3), GlobalPool()])
    facts, _ = cell.picture(value, lock("output", 1))
    assert sum(facts["answer"]["values"]) == pytest.approx(1, abs=1e-5)
    shares = np.exp(facts["logits"]) / np.exp(facts["logits"]).sum()
    np.testing.assert_allclose(facts["answer"]["values"], shares, rtol=1e-4)


def test_without_a_lock_the_middle_of_the_last_convolution_is_shown():
    value = seen([Conv(channels=3), Act(), Conv(channels=2), Act()])
    facts, _ = cell.picture(value)
    assert (facts["tap"], facts["channel"], facts["row"], facts["column"]) == ("layers.2.value", 0, 2, 2)
    assert not facts["locked"]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"tap": "layers.9.value"}, "lock"),
        ({"tap": ["x"]}, "lock"),
        ({"tap": "layers.0.value", "channel": 3}, "lock.channel"),
        ({"tap": "layers.0.value", "row": -1}, "lock.row"),
        ({"tap": "layers.0.value", "column": 1.5}, "lock.column"),
        ({"tap": "layers.0.value", "row": True}, "lock.row"),
    ],
)
def test_a_lock_that_is_nowhere_is_refused(bad, field):
    with pytest.raises(Refusal) as refused:
        cell.picture(seen([Conv(channels=3)]), bad)
    assert refused.value.field == field


def test_heat_over_many_images_differs_from_that_of_one():
    value = seen([Conv(channels=3), Act(), Conv(channels=2)], images=40)
    one, many = (cell.picture(value, over=over)[1]["effective"] for over in (1, 32))
    assert one.shape == many.shape == (8, 8)
    assert not np.allclose(one, many)
    with pytest.raises(Refusal):
        cell.picture(value, over=7)
