"""It remembers: what gates are for, measured on the adding problem, where a plain network fails."""

from __future__ import annotations

import pytest
import torch

from dlplay.experiment import Experiment, experiment
from dlplay.training.events import Measured
from dlplay.training.loop import Training

STEPS = 1500


def adding(model: str) -> Experiment:
    """Two marked numbers among fifty, 32 units, as a visitor finds them one click away."""
    training = {"rate": 0.01, "batch": 50, "clip": 1.0}
    return experiment(model, "adding", {"units": 32}, {"length": 50}, training)


def errors(value: Experiment) -> list[float]:
    """The squared error on held-out sequences whenever it was measured in the first `STEPS` steps, and after them."""
    torch.set_num_threads(1)
    found = []
    with Training(value) as training:
        for event in training.events():
            if isinstance(event, Measured) and event.step:
                found.append(event.held_out_loss)
            if training.step >= STEPS:
                break
        assert training.step == STEPS
        last = training.measure()
        return [*found, last.held_out_loss] if isinstance(last, Measured) else found


@pytest.mark.slow
@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_gates_keep_a_number_for_fifty_steps(model: str) -> None:
    assert min(errors(adding(model))) < 0.01


@pytest.mark.slow
def test_a_plain_state_does_not() -> None:
    assert min(errors(adding("rnn"))) > 0.12
