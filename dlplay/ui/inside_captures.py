"""Inside any other model: one tap after the other, drawn by its axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.frame import unpack
from dlplay.runs.run import Run
from dlplay.ui import progress


def wants(run: Run) -> list[dict[str, Any]]:
    return [{"key": "captures", "picture": "captures"}, *progress.wants()]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    from dlplay.figures import capture

    middle, right = st.columns([648, 320], gap="small")
    facts, arrays = unpack(pictures["captures"])
    with middle, st.container(border=True, key="panel-captures"):
        axes = {tap["name"]: tap["axes"] for tap in facts["taps"]}
        name = st.selectbox("What the model computes at", list(axes), index=len(axes) - 1, key="tap")
        figure = capture.figure(name, tuple(axes[name]), arrays[name])
        st.plotly_chart(figure, key="capture", alt=capture.alt(name, tuple(axes[name]), arrays[name]))
        st.caption(f"Step {facts['step']:,}")
    with right, st.container(border=True, key="panel-progress"):
        progress.show(run, pictures)
