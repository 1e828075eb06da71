"""The record of the rotation page: what was measured, rounded once."""

import dataclasses

import pytest
import torch

from structviz import zoo
from structviz.displayed import decibels
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import STRIPES, WIDE
from structviz.ui.pages.rotation.record import RotationRecord, record
from structviz.ui.pages.rotation.results import comparison_of


def seen(choice: RotationChoice) -> RotationRecord:
    return record(choice, comparison_of(choice))


@pytest.mark.parametrize(
    ("angle", "inside"),
    [(0, True), (20, True), (25, False), (90, False), (155, False), (160, True), (200, True), (340, True), (360, True)],
)
def test_the_sector_reaches_to_both_sides_of_both_ends(angle: int, inside: bool) -> None:
    found = seen(RotationChoice(angle=angle))
    assert found.is_in_sector is inside
    assert found.is_turned is (angle % 360 != 0)
    assert str(found.sector) == "22.5°"


def test_interpolation_takes_a_quarter_of_the_power_of_noise_that_turns() -> None:
    choice = RotationChoice("camera", angle=30, noise_turns=True, size=64)
    comparison = comparison_of(choice)
    powers = [
        (noisy.image - clean)[..., comparison.counted].square().mean().item()
        for noisy, clean in zip(comparison.noisy, comparison.clean, strict=True)
    ]
    shared = record(choice, comparison).shared_noise
    assert shared is not None
    assert float(shared.lost) == pytest.approx(100 * (1 - powers[1] / powers[0]), abs=0.5)
    assert 15 < float(shared.lost) < 35
    assert seen(dataclasses.replace(choice, noise_turns=False)).shared_noise is None
    assert seen(dataclasses.replace(choice, angle=90)).shared_noise is None


def test_what_the_networks_learnt_from_is_that_of_their_cards() -> None:
    wide = "1,000 images of stripes within ±22.5° of horizontal · C16 · equal channels"
    assert seen(RotationChoice()).trained_on == wide
    assert seen(RotationChoice(STRIPES)).trained_on == "horizontal stripes · C4 · equal channels"
    photographs = RotationChoice("camera", group="D4", training="large", size=64)
    assert seen(photographs).trained_on == "2,000 patches of other photographs · D4 · equal channels"
    assert seen(RotationChoice(STRIPES, arms=("symmetrised",))).trained_on == "horizontal stripes"
    both = RotationChoice(STRIPES, arms=("augmented", "equivariant"))
    assert seen(both).trained_on == "horizontal stripes · augmented: turned as well · C4 · equal channels"
    assert seen(RotationChoice(arms=())).trained_on == ""


def test_wide_stripes_have_the_figures_of_their_cards_beside_those_of_the_picture() -> None:
    found = seen(RotationChoice(angle=60))
    ordinary, equivariant = (found.arm(name) for name in ("ordinary", "equivariant"))
    assert ordinary is not None
    assert equivariant is not None
    assert ordinary.worst is not None
    assert equivariant.worst is not None
    assert ordinary.turned < decibels(12.0) < equivariant.turned
    assert ordinary.worst < decibels(12.0) < equivariant.worst
    assert (equivariant.group, ordinary.group) == ("C16", "")
    metrics = zoo.card("stripes/wide-ordinary").metrics
    assert [(str(left.angle), left.psnr) for left in ordinary.fading] == [
        (angle, decibels(max(metrics[f"psnr_{one}"], metrics[f"psnr_{other}"])))
        for angle, one, other in (("33.75°", "33.75", "146.25"), ("45°", "45", "135"))
    ]
    other = seen(RotationChoice(STRIPES)).arm("equivariant")
    assert other is not None
    assert (other.worst, other.fading) == (None, ())


def test_the_source_of_the_page_is_wide_and_its_turn_is_exact() -> None:
    choice = RotationChoice()
    assert (choice.source, choice.angle, choice.arms) == (WIDE, 0, ("ordinary", "equivariant"))
    assert torch.equal(comparison_of(choice).clean[0], choice.image)
