"""Every architecture and every preset, on whatever data it reads: it answers, shows itself, and all of it learns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor, nn

from dlplay.anatomy import preset_task
from dlplay.architecture import Architecture, Preset, architectures
from dlplay.config import Refusal
from dlplay.dataset import Task, datasets, load
from dlplay.experiment import Experiment, experiment
from dlplay.tap import Tap, look
from dlplay.training.objective import objective
from tests.given import inputs_for, targets_for
from tests.strategies import experiments

BATCH = 12


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def _presets() -> list:
    return [
        pytest.param(experiment(record.slug, preset.data, preset.config, preset.data_config, preset.training), id=name)
        for record in architectures().values()
        for name, preset in record.presets.items()
        if preset.data
    ]


def _pairs() -> list:
    return [
        pytest.param(experiment(model, data), id=f"{model} on {data}")
        for model, record in architectures().items()
        for data, source in datasets().items()
        if source.gives in record.reads
    ]


def _published() -> list:
    return [
        pytest.param(record, preset, id=name)
        for record in architectures().values()
        for name, preset in record.presets.items()
        if preset.published
    ]


def _loss(outputs: Tensor, task: Task) -> Tensor:
    """The loss the task goes with, against answers that differ from example to example."""
    return objective(task)(outputs, targets_for(task, len(outputs)), 0.0)


def _inputs(given_experiment: Experiment, count: int = BATCH) -> Tensor:
    return inputs_for(given_experiment.task, count)


def _built(given_experiment: Experiment, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return given_experiment.model.build(given_experiment.network, given_experiment.task)


@pytest.mark.parametrize("given_experiment", [*_presets(), *_pairs()])
def test_it_gives_one_answer_for_each_example(given_experiment: Experiment) -> None:
    outputs = _built(given_experiment)(_inputs(given_experiment))
    assert outputs.shape == (BATCH, *given_experiment.task.output_shape)
    assert outputs.isfinite().all()


@pytest.mark.parametrize("given_experiment", [*_presets(), *_pairs()])
def test_every_parameter_learns(given_experiment: Experiment) -> None:
    model = _built(given_experiment).train()
    for _ in range(3):  # dropout may silence some weights once
        _loss(model(_inputs(given_experiment)), given_experiment.task).backward()
        with torch.no_grad():  # what stands behind a shut gate learns once the gate has moved
            for parameter in model.parameters():
                parameter -= 1e-3 * (0.0 if parameter.grad is None else parameter.grad)
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize("given_experiment", _presets())
def test_a_step_against_the_gradient_lowers_the_loss(given_experiment: Experiment) -> None:
    model, inputs = _built(given_experiment).eval(), _inputs(given_experiment)
    before = _loss(model(inputs), given_experiment.task)
    before.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 1e-3 * parameter.grad
    assert _loss(model(inputs), given_experiment.task) < before


@pytest.mark.parametrize("given_experiment", [*_presets(), *_pairs()])
def test_every_tap_shows_something_and_changes_nothing(given_experiment: Experiment) -> None:
    model, inputs = _built(given_experiment).eval(), _inputs(given_experiment)
    before, captures = model(inputs), look(model, inputs)
    assert set(captures) == {name for name, module in model.named_modules() if isinstance(module, Tap)}
    for name, capture in captures.items():
        assert capture.axes[0] == "batch", name
        assert len(capture.value) == BATCH, name
        assert capture.value.isfinite().all(), name
    last = list(captures.values())[-1]
    task = given_experiment.task
    assert torch.allclose(last.value, before, atol=1e-5)  # what is looked at may be computed another way
    assert last.axes == ("batch", *(["time"] if task.each_step else []), "class" if task.classes else "unit")
    assert torch.equal(model(inputs), before)


@pytest.mark.parametrize("given_experiment", _pairs())
def test_one_example_does_not_change_the_answer_to_another(given_experiment: Experiment) -> None:
    model, inputs = _built(given_experiment).eval(), _inputs(given_experiment)
    assert torch.allclose(model(inputs)[:1], model(inputs[:1]), atol=1e-5)


@pytest.mark.parametrize("given_experiment", _presets())
def test_the_same_seed_gives_the_same_weights(given_experiment: Experiment) -> None:
    first, second, other = (_built(given_experiment, seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize("given_experiment", _presets())
def test_it_takes_the_data_it_was_made_for(given_experiment: Experiment) -> None:
    parts = load(given_experiment.dataset, given_experiment.data)
    outputs = _built(given_experiment).eval()(torch.from_numpy(parts.train.inputs[:BATCH]))
    assert outputs.shape == (BATCH, *parts.task.output_shape)


@pytest.mark.parametrize(("record", "preset"), _published())
def test_published_figures_hold(record: Architecture, preset: Preset) -> None:
    with torch.device("meta"):
        built = record.build(preset.config, preset_task(record, preset))
    assert sum(parameter.numel() for parameter in built.parameters()) == preset.published["parameters"]


@settings(deadline=None, max_examples=60)
@given(given_experiment=experiments(largest=12, downloads=False))
def test_any_experiment_takes_a_step_or_is_refused(given_experiment: Experiment) -> None:
    try:
        model = _built(given_experiment)
    except Refusal as refusal:
        assert refusal.sentence.endswith(".")  # noqa: PT017
        return
    outputs = model.train()(_inputs(given_experiment, count=4))
    assert outputs.shape == (4, *given_experiment.task.output_shape)
    _loss(outputs, given_experiment.task).backward()
