"""A rigid body that tumbles in steps of several methods, computed and drawn in the browser."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import streamlit as st
import torch
from PIL import Image as PillowImage

from structviz.figures.box import box
from structviz.figures.pixels import png
from structviz.ode import ROTATION_METHODS, RigidBody
from structviz.studies.manifolds import Tumbling, tumble
from structviz.ui.browser.component import BrowserComponent, finite_number
from structviz.ui.browser.standalone import bodies_page
from structviz.ui.kit.compute import ComputeQueue, Job
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.pages.manifolds.choice import LEAST_STEP, MOST_STEP, SPINS, ManifoldsChoice, parse_view
from structviz.ui.pages.manifolds.scripts import body_script

__all__ = ["N_STEPS", "body_csv", "body_film", "body_picture", "body_section", "half_edges", "method_data"]

N_STEPS = 10_000
"""Steps of each body."""

_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "rkmk4": "#0072B2",
        "lie-euler": "#56B4E9",
        "implicit-midpoint": "#999933",
        "rk4": "#808890",
        "euler": "#E69F00",
        "lie-euler-cayley": "#CC79A7",
        "rkmk4-cayley": "#882255",
        "projected-euler": "#F0C000",
        "projected-rk4": "#009E73",
    }
)

_QUEUE: ComputeQueue[Tumbling] = ComputeQueue(most_bytes=20_000_000)

_COMPONENT = BrowserComponent("body", ["chosen"])


def method_data(names: Sequence[str] = tuple(ROTATION_METHODS)) -> list[dict[str, Any]]:
    """Some of `structviz.ode.ROTATION_METHODS` as the browser takes their steps."""
    return [
        {
            "name": name,
            "title": method.title,
            "stays": method.stays,
            "space": method.space,
            "tableau": {"a": method.tableau.a, "w": method.tableau.w},
            "colour": _COLOURS[name],
        }
        for name, method in ROTATION_METHODS.items()
        if name in names
    ]


def body_section(form: Form[ManifoldsChoice]) -> None:
    """Show the section."""
    st.markdown(
        "A box that nothing pushes. Its attitude is a rotation R: nine numbers with RᵀR = I and det R = 1. "
        "**Lie-group methods** turn R by a rotation in each step; the **implicit midpoint** rule keeps what is "
        "quadratic; **Euler** and **RK4** on all matrices treat the nine numbers as free. A box is drawn as its R "
        "is; the dashed circle is where its corners belong, and the line is the momentum, which stays. Turn the "
        "boxes with a finger or the arrow keys."
    )
    form.ask("body_methods")
    choice = form.choice()
    if not choice.body_methods:
        st.info("Choose steps, and a box tumbles in each of them.")
        return
    key = form.key("bodies")
    _COMPONENT.show(_shown(choice), key=key, on_chosen=lambda: _take(form, _COMPONENT.report(key, "chosen")))
    files(form, *_items(choice), networks={})


def _shown(choice: ManifoldsChoice) -> dict[str, Any]:
    """What the browser needs to let the bodies tumble."""
    body = RigidBody()
    return {
        "methods": method_data(choice.body_methods),
        "spins": [{"name": name, "title": spin.title, "momentum": spin.momentum} for name, spin in SPINS.items()],
        "inertia": body.inertia,
        "half": half_edges(body.inertia),
        "steps": N_STEPS,
        "limits": {"low": LEAST_STEP, "high": MOST_STEP, "step": LEAST_STEP},
        "spin": choice.spin,
        "h": choice.body_h,
        "view": parse_view(choice.body_view),
    }


def half_edges(inertia: tuple[float, float, float]) -> tuple[float, float, float]:
    """Half the edges of a box with these principal moments: I₁ ∝ b² + c², and so on."""
    first, second, third = (math.sqrt(sum(inertia) / 2 - moment) for moment in inertia)
    return first, second, third


def _items(choice: ManifoldsChoice) -> list[Item]:
    """What can be taken along: where the bodies end, what each method keeps, and how to compute it again."""
    script = partial(body_script, choice, SPINS[choice.spin].momentum, N_STEPS)
    return [
        Item("Film of the bodies (HTML)", partial(body_film, choice), "bodies.html", "text/html"),
        Item("Bodies (PNG)", partial(body_picture, choice), "bodies.png", "image/png"),
        Item("What bodies keep (CSV)", partial(body_csv, choice), "bodies.csv", "text/csv"),
        Item("Script of the bodies (Python)", script, "bodies.py", "text/x-python"),
    ]


def _tumbled(choice: ManifoldsChoice) -> dict[str, Tumbling]:
    """The bodies, by method; computed again, in a few seconds each."""
    body, momentum = RigidBody(), torch.tensor(SPINS[choice.spin].momentum, dtype=torch.float64)
    jobs = [
        Job(
            (name, choice.spin, choice.body_h, N_STEPS),
            partial(tumble, body, momentum, name, N_STEPS, choice.body_h),
            5.0,
        )
        for name in choice.body_methods
    ]
    return dict(zip(choice.body_methods, _QUEUE.get_all(jobs), strict=True))


def body_film(choice: ManifoldsChoice) -> str:
    """A page on which the bodies tumble, in the steps that are shown at first and in all others."""
    note = (
        f"A box that nothing pushes, for {N_STEPS:,} steps of each method. The page computes the steps itself. Turn "
        "the boxes with a finger or the arrow keys; the dashed circle is where their corners belong."
    )
    return bodies_page(_shown(choice), "A body that tumbles", note)


def body_picture(choice: ManifoldsChoice) -> bytes:
    """The last attitude of each body, from left to right."""
    yaw, pitch = map(math.radians, parse_view(choice.body_view))
    half = half_edges(RigidBody().inertia)
    boxes = [box(found.attitudes[-1].numpy(), half, (yaw, pitch)) for found in _tumbled(choice).values()]
    white = [PillowImage.alpha_composite(PillowImage.new("RGBA", one.size, "white"), one) for one in boxes]
    return png(PillowImage.fromarray(np.concatenate([np.asarray(one.convert("RGB")) for one in white], 1)))


def body_csv(choice: ManifoldsChoice) -> str:
    """Each hundredth attitude of each body, and what it has kept until then."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    entries = [f"R{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3)]
    writer.writerow(
        ["method", "step", "off the rotations", "error of det", "error of energy", "error of |m|", *entries]
    )
    for name, found in _tumbled(choice).items():
        for k in range(0, N_STEPS + 1, N_STEPS // 100):
            errors = (found.off[k], found.determinants[k] - 1, found.energy[k], found.length[k])
            numbers = [*map(float, errors), *found.attitudes[k].flatten().tolist()]
            writer.writerow([name, k, *(f"{value:.9g}" for value in numbers)])
    return out.getvalue()


def _take(form: Form[ManifoldsChoice], report: Mapping[str, Any]) -> None:
    form.set(spin=report.get("spin"), body_h=finite_number(report.get("h")), body_view=report.get("view"))
