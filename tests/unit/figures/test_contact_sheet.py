"""The sheet of labelled pictures: nothing overlaps, nothing is cut, and wrong numbers of things are refused."""

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.errors import ConfigError
from structviz.figures import Heading
from structviz.figures.contact_sheet import Cell, ContactSheet, Font, fitted
from structviz.ode import INTEGRATORS
from structviz.ode.lie_group import ROTATION_METHODS
from structviz.studies.flow.panels import COMPARISONS, panels_for

LONG = "A network with a rather long name, 12345 steps, N = 1000, 26 Nov 01:51"
HEADINGS = (Heading("One", "#D55E00"), Heading(LONG, "#0072B2"))


def plain(colour: str, side: int = 64) -> PillowImage.Image:
    return PillowImage.new("RGB", (side, side), colour)


def inked(sheet: PillowImage.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether anything is drawn in a part of the sheet: left, top, right, bottom."""
    part = np.asarray(sheet.crop(box))
    return bool((part[..., 3] > 0).any() if sheet.mode == "RGBA" else (part < 200).any())


@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("labels", [(), ("0°", "120°")])
def test_everything_has_a_place_of_its_own(transparent: bool, labels: tuple[str, ...]) -> None:
    sheet = ContactSheet(HEADINGS, 2, 64, labels, transparent=transparent)
    drawn = sheet.drawn([[Cell(plain("red"), "7 dB"), Cell(plain("blue"))], [Cell(None), Cell(plain("lime"), "8 dB")]])
    assert drawn.size == sheet.size
    for (row, column), colour in {(0, 0): (255, 0, 0), (0, 1): (0, 0, 255), (1, 1): (0, 255, 0)}.items():
        left, top = sheet.corner(row, column)
        pixels = np.asarray(drawn.crop((left, top, left + 64, top + 64)))[..., :3]
        assert (pixels == colour).all()
    for row, column, caption in ((0, 0, True), (0, 1, False), (1, 0, False), (1, 1, True)):
        left, top = sheet.corner(row, column)
        assert inked(drawn, (left, top + 64, left + 64, top + 64 + 36)) == caption
        assert not inked(drawn, (left + 64, top, left + 64 + 11, top + 64))
    left, top = sheet.corner(1, 0)
    empty = drawn.crop((left, top, left + 64, top + 64))
    assert inked(empty, (0, 0, 64, 1))
    assert not inked(empty, (1, 1, 63, 63))
    if labels or not transparent:
        assert inked(drawn, (0, 0, sheet.corner(0, 0)[0] - 1, drawn.height)) == bool(labels)


def test_headings_stand_over_bars_in_their_colours() -> None:
    sheet = ContactSheet(HEADINGS, side=64)
    drawn = sheet.drawn([[Cell(plain("white"))] * 2])
    for column, colour in enumerate(((0xD5, 0x5E, 0x00), (0x00, 0x72, 0xB2))):
        left, top = sheet.corner(0, column)
        assert (np.asarray(drawn.crop((left, top - 7, left + 64, top - 3))) == colour).all()
        assert inked(drawn, (left, 0, left + 64, top - 8))
    assert not inked(drawn, (sheet.corner(0, 0)[0] + 64, 0, sheet.corner(0, 1)[0], drawn.height))


def test_columns_without_words_have_no_bars_and_no_room_for_them() -> None:
    sheet = ContactSheet(2 * (Heading("", "#D55E00"),), side=64, captions=False, transparent=True)
    assert sheet.size == (64 + 12 + 64, 64)
    assert not inked(sheet.drawn([[Cell(plain("red"))] * 2]), (64, 0, 64 + 12, 64))


def test_a_white_sheet_without_words_has_its_margin_on_all_sides() -> None:
    sheet = ContactSheet((Heading("", "#D55E00"),), side=64, captions=False)
    assert sheet.size == (12 + 64 + 12, 12 + 64 + 12)
    inner = np.asarray(sheet.drawn([[Cell(plain("red"))]])).min(-1) < 200
    assert inner[12:-12, 12:-12].all()
    assert inner.sum() == 64**2


def test_transparent_parts_of_pictures_show_the_ground() -> None:
    clear = Cell(PillowImage.new("RGBA", (64, 64), (255, 0, 0, 0)))
    for transparent, wanted in ((False, (255, 255, 255)), (True, (255, 0, 0, 0))):
        sheet = ContactSheet(HEADINGS[:1], side=64, transparent=transparent)
        assert sheet.drawn([[clear]]).getpixel(sheet.corner(0, 0)) == wanted


def test_a_sheet_can_be_drawn_again() -> None:
    sheet = ContactSheet(HEADINGS[:1], side=64)
    first = sheet.drawn([[Cell(plain("red"), "1")]])
    sheet.drawn([[Cell(plain("blue"), "2")]])
    assert sheet.drawn([[Cell(plain("red"), "1")]]).tobytes() == first.tobytes()


def test_words_become_smaller_before_they_are_cut() -> None:
    assert fitted("Noisy", 384, 24)[0] == "Noisy"
    assert fitted("Noisy", 384, 24)[1].getlength("Noisy") == fitted("Noisy", 1000, 24)[1].getlength("Noisy")
    words, smaller = fitted(LONG, 600, 24)
    assert words == LONG
    assert smaller.getlength(LONG) <= 600 < fitted(LONG, 2000, 24)[1].getlength(LONG)
    words, font = fitted(LONG, 384, 24)
    assert words.endswith("…")
    assert LONG.startswith(words[:-1])
    assert 300 < font.getlength(words) <= 384


def test_wrong_numbers_of_things_are_refused() -> None:
    with pytest.raises(ConfigError, match="got none"):
        ContactSheet(())
    with pytest.raises(ConfigError, match="each of the 2 rows; got 1"):
        ContactSheet(HEADINGS, 2, labels=("0°",))
    with pytest.raises(ConfigError, match="1 rows of 2 pictures"):
        ContactSheet(HEADINGS, side=64).drawn([[Cell(None)]])
    with pytest.raises(ConfigError, match=r"64 pixels a side; got \(32, 32\)"):
        ContactSheet(HEADINGS[:1], side=64).drawn([[Cell(plain("red", 32))]])


def drawn(sign: str, font: Font) -> bytes:
    picture = PillowImage.new("L", (40, 40))
    ImageDraw.Draw(picture).text((4, 4), sign, 255, font)
    return picture.tobytes()


def test_no_sign_of_a_title_becomes_a_box() -> None:
    titles = [
        panel.title
        for compare in COMPARISONS
        for panel in panels_for("donut2d", compare, n_steps=8, n_points=4, scale=2.0)
    ]
    titles += [method.title for method in (*ROTATION_METHODS.values(), *INTEGRATORS.values())]
    assert any("Δt" in title for title in titles)
    assert any("–" in title for title in titles)
    for title in titles:
        words, font = fitted(title, 2000, 20)
        assert all(drawn(sign, font) != drawn("\uffff", font) for sign in words), words


def test_captions_and_labels_are_spelled_like_headings() -> None:
    def sheet(caption: str, label: str) -> bytes:
        return ContactSheet(HEADINGS[:1], 1, 64, (label,)).drawn([[Cell(plain("red"), caption)]]).tobytes()

    assert sheet("−1 dB", "× 2") == sheet("-1 dB", "x 2") != sheet("1 dB", "x 2")
