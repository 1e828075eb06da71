"""structviz: the app. Opens the pages; everything they show comes from the package."""

# Processes that train are spawned with this script as their main module; they need nothing of it.
if __name__ == "__main__":
    import streamlit as st

    from structviz.ui.kit.screen import fit_the_screen
    from structviz.ui.router import ICON, navigation

    st.set_page_config(page_title="structviz", page_icon=ICON, layout="wide")
    page = navigation()
    fit_the_screen()
    page.run()
