"""What a run reports, in order: plain data, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step was taken. loss: the mean over its batch, before the step, with regularisation left out."""

    step: int
    loss: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Train and held-out part, measured in evaluation mode after `step` steps.

    score: accuracy for classes, R² for numbers. norms: gradient norm of each parameter tensor at the last step.
    gates: how far each gate stands open, see `dlplay.training.gates`.
    """

    step: int
    epoch: float
    rate: float
    train_loss: float
    train_score: float
    held_out_loss: float
    held_out_score: float
    examples_per_second: float
    seconds: float
    norms: dict[str, float] = field(default_factory=dict)
    gates: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The weights after `step` steps are kept; `kept` lists every step that can now be looked at."""

    step: int
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting or a weight was changed by hand before `step`; `experiment` is the run's experiment now, as JSON."""

    step: int
    experiment: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Something is wrong with the training, in words. remedies: a sentence each, and the experiment it leads to."""

    step: int
    kind: str
    title: str
    sentence: str
    back_to: int | None = None
    remedies: tuple[tuple[str, dict[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The last step the experiment asks for was taken."""

    step: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Fetching:
    """Before a run begins: the share of its data that is here, and a sentence that says so."""

    share: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A process has taken the run up: what follows goes on after `step` steps; `kept` as in `Snapshot`."""

    step: int
    kept: tuple[int, ...]


Event = Step | Measured | Snapshot | Changed | Diagnosis | Finished
"""What training itself reports."""
Report = Event | Fetching | Begun
"""What the process of a run reports."""


def as_json(event: Report) -> dict[str, Any]:
    """The event as a dictionary; which one it is under "event"."""
    return {"event": type(event).__name__.lower(), **asdict(event)}


def tells(told: Mapping[str, Any], kind: type[Report]) -> bool:
    """Whether a dictionary from `as_json` is such an event."""
    return told["event"] == kind.__name__.lower()
