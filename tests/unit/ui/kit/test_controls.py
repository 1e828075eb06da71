from dataclasses import replace
from typing import Any

import pytest

from structviz.errors import ConfigError
from tests.unit.ui.kit.example import VALUES, Example, control

ALLOWED: list[tuple[str, Any, list[str]]] = [
    ("rows", 1, ["1"]),
    ("rows", 9, ["9"]),
    ("weight", 0.001, ["0.001"]),
    ("weight", 10.0, ["10.0"]),
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
