"""The numbers that the browser's spheres and bodies are compared with are those of Python."""

from tests.browser_numbers import check_file
from tests.manifold_numbers import FILE, numbers


def test_the_file_holds_what_python_computes() -> None:
    check_file(FILE, numbers(), "tests.manifold_numbers", 1e-10)
