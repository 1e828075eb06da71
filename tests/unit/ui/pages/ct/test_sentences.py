"""The CT page's sentences against its record of displayed numbers, in chosen and in random states."""

import dataclasses
import math
from functools import cache
from random import Random
from typing import Any

import pytest
import torch
from torch.nn.functional import avg_pool2d

from structviz import zoo
from structviz.displayed import decibels, number, significant
from structviz.studies.ct import (
    Acquisition,
    Reconstruction,
    acquire_scan,
    classical_method,
    learned_method,
    reconstruct,
    reconstruction,
)
from structviz.ui.kit.choice import UploadedFile
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.options import OWN
from structviz.ui.pages.ct.presets import PRESETS
from structviz.ui.pages.ct.record import Shown, ShownMethod, record
from structviz.ui.pages.ct.results import Results
from structviz.ui.pages.ct.sentences import about_the_picture, headline, what_to_notice, where_outside
from tests.random_choices import random_choices
from tests.sentences import check_sentences
from tests.unit.data import upload_files


def method(key: str, *psnr: float, cost: float | None = None, outside: tuple[str, ...] = ()) -> ShownMethod:
    words = {"fbp": "filtered backprojection", "tv": "total variation"}.get(key, f"the **{key}** network")
    shown = None if cost is None else decibels(cost)
    return ShownMethod(key, words, key not in ("fbp", "tv"), tuple(map(decibels, psnr)), shown, outside)


def shown(*methods: ShownMethod, **changes: Any) -> Shown:
    angle, degrees = changes.get("angle", 90), changes.get("degrees", 180)
    return dataclasses.replace(
        Shown(
            methods=methods,
            local={},
            object="chest",
            width=significant(44.0, 3, " cm"),
            width_is_known=True,
            photons=10_000,
            passing=12,
            angle=angle,
            degrees=degrees,
            turn=number(angle, unit="°"),
            range=number(degrees, unit="°"),
            views=50,
            n_test=20,
            weight=significant(0.0226, 3, " cm"),
            weight_is_tuned=True,
            filter="hann",
            filter_is_tuned=True,
        ),
        **changes,
    )


def notice(*methods: ShownMethod, **changes: Any) -> str:
    return " ".join(what_to_notice(shown(*methods, **changes)))


def test_the_headline_follows_the_chosen_methods_and_their_numbers() -> None:
    text = headline(
        shown(method("ordinary", 30, cost=2.24), method("augmented", 30, cost=0.0), method("equivariant", 30, cost=0.9))
    )
    assert text.startswith("The networks learnt from chests of patients who lie on their backs")
    assert "over 20 computer-made test patients" in text
    assert text.endswith(
        "the **ordinary** network 2.2 dB, the **augmented** network nothing and the **equivariant** network 0.9 dB."
    )
    classical = headline(shown(method("fbp", 25, cost=-0.1)))
    assert "Networks" not in classical
    assert classical.endswith("costs filtered backprojection −0.1 dB (a gain).")
    assert (
        headline(shown())
        == "X-rays cross a body in a few directions; each method reconstructs an image from what they measure."
    )


def test_one_method_alone_is_worth_a_sentence() -> None:
    assert notice(method("fbp", 25.04), angle=0) == "Filtered backprojection reaches 25.0 dB."
    assert notice(angle=0) == "Choose a method to compare with the truth."


def test_upright_the_slide_is_contradicted_only_by_numbers_that_do() -> None:
    def upright(ordinary: float, equivariant: float, **changes: Any) -> str:
        return notice(method("ordinary", ordinary), method("equivariant", equivariant), **{"angle": 0, **changes})

    assert "ahead by 0.3 dB, unlike on the lecture's slide 9" in upright(31.3, 31.0)
    assert "equally good here, unlike on the lecture's slide 9" in upright(31.0, 31.04)
    assert "slide 9" not in upright(31.0, 31.3)
    assert "slide 9" not in upright(31.3, 31.0, angle=90)
    assert "slide 9" not in upright(31.3, 31.0, object="picture")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"angle": 90}, "a quarter turn of the object permutes the views and reverses the detectors of half of them"),
        (
            {"angle": 270},
            "permutes the views and reverses the detectors of half of them: up to the noise, the equivariant network",
        ),
        (
            {"angle": 180},
            "A half turn of the object reverses the detectors of every view: up to the noise, the equivariant network",
        ),
        (
            {"angle": 180, "views": 51, "degrees": 120},
            "reverses the detectors of every view: up to the noise, the equivariant network",
        ),
        ({"angle": 90, "views": 51}, "With 51 views a quarter turn of the object does not permute the views"),
        ({"angle": 90, "degrees": 120}, "With views over 120° a quarter turn of the object does not permute the views"),
        ({"angle": 20}, "only quarter turns are exact, and 20° is not one of them; the equivariant network"),
    ],
    ids=str,
)
def test_what_a_turn_does_to_the_views(changes: dict[str, int], words: str) -> None:
    assert words in notice(method("equivariant", 30), **changes)
    alone = notice(method("ordinary", 30), **changes)
    assert "equivariant" not in alone


def test_a_full_turn_is_none() -> None:
    assert notice(method("ordinary", 20, 30), angle=360) == notice(method("ordinary", 20, 30), angle=0)


def test_networks_behind_what_learns_nothing_are_named() -> None:
    text = notice(method("fbp", 20), method("tv", 30), method("ordinary", 29), method("equivariant", 29.5), angle=0)
    assert "The **ordinary** network and the **equivariant** network do not reach total variation" in text
    assert "The best is total variation with 30.0 dB." in text
    tie = notice(method("tv", 30), method("ordinary", 30.04), angle=0)
    assert "The best, with 30.0 dB each, are total variation and the **ordinary** network." in tie
    assert "not reach" not in tie


def test_the_caption_says_what_is_assumed_and_what_is_counted() -> None:
    text = about_the_picture(shown(method("tv", 30)))
    assert "The chest is computer-made" in text
    assert "44 cm wide" in text
    assert "Of 10,000 photons in each ray 12 pass the thickest part on average." in text
    assert "the inscribed disc, the air around the body included; the peak is 0.5/cm" in text
    assert "weight 0.0226 cm, the best on validation patients" in text
    assumed = about_the_picture(shown(object="picture", width_is_known=False, photons=None, passing=None))
    assert "taken to be 44 cm wide" in assumed
    assert "no noise" in assumed
    assert "Your slice is 8.5 cm wide, as its file says." in about_the_picture(
        shown(object="slice", width=significant(8.5, 3, " cm"))
    )
    mine = about_the_picture(shown(method("tv", 30), method("fbp", 20), weight_is_tuned=False, filter_is_tuned=False))
    assert mine.count("as you chose") == 2


def test_an_upload_of_unknown_width_is_as_wide_as_the_visitor_says() -> None:
    picture = UploadedFile.of(upload_files.encode(_gradient()))
    choice = ScanChoice(phantom=OWN, upload=picture, width=8.5, methods=("fbp",), size=64, views=10)
    assert choice.scan.width == 8.5
    found = record(choice, _results(choice))
    assert (found.object, found.width_is_known) == ("picture", False)
    assert "taken to be 8.5 cm wide" in about_the_picture(found)
    wide = record(dataclasses.replace(choice, width=44.0), _results(dataclasses.replace(choice, width=44.0)))
    assert isinstance(found.passing, int)
    assert float(wide.passing or 0) < found.passing / 10


def test_a_slice_that_tells_its_width_asks_for_none() -> None:
    pytest.importorskip("pydicom", reason="needs the extra: pip install pydicom")
    from tests.unit.data.dicom_files import ct, ramp

    def choice(**header: Any) -> ScanChoice:
        return ScanChoice(phantom=OWN, upload=UploadedFile.of(ct(ramp(64, 64), **header)), size=64)

    control = ScanChoice.controls()["width"]
    told, untold = choice(PixelSpacing=[1.25, 1.25]), choice()
    assert not control.is_applicable(vars(told))
    assert told.scan.width == pytest.approx(8.0)
    assert control.is_applicable(vars(untold))
    assert untold.scan.width == 44.0
    assert not control.is_applicable(vars(ScanChoice()))


def _gradient() -> Any:
    import PIL.Image

    return PIL.Image.radial_gradient("L")


@cache
def _network(name: str) -> Any:
    return zoo.load(name)


def _results(choice: ScanChoice, size: int | None = None) -> Results:
    """As `structviz.ui.pages.ct.results.results` has them, without a queue; on a coarser grid than the choice's own."""
    size = size or choice.size
    scan, image = dataclasses.replace(choice.scan, image_size=size), avg_pool2d(choice.image, choice.size // size)
    acquired: Acquisition = acquire_scan(scan, image, math.radians(choice.angle))

    def reconstructed(key: str) -> Any:
        if key == "fbp":
            return reconstruct(classical_method("fbp", scan.geometry, filter=choice.fbp_filter), acquired)
        if key == "tv":
            weight = choice.tv_weight
            return reconstruct(classical_method("tv", scan.geometry, weight=weight, n_photons=scan.n_photons), acquired)
        return reconstruct(learned_method(_network(f"ct/{key}-{choice.training}"), scan.geometry), acquired)

    return Results(acquired, {key: reconstructed(key) for key in choice.columns})


CONSTANTS = ("0.5/cm", "9")
"""The peak of the PSNR, and a slide of the lecture."""


def _check(choice: ScanChoice, results: Results) -> None:
    found = record(choice, results)
    # What networks were not trained for comes from the study in words.
    outside = where_outside(found)
    check_sentences(found, [headline(found), *what_to_notice(found), about_the_picture(found)], CONSTANTS)
    assert [method.key for method in found.methods] == list(choice.columns)
    for method in found.methods:
        assert method.result == decibels(results.methods[method.key].psnr[-1])
    learned = [method for method in found.methods if method.learned]
    assert (outside is None) == (not learned or not learned[0].outside)
    text = " ".join(what_to_notice(found))
    if found.lead is not None and found.lead.value:
        leader = "equivariant" if found.lead.value > 0 else "ordinary"
        assert f"At {found.turn} the **{leader}** network is ahead by {abs(found.lead)}" in text
    if "gives exactly the turned image" in text:
        assert choice.angle % 180 == 0 or (choice.degrees == 180 and choice.views % 2 == 0 and choice.angle % 90 == 0)
    assert ("computer-made" in about_the_picture(found)) == (choice.own is None)


@pytest.mark.parametrize("title", PRESETS)
def test_presets_say_what_they_show(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconstruction, "_TV_STEPS", 12)
    choice = dataclasses.replace(PRESETS[title], size=64)
    _check(choice, _results(choice))


def _imagined(choice: ScanChoice, random: Random) -> Results:
    """Results with any numbers: ties, perfect pictures and networks behind what learns nothing are all among them."""
    blank = torch.zeros(6, 2, 2)

    def imagined(key: str) -> Reconstruction:
        n = 1 if key == "fbp" else 6
        psnr = tuple(random.choice((20.04, 30.0, math.inf, random.uniform(5, 50))) for _ in range(n))
        return Reconstruction(blank[:n], psnr, (0.9,) * n)

    n = choice.size
    scan = Acquisition(
        torch.zeros(1, 1, n, n),
        torch.zeros(1, 1, *choice.scan.geometry.sinogram_shape),
        choice.scan.geometry,
        torch.ones(n, n, dtype=torch.bool),
        random.uniform(0, 20),
    )
    return Results(scan, {key: imagined(key) for key in choice.columns})


_RECONSTRUCTED = 20
"""Of so many random states one is reconstructed; the others have invented figures, which are quicker and stranger."""


def test_random_states_say_what_they_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconstruction, "_TV_STEPS", 12)
    picture, random = UploadedFile.of(upload_files.encode(_gradient())), Random(5)
    draw = {
        "angle": lambda random: random.choice((*range(0, 361, 90), random.randrange(361))),
        "upload": lambda random: picture if random.random() < 0.5 else None,
    }
    states = random_choices(ScanChoice, 200, 11, draw)
    assert len({repr(state) for state in states}) > 190
    for k, state in enumerate(states):
        if k % _RECONSTRUCTED:
            _check(state, _imagined(state, random))
        else:
            _check(state, _results(state, 32))
