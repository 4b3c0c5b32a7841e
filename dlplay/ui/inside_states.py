"""Inside a recurrent network: the cell repeated over the steps, every gate and state, and what the task asks for."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlplay.probes.choices import LAYERS, forecasts, writes
from dlplay.runs.run import Run
from dlplay.ui import inside_sequences, progress, session, states_acts, texts
from dlplay.ui.parts import GATES, UNROLLED
from dlplay.ui.turn import Panel, Pictures, turn, turned


def _curves(run: Run, pictures: Pictures) -> None:
    progress.show(run, pictures, framed=False)


PANELS: tuple[Panel, ...] = (
    Panel("Writing", inside_sequences.writing_wants, inside_sequences.writing, writes),
    Panel("Forecast", inside_sequences.forecast_wants, inside_sequences.forecast, forecasts),
    Panel("Training", progress.wants, _curves),
    Panel("Gradient", inside_sequences.gradient_wants, inside_sequences.gradient),
)
"""What can stand under the gates and states, each as tall as `inside_sequences.TALL`; the first that fits at first."""


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
    return [asked, *turned(PANELS, run.experiment).wants()]


def show(run: Run, pictures: Pictures) -> None:
    frame = pictures.get("states")
    left, right = st.columns([424, 792], gap="small")
    with left, st.container(border=True, key="panel-unrolled"):
        UNROLLED("unrolled", frame, states_acts.states, tall=508)
    with right, st.container(border=True, key="panel-gates"):
        GATES("gates", frame, states_acts.states, tall=316)
        turn(PANELS, run.experiment).show(run, pictures)
