from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from dlplay.config import Refusal
from dlplay.experiment import Experiment, experiment
from dlplay.runs.folder import IDENTITY, clean
from dlplay.runs.manager import Runs

from .conftest import Clock, losses, took

Make = Callable[..., Runs]


def test_two_visitors_never_touch_each_other(runs: Runs, circle: Experiment):
    mine, yours = runs.open(circle, "me"), runs.open(circle, "you")
    yours.play()
    mine.step(20)
    assert took(mine, 20)
    mine.set(rate=1.0)
    runs.close(mine.id)
    assert yours.wait(lambda run: run.history.step > 60)
    other = runs.open(circle, "me")
    other.step(60)
    assert took(other, 60)
    assert yours.state == "playing"
    assert yours.experiment == circle
    assert np.array_equal(losses(yours, 60), losses(other, 60))


def test_ids_cannot_be_guessed(runs: Runs, circle: Experiment):
    ids = {runs.open(circle, f"visitor {number}").id for number in range(3)}
    assert len(ids) == 3
    assert all(IDENTITY.fullmatch(run_id) for run_id in ids)


@pytest.mark.parametrize("run_id", ["", "nothing", "../../etc/passwd", "A" * 16, "a/b/c/d/e/f/g/h/"])
def test_an_unknown_id_is_nobody(runs: Runs, run_id: str):
    assert runs.find(run_id) is None
    assert runs.adopt(run_id) is None
    assert runs.history(run_id) is None


def test_what_a_run_reported_can_be_read_after_it_has_left(make: Make, circle: Experiment, clock: Clock):
    runs = make(per_visitor=1)
    run = runs.open(circle, "me")
    run.step(20)
    assert took(run, 20)
    before = run.history.losses[1]
    clock.now += 10
    runs.open(circle, "me")
    assert runs.find(run.id) is None
    kept = runs.history(run.id)
    assert kept is not None
    assert np.array_equal(kept.losses[1], before)
    assert runs.history(run.id) is kept


def test_a_visitor_may_have_so_many_runs(make: Make, circle: Experiment):
    runs = make(per_visitor=2)
    for run in (runs.open(circle, "me"), runs.open(circle, "me")):
        run.play()
        assert run.wait(lambda run: run.state == "playing")
    with pytest.raises(Refusal, match=r"2 of your runs are going on; 2 at a time are allowed"):
        runs.open(circle, "me")
    runs.open(circle, "you")


def test_a_resting_run_on_no_page_makes_room(make: Make, circle: Experiment, clock: Clock):
    runs = make(per_visitor=2)
    oldest, shown = runs.open(circle, "me"), runs.open(circle, "me")
    assert all(run.wait(lambda run: run.state == "paused") for run in (oldest, shown))
    clock.now += 10
    runs.touch(shown.id)
    newest = runs.open(circle, "me")
    assert {run.id for run in runs.all()} == {shown.id, newest.id}
    assert runs.adopt(shown.id) is shown


def test_a_playing_run_that_its_visitor_left_makes_room(make: Make, circle: Experiment, clock: Clock):
    runs = make(per_visitor=2, in_all=3)
    left, shown, others = runs.open(circle, "me"), runs.open(circle, "me"), runs.open(circle, "you")
    for run in (left, shown, others):
        run.play()
    assert all(run.wait(lambda run: run.state == "playing" and run.history.step > 5) for run in (left, shown, others))
    clock.now += 10
    runs.touch(shown.id)
    newest = runs.open(circle, "me")
    assert {run.id for run in runs.all()} == {shown.id, others.id, newest.id}
    clock.now += 10
    revived = runs.adopt(left.id)
    assert revived is not None
    assert revived.wait(lambda run: run.state == "paused")
    assert revived.history.step == left.history.step > 5


def test_the_server_has_so_many_places(make: Make, circle: Experiment):
    runs = make(in_all=2)
    runs.open(circle, "me")
    runs.open(circle, "you")
    with pytest.raises(Refusal, match=r"All 2 places of this server are taken"):
        runs.open(circle, "them")


def test_what_is_too_large_is_refused_before_it_has_a_process(runs: Runs):
    wide = (
        [{"kind": "conv", "channels": 512, "kernel": 3}] * 2
        + [{"kind": "flatten"}]
        + [{"kind": "dense", "units": 4096}] * 3
    )
    with pytest.raises(Refusal):
        runs.open(experiment("cnn", "digits", {"layers": wide}), "me")
    assert runs.all() == []


def test_a_run_that_nobody_watches_stops_and_its_link_finds_it_again(make: Make, circle: Experiment, clock: Clock):
    runs = make(idle=600)
    run, watched = runs.open(circle, "me"), runs.open(circle, "you")
    run.play()
    assert run.wait(lambda run: run.history.step > 30)
    for minute in range(12):
        clock.now = 60.0 * minute
        runs.touch(watched.id)
        runs.tidy()
        assert (runs.find(run.id) is None) == (minute > 10)
    assert runs.find(watched.id) is watched
    step = run.history.step
    revived = runs.adopt(run.id)
    assert revived is not None
    assert revived.wait(lambda run: run.state == "paused")
    assert revived.history.step == revived.status()["step"] == step
    assert np.array_equal(losses(revived, step), losses(run, step))
    assert revived.experiment == circle


def test_a_resting_run_stops_sooner(make: Make, circle: Experiment, clock: Clock):
    runs = make(resting=120)
    run = runs.open(circle, "me")
    assert run.wait(lambda run: run.state == "paused")
    clock.now = 121
    runs.tidy()
    assert runs.find(run.id) is None


def test_a_new_server_finds_the_runs_of_the_old_one(make: Make, circle: Experiment):
    old = make()
    playing, paused = old.open(circle, "me"), old.open(circle, "me")
    playing.play()
    paused.step(40)
    assert took(paused, 40)
    assert playing.wait(lambda run: run.history.step > 40)
    known = losses(playing, 40)
    old.shutdown()
    new = make()
    revived, rested = new.adopt(playing.id), new.adopt(paused.id)
    assert revived is not None
    assert rested is not None
    step = playing.history.step
    assert revived.wait(lambda run: run.state == "playing" and run.history.step > step + 40)
    assert np.array_equal(losses(revived, 40), known)
    losses(revived, step + 40)
    assert rested.wait(lambda run: run.state == "paused")
    assert rested.history.step == 40


def test_an_old_moment_goes_on_as_a_new_run(runs: Runs, circle: Experiment):
    run = runs.open(circle, "me")
    run.step(30)
    assert took(run, 30)
    run.set(rate=0.3)
    run.step(30)
    assert took(run, 60)
    forked = runs.fork(run.id, 21, "me")
    assert forked.wait(lambda run: run.state == "paused")
    assert forked.id != run.id
    assert forked.experiment == circle
    assert forked.history.step == 21
    assert forked.history.kept == tuple(step for step in run.history.kept if step <= 21)
    assert np.array_equal(losses(forked, 21), losses(run, 21))
    forked.step(20)
    assert took(forked, 41)
    assert np.array_equal(losses(forked, 30), losses(run, 30))
    assert not np.array_equal(losses(forked, 41), losses(run, 41))
    assert run.history.step == 60
    with pytest.raises(Refusal, match="no snapshot of it is kept"):
        runs.fork(run.id, 22, "me")


def test_a_closed_run_leaves_nothing(runs: Runs, circle: Experiment):
    run = runs.open(circle, "me")
    runs.close(run.id)
    assert runs.find(run.id) is None
    assert runs.adopt(run.id) is None
    assert not run.folder.path.exists()
    assert run.id not in runs.engine.runs()


def test_old_runs_are_removed_from_disk(make: Make, circle: Experiment):
    runs = make()
    run = runs.open(circle, "me")
    assert run.wait(lambda run: run.state == "paused")
    assert clean(runs.where, {run.id}, days=0, size=0) == []
    runs.shutdown()
    assert clean(runs.where, set(), days=7, size=1 << 30) == []
    assert clean(runs.where, set(), days=7, size=0) == [run.id]
    assert not run.folder.path.exists()


def test_pages_that_are_open_are_counted(runs: Runs, circle: Experiment, clock: Clock):
    run = runs.open(circle, "me")
    runs.touch(run.id)
    assert runs.watched() == 1
    clock.now += 60
    assert runs.watched() == 0


def test_devices_are_those_of_this_machine(runs: Runs, circle: Experiment):
    assert runs.devices()[0] == "cpu"
    for device in {"cuda", "mps"} - set(runs.devices()):
        with pytest.raises(Refusal, match=f"device is {device}; this machine has"):
            runs.open(circle.but(training={"device": device}), "me")
