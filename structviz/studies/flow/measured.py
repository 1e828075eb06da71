"""Films with their numbers: accuracy, folds, and the distance to the continuous flow."""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from structviz.metrics import accuracy
from structviz.nets import PLAIN, PointClassifier
from structviz.stopping import stop_if_asked
from structviz.studies.flow.film import Film, film
from structviz.studies.flow.folds import ROUND_OFF
from structviz.studies.flow.networks import FlowPanel
from structviz.studies.flow.one_to_one import are_one_to_one
from structviz.studies.flow.steps import distance_to_flow

__all__ = ["MAX_MEASURED", "MeasuredFilm", "measured_films", "same_weights"]

MAX_MEASURED = 50
"""Points whose distance to the flow is measured, at most."""


@dataclass(frozen=True)
class MeasuredFilm:
    """A film, in double precision, and its numbers.

    Attributes
    ----------
    panel, film
        What is shown.
    accuracy
        Of the classifier at the end, on the points of the film; from 0 to 1.
    folded
        Share of the grid that one of the layers turns over; nan if the network is wider than the plane.
    distance
        The largest distance of the first `MAX_MEASURED` points from where the continuous flow takes them; nan where
        it was not measured.
    is_one_to_one
        Whether a bound shows that no step takes two points to one place; see `structviz.studies.flow.are_one_to_one`.
    """

    panel: FlowPanel
    film: Film
    accuracy: float
    folded: float
    distance: float
    is_one_to_one: bool = False

    @property
    def n_layers(self) -> int:
        """Layers that the film goes through; a long one has fewer frames."""
        return len(self.panel.motion.steps)

    @property
    def n_lost(self) -> int:
        """Points whose end is beyond all numbers of single precision, in which it is drawn."""
        return int((~self.film.positions[-1].float().isfinite().all(1)).sum())

    @property
    def n_cells(self) -> int:
        """Cells of the grid."""
        return self.film.smallest.numel()

    @property
    def n_folded(self) -> int:
        """Cells that one of the layers turns over: those that the last frame shows in red."""
        return int(self.film.folded[-1].sum())

    @property
    def n_collapsed(self) -> int:
        """Cells that are squeezed onto a line or a point, up to round-off."""
        return int((self.film.smallest < ROUND_OFF).sum())

    @property
    def spreads(self) -> tuple[float, float]:
        """The largest distance of a point from the mean of all, at the start and at the end."""
        before, after = ((frame - frame.mean(0)).norm(dim=1).max().item() for frame in self.film.positions[[0, -1]])
        return before, after

    @property
    def misclassified(self) -> Bool[Tensor, "point"]:
        """Which points the classifier puts into the wrong class, or into none."""
        logits = _end_logits(_in_double(self.panel), self.film)
        return ~torch.where(self.panel.labels == 1, logits > 0, logits <= 0)


def measured_films(panels: Sequence[FlowPanel]) -> list[MeasuredFilm]:
    """The film of each panel with its numbers.

    Distances to the flow are measured where several panels show the same weights: only those can be compared.

    Examples
    --------
    >>> from structviz.studies.flow import panels_for
    >>> few, many = measured_films(panels_for("donut2d", "steps", n_steps=4))
    >>> few.distance > many.distance, few.folded > many.folded
    (True, True)
    """
    are_compared = len({panel.network.digest for panel in panels}) < len(panels)
    films = []
    for panel in panels:
        stop_if_asked()
        films.append(_measured(panel, are_compared))
    return films


def same_weights(films: Sequence[MeasuredFilm]) -> bool:
    """Whether two films show one network with different steps."""
    return len(films) == 2 and films[0].panel.network.digest == films[1].panel.network.digest


def _measured(panel: FlowPanel, is_compared: bool) -> MeasuredFilm:
    net = _in_double(panel)
    shown = film(net, panel.motion_of(net), panel.points.double(), panel.labels)
    return MeasuredFilm(
        panel,
        shown,
        accuracy(_end_logits(net, shown), panel.labels),
        shown.folded[-1].double().mean().item() if net.width == 2 else math.nan,
        _distance(panel) if is_compared else math.nan,
        are_one_to_one(net, panel.method, panel.n_steps),
    )


def _end_logits(net: PointClassifier, shown: Film) -> Float[Tensor, "point"]:
    """What the classifier says of the points where they are drawn at the end; nan of those that are lost."""
    end = shown.positions[-1].float()
    return net.classify(end.double()).masked_fill(~end.isfinite().all(1), torch.nan)


def _in_double(panel: FlowPanel) -> PointClassifier:
    """The network in double precision, as a browser computes it: both show the same numbers then."""
    return copy.deepcopy(panel.network.net).double()


def _distance(panel: FlowPanel) -> float:
    net = panel.network.net
    # Only Euler's layers are at the same time steps for weights that change within a layer.
    if net.scheme == PLAIN or (panel.method is None and net.scheme != "euler" and panel.interpolation == "linear"):
        return math.nan
    method, n_steps = panel.method or net.scheme, panel.n_steps or net.n_layers
    return distance_to_flow(net, panel.points[:MAX_MEASURED], method, n_steps, panel.interpolation)
