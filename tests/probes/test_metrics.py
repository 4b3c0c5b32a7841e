"""The metrics picture says what the model answers, and every example it names is really in its cell."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given as given_counts
from hypothesis import strategies as st
from torch import nn

from dlplay import experiment as experiments
from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.probes.metrics import BEHIND, picture
from dlplay.probes.seen import Seen
from dlplay.training import sample
from dlplay.training.events import Measured
from dlplay.training.loop import Training


def seen(data: str, model: nn.Module) -> Seen:
    experiment = experiments.experiment("mlp", data)
    return Seen(model.eval(), 7, experiment, load(data, experiment.data), {}, most=10_000)


def untrained(data: str) -> Seen:
    torch.manual_seed(0)
    experiment = experiments.experiment("mlp", data)
    return seen(data, experiment.model.build(experiment.network, experiment.task))


@pytest.mark.parametrize("data", ["circle", "iris", "digits"])
@pytest.mark.parametrize("part", ["train", "held-out"])
def test_every_example_stands_in_the_cell_of_its_truth_and_answer(data, part):
    given = untrained(data)
    facts, arrays = picture(given, part=part)
    examples = given.part(part)
    with torch.no_grad():
        outputs = given.model(given.tensor(examples.inputs))
    answered = (outputs[:, 0] > 0).long() if outputs.shape[1] == 1 else outputs.argmax(dim=1)
    for truth, answer, index in arrays["examples"]:
        assert examples.targets[index] == truth
        assert answered[index] == answer
    cells, counts = np.unique(arrays["examples"][:, :2], axis=0, return_counts=True)
    assert len(cells) == (arrays["matrix"] > 0).sum()
    assert [min(BEHIND, arrays["matrix"][t, a]) for t, a in cells] == counts.tolist()
    assert facts["count"] == arrays["matrix"].sum() == len(examples)
    assert facts["score"] == pytest.approx(np.trace(arrays["matrix"]) / len(examples))


def test_the_least_sure_of_a_cell_comes_first():
    given = untrained("digits")
    _, arrays = picture(given)
    with torch.no_grad():
        logs = given.model(given.tensor(given.split.held_out.inputs)).log_softmax(dim=1)
    sure = logs[torch.arange(len(logs)), torch.from_numpy(given.split.held_out.targets)].numpy()
    for cell in np.unique(arrays["examples"][:, :2], axis=0):
        inside = arrays["examples"][(arrays["examples"][:, :2] == cell).all(axis=1), 2]
        assert (np.diff(sure[inside]) >= -1e-5).all()


def test_thumbnails_are_the_named_images():
    given = untrained("digits")
    _, arrays = picture(given)
    images = given.split.held_out.inputs[arrays["examples"][:, 2]]
    np.testing.assert_allclose(arrays["thumbnails"] / 255, images, atol=1 / 255)


def test_numbers_come_back_in_the_units_of_the_data():
    given = untrained("diabetes")
    facts, arrays = picture(given, part="train")
    back = given.split.target_scaling.back(given.split.train.targets)
    np.testing.assert_allclose(arrays["truth"], back[: len(arrays["truth"])], rtol=1e-5)
    assert facts["error"] == pytest.approx(np.abs(arrays["predicted"] - arrays["truth"]).mean(), rel=1e-4)


def test_a_model_that_is_no_number_gives_no_number():
    given = untrained("diabetes")
    with torch.no_grad():
        for parameter in given.model.parameters():
            parameter.fill_(float("nan"))
    facts, _ = picture(given)
    assert facts["loss"] is None
    assert facts["score"] is None


def test_an_unknown_part_is_refused():
    with pytest.raises(Refusal, match="train or held-out"):
        picture(untrained("circle"), part="everything")


def test_of_a_large_part_some_are_answered_and_it_says_how_many():
    given = replace(untrained("digits"), most=100)
    facts, arrays = picture(given)
    assert (facts["examples"], facts["of"]) == (100, len(given.split.held_out)) == (facts["count"], 539)
    assert arrays["matrix"].sum() == 100
    for truth, _, index in arrays["examples"]:
        assert given.split.held_out.targets[index] == truth


def test_answers_and_curve_speak_of_the_same_examples():
    with Training(experiments.experiment("mlp", "digits", network={"hidden": ({"units": 512},) * 3})) as training:
        measured = next(event for event in training.events() if isinstance(event, Measured))
        facts, _ = picture(training.seen())
        assert facts["step"] == measured.step
        assert (facts["loss"], facts["score"]) == (measured.held_out_loss, measured.held_out_score)


@pytest.mark.parametrize(("macs", "most"), [(0, 1000), (18, 1000), (40_000_000, 100), (10**12, 16)])
def test_the_more_a_model_computes_the_fewer_examples_it_is_asked(macs: int, most: int):
    assert sample.most(macs) == most


@given_counts(st.integers(0, 5000), st.integers(1, 1000))
def test_a_sample_is_spread_over_all(count: int, most: int):
    places = sample.places(count, most)
    assert len(places) == min(count, most)
    assert (np.diff(places) >= 1).all()
    assert len(places) == 0 or (places[0] == 0 and count - places[-1] <= count // len(places) + 1)


@pytest.mark.parametrize("data", ["plane", "diabetes"])
def test_a_point_of_truth_and_prediction_leads_to_its_example(data: str):
    given = replace(untrained(data), most=60)
    _, arrays = picture(given)
    held = given.split.held_out
    truth = held.targets if given.split.target_scaling is None else given.split.target_scaling.back(held.targets)
    assert len(arrays["index"]) == 60
    np.testing.assert_allclose(arrays["truth"], truth[arrays["index"]], rtol=1e-6)


def test_a_step_of_a_forecast_leads_to_its_sequence():
    forecast = experiments.experiment("lstm", "waves")
    model = forecast.model.build(forecast.network, forecast.task).eval()
    given = Seen(model, 0, forecast, load("waves", forecast.data), {}, most=20)
    _, arrays = picture(given)
    for truth, index in zip(arrays["truth"], arrays["index"], strict=True):
        assert (np.abs(given.split.held_out.targets[index] - truth) < 1e-6).any()
