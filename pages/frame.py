"""The frame around every page: navigation and the look."""

import streamlit as st

st.set_page_config(page_title="dlplay", layout="wide")
st.title("dlplay")
