import base64
import dataclasses
import html
import json
import math
import re
import struct
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.figures import CLASS_COLOURS
from structviz.figures.player import MAX_PANEL_BYTES, SCRIPT, SHOWS, STYLE, Panel, encode, film_page, known_shows
from structviz.studies.flow import Film
from structviz.ui.browser.player import shown, sought

KINDS = {"positions": "<f4", "mesh": "<i2", "arrows": "<i2", "anchors": "<f4", "decisions": "u1", "labels": "u1"}


def film(
    n_frames: int = 5, n_points: int = 7, dim: int = 2, mesh: tuple[int, int] = (4, 6), arrows: int = 9, side: int = 8
) -> Film:
    """Numbers without a meaning, all different; in three dimensions without what only the plane has."""
    generator = torch.Generator().manual_seed(n_points)
    arrows, side, cells = (arrows, side, (mesh[0] - 1, mesh[1] - 1)) if dim == 2 else (0, 0, (0, 0))
    return Film(
        times=torch.linspace(0, 2, n_frames),
        positions=torch.randn(n_frames, n_points, dim, generator=generator),
        labels=torch.arange(n_points) % 2,
        anchors=torch.randn(arrows, 2, generator=generator),
        arrows=torch.randn(n_frames, arrows, 2, generator=generator),
        mesh=torch.randn(n_frames, *mesh, dim, generator=generator),
        folded=torch.rand(n_frames, *cells, generator=generator) < 0.3,
        decisions=torch.rand(n_frames, side, side, generator=generator),
        normal=torch.arange(1.0, dim + 1),
        offset=-0.25,
        half_width=2.5,
    )


def decode(films: bytes) -> tuple[list[dict[str, Any]], list[dict[str, np.ndarray]], list[str]]:
    """Headers and arrays, as far from the encoder's code as can be."""
    (length,) = struct.unpack_from("<I", films)
    head = json.loads(films[4 : 4 + length])
    body = films[4 + length :]
    arrays = []
    for panel in head["panels"]:
        found = {}
        for name, place in panel["arrays"].items():
            shape = tuple(place["shape"])
            if name == "folded":
                packed = np.frombuffer(body, np.uint8, -(-math.prod(shape) // 8), place["at"])
                found[name] = np.array([packed[k // 8] >> (k % 8) & 1 for k in range(math.prod(shape))]).reshape(shape)
                continue
            found[name] = np.frombuffer(body, KINDS[name], math.prod(shape), place["at"]).reshape(shape)
            if KINDS[name] == "<i2":
                lost = found[name] == -32768
                found[name] = np.where(lost, np.nan, found[name] * place["scale"])
        arrays.append(found)
    return head["panels"], arrays, head["colours"]


def spoilt(original: Film, **fields: object) -> Film:
    """A film as careless code might build it, without the checks of the constructor."""
    broken = dataclasses.replace(original)
    for name, value in fields.items():
        object.__setattr__(broken, name, value)
    return broken


@pytest.mark.parametrize("dim", [2, 3])
def test_bytes_hold_the_film(dim: int) -> None:
    original = film(dim=dim)
    (head,), (arrays,), colours = decode(encode([Panel("Title", original, "Caption")]))
    assert colours == list(CLASS_COLOURS)
    assert (head["title"], head["caption"], head["n_layers"]) == ("Title", "Caption", 4)
    assert head["times"] == original.times.tolist()
    assert (head["normal"], head["offset"], head["half_width"]) == (original.normal.tolist(), -0.25, 2.5)
    assert arrays["positions"].dtype == np.float32
    assert (arrays["positions"] == original.positions.numpy()).all(), "to the last bit"
    assert (arrays["anchors"] == original.anchors.numpy()).all()
    assert (arrays["labels"] == original.labels.numpy()).all()
    assert arrays["folded"].shape == tuple(original.folded.shape)
    assert (arrays["folded"] == original.folded.numpy()).all()
    assert np.abs(arrays["mesh"] - original.mesh.numpy()).max() <= original.mesh.abs().max().item() / 65000
    assert np.abs(arrays["decisions"] / 255 - original.decisions.numpy()).max(initial=0) <= 0.5 / 255 + 1e-7


def test_films_side_by_side_do_not_get_mixed_up() -> None:
    films = [film(5), film(9, n_points=4, dim=3), film(3, n_points=11)]
    heads, arrays, _ = decode(encode([Panel(str(k), one) for k, one in enumerate(films)]))
    assert [head["title"] for head in heads] == ["0", "1", "2"]
    for one, found in zip(films, arrays, strict=True):
        assert (found["positions"] == one.positions.numpy()).all()
        assert (found["folded"] == one.folded.numpy()).all()


def test_double_precision_is_rounded_once() -> None:
    original = film()
    double = dataclasses.replace(original, positions=original.positions.double() / 3)
    _, (arrays,), _ = decode(encode([Panel("", double)]))
    assert (arrays["positions"] == double.positions.float().numpy()).all()


def test_what_is_not_finite_stays_so() -> None:
    original = film()
    positions, mesh, arrows, decisions = (
        getattr(original, name).clone() for name in ("positions", "mesh", "arrows", "decisions")
    )
    positions[2, 3] = math.nan
    positions[3, 3, 0] = math.inf
    mesh[1, 2, 3] = math.inf
    arrows[4, 0, 1] = math.nan
    decisions[0, 0, 0] = math.nan
    broken = dataclasses.replace(original, positions=positions, mesh=mesh, arrows=arrows, decisions=decisions)
    _, (arrays,), _ = decode(encode([Panel("", broken)]))
    assert np.array_equal(arrays["positions"], positions.numpy(), equal_nan=True)
    assert (~np.isfinite(arrays["mesh"])).any(-1).sum() == 1
    assert not np.isfinite(arrays["mesh"][1, 2, 3]).all()
    assert (~np.isfinite(arrays["arrows"])).any(-1).sum() == 1
    assert arrays["decisions"][0, 0, 0] in (127, 128), "undecided"


def test_a_mesh_that_blows_up_keeps_its_detail() -> None:
    original = film()
    mesh = original.mesh.clone()
    mesh[-1, 0, 0] = torch.tensor([3e30, 4e30])
    _, (arrays,), _ = decode(encode([Panel("", dataclasses.replace(original, mesh=mesh))]))
    far = arrays["mesh"][-1, 0, 0]
    assert far == pytest.approx([16 * 2.5 * 0.6, 16 * 2.5 * 0.8], rel=1e-3), "drawn in, in its direction"
    near = mesh.abs().amax(-1) < 5
    assert np.abs(arrays["mesh"] - mesh.numpy())[near.numpy()].max() < 1e-3


def test_one_wild_velocity_leaves_the_others_their_length() -> None:
    original = film(arrows=100)
    arrows = original.arrows.clone()
    arrows[0, 0] = torch.tensor([0.0, -1e20])
    (head,), (arrays,), _ = decode(encode([Panel("", dataclasses.replace(original, arrows=arrows))]))
    speeds = arrows.norm(dim=-1)
    assert head["speed"] == pytest.approx(torch.quantile(speeds, 0.98).item(), rel=1e-6)
    assert arrays["arrows"][0, 0] == pytest.approx([0, -2 * head["speed"]], abs=1e-3)
    usual = (speeds < 2 * head["speed"]).numpy()
    assert np.abs(arrays["arrows"] - arrows.numpy())[usual].max() < 1e-3
    still = dataclasses.replace(original, arrows=torch.zeros_like(arrows))
    (_,), (arrays,), _ = decode(encode([Panel("", still)]))
    assert (arrays["arrows"] == 0).all()


def test_a_full_panel_fits_a_page() -> None:
    full = film(61, 300, mesh=(25, 25), arrows=225, side=48)
    assert len(encode([Panel("", full)])) < 1_000_000
    assert len(base64.b64encode(encode([Panel("", full)]))) < 1_000_000
    assert len(film_page([Panel("", full)], "")) < 1_000_000
    space = film(61, 300, dim=3, mesh=(25, 25))
    assert len(base64.b64encode(encode([Panel("", space)]))) < 1_000_000


def test_too_large_a_film_is_refused() -> None:
    size: dict[str, Any] = {"n_frames": 61, "mesh": (2, 2), "arrows": 1, "side": 2}
    fits = MAX_PANEL_BYTES // (61 * 8) - 10
    encode([Panel("", film(n_points=fits, **size))])
    with pytest.raises(ConfigError, match=r"at most 0\.75 MB, 1 MB in base64; 'Big' would take 0\.9\d MB.*fewer"):
        encode([Panel("Big", film(n_points=2000, **size))])


@pytest.mark.parametrize("n", [0, 5])
def test_number_of_panels(n: int) -> None:
    with pytest.raises(ConfigError, match=f"1 to 4 films; got {n}"):
        encode([Panel("", film())] * n)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("times", torch.arange(4.0)),
        ("labels", torch.zeros(6, dtype=torch.int64)),
        ("arrows", torch.zeros(5, 8, 2)),
        ("mesh", torch.zeros(4, 4, 6, 2)),
        ("mesh", torch.zeros(5, 4, 6, 3)),
        ("folded", torch.zeros(5, 4, 6, dtype=torch.bool)),
        ("decisions", torch.zeros(4, 8, 8)),
        ("normal", torch.ones(3)),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(name: str, value: Tensor) -> None:
    with pytest.raises(ShapeError, match=rf"'Torn', {name} must have the shape .*got \({value.shape[0]}"):
        encode([Panel("Torn", spoilt(film(), **{name: value}))])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"labels": torch.arange(7)}, r"0 or 1.*\[0, 1, 2, 3, 4, 5, 6\]"),
        ({"times": torch.tensor([0.0, 1, 1, 2, 3])}, "must increase"),
        ({"times": torch.tensor([0.0, 1, 2, 3, math.inf])}, "must increase"),
        ({"half_width": 0.0}, "half-width must be positive"),
        ({"offset": math.nan}, "classifier finite"),
        ({"normal": torch.tensor([math.inf, 0])}, "classifier finite"),
    ],
)
def test_films_that_cannot_be_drawn_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        encode([Panel("", spoilt(film(), **fields))])


@pytest.mark.parametrize(("changes", "message"), [({"n_frames": 1}, "two frames.*has 1"), ({"dim": 4}, "has 4")])
def test_frames_and_dimensions_are_checked(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        encode([Panel("", film(**changes))])


def test_a_film_may_leave_layers_out_but_not_make_them_up() -> None:
    (head,), _, _ = decode(encode([Panel("", film(5), n_layers=100)]))
    assert head["n_layers"] == 100
    with pytest.raises(ConfigError, match="5 frames need 4 layers or more; '' has 3"):
        encode([Panel("", film(5), n_layers=3)])


def test_a_page_stands_alone() -> None:
    page = film_page([Panel("A", film())], "T")
    assert not re.search(r"(https?:)?//[a-z]", re.sub(r"(?m)(^|\s)// .*$", "", page)), "no address of anything"
    assert not re.search(r"\b(src|href)=|@import|url\(|import\(|fetch\(", page)
    assert "default-src 'none'" in page
    assert SCRIPT in page
    assert STYLE in page
    assert "</script" not in SCRIPT
    assert "</style" not in STYLE


def test_words_stay_words() -> None:
    nasty = "</script><script>alert('ä' & \"b\")</script><!--"
    page = film_page([Panel(nasty, film(), nasty)], nasty, nasty)
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "<script>alert" not in page
    assert page.count(html.escape(nasty)) == 3, "title, heading and note"
    data = re.search(r'<script id="film" type="text/plain">([A-Za-z0-9+/=]+)</script>', page)
    assert data
    (head,), _, _ = decode(base64.b64decode(data[1]))
    assert head["title"] == head["caption"] == nasty


def test_a_page_begins_as_it_is_told() -> None:
    page = film_page([Panel("", film())], "", show={"line", "grid"}, frame=3)
    assert '{"show": ["grid", "line"], "frame": 3}' in page
    with pytest.raises(ConfigError, match="tails, grid, arrows, decisions, line; got confetti"):
        film_page([Panel("", film())], "", show={"grid", "confetti"})
    assert known_shows(SHOWS) == list(SHOWS)


def test_reports_of_a_browser_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def hears(report: object) -> None:
        monkeypatch.setattr("streamlit.session_state", {"film": report})

    hears({"seek": {"frame": 7, "count": 1}, "show": {"names": ["grid", "line"], "count": 2}})
    assert sought("film") == 7
    assert shown("film") == {"grid", "line"}
    for frame in ("7", None, -1, math.nan, math.inf, True, [7]):
        hears({"seek": {"frame": frame}})
        assert sought("film") is None
    for names in ("grid", None, 3, {"grid": True}):
        hears({"show": {"names": names}})
        assert shown("film") is None
    hears({"show": {"names": ["grid", "confetti", 3]}, "seek": 4})
    assert shown("film") == {"grid"}
    assert sought("film") is None
    hears({})
    assert sought("film") is shown("film") is None
