"""Inside a model that writes about an image: the image, each word with where it looks, and what can be switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.runs.run import Run
from dlplay.ui import attention_acts, caption_acts, maps_acts, progress, session
from dlplay.ui.parts import CAPTION, GALLERY, SILENCE


def caption_wants() -> list[dict[str, Any]]:
    """What is asked of the images, and of the caption that is written."""
    view = session.visit().view
    asked = {"key": "caption", "picture": "captioning", "width": view.beam, "chosen": view.kept, "at": view.query}
    layer, head = view.head or (None, "mean")
    return [
        {"key": "gallery", "picture": "gallery", "order": view.order},
        asked | {"layer": layer, "head": head, "off": view.off},
    ]


def caption(_: Run, pictures: Mapping[str, bytes]) -> None:
    """The images above, the chosen one and its caption below."""
    with st.container(border=True, key="panel-caption"):
        GALLERY("gallery", pictures.get("gallery"), maps_acts.gallery, tall=112)
        CAPTION("caption", pictures.get("caption"), caption_acts.caption, tall=300)


def looks(run: Run) -> bool:
    """Whether the model has attention, which could be switched off."""
    return getattr(run.experiment.network, "attention", "") != "none"


def wants(run: Run) -> list[dict[str, Any]]:
    silence = {"key": "silence", "picture": "silencing", "off": session.visit().view.off}
    return [*caption_wants(), *([silence] if looks(run) else []), *progress.wants(both=not looks(run))]


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    middle, right = st.columns([864, 336], gap="small")
    with middle:
        caption(run, pictures)
    with right:
        progress.show(run, pictures, both=not looks(run))
        if looks(run):
            with st.container(border=True, key="panel-silence"):
                SILENCE("silence", pictures.get("silence"), attention_acts.silencing, tall=198)
