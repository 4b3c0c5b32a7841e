"""Inside a network that watches a film: frames, eyes, memory and answers; beside them one of several views."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlplay.probes.choices import LAYERS
from dlplay.runs.run import Run
from dlplay.ui import film_acts, maps_acts, progress, session, states_acts
from dlplay.ui.parts import FILM, GALLERY, GATES, UNROLLED
from dlplay.ui.turn import Panel, Pictures, turn, turned

TALL = 508
"""Pixels of the film."""


def _training_wants() -> list[dict[str, Any]]:
    return [{"key": "gallery", "picture": "gallery", "order": session.visit().view.order}, *progress.wants()]


def _training(run: Run, pictures: Pictures) -> None:
    GALLERY("gallery", pictures.get("gallery"), maps_acts.gallery, tall=112)
    progress.show(run, pictures, framed=False)


def _states_wants() -> list[dict[str, Any]]:
    view = session.visit().view
    asked: dict[str, Any] = {"key": "states", "picture": "states", "layer": view.layer, "order": view.arranged}
    asked |= {"stacked": view.layers == LAYERS[1], "unit": _unit(), "at": view.time}
    return [asked]


def _gates(_: Run, pictures: Pictures) -> None:
    GATES("gates", pictures.get("states"), states_acts.states, tall=316)


def _opened(_: Run, pictures: Pictures) -> None:
    UNROLLED("unrolled", pictures.get("states"), states_acts.states, tall=460)


PANELS = (
    Panel("Training", _training_wants, _training),
    Panel("Gates", _states_wants, _gates),
    Panel("One step", _states_wants, _opened),
)


def _unit() -> int | None:
    """The locked unit of the layer that is shown."""
    view = session.visit().view
    return None if view.unit is None or view.unit[0] != view.layer else view.unit[1]


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    eye, channel = view.eyes or (0, 0)
    asked: dict[str, Any] = {"key": "film", "picture": "film", "eye": eye, "channel": channel}
    asked |= {"layer": view.layer, "unit": _unit(), "at": view.time}
    return [asked, *turned(PANELS, run.experiment).wants()]


def show(run: Run, pictures: Pictures) -> None:
    left, right = st.columns([808, 408], gap="small")
    with left, st.container(border=True, key="panel-film"):
        FILM("film", pictures.get("film"), film_acts.film, tall=TALL)
    with right, st.container(border=True, key="panel-beside"):
        turn(PANELS, run.experiment).show(run, pictures)
