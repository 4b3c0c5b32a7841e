"""A CNN beside a model that attends: its feature maps of the same image, and how both stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.dataset import Task
from dlplay.runs.run import Run
from dlplay.ui import maps_acts, session
from dlplay.ui.parts import BESIDE, MAPS


def fits(task: Task) -> bool:
    """Whether a CNN answers the same question."""
    return task.reads == "image" and bool(task.classes) and not task.each_step


def wants() -> list[dict[str, Any]]:
    run = session.known_run()
    rests = run is None or run.state != "playing"
    return [{"key": "beside", "picture": "beside", "rests": rests, "scale": session.visit().view.scale}]


def show(_: Run, pictures: Mapping[str, bytes]) -> None:
    frame = pictures.get("beside")
    middle, right = st.columns([400, 440], gap="small")
    with middle, st.container(border=True, key="panel-beside"):
        BESIDE("beside", frame, tall=468)
    with right, st.container(border=True, key="panel-beside-maps"):
        MAPS("beside-maps", frame, maps_acts.beside, tall=468)
