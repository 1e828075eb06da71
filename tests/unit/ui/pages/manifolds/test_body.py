"""What can be taken along of the bodies."""

import csv
import io

import pytest
from PIL import Image as PillowImage

from structviz.ui.pages.manifolds import body
from structviz.ui.pages.manifolds.body import body_csv, body_picture
from structviz.ui.pages.manifolds.choice import ManifoldsChoice


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> ManifoldsChoice:
    monkeypatch.setattr(body, "N_STEPS", 100)
    return ManifoldsChoice(body=True, spin="any", body_h=0.52, body_methods=("lie-euler", "rk4"))


def test_a_table_has_what_each_method_keeps(short: ManifoldsChoice) -> None:
    rows = list(csv.DictReader(io.StringIO(body_csv(short))))
    assert [(row["method"], row["step"]) for row in (rows[0], rows[-1])] == [("lie-euler", "0"), ("rk4", "100")]
    assert len(rows) == 2 * 101
    off = {row["method"]: float(row["off the rotations"]) for row in rows}
    assert off["lie-euler"] < 1e-12
    assert off["rk4"] > 1e-4


def test_a_picture_has_a_box_for_each_method(short: ManifoldsChoice) -> None:
    picture = PillowImage.open(io.BytesIO(body_picture(short)))
    assert picture.width == 2 * picture.height
