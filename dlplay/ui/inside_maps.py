"""Inside a network of maps: the image, every layer's maps, and what one number is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.runs.run import Run
from dlplay.ui import maps_acts, progress, session
from dlplay.ui.parts import CELL, GALLERY, MAPS


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    lock = None if view.cell is None else dict(zip(("tap", "channel", "row", "column"), view.cell, strict=True))
    asked: list[dict[str, Any]] = [
        {"key": "gallery", "picture": "gallery", "order": view.order},
        {"key": "maps", "picture": "filters", "lock": lock}
        if view.filters
        else {"key": "maps", "picture": "maps", "lock": lock, "scale": view.scale},
    ]
    if lock is not None:
        return [*asked, {"key": "cell", "picture": "cell", "lock": lock, "channel": view.channel, "over": view.over}]
    return [*asked, *progress.wants(both=True)]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    middle, right = st.columns([400, 372], gap="small")
    with middle, st.container(border=True, key="panel-maps"):
        GALLERY("gallery", pictures.get("gallery"), maps_acts.gallery, tall=112)
        MAPS("maps", pictures.get("maps"), maps_acts.maps, tall=436)
    with right:
        if session.visit().view.cell is not None and "cell" in pictures:
            with st.container(border=True, key="panel-cell"):
                CELL("cell", pictures.get("cell"), maps_acts.cell, tall=556)
        else:
            progress.show(run, pictures, both=True)
