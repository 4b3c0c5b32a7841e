from __future__ import annotations

import multiprocessing
import os
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlplay import frame
from dlplay.dataset import DataConfig, Progress, Split, load
from dlplay.experiment import as_json, experiment
from dlplay.runs import worker
from dlplay.runs.wire import decode
from dlplay.runs.worker import NICE, Worker
from dlplay.training import loop


@pytest.fixture
def at_work(tmp_path: Path) -> Worker:
    """A worker in this process, before its first step."""
    pipe, _ = multiprocessing.Pipe()
    begin = {"experiment": as_json(experiment("mlp", "circle")), "folder": str(tmp_path), "resume": None}
    return Worker(pipe, queue.SimpleQueue(), begin | {"state": "paused", "macs": None})


@pytest.fixture
def broken() -> Iterator[str]:
    """The name of a picture with a mistake in it."""

    def picture(_: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    worker.pictures()["broken"] = picture
    yield "broken"
    del worker.pictures()["broken"]


def test_a_picture_with_a_mistake_is_said_in_words_and_the_others_are_drawn(at_work: Worker, broken: str):
    wants = [{"key": "a", "picture": broken}, {"key": "b", "picture": "network"}]
    answer, keys, frames = at_work.look(wants, None, {})
    field, sentence = answer["refused"]["a"]
    assert field == "picture"
    assert sentence == "The picture 'broken' could not be drawn. ZeroDivisionError: division by zero"
    assert keys == ["b"]
    assert frame.unpack(frames[0])[0]["step"] == 0


def test_every_file_with_a_picture_is_a_picture():
    folder = Path(worker.__file__).parents[1] / "probes"
    named = {path.stem for path in folder.glob("*.py") if "\ndef picture(" in path.read_text()}
    assert set(worker.pictures()) == named


def test_data_on_their_way_are_told_before_there_is_anything_to_train_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(dataset: str, config: DataConfig, progress: Progress) -> Split:
        progress(0.5, "Half of it is here.")
        return load(dataset, config)

    lowered: list[int] = []
    monkeypatch.setattr(os, "nice", lowered.append)
    monkeypatch.setattr(loop, "load", slowly)
    theirs, ours = multiprocessing.Pipe()
    begin = {"experiment": as_json(experiment("mlp", "circle")), "folder": None, "resume": None, "macs": None}
    made = Worker(theirs, queue.SimpleQueue(), begin | {"state": "paused"})
    facts, _ = decode(ours.recv_bytes())
    assert facts["state"] == "starting"
    assert [event["sentence"] for event in facts["others"]] == ["Half of it is here."]
    assert lowered == [NICE]
    made.training.close()
