"""The server. `streamlit run app.py` looks for the assignment below; the frame of every page is `pages/frame.py`."""

import streamlit as st

from dlplay.ui import server

app = st.App(server.FRAME, lifespan=server.lifespan, routes=server.ROUTES, middleware=server.MIDDLEWARE)
