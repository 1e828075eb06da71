"""Where training happens, whether others train here too, and the address to share."""

import streamlit as st

from structviz.ui.kit.address import share_link
from structviz.ui.kit.guard import defer_error
from structviz.ui.pages.train import engine as lab
from structviz.ui.pages.train.run_group import PLACE, remember, under_way

__all__ = ["machine_section", "others_section", "share"]


def machine_section() -> None:
    """Who trains; if the cluster does not answer, the visitor decides whether this machine does."""
    machine = lab.engine().machine()
    if machine.state == "lost":
        st.error(machine.sentence, icon=":material/cloud_off:")
        st.button("Train on this machine instead", icon=":material/computer:", on_click=_use_this_machine)
    elif machine.state != "off":
        st.caption(f":material/memory: {machine.sentence}")


def _use_this_machine() -> None:
    with defer_error(PLACE):
        lab.engine().use_this_machine()


def others_section() -> None:
    """A race that goes on while the page shows none: the visitor's own from a closed tab, or somebody else's."""
    names = under_way()
    if names:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":material/directions_run: A race is under way on this machine.", width="content")
            st.button("Watch it", on_click=remember, args=(names,))


def share() -> None:
    """The way to the runs, and the address that shows all of this to others."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("pages/runs.py", label="All runs of this machine", icon=":material/list:")
        with st.popover("Share", icon=":material/link:"):
            st.caption("This address restores the settings, and on this machine the race with its curves and pictures.")
            st.code(share_link(), language=None, wrap_lines=True)
