"""The animated film of a flow: it is as long and as large as was asked, it moves, and things are where they belong."""

import dataclasses
import io
import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from PIL import ImageColor, ImageSequence

from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType
from structviz.figures.flow.film import Shown, animation
from structviz.figures.theme import CLASS_COLOURS
from structviz.studies.flow import Film
from tests.unit.figures.flow.figures import spiral

HEADING, SIZE, LEFT, TOP = "Flow", 200, 10, 36
"""Heading and side of a panel in these tests, and where its first pixel is."""


def decode(film: bytes) -> list[np.ndarray]:
    with PillowImage.open(io.BytesIO(film)) as pictures:
        return [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(pictures)]


def durations(film: bytes) -> list[int]:
    with PillowImage.open(io.BytesIO(film)) as pictures:
        found = []
        for frame in ImageSequence.Iterator(pictures):
            frame.load()
            found.append(int(frame.info["duration"]))
        return found


def ends(film: Film, show: tuple[Shown, ...], form: AnimationType = "webp") -> tuple[np.ndarray, np.ndarray]:
    """The panel in the first and in the last frame, rows counted from the top."""
    frames = decode(animation([(HEADING, film)], form, SIZE, 4, show))
    first, last = (frame[TOP : TOP + SIZE, LEFT : LEFT + SIZE] for frame in (frames[0], frames[-1]))
    return first, last


def like(panel: np.ndarray, colour: str, tolerance: int = 60) -> np.ndarray:
    return np.abs(panel - ImageColor.getrgb(colour)[:3]).max(-1) < tolerance


def places(mask: np.ndarray, half_width: float = 2.0) -> np.ndarray:
    """Coordinates of marked pixels."""
    rows, columns = np.nonzero(mask)
    return half_width * np.stack([2 * (columns + 0.5) / SIZE - 1, 1 - 2 * (rows + 0.5) / SIZE], 1)


def nearest(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.linalg.norm(found[:, None] - wanted[None], axis=-1).min(1)


def sparse(dim: int = 2) -> Film:
    """Few points, so that they do not hide each other."""
    return spiral(dim, n_points=12, n_layers=8)


def still(positions: torch.Tensor, labels: torch.Tensor) -> Film:
    """Points that stay."""
    film = spiral(positions.shape[-1], n_points=len(positions), n_layers=4)
    return dataclasses.replace(film, positions=positions.expand(5, -1, -1).clone(), labels=labels)


# Each kind of file, and a film with fewest frames, one with most, and one between them.
@pytest.mark.parametrize(("form", "seconds", "n_frames"), [("webp", 2, 60), ("gif", 6.0, 90), ("webp", 30, 120)])
def test_the_film_has_its_frames_and_its_time(form: AnimationType, seconds: float, n_frames: int) -> None:
    film = animation([("Half moons", spiral(n_points=20))], form, 120, seconds)
    with PillowImage.open(io.BytesIO(film)) as pictures:
        assert pictures.format == form.upper()
        assert pictures.info["loop"] == 0
        assert pictures.size == (120 + 2 * 10, TOP + 120 + 32 + 10)
    assert len(decode(film)) == n_frames
    lengths = durations(film)
    assert sum(lengths) == pytest.approx(1000 * seconds, rel=0.15)
    assert lengths[0] > 1.4 * lengths[1]
    assert lengths[-1] > lengths[0] >= 0.07 * 1000 * seconds


@pytest.mark.parametrize(("form", "dim"), [("webp", 3), ("gif", 2)])
def test_every_frame_moves(form: AnimationType, dim: int) -> None:
    frames = decode(animation([(HEADING, spiral(dim, n_points=80))], form, 160, 4))
    panel = (slice(TOP, TOP + 160), slice(LEFT, LEFT + 160))
    changes = [np.abs(a[panel] - b[panel]).max(-1) for a, b in pairwise(frames)]
    assert all((change > 40).sum() > 20 for change in changes)
    # It flows: no frame jumps.
    shares = [float((change > 60).mean()) for change in changes]
    assert max(shares) < 0.25
    assert max(shares) < 4 * float(np.median(shares)) + 0.01


def test_points_are_where_they_are_in_the_colour_of_their_class() -> None:
    film = sparse()
    for panel, layer in zip(ends(film, ("points",)), (0, 8), strict=True):
        for label in (0, 1):
            found = places(like(panel, CLASS_COLOURS[label]))
            own = film.positions[layer, film.labels == label].numpy()
            assert len(found) > 15
            assert nearest(found, own).max() < 0.07  # nothing elsewhere
            assert nearest(own, found).max() < 0.03  # none is missing


def test_between_two_layers_points_go_straight() -> None:
    turn = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    film = dataclasses.replace(still(turn[:1], torch.tensor([1])), positions=turn[[0, 1, 2, 3, 0], None])
    frames = decode(animation([(HEADING, film)], "gif", SIZE, 4, ("points",)))
    for k, frame in enumerate(frames):
        found = places(like(frame[TOP : TOP + SIZE, LEFT : LEFT + SIZE], CLASS_COLOURS[1])).mean(0)
        assert np.abs(found).sum() == pytest.approx(1, abs=0.04)  # on the square, not on the circle
        turned = math.atan2(found[1], found[0]) % (2 * math.pi)
        assert turned == pytest.approx(2 * math.pi * k / (len(frames) - 1), abs=0.3) or k in (0, len(frames) - 1)


def test_frames_stand_at_their_times() -> None:
    film = still(torch.tensor([[-1.0, 0.0]]), torch.tensor([1]))
    film.positions[1:, 0, 0] = 1.0
    film = dataclasses.replace(film, times=torch.tensor([0.0, 3.0, 3.5, 3.75, 4.0]))
    frames = decode(animation([(HEADING, film)], "gif", SIZE, 4, ("points",)))
    middle = places(like(frames[30][TOP : TOP + SIZE, LEFT : LEFT + SIZE], CLASS_COLOURS[1])).mean(0)
    assert middle[0] == pytest.approx(-1 + 2 * (30 / 59) * 4 / 3, abs=0.04)


def test_tails_show_where_points_come_from() -> None:
    film = sparse()
    _, bare = ends(film, ("points",))
    first, last = ends(film, ("points", "tails"))
    np.testing.assert_allclose(first, ends(film, ("points",))[0], atol=60)
    tails = places((np.abs(last - bare).max(-1) > 60) & (last.min(-1) < 200))
    assert len(tails) > 100
    ways = np.concatenate(
        [(1 - s) * a + s * b for a, b in pairwise(film.positions.numpy()) for s in (0, 0.25, 0.5, 0.75)]
    )
    assert nearest(tails, ways).max() < 0.08


@pytest.mark.parametrize(
    ("form", "normal", "offset"), [("webp", (1.0, -0.5), 0.4), ("gif", (-0.2, -1.0), 0.7)], ids=["webp", "gif"]
)
def test_the_line_and_the_ground_tell_the_classifier(form: AnimationType, normal: tuple, offset: float) -> None:
    film = dataclasses.replace(sparse(), normal=torch.tensor(normal), offset=offset)
    centres = 2 * ((2 * torch.arange(16) + 1) / 16 - 1)
    window = torch.stack(torch.meshgrid(centres, centres.flip(0), indexing="xy"), -1)
    own = torch.sigmoid(8 * (window @ film.normal + offset)).expand(9, -1, -1)
    film = dataclasses.replace(film, decisions=own.clone())
    _, panel = ends(film, ("line", "decisions"), form)
    line = places(panel.max(-1) < 200)
    assert len(line) > 150
    assert np.abs(line @ normal + offset).max() / math.hypot(*normal) < 0.06
    everywhere = places(np.ones((SIZE, SIZE), bool))
    # A WebP mixes the colours of neighbours, so the pixels at the rim have some of the frame's.
    values = np.where(np.abs(everywhere).max(1) < 1.97, everywhere @ normal + offset, 0) / math.hypot(*normal)
    red, blue = panel.reshape(-1, 3)[:, 0], panel.reshape(-1, 3)[:, 2]
    assert (blue > red + 40)[values > 0.5].all()
    assert (red > blue + 40)[values < -0.5].all()


def test_the_ground_of_a_frame_is_that_of_its_layers() -> None:
    film = sparse()
    left = torch.zeros(16, 16)
    left[:4, :4] = 1.0  # class 1 in the top left corner only
    decisions = torch.stack([left if k < 8 else left.flip(0, 1) for k in range(9)])
    first, last = ends(dataclasses.replace(film, decisions=decisions), ("decisions",))
    for panel, corner, other in ((first, (20, 20), (180, 180)), (last, (180, 180), (20, 20))):
        assert panel[corner][2] > panel[corner][0] + 40
        assert panel[other][0] > panel[other][2] + 40


def test_a_grid_is_carried_along_and_red_where_it_is_turned_over() -> None:
    film = sparse()
    folded = torch.zeros(9, 8, 8, dtype=torch.bool)
    folded[8, 0, 7] = True
    film = dataclasses.replace(film, folded=folded)
    first, last = ends(film, ("grid",), "gif")
    for panel, layer in ((first, 0), (last, 8)):
        nodes = film.mesh[layer].numpy()
        edges = np.concatenate([nodes[1:].reshape(-1, 2) + nodes[:-1].reshape(-1, 2)]) / 2
        inside = edges[np.abs(edges).max(1) < 1.9]
        assert nearest(inside, places(panel.min(-1) < 235)).max() < 0.04
    red = places((last[..., 0] > last[..., 2] + 50) & (last[..., 0] > 200))
    cell = film.mesh[8, :2, 7:].numpy().reshape(-1, 2).mean(0)
    assert np.linalg.norm(red.mean(0) - cell) < 0.05
    assert not (first[..., 0] > first[..., 2] + 50).any()


def test_space_shows_points_beyond_the_plane_through_it() -> None:
    # The eye is above: of two points on the vertical axis the plane z = 0 hides the lower one in part.
    labels = torch.tensor([1, 1])
    film = still(torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]]), labels)
    for normal in (torch.tensor([0.0, 0.0, 1.0]), torch.tensor([0.0, 0.0, -3.0])):
        _, panel = ends(dataclasses.replace(film, normal=normal, offset=0.0), ("points", "line"))
        upper, lower = panel[:100, 100], panel[100:, 100]
        clear, veiled = (column[like(column, CLASS_COLOURS[1], 90)] for column in (upper, lower))
        assert len(clear) >= 3
        assert len(veiled) >= 2
        assert np.median(veiled[:, 0]) > np.median(clear[:, 0]) + 20
        assert (panel[100, 60:90].max(-1) < 235).all()  # the plane


def test_the_eye_goes_round_and_up_stays_up() -> None:
    film = still(torch.tensor([[1.5, 0.0, 0.0], [0.0, 0.0, 1.5]]), torch.tensor([0, 1]))
    frames = [
        f[TOP : TOP + SIZE, LEFT : LEFT + SIZE]
        for f in decode(animation([(HEADING, film)], "gif", SIZE, 4, ("points",)))
    ]
    side = np.array([places(like(frame, CLASS_COLOURS[0]), 3.0).mean(0) for frame in frames])
    top = np.array([places(like(frame, CLASS_COLOURS[1]), 3.0).mean(0) for frame in frames])
    assert np.ptp(top, axis=0).max() < 0.06
    assert top[0, 1] == pytest.approx(1.5 * math.cos(math.radians(24)), abs=0.06)
    # The first axis from 60 degrees on one side to 40 on the other.
    assert side[0, 0] == pytest.approx(1.5 * math.cos(math.radians(60)), abs=0.06)
    assert side[-1, 0] == pytest.approx(1.5 * math.cos(math.radians(40)), abs=0.06)
    assert side[:, 0].max() == pytest.approx(1.5, abs=0.06)
    assert (np.abs(np.diff(side, axis=0)) < 0.15).all()


def test_a_handed_space_is_not_mirrored() -> None:
    # Seen from above, a turn from the first axis to the second is counter-clockwise: with the third they fan out so.
    film = still(torch.tensor([[1.5, 0.0, 0.0], [0.0, 1.5, 0.0]]), torch.tensor([0, 1]))
    for panel in ends(film, ("points",)):
        (x1, y1), (x2, y2) = (places(like(panel, colour), 3.0).mean(0) for colour in CLASS_COLOURS)
        assert x1 * y2 - y1 * x2 > 0


def test_headings_and_layers_stand_beside_the_panels() -> None:
    film = spiral(n_points=20)
    long = "A heading that is far too long for a panel of this size, so that it must end before the next one"
    frames = decode(animation([("Euler", film), (long, film)], "gif", 200, 4, ("points",)))
    assert frames[0].shape == (TOP + 200 + 32 + 10, 2 * (200 + 10) + 10, 3)
    dark = [frame.max(-1) < 140 for frame in frames]
    assert dark[0][:28, 10:80].any()
    assert dark[0][:28, 220:420].any()
    assert not dark[0][:28, 420:].any()
    foot = slice(TOP + 200 + 8, None)
    assert all(d[foot, 10:200].any() and d[foot, 220:420].any() for d in dark)
    texts = [frame[foot, 10:200].tobytes() for frame in frames]
    assert len(set(texts)) == 41  # layer 0 to layer 40
    # The second film may go through more layers than it has frames.
    counted = decode(animation([(HEADING, film)], "gif", 200, 4, ("points",), n_layers=[20]))
    assert len({frame[foot, 10:200].tobytes() for frame in counted}) == 21


def test_the_bar_tells_the_time() -> None:
    frames = decode(animation([(HEADING, spiral(n_points=20))], "gif", 200, 4, ("points",)))
    widths = [int((frame[TOP + 200 + 3, 10:210].max(-1) < 180).sum()) for frame in frames]
    np.testing.assert_allclose(widths, np.linspace(0, 200, len(frames)), atol=2)


@pytest.mark.parametrize(("dim", "bad"), [(2, math.nan), (2, -1e30), (3, -math.inf)])
def test_what_is_lost_is_left_out(dim: int, bad: float) -> None:
    film = sparse(dim)
    positions, mesh, decisions = film.positions.clone(), film.mesh.clone(), film.decisions.clone()
    positions[3:, 0], positions[5, 1], mesh[4:, 2, 2] = bad, bad, bad
    decisions[2:, 3:5] = math.nan
    broken = dataclasses.replace(film, positions=positions, mesh=mesh, decisions=decisions)
    everything: tuple[Shown, ...] = ("decisions", "grid", "tails", "points", "line")
    assert np.abs(ends(broken, everything)[0] - ends(film, everything)[0]).mean() < 0.5
    _, last = ends(broken, ("points",))
    wanted = film.positions[8, 1:].numpy()
    if dim == 2:
        found = places(like(last, CLASS_COLOURS[0]) | like(last, CLASS_COLOURS[1]))
        assert nearest(wanted, found).max() < 0.03
        assert nearest(found, wanted).max() < 0.07


def test_a_layer_that_blew_up_does_not_spoil_the_ends() -> None:
    film = sparse()
    positions = film.positions.clone()
    positions[1:8] = math.inf
    for panel, layer in zip(ends(dataclasses.replace(film, positions=positions), ("points",)), (0, 8), strict=True):
        found = places(like(panel, CLASS_COLOURS[0]) | like(panel, CLASS_COLOURS[1]))
        assert nearest(film.positions[layer].numpy(), found).max() < 0.03


@pytest.mark.parametrize(("dim", "bad"), [(2, math.nan), (3, -math.inf)])
def test_a_film_of_nothing_is_a_film(dim: int, bad: float) -> None:
    film = sparse(dim)
    lost = dataclasses.replace(
        film,
        positions=torch.full_like(film.positions, math.nan),
        mesh=torch.full_like(film.mesh, math.inf),
        normal=torch.full_like(film.normal, bad),
    )
    everything: tuple[Shown, ...] = ("decisions", "grid", "tails", "points", "line")
    assert len(decode(animation([("", lost)], "webp", SIZE, 2, everything))) >= 1
    one = {field.name: getattr(film, field.name) for field in dataclasses.fields(film)}
    for name in ("times", "positions", "arrows", "mesh", "folded", "decisions"):
        one[name] = one[name][:1]
    assert decode(animation([("", Film(**one))], "gif", SIZE, 2, everything))


def test_more_than_three_dimensions_show_the_first_three() -> None:
    film = still(torch.tensor([[1.0, 0.0, 0.0, 9.0], [0.0, 1.0, 0.5, -9.0]])[:, :3], torch.tensor([0, 1]))
    wide = dataclasses.replace(
        film,
        positions=torch.nn.functional.pad(film.positions, (0, 1), value=9.0),
        mesh=torch.nn.functional.pad(film.mesh, (0, 1)),
        normal=torch.ones(4),
    )
    for a, b in zip(ends(wide, ("points", "line")), ends(film, ("points",)), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("form", "dim", "show"),
    [
        ("webp", 3, ("grid", "tails", "points", "line")),
        ("gif", 2, ("decisions", "tails", "points", "line")),
    ],
)
def test_a_full_film_is_short_enough(form: AnimationType, dim: int, show: tuple[Shown, ...]) -> None:
    film = animation([("Half moons", spiral(dim))], form, show=show)
    assert len(film) <= 3_000_000
    assert len(decode(film)) == 90


@pytest.mark.parametrize("form", ["webp", "gif"])
def test_colours_give_way_to_length(form: AnimationType) -> None:
    one = [("", spiral(n_points=100))]
    whole = animation(one, form, SIZE, 2)
    limit = round(0.9 * len(whole))
    shorter = animation(one, form, SIZE, 2, max_bytes=limit)
    shortest = animation(one, form, SIZE, 2, max_bytes=1)
    assert len(whole) > limit >= len(shorter) > len(shortest)
    assert len(decode(shortest)) == len(decode(whole)) == 60


def test_the_page_of_a_gif_is_white_in_every_frame() -> None:
    # Without a heading nothing but the margin is above the panel.
    for frame in decode(animation([("", spiral(n_points=80))], "gif", SIZE, 2)):
        assert frame.shape[0] == 10 + SIZE + 32 + 10
        assert (frame[:6] == 255).all()
        assert (frame[:, :8] == 255).all()


def test_what_does_not_exist_is_refused() -> None:
    film = [("", sparse())]
    with pytest.raises(ConfigError, match="one panel or more"):
        animation([])
    with pytest.raises(ConfigError, match="got 40 and 6"):
        animation(film, size=40)
    with pytest.raises(ConfigError, match=r"got 480 and 0\.5"):
        animation(film, seconds=0.5)
    with pytest.raises(ConfigError, match="each of the 1 films; got 2"):
        animation(film, n_layers=[8, 8])


@pytest.mark.usefixtures("without_shape_checks")
def test_unknown_forms_and_things_are_refused() -> None:
    film = [("", sparse())]
    with pytest.raises(ConfigError, match="'png'"):
        animation(film, "png")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ConfigError, match="got arrows"):
        animation(film, show=("points", "arrows"))  # pyright: ignore[reportArgumentType]
