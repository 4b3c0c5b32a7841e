"""Inside any other model: what passes one of its taps, drawn by the tap's axes, and what it puts out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.dataset import Task
from dlplay.figures import capture
from dlplay.frame import unpack
from dlplay.pixels import seen
from dlplay.runs.run import Run
from dlplay.ui import figure, maps_acts, network_acts, progress, session
from dlplay.ui.parts import FIGURE, GALLERY, SURFACE

HEIGHT = 472
"""Pixels of the figure: with its chooser it fills the stage of a screen 800 pixels high."""


GALLERY_TALL = 112
"""Pixels of the images to choose from, above the figure, where examples are images."""


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    asked: list[dict[str, Any]] = [{"key": "captures", "picture": "captures"}]
    if seen(run.experiment.task):
        asked.append({"key": "gallery", "picture": "gallery", "order": view.order})
    if answered(run.experiment.task):
        asked.append({"key": "surface", "picture": "surface", "point": view.point})
    return [*asked, *progress.wants(both=not answered(run.experiment.task))]


def answered(task: Task) -> bool:
    """Whether one answer to each example is told of many examples; answers to every step are counted instead."""
    return not task.each_step


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    task = run.experiment.task
    middle, right = st.columns([648, 320], gap="small")
    with middle, st.container(border=True, key="panel-captures"):
        height = HEIGHT
        if seen(task):
            GALLERY("gallery", pictures.get("gallery"), maps_acts.gallery, tall=GALLERY_TALL)
            height -= GALLERY_TALL + 16
        _captures(run, pictures.get("captures"), height)
    with right:
        if answered(task):
            with st.container(border=True, key="panel-surface"):
                SURFACE("surface", pictures.get("surface"), network_acts.surface, tall=362)
        progress.show(run, pictures, both=not answered(task))


def _captures(run: Run, frame: bytes | None, height: int) -> None:
    if frame is None:
        st.skeleton(height=height + 76)
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
    picture = capture.figure(name, axes[name], arrays[name], classes=classes, theme=theme, height=height)
    words = capture.alt(name, axes[name], arrays[name], classes=classes)
    FIGURE("capture", figure.frame(picture, f"{run.id} {name}", words, facts["step"]), height=height)


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
