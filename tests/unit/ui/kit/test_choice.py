import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from structviz.errors import ConfigError
from structviz.ui.kit.uploads import UploadedFile
from tests.unit.ui.kit.example import Example


def test_the_defaults_are_a_choice_that_is_its_own_cache_key() -> None:
    assert Example() == Example(rows=3)
    assert len({Example(), Example(), Example(rows=4)}) == 2
    with pytest.raises(FrozenInstanceError):
        Example().rows = 4  # pyright: ignore[reportAttributeAccessIssue]


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
