"""Inside any other model: what passes one of its taps, drawn by the tap's axes, and what it puts out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.dataset import Task
from dlplay.figures import capture
from dlplay.frame import unpack
from dlplay.runs.run import Run
from dlplay.ui import figure, network_acts, progress, session
from dlplay.ui.parts import FIGURE, SURFACE

HEIGHT = 472
"""Pixels of the figure: with its chooser it fills the stage of a screen 800 pixels high."""


def wants(run: Run) -> list[dict[str, Any]]:
    point = session.visit().view.point
    return [
        {"key": "captures", "picture": "captures"},
        {"key": "surface", "picture": "surface", "point": point},
        *progress.wants(),
    ]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    middle, right = st.columns([648, 320], gap="small")
    with middle, st.container(border=True, key="panel-captures"):
        _captures(run, pictures.get("captures"))
    with right:
        with st.container(border=True, key="panel-surface"):
            SURFACE("surface", pictures.get("surface"), network_acts.surface, tall=362)
        progress.show(run, pictures)


def _captures(run: Run, frame: bytes | None) -> None:
    if frame is None:
        st.skeleton(height=HEIGHT + 76)
        return
    facts, arrays = unpack(frame)
    axes = {tap["name"]: tuple(tap["axes"]) for tap in facts["taps"]}
    name = st.selectbox(
        f"What the model computes for {_example()}",
        list(axes),
        index=len(axes) - 1,
        format_func=lambda one: f"{one} · {' × '.join(map(str, arrays[one].shape))} ({' × '.join(axes[one])})",
        key=f"tap.{run.experiment.architecture}",
    )
    classes, theme = _outputs(run.experiment.task), st.context.theme.type or "light"
    picture = capture.figure(name, axes[name], arrays[name], classes=classes, theme=theme, height=HEIGHT)
    words = capture.alt(name, axes[name], arrays[name], classes=classes)
    FIGURE("capture", figure.frame(picture, f"{run.id} {name}", words, facts["step"]), height=HEIGHT)


def _example() -> str:
    view = session.visit().view
    if view.text is not None:
        return "your own text"
    if view.pixels is not None:
        return "your own image"
    if view.point is not None:
        return f"the point ({view.point[0]:g}, {view.point[1]:g})"
    return f"{'training' if view.part == 'train' else 'held-out'} example {view.index + 1}"


def _outputs(task: Task) -> tuple[str, ...]:
    """What the numbers along an axis "class" stand for; of two classes there is one, the log-odds of the second."""
    return task.classes if len(task.classes) != 2 else (f"{task.classes[1]} rather than {task.classes[0]}",)
