import base64
import dataclasses
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.figures import CLASS_COLOURS
from structviz.figures.film_encoding import MAX_PANEL_BYTES, SHOWS, Panel, encode_films, known_shows
from structviz.figures.packet import unpack
from structviz.studies.flow import Film


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
        smallest=torch.ones(mesh[0] - 1, mesh[1] - 1),
        decisions=torch.rand(n_frames, side, side, generator=generator),
        normal=torch.arange(1.0, dim + 1),
        offset=-0.25,
        half_width=2.5,
    )


def decode(films: bytes) -> tuple[list[dict[str, Any]], list[dict[str, np.ndarray]], list[str]]:
    """Heads, arrays and colours, as far from the encoder's code as can be."""
    head, arrays = unpack(films)
    decoded = []
    for k, panel in enumerate(head["panels"]):
        found = {name.partition("/")[2]: values for name, values in arrays.items() if name.startswith(f"{k}/")}
        bits = [found["folded"][j // 8] >> (j % 8) & 1 for j in range(len(panel["times"]) * panel["cells"])]
        rows, columns = (n - 1 for n in found["mesh"].shape[1:3])
        cells = (rows, columns) if panel["cells"] else (0, 0)
        found["folded"] = np.array(bits).reshape(len(panel["times"]), *cells)
        for name, scale in panel["scales"].items():
            assert found[name].dtype == np.int16
            found[name] = np.where(found[name] == -32768, np.nan, found[name] * scale)
        decoded.append(found)
    return head["panels"], decoded, head["colours"]


def spoilt(original: Film, **fields: object) -> Film:
    """A film as careless code might build it, without the checks of the constructor."""
    broken = dataclasses.replace(original)
    for name, value in fields.items():
        object.__setattr__(broken, name, value)
    return broken


@pytest.mark.parametrize("dim", [2, 3])
def test_bytes_hold_the_film(dim: int) -> None:
    original = film(dim=dim)
    (head,), (arrays,), colours = decode(encode_films([Panel("Title", original, "Caption")]))
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
    heads, arrays, _ = decode(encode_films([Panel(str(k), one) for k, one in enumerate(films)]))
    assert [head["title"] for head in heads] == ["0", "1", "2"]
    for one, found in zip(films, arrays, strict=True):
        assert (found["positions"] == one.positions.numpy()).all()
        assert (found["folded"] == one.folded.numpy()).all()


def test_double_precision_is_rounded_once() -> None:
    original = film()
    double = dataclasses.replace(original, positions=original.positions.double() / 3)
    _, (arrays,), _ = decode(encode_films([Panel("", double)]))
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
    _, (arrays,), _ = decode(encode_films([Panel("", broken)]))
    assert np.array_equal(arrays["positions"], positions.numpy(), equal_nan=True)
    assert (~np.isfinite(arrays["mesh"])).any(-1).sum() == 1
    assert not np.isfinite(arrays["mesh"][1, 2, 3]).all()
    assert (~np.isfinite(arrays["arrows"])).any(-1).sum() == 1
    assert arrays["decisions"][0, 0, 0] in (127, 128), "undecided"


def test_a_mesh_that_blows_up_keeps_its_detail() -> None:
    original = film()
    mesh = original.mesh.clone()
    mesh[-1, 0, 0] = torch.tensor([3e30, 4e30])
    _, (arrays,), _ = decode(encode_films([Panel("", dataclasses.replace(original, mesh=mesh))]))
    far = arrays["mesh"][-1, 0, 0]
    assert far == pytest.approx([16 * 2.5 * 0.6, 16 * 2.5 * 0.8], rel=1e-3), "drawn in, in its direction"
    near = mesh.abs().amax(-1) < 5
    assert np.abs(arrays["mesh"] - mesh.numpy())[near.numpy()].max() < 1e-3


def test_one_wild_velocity_leaves_the_others_their_length() -> None:
    original = film(arrows=100)
    arrows = original.arrows.clone()
    arrows[0, 0] = torch.tensor([0.0, -1e20])
    (head,), (arrays,), _ = decode(encode_films([Panel("", dataclasses.replace(original, arrows=arrows))]))
    speeds = arrows.norm(dim=-1)
    assert head["speed"] == pytest.approx(torch.quantile(speeds, 0.98).item(), rel=1e-6)
    assert arrays["arrows"][0, 0] == pytest.approx([0, -2 * head["speed"]], abs=1e-3)
    usual = (speeds < 2 * head["speed"]).numpy()
    assert np.abs(arrays["arrows"] - arrows.numpy())[usual].max() < 1e-3
    still = dataclasses.replace(original, arrows=torch.zeros_like(arrows))
    (_,), (arrays,), _ = decode(encode_films([Panel("", still)]))
    assert (arrays["arrows"] == 0).all()


def test_a_full_panel_fits_a_page() -> None:
    full = film(61, 300, mesh=(25, 25), arrows=225, side=48)
    assert len(encode_films([Panel("", full)])) < 1_000_000
    assert len(base64.b64encode(encode_films([Panel("", full)]))) < 1_000_000
    space = film(61, 300, dim=3, mesh=(25, 25))
    assert len(base64.b64encode(encode_films([Panel("", space)]))) < 1_000_000


def test_too_large_a_film_is_refused() -> None:
    size: dict[str, Any] = {"n_frames": 61, "mesh": (2, 2), "arrows": 1, "side": 2}
    fits = MAX_PANEL_BYTES // (61 * 8) - 10
    encode_films([Panel("", film(n_points=fits, **size))])
    with pytest.raises(ConfigError, match=r"at most 0\.75 MB, 1 MB in base64; 'Big' would take 0\.9\d MB.*fewer"):
        encode_films([Panel("Big", film(n_points=2000, **size))])


@pytest.mark.parametrize("n", [0, 5])
def test_number_of_panels(n: int) -> None:
    with pytest.raises(ConfigError, match=f"1 to 4 films; got {n}"):
        encode_films([Panel("", film())] * n)


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
        encode_films([Panel("Torn", spoilt(film(), **{name: value}))])


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
        encode_films([Panel("", spoilt(film(), **fields))])


@pytest.mark.parametrize(("changes", "message"), [({"n_frames": 1}, "two frames.*has 1"), ({"dim": 4}, "has 4")])
def test_frames_and_dimensions_are_checked(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        encode_films([Panel("", film(**changes))])


def test_a_film_may_leave_layers_out_but_not_make_them_up() -> None:
    (head,), _, _ = decode(encode_films([Panel("", film(5), n_layers=100)]))
    assert head["n_layers"] == 100
    with pytest.raises(ConfigError, match="5 frames need 4 layers or more; '' has 3"):
        encode_films([Panel("", film(5), n_layers=3)])


def test_only_what_the_player_can_show() -> None:
    assert known_shows(SHOWS) == list(SHOWS)
    with pytest.raises(ConfigError, match="tails, grid, arrows, decisions, line; got confetti"):
        known_shows({"grid", "confetti"})
