"""What every page has: title, logo, and the few rules of CSS that no theme setting covers."""

from __future__ import annotations

import streamlit as st

from dlplay.ui.live import ASSETS

_CSS = (ASSETS / "page.css").read_text()


def begin() -> None:
    """Called first by the frame of the app."""
    st.set_page_config(page_title="dlplay", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.logo(str(ASSETS / "logo.svg"), size="medium")
    st.html(f"<style>{_CSS}</style>")
