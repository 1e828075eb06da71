"""What all components in the browser share on the side of Python: their files, their reports, and the inbox.

A component is a bundle of JavaScript, a style sheet and HTML in `dist/`, which `npm run build` makes from `src/`.
What the visitor does comes back as reports: objects with a `count`, since the browser numbers them. Anyone can send
anything, so nothing in a report is believed before it is checked.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from structviz.figures.packet import pack
from structviz.ui.browser.bundles import read_bundle
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback
from structviz.ui.kit.unheard import first_report

__all__ = ["MAX_COUNT", "BrowserComponent", "finite_number", "send_payload", "whole_number"]

MAX_COUNT = 2**53
"""The largest whole number up to which a browser can count."""


class BrowserComponent:
    """A component that runs in the browser and reports what the visitor does.

    Parameters
    ----------
    name
        Of its files in `dist/`.
    reports
        Names of its reports; each is an entry of the component's state.

    Raises
    ------
    FileNotFoundError
        If there is no such bundle.
    """

    def __init__(self, name: str, reports: Sequence[str] = ()) -> None:
        self.name = name
        self.reports = tuple(reports)
        self._render = component(
            f"structviz_{name}",
            html=read_bundle(f"{name}.html"),
            css=read_bundle(f"{name}.css"),
            js=read_bundle(f"{name}.js"),
        )

    def show(self, data: Mapping[str, Any], *, key: str, **callbacks: Callable[[], object]) -> None:
        """Put the component on the page.

        Streamlit sends a component's script along whenever its data change. So the data travel through the inbox, and
        a run of the page costs no more than what is new.

        Parameters
        ----------
        data
            What it shows, as JSON. An entry `seen` is added: the largest number of a report that has arrived, or that
            a preset has outdated. The browser takes values from here only once all its reports have.
        key
            Of the component; `report` reads what the visitor has done.
        callbacks
            For each report `name` a function `on_name`, called when it arrives, unless it is older than a preset.
        """
        seen = max([first_report(), *(self.count(key, name) for name in self.reports)])
        handlers: dict[str, Any] = {
            f"on_{name}_change": callback(partial(self._take, key, name, callbacks[f"on_{name}"]))
            for name in self.reports
        }
        channel = f"data of {key}"
        with st.container(gap=None):
            send_payload(channel, pack({**data, "seen": seen}, {}), key=f"{key}_data")
            self._render(key=key, data={"channel": channel}, **handlers)

    def edit(self, form: Form[Any], control: str, data: Mapping[str, Any]) -> None:
        """Put the component on the page as the widget of a control: what it reports under this name is its new text.

        Parameters
        ----------
        form
            The page's controls.
        control
            Name of one that is set in the browser.
        data
            As for `show`.
        """
        key = form.key(f"{control}_component")
        take = lambda: form.set(**{control: self.report(key, control).get("text")})  # noqa: E731
        self.show(data, key=key, **{f"on_{control}": take})

    def _take(self, key: str, name: str, take: Callable[[], object]) -> None:
        if self.count(key, name) >= first_report():
            take()

    def report(self, key: str, name: str) -> dict[str, Any]:
        """What the browser reported last under a name; empty if it is no object."""
        report = st.session_state.get(key, {}).get(name)
        return report if isinstance(report, dict) else {}

    def count(self, key: str, name: str) -> int:
        """The number of the last report under a name; 0 if there is none or it makes no sense."""
        return whole_number(self.report(key, name).get("count")) or 0


def whole_number(value: object) -> int | None:
    """A whole number from 0 to `MAX_COUNT`, rounded from a float if need be; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_COUNT:
        return None  # also NaN, and whole numbers too long for a float
    return round(value)


def finite_number(value: object) -> float | None:
    """A number between -1e9 and 1e9 as a float; None for anything else, NaN included."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e9 < value < 1e9:
        return None
    return float(value)


def send_payload(channel: str, payload: bytes, *, key: str) -> None:
    """Put a payload into the inbox of the page, where components subscribe to channels.

    It is invisible, and the payload travels only when it has changed.

    Parameters
    ----------
    channel
        Under which components look for it.
    payload
        Bytes, as a rule a packet of `structviz.figures.packet.pack`.
    key
        Of the invisible component that brings it.
    """
    _INBOX(key=key, data=pack({"channel": channel}, {"payload": payload}))


_INBOX = component("structviz_inbox", js=read_bundle("inbox.js"))
