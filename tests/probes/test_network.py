"""The network picture holds what the model computes: maps, weights, sums."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.frame import pack, unpack
from dlplay.models.mlp import FEATURE_NAMES
from dlplay.probes import network
from dlplay.probes.responses import plane, rounded_up
from dlplay.tap import look
from tests.probes.networks import READ, seen


def values(facts, arrays, column, unit):
    """A tile decoded: the low end plus the shade's share of the range."""
    low, high = facts["columns"][column]["low"][unit], facts["columns"][column]["high"][unit]
    return low + (high - low) * arrays[f"map.{column}"][unit].astype(np.float64) / 255, (high - low) / 255


@pytest.mark.parametrize("scale", network.SCALES)
@pytest.mark.parametrize("kind", ["tanh", "relu", "sigmoid", "gelu", "linear"])
def test_maps_equal_a_forward_pass_at_the_cells_within_a_shade(kind, scale):
    here = seen(hidden=[{"units": 3, "activation": kind}, {"units": 2, "activation": kind}], features=("y", "xx"))
    facts, arrays = network.picture(here, scale=scale)
    with torch.no_grad():
        captures = look(here.model, torch.from_numpy(plane(here.task, 48)))
    for column, tap in ((1, "layers.0.value"), (2, "layers.1.value")):
        for unit in range(captures[tap].value.shape[1]):
            found, shade = values(facts, arrays, column, unit)
            assert np.abs(found.ravel() - captures[tap].value[:, unit].numpy()).max() <= shade / 2 + 1e-6
    found, shade = values(facts, arrays, 3, 0)
    logit = captures["output"].value[:, 0].sigmoid().numpy()
    assert np.abs(found.ravel() - (logit - (1 - logit))).max() <= shade / 2 + 1e-6


def test_every_feature_has_its_map_and_only_those_switched_on_have_weights():
    here = seen(features=("y", "xx"))
    facts, arrays = network.picture(here)
    inputs = facts["columns"][0]
    assert inputs["keys"] == list(FEATURE_NAMES)
    assert [key for key, on in zip(inputs["keys"], inputs["on"], strict=True) if on] == ["y", "xx"]
    assert [inputs["keys"][place] for place in facts["columns"][1]["sources"]] == ["y", "xx"]
    np.testing.assert_array_equal(arrays["weight.1"], here.model.layers[0].linear.weight.detach().numpy())
    x, y = plane(here.task, 48).T
    exact = {"x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y, "sinx": np.sin(x), "siny": np.sin(y)}
    for unit, key in enumerate(inputs["keys"]):
        found, shade = values(facts, arrays, 0, unit)
        assert np.abs(found.ravel() - exact[key]).max() <= shade / 2 + 1e-5


def test_the_upper_left_cell_is_the_smallest_x_and_the_largest_y():
    cells = plane(seen().task, 4)
    np.testing.assert_allclose(cells[[0, 3, 12]], [[-4.5, 4.5], [4.5, 4.5], [-4.5, -4.5]])


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_sums_are_those_of_the_taps(norm):
    here = seen(hidden=[{"units": 5, "norm": norm, "dropout": 0.3}, {"units": 4, "activation": "silu"}])
    _, arrays = network.picture(here, point=[1.5, -2.0])
    with torch.no_grad():
        captures = look(here.model, torch.tensor([[1.5, -2.0]]))
    for column, layer in ((1, "layers.0"), (2, "layers.1")):
        rest, bias, z, normed, value = arrays[f"sums.{column}"].T
        terms = arrays[f"terms.{column}"]
        np.testing.assert_allclose(terms[:, :, 0] * terms[:, :, 1], terms[:, :, 2], atol=1e-7)
        np.testing.assert_allclose(terms[:, :, 2].sum(axis=1) + rest + bias, z, atol=1e-6)
        np.testing.assert_allclose(z, captures[f"{layer}.sum"].value[0], atol=1e-6)
        np.testing.assert_allclose(value, captures[f"{layer}.value"].value[0], atol=1e-6)
        with torch.no_grad():
            module = here.model.get_submodule(layer)
            np.testing.assert_allclose(module.norm(torch.from_numpy(z)[None])[0], normed, atol=1e-6)
            np.testing.assert_allclose(module.activation(torch.from_numpy(normed.copy())), value, atol=1e-6)
    z = captures["output"].value.item()
    np.testing.assert_allclose(arrays["sums.3"][0, 2:], [z, z, math.tanh(z / 2)], atol=1e-6)


def test_a_net_set_by_hand_gives_the_numbers_worked_out_by_hand():
    here = seen(hidden=[{"units": 1}])
    with torch.no_grad():
        here.model.layers[0].linear.weight.copy_(torch.tensor([[0.5, -0.25]]))
        here.model.layers[0].linear.bias.fill_(0.1)
        here.model.answer.weight.fill_(2.0)
        here.model.answer.bias.fill_(-1.0)
    _, arrays = network.picture(here, point=[1.0, 2.0])
    np.testing.assert_allclose(arrays["terms.1"][0], [[1, 0.5, 0.5], [2, -0.25, -0.5]])
    np.testing.assert_allclose(arrays["sums.1"][0], [0, 0.1, 0.1, 0.1, math.tanh(0.1)], atol=1e-6)
    z = 2 * math.tanh(0.1) - 1
    np.testing.assert_allclose(arrays["sums.2"][0], [0, -1, z, z, math.tanh(z / 2)], atol=1e-6)


def test_of_many_inputs_the_largest_products_are_written_out_and_the_others_summed():
    here = seen("digits", [{"units": 32, "activation": "relu"}])
    facts, arrays = network.picture(here)
    weights, bias = (
        here.model.layers[0].linear.weight.detach().numpy(),
        here.model.layers[0].linear.bias.detach().numpy(),
    )
    pixels = here.split.held_out.inputs[0].ravel()
    for shown, unit in enumerate(facts["columns"][1]["shown"]):
        products, places = weights[unit] * pixels, arrays["from.1"][shown]
        others = np.delete(products, places)
        assert len(places) == network.TERMS
        assert np.abs(others).max() <= np.abs(products[places]).min() + 1e-7
        assert arrays["sums.1"][shown, 0] == pytest.approx(others.sum(), abs=1e-5)
        assert arrays["sums.1"][shown, 2] == pytest.approx(products.sum() + bias[unit], abs=1e-5)
    assert facts["columns"][1]["more"] == 64 - network.TERMS


def test_a_large_layer_shows_some_units_and_always_the_locked_one():
    here = seen(hidden=[{"units": 512}, {"units": 10}])
    free, _ = network.picture(here)
    locked, arrays = network.picture(here, lock=[0, 300])
    assert free["columns"][1]["shown"] == list(range(network.SHOWN - 1))
    assert free["columns"][1]["units"] == 512
    assert locked["columns"][1]["shown"][-1] == 300
    assert locked["lock"] == [0, 300]
    assert len(free["columns"][2]["shown"]) == 10
    np.testing.assert_allclose(arrays["weight.1"][-1], here.model.layers[0].linear.weight[300].detach())
    np.testing.assert_allclose(arrays["weight.2"][:, -1], here.model.layers[1].linear.weight[:, 300].detach())


def test_a_place_in_the_picture_leads_to_the_weight_in_the_model():
    here = seen(features=("siny", "x"), hidden=[{"units": 3}, {"units": 12}])
    facts, arrays = network.picture(here, lock=[1, 11])
    parameters = dict(here.model.named_parameters())
    for column in range(1, 4):
        of = facts["columns"][column]
        flat = parameters[of["weight"]].detach().numpy().ravel()
        for row, unit in enumerate(of["shown"]):
            np.testing.assert_array_equal(
                arrays[f"weight.{column}"][row], flat[[unit * of["fan_in"] + place for place in of["source_places"]]]
            )
            assert arrays[f"sums.{column}"][row, 1] == parameters[of["bias"]].detach().numpy()[unit]
            places = arrays[f"from.{column}"][row]
            np.testing.assert_array_equal(arrays[f"terms.{column}"][row, :, 1], flat[unit * of["fan_in"] + places])


@pytest.mark.parametrize("hidden", [(), ({"units": 3}, {"units": 12, "activation": "relu", "norm": "batch"})], ids=len)
@pytest.mark.parametrize("data", READ)
def test_every_data_set_packs(data, hidden):
    here = seen(data, hidden)
    facts, arrays = unpack(pack(*network.picture(here)))
    assert len(facts["columns"]) == len(hidden) + 2
    for place, column in enumerate(facts["columns"]):
        count = len(column["shown"])
        assert len(column["low"]) == len(column["high"]) == len(column["names"]) == len(arrays[f"map.{place}"]) == count
        assert all(low < high for low, high in zip(column["low"], column["high"], strict=True))
        if place:
            assert arrays[f"weight.{place}"].shape == (count, len(column["sources"]))
            assert np.isfinite(arrays[f"sums.{place}"]).all()
    assert ("kernel.1" in arrays) == (here.task.reads == "image")


def test_tiles_of_examples_stand_by_class():
    here = seen("iris")
    facts, arrays = network.picture(here)
    tile = facts["tile"]
    assert tile["groups"] == list(here.task.classes)
    assert tile["rows"] == 3
    for row, number in enumerate(range(3)):
        members = here.split.held_out.inputs[here.split.held_out.targets == number][: tile["columns"]]
        found, shade = values(facts, arrays, 0, 2)
        assert np.abs(found[row] - members[:, 2]).max() <= shade / 2 + 1e-6


def test_more_classes_give_probabilities_and_numbers_give_themselves():
    facts, arrays = network.picture(seen("iris"))
    assert arrays["sums.3"][:, 4].sum() == pytest.approx(1, abs=1e-6)
    assert (facts["columns"][3]["scale"], facts["columns"][3]["activation"]) == ("amount", "probability")
    facts, arrays = network.picture(seen("plane"))
    assert facts["columns"][3]["activation"] == "number"
    assert arrays["sums.3"][0, 2] == arrays["sums.3"][0, 4]
    here = seen("diabetes")
    deviation, mean = network.picture(here)[0]["columns"][3]["back"][0]
    assert here.split.target_scaling.back(np.float64(1.0)) == pytest.approx(deviation + mean, rel=1e-5)


def test_a_diverged_model_still_packs():
    here = seen("spiral", data_config={"arms": 3})
    with torch.no_grad():
        for parameter in here.model.parameters():
            parameter.fill_(float("nan"))
    facts, arrays = unpack(pack(*network.picture(here)))
    assert np.isnan(arrays["sums.1"]).any()
    assert facts["columns"][1]["high"] == [1.0] * 3


def test_what_makes_no_sense_is_refused_and_a_unit_that_is_gone_is_no_lock():
    here = seen()
    for wanted in (
        {"lock": "1.2"},
        {"lock": [1.5, 0]},
        {"lock": [True, 0]},
        {"scale": "huge"},
        {"point": [1]},
        {"point": "x"},
    ):
        with pytest.raises(Refusal):
            network.picture(here, **wanted)
    assert network.picture(here, lock=[9, 0])[0]["lock"] is None
    assert network.picture(here, lock=[0, 3])[0]["lock"] is None


@pytest.mark.parametrize(
    ("size", "limit"), [(0, 1), (1, 1), (1.01, 1.2), (0.0042, 0.005), (36, 40), (99, 100), (8.1, 10)]
)
def test_ranges_are_round_numbers_just_above(size, limit):
    assert rounded_up(size) == pytest.approx(limit)
