"""Both ways through a flow as films: data becomes a Gaussian, and a Gaussian becomes data."""

from collections.abc import Callable

import torch
from torch import Tensor

from structviz.nets import InvertibleMap
from structviz.studies.flow import Film, lattice
from structviz.studies.invertibility.round_trip import RoundTrip
from structviz.types import Labels, Points

__all__ = ["film_of_states", "grid_about", "there_and_back", "two_ways"]

_MESH = 25
_REACH = 3.2
"""Half the side of the square of codes that is drawn: of normal codes all but one in a few hundred lie inside."""

_IN_SIGHT, _WIDEST = 0.985, 5.0
"""Share of the coordinates on all frames that the window holds, unless half its side would exceed so much: between
layers points can go far, and codes should not look small for it."""


@torch.no_grad()
def two_ways(net: InvertibleMap, points: Points, labels: Labels, generator: torch.Generator) -> tuple[Film, Film]:
    """Record how layers carry points to their codes, and how they carry fresh normal codes to new points.

    Parameters
    ----------
    net
        A flow of the plane.
    points, labels
        The data, with a class of each, which only colours it.
    generator
        Draws as many codes as there are points; those with a positive first coordinate are of class 1.

    Returns
    -------
    tuple of Film
        Data → code and code → data, with a frame before each layer and one after the last; a grid goes along, in data
        and in codes.
    """
    codes = torch.randn(points.shape, generator=generator).to(points)
    reach = 1.15 * points.abs().max().item()
    there = [net.enter(torch.cat([points, grid_about(reach, points)]))]
    back = [torch.cat([codes, grid_about(_REACH, points)])]
    for k in range(net.n_layers):
        there.append(net.layer(k, there[-1]))
        back.append(net.undo_layer(net.n_layers - 1 - k, back[-1]))
    n = len(points)
    data, new = torch.stack(there), torch.stack(back)
    seen = torch.cat([data[:, :n], new[:, :n]], 1).abs().flatten()
    half_width = max(_REACH, reach, min(torch.quantile(seen, _IN_SIGHT).item(), _WIDEST))
    return (
        film_of_states(data, n, labels, half_width),
        film_of_states(new, n, (codes[:, 0] > 0).long(), half_width),
    )


def there_and_back(carry: Callable[[Tensor], RoundTrip], points: Points, labels: Labels) -> Film:
    """Record points and a grid on their way to the codes and back.

    Parameters
    ----------
    carry
        Sends points there and back, like `round_trip` with a network.
    points, labels
        The data, with a class of each, which only colours it.

    Returns
    -------
    Film
        The codes are in the frame in the middle.
    """
    trip = carry(torch.cat([points, grid_about(1.15 * points.abs().max().item(), points)]))
    states, n = torch.cat([trip.there, trip.back.flip(0)[1:]]), len(points)
    seen = states[:, :n].abs().flatten().nan_to_num(0, 0, 0)
    return film_of_states(states, n, labels, 1.1 * max(torch.quantile(seen, _IN_SIGHT).item(), 1.0))


def grid_about(reach: float, like: Tensor) -> Tensor:
    """The nodes of a grid on the square from −reach to reach, in the precision of other points."""
    return lattice(reach, _MESH).to(like).reshape(-1, 2)


def film_of_states(states: Tensor, n: int, labels: Labels, half_width: float) -> Film:
    """A film of points with their classes and of a grid that goes along, without a classifier.

    Parameters
    ----------
    states
        Where the points, and after them the nodes of the grid, are in each frame.
    n
        How many of them are points.
    labels
        Their classes.
    half_width
        Half the side of the window.

    Returns
    -------
    Film
        As many frames as `states` has, at equal times from 0 to 1.
    """
    states = states.float()
    n_frames = len(states)
    return Film(
        times=torch.arange(n_frames) / (n_frames - 1),
        positions=states[:, :n],
        labels=labels,
        anchors=states.new_zeros(0, 2),
        arrows=states.new_zeros(n_frames, 0, 2),
        mesh=states[:, n:].unflatten(1, (_MESH, _MESH)),
        folded=torch.zeros(n_frames, 0, 0, dtype=torch.bool),
        smallest=states.new_zeros(0, 0),
        decisions=states.new_zeros(n_frames, 0, 0),
        normal=states.new_zeros(2),
        offset=0.0,
        half_width=half_width,
    )
