"""Everything Streamlit: controls made from configs, session state, live parts of a page."""
