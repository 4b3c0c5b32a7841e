from __future__ import annotations

from pathlib import Path

import numpy as np

from dlplay.runs.history import MOST_LOSSES, MOST_ROWS, Batch, History


def _batch(first: int, count: int, others: tuple = (), losses: np.ndarray | None = None) -> Batch:
    steps = np.arange(first, first + count, dtype=np.int32)
    values = np.ones(count, np.float32) if losses is None else losses.astype(np.float32)
    return Batch(first, first + count, steps, values, others)


def _measured(step: int) -> dict:
    row = {"epoch": step / 7, "rate": 0.01, "train_loss": 0.5, "train_score": 0.9, "held_out_loss": 0.6}
    more = {"held_out_score": 0.8, "examples_per_second": 1e4, "seconds": 1.0, "norms": {"a": 1.0, "b": float(step)}}
    more["gates"] = {"layer 1 attention": -step / 100}
    return {"event": "measured", "step": step, **row, **more}


def test_a_short_run_has_every_loss_exactly():
    history, values = History(), np.random.default_rng(0).random(5000)
    for at in range(0, 5000, 100):
        history.add(_batch(at + 1, 100, losses=values[at : at + 100]))
    steps, losses = history.losses
    assert np.array_equal(steps, np.arange(1, 5001))
    assert np.array_equal(losses, values.astype(np.float32))
    assert history.step == 5000


def test_a_million_steps_stay_small_and_keep_their_spikes():
    history, values = History(), np.random.default_rng(0).random(1_000_000)
    values[[77, 500_000, 999_000]] = 9, -9, 8
    for at in range(0, len(values), 5000):
        history.add(_batch(at + 1, 5000, (_measured(at + 5000),), values[at : at + 5000]))
    steps, _ = history.losses
    assert len(steps) <= MOST_LOSSES
    assert (np.diff(steps) > 0).all()
    assert len(history.measured["step"]) <= MOST_ROWS
    curve_steps, curve = history.curve(1000)
    assert len(curve) <= 1000
    assert {78, 500_001, 999_001} <= set(curve_steps.tolist())
    assert (curve_steps[0], curve_steps[-1]) == (1, 1_000_000)
    assert (curve.min(), curve.max()) == (-9, 9)


def test_the_curve_is_finite():
    history = History()
    history.add(_batch(1, 4, losses=np.array([1, np.inf, np.nan, 2])))
    assert history.curve()[0].tolist() == [1, 4]


def test_measurements_are_columns_and_the_newest_a_row():
    history = History()
    assert history.latest is None
    history.add(_batch(1, 10, (_measured(5), _measured(10))))
    assert history.measured["step"].tolist() == [5, 10]
    assert history.latest is not None
    assert history.latest["step"] == 10
    steps, norms = history.norms
    assert history.norm_names == ("a", "b")
    assert steps.tolist() == [5, 10]
    assert norms.tolist() == [[1, 5], [1, 10]]
    steps, opened = history.gates["layer 1 attention"]
    assert (steps.tolist(), opened.tolist()) == ([5, 10], [-0.05, -0.1])


def test_many_measurements_are_thinned_to_the_newest_and_every_other():
    history = History()
    for step in range(3 * MOST_ROWS):
        history.add(_batch(step + 1, 1, (_measured(step + 1),)))
    steps = history.measured["step"]
    assert len(steps) <= MOST_ROWS
    assert (steps[0], steps[-1]) == (1, 3 * MOST_ROWS)


def test_going_on_from_an_old_step_forgets_what_came_after():
    history = History()
    history.add(_batch(1, 50, (_measured(20), _measured(40), {"event": "snapshot", "step": 30, "kept": [0, 30]})))
    history.add(_batch(51, 1, ({"event": "diagnosis", "step": 51, "sentence": "…"},)))
    version = history.version
    begin = {"event": "begun", "step": 30, "kept": [0, 30]}
    history.add(_batch(31, 2, (begin,)))
    assert history.step == 32
    assert history.losses[0].tolist() == list(range(1, 33))
    assert history.measured["step"].tolist() == [20]
    assert history.gates["layer 1 attention"][0].tolist() == [20]
    assert history.diagnosis is None
    assert history.version > version


def test_it_comes_back_from_disk(tmp_path: Path):
    history = History()
    history.add(_batch(1, 300, (_measured(20), {"event": "snapshot", "step": 30, "kept": [0, 30]})))
    history.save(tmp_path / "history.npz")
    again = History.load(tmp_path / "history.npz")
    assert np.array_equal(again.losses, history.losses)
    assert again.measured.keys() == history.measured.keys()
    assert all(np.array_equal(again.measured[name], history.measured[name]) for name in again.measured)
    assert (again.step, again.kept, again.norm_names) == (300, (0, 30), ("a", "b"))
    assert {name: line[1].tolist() for name, line in again.gates.items()} == {"layer 1 attention": [-0.2]}
    assert History.load(tmp_path / "nothing.npz").step == 0


def test_a_history_of_before_there_were_gates_comes_back(tmp_path: Path):
    history = History()
    history.add(_batch(1, 300, (_measured(20),)))
    history.save(tmp_path / "history.npz")
    with np.load(tmp_path / "history.npz") as found:
        np.savez(tmp_path / "old.npz", **{name: array for name, array in found.items() if name != "gates"})
    again = History.load(tmp_path / "old.npz")
    assert (again.step, again.norm_names, again.gates) == (300, ("a", "b"), {})


def test_the_loss_of_a_step_is_its_own_or_none():
    history = History()
    steps = np.array([1, 2, 3, 5], np.int32)
    history.add(Batch(0, 4, steps, steps.astype(np.float32) / 10))
    assert np.array_equal(
        history.losses_at([0, 2, 4, 5, 9]), np.array([np.nan, 0.2, np.nan, 0.5, np.nan], np.float32), equal_nan=True
    )
