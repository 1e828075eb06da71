import dataclasses
import math
from collections.abc import Mapping, Sequence

import pytest
import torch
from torch import Tensor

from structviz.config import PointShape, TrainConfig
from structviz.displayed import significant
from structviz.metrics import accuracy
from structviz.nets import PLAIN, PointClassifier
from structviz.studies.flow import Film, FlowNetwork, FlowPanel, MeasuredFilm, StepStudy
from structviz.ui.pages.flow.record import PlaneRecord, SlopeRecord, flow_record
from structviz.ui.pages.flow.sections import summary
from structviz.ui.pages.flow.sentences import about_folds, about_run, about_slopes, what_to_notice
from tests.sentences import check_sentences

POINTS = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
LABELS = torch.tensor([0, 1, 0, 1])


def made(
    title: str = "A",
    wrong: Sequence[int] = (),
    *,
    weights: str = "w",
    end: Tensor | None = None,
    folded: int = 0,
    folded_before: int = 0,
    smallest: float = 0.5,
    distance: float = math.nan,
    scheme: str = "euler",
    width: int = 2,
    points: Tensor = POINTS,
) -> MeasuredFilm:
    """A film of three frames; the class is the sign of the first coordinate but for `wrong` points."""
    net = PointClassifier(scheme, width, n_layers=5)
    start = net.enter(points)
    last = start if end is None else net.enter(end)
    labels = (last[:, 0] > 0).long()
    labels[list(wrong)] = 1 - labels[list(wrong)]
    cells = torch.zeros(3, 10, 10, dtype=torch.bool)
    cells[1].view(-1)[:folded_before] = True
    cells[2].view(-1)[: max(folded, folded_before)] = True
    planar = width == 2
    shown = Film(
        times=torch.tensor([0.0, 2.0, 4.0]),
        positions=torch.stack([start, start, last]),
        labels=labels,
        anchors=points[:0],
        arrows=torch.zeros(3, 0, 2),
        mesh=torch.zeros(3, 11, 11, width),
        folded=cells if planar else torch.zeros(3, 0, 0, dtype=torch.bool),
        smallest=torch.full((10, 10), smallest),
        decisions=torch.zeros(3, 0, 0),
        normal=torch.eye(width)[0],
        offset=0.0,
        half_width=2.0,
    )
    panel = FlowPanel(title, FlowNetwork(net, weights), points, labels)
    right = accuracy(net.classify(last), labels)
    return MeasuredFilm(panel, shown, right, max(folded, folded_before) / 100 if planar else math.nan, distance, True)


def text(*shown: MeasuredFilm) -> str:
    return " ".join(what_to_notice(flow_record(list(shown))))


def pair(n: int, only_left: int, only_right: int) -> list[MeasuredFilm]:
    """Two films of the same points of which one or the other gets some wrong."""
    points = torch.stack([torch.ones(n), torch.zeros(n)], 1)
    films = []
    for title, wrong in (("A", range(only_left)), ("B", range(n - only_right, n))):
        end = points.clone()
        end[list(wrong)] = -end[list(wrong)]
        one = made(title, weights=title, points=points, end=end)
        labels = torch.ones(n, dtype=torch.long)
        panel = dataclasses.replace(one.panel, labels=labels)
        films.append(dataclasses.replace(one, panel=panel, accuracy=1 - len(wrong) / n))
    return films


def test_accuracies_of_the_same_points_are_compared_by_count() -> None:
    said = text(*pair(200, 60, 2))
    assert "70.0 % of the points are classified correctly in “A”, 99.0 % in “B”: 58 more of 200 points." in said
    assert "58 fewer of 200 points." in text(*pair(200, 2, 60))
    assert summary(flow_record(pair(200, 60, 2))) == ("Right − left, in percentage points", "+29.0")
    assert summary(flow_record(pair(200, 2, 60))) == ("Right − left, in percentage points", "−29.0")


def test_the_difference_is_that_of_the_displayed_accuracies() -> None:
    left, right = pair(900, 850, 500)  # 5.56 % and 44.44 %: 38.88 apart, but 5.6 and 44.4 are shown
    assert "5.6 % of the points are classified correctly in “A”, 44.4 % in “B”" in text(left, right)
    assert summary(flow_record([left, right])) == ("Right − left, in percentage points", "+38.8")


def test_what_was_not_trained_is_said() -> None:
    def changed(horizon: float, scale: float, time: float = 4.0) -> MeasuredFilm:
        film = made("A")
        net = PointClassifier(n_layers=2, time=time).requires_grad_(False)
        network = dataclasses.replace(film.panel.network, net=net).with_factors(horizon, scale)
        return dataclasses.replace(film, panel=dataclasses.replace(film.panel, network=network))

    assert "Beyond t = 4 the weights of the last layer hold: nothing was trained for that." in text(changed(2, 1))
    assert "The flow stops at t = 2; training went on to t = 4." in text(changed(0.5, 1))
    assert "All weights of the layers are 1.5 times those of training." in text(changed(1, 1.5))
    assert "Beyond the time of training the weights" in text(changed(2, 1), changed(2, 1, 8.0))
    assert "The flow stops early." in text(changed(0.5, 1), changed(0.5, 1, 8.0))
    assert "training" not in text(changed(1, 1))


def test_steps_that_are_long_are_not_called_rubber() -> None:
    film = made("A")
    assert "like rubber" in text(film)
    long = text(dataclasses.replace(film, is_one_to_one=False))
    assert "like rubber" not in long
    assert "“A” turns over no cell of the grid, but its steps are too long to exclude that two places meet." in long


def test_few_points_are_no_lead() -> None:
    assert "2 more of 200 points, too few to call one better." in text(*pair(200, 4, 2))
    assert "3 more of 200 points, too few" in text(*pair(200, 3, 0))
    assert "5 more of 200 points." in text(*pair(200, 5, 0))
    assert "“B”: equally many." in text(*pair(200, 3, 3))
    assert "as many" not in text(made("A"), made("B", points=2 * POINTS, weights="b"))


def test_one_film_says_its_own_number() -> None:
    assert text(made(wrong=[0])).startswith("75.0 % of the points are classified correctly.")
    assert summary(flow_record([made(wrong=[0])])) == ("Classified correctly", "75.0 %")


def test_films_of_other_points_have_a_number_each() -> None:
    films = [made("A"), made("B", [0], points=2 * POINTS, weights="b")]
    assert summary(flow_record(films)) == ("Classified correctly, at least", "75.0 %")


def test_a_fold_is_named_with_its_cells_and_no_rubber_then() -> None:
    said = text(made("A", folded=17))
    assert "**Folded:** “A” turns over 17 of the 100 cells of the grid." in said
    assert "rubber" not in said


def test_what_was_folded_on_the_way_counts() -> None:
    before = text(made(folded_before=1))
    assert "turns over 1 of the 100 cells" in before
    assert "nowhere fold" not in before
    assert "nowhere folded" in text(made())


def test_rubber_is_said_of_the_film_that_it_is_true_of() -> None:
    said = text(made("A", weights="a"), made("B", weights="b", folded=10))
    assert "“A” stretches and squeezes the grid, but nowhere folds it: no cell is turned over." in said
    plain = text(made("Plain", weights="a", scheme=PLAIN, folded=100), made("ResNet", weights="b"))
    assert "It turns over 100 of the 100 cells of the grid." in plain
    assert "“ResNet” stretches and squeezes the grid, but nowhere folds it" in plain
    assert "like rubber" not in plain


def test_a_plane_that_collapsed_is_not_called_unfolded() -> None:
    said = text(made(smallest=1e-24))
    assert "**Collapsed:** “A” squeezes 100 of the 100 cells of the grid below round-off" in said
    assert "nowhere fold" not in said


def test_lost_points_are_counted() -> None:
    end = POINTS.clone()
    end[:3] = torch.nan
    end[3, 0] = torch.inf
    said = text(made("A", end=end))
    assert "“A” takes 4 of the 4 points beyond the largest number" in said
    assert "nowhere fold" not in said
    assert "Lost" not in text(made())


def test_space_makes_no_claim_about_folds() -> None:
    said = text(made(width=3))
    assert "In 3 dimensions" in said
    assert "fold" not in said
    assert "dimensions" not in text(made())


def test_space_is_held_against_the_plane_only_where_it_squeezes_less() -> None:
    better = text(made("Plane", weights="a", smallest=0.05), made("Space", weights="b", width=3, smallest=0.9))
    assert "so “Plane” squeezes the grid to 0.05 at its tightest, “Space” to 0.9." in better
    worse = text(made("Plane", weights="a", smallest=0.9), made("Space", weights="b", width=3, smallest=0.05))
    assert "so “Plane”" not in worse
    folded = text(made("Plane", weights="a", smallest=0.05, folded=3), made("Space", weights="b", width=3))
    assert "so “Plane”" not in folded


def test_plain_networks_that_squeeze_are_told_from_those_that_only_jump() -> None:
    end = 1e-3 * POINTS + 5
    squeezed = text(made("A", [0, 1], scheme=PLAIN, end=end))
    assert "“A” has squeezed all points into one after 5 layers (spread 1 → 0.001), and where they came" in squeezed
    assert "is forgotten" not in text(made(scheme=PLAIN, end=end))
    jumping = text(made(scheme=PLAIN, end=0.2 * POINTS))
    assert "squeezed" not in jumping
    assert "it does not flow" in jumping
    assert "rubber" not in jumping
    both = text(made(scheme=PLAIN, end=0.2 * POINTS, folded=7, smallest=1e-9))
    assert "It turns over 7 of the 100 cells of the grid and squeezes 100 of them below round-off." in both


def test_distances_are_named_for_the_same_weights_only() -> None:
    near, far = made("A", distance=0.0123), made("B", distance=math.inf)
    assert "ends 0.012 (left) and ∞ (right) from" in text(near, far)
    assert "ends ∞ (left) and 0.012 (right) from" in text(far, near)
    assert summary(flow_record([near, far])) == ("Farthest from the flow", "∞")
    assert "farthest" not in text(near, made("B", weights="other", distance=1.0))
    assert "farthest" not in text(near, made("B"))
    assert "farthest" not in text(near)


def test_never_more_than_four_sentences() -> None:
    films = [made("A", folded=50, distance=1.0), made("B", [0], folded=50, distance=2.0)]
    assert len(what_to_notice(flow_record(films))) == 4


def plane(**numbers: int) -> str:
    known = {"width": 2, "n_places": 4096, "n_folded": 0, "n_collapsed": 0, "n_lost": 0}
    return about_folds(PlaneRecord(**{**known, **numbers}, tightest=significant(1.2e-24)))


def test_maps_say_what_they_show() -> None:
    assert "Nowhere is the plane folded" in plane()
    assert plane(n_folded=576).endswith("A layer turns over 576 of the 4,096 places of the window.")
    collapsed = plane(n_collapsed=4000)
    assert "1.2·10⁻²⁴ or more. No layer turns over a place of the window. It is collapsed below round-off" in collapsed
    assert "Nowhere" not in collapsed
    assert "Nowhere" not in plane(n_lost=1)
    assert "fold" not in plane(width=3)


def study(slopes: Mapping[str, float]) -> StepStudy:
    return StepStudy((0.2, 0.1), {}, {}, slopes)


def slopes(found: StepStudy) -> str:
    record = SlopeRecord.of(found)
    check_sentences(record, [about_slopes(record)], ["0.2"])
    return about_slopes(record)


def test_slopes_are_held_against_the_orders() -> None:
    good = slopes(study({"euler": 0.9, "rk4": 4.1}))
    assert good == "Slopes measured: Euler 0.90, RK4 4.10; each within 0.2 of its order."
    bad = slopes(study({"euler": 0.9, "rk4": 3.5, "heun": math.nan}))
    assert "not the order for RK4:" in bad
    assert "Heun" not in bad
    assert "each within" not in bad
    assert "too close to round-off" in slopes(study({"euler": math.nan}))


@pytest.mark.parametrize(("slope", "right"), [(1.19, True), (1.21, False), (0.81, True), (0.79, False)])
def test_the_limit_is_a_fifth_to_both_sides(slope: float, right: bool) -> None:
    assert ("each within" in slopes(study({"euler": slope}))) is right


def test_the_run_is_named_whatever_the_film_shows() -> None:
    config = TrainConfig("flow", net=PointShape("euler", 3, 1, 2.5))
    assert about_run(config, "xor") == "Euler, 1 layer, T = 2.5, 3 dimensions, on “Exclusive or”."
    plain = TrainConfig("flow", net=PointShape(PLAIN, 2, 40))
    assert about_run(plain, "d1g35t") == "Plain network, 40 layers, 2 dimensions, on your points."
