"""A run that diverges says so in words, keeps the last numbers, and names ways on that work."""

from __future__ import annotations

import math
import re

import pytest
import torch

from dlplay.config import Refusal
from dlplay.experiment import Experiment, experiment, from_json
from dlplay.training.diagnosis import diverged, in_words
from dlplay.training.events import Diagnosis, Finished, Step
from dlplay.training.loop import Training

LINEAR = [{"units": 8, "activation": "linear"}, {"units": 8, "activation": "linear"}]


def wild(**training: object) -> Experiment:
    """Squared error through linear layers with a learning rate far beyond what they bear."""
    return experiment("mlp", "diabetes", {"hidden": LINEAR}, training={"optimiser": "sgd", "rate": 4, **training})


def calm_then_wild() -> Experiment:
    change = {"step": 40, "name": "rate", "value": 5}
    return wild(rate=0.01, changes=[change])


@pytest.mark.parametrize("make", [wild, calm_then_wild])
def test_a_diverging_run_stops_with_a_diagnosis_and_finite_weights(make: object) -> None:
    value = make()  # type: ignore[operator]
    with Training(value) as training:
        events = list(training.events())
        found = events[-1]
        assert isinstance(found, Diagnosis)
        assert sum(isinstance(event, Diagnosis) for event in events) == 1
        assert not any(isinstance(event, Finished) for event in events)
        assert found.kind == "diverged"
        steps = [event.step for event in events if isinstance(event, Step)]
        assert steps == list(range(1, len(steps) + 1))
        assert found.step == len(steps) + 1
        assert re.match(r"The loss grew from \S+ to \S+ in \S+ steps?, then ", found.sentence)
        assert "Broken first: the " in found.sentence
        assert all(math.isfinite(event.loss) for event in events if isinstance(event, Step))

        assert all(parameter.isfinite().all() for parameter in training.model.parameters())
        outputs, _ = training.answers()
        assert all(map(math.isfinite, outputs.flatten().tolist()))
        for step in training.kept():
            assert step <= training.step
            assert all(parameter.isfinite().all() for parameter in training.at(step)[0].parameters())
        assert list(training.events()) == []
        with pytest.raises(Refusal):
            training.set(rate=0.1)


def test_the_diagnosis_goes_back_to_before_it_began() -> None:
    with Training(calm_then_wild()) as training:
        found = list(training.events())[-1]
        assert isinstance(found, Diagnosis)
        assert found.back_to is not None
        assert 21 <= found.back_to <= 41
        assert found.back_to in training.kept()
        (label, _), (second, _) = found.remedies
        assert label.startswith(f"Back to step {found.back_to}, rate 0.")
        assert second == f"Back to step {found.back_to}, clip gradients at 1"


def test_every_remedy_is_the_same_run_until_there_and_then_lives_on() -> None:
    with Training(wild(optimiser="momentum", rate=0.6)) as training:
        events = list(training.events())
        found = events[-1]
        assert isinstance(found, Diagnosis)
        losses = {event.step: event.loss for event in events if isinstance(event, Step)}
        assert found.back_to is not None
        for _, remedy in found.remedies:
            value = from_json(remedy)
            with Training(value) as healed, Training(value, resume=training.path(found.back_to)) as resumed:
                curve = [event for event in _steps(healed, len(losses) + 200) if isinstance(event, Step)]
                assert len(curve) == len(losses) + 200
                same = {event.step: event.loss for event in curve if event.step <= found.back_to}
                assert same == {step: losses[step] for step in same}
                again = [event for event in _steps(resumed, len(losses) + 200) if isinstance(event, Step)]
                assert again == curve[found.back_to :]


def _steps(training: Training, until: int) -> list[object]:
    found: list[object] = []
    for event in training.events():
        found.append(event)
        if isinstance(event, Step) and event.step == until:
            break
    return found


def test_an_edit_that_breaks_the_run_is_told_too() -> None:
    value = wild(rate=10, optimiser="momentum", edits=[{"step": 0, "parameter": "answer.weight", "value": 1000}])
    with Training(value) as training:
        found = list(training.events())[-1]
        assert isinstance(found, Diagnosis)
        assert all(parameter.isfinite().all() for parameter in training.at()[0].parameters())


def test_the_words() -> None:
    value = experiment("mlp", "circle", training={"rate": 4, "optimiser": "sgd"})
    losses = [0.5, 0.2, 0.0931, *(0.0931 * 500.0**k for k in range(1, 12))]
    found = diverged(value, 15, 13, losses, math.nan, "the weight of layer 2", (0, 1, 2, 3, 5, 8))
    assert found.title == "Diverged at step 15"
    assert found.sentence.startswith("The loss grew from 0.0931 to 4.55e28 in 11 steps, then stopped being a number.")
    assert found.back_to == 2
    assert [label for label, _ in found.remedies] == [
        "Back to step 2, rate 0.4",
        "Back to step 2, clip gradients at 1",
    ]
    first = diverged(value, 1, 0, [], math.inf, "the loss", (0,))
    assert first.sentence.startswith("The very first loss is not a finite number.")
    assert [label for label, _ in first.remedies] == ["Start again, rate 0.4", "Start again, clip gradients at 1"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("layers.1.linear.weight", "the weight of layer 2"),
        ("layers.3.operation.weight", "the weight of layer 4"),
        ("layers.2.operation.first_norm.bias", "the bias of the first norm of layer 3"),
        ("answer.weight", "the weight of the answer"),
        ("output", "the output"),
        ("layers.0.sum", "the sum of layer 1"),
        ("layers.0.there.fused.weight_hh_l0", "the recurrent weights of layer 1"),
        ("layers.1.back.hidden", "the hidden state of the way back of layer 2"),
    ],
)
def test_names_in_words(name: str, words: str) -> None:
    assert in_words(name) == words


def test_batch_norm_statistics_go_back_too() -> None:
    hidden = [{"units": 8, "activation": "linear", "norm": "batch"}, {"units": 8, "activation": "linear"}]
    value = experiment("mlp", "diabetes", {"hidden": hidden}, training={"optimiser": "momentum", "rate": 10})
    with Training(value) as training:
        events = _steps(training, 3000)
        assert isinstance(events[-1], Diagnosis)
        assert all(buffer.isfinite().all() for buffer in training.model.buffers())
        assert torch.isfinite(torch.tensor(training.answers()[0])).all()
