import pytest

from structviz.ui.kit.address import between, one_of


@pytest.mark.parametrize(
    ("text", "holds"),
    [("0", True), ("90", True), ("360", True), ("45.0", True), ("45.5", False), ("-5", False), ("361", False)],
)
def test_whole_numbers_in_a_range(text: str, holds: bool) -> None:
    assert between(0, 360)(text) is holds


@pytest.mark.parametrize("text", ["sideways", "", "nan", "inf", "-inf", "1e99", "0x10"])
def test_what_is_no_number_of_the_range(text: str) -> None:
    assert not between(0, 360)(text)
    assert not between(0, 0.5)(text)


def test_broken_limits_allow_broken_numbers() -> None:
    assert between(0, 0.5)("0.25")


def test_one_of_a_list() -> None:
    assert one_of(("C4", "C8"))("C8")
    assert not one_of(("C4", "C8"))("c8")
