"""Films that the browser computes by itself: networks and points as one packet, a few kilobytes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from structviz.errors import ConfigError
from structviz.figures.packet import pack
from structviz.figures.theme import CLASS_COLOURS
from structviz.ode import INTEGRATORS
from structviz.studies.flow import FlowPanel

__all__ = ["encode_networks", "network_head", "tableaux"]


def encode_networks(panels: Sequence[FlowPanel]) -> bytes:
    """Networks and points of films side by side, as one packet of `structviz.figures.packet`.

    Nothing in it depends on the steps, the noise, T or the factor of the weights, which the browser chooses. Its head
    has, under ``networks``, what belongs to each film; the arrays of the k-th film are ``k/A`` and ``k/b``, the weights
    as trained (float32), ``k/places`` and ``k/shifts``, the points without noise and how far noise of standard
    deviation 1 moves them (float64, the latter empty for a visitor's own points), and ``k/labels`` (uint8).

    Parameters
    ----------
    panels
        What moves.

    Raises
    ------
    ConfigError
        If a network has more than three dimensions: the player draws no others.

    Examples
    --------
    >>> from structviz.studies.flow import panels_for
    >>> fine, coarse = (panels_for("xor", n_steps=n, noise=noise) for n, noise in ((80, 0.5), (8, 2.0)))
    >>> encode_networks(fine) == encode_networks(coarse)
    True
    """
    heads: list[dict[str, Any]] = []
    arrays: dict[str, npt.NDArray[Any]] = {}
    for k, panel in enumerate(panels):
        net = panel.network.as_trained
        if net.width > 3:
            raise ConfigError(
                f"A player draws 2 or 3 dimensions; the network of {panel.title!r} has {net.width}. Choose another one."
            )
        heads.append({**network_head(panel), "normal": net.normal.tolist(), "offset": net.offset.item()})
        drawn = panel.drawn
        own = {
            "A": _numbers(net.A),
            "b": _numbers(net.b),
            "places": _numbers(panel.points.double() if drawn is None else drawn.places),
            "shifts": np.zeros((0, 2)) if drawn is None else _numbers(drawn.shifts),
            "labels": _numbers(panel.labels).astype(np.uint8),
        }
        arrays |= {f"{k}/{name}": values for name, values in own.items()}
    return pack({"colours": CLASS_COLOURS, "networks": heads, "integrators": tableaux()}, arrays)


def network_head(panel: FlowPanel) -> dict[str, Any]:
    """What the browser is told of a film beside its numbers: the kind of its network, its heading, what it takes."""
    net, step = panel.network.as_trained, panel.network.step
    return {
        "network": {
            "scheme": net.scheme,
            "sigma": net.activation,
            "dim": net.width,
            "layers": net.n_layers,
            "time": net.time,
        },
        "heading": {
            "name": panel.heading.name,
            "unchanged": panel.heading.unchanged,
            "trained": "as trained" if step is None else f"step {step} of training",
        },
        "takes": panel.takes,
        "unit": panel.unit,
    }


def tableaux() -> Mapping[str, Any]:
    """The integrators as the browser takes them."""
    return {name: {"title": one.title, "a": one.a, "w": one.w, "c": one.c} for name, one in INTEGRATORS.items()}


def _numbers(values: Tensor) -> npt.NDArray[Any]:
    return values.detach().cpu().numpy()
