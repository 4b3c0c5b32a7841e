"""Arrays in, Plotly figure out, for what stands still. Needs neither torch nor Streamlit."""
