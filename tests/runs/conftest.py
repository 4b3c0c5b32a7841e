"""Real runs in real processes, in a home of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dlplay.experiment import Experiment, experiment
from dlplay.runs.manager import Runs
from dlplay.runs.places import Places
from dlplay.runs.run import Run


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Runs]]:
    """Makes managers that share a home; none outlives the test."""
    made = []

    def manager(**places: float) -> Runs:
        made.append(Runs(where=tmp_path / "runs", places=Places(**places), clock=clock))
        return made[-1]

    yield manager
    for manager_made in made:
        manager_made.shutdown()


@pytest.fixture
def runs(make: Callable[..., Runs]) -> Runs:
    return make()


@pytest.fixture
def circle() -> Experiment:
    return experiment("mlp", "circle")


@pytest.fixture
def run(runs: Runs, circle: Experiment) -> Run:
    return runs.open(circle, "somebody")


def took(run: Run, steps: int, timeout: float = 20.0) -> bool:
    """Whether a run comes to so many steps and pauses there."""
    return run.wait(lambda run: run.history.step >= steps and run.state != "playing", timeout)


def losses(run: Run, steps: int) -> np.ndarray:
    """The first losses of a run."""
    counted, values = run.history.losses
    assert counted[:steps].tolist() == list(range(1, steps + 1))
    return values[:steps]
