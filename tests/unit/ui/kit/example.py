"""A choice with a control of each kind, for the tests of this folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from structviz.errors import ConfigError
from structviz.ui.kit.choice import (
    Choice,
    Control,
    Many,
    Number,
    One,
    Section,
    Text,
    Toggle,
    Upload,
    UploadedFile,
    Values,
    declare,
)

__all__ = ["VALUES", "Example", "control"]


def even(text: str) -> int:
    if not text.isdigit() or int(text) % 2:
        raise ConfigError(f"Not even: {text}")
    return int(text)


def columns(values: Values) -> Sequence[int]:
    return range(1, values["rows"] + 1)


@dataclass(frozen=True)
class Example(Choice):
    rows: int = declare(3, Number("Rows", low=1, high=9))
    column: int = declare(2, One("Column", options=columns, chips={1: "one", 2: "two", 9: "nine"}))
    weight: float = declare(0.5, Number("Weight", low=0.001, high=10.0, whole=False))
    rate: float | None = declare(None, Number("Rate", low=1e-6, high=1.0, whole=False, open_title="as usual"))
    kind: str = declare("a", One("Kind", options={"a": "First", "b": "Second"}))
    stays: bool = declare(False, One("Noise", options={False: "stays", True: "turns"}))
    letters: tuple[str, ...] = declare(("x",), Many("Letters", options={"x": "Ex", "y": "Why", "z": "Zed"}))
    loud: bool = declare(False, Toggle("Loud", applies=lambda values: values["kind"] == "b"))
    line: str = declare("", Text("Line", parse=even, words="an even number", most=5, optional=True))
    file: UploadedFile | None = declare(None, Upload("File", types=("png",), read=lambda _: None, stand_in="None yet."))
    more: bool = declare(False, Section("More"))


VALUES = Example.defaults()


def control(name: str) -> Control:
    return Example.controls()[name]
