"""Every sentence of the rotation page against its numbers and against its pictures: presets and random states."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from structviz.displayed import decibels
from structviz.metrics import psnr
from structviz.studies.rotation import Comparison, Restored
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.presets import PRESETS
from structviz.ui.pages.rotation.record import RotationRecord, record
from structviz.ui.pages.rotation.results import comparison_of
from structviz.ui.pages.rotation.sentences import headline, trained_on, what_to_notice
from tests.random_choices import random_choices
from tests.sentences import check_sentences

N_STATES = 200

TIE = RotationChoice(seed=7)
"""Wide stripes on which the two networks are equal as displayed; a random state seldom has a tie."""

KINDS = {
    "upright": "Turn it and see which network fails",
    "loss": "loses",
    "tie": "equally good here",
    "lead": "network is ahead by",
    "worse": "worse than the noisy input",
    "exact": "turns exactly with the input",
    "exact, but other noise": "the camera's noise does not turn",
    "between the turns of the group": "does not contain the turn",
    "on a turn of the group": "the grid of pixels does not turn",
    "average": "four passes",
    "shared noise": "interpolation takes",
    "no network": "No network is chosen",
    "inside": "inside the sector",
    "outside": "outside the sector",
    "lecture between": "Only quarter turns give such stripes again",
    "flat": "no network here changes by more than",
    "a yardstick": "learns nothing and is told the level of the noise",
    "yardsticks": "learn nothing and are told the level of the noise",
    "yardsticks lead": "No network that ships reaches more than",
    "yardsticks lead over some": "Of the networks that ship only",
    "networks lead over yardsticks": "Every network that ships reaches more than",
}
"""Words of each kind of sentence; all of them occur, so that each is tested."""


@dataclass(frozen=True)
class State:
    """What the page shows in one state: what was computed, the record, and what is said."""

    choice: RotationChoice
    comparison: Comparison
    found: RotationRecord
    said: list[str]


def state(choice: RotationChoice) -> State:
    small = dataclasses.replace(choice, size=64)
    comparison = comparison_of(small)
    found = record(small, comparison)
    return State(small, comparison, found, [headline(found), *what_to_notice(found)])


@pytest.fixture(scope="module")
def states() -> list[State]:
    # What is open below and what its switches say changes no sentence of the page.
    defaults = {n: v for n, v in RotationChoice.defaults().items() if n.startswith("design")}
    fixed = {"size": 64, "curves": "straight", **defaults}
    drawn = random_choices(
        RotationChoice, N_STATES, seed=8, draw={name: (lambda _, v=value: v) for name, value in fixed.items()}
    )
    return [state(choice) for choice in (*PRESETS.values(), TIE, *drawn)]


def pictures(comparison: Comparison) -> Iterator[tuple[str, int, Restored]]:
    for name, shown in {"noisy": comparison.noisy, **comparison.arms}.items():
        for k, restored in enumerate(shown):
            yield name, k, restored


def test_each_number_is_on_the_page_and_each_sentence_is_whole(states: list[State]) -> None:
    for found in states:
        check_sentences(found.found, found.said, constants=("90°",))
        assert len(trained_on(found.found)) > 12 or not found.found.shipped


def test_every_kind_of_sentence_occurs(states: list[State]) -> None:
    said = "\n".join(sentence for found in states for sentence in found.said)
    assert [kind for kind, words in KINDS.items() if words not in said] == []


def test_the_record_says_what_the_pictures_show(states: list[State]) -> None:
    for found in states[::5]:
        comparison = found.comparison
        last = len(comparison.angles) - 1
        for name, k, restored in pictures(comparison):
            measured = decibels(psnr(restored.image, comparison.clean[k], mask=comparison.counted).item())
            arm = found.found.arm(name)
            if name == "noisy":
                assert k < last or measured == found.found.noisy
            else:
                assert arm is not None
                assert measured == (arm.turned if k == last else arm.upright)


def test_claims_follow_from_the_record(states: list[State]) -> None:
    for found in states:
        seen, text = found.found, " ".join(found.said)
        exact = any(arm.is_exact for arm in seen.shipped)
        assert ("turns exactly with the input" in text) == (seen.is_turned and exact)
        assert ("does not turn with the image" in text) <= (not seen.noise_turns)
        leads = seen.gain is not None and seen.gain.value
        assert ("is ahead by" in text) == bool(leads and (leads < 0 or not seen.is_turned))
        assert ("worse than the noisy input" in text) == any(arm.turned < seen.noisy for arm in seen.arms)
        assert ("told the level of the noise" in text) == bool(seen.classical)
        if seen.classical and seen.shipped:
            best = max(arm.turned for arm in seen.classical)
            assert ("No network that ships reaches more" in text) == all(arm.turned <= best for arm in seen.shipped)
            assert ("Every network that ships reaches more" in text) == all(arm.turned > best for arm in seen.shipped)
        assert ("interpolation takes" in text) <= (seen.noise_turns and not seen.is_quarter)
