"""Films as packets of bytes, as the film player in the browser wants them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.figures.packet import pack
from structviz.figures.theme import CLASS_COLOURS
from structviz.studies.flow import Film

__all__ = ["DEFAULT_SHOWS", "MAX_PANEL_BYTES", "SHOWS", "Panel", "encode_films", "known_shows"]

SHOWS: tuple[str, ...] = ("tails", "grid", "arrows", "decisions", "line")
"""What the player can show besides the points. The background is what layers still to come decide, or else, if "line"
is asked for, the two sides of the classifier's line; in space there is only its plane."""

DEFAULT_SHOWS: frozenset[str] = frozenset({"tails", "grid", "arrows", "decisions"})
"""What is shown if nobody asks for anything else."""

MAX_PANEL_BYTES = 750_000
"""Most bytes of one panel's arrays; in base64, as a page carries them, that is 1 MB."""

_MAX_PANELS = 4

_FAR = 16.0
"""Half-widths of the window up to which a mesh is kept to scale: two bytes must also resolve what is in sight."""

_NOT_FINITE = -32768
"""Stands, in two bytes, for a number that is not finite."""


@dataclass(frozen=True)
class Panel:
    """A film as it is shown.

    Attributes
    ----------
    title, film, caption
        The film with its heading, and a sentence below it.
    n_layers
        How many layers it goes through; None if there is a frame for each, else they are told by the times.
    """

    title: str
    film: Film
    caption: str = ""
    n_layers: int | None = None


def known_shows(show: Collection[str]) -> list[str]:
    """The names of what is shown, in the order of `SHOWS`.

    Raises
    ------
    ConfigError
        If the player cannot show one of them.
    """
    if unknown := set(show) - set(SHOWS):
        raise ConfigError(f"A player shows {', '.join(SHOWS)}; got {', '.join(sorted(unknown))}. Choose from these.")
    return [name for name in SHOWS if name in show]


def encode_films(panels: Sequence[Panel]) -> bytes:
    """Films that play side by side, as one packet of `structviz.figures.packet`.

    Its head has the colours of the classes and, under ``panels``, what belongs to each film; the arrays of the k-th
    film are called ``k/positions`` and so on. Positions and anchors are float32, exactly as the film has them. Mesh
    and arrows are int16 times a scale of the panel's head, -32768 where they are not finite; nodes of the mesh farther
    away than 16 half-widths of the window are drawn in towards the centre, and velocities are cut to twice the speed
    that 98 of 100 do not exceed. Decisions are uint8, 255 for probability 1. Folded cells are bits, lowest first, so
    many ``cells`` for each frame.

    Parameters
    ----------
    panels
        One to four, from left to right. The first film's frames count on the player's clock; the others keep in step
        with it in t/T.

    Returns
    -------
    bytes
        The packet.

    Raises
    ------
    ShapeError
        If the arrays of a film do not belong together.
    ConfigError
        If there are no panels or more than four, if a film cannot be drawn, or if it is too large for a page.

    Examples
    --------
    >>> encode_films([])
    Traceback (most recent call last):
    structviz.errors.ConfigError: A player shows 1 to 4 films; got 0.
    """
    if not 1 <= len(panels) <= _MAX_PANELS:
        raise ConfigError(f"A player shows 1 to {_MAX_PANELS} films; got {len(panels)}.")
    heads: list[dict[str, Any]] = []
    arrays: dict[str, npt.NDArray[Any]] = {}
    for k, panel in enumerate(panels):
        _check(panel)
        head, own = _encode(panel)
        heads.append(head)
        arrays |= {f"{k}/{name}": values for name, values in own.items()}
    return pack({"colours": CLASS_COLOURS, "panels": heads}, arrays)


def _check(panel: Panel) -> None:
    film, title = panel.film, panel.title
    n_frames, n_points, dim = film.positions.shape
    cells = tuple(max(0, n - 1) for n in film.mesh.shape[1:3])
    wanted = {
        "times": (film.times, (n_frames,)),
        "labels": (film.labels, (n_points,)),
        "arrows": (film.arrows, (n_frames, len(film.anchors), 2)),
        "mesh": (film.mesh, (n_frames, *film.mesh.shape[1:3], dim)),
        "normal": (film.normal, (dim,)),
    }
    if film.folded.numel():
        wanted["folded"] = (film.folded, (n_frames, *cells))
    if film.decisions.numel():
        wanted["decisions"] = (film.decisions, (n_frames, *film.decisions.shape[1:]))
    for name, (tensor, shape) in wanted.items():
        if tuple(tensor.shape) != shape:
            raise ShapeError(
                f"In the film {title!r}, {name} must have the shape {shape}, since positions have "
                f"{tuple(film.positions.shape)}; got {tuple(tensor.shape)}."
            )
    if dim not in (2, 3):
        raise ConfigError(f"A player draws 2 or 3 dimensions; the film {title!r} has {dim}. Project it first.")
    if n_frames < 2:
        raise ConfigError(f"A film has at least two frames; {title!r} has {n_frames}.")
    if panel.n_layers is not None and panel.n_layers < n_frames - 1:
        raise ConfigError(f"{n_frames} frames need {n_frames - 1} layers or more; {title!r} has {panel.n_layers}.")
    if not ((film.labels == 0) | (film.labels == 1)).all():
        raise ConfigError(f"Labels are 0 or 1; in the film {title!r} they are {film.labels.unique().tolist()}.")
    if not (film.times.isfinite().all() and (film.times.diff() > 0).all()):
        raise ConfigError(f"Times must increase from frame to frame; those of the film {title!r} do not.")
    drawn = [film.half_width, film.offset, *film.normal.tolist()]
    if not (film.half_width > 0 and np.isfinite(drawn).all()):
        raise ConfigError(f"The window's half-width must be positive and the classifier finite; {title!r} has {drawn}.")


def _encode(panel: Panel) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """The head and the arrays of a panel."""
    film = panel.film
    speed = _usual_speed(film.arrows)
    mesh, mesh_scale = _scaled(_drawn_in(film.mesh, _FAR * film.half_width))
    arrows, arrow_scale = _scaled(_drawn_in(film.arrows, 2 * speed))
    arrays: dict[str, npt.NDArray[Any]] = {
        "positions": _numbers(film.positions),
        "mesh": mesh,
        "arrows": arrows,
        "anchors": _numbers(film.anchors),
        # What is not a number decides nothing.
        "decisions": np.rint(255 * _numbers(film.decisions.nan_to_num(0.5).clamp(0, 1))).astype(np.uint8),
        "folded": np.packbits(film.folded.detach().cpu().numpy(), bitorder="little"),
        "labels": film.labels.detach().cpu().numpy().astype(np.uint8),
    }
    size = sum(values.nbytes for values in arrays.values())
    if size > MAX_PANEL_BYTES:
        raise ConfigError(
            f"A film for the player takes at most {MAX_PANEL_BYTES / 1e6:g} MB, 1 MB in base64; {panel.title!r} would "
            f"take {size / 1e6:.2f} MB. Film fewer points or layers, or a coarser mesh."
        )
    head: dict[str, Any] = {
        "title": panel.title,
        "caption": panel.caption,
        "times": film.times.tolist(),
        "normal": film.normal.tolist(),
        "offset": film.offset,
        "half_width": film.half_width,
        "n_layers": panel.n_layers or len(film.times) - 1,
        "speed": speed,
        "cells": film.folded.numel() // len(film.times),
        "scales": {"mesh": mesh_scale, "arrows": arrow_scale},
    }
    return head, arrays


def _numbers(values: Tensor) -> npt.NDArray[np.float32]:
    return values.detach().to("cpu", torch.float32).numpy()


def _usual_speed(arrows: Tensor) -> float:
    """What few arrows exceed: an arrow of this length just reaches its neighbour."""
    speeds = arrows.detach().double().norm(dim=-1)
    speeds = speeds[speeds.isfinite()]
    return torch.quantile(speeds, 0.98).item() if len(speeds) else 0.0


def _drawn_in(vectors: Tensor, radius: float) -> Tensor:
    """Long vectors cut to the radius, in the same direction."""
    vectors = vectors.detach().double()
    return vectors * (radius / vectors.norm(dim=-1, keepdim=True)).nan_to_num(1.0).clamp(max=1)


def _scaled(values: Tensor) -> tuple[npt.NDArray[np.int16], float]:
    """Two bytes for each number, and what they are to be multiplied by."""
    numbers = values.cpu().numpy()
    finite = np.isfinite(numbers)
    largest = float(np.abs(numbers[finite]).max(initial=0.0))
    scale = largest / 32767 or 1.0
    whole = np.rint(np.where(finite, numbers, 0.0) / scale)
    return np.where(finite, whole, _NOT_FINITE).astype(np.int16), scale
