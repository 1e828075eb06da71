"""Numbers in a text."""

import pytest

from structviz.errors import ConfigError
from structviz.parsing import numbers_in

RULE = "A point is two numbers from −2 to 2"


def test_numbers_up_to_the_bound_are_read() -> None:
    assert numbers_in("2,-2", 2, 2.0, RULE) == (2.0, -2.0)
    assert numbers_in(" 1e-3 ,0", 2, 2.0, RULE) == (0.001, 0.0)


@pytest.mark.parametrize(
    "text", ["", "1", "1,2,3", "1;2", "2.01,0", "0,-2.01", "nan,0", "0,inf", "1," + "9" * 400, "x" * 99], ids=range(10)
)
def test_anything_else_is_refused_with_the_rule_and_the_beginning_of_the_text(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        numbers_in(text, 2, 2.0, RULE)
    assert str(refused.value) == f"{RULE}; got {text[:60]!r}."
