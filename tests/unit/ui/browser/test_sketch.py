from typing import Any

import pytest
import torch

from structviz.ui.browser.sketch import read_sketch

INK = "00" * 28 + "ff80" + "00" * (27 * 28 - 2)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The session of a visitor, without a server."""
    session: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", session)
    return session


def test_what_is_drawn_comes_as_an_image(state: dict[str, Any]) -> None:
    state["sheet"] = {"sketch": {"pixels": INK, "count": 1}}
    image = read_sketch("sheet")
    assert image is not None
    expected = torch.zeros(1, 1, 28, 28)
    expected[0, 0, 1, :2] = torch.tensor([1.0, 128 / 255])
    torch.testing.assert_close(image, expected)


@pytest.mark.parametrize(
    "pixels",
    [None, 3, "", "ff", "00" * 784, "zz" * 784, "f " * 784, " " * 1568, "ff" * 785, ["ff"] * 784, "é" * 1568],
    ids=lambda pixels: str(pixels)[:8],
)
def test_what_is_no_drawing_is_none(state: dict[str, Any], pixels: object) -> None:
    state["sheet"] = {"sketch": {"pixels": pixels, "count": 1}}
    assert read_sketch("sheet") is None


def test_nothing_is_drawn_at_first(state: dict[str, Any]) -> None:
    assert read_sketch("sheet") is None
