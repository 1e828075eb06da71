"""How a flow is seen in the plane: the window, the classifier there, and what of the points is inside."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.studies.flow import Film

__all__ = ["Plane", "View", "frames_after", "inside_window", "seen", "view_of", "words"]

Plane = Float[np.ndarray, "point 2"]
"""Places in the plane."""


@dataclass(frozen=True)
class View:
    """A plane on which points are seen, and the classifier there.

    Attributes
    ----------
    axes
        Unit vectors that point to the right and upwards.
    normal, offset
        The classifier: class 1 is where normal · z + offset > 0.
    half_width
        Half the side of the window, whose centre is 0.
    note
        What a reader should know about the plane.
    """

    axes: Float[np.ndarray, "2 dim"]
    normal: Float[np.ndarray, "2"]
    offset: float
    half_width: float
    note: str = ""


def view_of(film: Film) -> View:
    """The window of a film; a network wider than the plane is seen along the plane of its classifier."""
    normal = film.normal.double().cpu().numpy()
    length = float(np.linalg.norm(normal))
    if len(normal) == 2 or not 0 < length < math.inf:
        return View(np.eye(2, len(normal)), normal[:2], film.offset, film.half_width)
    up = normal / length
    # Of the two axes of the input, the one that is seen less from its end.
    across = np.eye(len(normal))[abs(up[:2]).argmin()]
    across = across - (across @ up) * up
    axes = np.stack([across / np.linalg.norm(across), up])
    kept = film.positions[(film.positions.abs() <= film.half_width).all(-1)]
    half_width = max(film.half_width, 1.05 * float(np.abs(seen(kept, axes)).max(initial=0)))
    note = f"Width {len(normal)}, seen along the classifier's plane: upwards is its normal."
    return View(axes, np.array([0.0, length]), film.offset, half_width, note)


def seen(positions: Float[Tensor, "point dim"], axes: Float[np.ndarray, "2 dim"]) -> Plane:
    """Places in the plane that two axes span."""
    return (positions.double().cpu() @ torch.from_numpy(axes).T).numpy()


def inside_window(places: Plane, half_width: float) -> tuple[Float[np.ndarray, "inside 2"], int]:
    """The places in the window, and how many are not."""
    # No comparison with what is no number holds.
    inside = (np.abs(places) <= half_width).all(1)
    return places[inside], int((~inside).sum())


def frames_after(film: Film, layers: Sequence[int], n_layers: int | None = None) -> list[tuple[int, int]]:
    """For each number of layers the nearest frame of a film, and after how many layers that is.

    Parameters
    ----------
    film
        The film of a network.
    layers
        Numbers of layers; 0 is the input.
    n_layers
        How many layers the film goes through, if it has not a frame for each.

    Returns
    -------
    list of (int, int)
        For each of `layers` the index of a frame, and the layers that points have gone through there.

    Raises
    ------
    ConfigError
        If the film has no such layer, or none is asked for.
    """
    last = n_layers or len(film.times) - 1
    if not layers or not all(0 <= layer <= last for layer in layers):
        raise ConfigError(f"This film shows 0 to {last} layers; got {list(layers)}. Choose one or more of these.")
    ticks = last * (film.times - film.times[0]) / (film.times[-1] - film.times[0]).clamp(min=1e-12)
    frames = [int((ticks - layer).abs().argmin()) for layer in layers]
    return [(frame, round(float(ticks[frame]))) for frame in frames]


def words(layer: int, n_outside: int) -> str:
    """The heading of a panel."""
    title = "input" if layer == 0 else f"after {layer} layer{'s' if layer > 1 else ''}"
    return f"{title} ({n_outside} outside)" if n_outside else title
