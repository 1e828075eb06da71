"""Small pictures of presets: one for each, shipped, and drawn anew when a preset changes."""

import base64
import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from structviz.ui.kit import thumbnails
from structviz.ui.kit.thumbnails import SIDE, draw_presets, file_of, picture_of, strips
from structviz.ui.thumbnails import PAGES, main
from tests.unit.ui.kit.test_form import Example

PRESETS = {"Second: b!": Example(kind="b", angle=45), "First": Example()}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(thumbnails, "FOLDER", tmp_path)
    thumbnails._encoded.cache_clear()
    return tmp_path


def grey(choice: Example) -> np.ndarray:
    """As dark as the angle is large, wider than high, with white ends that the square leaves out."""
    colours = np.full((10, 20, 4), 255 - choice.angle, np.uint8)
    colours[:, :4] = colours[:, -4:] = 255
    colours[..., 3] = 255
    return colours


def test_a_preset_has_the_picture_that_was_drawn_for_it(folder: Path) -> None:
    assert picture_of("ex", "First", PRESETS["First"]) is None
    first, second = draw_presets("ex", PRESETS, grey)[::-1]
    assert [file.parent for file in (first, second)] == [folder / "ex"] * 2
    assert second.name.startswith("second-b-")
    address = picture_of("ex", "First", PRESETS["First"])
    assert address is not None
    kind, content = address.split(",")
    assert kind == "data:image/webp;base64"
    picture = np.asarray(PillowImage.open(io.BytesIO(base64.b64decode(content))))
    assert picture.shape == (SIDE, SIDE, 3)
    assert np.abs(picture.astype(int) - (255 - PRESETS["First"].angle)).max() <= 3


def test_another_choice_under_the_same_title_has_another_picture(folder: Path) -> None:
    draw_presets("ex", PRESETS, grey)
    changed = dataclasses.replace(PRESETS["First"], angle=50)
    assert picture_of("ex", "First", changed) is None
    draw_presets("ex", {"First": changed}, grey)
    assert [file.name for file in (folder / "ex").iterdir()] == [file_of("ex", "First", changed).name]
    assert picture_of("ex", "Second: b!", PRESETS["Second: b!"]) is None


def test_a_picture_keeps_what_is_transparent(folder: Path) -> None:
    def ring(choice: Example) -> np.ndarray:
        colours = grey(choice)
        colours[2:-2, 6:-6, 3] = 0
        return colours

    (file,) = draw_presets("ex", {"First": PRESETS["First"]}, ring)
    opacity = np.asarray(PillowImage.open(file))[..., 3]
    assert opacity[SIDE // 2, SIDE // 2] == 0
    assert opacity[0, 0] == 255


def test_strips_show_a_part_of_each_picture_in_its_place() -> None:
    pictures = [np.full((4, 7, 4), value, np.uint8) for value in (0, 1, 2)]
    pictures[1][:, 3] = 9
    assert strips(pictures)[0, :, 0].tolist() == [0, 0, 1, 9, 1, 2, 2]
    assert np.array_equal(strips(pictures[:1]), pictures[0])


@pytest.mark.parametrize("page", PAGES)
def test_every_preset_of_a_page_ships_with_its_picture(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    presets, _ = PAGES[page]()
    drawn = {file_of(page, title, preset) for title, preset in presets.items()}
    assert drawn == set((thumbnails.FOLDER / page).glob("*.webp")), f"run python -m structviz.ui.thumbnails {page}"
    assert sum(file.stat().st_size for file in drawn) < 40_000


def test_the_command_says_which_pages_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "rot, ct, flow, notation, stability, inv, control, manifolds, robust, train" in capsys.readouterr().err
