"""Inside a model that reads one text and writes another: what it writes, where it looks, what each step weighs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dlplay.runs.run import Run
from dlplay.ui import pairs_acts, progress, session, texts
from dlplay.ui.parts import ALIGNMENT, DECODE, LENGTHS


def decoding_wants() -> list[dict[str, Any]]:
    """What is asked of a target that is written, and of how many are right."""
    view = session.visit().view
    return [
        {"key": "decoding", "picture": "decoding", "width": view.beam, "chosen": view.kept, "at": view.query}
        | {"off": view.off}
        | texts.asked("text"),
        {"key": "lengths", "picture": "lengths", "off": view.off},
    ]


def wants(run: Run) -> list[dict[str, Any]]:
    return [*decoding_wants(), *progress.wants()]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    with written(pictures, [648, 320]):
        progress.show(run, pictures)


def written(pictures: Mapping[str, bytes], widths: list[int]) -> DeltaGenerator:
    """What is written and where it looks; the column of these widths in which more can stand below."""
    decoding = pictures.get("decoding")
    middle, right = st.columns(widths, gap="small")
    with middle, st.container(border=True, key="panel-alignment"):
        ALIGNMENT("alignment", decoding, pairs_acts.alignment, tall=555)
    with right:
        with st.container(border=True, key="panel-decode"):
            DECODE("decode", decoding, pairs_acts.written, tall=208)
        with st.container(border=True, key="panel-lengths"):
            LENGTHS("lengths", pictures.get("lengths"), tall=112)
    return right
