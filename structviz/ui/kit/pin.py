"""Pin what a page shows as A, change something, and see A beside what it shows then, which is B."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from structviz.displayed import Displayed
from structviz.ui.kit.control import Control, Values
from structviz.ui.kit.controls import Many, Networks, Number, One, Text, Toggle
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback
from structviz.ui.kit.history import undo_buttons
from structviz.ui.kit.tiles import Row, Tile, tiles
from structviz.ui.kit.uploads import Upload

__all__ = ["MOST_BYTES", "Pinned", "Toolbar", "View", "changes", "figures_table", "settings_of", "show_pin", "toolbar"]

MOST_BYTES = 2_000_000
"""Of the pictures that are kept with a pin; larger ones are left out."""

_NONE = "–"


@dataclass(frozen=True)
class View:
    """What a page shows now, as far as it can be compared.

    Attributes
    ----------
    figures
        The displayed numbers by their labels.
    tiles
        Makes the pictures; called when they are wanted.
    settings
        What was chosen, in words, by its label; None for what the controls say.
    """

    figures: Mapping[str, Displayed]
    tiles: Callable[[], Sequence[Tile]] = tuple
    settings: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Pinned:
    """What a page showed when it was pinned.

    Attributes
    ----------
    settings
        What was chosen, in words, by its label.
    figures
        The displayed numbers by their labels.
    tiles
        The pictures; none if they were too large to keep.
    values
        What the controls said, without files and networks of this machine.
    """

    settings: Mapping[str, str]
    figures: Mapping[str, Displayed]
    tiles: tuple[Tile, ...] = ()
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Toolbar:
    """Places of a page: a row of buttons, and the comparison below it."""

    buttons: DeltaGenerator
    comparison: DeltaGenerator


def toolbar(form: Form[Any]) -> Toolbar:
    """Show Undo and Redo where the page is now, with room for what `show_pin` adds."""
    places = Toolbar(st.container(horizontal=True, gap="small"), st.container())
    with places.buttons:
        undo_buttons(form)
    return places


def show_pin(form: Form[Any], view: View, places: Toolbar) -> None:
    """Show the button that pins what is shown, and, once something is pinned, A and B side by side.

    A page keeps one pin, until it is taken off or the visitor leaves.

    Parameters
    ----------
    form
        The page's controls.
    view
        What the page shows now.
    places
        As `toolbar` made them.
    """
    key = f"{form.prefix}_pinned"
    pinned: Pinned | None = st.session_state.get(key)
    settings = settings_of(form) if view.settings is None else view.settings

    def pin() -> None:
        remembered = {name: value for name, value in form.values().items() if form.controls[name].resets}
        st.session_state[key] = Pinned(settings, view.figures, _small_enough(tuple(view.tiles())), remembered)

    with places.buttons:
        st.button(
            "Pin as A" if pinned is None else "Pin this as A instead",
            icon=":material/keep:",
            on_click=callback(pin),
            key=form.key("pin"),
            type="tertiary",
            help="Keeps what is shown, so that you can change something and see both side by side.",
        )
        if pinned is not None:
            st.button(
                "Back to A",
                icon=":material/settings_backup_restore:",
                on_click=callback(form.restore),
                args=(pinned.values,),
                key=form.key("back_to_pin"),
                type="tertiary",
            )
            st.button(
                "Unpin",
                icon=":material/keep_off:",
                on_click=callback(lambda: st.session_state.pop(key, None)),
                key=form.key("unpin"),
                type="tertiary",
            )
    if pinned is not None:
        with places.comparison:
            _compare(pinned, Pinned(settings, view.figures, tuple(view.tiles())))


def settings_of(form: Form[Any]) -> dict[str, str]:
    """What the controls of a page say, in words, by their labels; not how its pictures are looked at."""
    values, found = form.values(), {}
    for name, control in form.controls.items():
        is_view = control.kept and not isinstance(control, Upload | Networks)
        if not is_view and not control.incidental and control.is_applicable(values):
            found[control.title(values)] = _words(control, values[name], values)
    return found


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What differs between two choices, each as "**label** before → after".

    Parameters
    ----------
    before, after
        Settings in words, by their labels; one that is missing does not apply.
    """
    labels = dict.fromkeys((*after, *before))
    pairs = {label: (before.get(label, _NONE), after.get(label, _NONE)) for label in labels}
    return [f"**{label}** {one} → {other}" for label, (one, other) in pairs.items() if one != other]


def figures_table(before: Mapping[str, Displayed], after: Mapping[str, Displayed]) -> str:
    """The numbers of A and B with their difference, as a table in Markdown.

    Parameters
    ----------
    before, after
        Of A and of B, by their labels.
    """
    lines = ["| Number | A | B | B − A |", "|---|---|---|---|"]
    for label in dict.fromkeys((*after, *before)):
        one, other = before.get(label), after.get(label)
        lines.append(f"| {label} | {one or _NONE} | {other or _NONE} | {_difference(one, other)} |")
    return "\n".join(lines)


def _difference(one: Displayed | None, other: Displayed | None) -> str:
    """How much more B has; a dash where that is no number."""
    if one is None or other is None or one.unit != other.unit:
        return _NONE
    difference = other.minus(one)
    return difference.signed if difference.is_finite else _NONE


def _compare(before: Pinned, after: Pinned) -> None:
    """Show both, what differs, and the numbers."""
    differing = changes(before.settings, after.settings)
    with st.container(border=True):
        st.markdown(
            f"**From A to B:** {'; '.join(differing)}."
            if differing
            else "**A is pinned.** B is what the page shows now: change something, and see both."
        )
        columns = max(1, len(before.tiles), len(after.tiles))
        for column, title, one in zip(st.columns(2, gap="medium"), "AB", (before, after), strict=True):
            with column:
                if one.tiles:
                    tiles([Row(title, one.tiles)], columns=columns)
                else:
                    st.caption(f"{title} has no pictures.")
        st.markdown(figures_table(before.figures, after.figures))


def _small_enough(pictures: tuple[Tile, ...]) -> tuple[Tile, ...]:
    return pictures if sum(len(tile.png) for tile in pictures) <= MOST_BYTES else ()


def _words(control: Control, value: Any, values: Values) -> str:
    """A value as a visitor reads it."""
    match control:
        case One():
            return "none" if value is None else control.titles(values)[value]
        case Many():
            return ", ".join(control.titles(values)[option] for option in value) or "none"
        case Number():
            if value is None:
                return control.open_title or "none"
            return control.format % value if control.format else f"{value:g}"
        case Toggle():
            return "on" if value else "off"
        case Text():
            return value or "none"
        case Upload():
            return f"your file {value.digest[:6]}" if value else "none"
        case Networks():
            return ", ".join(network.title for network in value) or "none"
        case _:
            return str(value)
