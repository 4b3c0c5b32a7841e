"""The frame around every page: navigation and the look."""

import streamlit as st

from dlplay.ui import frame

frame.begin()
page = st.navigation(
    [
        st.Page("start.py", title="Start", default=True),
        st.Page("playground.py", title="Playground"),
    ],
    position="top",
)
page.run()
