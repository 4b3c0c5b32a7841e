"""Inside any other model: one tap after the other, drawn by its axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.figures import capture
from dlplay.frame import unpack
from dlplay.runs.run import Run
from dlplay.ui import progress


def wants(run: Run) -> list[dict[str, Any]]:
    return [{"key": "captures", "picture": "captures"}, *progress.wants(both=True)]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    middle, right = st.columns([648, 320], gap="small")
    with middle, st.container(border=True, key="panel-captures"):
        _captures(run, pictures.get("captures"))
    with right:
        progress.show(run, pictures, both=True)


def _captures(run: Run, frame: bytes | None) -> None:
    if frame is None:
        st.skeleton(height=400)
        return
    facts, arrays = unpack(frame)
    axes = {tap["name"]: tuple(tap["axes"]) for tap in facts["taps"]}
    name = st.selectbox("What the model computes at", list(axes), index=len(axes) - 1, key="tap")
    classes = run.experiment.task.classes
    theme = st.context.theme.type or "light"
    figure = capture.figure(name, axes[name], arrays[name], classes=classes, theme=theme)
    st.plotly_chart(figure, key="capture", alt=capture.alt(name, axes[name], arrays[name]))
    st.caption(f"Step {facts['step']:,}")
