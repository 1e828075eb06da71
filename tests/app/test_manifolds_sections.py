"""The sections of the page of manifolds without a browser: each opens by its address and says what it found."""

import pytest

from tests.app.pages import healthy, opener

open_page = opener("manifolds")


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("learned", "Of 1,000 held-out points"),
        ("stiefel", "free weights, which started orthogonal too"),
        ("pays", "of examples it errs less"),
        ("optimisers", "shrinks the symplectic form"),
    ],
)
def test_a_section_opens_by_its_address(section: str, words: str) -> None:
    app = healthy(open_page(**{f"manifolds_{section}": "true"}))
    assert any(words in markdown.value for markdown in app.markdown)


def test_networks_of_rotations_stand_beside_those_of_points() -> None:
    app = healthy(open_page(manifolds_learned="true", manifolds_globe="A solid that tumbles"))
    said = " ".join(markdown.value for markdown in app.markdown)
    assert "Mean errors on 500 held-out attitudes: turning layers 3.5 degrees and free layers 4.5 degrees" in said
    assert "errs less" in said


def test_another_step_is_another_way_down() -> None:
    app = healthy(open_page(manifolds_optimisers="true"))
    app = healthy(app.slider(key="manifolds_pace").set_value(0.1).run())
    assert any("diverged: the step is too long here" in markdown.value for markdown in app.markdown)


def test_an_epidemic_is_learned_when_its_section_opens() -> None:
    app = healthy(open_page(manifolds_mass="true", manifolds_days="20"))
    assert any("With the structured field the population stays" in markdown.value for markdown in app.markdown)
