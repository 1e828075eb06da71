"""What can be taken along of the bodies."""

import csv
import io
import json
import re

import pytest
from PIL import Image as PillowImage

from structviz.ui.pages.manifolds import body
from structviz.ui.pages.manifolds.body import body_csv, body_film, body_picture
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


def test_a_film_begins_with_what_is_chosen(short: ManifoldsChoice) -> None:
    page = body_film(short)
    data = re.search(r'<script id="bodies" type="application/json">(.+)</script>', page)
    assert data
    shown = json.loads(data[1])
    assert [method["name"] for method in shown["methods"]] == list(short.body_methods)
    assert (shown["spin"], shown["h"], shown["steps"]) == ("any", 0.52, 100)
    assert "for 100 steps of each method" in page
