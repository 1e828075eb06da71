"""What every control declares: what it is called, where it stands, when it applies, and what its values are."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from structviz.errors import ConfigError

__all__ = ["Control", "Place", "Values"]

Values = Mapping[str, Any]
"""Values of controls by name."""

Place = Literal["sidebar", "drawer", "page", "browser"]
"""Where a control stands: in the sidebar, in the sidebar's drawer, where the page asks for it, or nowhere, because a
component in the browser changes the value."""


@dataclass(frozen=True, kw_only=True)
class Control(ABC):
    """What a field of a choice can be, and how a visitor changes it.

    Everything that is given as a function takes the values of the fields that are declared before this one.

    Attributes
    ----------
    label
        What the control is called.
    place
        Where it stands.
    help, above, caption
        Its tooltip, and sentences above and below it.
    applies
        Whether it means anything now; always, if None.
    otherwise
        What happens to it where it does not apply. A hidden control has its default; a disabled one keeps its value.
    address
        Whether its value is in the address of the page.
    formerly
        Names that it had in the address before; links with them still work.
    kept
        Whether presets leave its value as it is, unless theirs differs from the default.
    resets
        Whether the button that gives every control its default does so here too.
    incidental
        Whether it only says where the visitor looks, like an open section: undo takes its changes back together with
        others, and comparisons do not list it.
    follow
        Called with all values before and after a visitor changes it; returns the values that other controls take then.
    width
        Of the widget in pixels; as wide as its place, if None.
    chips
        Values that also stand above the picture on a phone, where the sidebar is out of sight, with words for each.
        See `structviz.ui.kit.chips`.
    """

    label: str | Callable[[Values], str] = field(kw_only=False)
    place: Place = "page"
    help: str | None = None
    above: str | None = None
    caption: str | Callable[[Values], str | None] | None = None
    applies: Callable[[Values], bool] | None = None
    otherwise: Literal["hidden", "disabled"] = "hidden"
    address: bool = True
    formerly: tuple[str, ...] = ()
    kept: bool = False
    resets: bool = True
    incidental: bool = False
    follow: Callable[[Values, Values], Values] | None = None
    width: int | None = None
    chips: Mapping[Any, str] = field(default_factory=dict)

    def is_applicable(self, values: Values) -> bool:
        """Whether it means anything, given the other values."""
        return self.applies is None or self.applies(values)

    def title(self, values: Values) -> str:
        """What it is called, given the other values."""
        return self.label(values) if callable(self.label) else self.label

    def allows(self, value: Any, values: Values) -> bool:
        """Whether a value is one of its values."""
        try:
            self.checked(value, values)
        except ConfigError:
            return False
        return True

    def default(self, declared: Any, values: Values) -> Any:
        """The declared default, or what comes closest where it is not allowed."""
        return declared if self.allows(declared, values) else self._closest(declared, values)

    @abstractmethod
    def checked(self, value: Any, values: Values) -> Any:
        """The value in its proper type.

        Raises
        ------
        ConfigError
            If it is not allowed.
        """

    @abstractmethod
    def from_address(self, texts: Sequence[str], values: Values) -> Any:
        """The value that the address asks for.

        Parameters
        ----------
        texts
            All that the address says of this control; at least one text.
        values
            Of the controls that are declared before it.

        Raises
        ------
        ConfigError
            If the texts are not a value of this control.
        """

    @abstractmethod
    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:
        """The texts that stand for a value in the address."""

    def to_record(self, value: Any) -> Any:
        """What stands for a value in the record of a file; see `structviz.provenance.Provenance`."""
        return value

    @abstractmethod
    def rule(self, values: Values) -> str:
        """What its values are, to complete a sentence that begins with "must be"."""

    def _closest(self, declared: Any, values: Values) -> Any:
        del values
        return declared

    def _refuse(self, value: Any, values: Values) -> ConfigError:
        received = repr(value)
        received = received if len(received) <= 60 else f"{received[:57]}..."
        return ConfigError(
            f"{self.title(values)} must be {self.rule(values)}; got {received}. Choose a value that the control offers."
        )

    def _only(self, texts: Sequence[str], values: Values) -> str:
        if len(texts) != 1:
            raise self._refuse(list(texts), values)
        return texts[0]
