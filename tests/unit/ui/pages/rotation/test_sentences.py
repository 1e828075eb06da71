import math

import pytest
import torch

from structviz.displayed import decibels
from structviz.studies.rotation import Comparison, Restored
from structviz.ui.pages.rotation.sentences import about_the_average, gain, what_to_notice

BLANK = torch.zeros(1, 1, 4, 4)


def made(angle: float, errors: dict[str, float] | None = None, **psnrs: tuple[float, float]) -> Comparison:
    """A comparison with given numbers; `noisy` stands for the input."""
    angles = (0.0, angle) if angle else (0.0,)
    shown = {
        arm: tuple(Restored(BLANK, value, 0.5) for value in values[: len(angles)]) for arm, values in psnrs.items()
    }
    noisy = shown.pop("noisy", tuple(Restored(BLANK, 12.0, 0.5) for _ in angles))
    return Comparison(
        angles,
        (BLANK,) * len(angles),
        noisy,
        shown,
        errors or dict.fromkeys(shown, 0.5),
        mask=torch.ones(4, 4, dtype=torch.bool),
    )


def text(comparison: Comparison) -> str:
    return " ".join(what_to_notice(comparison))


def test_losses_gains_and_leads_are_named() -> None:
    said = text(made(math.pi / 2, ordinary=(44.0, 6.0), equivariant=(41.0, 41.02)))
    assert "by 90°" in said
    assert "**ordinary** network loses 38.0 dB (44.0 dB → 6.0 dB)" in said
    assert "**equivariant** network stays at 41.0 dB" in said
    assert "output of the **ordinary** network is worse than the noisy input" in said
    assert "**equivariant** network is ahead by 35.0 dB" in said


def test_where_the_equivariant_network_loses_it_is_said() -> None:
    comparison = made(0.5, ordinary=(30.0, 29.0), equivariant=(28.0, 28.5))
    assert gain(comparison) == decibels(-0.5)
    assert "**ordinary** network is ahead by 0.5 dB" in text(comparison)
    assert "gains 0.5 dB (28.0 dB → 28.5 dB)" in text(comparison)


def test_a_tie_is_called_one() -> None:
    assert "equally good" in text(made(0.5, ordinary=(30.0, 29.0), equivariant=(30.0, 29.04)))


def test_exactness_is_claimed_only_when_measured() -> None:
    arms = {"ordinary": (30.0, 20.0), "equivariant": (30.0, 30.0)}
    exact = text(made(math.pi / 2, errors={"ordinary": 0.4, "equivariant": 1e-7}, **arms))
    assert "For the **equivariant** network the output turns exactly" in exact
    broken = text(made(math.pi / 2, errors={"ordinary": 0.4, "equivariant": 1e-3}, **arms))
    assert "For none of these networks" in broken
    between = text(made(math.radians(30), errors={"ordinary": 0.4, "equivariant": 0.02}, **arms))
    assert "no network here is exactly equivariant" in between


@pytest.mark.parametrize("arms", [{}, {"ordinary": (30.0, 20.0)}], ids=["none", "one"])
def test_without_both_arms_there_is_no_lead(arms: dict) -> None:
    assert gain(made(0.5, **arms)) is None
    assert "ahead" not in text(made(0.5, **arms))


def test_upright_invites_to_turn() -> None:
    assert "Turn it" in text(made(0.0, ordinary=(30.0, 20.0), equivariant=(29.0, 20.0)))


def test_the_cost_of_the_average_is_the_measured_one() -> None:
    assert "4.1 times as long" in about_the_average(4.08)
