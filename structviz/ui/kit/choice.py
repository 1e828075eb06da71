"""A page's choice: a frozen dataclass in which each field declares its control once.

The check, the widget, what the address may say, presets, share links and "reset" all follow from that one line.
This module knows no widgets, so a choice can be made, checked and tested without an app.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from structviz.ui.kit.control import Control, Place, Values
from structviz.ui.kit.controls import Many, Networks, Number, One, Options, Section, Text, Toggle
from structviz.ui.kit.uploads import Upload, UploadedFile

__all__ = [
    "Choice",
    "Control",
    "Many",
    "Networks",
    "Number",
    "One",
    "Options",
    "Place",
    "Section",
    "Text",
    "Toggle",
    "Upload",
    "UploadedFile",
    "Values",
    "declare",
]

T = TypeVar("T")


def declare(default: T, control: Control) -> T:
    """A field of a `Choice`.

    Parameters
    ----------
    default
        Its value if nobody asks for another.
    control
        What else it can be, and how a visitor changes it.
    """
    return cast(T, field(default=default, metadata={"control": control}))


@dataclass(frozen=True)
class Choice:
    """Everything that decides what a page shows; subclasses are frozen dataclasses of declared fields.

    Raises
    ------
    ConfigError
        If a value is not allowed. Widgets check their limits in the browser only, so every choice checks its values
        again.
    """

    def __post_init__(self) -> None:
        values, defaults = vars(self), self.defaults()
        for name, control in self.controls().items():
            value = values[name]
            # What nobody asked for follows the other values; what was asked for must be allowed.
            found = control.default(value, values) if value == defaults[name] else control.checked(value, values)
            object.__setattr__(self, name, found)

    @classmethod
    def controls(cls) -> dict[str, Control]:
        """The control of each field, in the order of declaration."""
        return {f.name: f.metadata["control"] for f in dataclasses.fields(cls) if "control" in f.metadata}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The declared default of each field."""
        return {f.name: f.default for f in dataclasses.fields(cls) if "control" in f.metadata}

    @property
    def derived(self) -> Mapping[str, Any]:
        """What follows from the choice and decides files too: the values that stand where a control says "tuned"."""
        return {}

    def changes(self) -> dict[str, Any]:
        """The values that differ from the defaults, by field: what a link or a script has to say."""
        defaults = self.defaults()
        return {name: getattr(self, name) for name in self.controls() if getattr(self, name) != defaults[name]}

    def address(self, prefix: str) -> list[tuple[str, str]]:
        """The parameters of the address that open the page with this choice; a parameter may stand in it repeatedly."""
        controls, values = self.controls(), vars(self)
        return [
            (f"{prefix}_{name}", text)
            for name, value in self.changes().items()
            if controls[name].address
            for text in controls[name].to_address(value, values)
        ]
