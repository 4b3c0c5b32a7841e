"""A row of names of which one is chosen: the views that share one place on a page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlplay.ui import session


def turn(names: Sequence[str], shown: str, said: str = "") -> None:
    """The names of the views that can stand here; none where there is no choice. said: what holds for all of them."""
    if len(names) < 2:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="under"):
        for name in names:
            st.button(
                name,
                key=f"under.{name}",
                type="secondary" if name == shown else "tertiary",
                on_click=_turned,
                args=(name,),
            )
        if said:
            st.caption(said)


def _turned(name: str) -> None:
    session.visit().under = name
