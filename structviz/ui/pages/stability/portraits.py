"""Phase portraits: mechanical systems under five methods, computed and drawn in the browser."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from structviz.studies.stability import portrait_data
from structviz.ui.browser.component import BrowserComponent, finite_number
from structviz.ui.kit.form import Form
from structviz.ui.pages.stability.choice import StabilityChoice

__all__ = ["N_STEPS", "portrait_section"]

N_STEPS = 10_000
"""Steps of each orbit."""

_COLOURS: Mapping[str, str] = {
    "euler": "#E69F00",
    "heun": "#56B4E9",
    "rk4": "#808890",
    "symplectic-euler": "#009E73",
    "stormer-verlet": "#CC79A7",
}

_HALVES: Mapping[str, float] = {"pendulum": 3.4, "kepler": 2.4, "network": 2.2}
"""Half of what the picture of a system shows."""

_COMPONENT = BrowserComponent("portraits", ["chosen"])


def portrait_section(form: Form[StabilityChoice], choice: StabilityChoice) -> None:
    """Show the orbits, once somebody opens the section."""
    with form.section("portraits") as is_open:
        if not is_open:
            return
        st.markdown(
            "A pendulum, a planet, and a network whose layers share their weights: orbits, and below each the error of "
            "the energy over the steps, from 10⁻⁶ to 10². The energy of symplectic methods goes up and down and does "
            "not drift; that of others drifts, which shows at large steps and over long times."
        )
        data = portrait_data()
        shown = {
            "systems": [{**system, "half": _HALVES[system["name"]]} for system in data["systems"]],
            "methods": [{**method, "colour": _COLOURS[method["name"]]} for method in data["methods"]],
            "steps": N_STEPS,
            "system": choice.system,
            "h": choice.h,
        }
        key = form.key("orbits")
        _COMPONENT.show(shown, key=key, on_chosen=lambda: _take(form, _COMPONENT.report(key, "chosen")))


def _take(form: Form[StabilityChoice], report: Mapping[str, Any]) -> None:
    form.set(system=report.get("system"), h=finite_number(report.get("h")))
