from __future__ import annotations

import os
import signal
from collections.abc import Callable

import numpy as np
import pytest

from dlplay import frame
from dlplay.config import Refusal
from dlplay.experiment import Experiment
from dlplay.runs.engine import RunLost
from dlplay.runs.manager import Runs
from dlplay.runs.run import Run
from dlplay.training.events import Step

from .conftest import losses, took

PICTURE = {"key": "a", "picture": "network"}
RELU = {"units": 32, "activation": "relu"}


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    """The losses of the same experiment, trained here."""
    from dlplay.experiment import experiment
    from dlplay.training.loop import Training

    with Training(experiment("mlp", "circle")) as training:
        found = [event.loss for event, _ in zip(training.events(), range(400), strict=False) if isinstance(event, Step)]
    return np.array(found[:100], np.float32)


def test_a_new_run_waits_at_step_0(run: Run):
    assert run.wait(lambda run: run.state == "paused")
    assert run.history.step == 0
    assert run.status()["step"] == 0


def test_play_trains_and_pause_stops_it(run: Run):
    run.play()
    assert run.wait(lambda run: run.history.step > 20)
    assert run.state == "playing"
    run.pause()
    assert run.wait(lambda run: run.state == "paused", 2)
    step = run.status()["step"]
    assert run.status()["step"] == step == run.history.step


def test_losses_are_those_of_the_loop_however_it_is_interrupted(run: Run, expected: np.ndarray):
    run.step()
    assert took(run, 1)
    for _ in range(5):
        run.step(3)
        run.look([PICTURE])
        run.pause()
        run.look([PICTURE], step=1)
    run.play()
    while run.history.step < 100:
        run.look([PICTURE], step=0)
        run.pause()
        run.play()
    assert np.array_equal(losses(run, 100), expected)


def test_steps_are_counted(run: Run):
    run.step(7)
    assert took(run, 7)
    assert run.status()["step"] == 7


def test_steps_asked_for_while_one_is_taken_are_taken_too(run: Run):
    run.speed(5)
    for _ in range(4):
        run.step()
    assert took(run, 4)


def test_an_epoch_ends_at_its_end(run: Run, circle: Experiment):
    run.epoch()
    assert took(run, 1)
    status = run.status()
    assert status["epoch"] >= 1
    assert status["step"] == -(-210 // circle.training.batch)
    run.epoch()
    assert run.wait(lambda run: run.status()["epoch"] >= 2 and run.state == "paused")


def test_slow_motion_waits_on_the_inbox(run: Run):
    run.speed(0.05)
    run.play()
    assert run.wait(lambda run: run.history.step == 1)
    assert run.status()["step"] == 1
    run.pause()
    assert run.wait(lambda run: run.state == "paused", 2)
    assert run.history.step == 1
    with pytest.raises(Refusal, match=r"speed is -1"):
        run.speed(-1)


def test_settings_change_while_it_runs(run: Run, expected: np.ndarray):
    run.step(10)
    assert took(run, 10)
    run.set(rate=0.1)
    (change,) = run.experiment.training.changes
    assert (change.step, change.name, change.value) == (10, "rate", 0.1)
    run.step(40)
    assert took(run, 50)
    assert np.array_equal(losses(run, 11), expected[:11])
    assert not np.array_equal(losses(run, 50), expected[:50])


def test_bad_settings_are_refused_in_one_sentence(run: Run):
    with pytest.raises(Refusal, match=r"rate is 100"):
        run.set(rate=100)
    with pytest.raises(Refusal, match="no such parameter"):
        run.edit("nothing", 0, 1.0)
    run.step()
    assert took(run, 1)


def test_a_weight_is_set_by_hand(run: Run):
    run.edit("answer.bias", 0, 2.5)
    assert run.experiment.training.edits[0].value == 2.5


def test_pictures_are_bytes_of_the_step_that_is_looked_at(run: Run):
    run.step(20)
    assert took(run, 20)
    facts, arrays = frame.unpack(run.look([PICTURE])["a"])
    assert facts["step"] == 20
    assert arrays
    assert frame.unpack(run.look([PICTURE], step=8)["a"])[0]["step"] == 8


@pytest.mark.parametrize(
    "want",
    [{"key": "a", "picture": "no such"}, {"key": "a"}, {"key": "a", "picture": "network", "nonsense": 1}],
    ids=["unknown", "none", "wrong arguments"],
)
def test_what_cannot_be_drawn_is_refused_and_the_rest_is_drawn(run: Run, want: dict):
    with pytest.raises(Refusal):
        run.look([want])
    pictures = run.look([want, PICTURE | {"key": "b"}])
    assert list(pictures) == ["b"]
    assert "a" in pictures.refused


def test_it_finishes_with_its_last_epoch(runs: Runs, circle: Experiment):
    run = runs.open(circle.but(training={"epochs": 3}), "somebody")
    run.play()
    assert run.wait(lambda run: run.state == "finished")
    assert run.history.step == 20
    assert 20 in run.history.kept


def test_divergence_stops_it_with_a_sentence(runs: Runs, circle: Experiment):
    wild = circle.but(training={"optimiser": "sgd", "rate": 10.0}, network={"init": "large", "hidden": [RELU] * 4})
    run = runs.open(wild, "somebody")
    run.play()
    assert run.wait(lambda run: run.state == "diverged")
    assert run.history.diagnosis is not None
    assert run.history.diagnosis["sentence"]
    assert run.look([PICTURE])


def test_a_killed_worker_is_lost_within_two_seconds_and_goes_on_from_its_last_snapshot(run: Run, expected: np.ndarray):
    run.play()
    assert run.wait(lambda run: run.history.step > 60)
    os.kill(run.status()["pid"], signal.SIGKILL)
    assert run.wait(lambda run: run.state == "lost", 2)
    last = max(run.folder.kept())
    how = "was ended from outside (signal 9), often because memory ran out"
    assert run.lost == f"The run's process {how}. Everything up to step {last:,} is kept."
    assert run.look([PICTURE]) == {}
    with pytest.raises(RunLost):
        run.play()
    run.resume()
    assert run.wait(lambda run: run.state == "playing" and run.history.step > 110)
    assert np.array_equal(losses(run, 100), expected)


def test_what_does_not_fit_in_memory_ends_in_one_sentence(circle: Experiment, tmp_path):
    from dlplay.runs.engine import LocalEngine

    small = Runs(LocalEngine(memory=24 << 20), tmp_path / "runs")
    try:
        wide = [{"units": 512}] * 8
        run = small.open(circle.but(network={"hidden": wide}), "somebody")
        run.play()
        assert run.wait(lambda run: run.state == "lost")
        assert "more memory than a run may have" in (run.lost or "")
    finally:
        small.shutdown()


def test_a_run_at_rest_is_measured_at_its_very_step(run: Run):
    run.speed(200)
    run.play()
    assert run.wait(lambda run: run.history.step > 20)
    run.pause()
    assert run.wait(lambda run: (run.history.latest or {}).get("step") == run.history.step and run.state == "paused")
    before = run.history.latest
    assert before is not None
    run.edit("layers.0.linear.weight", 0, 9.0)
    assert run.wait(lambda run: run.history.latest["train_loss"] != before["train_loss"])
    assert run.history.latest["step"] == before["step"]


def test_pins_are_kept_and_found_again(make: Callable[..., Runs], circle: Experiment):
    first = make()
    run = first.open(circle, "somebody")
    run.speed(5000)
    run.step(30)
    assert took(run, 30)
    run.pin(21, 30)
    assert run.pins == (21, 30)
    assert run.wait(lambda run: 30 in run.history.kept)
    first.shutdown()
    found = make().adopt(run.id)
    assert (found.pins, found.pace) == ((21, 30), 5000)
    assert found.wait(lambda run: run.state == "paused")
    assert {21, 30} <= set(found.history.kept)
    found.pin(21, 4000)  # a step that was just left stands for the present one
    assert found.pins == (21, 30)
