"""The numbers by which states and costates in the browser are checked are those of Python."""

from tests.browser_numbers import check_file
from tests.steering_numbers import FILE, steering_numbers


def test_the_file_of_numbers_is_up_to_date() -> None:
    check_file(FILE, steering_numbers(), "tests.steering_numbers", 1e-9)
