"""Gates over training: what is told at every step is what the model multiplies with."""

from __future__ import annotations

import torch

from dlplay.experiment import experiment
from dlplay.runs.history import Batch, History
from dlplay.training.events import Measured, as_json
from dlplay.training.gates import openings
from dlplay.training.loop import Training

TEXT_STEPS = 3
NETWORK = {"text_steps": TEXT_STEPS, "heads": 2, "head_width": 4, "feed_forward": 8, "channels": 2}
NAMES = ["layer 1 attention", "layer 1 feed-forward", "layer 2 attention", "layer 2 feed-forward"]


def test_the_curve_is_tanh_of_the_parameters_at_every_kept_step() -> None:
    torch.set_num_threads(1)
    history, told = History(), {}
    value = experiment("flamingo", "scenes", NETWORK, {"examples": 200, "size": 16}, {"rate": 0.01})
    with Training(value) as run:
        for step in range(TEXT_STEPS + 4):
            told |= {event.step: event for event in run.run(step) if isinstance(event, Measured)}
            told |= {event.step: event for event in [run.measure()] if isinstance(event, Measured)}
            run.snapshot()
        for event in told.values():
            history.add(Batch(0, 1, torch.empty(0).int().numpy(), torch.empty(0).numpy(), (as_json(event),)))
        assert list(history.gates) == NAMES
        assert sorted(told) == list(run.kept()) == list(range(TEXT_STEPS + 4))
        for row, step in enumerate(run.kept()):
            model, found = run.at(step)
            assert found == step
            parameters = [getattr(look, gate) for look in model.looks for gate in ("cross_gate", "feed_forward_gate")]
            for name, parameter in zip(NAMES, parameters, strict=True):
                steps, values = history.gates[name]
                assert steps[row] == step
                assert values[row] == parameter.detach().tanh().item()
                assert (values[row] == 0) == (step <= TEXT_STEPS)


def test_the_last_step_of_shut_gates_is_measured_whatever_the_clock_says() -> None:
    torch.set_num_threads(1)
    value = experiment("flamingo", "scenes", NETWORK, {"examples": 200, "size": 16}, {"rate": 0.01})
    with Training(value) as run:
        told = []
        for event in run.run(TEXT_STEPS + 2):
            run._meter.at = float("inf")
            told += [event.step] if isinstance(event, Measured) else []
    assert told == [0, TEXT_STEPS]


def test_the_moment_the_decoder_is_frozen_is_told_and_none_where_it_is_from_the_start() -> None:
    record = experiment("flamingo", "scenes", NETWORK).model
    assert record.moments(record.config(text_steps=300)) == ((300, "decoder frozen"),)
    assert record.moments(record.config(text_steps=0)) == ()


def test_a_model_without_gates_has_none_to_tell() -> None:
    assert openings(torch.nn.Linear(2, 2)) == {}
