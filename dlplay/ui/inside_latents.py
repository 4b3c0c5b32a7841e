"""What each latent looks at, and what the answer looks at through them; above, images or films to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.runs.run import Run
from dlplay.ui import maps_acts, session
from dlplay.ui.acts import Act, guarded, whole
from dlplay.ui.limits import LAST
from dlplay.ui.parts import GALLERY, LATENTS


def wants() -> list[dict[str, Any]]:
    view = session.visit().view
    return [
        {"key": "latents", "picture": "latents", "latent": view.query, "off": view.off},
        {"key": "gallery", "picture": "gallery", "order": view.order},
    ]


def show(_: Run, pictures: Mapping[str, bytes]) -> None:
    with st.container(border=True, key="panel-image"):
        GALLERY("gallery", pictures.get("gallery"), maps_acts.gallery, tall=112)
    with st.container(border=True, key="panel-latents"):
        LATENTS("latents", pictures.get("latents"), _act, tall=318)


def _lock(act: Act) -> None:
    """A latent: what it looks at stays large."""
    session.look(query=whole(act, "latent", high=LAST))


def _release(_: Act) -> None:
    session.look(query=None)


_act = guarded({"lock": _lock, "release": _release})
