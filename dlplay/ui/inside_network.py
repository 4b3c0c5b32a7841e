"""Inside an MLP: the network of response maps, what it puts out, its curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.runs.run import Run
from dlplay.ui import network_acts, progress, session
from dlplay.ui.parts import NETWORK, SURFACE


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    lock = None if view.unit is None else list(view.unit)
    return [
        {"key": "network", "picture": "network", "lock": lock, "point": view.point},
        {"key": "surface", "picture": "surface", "lock": lock, "point": view.point},
        *progress.wants(),
    ]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    middle, right = st.columns([648, 320], gap="small")
    with middle, st.container(border=True, key="panel-network"):
        NETWORK("network", pictures.get("network"), network_acts.network, tall=555)
    with right:
        with st.container(border=True, key="panel-surface"):
            SURFACE("surface", pictures.get("surface"), network_acts.surface, tall=362)
        progress.show(run, pictures)
