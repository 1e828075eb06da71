"""structviz: the app. Opens the pages; everything they show comes from the package."""

import streamlit as st

from structviz.ui.router import ICON, navigation

st.set_page_config(page_title="structviz", page_icon=ICON, layout="wide")
navigation().run()
