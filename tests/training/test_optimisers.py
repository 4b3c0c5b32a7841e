"""Our rules take the very steps that torch.optim takes, in a loop written out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from dlplay.experiment import Experiment, experiment
from dlplay.training.events import Step
from dlplay.training.loop import Training
from dlplay.training.optimisers import RULES, clipped, shrink
from dlplay.training.order import Order

optim = torch.optim
TORCH: dict[str, Callable[..., optim.Optimizer]] = {
    "sgd": optim.SGD,
    "momentum": lambda parameters, **given: optim.SGD(parameters, momentum=0.9, **given),
    "nesterov": lambda parameters, **given: optim.SGD(parameters, momentum=0.9, nesterov=True, **given),
    "rmsprop": optim.RMSprop,
    "adagrad": optim.Adagrad,
    "adam": optim.Adam,
    "adamw": optim.AdamW,
}


def losses(training: Training, steps: int) -> list[float]:
    found: list[float] = []
    for event in training.events():
        if isinstance(event, Step):
            found.append(event.loss)
            if len(found) == steps:
                break
    return found


def reference(value: Experiment, steps: int, optimiser: Callable[[Iterable[Any]], optim.Optimizer]) -> list[float]:
    """A loop without any of our code but the model, the data and the order of the examples."""
    with Training(value) as training:
        split, task = training.split, training.task
    torch.manual_seed(value.training.seed)
    model = value.model.build(value.network, task)
    rule = optimiser(model.parameters())
    inputs, targets = torch.tensor(split.train.inputs), torch.tensor(split.train.targets)
    order, found = Order(len(inputs), value.training.seed), []
    for step in range(steps):
        batch = torch.from_numpy(order.take(step * value.training.batch, value.training.batch))
        outputs = model(inputs.index_select(0, batch))
        if task.outputs == 1:
            loss = binary_cross_entropy_with_logits(outputs[:, 0], targets[batch].float())
        else:
            loss = cross_entropy(outputs, targets[batch])
        rule.zero_grad()
        loss.backward()
        if value.training.clip:
            torch.nn.utils.clip_grad_norm_(model.parameters(), value.training.clip)
        rule.step()
        found.append(loss.item())
    return found


def test_every_optimiser_of_the_settings_has_a_rule() -> None:
    from typing import get_args

    from dlplay.training.settings import Optimiser

    assert set(RULES) == set(get_args(Optimiser)) == set(TORCH)


@pytest.mark.parametrize("decay", [0.0, 0.01])
@pytest.mark.parametrize("name", TORCH)
def test_losses_equal_those_of_torch_optim_bit_for_bit(name: str, decay: float) -> None:
    settings = {"optimiser": name, "rate": 0.02, "weight_decay": decay, "batch": 20, "seed": 3}
    value = experiment("mlp", "circle", training=settings)
    with Training(value) as training:
        ours = losses(training, 60)
    theirs = reference(value, 60, lambda p: TORCH[name](p, lr=0.02, weight_decay=decay, foreach=False))
    assert ours == theirs
    assert ours[-1] < ours[0]


def test_losses_of_a_cnn_equal_those_of_torch_optim() -> None:
    value = experiment("cnn", "digits", training={"rate": 0.003, "seed": 1})
    with Training(value) as training:
        ours = losses(training, 30)
    assert ours == reference(value, 30, lambda p: optim.Adam(p, lr=0.003, foreach=False))


def test_clipping_is_that_of_torch() -> None:
    value = experiment("mlp", "circle", training={"optimiser": "sgd", "rate": 0.5, "clip": 0.05})
    with Training(value) as training:
        ours = losses(training, 60)
    assert ours == pytest.approx(reference(value, 60, lambda p: optim.SGD(p, lr=0.5)), rel=1e-4)


def test_a_clipped_gradient_keeps_its_direction() -> None:
    gradient = torch.tensor([3.0, -4.0])
    assert clipped(gradient, 1.0) == pytest.approx([0.6, -0.8], rel=1e-5)
    assert torch.equal(clipped(gradient, 100.0), gradient)


def test_l1_moves_every_weight_by_the_same_amount_and_small_ones_to_zero() -> None:
    weights = torch.tensor([0.5, -0.5, 0.05, -0.05, 0.0])
    shrink(weights, 0.1)
    assert weights.tolist() == pytest.approx([0.4, -0.4, 0.0, 0.0, 0.0])
    assert (weights[2:] == 0).all()


def test_l1_makes_a_run_sparse_and_leaves_biases_alone() -> None:
    settings = {"l1": 0.01, "rate": 0.1, "optimiser": "sgd"}
    wide = {"hidden": [{"units": 8}, {"units": 8}]}
    with Training(experiment("mlp", "circle", wide, training=settings)) as training:
        losses(training, 1000)
        parameters = dict(training.at()[0].named_parameters())
    weights = torch.cat([p.flatten() for name, p in parameters.items() if name.endswith("weight")])
    biases = torch.cat([p.flatten() for name, p in parameters.items() if name.endswith("bias")])
    assert (weights == 0).float().mean() > 0.2
    assert (biases != 0).all()
