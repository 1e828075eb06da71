"""Sentences of the rotation page: each follows from the record of what is shown."""

import dataclasses

import pytest

from structviz.config import TrainConfig
from structviz.displayed import decibels, number, percent, significant
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.pages.rotation.options import STRIPES, WIDE
from structviz.ui.pages.rotation.record import ArmRecord, Fading, RotationRecord, SharedNoise
from structviz.ui.pages.rotation.sentences import headline, trained_on, what_to_notice
from tests.sentences import check_sentences

CONSTANTS = ("90°",)
"""The turn that a headline invites to."""


def arm(
    name: str, upright: float, turned: float, error: float = 0.5, group: str = "", noisy: float = 12.0
) -> ArmRecord:
    before, after = decibels(upright), decibels(turned)
    return ArmRecord(name, None, group, before, after, significant(error), error < 1e-5, after < decibels(12.0))


def seen(*arms: ArmRecord, angle: int = 90, source: str = STRIPES, **values: object) -> RotationRecord:
    made = RotationRecord(
        source=source,
        angle=number(angle, 0, "°"),
        is_turned=angle % 360 != 0,
        is_quarter=angle % 90 == 0,
        sector=number(22.5, 1, "°") if source == WIDE else None,
        is_in_sector=source == WIDE and abs((angle + 90) % 180 - 90) <= 22.5,
        noise_turns=False,
        shared_noise=None,
        noisy=decibels(12.0),
        arms=arms,
        trained_on="horizontal stripes · C4",
    )
    return dataclasses.replace(made, **values)


def text(found: RotationRecord) -> str:
    sentences = what_to_notice(found)
    check_sentences(found, [*sentences, headline(found)], CONSTANTS)
    return " ".join(sentences)


ORDINARY, EQUIVARIANT = arm("ordinary", 44.0, 6.0), arm("equivariant", 41.0, 41.02, 1e-7, "C4")


def test_losses_gains_and_leads_are_named() -> None:
    said = text(seen(ORDINARY, EQUIVARIANT))
    assert "by 90°" in said
    assert "**ordinary** network loses 38.0 dB (44.0 dB → 6.0 dB)" in said
    assert "**equivariant** network stays at 41.0 dB" in said
    assert "output of the **ordinary** network is worse than the noisy input" in said
    assert "is ahead by" not in said, "the one number says it"


def test_where_the_equivariant_network_loses_it_is_said() -> None:
    found = seen(arm("ordinary", 30.0, 29.0), arm("equivariant", 28.0, 28.5, 0.1, "C4"), angle=30)
    assert found.gain == decibels(-0.5)
    assert "**ordinary** network is ahead by 0.5 dB" in text(found)
    assert "gains 0.5 dB (28.0 dB → 28.5 dB)" in text(found)


def test_a_tie_is_called_one() -> None:
    assert "equally good" in text(seen(arm("ordinary", 30.0, 29.0), arm("equivariant", 30.0, 29.04), angle=30))


def test_a_loss_beside_exactness_names_the_cameras_noise() -> None:
    exact = seen(arm("equivariant", 45.0, 44.3, 1e-7, "C4"))
    assert "loses 0.7 dB (45.0 dB → 44.3 dB), since the camera's noise does not turn" in text(exact)
    assert "For the **equivariant** network the output turns exactly" in text(exact)
    assert "camera" not in text(dataclasses.replace(exact, noise_turns=True))


def test_exactness_is_claimed_only_when_measured() -> None:
    assert "For the **equivariant** network the output turns exactly" in text(seen(ORDINARY, EQUIVARIANT))
    broken = text(seen(ORDINARY, arm("equivariant", 41.0, 41.0, 1e-3, "C4")))
    assert "No output turns exactly with its input" in broken


@pytest.mark.parametrize(
    ("group", "angle", "why"),
    [
        ("C4", 30, "C4 does not contain the turn by 30°"),
        ("C8", 45, "C8 contains the turn by 45°, but the grid of pixels does not turn"),
        ("C8", 40, "C8 does not contain the turn by 40°"),
    ],
)
def test_between_quarter_turns_the_group_says_why(group: str, angle: int, why: str) -> None:
    said = text(seen(ORDINARY, arm("equivariant", 30.0, 28.0, 0.021, group), angle=angle))
    assert why in said
    assert "0.021 for the **equivariant** network" in said


@pytest.mark.parametrize("arms", [(), (ORDINARY,)], ids=["none", "one"])
def test_without_both_arms_there_is_no_lead(arms: tuple[ArmRecord, ...]) -> None:
    assert seen(*arms).gain is None
    assert "ahead" not in text(seen(*arms))


@pytest.mark.parametrize("source", [WIDE, STRIPES, "camera"])
@pytest.mark.parametrize("angle", [0, 20, 90, 360])
def test_without_networks_the_page_says_so(source: str, angle: int) -> None:
    assert text(seen(source=source, angle=angle)).startswith("No network is chosen")


@pytest.mark.parametrize("angle", [0, 360])
def test_upright_invites_to_turn_and_claims_nothing(angle: int) -> None:
    said = text(seen(ORDINARY, EQUIVARIANT, angle=angle))
    assert "Turn it" in said
    assert "exactly" not in said


def test_the_average_costs_four_passes() -> None:
    assert "four passes" in text(seen(arm("symmetrised", 30.0, 30.0, 1e-7, "C4")))


def test_what_interpolation_does_to_noise_is_said() -> None:
    shared = SharedNoise(percent(0.24, 0), decibels(1.2))
    said = text(seen(ORDINARY, angle=30, noise_turns=True, shared_noise=shared))
    assert "takes 24 % of its power: the input is 1.2 dB better than upright" in said


def test_the_headline_for_wide_stripes_has_the_figures_of_the_cards() -> None:
    ordinary = dataclasses.replace(ORDINARY, best=decibels(28.0), worst=decibels(6.5))
    equivariant = dataclasses.replace(EQUIVARIANT, best=decibels(27.9), worst=decibels(26.1))
    augmented = dataclasses.replace(arm("augmented", 28.0, 28.0), best=decibels(28.2), worst=decibels(27.7))
    found = seen(ordinary, equivariant, source=WIDE, angle=40)
    assert "within 22.5° of horizontal. Drag" in headline(found)
    assert "the **ordinary** network falls from 28.0 dB to 6.5 dB" in headline(found)
    assert "the **equivariant** one stays between 26.1 dB and 27.9 dB at every angle" in headline(found)
    assert "outside the sector" in text(found)
    assert ", except for the **augmented** network, which saw them at every angle" in headline(
        seen(ordinary, augmented, source=WIDE)
    )
    assert "inside the sector" in text(seen(ordinary, source=WIDE, angle=200))


def test_what_is_left_past_the_edge_of_the_sector_is_said_of_the_network_that_fails_there() -> None:
    left = (Fading(number(33.75, 2, "°"), decibels(19.1)), Fading(number(45, 0, "°"), decibels(9.2)))
    ordinary = dataclasses.replace(ORDINARY, best=decibels(28.0), worst=decibels(6.5), fading=left)
    equivariant = dataclasses.replace(EQUIVARIANT, best=decibels(27.9), worst=decibels(26.5), fading=left)
    words = "network keeps 19.1 dB at 33.75° and 9.2 dB at 45°, on average over test stripes."
    said = text(seen(ordinary, equivariant, source=WIDE, angle=30))
    assert said.count(words) == 1
    assert f"Past the edge of the sector the **ordinary** {words}" in said
    assert words not in text(seen(ordinary, equivariant, source=WIDE, angle=0))
    assert words not in text(seen(equivariant, source=WIDE, angle=30))


def test_the_headline_for_the_lectures_stripes_promises_no_free_turn() -> None:
    assert "falls from 44.0 dB to 6.0 dB and the **equivariant** network keeps its 41.0 dB" in headline(
        seen(ORDINARY, EQUIVARIANT)
    )
    assert "Only quarter turns give such stripes again" in headline(seen(ORDINARY, EQUIVARIANT, angle=40))
    assert "Turn them by 90°" in headline(seen(ORDINARY, EQUIVARIANT, angle=0))


def test_the_headline_for_photographs_says_when_turning_costs_nothing() -> None:
    flat = seen(arm("ordinary", 25.0, 25.3), arm("equivariant", 26.0, 25.9), source="camera", angle=45)
    assert "no network here changes by more than 0.3 dB" in headline(flat)
    steep = seen(arm("ordinary", 25.0, 22.3), arm("equivariant", 26.0, 26.0), source="shepp-logan", angle=45)
    assert "falls from 25.0 dB to 22.3 dB" in headline(steep)


def test_what_the_networks_learnt_from_is_in_sight() -> None:
    assert trained_on(seen(ORDINARY)) == "Trained on: horizontal stripes · C4"
    assert trained_on(seen(ORDINARY, trained_on="")) == ""


OWN = TrainedNetwork(
    id="20260101-000000-aaaaaa",
    title="Equivariant C4, 40 steps",
    label="Equivariant C4, 40 steps",
    name="stripes/20260101-000000-aaaaaa",
    folder="/nowhere",
    sha256="0" * 64,
    config=TrainConfig(arm="equivariant", group="C4", steps=40),
)


def own(turned: float, error: float) -> ArmRecord:
    return dataclasses.replace(arm(OWN.key, turned, turned, error, "C4"), network=OWN)


def test_sentences_on_shipped_networks_do_not_speak_of_own_ones() -> None:
    *shipped, last = what_to_notice(seen(ORDINARY, EQUIVARIANT, own(5.6, 0.5)))
    assert shipped == what_to_notice(seen(ORDINARY, EQUIVARIANT))
    assert last.startswith("Yours (equivariant C4, 40 steps) reaches 5.6 dB, 35.4 dB below the shipped equivariant")
    assert "worse than the noisy input" in last
    assert "turns exactly" not in last


def test_an_exact_own_network_does_not_contradict_what_is_said_of_the_others() -> None:
    *shipped, last = what_to_notice(seen(ORDINARY, own(41.0, 1e-7)))
    assert any(sentence.startswith("No output turns exactly with its input") for sentence in shipped)
    assert "its output turns exactly with the input" in last


def test_own_networks_alone_get_their_sentence() -> None:
    (sentence,) = what_to_notice(seen(own(41.0, 1e-7)))
    assert sentence.startswith("Yours")


def test_what_yardsticks_reach_is_said_beside_the_networks() -> None:
    tv, nlm = arm("tv", 27.8, 27.94), arm("nlm", 28.0, 28.04)
    weak, strong = arm("ordinary", 25.0, 25.0), arm("equivariant", 28.1, 28.1, group="C4")
    start = (
        "**Total variation** (27.9 dB) and **non-local means** (28.0 dB) learn nothing and are told the level of the "
        "noise, which no network is."
    )
    assert f"{start} No network that ships reaches more than 28.0 dB here." in text(seen(weak, tv, nlm))
    assert f"{start} Of the networks that ship only the **equivariant** network reaches more." in text(
        seen(weak, strong, tv, nlm)
    )
    assert f"{start} Every network that ships reaches more than 28.0 dB here." in text(seen(strong, tv, nlm))
    assert text(seen(tv)).startswith("**Total variation** (27.9 dB) learns nothing and is told")
    assert "that ships" not in text(seen(tv))
    assert "otal variation" not in text(seen(weak))


def test_a_tie_with_a_yardstick_is_no_lead() -> None:
    assert "No network that ships reaches more than 28.0 dB" in text(
        seen(arm("ordinary", 28.0, 28.04), arm("nlm", 28.0, 28.0))
    )


def test_a_yardstick_can_be_worse_than_what_it_was_given() -> None:
    said = text(seen(arm("ordinary", 30.0, 29.0), arm("tv", 11.0, 11.0)))
    assert "What **total variation** makes of it is worse than the noisy input." in said
    assert "The output of the" not in said
