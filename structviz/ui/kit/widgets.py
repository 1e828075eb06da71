"""From the declaration of a control to Streamlit's widget."""

from collections.abc import Callable
from typing import Any, Literal, TypedDict

import streamlit as st

from structviz.errors import ConfigError
from structviz.ui.kit.control import Control, Values
from structviz.ui.kit.controls import Many, Number, One, Section, Text, Toggle
from structviz.ui.kit.file_field import file_field
from structviz.ui.kit.literal import literal
from structviz.ui.kit.uploads import Upload, UploadedFile

__all__ = ["show_widget"]


class _Arguments(TypedDict, total=False):
    """What every widget takes."""

    key: str
    bind: Literal["query-params"]
    persist_state: Literal["session"]
    help: str | None
    disabled: bool
    on_change: Callable[[], None] | None
    width: int | Literal["stretch"]


def show_widget(
    control: Control, key: str, default: Any, values: Values, disabled: bool, on_change: Callable[[], None] | None
) -> Any:
    """Show the widget of a control; return its value.

    Parameters
    ----------
    control
        Declares it.
    key
        Its name in the session and in the address.
    default
        Its value until the visitor, the address or the session has another.
    values
        Of the other controls.
    disabled
        Whether it can only be looked at.
    on_change
        Called when the visitor changes it.

    Returns
    -------
    object
        A value of the kind that the control declares; it has been checked.

    Raises
    ------
    ConfigError
        If there is no widget for a control of this kind, or the browser sent a value that it does not offer.
    """
    arguments = _arguments(control, key, disabled, on_change)
    label = control.title(values)
    match control:
        case Number():
            return _number(control, label, default, values, arguments)
        case One():
            return _one(control, label, default, values, arguments)
        case Many():
            titles = control.titles(values)
            chosen = st.pills(
                label,
                list(titles),
                selection_mode="multi",
                default=list(default),
                format_func=titles.__getitem__,
                wrap=True,
                **arguments,
            )
            return control.checked(chosen, values)
        case Toggle() if not isinstance(control, Section):
            return st.toggle(label, default, **arguments)
        case Text():
            return _text(control, label, default, arguments)
        case Upload():
            return _upload(control, label, key, disabled)
        case _:
            raise ConfigError(f"A {type(control).__name__} has no widget of its own; got {label!r}. See `Form`.")


def _arguments(control: Control, key: str, disabled: bool, on_change: Callable[[], None] | None) -> _Arguments:
    found: _Arguments = {
        "key": key,
        "help": control.help,
        "disabled": disabled,
        "on_change": on_change,
        "width": control.width or "stretch",
    }
    return {**found, "bind": "query-params"} if control.address else {**found, "persist_state": "session"}


def _number(control: Number, label: str, default: Any, values: Values, arguments: _Arguments) -> Any:
    low, high = control.limits(values)
    step = control.step if control.step is None else (int if control.whole else float)(control.step)
    if control.kind == "slider":
        return st.slider(label, low, high, default, step, format=control.format, **arguments)
    return st.number_input(
        label, low, high, default, step, format=control.format, placeholder=control.open_title, **arguments
    )


def _one(control: One, label: str, default: Any, values: Values, arguments: _Arguments) -> Any:
    titles = control.titles(values)
    options, title = list(titles), titles.__getitem__
    required = not control.optional
    match control.kind:
        case "selectbox":
            index = None if default is None else options.index(default)
            return st.selectbox(label, options, index, format_func=title, **arguments)
        case "select_slider":
            return st.select_slider(label, options, default, format_func=title, **arguments)
        case "segmented":
            return st.segmented_control(
                label, options, default=default, format_func=title, required=required, wrap=True, **arguments
            )
        case "pills":
            return st.pills(
                label, options, default=default, format_func=title, required=required, wrap=True, **arguments
            )


def _text(control: Text, label: str, default: str, arguments: _Arguments) -> str:
    """A text against the rule is answered, and left out."""
    text = st.text_input(label, default, placeholder=control.placeholder, max_chars=control.most, **arguments)
    try:
        return control.checked(text, {})
    except ConfigError as error:
        st.caption(literal(str(error)))
        return default


def _upload(control: Upload, label: str, key: str, disabled: bool) -> UploadedFile | None:
    """The last file that could be read."""

    def take(name: str, content: bytes) -> None:
        uploaded = UploadedFile.of(content, name)
        control.read(uploaded)
        st.session_state[key] = uploaded.keep()

    def stays() -> str:
        kept: UploadedFile | None = st.session_state.get(key)
        return control.stand_in if kept is None else f"“{kept.name or 'The file before'}” stays."

    refused = file_field(label, control.types, take, stays, key=key, help=control.help, disabled=disabled)
    kept: UploadedFile | None = st.session_state.get(key)
    if kept is None:
        if not refused:  # the refusal says it already
            st.caption(control.stand_in)
    elif remark := control.read(kept):
        st.caption(remark)
    return kept
