"""The lecture on one screen."""

import streamlit as st

st.title("Structure-preserving deep learning")
