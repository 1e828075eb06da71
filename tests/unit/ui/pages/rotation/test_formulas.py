"""The formulas name what is on show: the nonlinearity, the noise or the image, the group and what is exact of it."""

import pytest

from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.formulas import Layers, about_groups, about_layers, about_region, layers_of
from structviz.ui.pages.rotation.options import STRIPES


def test_the_networks_on_show_are_those_of_their_cards() -> None:
    choice = RotationChoice("camera", arms=("ordinary", "equivariant", "symmetrised", "tv"), group="D4")
    assert layers_of(choice) == (
        Layers("the ordinary one", "ReLU", True, ""),
        Layers("the equivariant one", "ReLU", True, "D4"),
    )
    assert [layers.residual for layers in layers_of(RotationChoice(STRIPES))] == [False, False]
    assert layers_of(RotationChoice(arms=())) == ()


def test_one_nonlinearity_and_two() -> None:
    ordinary, smooth = Layers("the ordinary one", "ReLU", False, ""), Layers("the equivariant one", "SiLU", False, "C8")
    assert "$\\sigma$ is the ReLU, $|x_n|$" in about_layers([ordinary])
    assert "$\\sigma$ is the ReLU in the ordinary one and the SiLU in the equivariant one," in about_layers(
        [ordinary, smooth]
    )
    assert "acts on each pixel" in about_layers([])


def test_who_computes_the_noise_is_said() -> None:
    image, noise = Layers("the ordinary one", "ReLU", False, ""), Layers("yours (C4)", "ReLU", True, "C4")
    assert "compute the noise" not in about_layers([image])
    assert "Those of yours (C4) compute the noise" in about_layers([image, noise])
    assert "The layers compute the noise" in about_layers([noise])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("C4", "C4 has the four quarter turns: they only move pixels"),
        ("D4", "D4 has the four quarter turns, each with and without a mirror: they only move pixels"),
        ("C8", "C8 has the 8 turns by multiples of 45°. Only its quarter turns"),
        ("C16", "C16 has the 16 turns by multiples of 22.5°. Only its quarter turns"),
        ("D8", "D8 has the 8 turns by multiples of 45°, each with and without a mirror. Only its quarter turns"),
    ],
)
def test_what_is_exact_of_a_group(name: str, said: str) -> None:
    found = about_groups([Layers("the equivariant one", "ReLU", False, name)] * 2)
    assert found.startswith(said)
    assert found.count(name) == 1


def test_without_a_group_nothing_is_promised() -> None:
    assert about_groups([Layers("the ordinary one", "ReLU", False, "")]) == ""


def test_the_region_of_the_numbers_is_that_of_the_study() -> None:
    assert "less an eighth of the image" in about_region(is_pattern=True)
    assert about_region(is_pattern=False) == "All numbers are measured in the inscribed disc, which no turn leaves."
