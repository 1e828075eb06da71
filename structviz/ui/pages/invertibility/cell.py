"""Change of variables: a cell that the visitor drags, and its area before and after the network."""

import streamlit as st

from structviz.figures import ARM_COLOURS
from structviz.nets import InvertibleMap
from structviz.types import Labels, Points
from structviz.ui.browser.component import BrowserComponent
from structviz.ui.browser.layers import described_layers, described_points
from structviz.ui.kit.form import Form
from structviz.ui.pages.invertibility.cell_place import CELL, parse_cell

__all__ = ["cell_part"]

_COMPONENT = BrowserComponent("cell", ["cell"])


def cell_part(form: Form, net: InvertibleMap, points: Points, labels: Labels) -> None:
    """Show points and codes with the cell.

    Parameters
    ----------
    form
        The page's controls.
    net
        A flow of the plane.
    points, labels
        Data that the cell is dragged over, with a class of each.
    """
    st.markdown(
        "**Change of variables.** The network squeezes and stretches; where it makes areas larger by the factor "
        "|det J|, the density is the Gaussian's at the code times that factor. Drag the cell, and make it small: both "
        "numbers meet."
    )
    st.latex(r"\begin{aligned} \log p(x) = {}& \log N(\Phi(x)) \\ & {}+ \log|\det \Phi'(x)| \end{aligned}")
    shown = {
        "layers": described_layers(net),
        **described_points(points, labels),
        "tone": ARM_COLOURS["augmented"],
        "half": 1.1 * points.abs().max().item(),
        "halfOfCodes": 3.4,
        "cell": parse_cell(form.value("cell") or CELL),
    }
    _COMPONENT.edit(form, "cell", shown)
