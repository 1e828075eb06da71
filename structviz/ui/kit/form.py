"""The controls of a page, made from the declarations of its choice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import streamlit as st

from structviz.errors import ConfigError
from structviz.ui.browser.reveal import scroll_here
from structviz.ui.kit.address import forget_history, goes_back, was_entered, write_parameters
from structviz.ui.kit.choice import Choice
from structviz.ui.kit.control import Control, Values
from structviz.ui.kit.controls import Many, Networks, Section, Text
from structviz.ui.kit.guard import callback
from structviz.ui.kit.links import say_ignored, understood_parameters
from structviz.ui.kit.networks import choose_networks, forget_networks
from structviz.ui.kit.thumbnails import picture_of
from structviz.ui.kit.unheard import (
    forget_unheard,
    note_heard,
    note_written,
    outdate_reports,
    restore_unheard,
)
from structviz.ui.kit.uploads import Upload
from structviz.ui.kit.widgets import show_widget

__all__ = ["Form"]

C = TypeVar("C", bound=Choice)


class Form(Generic[C]):
    """The controls of a page; make one in every run of the page's script, before any of its widgets.

    Parameters
    ----------
    prefix
        Begins the names of the page's parameters in the address, which all pages share: "ct" for "ct_views".
    choice_class
        Declares the controls.

    Examples
    --------
    >>> form = Form("ct", ScanChoice)  # doctest: +SKIP
    >>> form.warn_ignored()  # doctest: +SKIP
    >>> form.ask("angle")  # doctest: +SKIP
    >>> choice = form.show()  # doctest: +SKIP
    """

    def __init__(self, prefix: str, choice_class: type[C]) -> None:
        self.prefix = prefix
        self.choice_class = choice_class
        self.controls: Mapping[str, Control] = choice_class.controls()
        self._defaults = choice_class.defaults()
        self._asked: dict[str, Any] = {}
        self._unheard = self.key("unheard")
        self._restore_unheard()

    def key(self, name: str) -> str:
        """The name of a control in the session and in the address."""
        return f"{self.prefix}_{name}"

    # Values

    def value(self, name: str) -> Any:
        """The value of a control, whether or not its widget has been shown in this run."""
        return self.values()[name]

    def values(self) -> dict[str, Any]:
        """The values of all controls."""
        values: dict[str, Any] = {}
        for name, control in self.controls.items():
            if name in self._asked:
                values[name] = self._asked[name]
            elif control.is_applicable(values) or control.otherwise == "disabled":
                values[name] = self._stored(name, values)
            else:
                values[name] = self._defaults[name]
        return values

    def choice(self) -> C:
        """The choice that all controls make.

        Raises
        ------
        ConfigError
            If the browser sent a value that a control does not offer.
        """
        values = self.values()
        st.session_state[f"{self.prefix}_before"] = values
        self._write_browser_values(values)
        return self.choice_class(**values)

    def is_untouched(self, name: str) -> bool:
        """Whether neither the visitor nor the address has a say about a control yet."""
        return self.key(name) not in st.session_state and self.key(name) not in st.query_params

    def set(self, **values: Any) -> bool:
        """Give controls values, for callbacks of components in the browser; other controls follow as if by hand.

        Returns
        -------
        bool
            Whether all values are allowed. If not, nothing changes: any visitor can make the browser send anything.
        """
        before = self._before()
        try:
            checked = {name: self.controls[name].checked(value, before) for name, value in values.items()}
        except ConfigError:
            return False
        after = {**before, **checked}
        for name, value in checked.items():
            follow = self.controls[name].follow
            if follow is not None and value != before[name]:
                after |= follow(before, after)
        self._write({name: value for name, value in after.items() if name in checked or value != before[name]})
        return True

    def apply(self, choice: C) -> None:
        """Set the controls to a preset; those that are kept only where it differs from the default.

        For the browser this is one step: Back returns to what was before.
        """
        changes = choice.changes()
        self._decide(
            {
                name: getattr(choice, name)
                for name, control in self.controls.items()
                if not control.kept or name in changes
            }
        )

    def restore(self, values: Values) -> None:
        """Give controls values that they had before, for callbacks; those that are not named stay as they are."""
        self._asked.clear()
        now = self.values()
        self._decide({name: value for name, value in values.items() if value != now[name]})

    # Address

    def follow_history(self) -> None:
        """After Back or Forward, forget what the address decides; Streamlit sees to the widgets, this to the rest.

        Whoever comes back from another page finds this one as it was left: Streamlit takes a page's parameters out of
        the address when it is left, before the browser has noted them.
        """
        if not goes_back():
            return
        if was_entered() and not any(name.partition("_")[0] == self.prefix for name in st.query_params):
            forget_history()
            return
        for name, control in self.controls.items():
            if isinstance(control, Networks):
                forget_networks(self.key(name))
            elif control.place == "browser" and control.address:
                st.session_state.pop(self.key(name), None)

    def warn_ignored(self) -> tuple[str, ...]:
        """Read the address once in a session; say which of its parts are ignored, and remove them.

        Call it before any widget. What the address may say and what the widgets take is decided by the same
        declarations: a value that is allowed is rewritten as the widget writes it, anything else leaves the control
        with its default.

        Returns
        -------
        tuple of str
            What is ignored, as "name=value".
        """
        read = self.key("address_read")
        if read in st.session_state:
            return ()
        st.session_state[read] = True
        asked = {n: st.query_params.get_all(n) for n in st.query_params if n.partition("_")[0] == self.prefix}
        understood = understood_parameters(self.prefix, self.controls, self._defaults, asked)
        ignored = tuple(f"{name}={', '.join(texts)}" for name, texts in asked.items() if name not in understood)
        if asked:
            write_parameters(self.prefix, dict(understood.values()), seeds_widgets=True)
        say_ignored(ignored)
        return ignored

    def share_link(self) -> str:
        """The address that opens the page with the choice that all controls make."""
        parameters = urlencode(self.choice().address(self.prefix))
        return f"{st.context.url or ''}?{parameters}" if parameters else st.context.url or ""

    # Widgets

    def ask(self, name: str) -> Any:
        """Show the widget of a control where the page is now; return its value.

        A control that does not apply is hidden or disabled.
        """
        return self._ask(name, self.values())

    def _ask(self, name: str, values: Values) -> Any:
        """Show a widget, given the values of all controls."""
        control = self.controls[name]
        applies = control.is_applicable(values)
        if not applies and control.otherwise == "hidden":
            self._asked[name] = self._defaults[name]
            return self._defaults[name]
        if control.above:
            st.caption(control.above)
        value = self._widget(name, values, disabled=not applies)
        self._asked[name] = value
        caption = control.caption(self.values()) if callable(control.caption) else control.caption
        if caption:
            st.caption(caption)
        return value

    def show(self) -> C:
        """Show the controls of the sidebar and of its drawer; return the choice that all controls make.

        Raises
        ------
        ConfigError
            If the browser sent a value that a control does not offer.
        """
        with st.sidebar:
            self._ask_all("sidebar")
            self.show_drawer()
        return self.choice()

    def show_drawer(self) -> None:
        """Show the controls that are not in sight, in an expander."""
        if any(control.place == "drawer" for control in self.controls.values()):
            with st.expander("More choices", icon=":material/tune:"):
                self._ask_all("drawer")
                self.reset()

    def _ask_all(self, place: str) -> None:
        """Show the controls of a place. Reading all values anew for each of them was a fifth of a run of a page."""
        values = self.values()
        for name, control in self.controls.items():
            if control.place == place and self._ask(name, values) != values[name]:
                values = self.values()

    def presets(self, presets: Mapping[str, C], on_apply: Callable[[C], None] | None = None) -> None:
        """A row of buttons, one for each preset, each with its small picture if one ships.

        Parameters
        ----------
        presets
            Choices by their titles.
        on_apply
            Called with a preset after it has been applied.
        """

        def apply(choice: C) -> None:
            self.apply(choice)
            if on_apply:
                on_apply(choice)

        with st.container(horizontal=True, wrap=False, gap="xsmall", key=self.key("presets")):
            for title, preset in presets.items():
                picture = picture_of(self.prefix, title, preset)
                label = f"![]({picture}) {title}" if picture else title
                st.button(
                    label, on_click=callback(apply), args=(preset,), key=self.key(f"preset_{title}"), width="stretch"
                )

    def reset(self) -> None:
        """A button that gives every control its default."""

        def reset() -> None:
            self._decide({name: value for name, value in self._defaults.items() if self.controls[name].resets})

        st.button("Reset all choices", on_click=callback(reset), key=self.key("reset"))

    @contextmanager
    def section(self, name: str) -> Iterator[bool]:
        """A part of the page in an expander, which opens by the address too; gives whether it is open.

        Streamlit runs what stands inside of a closed expander, so ask:

        >>> with form.section("sweep") as is_open:  # doctest: +SKIP
        ...     if is_open:
        ...         show_sweep()
        """
        title = self.controls[name].title(self.values())
        expander = st.expander(title, on_change="rerun", key=self.key(name), bind="query-params")
        note_heard(self._unheard, self.key(name))
        self._asked[name] = bool(expander.open)
        with expander:
            if count := st.session_state.get(self._reveals(name), 0):
                scroll_here(self.key(name), count)
            yield self._asked[name]

    def reveal(self, preset: C) -> None:
        """Scroll to the first section that a preset opens: its button stands far above."""
        for name, control in self.controls.items():
            if isinstance(control, Section) and getattr(preset, name):
                st.session_state[self._reveals(name)] = st.session_state.get(self._reveals(name), 0) + 1
                return

    def _reveals(self, name: str) -> str:
        return f"{self.key(name)}_reveals"

    def _before(self) -> dict[str, Any]:
        """The values before the visitor's last action."""
        before = st.session_state.get(f"{self.prefix}_before", {})
        return {**self._defaults, **{name: before[name] for name in self._defaults if name in before}}

    def _stored(self, name: str, values: Values) -> Any:
        """The value in the session or in the address, or the default."""
        control, key = self.controls[name], self.key(name)
        default = control.default(self._defaults[name], values)
        try:
            if key in st.session_state and not (control.address and goes_back()):
                return control.checked(st.session_state[key], values)
            if control.address and key in st.query_params:
                return control.from_address(st.query_params.get_all(key), values)
        except ConfigError:
            pass
        return default

    def _decide(self, values: Values) -> None:
        """Write values in one step of the browser's history, whatever widgets and components have said before."""
        outdate_reports()
        self._write(values)
        self._write_address()

    def _write(self, values: Values) -> None:
        for name, value in values.items():
            control, written = self.controls[name], list(value) if isinstance(self.controls[name], Many) else value
            if control.place != "browser" and not isinstance(control, Networks | Upload):
                note_written(self._unheard, self.key(name), written)
            st.session_state[self.key(name)] = written

    def _restore_unheard(self) -> None:
        if goes_back():
            forget_unheard(self._unheard)
        elif restore_unheard(self._unheard):
            self._write_address()

    def _write_address(self) -> None:
        """Write what the session says into the address as the widgets will, but all at once."""
        self._asked.clear()
        values = self.values()
        parameters: dict[str, Sequence[str]] = {}
        for name, control in self.controls.items():
            key = self.key(name)
            if isinstance(control, Networks):
                if key in st.query_params:
                    parameters[key] = st.query_params.get_all(key)
                continue
            is_shown = control.is_applicable(values) or control.otherwise == "disabled"
            if control.address and is_shown and values[name] != control.default(self._defaults[name], values):
                parameters[key] = control.to_address(values[name], values)
        write_parameters(self.prefix, parameters)

    def _write_browser_values(self, values: Values) -> None:
        """Keep the address of what has no widget, which Streamlit does for the rest."""
        for name, control in self.controls.items():
            if control.place == "browser" and control.address:
                texts = list(control.to_address(values[name], values))
                if values[name] == self._defaults[name]:
                    if self.key(name) in st.query_params:
                        del st.query_params[self.key(name)]
                elif st.query_params.get_all(self.key(name)) != texts:
                    st.query_params[self.key(name)] = texts

    def _changed(self, name: str) -> None:
        """A visitor has changed a control: others follow."""
        self._restore_unheard()
        before = self._before()
        self._asked.clear()
        after = self.values()
        follow = self.controls[name].follow
        if follow is not None and before[name] != after[name]:
            self._write(follow(before, after))

    def _widget(self, name: str, values: Values, disabled: bool) -> Any:
        control, key = self.controls[name], self.key(name)
        if isinstance(control, Networks):
            recipe = control.recipe(values) if callable(control.recipe) else control.recipe
            return choose_networks(
                key,
                recipe,
                [other for other in control.others if other != recipe],
                control.most,
                lambda network: control.fits(network, values),
                control.title(values),
                control.invites,
            )
        default = control.default(self._defaults[name], values)
        if key in st.session_state and not isinstance(control, Text | Upload):
            try:
                control.checked(st.session_state[key], values)
            except ConfigError:  # allowed before another control was changed, or never
                self._write({name: default})
        on_change = callback(lambda: self._changed(name)) if control.follow else None
        value = show_widget(control, key, default, values, disabled, on_change)
        note_heard(self._unheard, key)
        return value
