"""The kinds of controls: what a value can be, and how it stands in the address. This module knows no widgets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from structviz.ui.kit.control import Control, Values

__all__ = [
    "Many",
    "Networks",
    "Number",
    "One",
    "Options",
    "Section",
    "Text",
    "Titled",
    "Toggle",
]


@runtime_checkable
class Titled(Protocol):
    """An entry of a registry."""

    @property
    def title(self) -> str:
        """What it is called on the page."""
        ...


Options = Mapping[Any, str | Titled] | Sequence[Any]
"""What can be chosen: values with titles, a registry of what has titles, or values that are their own titles."""


@dataclass(frozen=True, kw_only=True)
class Number(Control):
    """A number between two limits.

    Attributes
    ----------
    low, high
        The limits; both are allowed.
    whole
        Whether only whole numbers are allowed.
    step
        How far one move of the widget goes; numbers between are allowed in the address and from the browser.
    kind
        The widget.
    format
        As for the widget, like "%d°".
    open_title
        What an empty field means; None is a value then.
    """

    low: float | Callable[[Values], float]
    high: float | Callable[[Values], float]
    whole: bool = True
    step: float | None = None
    kind: Literal["slider", "input"] = "input"
    format: str | None = None
    open_title: str | None = None

    def limits(self, values: Values) -> tuple[float, float]:
        """The least and the greatest value, of the type that the values have."""
        ends = (end(values) if callable(end) else end for end in (self.low, self.high))
        low, high = map(int if self.whole else float, ends)
        return low, high

    def checked(self, value: Any, values: Values) -> float | None:  # noqa: D102
        if value is None and self.open_title is not None:
            return None
        low, high = self.limits(values)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self._refuse(value, values)
        if self.whole and value != int(value):
            raise self._refuse(value, values)
        return int(value) if self.whole else float(value)

    def from_address(self, texts: Sequence[str], values: Values) -> float | None:  # noqa: D102
        text = self._only(texts, values)
        if not text and self.open_title is not None:
            return None
        try:
            return self.checked(float(text), values)
        except ValueError:
            raise self._refuse(text, values) from None

    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:  # noqa: D102
        del values
        if value is None:
            return ("",)
        text = str(value) if self.whole else str(float(value))
        return (text.removesuffix(".0") if self.kind == "slider" else text,)  # as Streamlit writes them

    def rule(self, values: Values) -> str:  # noqa: D102
        low, high = self.limits(values)
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {low:g} to {high:g}" + (f", or nothing ({self.open_title})" if self.open_title else "")

    def _closest(self, declared: Any, values: Values) -> Any:
        low, high = self.limits(values)
        return min(max(declared, low), high)


@dataclass(frozen=True, kw_only=True)
class One(Control):
    """One value of a list.

    The address holds the title, which people can read; it may also hold the value.

    Attributes
    ----------
    options
        What can be chosen.
    kind
        The widget.
    optional
        Whether nothing can be chosen; None is a value then.
    """

    options: Options | Callable[[Values], Options]
    kind: Literal["selectbox", "segmented", "pills", "select_slider"] = "selectbox"
    optional: bool = False

    def titles(self, values: Values) -> dict[Any, str]:
        """What can be chosen, with titles."""
        return _titles(self.options, values)

    def checked(self, value: Any, values: Values) -> Any:  # noqa: D102
        if value is None and self.optional:
            return None
        for option in self.titles(values):
            if _is_same(option, value):
                return option
        raise self._refuse(value, values)

    def from_address(self, texts: Sequence[str], values: Values) -> Any:  # noqa: D102
        text = self._only(texts, values)
        for option, title in self.titles(values).items():
            if text in (title, str(option)):
                return option
        raise self._refuse(text, values)

    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:  # noqa: D102
        return () if value is None else (self.titles(values)[value],)

    def rule(self, values: Values) -> str:  # noqa: D102
        return f"one of {', '.join(self.titles(values).values())}"

    def _closest(self, declared: Any, values: Values) -> Any:
        return next(iter(self.titles(values)), declared)


@dataclass(frozen=True, kw_only=True)
class Many(Control):
    """Any number of values of a list, as a tuple in the order of the list.

    Attributes
    ----------
    options
        What can be chosen.
    fills_up
        Whether other values stand in for those of the default that cannot be chosen now.
    """

    options: Options | Callable[[Values], Options]
    fills_up: bool = False

    def titles(self, values: Values) -> dict[Any, str]:
        """What can be chosen, with titles."""
        return _titles(self.options, values)

    def checked(self, value: Any, values: Values) -> tuple[Any, ...]:  # noqa: D102
        titles = self.titles(values)
        if not isinstance(value, list | tuple) or any(not any(_is_same(o, v) for o in titles) for v in value):
            raise self._refuse(value, values)
        return tuple(option for option in titles if any(_is_same(option, v) for v in value))

    def from_address(self, texts: Sequence[str], values: Values) -> tuple[Any, ...]:  # noqa: D102
        titles = self.titles(values)
        if list(texts) == [""]:
            return ()
        if any(all(text not in (title, str(option)) for option, title in titles.items()) for text in texts):
            raise self._refuse(list(texts), values)
        return tuple(o for o, title in titles.items() if any(text in (title, str(o)) for text in texts))

    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:  # noqa: D102
        return tuple(self.titles(values)[option] for option in value) or ("",)

    def rule(self, values: Values) -> str:  # noqa: D102
        return f"some of {', '.join(self.titles(values).values())}"

    def _closest(self, declared: Any, values: Values) -> Any:
        titles = self.titles(values)
        found = [option for option in declared if option in titles]
        if self.fills_up:
            found += [option for option in titles if option not in found][: len(declared) - len(found)]
        return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Toggle(Control):
    """Yes or no."""

    def checked(self, value: Any, values: Values) -> bool:  # noqa: D102
        if not isinstance(value, bool):
            raise self._refuse(value, values)
        return value

    def from_address(self, texts: Sequence[str], values: Values) -> bool:  # noqa: D102
        text = self._only(texts, values)
        if text not in ("true", "false"):
            raise self._refuse(text, values)
        return text == "true"

    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:  # noqa: D102
        del values
        return ("true" if value else "false",)

    def rule(self, values: Values) -> str:  # noqa: D102
        del values
        return "true or false"


@dataclass(frozen=True, kw_only=True)
class Section(Toggle):
    """Whether a part of the page is open; see `structviz.ui.kit.form.Form.section`."""

    kept: bool = True
    incidental: bool = True


@dataclass(frozen=True, kw_only=True)
class Text(Control):
    """A text that follows a rule.

    Attributes
    ----------
    parse
        Reads a text; raises `ConfigError` if it does not follow the rule.
    words
        The rule, to complete a sentence that begins with "must be".
    placeholder
        Shown in the empty field.
    most
        Characters that it may have.
    optional
        Whether it may be empty, whatever the rule.
    """

    parse: Callable[[str], object]
    words: str
    placeholder: str | None = None
    most: int = 60
    optional: bool = False

    def checked(self, value: Any, values: Values) -> str:  # noqa: D102
        if not isinstance(value, str) or len(value) > self.most:
            raise self._refuse(value, values)
        if value or not self.optional:
            self.parse(value)
        return value

    def from_address(self, texts: Sequence[str], values: Values) -> str:  # noqa: D102
        return self.checked(self._only(texts, values), values)

    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:  # noqa: D102
        del values
        return (value,)

    def rule(self, values: Values) -> str:  # noqa: D102
        del values
        return f"{self.words}, in {self.most} characters at most"


@dataclass(frozen=True, kw_only=True)
class Networks(Control):
    """Networks that were trained on this machine, as a tuple; see `structviz.ui.kit.networks.choose_networks`.

    Attributes
    ----------
    recipe
        Which networks can be shown.
    others
        Recipes that the page shows too, with other choices: their networks are left out without a word.
    most
        How many can be chosen.
    fits
        Which of the recipe can be shown now, given a network and the other values.
    invites
        Whether there is a link to the train page where there are none.
    """

    label: str | Callable[[Values], str] = field(default="Trained on this machine", kw_only=False)
    recipe: str | Callable[[Values], str] = ""
    others: Sequence[str] = ()
    most: int = 3
    fits: Callable[[Any, Values], bool] = lambda _network, _values: True
    invites: bool = True
    kept: bool = True
    resets: bool = False

    def checked(self, value: Any, values: Values) -> tuple[Any, ...]:  # noqa: D102
        if not isinstance(value, tuple) or len(value) > self.most:
            raise self._refuse(value, values)
        return value

    def from_address(self, texts: Sequence[str], values: Values) -> tuple[Any, ...]:  # noqa: D102
        del texts, values
        return ()  # the list of networks reads it, and says itself which are not there

    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:  # noqa: D102
        del values
        return tuple(network.id for network in value)

    def rule(self, values: Values) -> str:  # noqa: D102
        del values
        return f"at most {self.most} networks of this machine"

    def to_record(self, value: Any) -> list[str]:  # noqa: D102
        return [network.name for network in value]


def _titles(options: Options | Callable[[Values], Options], values: Values) -> dict[Any, str]:
    found = options(values) if callable(options) else options
    if not isinstance(found, Mapping):
        return {option: str(option) for option in found}
    return {option: title if isinstance(title, str) else title.title for option, title in found.items()}


def _is_same(option: Any, value: Any) -> bool:
    return option == value and isinstance(option, bool) == isinstance(value, bool)
