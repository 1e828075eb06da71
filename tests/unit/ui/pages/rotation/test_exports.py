"""What is taken along equals what the backend computes, and is computed for the choice at hand."""

import csv
import dataclasses
import io
import math

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz import zoo
from structviz.data import grating, stripes
from structviz.figures.animation import AnimationType
from structviz.studies.equivariance_curves import equivariance_curves
from structviz.studies.rotation import film_strip
from structviz.ui.kit.turning import curves, turn
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import STRIPES
from structviz.ui.pages.rotation.results import comparison_of, loaded_networks, turning_image

CHOICE = RotationChoice(STRIPES, angle=30, level=0.2, seed=3)


def frames(content: bytes) -> list[np.ndarray]:
    picture = PillowImage.open(io.BytesIO(content))
    shown = []
    for k in range(getattr(picture, "n_frames", 1)):
        picture.seek(k)
        shown.append(np.asarray(picture.convert("RGB")))
    return shown


def made(choice: RotationChoice, form: AnimationType, differences: bool = False) -> bytes:
    return turn(turning_image(choice), loaded_networks(choice), form, differences)


@pytest.mark.parametrize(("form", "n_frames"), [("webp", 72), ("gif", 36)])
def test_the_turn_is_a_film_of_one_turn(form: AnimationType, n_frames: int) -> None:
    content = made(CHOICE, form)
    shown = frames(content)
    assert len(shown) == n_frames
    assert len(content) < 3_000_000
    assert not np.array_equal(shown[0], shown[n_frames // 8])


def test_choices_change_the_film_but_the_angle_does_not() -> None:
    film = made(CHOICE, "webp")
    assert made(dataclasses.replace(CHOICE, angle=75), "webp") == film
    for changed in (
        dataclasses.replace(CHOICE, seed=4),
        dataclasses.replace(CHOICE, arms=("ordinary",)),
        dataclasses.replace(CHOICE, noise_turns=True),
        dataclasses.replace(CHOICE, matching="parameters"),
    ):
        assert made(changed, "webp") != film
    assert made(CHOICE, "webp", differences=True) != film


def test_the_curves_are_those_of_the_backend() -> None:
    rows = list(csv.DictReader(io.StringIO(curves(turning_image(CHOICE), loaded_networks(CHOICE)))))
    nets = {arm: zoo.load(f"stripes/{arm}") for arm in CHOICE.arms}
    strip = film_strip(nets, stripes(1), 72, level=0.2, seed=3)
    errors = equivariance_curves(nets, strip)
    assert len(rows) == 72 * 3
    for arm in CHOICE.arms:
        mine = [row for row in rows if row["arm"] == arm]
        for k in (0, 6, 18):
            assert float(mine[k]["angle_degrees"]) == pytest.approx(math.degrees(strip.angles[k].item()))
            assert float(mine[k]["psnr_db"]) == pytest.approx(strip.arms[arm].psnr[k].item(), abs=2e-3)
        assert float(mine[9]["equivariance_error"]) == pytest.approx(errors.arms[arm][9], rel=1e-2)


def test_wide_stripes_turn_without_interpolation() -> None:
    choice = RotationChoice(angle=40)
    strip = turning_image(choice).strip()
    assert torch.equal(strip.clean, grating(strip.angles))
    assert torch.equal(comparison_of(choice).clean[-1], grating(math.radians(40)))
