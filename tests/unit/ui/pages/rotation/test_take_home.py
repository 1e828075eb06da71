"""What a file of the rotation page holds, and when there is none."""

import re

import pytest

from structviz.ui.browser.standalone import Link
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.results import comparison_of
from structviz.ui.pages.rotation.take_home import MOST_BYTES, refusal, take_home

ALL = ("ordinary", "augmented", "equivariant", "symmetrised")


def made(choice: RotationChoice) -> str:
    return take_home(choice, comparison_of(choice), Link("#", "Back"))


def test_all_networks_for_a_photograph_of_the_usual_size_fit() -> None:
    choice = RotationChoice(source="camera", angle=45, arms=ALL)
    assert refusal(choice, comparison_of(choice)) == ""
    assert len(made(choice).encode()) < MOST_BYTES


def test_a_file_that_would_be_too_large_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = RotationChoice(angle=90)
    monkeypatch.setattr("structviz.ui.pages.rotation.take_home.MOST_BYTES", 200_000)
    words = refusal(choice, comparison_of(choice))
    found = re.fullmatch(
        r"A file to take home has at most 0\.2 MB; these networks and pictures take (.+) MB. "
        r"Choose fewer networks or smaller pictures\.",
        words,
    )
    assert found
    assert abs(float(found[1]) - len(made(choice)) / 1e6) < 0.01


def test_what_a_browser_cannot_compute_is_left_out_and_named() -> None:
    page = made(RotationChoice(source="camera", size=64, angle=45, arms=("ordinary", "tv", "nlm")))
    assert '"name": "ordinary"' in page
    assert '"name": "tv"' not in page
    assert "so they are not in this file: Total variation and Non-local means." in page
    assert "not in this file" not in made(RotationChoice(source="camera", size=64, angle=45, arms=("ordinary",)))


def test_a_file_without_networks_still_turns_the_image() -> None:
    page = made(RotationChoice(source="camera", size=64, arms=()))
    assert '"networks": []' in page
    assert "No network is chosen" in page
