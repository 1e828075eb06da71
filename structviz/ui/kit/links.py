"""What a link asks for: which of its parameters the controls of a page understand, and what is said of the others."""

from collections.abc import Mapping, Sequence

import streamlit as st

from structviz.errors import ConfigError
from structviz.ui.kit.control import Control, Values
from structviz.ui.kit.controls import Networks
from structviz.ui.kit.literal import as_code

__all__ = ["say_ignored", "understood_parameters"]

_MOST_SAID = 5
"""Parts of an address that are named; a link may hold any number."""


def understood_parameters(
    prefix: str, controls: Mapping[str, Control], defaults: Values, asked: Mapping[str, list[str]]
) -> dict[str, tuple[str, list[str]]]:
    """For each parameter that means something: its present name, and its texts as the widget writes them.

    Parameters
    ----------
    prefix
        Begins the names of the page's parameters.
    controls, defaults
        Of the page; later controls may depend on the values of earlier ones.
    asked
        The texts of each parameter of the address that begins with the prefix.

    Returns
    -------
    dict
        By the name in the address: the present name of the parameter, and its texts. What is ignored is not in
        it.
    """
    values: dict[str, object] = {}
    found: dict[str, tuple[str, list[str]]] = {}
    for name, control in controls.items():
        values[name] = defaults[name]
        names = [f"{prefix}_{n}" for n in (name, *control.formerly) if f"{prefix}_{n}" in asked]
        if not names or not control.address or not (control.is_applicable(values) or control.otherwise != "hidden"):
            continue
        parameter, texts = names[0], asked[names[0]]
        try:
            value = control.from_address(texts, values)
        except ConfigError:
            continue
        if not isinstance(control, Networks):
            values[name], texts = value, list(control.to_address(value, values))
        found[parameter] = f"{prefix}_{name}", texts
    return found


def say_ignored(ignored: Sequence[str]) -> None:
    """Say which parts of the address, as "name=value", mean nothing; nothing if there are none."""
    if ignored:
        listed = "; ".join(as_code(text) for text in ignored[:_MOST_SAID])
        rest = f" and {len(ignored) - _MOST_SAID} more" if len(ignored) > _MOST_SAID else ""
        st.toast(
            f"The address asks for what this page does not offer: {listed}{rest}. The defaults are used instead.",
            icon=":material/link_off:",
            duration="long",
        )
