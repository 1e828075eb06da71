"""What is said of turning feature maps, against the film that is shown: presets and random states."""

import dataclasses
from random import Random

import pytest
import torch

from structviz import zoo
from structviz.config import DenoiserShape, TrainConfig
from structviz.displayed import PERCENT
from structviz.figures.rotation.features import percentage
from structviz.studies.features import FeatureFilm, feature_film
from structviz.transforms import add_noise
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.feature_record import (
    Changes,
    FeatureRecord,
    changes,
    changes_table,
    feature_record,
    what_moves,
)
from structviz.ui.pages.rotation.options import SIZES, maps_shown
from structviz.ui.pages.rotation.presets import PRESETS
from tests.sentences import check_sentences

N_STATES = 200

STILL, MOVING = Changes(3e-7, 2e-7, 0.4, 0.3), Changes(0.9, 0.7, 0.95, 0.6)

GROUPS = {"ordinary": "", "augmented": "", "equivariant": "C4", "equivariant-augmented": "C8"}

LOCAL = TrainedNetwork(
    "r1",
    "Ordinary, N = 3",
    "Ordinary, N = 3",
    "images/r1",
    "",
    "",
    TrainConfig("images", net=DenoiserShape()),
)


def films_of(choice: RotationChoice) -> dict[str, FeatureFilm]:
    small = dataclasses.replace(choice, size=min(SIZES))
    noisy = add_noise(small.image, choice.noise, choice.level, torch.Generator().manual_seed(choice.seed))
    return {
        arm: feature_film(
            zoo.load(choice.network_name(arm)),  # pyright: ignore[reportArgumentType]
            noisy,
            0,
            zoo.card(choice.network_name(arm)).config.group,
            n_maps=maps_shown(vars(choice)),
            n_angles=8,
        )
        for arm in choice.layered_arms
    }


def text_is(displayed: object, change: float) -> bool:
    """Whether a number of the record reads as the film draws it, digits and unit alike."""
    return str(displayed) == percentage(change).replace("\N{NO-BREAK SPACE}%", PERCENT)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_say_what_their_films_show(name: str) -> None:
    choice = PRESETS[name]
    films = films_of(choice)
    groups = {arm: zoo.card(choice.network_name(arm)).config.group or "" for arm in films}
    found = feature_record({arm: changes(film) for arm, film in films.items()}, groups)
    for maps, (arm, film) in zip(found.maps, films.items(), strict=True):
        quarters = film.change[2::2]
        assert text_is(maps.worst_quarter, max(quarters.tolist()))
        assert text_is(maps.worst, max(film.change.tolist()))
        assert text_is(maps.mean, film.change[1:].mean().item())
        assert text_is(maps.mean_quarter, quarters.mean().item())
        assert maps.is_still == bool(groups[arm])
    check_sentences(found, what_moves(found))


def random_record(draw: Random) -> tuple[FeatureRecord, list[Changes]]:
    arms = [arm for arm in GROUPS if draw.random() < 0.6] or ["ordinary"]
    local = (LOCAL,) if draw.random() < 0.3 else ()
    found = {
        arm: Changes(10 ** draw.uniform(-8, 0.3), *(10 ** draw.uniform(-4, 0.3) for _ in range(3)))
        for arm in (*arms, *(network.key for network in local))
    }
    return feature_record(found, {**GROUPS, LOCAL.key: draw.choice(["", "D4", "C16"])}, local), list(found.values())


def test_random_states() -> None:
    draw, said_of = Random(5), set[str]()
    for _ in range(N_STATES):
        found, measured = random_record(draw)
        assert [maps.is_still for maps in found.maps] == [change.worst_quarter < 1e-5 for change in measured]
        said = what_moves(found)
        check_sentences(found, said)
        text = " ".join(said)
        still, moving = ([m for m in found.maps if m.is_still == is_still] for is_still in (True, False))
        assert ("stand still" in text) == bool(still)
        assert ("change by up to" in text) == bool(moving)
        for maps in found.maps:
            assert f"{maps.mean} for {maps.phrase}" in said[1]
            assert f"| {maps.title} | {maps.worst_quarter} | {maps.mean_quarter} |" in changes_table(found)
        for maps in moving:
            assert f"those of {maps.phrase} change by up to {maps.worst_quarter}" in said[0]
        groups = {maps.group for maps in still} - {""}
        assert ("nothing forces" in text) == bool(groups & {"C4", "D4"})
        assert ("turned grid" in text) == bool(groups & {"C8", "C16"})
        said_of |= groups
    assert said_of == {"C4", "C8", "D4", "C16"}


def test_sentences_follow_from_the_numbers() -> None:
    first, second = what_moves(feature_record({"ordinary": MOVING, "equivariant": STILL}, GROUPS))
    assert "of the **equivariant** network stand still in the co-moving frame (change 3·10⁻⁷: round-off)" in first
    assert f"those of the **ordinary** network change by up to 90{PERCENT}" in first
    assert f"60{PERCENT} for the **ordinary** network and 30{PERCENT} for the **equivariant** network" in second
    assert "The only turns in C4 are quarter turns" in second


def test_a_network_of_this_machine_has_its_name() -> None:
    first, _ = what_moves(feature_record({LOCAL.key: MOVING}, {LOCAL.key: ""}, (LOCAL,)))
    assert first == f"At quarter turns those of **yours (ordinary, N = 3)** change by up to 90{PERCENT}."
