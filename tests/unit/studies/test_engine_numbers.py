"""The numbers by which the engine in the browser is checked are those of Python."""

from tests.browser_numbers import check_file
from tests.engine_numbers import FILE, engine_numbers


def test_the_file_of_numbers_is_up_to_date() -> None:
    check_file(FILE, engine_numbers(), "tests.engine_numbers", 1e-4)
