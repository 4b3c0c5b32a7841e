"""The metrics picture says what the model answers, and every example it names is really in its cell."""

import numpy as np
import pytest
import torch
from torch import nn

from dlplay import experiment as experiments
from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.probes.metrics import BEHIND, picture
from dlplay.probes.seen import Seen


def seen(data: str, model: nn.Module) -> Seen:
    experiment = experiments.experiment("mlp", data)
    return Seen(model.eval(), 7, experiment, load(data, experiment.data), {})


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
