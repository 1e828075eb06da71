"""The file by which films in the browser are checked holds what Python computes now."""

from tests.browser_numbers import check_file
from tests.flow_numbers import FILE, flow_numbers


def test_the_numbers_of_the_browser_are_those_of_python() -> None:
    check_file(FILE, flow_numbers(), "tests.flow_numbers", 1e-5)
