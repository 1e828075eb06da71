"""Who trains, and whether runs go on that the page does not show."""

import re

import streamlit as st

from structviz.ui.kit.guard import callback, defer_error
from structviz.ui.kit.literal import without_folders
from structviz.ui.pages.train import shared
from structviz.ui.pages.train.run_group import PLACE, remember, under_way

__all__ = ["under_way_section", "workers_section"]


def workers_section() -> None:
    """Say who trains; if the cluster does not answer, let those who share the server train on this machine."""
    machine = shared.engine().machine()
    if machine.state == "lost":
        st.error(_said(machine.sentence), icon=":material/cloud_off:")
        if shared.all_is_shared():
            st.button("Train on this machine instead", icon=":material/computer:", on_click=callback(_use_this_machine))
    elif machine.state != "off":
        st.caption(f":material/memory: {_said(machine.sentence)}")


def _said(sentence: str) -> str:
    """Without folders of the server, and, where visitors are strangers, without the address of its cluster."""
    sentence = without_folders(sentence)
    return sentence if shared.all_is_shared() else re.sub(r" at \w+://\S+", "", sentence)


def _use_this_machine() -> None:
    with defer_error(PLACE):
        if shared.all_is_shared():
            shared.engine().use_this_machine()


def under_way_section() -> None:
    """Offer the runs that go on while the page shows none: the visitor's from a closed tab, or another visitor's."""
    names = under_way()
    if names:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":material/directions_run: Runs are under way on this machine.", width="content")
            st.button("Watch them", on_click=callback(remember), args=(names,))
