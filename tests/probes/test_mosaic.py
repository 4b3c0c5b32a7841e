"""The mosaic shows what the model computed, also when it travels as bytes; filters and gallery are the model's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from dlplay.config import Refusal
from dlplay.frame import pack, unpack
from dlplay.layers.records import Act, Conv, Dropout, MaxPool, Residual
from dlplay.probes import filters, gallery, maps
from dlplay.tap import look
from tests.probes.stacks import example, seen, stacks


def captured(value):
    with torch.no_grad():
        captures = look(value.model, value.tensor(value.chosen()[0]))
    return {name: capture.value[0].numpy() for name, capture in captures.items()}


@settings(max_examples=30, deadline=None)
@given(stacks())
def test_every_tap_is_shown_as_it_is(stack):
    shape, layers = stack
    value = seen(layers, shape)
    facts, arrays = unpack(pack(*maps.picture(value)))
    taps = captured(value)
    assert [layer["tap"] for layer in facts["layers"]] == [tap for tap in taps if tap != "output"]
    for layer in facts["layers"]:
        number = taps[layer["tap"]]
        if not layer["copies"]:
            np.testing.assert_array_equal(arrays[layer["array"]].squeeze(), number[layer["channels"]].squeeze())
        if layer["scale"] == "amount":
            assert number.min() >= 0
        assert layer["limit"] >= max(layer["limits"])
    assert sum(facts["answer"]["values"]) == pytest.approx(1, abs=1e-5)
    assert facts["step"] == value.step


def test_big_mosaics_travel_as_bytes_close_to_the_truth():
    layers = [Conv(channels=24, padding=1), Act(), Conv(channels=24, padding=1)]
    value = seen(layers, (3, 48, 48))
    facts, arrays = maps.picture(value)
    for layer in facts["layers"]:
        sent = arrays[layer["array"]]
        number = captured(value)[layer["tap"]][layer["channels"]].reshape(sent.shape)
        assert sent.dtype == np.uint8
        limits = np.array(layer["limits"])[:, None, None]
        shares = sent / 255 if layer["scale"] == "amount" else (sent.astype(float) - 127) / 127
        assert (np.abs(shares * limits - number) <= limits / 250 + 1e-6).all()


def test_many_maps_are_cut_but_a_locked_one_is_among_them():
    value = seen([Conv(channels=64, padding=1)])
    facts, _ = maps.picture(value, lock={"tap": "layers.0.value", "channel": 60, "row": 0, "column": 0})
    layer = facts["layers"][0]
    assert layer["count"] == 64
    assert len(layer["channels"]) == maps.MOST_MAPS
    assert layer["channels"][-1] == 60


def test_inner_taps_of_a_residual_block_are_seen_and_dropout_is_a_copy():
    value = seen([Residual(channels=4), Dropout(), MaxPool()])
    layers = maps.picture(value)[0]["layers"][:-1]
    assert [layer["title"] for layer in layers] == [
        "1 residual, inside", "1 residual, branch", "1 residual 3×3", "2 dropout", "3 max pool 2×2",
    ]  # fmt: skip
    assert [layer["scale"] for layer in layers] == ["amount", "signed", "amount", "amount", "amount"]
    assert [layer["copies"] for layer in layers] == [False, False, False, True, False]


def test_diverged_values_do_not_break_the_frame():
    value = seen([Conv(channels=2), Act()])
    torch.nn.init.constant_(value.model.layers[0].operation.weight, float("nan"))
    pack(*maps.picture(value))
    pack(*gallery.picture(value))
    pack(*filters.picture(value))


def test_an_unknown_scale_is_refused():
    with pytest.raises(Refusal, match="scale is"):
        maps.picture(seen([Conv()]), scale="<b>")


def test_filters_are_the_weights():
    value = seen([Conv(channels=20), Act(), Residual(channels=4, stride=2)], (3, 12, 12))
    facts, arrays = filters.picture(value, lock={"tap": "layers.0.value", "channel": 18})
    assert [layer["title"] for layer in facts["layers"]] == [
        "1 conv 3×3",
        "3 residual, inside",
        "3 residual, branch",
    ]
    weight = value.model.layers[0].operation.weight.detach().numpy()
    np.testing.assert_array_equal(arrays["layer 0"], weight[facts["layers"][0]["channels"]])
    assert facts["layers"][0]["channels"][-1] == 18
    assert [layer["colours"] for layer in facts["layers"]] == [True, False, False]


def test_the_gallery_opens_on_the_page_of_the_chosen_image():
    value = example(seen([Conv()], images=40), part="train", index=27)
    facts, arrays = gallery.picture(value)
    assert (facts["part"], facts["page"]) == ("train", 2)
    assert 27 in [item["index"] for item in facts["items"]]
    assert len(arrays["thumbs"]) == len(facts["items"])
    np.testing.assert_allclose(arrays["image"] / 255, value.split.train.inputs[27], atol=0.003)


def test_what_the_gallery_says_is_what_the_model_says():
    value = seen([Conv(channels=4), Act()], images=20)
    facts, _ = gallery.picture(value, page=1)
    with torch.no_grad():
        said = value.model(value.tensor(value.split.held_out.inputs)).argmax(dim=1)
    for item in facts["items"]:
        assert item["said"] == int(said[item["index"]])
        assert item["true"] == value.split.held_out.targets[item["index"]]


def test_the_worst_come_first():
    value = seen([Conv(channels=4), Act()], images=30)
    shares = torch.softmax(value.model(value.tensor(value.split.held_out.inputs)), dim=1).detach().numpy()
    true = shares[np.arange(30), value.split.held_out.targets]
    worst = [item["index"] for item in gallery.picture(value, order="worst")[0]["items"]]
    assert worst == np.argsort(true, kind="stable")[: len(worst)].tolist()
    best = [item["index"] for item in gallery.picture(value, order="best")[0]["items"]]
    assert true[best[0]] == true.max()


def test_a_drawn_image_has_no_true_class():
    value = example(seen([Conv()]), pixels=np.full((8, 8), 0.5).tolist())
    facts, arrays = gallery.picture(value)
    assert facts["example"]["own"]
    assert facts["true"] is None
    assert (arrays["image"] == 128).all()


@pytest.mark.parametrize("wanted", [{"part": "x"}, {"order": "x"}, {"page": -1}, {"page": "1"}])
def test_a_gallery_that_is_not_there_is_refused(wanted):
    with pytest.raises(Refusal):
        gallery.picture(seen([Conv()]), **wanted)
