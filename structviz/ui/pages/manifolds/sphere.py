"""The sphere that one turns: points flow along it in steps that stay, and in steps that leave it."""

from collections.abc import Mapping
from typing import Any

from structviz.figures import ARM_COLOURS
from structviz.studies.manifolds.sphere_steps import field_as_data, method_as_data
from structviz.ui.browser.component import BrowserComponent, finite_number
from structviz.ui.browser.layers import described_points
from structviz.ui.kit.form import Form
from structviz.ui.pages.manifolds.choice import LEAST_STEP, ManifoldsChoice, longest_step, parse_point, parse_view
from structviz.ui.pages.manifolds.sources import boundary, is_trained, points_for, trained_network

__all__ = ["show_sphere"]

_COMPONENT = BrowserComponent("sphere", ["placed"])


def show_sphere(form: Form[ManifoldsChoice], choice: ManifoldsChoice) -> None:
    """Show both spheres, which turn together, and the distances from them."""
    points, labels = points_for(choice.field)
    trained = is_trained(choice.field)
    normal, offset = boundary(choice.field)
    shown = {
        "field": field_as_data(trained_network(choice.field).flow if trained else choice.field),
        "boundary": {"normal": normal.tolist(), "offset": offset},
        "methods": [
            {**method_as_data(name), "colour": ARM_COLOURS[arm]}
            for name, arm in ((choice.method, "equivariant"), (choice.twin, "ordinary"))
        ],
        **described_points(points, labels),
        "legend": ("class 0", "class 1") if trained else ("starts south of the equator", "starts north of it"),
        "layers": choice.layers,
        "tail": 1 if trained else 3,
        "limits": {"low": LEAST_STEP, "high": longest_step({"field": choice.field}), "step": LEAST_STEP},
        "h": choice.h,
        "point": parse_point(choice.point)[0].tolist(),
        "view": parse_view(choice.view),
    }
    key = form.key("sphere")
    _COMPONENT.show(shown, key=key, on_placed=lambda: _take(form, _COMPONENT.report(key, "placed")))


def _take(form: Form[ManifoldsChoice], report: Mapping[str, Any]) -> None:
    """Take the point, the view and the step that the browser reports, if they are allowed."""
    form.set(point=report.get("point"), view=report.get("view"), h=finite_number(report.get("h")))
