"""Widgets, caches and guards of the app: the only package that imports streamlit."""
