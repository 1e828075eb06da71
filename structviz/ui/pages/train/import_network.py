"""Import networks that were trained elsewhere: a download as it is, or weights and card."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from structviz.errors import CheckpointError
from structviz.ui.kit.guard import callback, defer_error, show_deferred
from structviz.ui.pages.train import shared
from structviz.ui.pages.train.run_group import is_active, own, recall, remember, run_views

if TYPE_CHECKING:
    from structviz.jobs import Run

__all__ = ["import_section"]

_FILES, _PLACE, _DONE = "train_import_files", "train_import", "train_import_done"

_MOST = {".json": ("card", 100_000), ".safetensors": ("weights file", 10_000_000), ".zip": ("download", 50_000_000)}
"""What a file is by its ending, and its bytes at most."""


def import_section() -> None:
    """Import networks; all that their cards claim is checked, and they are then listed like runs of this machine."""
    with st.expander("Import a network", icon=":material/upload_file:"):
        st.caption(
            "A download of this app (.zip) as it is, or the two files in it: weights (.safetensors) and card (.json)."
        )
        st.file_uploader(
            "Download, or weights and card together",
            [ending.removeprefix(".") for ending in _MOST],
            accept_multiple_files=True,
            key=_FILES,
        )
        st.button("Add it", icon=":material/add:", on_click=callback(_take), disabled=not st.session_state.get(_FILES))
        show_deferred(_PLACE)
        if done := st.session_state.pop(_DONE, None):
            st.success(done, icon=":material/check:")


def _take() -> None:
    with defer_error(_PLACE):
        runs = _imported(st.session_state.get(_FILES) or [])
        names = recall()
        if not is_active(own(run_views(names)[0])):
            remember((*names, *(run.id for run in runs)))
        st.session_state[_DONE] = (
            "It is one of the networks of this machine now, and listed on the page of runs."
            if len(runs) == 1
            else f"These {len(runs)} are networks of this machine now, and listed on the page of runs."
        )


def _imported(files: Sequence[UploadedFile]) -> "tuple[Run, ...]":
    """A run for each network in the files.

    Raises
    ------
    CheckpointError, JobError
        If the files are no networks, or one is not what its card says; nothing is imported then.
    """
    from structviz.jobs import import_archive, import_network

    archives, weights, card = [], None, None
    for file in files:
        ending = next((end for end in _MOST if file.name.lower().endswith(end)), ".safetensors")
        kind, most = _MOST[ending]
        if file.size > most:
            raise CheckpointError(
                f"A {kind} has at most {most:,} bytes here; {file.name[:60]!r} has {file.size:,}. Choose another."
            )
        match ending:
            case ".zip":
                archives.append(file.getvalue())
            case ".json":
                card = file.getvalue()
            case _:
                weights = file.getvalue()
    if archives:
        if len(archives) > 1 or weights is not None or card is not None:
            raise CheckpointError(f"A download is imported by itself; got {len(files)} files. Choose one download.")
        return import_archive(shared.store(), archives[0], shared.visitor(), origin=shared.origin())
    if weights is None or card is None:
        missing = "card (.json)" if card is None else "weights (.safetensors)"
        raise CheckpointError(f"A network is two files, and the {missing} is missing; choose both together.")
    return (import_network(shared.store(), weights, card, shared.visitor(), origin=shared.origin()),)
