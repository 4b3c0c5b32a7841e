"""Inside a recurrent network: the cell repeated over the steps, every gate and state, and what the task asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dlplay.dataset import Task
from dlplay.probes.choices import LAYERS, forecasts, writes
from dlplay.runs.run import Run
from dlplay.ui import inside_sequences, progress, session, states_acts, texts
from dlplay.ui.parts import GATES, UNROLLED
from dlplay.ui.turn import turn


@dataclass(frozen=True)
class Panel:
    """One picture under the gates and states; the visitor turns from one to the next.

    name: on its button. wants: its questions to the run. show: draws it as tall as `inside_sequences.TALL`.
    fits: for which tasks.
    """

    name: str
    wants: Callable[[], list[dict[str, Any]]]
    show: Callable[[Run, Mapping[str, bytes]], None]
    fits: Callable[[Task], bool] = lambda task: True


def _curves(run: Run, pictures: Mapping[str, bytes]) -> None:
    progress.show(run, pictures, framed=False)


PANELS: tuple[Panel, ...] = (
    Panel("Writing", inside_sequences.writing_wants, inside_sequences.writing, writes),
    Panel("Forecast", inside_sequences.forecast_wants, inside_sequences.forecast, forecasts),
    Panel("Training", progress.wants, _curves),
    Panel("Gradient", inside_sequences.gradient_wants, inside_sequences.gradient),
)
"""What can stand under the gates and states, the first that fits at first."""


def panels(task: Task) -> dict[str, Panel]:
    """The panels of a task by name."""
    return {panel.name: panel for panel in PANELS if panel.fits(task)}


def _under(run: Run) -> Panel:
    """The panel that is turned to."""
    found = panels(run.experiment.task)
    return found.get(session.visit().under) or next(iter(found.values()))


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    unit = None if view.unit is None or view.unit[0] != view.layer else view.unit[1]
    asked: dict[str, Any] = {
        "key": "states",
        "picture": "states",
        "layer": view.layer,
        "stacked": view.layers == LAYERS[1],
    }
    asked |= {"order": view.arranged, "unit": unit, "at": view.time} | texts.asked("text")
    return [asked, *_under(run).wants()]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    frame = pictures.get("states")
    left, right = st.columns([424, 792], gap="small")
    with left, st.container(border=True, key="panel-unrolled"):
        UNROLLED("unrolled", frame, states_acts.states, tall=508)
    with right, st.container(border=True, key="panel-gates"):
        GATES("gates", frame, states_acts.states, tall=316)
        turn([*panels(run.experiment.task)], _under(run).name)
        _under(run).show(run, pictures)
