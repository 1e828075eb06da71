"""What can be taken along from the page of manifolds."""

import csv
import io
import math
from functools import partial

import numpy as np
import torch
from PIL import Image as PillowImage

from structviz import zoo
from structviz.figures import ARM_COLOURS
from structviz.figures.film_encoding import Panel
from structviz.figures.globe import globe, graticule
from structviz.figures.pixels import png
from structviz.studies.flow import Film
from structviz.studies.manifolds.sphere_steps import METHODS, follow
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item
from structviz.ui.pages.manifolds.choice import ManifoldsChoice, parse_view
from structviz.ui.pages.manifolds.record import ROUNDING, SphereStudy
from structviz.ui.pages.manifolds.sources import (
    N_POINTS,
    boundary,
    field_named,
    is_trained,
    network_name,
    points_for,
)

__all__ = ["digests", "drift_csv", "items", "page", "script"]

_SIDE = 500
"""Of one picture, in pixels."""

_WIDEST, _FAR = 3.0, 1e3
"""Half of the widest window of a film, and where points are drawn that have left all bounds."""


def drift_csv(found: tuple[SphereStudy, SphereStudy, float | None]) -> str:
    """The largest distance from the sphere after each layer, as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["layer", "on the sphere", "around it"])
    for k, (one, other) in enumerate(zip(*(study.drift.tolist() for study in found[:2]), strict=True)):
        writer.writerow([k, f"{one:.9g}", f"{other:.9g}"])
    return out.getvalue()


def script(choice: ManifoldsChoice) -> str:
    """Python that computes the numbers on the page."""
    return (
        "from structviz.displayed import scientific, significant\n"
        f"{_setting(choice)}"
        f'for method in ("{choice.method}", "{choice.twin}"):\n'
        f"    states = follow(field, method, {choice.h:g}, {choice.layers}, points)\n"
        f"    off = max(distances(states).max().item(), {ROUNDING:g})  # below are rounding errors\n"
        '    print(f"{method}: {significant(off) if off >= 0.01 else scientific(off)} off the sphere")\n'
    )


def _setting(choice: ManifoldsChoice) -> str:
    """The lines of the script that make the field and the points."""
    steps = "from structviz.studies.manifolds.sphere_steps import"
    if not is_trained(choice.field):
        return (
            f"{steps} FIELDS, distances, follow, spread_points\n\n"
            f'field, points = FIELDS["{choice.field}"], spread_points({N_POINTS})\n'
        )
    return (
        "from structviz import data, zoo\n"
        f"{steps} distances, follow, onto_sphere\n\n"
        f'field = zoo.load("{network_name(choice.field)}").double().flow.velocity\n'
        f'_, (points, _) = data.sphere_split("{choice.field}", 2, {N_POINTS}, seed=0)\n'
        "points = onto_sphere(points.double())\n"
    )


def digests(choice: ManifoldsChoice) -> dict[str, str]:
    """The network of the zoo that is shown, if there is one, with the digest of its weights."""
    if not is_trained(choice.field):
        return {}
    name = network_name(choice.field)
    return {name: zoo.card(name).sha256}


def items(choice: ManifoldsChoice, found: tuple[SphereStudy, SphereStudy, float | None]) -> list[Item]:
    """The files of the page.

    Parameters
    ----------
    choice, found
        As for `structviz.ui.pages.manifolds.record.record_of`.
    """
    return [
        Item("Film (HTML)", partial(page, choice, found), "sphere.html", "text/html"),
        Item("Picture (PNG)", partial(_picture, choice, found), "sphere.png", "image/png"),
        Item("Distances (CSV)", partial(drift_csv, found), "distances.csv", "text/csv"),
        Item("Script (Python)", partial(script, choice), "sphere.py", "text/x-python"),
    ]


def _film(choice: ManifoldsChoice, study: SphereStudy, method: str) -> Film:
    """The points, and meridians and parallels, on their way; the plane of the equator tells the classes apart."""
    grid = torch.from_numpy(graticule())
    rows, columns = grid.shape[:2]
    mesh = follow(field_named(choice.field), method, choice.h, choice.layers, grid.reshape(-1, 3))
    frames = choice.layers + 1
    mesh, states = (one.nan_to_num(_FAR, _FAR, -_FAR).clamp(-_FAR, _FAR).float() for one in (mesh, study.states))
    none = torch.zeros(frames, 0, 2)
    normal, offset = boundary(choice.field)
    return Film(
        times=choice.h * torch.arange(frames),
        positions=states,
        labels=points_for(choice.field)[1],
        anchors=torch.zeros(0, 2),
        arrows=none,
        mesh=mesh.reshape(frames, rows, columns, 3),
        folded=torch.zeros(frames, rows - 1, columns - 1, dtype=torch.bool),
        smallest=torch.zeros(0, 0),
        decisions=torch.zeros(frames, 0, 0),
        normal=normal,
        offset=offset,
        half_width=min(_WIDEST, max(1.1, states.abs().max().item())),
    )


def page(choice: ManifoldsChoice, found: tuple[SphereStudy, SphereStudy, float | None]) -> str:
    """The films of both methods as a page that plays them."""
    panels = [
        Panel(METHODS[name].title, _film(choice, study, name), f"after {choice.layers} layers")
        for name, study in zip((choice.method, choice.twin), found[:2], strict=True)
    ]
    note = "Points on their way along the sphere, in steps that stay on it and in steps of the space around it."
    return film_page(panels, "Do the steps stay on the sphere?", note, show={"tails"})


def _picture(choice: ManifoldsChoice, found: tuple[SphereStudy, SphereStudy, float | None]) -> bytes:
    """A row for each method: before the layers, in the middle, and after them."""
    yaw, pitch = map(math.radians, parse_view(choice.view))
    labels = points_for(choice.field)[1].numpy()
    rows = []
    for study, arm in zip(found[:2], ("equivariant", "ordinary"), strict=True):
        states = study.states.numpy()
        moments = (1, choice.layers // 2 + 1, choice.layers + 1)
        pictures = [globe(states[:k], labels, ARM_COLOURS[arm], (yaw, pitch), _SIDE) for k in moments]
        white = [PillowImage.alpha_composite(PillowImage.new("RGBA", p.size, "white"), p) for p in pictures]
        rows.append(np.concatenate([np.asarray(p.convert("RGB")) for p in white], 1))
    return png(PillowImage.fromarray(np.concatenate(rows)))
