"""Every sentence of the flow page against its numbers and against what the film draws: presets and random states."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from structviz.data import toy
from structviz.displayed import percent
from structviz.figures.film_encoding import encode_films
from structviz.figures.packet import unpack
from structviz.nets import ACTIVATIONS, SCHEMES, PointClassifier
from structviz.studies.flow import (
    FlowNetwork,
    FlowPanel,
    InputPlaneMap,
    MeasuredFilm,
    digest,
    map_input_plane,
    measured_films,
    panels_for,
)
from structviz.ui.pages.flow.choice import OWN, SOURCES, FlowChoice
from structviz.ui.pages.flow.films import film_panel
from structviz.ui.pages.flow.presets import PRESETS
from structviz.ui.pages.flow.record import FilmRecord, FlowRecord, PlaneRecord, flow_record
from structviz.ui.pages.flow.sections import summary
from structviz.ui.pages.flow.sentences import about_folds, what_to_notice
from tests.random_choices import random_choices
from tests.sentences import check_sentences

N_STATES = 200

KINDS = {
    "folded": "**Folded:**",
    "lost": "**Lost:**",
    "rubber": "like rubber",
    "too long": "too long to exclude that two places meet",
    "longer": "the weights of the last layer hold",
    "shorter": "The flow stops at t = ",
    "scaled": "times those of training",
    "one of two is like rubber": "the grid, but nowhere fold",
    "plain": "its film jumps",
    "plain and turned over": "It turns over",
    "squeezed": "has squeezed all points into one",
    "forgotten": "is forgotten",
    "tie": ": equally many.",
    "too few": "too few to call one better",
    "clear": " more of 100 points.",
    "distances": "The farthest point ends",
    "space": "points can pass above each other",
    "squeezed plane": "at its tightest",
    "folded map": "A layer turns over",
    "map without folds": "Nowhere is the plane folded",
    "collapsed map": "It is collapsed below round-off",
    "lost map": "the output overflows",
}
"""Words of each kind of sentence; all of them occur, so that each is tested."""


@dataclass(frozen=True)
class State:
    """What the page shows in one state.

    Attributes
    ----------
    films, planes
        What was computed.
    found
        The record.
    notice, folds
        The sentences below the films and the maps.
    """

    films: list[MeasuredFilm]
    planes: list[InputPlaneMap]
    found: FlowRecord
    notice: list[str]
    folds: list[str]


def choices() -> list[FlowChoice]:
    """Presets, and random states with few points and steps: more of them bring no other sentences."""
    draw = {
        "n_points": lambda _: 100,
        "steps": lambda random: random.choice((2, 4, 5, 8, 10)),
        "seed": lambda random: random.randrange(5),
        # As trained in every other state: else the sentences of a trained network would hardly occur.
        "horizon": lambda random: random.choice((1.0, 1.0, 1.0, 0.25, 0.5, 2.0, 3.0)),
        "scale": lambda random: random.choice((1.0, 1.0, 1.0, 0.0, 0.7, 1.5, 3.0)),
    }
    return [*PRESETS.values(), *random_choices(FlowChoice, N_STATES, seed=0, draw=draw)]


def network(random: Random, title: str, step: int | None = None) -> FlowNetwork:
    """A network as a visitor may train one: of any shape, with weights from gentle to wild."""
    scheme, activation = random.choice(SCHEMES), random.choice(tuple(ACTIVATIONS))
    torch.manual_seed(random.randrange(10**6))
    net = PointClassifier(
        scheme, random.choice((2, 2, 3)), random.randint(1, 12), random.choice((1.0, 4.0, 20.0)), activation
    )
    with torch.no_grad():
        net.A.mul_(random.choice((0.5, 2.0, 20.0)))
        net.b.normal_()
    return FlowNetwork(net.requires_grad_(False), digest(net.A, net.b), title, step)


def panels(choice: FlowChoice, random: Random) -> list[FlowPanel]:
    """The panels of a state; some visitors train a network, some have one of their own."""
    own = toy("xor", 40) if choice.source == OWN else None
    trains = own is not None or choice.network == "here"
    return panels_for(
        own or choice.source,
        choice.compare,
        method=choice.integrator,
        n_steps=choice.steps,
        interpolation=choice.interpolation,
        n_points=choice.n_points,
        noise=choice.noise,
        seed=choice.seed,
        horizon=choice.horizon,
        scale=choice.scale,
        training=network(random, "Trained on this page, step 17", 17) if trains else None,
        networks=[network(random, "Yours: 12 layers, seed 3")] if random.random() < 0.3 else [],
    )


@pytest.fixture(scope="module")
def states() -> Iterator[list[State]]:
    with pytest.MonkeyPatch.context() as patch:
        # Coarser grids and a nearer reference: what is said of them must be as true.
        patch.setattr(import_module("structviz.studies.flow.film"), "_MESH", 9)
        patch.setattr(import_module("structviz.studies.flow.film"), "_PIXELS", 8)
        patch.setattr(import_module("structviz.studies.flow.steps"), "_REFERENCE", 2)
        random = Random(1)
        yield [state(choice, random) for choice in choices()]


def state(choice: FlowChoice, random: Random) -> State:
    films = measured_films(panels(choice, random))
    planes = [map_input_plane(f.panel.network.net, f.panel.motion, f.panel.half_width, side=8) for f in films]
    found = flow_record(films)
    records = [PlaneRecord.of(f.panel.network.net.width, p) for f, p in zip(films, planes, strict=True)]
    return State(films, planes, found, what_to_notice(found), [about_folds(record) for record in records])


def drawn(films: list[MeasuredFilm]) -> list[tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]]:
    """Head and arrays of each film, as the browser gets them."""
    head, arrays = unpack(encode_films([film_panel(film) for film in films]))
    return [
        (panel, {name.partition("/")[2]: array for name, array in arrays.items() if name.startswith(f"{k}/")})
        for k, panel in enumerate(head["panels"])
    ]


def test_numbers_in_sentences_are_those_of_the_record(states: list[State]) -> None:
    for seen in states:
        assert 1 <= len(seen.notice) <= 4
        check_sentences(seen.found, seen.notice)
        for film, plane, sentence in zip(seen.films, seen.planes, seen.folds, strict=True):
            check_sentences(PlaneRecord.of(film.panel.network.net.width, plane), [sentence])
        captions = [film_panel(film).caption for film in seen.films]
        check_sentences(seen.found, [f"{caption}." for caption in captions])
        check_sentences(seen.found, [f"{summary(seen.found)[1]}."])


def test_points_are_counted_on_the_drawn_side_of_the_drawn_line(states: list[State]) -> None:
    for seen in states:
        for film, (head, arrays) in zip(seen.found.films, drawn(seen.films), strict=True):
            last = arrays["positions"].reshape(len(head["times"]), film.n_points, film.width)[-1].astype(float)
            is_lost = ~np.isfinite(last).all(1)
            with np.errstate(invalid="ignore"):
                side = last @ np.array(head["normal"]) + head["offset"]
            right = int((~is_lost & ((side > 0) == (arrays["labels"] == 1))).sum())
            assert film.n_right == right
            assert film.n_lost == is_lost.sum()
            assert film.right == percent(right / film.n_points)
            assert head["caption"].startswith(str(film.right))


def test_folds_are_said_where_and_only_where_they_are_drawn(states: list[State]) -> None:
    for seen in states:
        text = " ".join(seen.notice)
        for film, (head, arrays) in zip(seen.found.films, drawn(seen.films), strict=True):
            bits = np.unpackbits(arrays["folded"].astype(np.uint8), bitorder="little")
            cells = bits[: len(head["times"]) * head["cells"]].reshape(len(head["times"]), head["cells"])
            assert film.n_folded == (cells[-1].sum() if film.width == 2 else 0)
            assert (film.n_folded > 0) == bool(cells.any())
            assert (film.n_folded > 0) == (turned_over(film) in text) or film.n_lost or len(seen.notice) == 4
            if film.is_like_rubber:
                assert not cells.any()
        if "nowhere fold" in text:
            assert any(film.is_like_rubber for film in seen.found.films)
        if "like rubber" in text:
            assert all(film.is_like_rubber for film in seen.found.films)


def turned_over(film: FilmRecord) -> str:
    return f"turns over {film.n_folded} of the {film.n_cells} cells"


def test_maps_are_called_whole_only_where_all_layers_keep_the_orientation(states: list[State]) -> None:
    for seen in states:
        for plane, sentence in zip(seen.planes, seen.folds, strict=True):
            if "Nowhere" in sentence:
                assert (plane.signs > 0).all()
                assert plane.smallest.min() > 1e-7
            assert ("A layer turns over" in sentence) == bool((plane.signs < 0).any())


def test_who_is_ahead_is_counted_point_by_point(states: list[State]) -> None:
    for seen in states:
        if len(seen.films) == 2 and seen.found.same_points:
            left, right = seen.found.films
            assert seen.found.more == right.n_right - left.n_right
            assert (": equally many." in seen.notice[0]) == (left.n_right == right.n_right)
            assert seen.found.difference == right.right.minus(left.right)


def test_every_kind_of_sentence_is_tested(states: list[State]) -> None:
    text = " ".join(sentence for seen in states for sentence in (*seen.notice, *seen.folds))
    assert [kind for kind, words in KINDS.items() if words not in text] == []
    assert {choice.source for choice in choices()} == set(SOURCES)
