"""Import a network: weights and card that were trained elsewhere."""

import streamlit as st

from structviz.errors import CheckpointError
from structviz.ui.kit.guard import defer_error, show_deferred
from structviz.ui.pages.train import shared
from structviz.ui.pages.train.run_group import is_active, recall, remember, run_views

__all__ = ["import_section"]

_FILES, _PLACE, _DONE = "train_import_files", "train_import", "train_import_done"

_MOST_CARD, _MOST_WEIGHTS = 1_000_000, 10_000_000
"""Bytes of the two files, at most."""


def import_section() -> None:
    """Import a pair of files; it is checked, never unpickled, and then listed like a run of this machine."""
    with st.expander("Import a network", icon=":material/upload_file:"):
        st.caption("The two files of a download of this page: weights (.safetensors) and card (.json).")
        st.file_uploader("Weights and card, together", ["safetensors", "json"], accept_multiple_files=True, key=_FILES)
        st.button("Add it", icon=":material/add:", on_click=_take, disabled=not st.session_state.get(_FILES))
        show_deferred(_PLACE)
        if done := st.session_state.pop(_DONE, None):
            st.success(done, icon=":material/check:")


def _take() -> None:
    with defer_error(_PLACE):
        weights = card = None
        for file in st.session_state.get(_FILES) or []:
            is_card = file.name.lower().endswith(".json")
            most = _MOST_CARD if is_card else _MOST_WEIGHTS
            if file.size > most:
                raise CheckpointError(
                    f"A {'card' if is_card else 'weights file'} has at most {most:,} bytes here; {file.name[:60]!r} "
                    f"has {file.size:,}. Choose another."
                )
            if is_card:
                card = file.getvalue()
            else:
                weights = file.getvalue()
        if weights is None or card is None:
            missing = "card (.json)" if card is None else "weights (.safetensors)"
            raise CheckpointError(f"A network is two files, and the {missing} is missing; choose both together.")
        from structviz.jobs import import_network

        run = import_network(shared.store(), weights, card)
        names = recall()
        if not is_active(run_views(names)[0]):
            remember((*names, run.id))
        st.session_state[_DONE] = "It is one of the networks of this machine now, and listed on the page of runs."
