from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlplay.config import Refusal
from dlplay.experiment import as_json, experiment
from dlplay.runs.engine import START, Cursor, LocalEngine, News, RunLost


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    made = LocalEngine()
    yield made
    made.shutdown()


def _steps(news: News) -> list[int]:
    return [int(step) for batch in news.batches for step in batch.steps]


def test_events_are_read_by_cursor_as_often_as_one_likes(engine: LocalEngine, tmp_path: Path):
    engine.start("run", as_json(experiment("mlp", "circle")), tmp_path)
    engine.call("run", "step", 25, timeout=120)  # the first of all: everything is imported first
    while _steps(engine.poll("run", START, wait=5))[-1:] != [25]:
        pass
    news = engine.poll("run", START)
    assert _steps(news) == list(range(1, 26))
    assert _steps(engine.poll("run", START)) == _steps(news)
    assert _steps(engine.poll("run", ("another incarnation", 10, ""))) == _steps(news)
    engine.call("run", "step", 5)
    cursor = news.cursor
    while _steps(engine.poll("run", cursor, wait=5))[-1:] != [30]:
        pass
    later = engine.poll("run", cursor)
    assert _steps(later) == list(range(26, 31)) == _steps(engine.poll("run", cursor))
    assert later.cursor[1] > cursor[1]
    assert engine.poll("run", later.cursor).batches == ()


def test_a_killed_run_is_gone(engine: LocalEngine, tmp_path: Path):
    engine.start("run", as_json(experiment("mlp", "circle")), tmp_path)
    assert engine.runs() == ["run"]
    engine.kill("run")
    assert engine.runs() == []
    with pytest.raises(RunLost):
        engine.call("run", "status")
    with pytest.raises(RunLost):
        engine.poll("run")


def test_an_experiment_that_cannot_begin_is_lost_with_its_sentence(engine: LocalEngine, tmp_path: Path):
    spec = as_json(experiment("mlp", "circle"))
    spec["training"]["rate"] = 1000
    engine.start("run", spec, tmp_path)
    cursor: Cursor = START
    while (news := engine.poll("run", cursor, wait=5)).state == "starting":
        cursor = news.cursor
    assert news.state == "lost"
    assert news.lost == "rate is 1000; the largest allowed is 10.0."


def test_an_unknown_command_is_refused(engine: LocalEngine, tmp_path: Path):
    engine.start("run", as_json(experiment("mlp", "circle")), tmp_path)
    with pytest.raises(Refusal, match="command is '__init__'"):
        engine.call("run", "__init__", timeout=20)


def test_the_surveyor_answers_and_begins_anew_when_it_has_died(engine: LocalEngine):
    asked = as_json(experiment("mlp", "circle"))
    before = engine.survey("survey", asked)
    assert before["parameters"] > 0
    with pytest.raises(Refusal):
        engine.survey("survey", {"nonsense": 1})
    engine._survey_link().child.process.kill()
    assert engine._survey_link().wait_for_end(5)
    assert engine.survey("survey", asked) == before


@pytest.mark.slow
def test_where_nothing_forks_a_spare_process_waits_warm(tmp_path: Path):
    engine = LocalEngine(forks=False)
    try:
        for name in ("first", "second"):
            engine.start(name, as_json(experiment("mlp", "circle")), tmp_path / name)
            engine.call(name, "step", 25, timeout=60)
            while _steps(engine.poll(name, START, wait=5))[-1:] != [25]:
                pass
        assert engine.survey("survey", as_json(experiment("mlp", "circle")), timeout=60)["parameters"] == 25
    finally:
        engine.shutdown()


def test_the_next_run_finds_a_process_that_waits_warm(engine: LocalEngine, tmp_path: Path):
    spec = as_json(experiment("mlp", "circle"))
    engine.start("first", spec, tmp_path / "first")
    engine.call("first", "status", timeout=120)
    spare = _spare(engine)
    engine.start("second", spec, tmp_path / "second")
    assert engine.call("second", "status", timeout=20)["pid"] == spare
    os.kill(_spare(engine), signal.SIGKILL)  # a spare that was ended from outside is not used
    while engine._spares[engine.forks].lives:
        time.sleep(0.01)
    engine.start("third", spec, tmp_path / "third")
    assert engine.call("third", "status", timeout=20)["state"] == "paused"


def _spare(engine: LocalEngine) -> int:
    """The process number of the child that waits, once it is there."""
    while True:
        spare = engine._spares.get(engine.forks)
        if spare is not None and spare.process.pid:
            return int(spare.process.pid)
        time.sleep(0.01)
