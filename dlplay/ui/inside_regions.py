"""Where on the image a query looks: the image large, others to choose from, and all heads as small ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.ui import attention_acts, maps_acts, session
from dlplay.ui.parts import GALLERY, REGIONS, SHEET


def wants() -> list[dict[str, Any]]:
    view = session.visit().view
    layer, head = view.head or (0, 0)
    asked: dict[str, Any] = {"key": "regions", "picture": "regions", "part": view.attending, "off": view.off}
    asked |= {"layer": layer, "head": head, "locked": view.head is not None, "query": view.query}
    return [asked, {"key": "gallery", "picture": "gallery", "order": view.order}]


def show(pictures: Mapping[str, bytes]) -> None:
    middle, right = st.columns([480, 360], gap="small")
    with middle, st.container(border=True, key="panel-regions"):
        REGIONS("regions", pictures.get("regions"), attention_acts.regions, tall=468)
    with right:
        with st.container(border=True, key="panel-image"):
            GALLERY("gallery", pictures.get("gallery"), maps_acts.gallery, tall=112)
        with st.container(border=True, key="panel-sheet"):
            SHEET("sheet", pictures.get("regions"), attention_acts.sheet, tall=316)
