"""Studies: what a page shows, as numbers, without Streamlit and without pictures."""
