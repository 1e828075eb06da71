import itertools

import pytest
import torch

from structviz.errors import ConfigError
from structviz.nets import GROUPS, Element, Group, group


@pytest.mark.parametrize("g", GROUPS.values(), ids=GROUPS)
def test_axioms(g: Group) -> None:
    one = g.elements[0]
    for a in g.elements:
        assert g.multiply(a, one) == a == g.multiply(one, a)
        assert g.multiply(a, g.inverse(a)) == one == g.multiply(g.inverse(a), a)
    for a, b, c in itertools.product(g.elements, repeat=3):
        assert g.multiply(a, g.multiply(b, c)) == g.multiply(g.multiply(a, b), c)


@pytest.mark.parametrize("g", GROUPS.values(), ids=GROUPS)
def test_regular_representation_is_a_homomorphism(g: Group) -> None:
    z = torch.arange(g.order)
    for a, b in itertools.product(g.elements, repeat=2):
        one_after_the_other = z[g.permutation(b)][g.permutation(a)]
        assert one_after_the_other.tolist() == z[g.permutation(g.multiply(a, b))].tolist()


@pytest.mark.parametrize("g", GROUPS.values(), ids=GROUPS)
def test_action_on_pixels_is_a_homomorphism(g: Group) -> None:
    x = torch.arange(15.0).reshape(1, 1, 3, 5)
    for a, b in itertools.product(g.exact_elements, repeat=2):
        assert torch.equal(g.act(a, g.act(b, x)), g.act(g.multiply(a, b), x))


def test_one_step_of_c4_turns_counter_clockwise() -> None:
    # The right-hand column comes to lie on top.
    x = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    assert GROUPS["C4"].act(Element(False, 1), x).tolist() == [[1.0, 1.0], [0.0, 0.0]]


def test_eighth_turn_is_refused_on_pixels() -> None:
    with pytest.raises(ConfigError, match=r"45°.*transforms\.rotate"):
        GROUPS["C8"].act(Element(False, 1), torch.zeros(3, 3))


@pytest.mark.parametrize(
    ("name", "order", "exact"), [("C4", 4, 4), ("C8", 8, 4), ("C16", 16, 4), ("D4", 8, 8), ("D8", 16, 8)]
)
def test_orders(name: str, order: int, exact: int) -> None:
    assert (group(name).order, len(group(name).elements), len(group(name).exact_elements)) == (
        order,
        order,
        exact,
    )


def test_unknown_group_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"C4, C8, C16, D4, D8.*'C5'"):
        group("C5")
