"""The numbers by which the layers in the browser are checked are those of Python."""

from tests.browser_numbers import check_file
from tests.plane_numbers import FILE, numbers


def test_the_numbers_for_the_browser_are_those_of_python() -> None:
    check_file(FILE, numbers(), "tests.plane_numbers", 1e-12)
