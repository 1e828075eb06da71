"""Packets and pictures of attacked and of turned photographs."""

import io

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz.figures.adversarial import bytes_of, encode_sum, enlarged_noise, triple_png
from structviz.figures.class_colours import OTHERS, TRUTH, named_classes
from structviz.figures.packet import unpack
from structviz.figures.ring import draw_ring, encode_ring
from structviz.studies.robustness.noise import NoiseStudy

SIDE = 4
PHOTO = torch.arange(3 * SIDE * SIDE).reshape(1, 3, SIDE, SIDE) / 255
NOISES = torch.stack([torch.zeros(3, SIDE, SIDE), torch.full((3, SIDE, SIDE), -127.0)]).to(torch.int8)
SHARES = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
NAMES = ("cat", "dog", "gibbon")


def test_a_sum_has_photograph_noises_and_classes() -> None:
    study = NoiseStudy(PHOTO, 0, 2, (0.0, 2 / 255), NOISES, (0, 1), SHARES, 1, 1)
    head, arrays = unpack(encode_sum(study, NAMES, "a cat"))
    assert arrays["photo"].shape == (SIDE, SIDE, 3)
    assert arrays["photo"][1, 2].tolist() == [6, 22, 38]
    assert arrays["noises"].shape == (2, SIDE, SIDE, 3)
    assert [frame["words"] for frame in head["frames"]] == ["ε = 0/255", "ε = 2/255"]
    assert [frame["noise"] for frame in head["frames"]] == [0, 1]
    place, share = head["frames"][1]["top"][0]
    assert (head["names"][place], round(share, 3)) == ("gibbon", 0.7)


def test_winners_have_colours_of_their_own() -> None:
    found = named_classes(SHARES, NAMES, 0, 1)
    assert found.names == ("cat", "gibbon")
    assert found.colours == (TRUTH, OTHERS[0])
    assert [top[0][0] for top in found.tops] == [0, 1]


def test_a_ring_starts_with_the_class_of_the_upright_photograph() -> None:
    head, _ = unpack(encode_ring(PHOTO, SHARES, NAMES, "a cat", None, "two angles"))
    assert head["names"][head["truth"]] == "cat"
    assert (head["worst"], len(head["tops"])) == (None, 2)


def test_a_ring_marks_a_worst_angle_between_its_own_with_its_classes() -> None:
    between = SHARES[1].flip(0)
    head, _ = unpack(encode_ring(PHOTO, SHARES, NAMES, "a cat", (47.2, between), "two angles"))
    place, share = head["worst"]["top"][0]
    assert (head["worst"]["degrees"], len(head["tops"])) == (47.2, 2)
    assert (head["names"][place], share) == (
        NAMES[int(between.argmax())],
        pytest.approx(between.max().item(), abs=1e-6),
    )
    assert head["tops"] == unpack(encode_ring(PHOTO, SHARES, NAMES, "a cat", None, "two angles"))[0]["tops"]


def test_pictures_show_the_noise_and_the_ring() -> None:
    assert np.unique(enlarged_noise(NOISES[1])).tolist() == [0]
    assert bytes_of(PHOTO).dtype == np.uint8
    sheet = PillowImage.open(io.BytesIO(triple_png(PHOTO, NOISES[1], 2 / 255, ("a", "b", "c"))))
    assert sheet.width > 3 * SIDE
    ring = draw_ring(PHOTO, SHARES, 0.0, 100)
    # Up is the first angle, in the colour of the class that the photograph has; down is the other one.
    assert "#{:02X}{:02X}{:02X}".format(*ring[9, 50]) == TRUTH
    assert "#{:02X}{:02X}{:02X}".format(*ring[90, 50]) == OTHERS[0]
