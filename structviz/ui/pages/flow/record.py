"""What the flow page says of its films: displayed numbers and facts, from which sentences and tiles are made."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from structviz.displayed import Displayed, number, percent, significant
from structviz.nets import PLAIN
from structviz.ode import INTEGRATORS
from structviz.studies.flow import InputPlaneMap, MeasuredFilm, StepStudy, same_weights

__all__ = ["FilmRecord", "FlowRecord", "PlaneRecord", "SlopeRecord", "film_record", "flow_record"]

_SQUEEZED = 0.05
"""Points whose spread has fallen to this part are called squeezed into one."""


@dataclass(frozen=True)
class FilmRecord:
    """What is said of one film.

    Attributes
    ----------
    title
        Its heading.
    is_plain, width, n_layers
        Of the network.
    n_points, n_right, right
        How many points there are, and how many of them end on the right side of the classifier's line.
    n_lost
        Points whose end is no number.
    n_cells, n_folded, n_collapsed
        Cells of the grid: all, those that a layer turns over, those that are squeezed below round-off. In space none
        is turned over.
    tightest
        The smallest singular value of all layers on the grid.
    before, after
        The largest distance of a point from the mean, at the start and at the end.
    is_squeezed
        Whether the points have become one.
    distance
        The largest distance from where the continuous flow takes a point; nan where it was not measured.
    horizon, scale
        By what T and the weights were multiplied.
    time, trained_time
        T, and T in training.
    is_one_to_one
        Whether its steps certainly take no two points to one place.
    """

    title: str
    is_plain: bool
    width: int
    n_layers: int
    n_points: int
    n_right: int
    right: Displayed
    n_lost: int
    n_cells: int
    n_folded: int
    n_collapsed: int
    tightest: Displayed
    before: Displayed
    after: Displayed
    is_squeezed: bool
    distance: Displayed
    horizon: Displayed
    scale: Displayed
    time: Displayed
    trained_time: Displayed
    is_one_to_one: bool

    @property
    def turns_nothing(self) -> bool:
        """Whether the grid of the plane is neither turned over nor lost nor squeezed onto a line anywhere."""
        is_flow = self.width == 2 and not self.is_plain
        return is_flow and not (self.n_folded or self.n_collapsed or self.n_lost)

    @property
    def is_like_rubber(self) -> bool:
        """Whether the grid of the plane is bent, and nowhere folded: also where no cell is turned over."""
        return self.turns_nothing and self.is_one_to_one


@dataclass(frozen=True)
class FlowRecord:
    """What is said of the films side by side.

    Attributes
    ----------
    films
        One or two.
    same_weights
        Whether they show one network in different steps.
    same_points
        Whether the same points move in both.
    more
        How many more points end on the right side in the second film, if the points are the same.
    is_clear
        Whether that is more than chance: of the points that only one of the films gets right, the numbers differ by
        more than two standard deviations.
    """

    films: tuple[FilmRecord, ...]
    same_weights: bool = False
    same_points: bool = False
    more: int = 0
    is_clear: bool = False

    @property
    def difference(self) -> Displayed:
        """How much more ends on the right side in the second film than in the first."""
        left, right = self.films
        return right.right.minus(left.right)

    @property
    def farthest(self) -> Displayed | None:
        """The larger distance from the flow, if both were measured."""
        distances = [film.distance for film in self.films]
        if not self.same_weights or any(distance.value.is_nan() for distance in distances):
            return None
        return distances[0] if distances[0] > distances[1] else distances[1]


@dataclass(frozen=True)
class PlaneRecord:
    """What is said of the map of the input plane.

    Attributes
    ----------
    width
        Dimensions of the network.
    n_places, n_folded, n_collapsed, n_lost
        Places of the window: all, those that a layer turns over, those that are squeezed below round-off, and those
        that end beyond all numbers.
    tightest
        The smallest singular value of all.
    """

    width: int
    n_places: int
    n_folded: int
    n_collapsed: int
    n_lost: int
    tightest: Displayed

    @classmethod
    def of(cls, width: int, plane: InputPlaneMap) -> "PlaneRecord":
        """The record of a map, for a network of so many dimensions."""
        n_places = plane.smallest.numel()
        return cls(
            width,
            n_places,
            round(n_places * plane.folded),
            round(n_places * plane.collapsed),
            int(plane.smallest.isnan().sum()),
            _tightest(plane.smallest),
        )


@dataclass(frozen=True)
class SlopeRecord:
    """What is said of the distances to the flow.

    Attributes
    ----------
    slopes
        The measured slope of each integrator that has one, by its title.
    off
        Titles of those that are not within 0.2 of their order.
    """

    slopes: dict[str, Displayed]
    off: tuple[str, ...]

    @classmethod
    def of(cls, study: StepStudy) -> "SlopeRecord":
        """The record of a study."""
        shown = {name: number(slope, 2) for name, slope in study.slopes.items()}
        known = {name: slope for name, slope in shown.items() if not slope.value.is_nan()}
        off = [name for name, slope in known.items() if abs(slope.minus(number(INTEGRATORS[name].order, 2))) > _WITHIN]
        return cls(
            {INTEGRATORS[name].title: slope for name, slope in known.items()},
            tuple(INTEGRATORS[name].title for name in off),
        )


_WITHIN = number(0.2, 2)
"""How far a slope may be from the order."""


def film_record(film: MeasuredFilm) -> FilmRecord:
    """The numbers of a film as they are displayed."""
    net, n_points = film.panel.network.net, len(film.panel.points)
    before, after = film.spreads
    return FilmRecord(
        title=film.panel.title,
        is_plain=net.scheme == PLAIN,
        width=net.width,
        n_layers=film.n_layers,
        n_points=n_points,
        n_right=n_points - int(film.misclassified.sum()),
        right=percent(film.accuracy),
        n_lost=film.n_lost,
        n_cells=film.n_cells,
        n_folded=film.n_folded,
        n_collapsed=film.n_collapsed,
        tightest=_tightest(film.film.smallest),
        before=significant(before),
        after=significant(after),
        is_squeezed=after < _SQUEEZED * before,
        distance=significant(film.distance),
        horizon=significant(film.panel.network.horizon, 3),
        scale=significant(film.panel.network.scale, 3),
        time=significant(net.time, 3),
        trained_time=significant(film.panel.network.as_trained.time, 3),
        is_one_to_one=film.is_one_to_one,
    )


def flow_record(films: Sequence[MeasuredFilm]) -> FlowRecord:
    """The numbers of the films side by side as they are displayed."""
    records = tuple(map(film_record, films))
    if len(films) == 1:
        return FlowRecord(records)
    left, right = films
    same = left.panel.points.equal(right.panel.points) and left.panel.labels.equal(right.panel.labels)
    if not same:
        return FlowRecord(records, same_weights(films))
    better = int((left.misclassified & ~right.misclassified).sum())
    worse = int((right.misclassified & ~left.misclassified).sum())
    return FlowRecord(
        records,
        same_weights(films),
        same_points=True,
        more=better - worse,
        is_clear=(better - worse) ** 2 > 4 * (better + worse),
    )


def _tightest(smallest: torch.Tensor) -> Displayed:
    known = smallest[~smallest.isnan()]
    return significant(known.min().item() if len(known) else float("nan"))
