import math
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, dataclass, replace
from typing import Any

import pytest

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


def even(text: str) -> int:
    if not text.isdigit() or int(text) % 2:
        raise ConfigError(f"Not even: {text}")
    return int(text)


def columns(values: Values) -> Sequence[int]:
    return range(1, values["rows"] + 1)


@dataclass(frozen=True)
class Example(Choice):
    rows: int = declare(3, Number("Rows", low=1, high=9))
    column: int = declare(2, One("Column", options=columns))
    weight: float = declare(0.5, Number("Weight", low=0.001, high=10.0, whole=False))
    rate: float | None = declare(None, Number("Rate", low=1e-6, high=1.0, whole=False, open_title="as usual"))
    kind: str = declare("a", One("Kind", options={"a": "First", "b": "Second"}))
    stays: bool = declare(False, One("Noise", options={False: "stays", True: "turns"}))
    letters: tuple[str, ...] = declare(("x",), Many("Letters", options={"x": "Ex", "y": "Why", "z": "Zed"}))
    loud: bool = declare(False, Toggle("Loud", applies=lambda values: values["kind"] == "b"))
    line: str = declare("", Text("Line", parse=even, words="an even number", most=5))
    file: UploadedFile | None = declare(None, Upload("File", types=("png",), read=lambda _: None, stand_in="None yet."))
    more: bool = declare(False, Section("More"))


VALUES = Example.defaults()


def control(name: str) -> Control:
    return Example.controls()[name]


def test_the_defaults_are_a_choice_that_is_its_own_cache_key() -> None:
    assert Example() == Example(rows=3)
    assert len({Example(), Example(), Example(rows=4)}) == 2
    with pytest.raises(FrozenInstanceError):
        Example().rows = 4  # pyright: ignore[reportAttributeAccessIssue]


ALLOWED: list[tuple[str, Any, list[str]]] = [
    ("rows", 1, ["1"]),
    ("rows", 9, ["9"]),
    ("weight", 0.001, ["0.001"]),
    ("weight", 10.0, ["10"]),
    ("rate", None, [""]),
    ("rate", 1e-6, ["1e-06"]),
    ("kind", "b", ["Second"]),
    ("stays", True, ["turns"]),
    ("letters", (), [""]),
    ("letters", ("x", "z"), ["Ex", "Zed"]),
    ("loud", True, ["true"]),
    ("line", "14", ["14"]),
    ("line", "", [""]),
    ("more", True, ["true"]),
]


@pytest.mark.parametrize(("name", "value", "texts"), ALLOWED)
def test_values_and_their_texts_round_trip(name: str, value: Any, texts: list[str]) -> None:
    assert list(control(name).to_address(value, VALUES)) == texts
    assert control(name).from_address(texts, VALUES) == value
    assert getattr(replace(Example(), **{name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "texts", "value"),
    [
        ("rows", ["4.0"], 4),
        ("kind", ["b"], "b"),
        ("letters", ["Zed", "x"], ("x", "z")),
        ("stays", ["True"], True),
    ],
)
def test_the_address_may_say_it_in_other_ways(name: str, texts: list[str], value: Any) -> None:
    found = control(name).from_address(texts, VALUES)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        *(("rows", [text]) for text in ("0", "10", "4.5", "nan", "inf", "-inf", "1e99", "0x3", "many", "")),
        *(("weight", [text]) for text in ("0", "10.001", "nan", "")),
        ("rate", ["0"]),
        ("kind", ["third"]),
        ("kind", ["First", "Second"]),
        ("stays", ["1"]),
        ("letters", ["Ex", "Double-u"]),
        ("loud", ["yes"]),
        ("line", ["13"]),
        ("line", ["100000"]),
        ("file", ["mine.png"]),
        ("column", ["4"]),
    ],
)
def test_the_address_may_not_say_anything_else(name: str, texts: list[str]) -> None:
    with pytest.raises(ConfigError):
        control(name).from_address(texts, VALUES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rows", True),
        ("rows", 4.5),
        ("rows", math.inf),
        ("rows", "4"),
        ("rows", None),
        ("weight", math.nan),
        ("kind", None),
        ("stays", 1),
        ("letters", "x"),
        ("letters", ("w",)),
        ("loud", 1),
        ("line", "13"),
        ("file", b"bytes"),
    ],
)
def test_a_choice_refuses_what_its_controls_do_not_offer(name: str, value: Any) -> None:
    with pytest.raises(ConfigError):
        replace(Example(), **{name: value})


def test_a_refusal_says_the_rule_the_value_and_the_next_step() -> None:
    with pytest.raises(ConfigError, match=r"Rows must be a whole number from 1 to 9; got 10\. Choose a value that"):
        Example(rows=10)
    with pytest.raises(ConfigError, match="Kind must be one of First, Second; got 'c'"):
        Example(kind="c")


def test_values_get_their_proper_types_and_order() -> None:
    found = Example(rows=4.0, weight=1, letters=["z", "x"])  # pyright: ignore[reportArgumentType]
    assert (type(found.rows), type(found.weight), found.letters) == (int, float, ("x", "z"))


def test_options_depend_on_what_is_declared_before() -> None:
    assert Example(rows=5, column=5).column == 5
    with pytest.raises(ConfigError, match="one of 1, 2, 3, 4"):
        Example(rows=4, column=5)
    assert Example(rows=1).column == 1, "the default follows"


def test_changes_and_address_leave_defaults_out() -> None:
    found = Example(rows=4, letters=("y", "z"), kind="b")
    assert found.changes() == {"rows": 4, "letters": ("y", "z"), "kind": "b"}
    assert found.address("ex") == [
        ("ex_rows", "4"),
        ("ex_kind", "Second"),
        ("ex_letters", "Why"),
        ("ex_letters", "Zed"),
    ]


def test_uploads_are_equal_when_their_contents_are() -> None:
    assert UploadedFile.of(b"1") == UploadedFile.of(b"1") != UploadedFile.of(b"2")
    assert Example(file=UploadedFile.of(b"1")).address("ex") == []
