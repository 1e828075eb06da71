import dataclasses
import math
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from structviz.nets import PLAIN, PointClassifier
from structviz.studies.flow import Film, FlowNetwork, FlowPanel, MeasuredFilm, StepStudy
from structviz.ui.pages.flow.sentences import about_slopes, farthest, what_to_notice

POINTS = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
LABELS = torch.tensor([0, 1, 0, 1])


def made(
    title: str = "A",
    accuracy: float = 0.9,
    *,
    weights: str = "w",
    end: Tensor | None = None,
    folded: float = 0.0,
    folded_before: bool = False,
    distance: float = math.nan,
    scheme: str = "euler",
    width: int = 2,
    points: Tensor = POINTS,
) -> MeasuredFilm:
    """A film of two frames with given numbers."""
    net = PointClassifier(scheme, width, n_layers=5)
    start = net.lift(points)
    cells = torch.zeros(2, 10, 10, dtype=torch.bool)
    cells[0, 0, 0] = folded_before
    cells[1].view(-1)[: round(100 * folded)] = True
    planar = width == 2
    shown = Film(
        times=torch.tensor([0.0, 4.0]),
        positions=torch.stack([start, start if end is None else end]),
        labels=LABELS,
        anchors=points[:0],
        arrows=torch.zeros(2, 0, 2),
        mesh=torch.zeros(2, 11, 11, width),
        folded=cells if planar else torch.zeros(2, 0, 0, dtype=torch.bool),
        decisions=torch.zeros(2, 0, 0),
        normal=torch.eye(width)[0],
        offset=0.0,
        half_width=2.0,
    )
    panel = FlowPanel(title, FlowNetwork(net, weights), points, LABELS)
    return MeasuredFilm(panel, shown, accuracy, folded if planar else math.nan, distance)


def text(*shown: MeasuredFilm) -> str:
    return " ".join(what_to_notice(list(shown)))


def test_accuracies_of_the_same_points_are_compared() -> None:
    said = text(made("A", 0.5, weights="a"), made("B", 0.987, weights="b"))
    assert "50.0 % of the points end on the right side for “A”, 98.7 % for “B”." in said
    assert "no difference" not in said


def test_a_tie_is_called_one_only_for_the_same_points() -> None:
    assert "no difference to speak of" in text(made("A", 0.98, weights="a"), made("B", 0.983, weights="b"))
    assert "no difference" not in text(made("A", 0.98), made("B", 0.98, points=2 * POINTS))


def test_one_film_says_its_own_number() -> None:
    assert text(made(accuracy=0.123)).startswith("12.3 % of the points end on the right side.")


def test_a_fold_is_named_with_its_share_and_no_rubber_then() -> None:
    said = text(made("A", folded=0.17))
    assert "**Folded:** “A” turns over 17 % of the grid" in said
    assert "rubber" not in said
    assert "turns over 0.4 %" in text(dataclasses.replace(made(folded=0.01), folded=0.004))


def test_rubber_is_claimed_only_where_nothing_was_ever_folded() -> None:
    assert "nowhere folded" in text(made())
    before = text(made(folded_before=True))
    assert "Folded" not in before
    assert "nowhere folded" not in before
    assert "nowhere folded" not in text(made(weights="a"), made(weights="b", folded=0.1))


def test_lost_points_are_counted() -> None:
    end = POINTS.clone()
    end[:3] = torch.nan
    end[3, 0] = torch.inf
    said = text(made("A", end=end))
    assert "“A” takes 4 of the points beyond all numbers" in said
    assert "nowhere folded" not in said
    assert "Lost" not in text(made())


def test_space_makes_no_claim_about_folds() -> None:
    said = text(made(width=3))
    assert "In 3 dimensions" in said
    assert "fold" not in said
    assert "dimensions" not in text(made())


def test_plain_networks_that_squeeze_are_told_from_those_that_only_jump() -> None:
    squeezed = text(made("A", 0.5, scheme=PLAIN, end=1e-3 * POINTS + 5))
    assert "squeezed all points into one after 5 layers (spread 1 → 0.001)" in squeezed
    assert "training found nothing" in squeezed
    assert "training found nothing" not in text(made(accuracy=0.9, scheme=PLAIN, end=1e-3 * POINTS))
    jumping = text(made(scheme=PLAIN, end=0.2 * POINTS))
    assert "squeezed" not in jumping
    assert "it does not flow" in jumping
    assert "rubber" not in jumping


def test_distances_are_named_for_the_same_weights_only() -> None:
    near, far = made("A", distance=0.0123), made("B", distance=math.inf)
    assert "ends 0.012 (left) and ∞ (right) from" in text(near, far)
    assert "ends ∞ (left) and 0.012 (right) from" in text(far, near)
    assert "farthest" not in text(near, made("B", weights="other", distance=1.0))
    assert "farthest" not in text(near, made("B"))
    assert "farthest" not in text(near)
    assert farthest(1234.5) == "1.2e+03"


def test_never_more_than_four_sentences() -> None:
    assert len(what_to_notice([made(folded=0.5, distance=1.0), made("B", 0.1, folded=0.5, distance=2.0)])) == 4


def study(slopes: Mapping[str, float]) -> StepStudy:
    return StepStudy((0.2, 0.1), {}, {}, slopes)


def test_slopes_are_held_against_the_orders() -> None:
    good = about_slopes(study({"euler": 0.9, "rk4": 4.1}))
    assert good == "Slopes measured: Euler 0.90, RK4 4.10; each within 0.2 of its order."
    bad = about_slopes(study({"euler": 0.9, "rk4": 3.5, "heun": math.nan}))
    assert "not the order for RK4:" in bad
    assert "Heun" not in bad
    assert "each within" not in bad
    assert "too close to round-off" in about_slopes(study({"euler": math.nan}))


@pytest.mark.parametrize(("slope", "right"), [(1.19, True), (1.21, False), (0.81, True), (0.79, False)])
def test_the_limit_is_a_fifth_to_both_sides(slope: float, right: bool) -> None:
    assert ("each within" in about_slopes(study({"euler": slope}))) is right
