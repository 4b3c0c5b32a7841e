"""A run is the same however it is driven, bit for bit: paused, looked at, resumed or replayed from its link."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from dlplay import link
from dlplay.architecture import architectures
from dlplay.config import Refusal
from dlplay.experiment import Experiment, as_json, experiment, from_json
from dlplay.training.device import devices
from dlplay.training.events import Changed, Finished, Measured, Snapshot, Step
from dlplay.training.loop import Training
from dlplay.training.result import train

STEPS = 90
NOISY = {
    "hidden": [{"units": 6, "norm": "batch", "dropout": 0.3}, {"units": 4, "activation": "relu", "dropout": 0.2}],
    "features": ["x", "y", "xx"],
}
"""A network in which everything random or remembered takes part: dropout, batch norm, an optimiser with slots."""
PLAYABLE = [
    (record.slug, title)
    for record in architectures().values()
    for title, preset in record.presets.items()
    if preset.data
]


def noisy(**training: object) -> Experiment:
    return experiment("mlp", "circle", NOISY, training={"seed": 5, "rate": 0.02, "batch": 24, **training})


def drive(
    training: Training, until: int, between: Callable[[Training, int], None] = lambda training, step: None
) -> dict[int, float]:
    """Loss by step up to step `until`; `between` is called after each one."""
    found = {}
    if training.step >= until:
        return found
    for event in training.events():
        if isinstance(event, Step):
            found[event.step] = event.loss
            between(training, event.step)
            if event.step == until:
                break
    return found


@pytest.fixture(scope="module")
def straight() -> dict[int, float]:
    """The losses of a run that nobody disturbed."""
    with Training(noisy()) as training:
        return drive(training, STEPS)


def test_one_step_event_a_step_counted_from_one(straight: dict[int, float]) -> None:
    assert list(straight) == list(range(1, STEPS + 1))


def test_the_same_experiment_gives_the_same_losses(straight: dict[int, float]) -> None:
    torch.manual_seed(12345)
    with Training(noisy()) as training:
        assert drive(training, STEPS) == straight


def test_another_seed_gives_others(straight: dict[int, float]) -> None:
    with Training(noisy(seed=6)) as training:
        assert drive(training, STEPS) != straight


def test_looking_and_drawing_random_numbers_between_steps_changes_nothing(straight: dict[int, float]) -> None:
    def disturb(training: Training, step: int) -> None:
        torch.rand(7)
        np.random.default_rng(step).random(3)
        seen = training.seen(step // 2, {})
        seen.model(seen.tensor(seen.split.train.inputs))
        model, _ = training.at()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(1)
        if step % 7 == 0:
            training.snapshot()
        if step % 20 == 0:
            training.answers("train", 0)

    with Training(noisy()) as training:
        assert drive(training, STEPS, disturb) == straight


def test_dropping_the_events_and_asking_again_changes_nothing(straight: dict[int, float]) -> None:
    found: dict[int, float] = {}
    with Training(noisy()) as training:
        for count in (1, 1, 2, 3, 1, 50, STEPS - 58):
            for _ in range(count):
                found |= drive(training, training.step + 1)
    assert found == straight


def test_no_step_is_lost_when_events_are_dropped_between_steps() -> None:
    with Training(noisy()) as training:
        told: list[int] = []
        while training.step < 30:
            for event in training.events():  # dropped after every single event, whatever it is
                if isinstance(event, Step):
                    told.append(event.step)
                break
    assert told == list(range(1, len(told) + 1))
    assert len(told) >= 29


@pytest.mark.parametrize("optimiser", ["sgd", "nesterov", "rmsprop", "adamw"])
def test_resumed_from_any_snapshot_it_goes_on_bit_for_bit(optimiser: str, tmp_path: Path) -> None:
    value = noisy(optimiser=optimiser, schedule="cosine", epochs=12)
    with Training(value, folder=tmp_path) as training:
        whole = drive(training, STEPS)
        paths = [training.path(step) for step in training.kept()]
    for path in (paths[0], paths[len(paths) // 2], paths[-1]):
        with Training(value, resume=path) as resumed:
            first = resumed.step + 1
            assert drive(resumed, STEPS) == {step: whole[step] for step in range(first, STEPS + 1)}
            assert resumed.epoch == training.epoch


def test_resumed_in_its_own_folder_the_past_is_kept_and_a_later_one_forgotten(tmp_path: Path) -> None:
    with Training(noisy(), folder=tmp_path) as training:
        drive(training, 40)
        middle, past = training.path(21), [step for step in training.kept() if step <= 21]
        before = {step: training.at(step)[0].answer.weight.tolist() for step in past}  # type: ignore[union-attr]
    with Training(noisy(), folder=tmp_path, resume=middle) as resumed:
        assert list(resumed.kept()) == past
        assert {step: resumed.at(step)[0].answer.weight.tolist() for step in past} == before  # type: ignore[union-attr]
    with Training(noisy(), folder=tmp_path) as anew:
        assert anew.kept() == (0,)


def test_resumed_elsewhere_the_past_comes_along(tmp_path: Path) -> None:
    with Training(noisy(), folder=tmp_path / "one") as training:
        drive(training, 40)
        with Training(noisy(), folder=tmp_path / "two", resume=training.path(13)) as branch:
            assert branch.kept() == tuple(step for step in training.kept() if step <= 13)
        assert 34 in training.kept()
        assert training.path(34).exists()


@pytest.mark.parametrize(
    ("then", "now", "field"),
    [
        ({}, {"rate": 0.5}, "rate"),
        ({}, {"optimiser": "sgd"}, "optimiser"),
        ({}, {"seed": 9}, "seed"),
        ({"schedule": "cosine"}, {"schedule": "cosine", "epochs": 9}, "epochs"),
    ],
)
def test_an_experiment_that_would_not_have_come_here_cannot_go_on_from_here(
    then: dict[str, object], now: dict[str, object], field: str
) -> None:
    with Training(noisy(**then)) as training:
        drive(training, 10)
        with pytest.raises(Refusal) as refused:
            Training(noisy(**now), resume=training.snapshot())
        assert refused.value.field == field
        longer = noisy(epochs=50) if "schedule" not in then else noisy(**then)
        Training(longer, resume=training.snapshot()).close()


def by_hand(training: Training, step: int) -> None:
    """A visitor at work: every live setting, weights, twice the same, back and forth."""
    match step:
        case 3:
            training.set(rate=0.1)
        case 10:
            training.set(batch=50, weight_decay=0.01, l1=0.003)
        case 11:
            training.set(label_smoothing=0.2, clip=0.5)
            training.set(clip=0.3)
        case 21:
            training.edit("answer.bias", 0, 0.5)
            training.edit("layers.0.linear.weight", 4, -2.25)
        case 40:
            training.set(batch=1000, rate=0.003)
        case 60:
            training.set(clip=0.0, l1=0.0, batch=7)


def test_what_was_changed_by_hand_is_in_the_link_and_gives_the_same_curve(straight: dict[int, float]) -> None:
    with Training(noisy()) as live:
        live.edit("answer.bias", 0, 0.125)
        live.set(rate=0.03)
        losses = drive(live, STEPS, by_hand)
        told = live.experiment
        assert live.settings.batch == 7
    assert losses != straight
    assert from_json(as_json(told)) == told
    assert link.read(link.write(told)) == told
    with Training(link.read(link.write(told))) as replay:
        assert drive(replay, STEPS) == losses
    with Training(told) as replay:
        drive(replay, 30)
        snapshot = replay.snapshot()
        with Training(told, resume=snapshot) as resumed:
            assert drive(resumed, STEPS) == {step: losses[step] for step in range(31, STEPS + 1)}


def test_a_branch_from_an_old_moment_has_a_link_of_its_own(tmp_path: Path) -> None:
    with Training(noisy(), folder=tmp_path) as training:
        drive(training, 34)
        path = training.path(21)
    with Training(noisy(), resume=path) as branch:
        branch.set(rate=0.2)
        branch.edit("answer.bias", 0, 1.5)
        losses = drive(branch, STEPS)
        told = branch.experiment
    with Training(told) as replay:
        whole = drive(replay, STEPS)
    assert {step: whole[step] for step in losses} == losses


def test_changes_are_told_once_where_they_happen() -> None:
    with Training(noisy()) as training:
        events = []
        for event in training.events():
            events.append(event)
            if isinstance(event, Step):
                if event.step == 5:
                    training.set(rate=0.5)
                    training.set(rate=0.4)
                if event.step == 8:
                    break
        changed = [event for event in events if isinstance(event, Changed)]
        assert [event.step for event in changed] == [5, 5]
        assert changed[-1].experiment == as_json(training.experiment)
        assert [change.value for change in training.experiment.training.changes] == [0.4]
    with Training(training.experiment) as replay:
        events = []
        for event in replay.events():
            events.append(event)
            if isinstance(event, Step) and event.step == 8:
                break
        assert [event.step for event in events if isinstance(event, Changed)] == [5]


def test_a_setting_put_back_at_once_leaves_no_trace() -> None:
    with Training(noisy()) as training:
        drive(training, 5)
        training.set(rate=0.5)
        training.set(rate=0.02)
        assert training.experiment == noisy()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rate": 11}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"rate": "fast"}, "rate"),
        ({"batch": 2.5}, "batch"),
        ({"batch": 1}, "batch"),
        ({"batch": 0}, "batch"),
        ({"optimiser": "sgd"}, "optimiser"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(values: dict[str, object], field: str) -> None:
    with Training(noisy()) as training:
        drive(training, 3)
        with pytest.raises(Refusal) as refused:
            training.set(**values)
        assert refused.value.field == field
        assert training.experiment == noisy()


@pytest.mark.parametrize(
    ("parameter", "index", "value"),
    [("nowhere", 0, 1.0), ("answer.bias", 1, 1.0), ("answer.bias", -1, 1.0), ("answer.bias", 0, math.inf)],
)
def test_a_bad_edit_is_refused_and_changes_nothing(parameter: str, index: int, value: float) -> None:
    with Training(noisy()) as training:
        with pytest.raises(Refusal):
            training.edit(parameter, index, value)
        assert training.experiment == noisy()


def test_bad_changes_and_edits_in_a_link_are_refused_at_the_start() -> None:
    for training in (
        {"changes": [{"step": 9, "name": "batch", "value": 2.5}]},
        {"changes": [{"step": 9, "name": "rate", "value": 4000}]},
        {"edits": [{"step": 9, "parameter": "nowhere", "index": 0, "value": 1}]},
        {"edits": [{"step": 9, "parameter": "answer.bias", "index": 10**9, "value": 1}]},
    ):
        with pytest.raises(Refusal):
            Training(noisy(**training))


def test_an_edited_weight_is_seen_at_once_and_in_the_past() -> None:
    with Training(noisy()) as training:
        drive(training, 8)  # a step that is always kept
        training.edit("layers.0.linear.weight", 2, 1.5)
        assert training.at(8)[0].layers[0].linear.weight.flatten()[2] == 1.5  # type: ignore[index,union-attr]
        assert training.seen(None, {}).model.layers[0].linear.weight.flatten()[2] == 1.5  # type: ignore[index,union-attr]
        drive(training, 12)
        assert training.at(8)[0].layers[0].linear.weight.flatten()[2] == 1.5  # type: ignore[index,union-attr]


def test_the_past_is_looked_at_in_a_second_copy() -> None:
    with Training(noisy()) as training:
        first = [parameter.detach().clone() for parameter in training.model.parameters()]
        drive(training, 30)
        model, step = training.at(0)
        assert step == 0
        assert model is not training.model
        assert not model.training
        assert training.model.training
        assert all(torch.equal(then, now) for then, now in zip(first, model.parameters(), strict=True))
        assert training.at(14)[1] == max(step for step in training.kept() if step <= 14) >= 13
        assert training.at(10**6)[1] == training.at(None)[1] == 30
        ours, live = training.at(30)[0].state_dict(), training.model.state_dict()
        assert all(torch.equal(ours[name], live[name]) for name in live)


def test_batches_reach_over_the_end_of_an_epoch_and_every_example_comes_once_an_epoch() -> None:
    from dlplay.training.order import Order

    order = Order(10, seed=3)
    row = np.concatenate([order.take(start, 7) for start in range(0, 70, 7)])
    for epoch in row.reshape(7, 10):
        assert sorted(epoch) == list(range(10))
    assert not np.array_equal(row[:10], row[10:20])
    assert np.array_equal(Order(10, seed=3).take(23, 30), row[23:53])


def test_a_run_with_an_end_measures_it_keeps_it_and_says_so() -> None:
    with Training(noisy(epochs=5)) as training:
        expected = training.last
        events = list(training.events())
        assert isinstance(events[-1], Finished)
        assert events[-1].step == training.step == expected == math.ceil(5 * 210 / 24)
        assert training.epoch == pytest.approx(5, abs=0.2)
        assert training.kept()[-1] == training.step
        measured = [event for event in events if isinstance(event, Measured)]
        assert measured[0].step == 0
        assert measured[-1].step == training.step
        assert list(training.events()) == []


def test_measurements_and_snapshots_of_a_step_come_before_its_step_event() -> None:
    with Training(noisy(epochs=3)) as training:
        told = 0
        for event in training.events():
            if isinstance(event, Step):
                told = event.step
            elif isinstance(event, Measured | Snapshot):
                assert event.step in (told, told + 1)


def test_a_measurement_says_what_the_model_does() -> None:
    from dlplay.training import metrics

    with Training(experiment("cnn", "digits", training={"epochs": 1})) as training:
        last = [event for event in training.events() if isinstance(event, Measured)][-1]
        outputs, targets = training.answers("held-out")
        assert last.held_out_loss == pytest.approx(metrics.loss(outputs, targets, training.task))
        assert last.held_out_score == pytest.approx(metrics.score(outputs, targets, training.task))
        assert set(last.norms) == {name for name, _ in training.model.named_parameters()}
        assert last.examples_per_second > 0
        assert 0 < last.train_loss < 2.3


def test_a_device_that_is_not_there_is_refused() -> None:
    assert devices()[0] == "cpu"
    for name in {"cuda", "mps"} - set(devices()):
        with pytest.raises(Refusal, match=f"device is {name}"):
            Training(experiment("mlp", "circle", training={"device": name}))


def test_batch_norm_refuses_a_batch_of_one() -> None:
    with pytest.raises(Refusal) as refused:
        Training(noisy(batch=1))
    assert refused.value.field == "batch"


@pytest.mark.parametrize(("slug", "title"), PLAYABLE)
def test_every_preset_with_data_trains(slug: str, title: str) -> None:
    preset = architectures()[slug].presets[title]
    value = experiment(slug, preset.data, preset.config, dict(preset.data_config), {"seed": 1})
    with Training(value) as training:
        before = {name: parameter.detach().clone() for name, parameter in training.model.named_parameters()}
        losses = drive(training, 2)
        assert all(math.isfinite(loss) for loss in losses.values())
        still = {n for n, parameter in training.model.named_parameters() if torch.equal(parameter, before[n])}
        resting = getattr(training.model, "resting", lambda step: ())
        assert still == {*resting(0)}
        assert training.at()[0](training.seen(None, {}).tensor(training.split.train.inputs[:3])).isfinite().all()


def test_train_in_one_call() -> None:
    import dlplay

    assert dlplay.train is train
    result = train(experiment("mlp", "circle"), steps=300)
    assert result.losses.shape == (300,)
    assert result.losses[-20:].mean() < result.losses[:20].mean()
    assert result.measured[0].step == 0
    assert result.diagnosis is None
    assert not result.model.training
    assert 2 <= train(experiment("mlp", "circle", training={"epochs": 2})).training.epoch < 2 + 32 / 210
    assert train(experiment("mlp", "circle"), steps=0).training.step == 0
    with pytest.raises(Refusal):
        train(experiment("mlp", "circle"), steps=-1)
