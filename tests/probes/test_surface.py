"""The surface holds what the model answers, the points where they lie, and the predictions on held-out examples."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.frame import pack, unpack
from dlplay.probes import network, surface
from dlplay.probes.responses import plane
from dlplay.probes.seen import Seen
from tests.probes.networks import READ, seen


def decoded(facts, arrays):
    span = facts["high"] - facts["low"]
    return facts["low"] + span * arrays["map"].astype(np.float64) / 255, span / 255


def raw(here, cells=100):
    with torch.no_grad():
        return here.model(torch.from_numpy(plane(here.task, cells)))


def test_two_classes_show_the_difference_of_their_probabilities():
    here = seen()
    facts, arrays = surface.picture(here)
    found, shade = decoded(facts, arrays)
    second = raw(here).sigmoid().numpy().ravel()
    assert np.abs(found.ravel() - (2 * second - 1)).max() <= shade / 2 + 1e-6
    assert (facts["low"], facts["high"], facts["scale"]) == (-1, 1, "signed")


def test_more_classes_show_the_winner_and_its_probability():
    here = seen("spiral", data_config={"arms": 4})
    facts, arrays = surface.picture(here)
    shares = raw(here).softmax(dim=1).numpy()
    found, shade = decoded(facts, arrays)
    np.testing.assert_array_equal(arrays["winner"].ravel(), shares.argmax(axis=1))
    assert np.abs(found.ravel() - shares.max(axis=1)).max() <= shade / 2 + 1e-6
    assert facts["scale"] == "amount"


def test_the_name_of_a_class_stands_inside_its_region():
    facts, arrays = surface.picture(seen("spiral", data_config={"arms": 5}))
    assert {label for label, _, _ in facts["labels"]} == set(np.unique(arrays["winner"]))
    for label, x, y in facts["labels"]:
        row, column = int((6 - y) / 12 * 100), int((x + 6) / 12 * 100)
        assert arrays["winner"][row, column] == label


def test_numbers_show_themselves():
    here = seen("plane")
    facts, arrays = surface.picture(here)
    found, shade = decoded(facts, arrays)
    exact = raw(here).numpy().ravel()
    assert np.abs(found.ravel() - exact).max() <= shade / 2 + 1e-6
    assert np.abs(exact).max() <= facts["high"]
    assert facts["answer_limit"] >= np.abs(here.split.train.targets).max()


def test_a_locked_unit_shows_the_same_as_its_tile():
    here = seen(hidden=[{"units": 3, "activation": "relu"}, {"units": 2}])
    facts, arrays = surface.picture(here, lock=[0, 2])
    tiles, small = network.picture(here, scale="map")
    assert facts["title"] == "Layer 1, unit 3" == tiles["columns"][1]["titles"][2]
    fine, _ = decoded(facts, arrays)
    coarse = tiles["columns"][1]["high"][2] * small["map.1"][2] / 255
    middle = fine.reshape(50, 2, 50, 2).mean(axis=(1, 3))
    assert abs(middle.mean() - coarse.mean()) < 0.02 * tiles["columns"][1]["high"][2]


def test_points_are_the_data_and_carry_the_number_that_removes_them():
    here = seen(data_config={"points": 60, "removed": [3, 5], "added": [{"x": 1.5, "y": -2, "target": 1}]})
    facts, arrays = surface.picture(here)
    assert sorted(arrays["index"]) == [number for number in range(61) if number not in (3, 5)]
    assert facts["train"] == [len(here.split.train)] * 2
    assert facts["held_out"] == [len(here.split.held_out)] * 2
    x, y, answer = arrays["points"][list(arrays["index"]).index(60)]
    assert (x, y, answer) == (1.5, -2.0, 1.0)
    np.testing.assert_array_equal(arrays["points"][: len(here.split.train), :2], here.split.train.inputs)


def test_of_very_many_points_some_are_drawn_and_said_so():
    facts, arrays = surface.picture(seen("circle", data_config={"points": 2000}))
    assert facts["train"] == [surface.POINTS["train"], 1400]
    assert facts["held_out"] == [surface.POINTS["held_out"], 600]
    assert len(set(arrays["index"])) == len(arrays["index"]) == sum(surface.POINTS.values())


def test_the_chosen_point_is_where_it_was_chosen():
    assert surface.picture(seen(example={"point": [1.5, -2.0]}))[0]["point"] == [1.5, -2.0]
    assert surface.picture(seen(), point=[0.5, 3.0])[0]["point"] == [0.5, 3.0]
    with pytest.raises(Refusal):
        surface.picture(seen(), point=[float("nan"), 0])


@pytest.mark.parametrize("hidden", [(), ({"units": 3},)], ids=len)
@pytest.mark.parametrize("data", READ)
def test_every_data_set_packs(data, hidden):
    here = seen(data, hidden)
    facts, arrays = unpack(pack(*surface.picture(here)))
    assert facts["step"] == 7
    assert facts["kind"] in ("plane", "classes", "numbers")
    for array in arrays.values():
        assert np.isfinite(array).all()
    facts, arrays = unpack(pack(*surface.picture(here, lock=[0, 0])))
    assert facts["kind"] == ("plane" if here.task.reads == "point" else "tile")


def test_predictions_of_classes_are_the_probability_of_the_true_one():
    here = seen("iris")
    facts, arrays = surface.picture(here)
    with torch.no_grad():
        shares = here.model(torch.from_numpy(here.split.held_out.inputs)).softmax(dim=1).numpy()
    truth, own, said = arrays["examples"].T
    np.testing.assert_array_equal(truth, here.split.held_out.targets)
    np.testing.assert_allclose(own, shares[np.arange(len(truth)), truth.astype(int)], atol=1e-6)
    np.testing.assert_array_equal(said, shares.argmax(axis=1))
    assert facts["chosen"] == 0


def test_predictions_of_numbers_are_in_their_own_units():
    here = seen("diabetes")
    facts, arrays = surface.picture(here)
    back = here.split.target_scaling.back
    np.testing.assert_allclose(arrays["examples"][:, 0], back(here.split.held_out.targets)[:, 0], rtol=1e-5)
    assert facts["from"] < arrays["examples"][:, 0].min()
    assert arrays["examples"][:, 0].max() < facts["to"]


def test_a_diverged_model_still_packs():
    for data in ("circle", "iris", "diabetes"):
        here = seen(data)
        with torch.no_grad():
            for parameter in here.model.parameters():
                parameter.fill_(float("nan"))
        _, arrays = unpack(pack(*surface.picture(here)))
        assert all(np.isfinite(array).all() for array in arrays.values())


def test_other_models_have_a_surface_too_but_no_neuron_to_lock():
    value = experiment("cnn", "digits")
    model = value.model.build(value.network, value.task).eval()
    here = Seen(model, 0, value, load("digits", value.data), {})
    assert surface.picture(here)[0]["kind"] == "classes"
    with pytest.raises(Refusal):
        surface.picture(here, lock=[0, 0])
