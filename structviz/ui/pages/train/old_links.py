"""Links from before: one rate was for all arms, and a kind of layers had another title."""

import contextlib

import streamlit as st

from structviz.errors import ConfigError
from structviz.nets import PLAIN
from structviz.ui.kit.form import Form
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.options import SAME_RATE

__all__ = ["read_old_links"]

_PLAIN = "plain, without a way round"


def read_old_links() -> None:
    """Rewrite the address as a link of today says it; call this before the page reads it."""
    form = Form("train", TrainChoice)
    if form.key("address_read") in st.session_state:
        return
    rate, rates, scheme = map(form.key, ("rate", "rates", "scheme"))
    if st.query_params.get(scheme) == _PLAIN:
        st.query_params[scheme] = PLAIN
    if rate not in st.query_params or rates in st.query_params:
        return
    values = form.values()
    if form.controls["rates"].is_applicable(values):
        with contextlib.suppress(ConfigError):
            form.controls["rate"].from_address(st.query_params.get_all(rate), values)
            st.query_params[rates] = SAME_RATE
