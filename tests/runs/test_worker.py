from __future__ import annotations

import multiprocessing
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlplay import frame
from dlplay.experiment import as_json, experiment
from dlplay.runs import worker
from dlplay.runs.worker import Worker


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
