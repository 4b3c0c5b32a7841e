"""Inside a network of maps: the image, every layer's maps, and what one number is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.config import Refusal
from dlplay.runs.run import Run
from dlplay.ui import maps_acts, pictures as images, progress, session
from dlplay.ui.parts import CELL, GALLERY, MAPS


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    lock = None if view.cell is None else dict(zip(("tap", "channel", "row", "column"), view.cell, strict=True))
    asked = [
        {"key": "maps", "picture": "maps", "lock": lock, "scale": view.scale},
        {"key": "gallery", "picture": "gallery"},
    ]
    if lock is not None:
        return [*asked, {"key": "cell", "picture": "cell", "lock": lock, "channel": view.channel}]
    return [*asked, *progress.wants(both=True)]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    middle, right = st.columns([400, 372], gap="small")
    with middle, st.container(border=True, key="panel-maps"):
        GALLERY("gallery", pictures.get("gallery"), maps_acts.gallery)
        MAPS("maps", pictures.get("maps"), maps_acts.maps)
    with right:
        if session.visit().view.cell is not None and "cell" in pictures:
            with st.container(border=True, key="panel-cell"):
                CELL("cell", pictures.get("cell"), maps_acts.cell)
        else:
            progress.show(run, pictures, both=True)


def uploaded() -> None:
    """The image a visitor uploads becomes the chosen example."""
    here = session.visit()
    file = st.session_state.get("upload")
    if file is None:
        return
    try:
        session.look(pixels=images.from_upload(file.getvalue(), here.experiment.task.input_shape))
    except Refusal as refusal:
        here.notice = refusal.sentence
