"""Files that were damaged or forged: the others go on, and nobody sees more than a sentence."""

from __future__ import annotations

import json
import math
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from dlplay import link
from dlplay.config import Refusal
from dlplay.experiment import Experiment
from dlplay.runs.folder import Folder
from dlplay.runs.history import History
from dlplay.runs.manager import Runs, _manner
from dlplay.runs.run import Run

from .conftest import took


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 100_000, '{"experiment": 5}', '{"experiment": {"dataset": []}}']
)
def test_a_record_that_says_no_experiment_is_nobody(runs: Runs, tmp_path: Path, text: str):
    folder = Folder(tmp_path / "runs" / ("A" * 16))
    folder.create()
    (folder.path / "run.json").write_text(text)
    assert runs.adopt("A" * 16) is None


@pytest.mark.parametrize("pace", [math.nan, math.inf, -1, "fast", None, [1]])
@pytest.mark.parametrize("pins", [None, 5, [{}, "x", None, 2.5]])
def test_a_forged_manner_is_left_out(pace: Any, pins: Any):
    assert _manner({"pace": pace, "pins": pins}) == {"pace": None, "pins": ()}
    assert _manner({"pace": 2, "pins": [3, "x"]}) == {"pace": 2, "pins": (3,)}


def test_a_damaged_history_is_an_empty_one(tmp_path: Path):
    path = tmp_path / "history.npz"
    History().save(path)
    whole = path.read_bytes()
    for damaged in (b"", b"x" * 500, whole[: len(whole) // 2], whole[:100] + bytes(50) + whole[150:]):
        path.write_bytes(damaged)
        assert History.load(path).step == 0


@pytest.mark.parametrize("pace", [math.nan, math.inf, 0.0, -1.0, 1e-9, 1e9])
def test_a_pace_that_is_none_reaches_no_record(run: Run, pace: float):
    with pytest.raises(Refusal, match="speed is"):
        run.speed(pace)
    json.dumps(run.pace, allow_nan=False)


def test_a_run_that_cannot_be_written_costs_the_others_nothing(runs: Runs, circle: Experiment):
    broken, well = runs.open(circle, "me"), runs.open(circle, "you")
    well.step(5)
    assert took(well, 5)
    broken.pace = math.nan  # no record can hold it
    runs._save([broken, well])
    assert History.load(well.folder.history).step == 5
    runs.shutdown()
    assert well.state == "stopped"
    assert broken.state == "stopped"


HEAVY = "model=cnn&data=digits&train.batch=1&model.layers=conv_512_padding.same~conv_512_padding.same~flatten"


def test_a_batch_to_come_is_weighed_before_it_comes(runs: Runs):
    runs.weigh(link.read(HEAVY))
    with pytest.raises(Refusal, match=r"1,024|a step may take"):
        runs.weigh(link.read(f"{HEAVY}&train.changes=5_name.batch_value.1024"))
    with pytest.raises(Refusal, match="batch is 4096"):
        runs.weigh(link.read(f"{HEAVY}&train.changes=5_name.batch_value.4096"))


def test_a_batch_that_is_too_large_is_refused_while_the_run_goes_on(runs: Runs):
    run = runs.open(link.read(HEAVY), "me")
    assert run.wait(lambda run: run.state == "paused")
    with pytest.raises(Refusal, match=r"1,024|a step may take"):
        run.set(batch=1024)
    assert run.experiment.training.changes == ()
    run.set(batch=2)
    assert run.experiment.training.changes[0].value == 2


def test_a_damaged_last_snapshot_falls_back_to_the_one_before(run: Run):
    run.play()
    assert run.wait(lambda run: len(run.folder.kept()) > 8)
    os.kill(run.status()["pid"], signal.SIGKILL)
    assert run.wait(lambda run: run.state == "lost", 2)
    *_, whole, cut, empty = run.folder.kept().items()
    cut[1].write_bytes(cut[1].read_bytes()[:-100])
    empty[1].write_bytes(b"")
    assert f"Everything up to step {whole[0]:,} is kept." in (run.lost or "")
    assert run.whole[-1] == whole[0]
    assert cut[0] in run.folder.kept()  # who looks removes nothing
    run.resume()
    assert run.wait(lambda run: run.state == "playing" and run.history.step > whole[0])


def test_a_run_with_damaged_snapshots_alone_begins_again(run: Run):
    run.step(3)
    assert took(run, 3)
    os.kill(run.status()["pid"], signal.SIGKILL)
    assert run.wait(lambda run: run.state == "lost", 2)
    for file in run.folder.kept().values():
        file.write_bytes(b"x" * 50)
    assert "Nothing of it is kept." in (run.lost or "")
    run.resume()
    assert run.wait(lambda run: run.state == "paused")
    assert run.status()["step"] == 0
