"""A rigid body that tumbles in steps of five methods, computed and drawn in the browser."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from structviz.ode import ROTATION_METHODS, RigidBody
from structviz.ui.browser.component import BrowserComponent, finite_number
from structviz.ui.kit.form import Form
from structviz.ui.pages.manifolds.choice import LEAST_STEP, MOST_STEP, SPINS, ManifoldsChoice, parse_view

__all__ = ["N_STEPS", "body_section", "half_edges", "method_data", "reveal_body"]

N_STEPS = 10_000
"""Steps of each body."""

_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "rkmk4": "#0072B2",
        "lie-euler": "#56B4E9",
        "implicit-midpoint": "#999933",
        "rk4": "#808890",
        "euler": "#E69F00",
    }
)
"""The methods that are shown."""

_REVEALS = "manifolds_body_reveals"

_COMPONENT = BrowserComponent("body", ["chosen"])


def method_data() -> list[dict[str, Any]]:
    """The methods as the browser takes their steps."""
    return [
        {
            "name": name,
            "title": method.title,
            "stays": method.stays,
            "chart": method.space == "exponential",
            "tableau": {"a": method.tableau.a, "w": method.tableau.w},
        }
        for name, method in ROTATION_METHODS.items()
        if name in _COLOURS
    ]


def body_section(form: Form[ManifoldsChoice], choice: ManifoldsChoice) -> None:
    """Show the bodies, once somebody opens the section."""
    with form.section("body") as is_open:
        if not is_open:
            return
        st.markdown(
            "A box that nothing pushes. Its attitude is a rotation R: nine numbers with RᵀR = I and det R = 1. "
            "**Lie-group methods** turn R by a rotation in each step; the **implicit midpoint** rule keeps what is "
            "quadratic; **Euler** and **RK4** on all matrices treat the nine numbers as free. A box is drawn as its R "
            "is; the dashed circle is where its corners belong, and the line is the momentum, which stays. Turn the "
            "boxes with a finger or the arrow keys."
        )
        body = RigidBody()
        key = form.key("bodies")
        shown = {
            "methods": [{**method, "colour": _COLOURS[method["name"]]} for method in method_data()],
            "spins": [{"name": name, "title": spin.title, "momentum": spin.momentum} for name, spin in SPINS.items()],
            "inertia": body.inertia,
            "half": half_edges(body.inertia),
            "steps": N_STEPS,
            "limits": {"low": LEAST_STEP, "high": MOST_STEP, "step": LEAST_STEP},
            "spin": choice.spin,
            "h": choice.body_h,
            "view": parse_view(choice.body_view),
            "reveals": st.session_state.get(_REVEALS, 0),
        }
        _COMPONENT.show(shown, key=key, on_chosen=lambda: _take(form, _COMPONENT.report(key, "chosen")))


def half_edges(inertia: tuple[float, float, float]) -> tuple[float, float, float]:
    """Half the edges of a box with these principal moments: I₁ ∝ b² + c², and so on."""
    first, second, third = (math.sqrt(sum(inertia) / 2 - moment) for moment in inertia)
    return first, second, third


def reveal_body(preset: ManifoldsChoice) -> None:
    """Scroll to the bodies if a preset opens them."""
    if preset.body:
        st.session_state[_REVEALS] = st.session_state.get(_REVEALS, 0) + 1


def _take(form: Form[ManifoldsChoice], report: Mapping[str, Any]) -> None:
    form.set(spin=report.get("spin"), body_h=finite_number(report.get("h")), body_view=report.get("view"))
