"""What is kept of a run: bounded, dense at the start, whole or not at all, and nothing but snapshots accepted."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from dlplay.config import Refusal
from dlplay.experiment import experiment
from dlplay.training import snapshots
from dlplay.training.events import Snapshot, Step
from dlplay.training.loop import Training
from dlplay.training.snapshots import FIRST, MOST, Snapshots, superfluous, worth


def kept_of(steps: int, most: int = MOST, stride: int = 1) -> tuple[int, ...]:
    """The steps that are kept of a run that the clock allows a snapshot every `stride` steps."""
    kept: list[int] = []
    for step in sorted({*(first for first in FIRST if first <= steps), *range(0, steps + 1, stride), steps}):
        if step == steps or worth(step, kept[-1] if kept else -1):
            kept.append(step)
            if len(kept) > most:
                gone = superfluous(kept)
                assert gone is not None
                kept.remove(gone)
    return tuple(kept)


@settings(max_examples=40, deadline=None)
@given(st.floats(1, 6), st.integers(4, MOST), st.integers(1, 2000))
def test_any_run_keeps_a_bounded_number_dense_at_the_start(power: float, most: int, stride: int) -> None:
    steps = int(10**power)
    kept = kept_of(steps, most, max(stride, steps // 20_000))
    assert len(kept) <= most
    assert kept[0] == 0
    assert kept[-1] == steps
    if most == MOST and stride < steps / 500:
        gaps = np.diff(kept)
        assert gaps.max() <= 0.15 * steps + 1
        assert gaps[: len(gaps) // 2].mean() <= gaps[len(gaps) // 2 :].mean()


@pytest.mark.parametrize(("steps", "early"), [(10, 5), (100, 10), (1000, 8), (100_000, 3)])
def test_the_first_steps_can_be_looked_at(steps: int, early: int) -> None:
    """How many kept steps lie in the first twentieth of a run, or in its first ten steps."""
    kept = kept_of(steps, stride=max(1, steps // 20_000))
    assert sum(step <= max(10, steps // 20) for step in kept) >= early


def test_a_large_model_keeps_fewer(tmp_path: Path) -> None:
    assert Snapshots(tmp_path, size=1000).most == MOST
    assert Snapshots(tmp_path, size=2**24).most == 16
    assert Snapshots(tmp_path, size=2**30).most == snapshots.LEAST


def test_a_fast_run_is_not_kept_at_every_step(tmp_path: Path) -> None:
    with Training(experiment("mlp", "circle"), folder=tmp_path) as training:
        for event in training.events():
            if isinstance(event, Step) and event.step == 1500:
                break
        assert set(FIRST) <= set(training.kept())
        assert len(training.kept()) < 300
        assert {int(file.stem[5:]) for file in tmp_path.iterdir()} == set(training.kept())


def test_kept_steps_are_told() -> None:
    with Training(experiment("mlp", "circle", training={"epochs": 4})) as training:
        told = [event for event in training.events() if isinstance(event, Snapshot)]
        assert told[-1].kept == training.kept()
        assert training.kept()[-1] == training.step == told[-1].step


def test_pinned_steps_stay(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path, size=2**26)
    for step in range(3):
        kept.save(step, {"x": np.zeros(1, np.float32)}, {}, 0.0)
    kept.pinned = frozenset({1})
    for step in range(3, 60, 5):
        kept.save(step, {"x": np.zeros(1, np.float32)}, {}, 0.0)
    assert len(kept.kept) == 4
    assert {0, 1, 58} <= set(kept.kept)


def test_a_snapshot_holds_the_weights_under_their_names(tmp_path: Path) -> None:
    with Training(experiment("cnn", "digits"), folder=tmp_path) as training:
        model, _ = training.at()
        arrays = load_file(training.snapshot())
        for name, value in model.state_dict().items():
            assert np.array_equal(arrays[name], value.numpy())


@pytest.mark.parametrize("harm", ["empty", "text", "cut", "foreign", "other network", "not finite", "no facts"])
def test_what_is_no_snapshot_of_this_run_is_refused(harm: str, tmp_path: Path) -> None:
    value = experiment("mlp", "circle")
    with Training(value) as training:
        good = shutil.copy(training.snapshot(), tmp_path / "good.safetensors")
    bad = tmp_path / "bad.safetensors"
    arrays, facts = snapshots.load(good)
    match harm:
        case "empty":
            bad.touch()
        case "text":
            bad.write_text("a snapshot, honestly")
        case "cut":
            bad.write_bytes(good.read_bytes()[:-40])
        case "foreign":
            save_file(arrays, bad)
        case "other network":
            with Training(experiment("mlp", "circle", {"hidden": [{"units": 3}]})) as other:
                shutil.copy(other.snapshot(), bad)
        case "not finite":
            arrays["answer.bias"][0] = np.nan
            Snapshots(tmp_path / "made", 1).save(0, arrays, facts, 0.0)
            shutil.move(tmp_path / "made" / "step-0000000000.safetensors", bad)
        case "no facts":
            Snapshots(tmp_path / "made", 1).save(0, arrays, {"step": -3, "taken": "x"}, 0.0)
            shutil.move(tmp_path / "made" / "step-0000000000.safetensors", bad)
    with pytest.raises(Refusal):
        Training(value, resume=bad)
    Training(value, resume=good).close()


def test_a_write_that_was_cut_short_leaves_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / "7.part").write_bytes(b"half")
    with Training(experiment("mlp", "circle"), folder=tmp_path) as training:
        assert training.kept() == (0,)
    assert [file.name for file in tmp_path.iterdir()] == ["step-0000000000.safetensors"]
    assert snapshots.whole(tmp_path) == {0: tmp_path / "step-0000000000.safetensors"}


def test_what_is_damaged_at_the_end_is_passed_over_and_removed_when_told(tmp_path: Path) -> None:
    with Training(experiment("mlp", "circle"), folder=tmp_path) as training:
        for event in training.events():
            if isinstance(event, Step) and event.step == 3:
                break
    files = snapshots.files(tmp_path)
    files[2].write_bytes(files[2].read_bytes()[:-10])
    files[3].write_bytes(b"")
    assert list(snapshots.whole(tmp_path)) == [0, 1]
    assert list(snapshots.files(tmp_path)) == [0, 1, 2, 3]
    assert snapshots.mend(tmp_path) == files[1]
    assert list(snapshots.files(tmp_path)) == [0, 1]
    files[0].write_bytes(b"")
    files[1].write_bytes(b"")
    assert snapshots.mend(tmp_path) is None
    assert snapshots.files(tmp_path) == {}


def test_a_temporary_folder_goes_with_the_run() -> None:
    training = Training(experiment("mlp", "circle"))
    home = training.snapshot().parent
    training.close()
    assert not home.exists()
