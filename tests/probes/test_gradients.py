"""Gradient through time: known factors, a network unrolled by hand, and what zero means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from dlplay.config import Refusal
from dlplay.dataset import Examples, Split, Task, datasets, load
from dlplay.experiment import experiment
from dlplay.layers.recurrent import begin_orthogonal
from dlplay.models.gru import GRU
from dlplay.models.lstm import LSTM
from dlplay.models.rnn import RNN
from dlplay.probes import gradients
from dlplay.probes.gradients import decay
from dlplay.probes.seen import Seen

STEPS, UNITS = 60, 16


def _seen(model: nn.Module, task: Task, inputs: np.ndarray, targets: np.ndarray, **example: Any) -> Seen:
    part = Examples(inputs, targets)
    return Seen(model.eval(), 5, experiment("rnn", "sentiment"), Split(task, part, part), example)


def _numbers(steps: int = STEPS, *, each_step: bool = False) -> tuple[Task, np.ndarray, np.ndarray]:
    task = Task("sequence", (steps, 2), classes=("a", "b", "c"), features=("x", "y"), each_step=each_step)
    random = np.random.default_rng(0)
    inputs = random.standard_normal((3, steps, 2)).astype(np.float32)
    return task, inputs, random.integers(0, 3, (3, steps) if each_step else 3)


def _model(kind: str, task: Task, **network: Any) -> nn.Module:
    torch.manual_seed(1)
    record = experiment(kind, "parity").model
    return {"rnn": RNN, "lstm": LSTM, "gru": GRU}[kind](record.config(units=UNITS, **network), task)


@pytest.mark.parametrize("gain", [0.5, 0.9, 1.0, 1.1])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_an_orthogonal_matrix_scales_the_gradient_by_its_gain(gain: float, bidirectional: bool) -> None:
    task, inputs, targets = _numbers()
    model = _model("rnn", task, bidirectional=bidirectional)
    for direction in (model.layers[0].there, model.layers[0].back):
        if direction is not None:
            begin_orthogonal(direction.fused, gain)
    facts, arrays = gradients.picture(_seen(model, task, 0 * inputs, targets))
    assert [path["factor"] for path in facts["paths"]] == pytest.approx([gain] * (1 + bidirectional), abs=1e-3)
    assert all(path["steady"] and path["zeros"] == 0 for path in facts["paths"])
    ratios = np.diff(arrays["logs"][0])
    assert np.allclose(10**ratios, 1 / gain, atol=1e-3)


def test_it_equals_a_network_unrolled_by_hand() -> None:
    task, inputs, targets = _numbers(9, each_step=True)
    model = _model("rnn", task)
    at = 6
    facts, arrays = gradients.picture(_seen(model, task, inputs, targets, part="train", index=1), at=at)
    w, u, b, c = (value.detach().double() for value in model.layers[0].there.fused.all_weights[0])
    h, states = torch.zeros(UNITS, dtype=torch.float64), []
    for x in torch.from_numpy(inputs[1]).double():
        h = (w @ x + b + u @ h + c).tanh().requires_grad_()
        states.append(h)
    answer = model.answer.double()(states[at])
    loss = cross_entropy(answer[None], torch.tensor([targets[1, at]]))
    wanted: list[Tensor] = list(torch.autograd.grad(loss, states[: at + 1]))
    assert facts["loss"] == pytest.approx(loss.item(), abs=1e-9)
    assert 10 ** arrays["logs"][0, : at + 1] == pytest.approx([float(one.norm()) for one in wanted], rel=1e-5)
    assert np.isneginf(arrays["logs"][0, at + 1 :]).all()


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_a_nudge_moves_the_loss_as_the_gradient_says(kind: str) -> None:
    """Finite differences: the written-out layer is run on from a state that was moved a little."""
    task, inputs, targets = _numbers(7)
    model = gradients.exact(_model(kind, task))
    norms, _ = gradients.through_time(model, torch.from_numpy(inputs[:1]), targets[:1], task, None)
    fused, at, small = model.layers[0].there.fused, 3, 1e-5
    x, wanted = torch.from_numpy(inputs[:1]).double(), torch.from_numpy(targets[:1])

    def loss(moved: Tensor) -> float:
        with torch.no_grad():
            _, state = fused(x[:, : at + 1])
            h, c = state if kind == "lstm" else (state, None)
            state = (h + moved, c) if kind == "lstm" else h + moved
            return cross_entropy(model.answer(fused(x[:, at + 1 :], state)[0][:, -1]), wanted).item()

    slopes = [(loss(small * way) - loss(-small * way)) / (2 * small) for way in torch.eye(UNITS).double()]
    assert norms["layers.0.there.hidden"][at] == pytest.approx(np.linalg.norm(slopes), rel=1e-5)
    assert ("layers.0.there.cell" in norms) == (kind == "lstm")


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_both_directions_of_all_layers_lead_to_the_loss(kind: str) -> None:
    task, inputs, targets = _numbers(8, each_step=True)
    model = _model(kind, task, layers=2, bidirectional=True)
    facts, arrays = gradients.picture(_seen(model, task, inputs, targets), at=3)
    assert len(facts["paths"]) == len(arrays["logs"]) == 4 * (2 if kind == "lstm" else 1)
    for path, logs in zip(facts["paths"], arrays["logs"], strict=True):
        if path["layer"] == 1:  # the lower layer is reached through both directions of the upper one
            there = path["direction"] == "there"
            assert np.isfinite(logs[: 4 if there else 0]).all()
            assert np.isneginf(logs[4:] if there else logs[:3]).all()
        else:
            assert np.isfinite(logs).all()


def test_padding_is_no_step_and_unasked_steps_have_no_loss() -> None:
    task = Task("sequence", (6,), classes=("x", "y", "z"), tokens=("·", "a", "b"), each_step=True)
    inputs, targets = np.array([[1, 2, 1, 2, 0, 0]]), np.array([[-1, 0, 2, -1, -1, -1]])
    seen = _seen(_model("gru", task), task, inputs, targets)
    facts, arrays = gradients.picture(seen)
    assert (facts["labels"], facts["count"], facts["at"], facts["asked"]) == (["a", "b", "a", "b"], 4, 2, [1, 2])
    assert arrays["logs"].shape == (1, 4)
    assert gradients.picture(seen, at=0)[0]["at"] == 1
    assert gradients.picture(seen, at=99)[0]["at"] == 2


def test_a_text_of_ones_own_is_measured_against_the_models_own_answer() -> None:
    task = Task("sequence", (6,), classes=("x", "y", "z"), tokens=("·", "a", "b"), joint="")
    facts, arrays = gradients.picture(
        _seen(_model("rnn", task), task, np.array([[1, 2, 1, 2, 0, 0]]), np.array([1]), text="abb")
    )
    assert (facts["true"], facts["count"], facts["at"]) == (False, 3, None)
    assert np.isfinite(arrays["logs"]).all()


def test_what_a_float_would_lose_is_still_seen() -> None:
    task, inputs, targets = _numbers()
    model = _model("rnn", task)
    begin_orthogonal(model.layers[0].there.fused, 0.1)
    facts, arrays = gradients.picture(_seen(model, task, 0 * inputs, targets))
    assert arrays["logs"][0, 0] < -55  # a float32 ends at 1e−45
    assert facts["paths"][0]["factor"] == pytest.approx(0.1, abs=1e-3)


def test_dead_units_let_nothing_through_and_it_says_so() -> None:
    task, inputs, targets = _numbers(10)
    model = _model("rnn", task, activation="relu")
    with torch.no_grad():
        model.layers[0].there.fused.bias_ih_l0.fill_(-100)
    facts, arrays = gradients.picture(_seen(model, task, inputs, targets))
    (path,) = facts["paths"]
    assert (path["factor"], path["zeros"]) == (None, 9)
    assert "exactly 0 at every step" in path["sentence"]
    assert np.isfinite(arrays["logs"][0, 9])


@pytest.mark.parametrize(
    ("norms", "sentence"),
    [
        (0.61 ** np.arange(40), "shrinks to 61 % each step: 10⁻⁶ after 28 steps"),
        (1.3 ** np.arange(40), "grows to 130 % each step: 10⁶ after 53 steps"),
        (0.99 ** np.arange(40), "stays level: 99 % each step"),
        (0.5 ** np.arange(20) * np.where(np.arange(20) % 2, 20, 1), "shrinks to 51.1 % each step on average"),
        (np.array([0.5, 0.25, 0, 0]), "shrinks to 50 % each step: 10⁻⁶ after 20 steps; exactly 0 at 2 of 4 steps"),
        (np.array([0.5]), "has too few steps to tell"),
        (np.zeros(0), "has no step before this loss"),
    ],
)
def test_the_change_is_said_in_words(norms: np.ndarray, sentence: str) -> None:
    assert decay(norms).sentence.startswith(sentence)


@pytest.mark.parametrize("data", [name for name, record in datasets().items() if record.gives == "sequence"])
def test_the_last_state_of_every_sequence_there_is_moves_its_loss(data: str) -> None:
    value = experiment("gru", data, {"units": 6})
    torch.manual_seed(0)
    model = value.model.build(value.network, value.task).eval()
    facts, arrays = gradients.picture(Seen(model, 0, value, load(data, value.data), {"part": "train", "index": 2}))
    (path,) = facts["paths"]
    assert facts["true"]
    assert facts["loss"] > 0
    assert np.isfinite(arrays["logs"][0, : path["from"] + 1]).all()
    assert path["factor"] > 0


def test_pairs_and_models_without_a_state_are_refused_in_a_sentence() -> None:
    task, inputs, targets = _numbers(4)
    model = nn.Sequential(nn.Flatten(), nn.Linear(8, 3))
    with pytest.raises(Refusal, match="carries no state"):
        gradients.picture(_seen(model, task, inputs, targets))
