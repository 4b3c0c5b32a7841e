"""Inside a model that reads one text and writes another: what it writes, where it looks, what each step weighs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.runs.run import Run
from dlplay.ui import pairs_acts, progress, session, texts
from dlplay.ui.parts import ALIGNMENT, DECODE, LENGTHS


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    return [
        {"key": "decoding", "picture": "decoding", "width": view.beam, "chosen": view.kept, "at": view.query}
        | texts.asked("text"),
        {"key": "lengths", "picture": "lengths"},
        *progress.wants(),
    ]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    decoding = pictures.get("decoding")
    middle, right = st.columns([648, 320], gap="small")
    with middle, st.container(border=True, key="panel-alignment"):
        ALIGNMENT("alignment", decoding, pairs_acts.alignment, tall=555)
    with right:
        with st.container(border=True, key="panel-decode"):
            DECODE("decode", decoding, pairs_acts.written, tall=208)
        with st.container(border=True, key="panel-lengths"):
            LENGTHS("lengths", pictures.get("lengths"), tall=112)
        progress.show(run, pictures)
