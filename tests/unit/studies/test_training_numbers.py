"""The numbers by which networks with time steps are checked in the browser are those of Python."""

from tests.browser_numbers import check_file
from tests.training_numbers import FILE, training_numbers


def test_the_file_is_up_to_date() -> None:
    check_file(FILE, training_numbers(), "tests.training_numbers", 1e-12)
