"""What the networks of the invertibility page promise, and what is measured."""

import streamlit as st
import torch

from structviz.checks import Finding, audit
from structviz.ui.kit.findings import show_findings
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.record import TripRecord, key_of

__all__ = ["promise_section"]


def promise_section(choice: InvertibilityChoice, record: TripRecord) -> None:
    """Show the promises of both networks.

    Parameters
    ----------
    choice
        What was asked for.
    record
        The displayed numbers, which name the networks.
    """
    one, twin = _audited(choice, key_of(choice))
    show_findings({f"{record.network}, {record.n_layers} layers": one, f"ResNet, {record.twin_steps} steps": twin})


@st.cache_data(max_entries=64, show_spinner=False)
def _audited(_choice: InvertibilityChoice, key: tuple[object, ...]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    del key
    nets = (_choice.net.double(), _choice.twin)
    one, twin = (audit(net, torch.Generator().manual_seed(0)) for net in nets)
    return one, twin
