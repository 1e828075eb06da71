"""The component, what the page says beside and below it, and the formulas."""

import streamlit as st

from structviz.studies.notation import MAX_LAYERS, MAX_WEIGHT, TARGETS
from structviz.ui.browser.component import BrowserComponent
from structviz.ui.browser.layers import described_points
from structviz.ui.kit.exports import Item, weights_as_json
from structviz.ui.kit.form import Form
from structviz.ui.kit.frame import Summary
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import about_accuracy, about_activation, about_squared_loss
from structviz.ui.kit.tiles import points_tile
from structviz.ui.pages.notation.choice import NotationChoice
from structviz.ui.pages.notation.sentences import record_of, what_to_notice

__all__ = ["formulas", "script", "show_network", "summary"]

_COMPONENT = BrowserComponent("notation", ["theta"])


def show_network(form: Form[NotationChoice], choice: NotationChoice) -> None:
    """Show the layers, which one drags."""
    limits = {"targets": TARGETS, "largest": MAX_WEIGHT, "mostLayers": MAX_LAYERS}
    _COMPONENT.edit(form, "theta", {**vars(choice), **described_points(*choice.points), **limits})


def summary(choice: NotationChoice) -> Summary:
    """What the page says of a network, and what a pin and a visitor take along."""
    net, (points, labels), record = choice.net, choice.points, record_of(choice)
    near = "Closer to their own ring"
    figures = {near: record.accuracy, "Loss and regulariser": record.total, "At the origin by the ReLU": record.dead}
    ends = lambda: [points_tile("After the last layer", (net(points), labels), str(record.accuracy), near, TARGETS)]  # noqa: E731
    return Summary(
        (near, record.accuracy),
        what_to_notice(record),
        View(figures, ends),
        [
            about_activation(choice.sigma),
            about_squared_loss(record.loss, "point", unit=""),
            about_accuracy(record.accuracy, record.n_right, len(points)),
        ],
        [
            weights_as_json("network.json", lambda: {"sigma": net.sigma, "A": net.A.tolist(), "b": net.b.tolist()}),
            Item("Script (Python)", lambda: script(choice), "notation.py", "text/x-python"),
        ],
    )


def script(choice: NotationChoice) -> str:
    """Python that computes the numbers on the page."""
    return f"""from structviz import data
from structviz.displayed import number, percent
from structviz.studies.notation import PlaneNetwork

net = PlaneNetwork.parse("{choice.theta}", "{choice.sigma}")
points, labels = data.toy("{choice.dataset}", {len(choice.points[0])})
objective = lambda net: net.loss(points, labels) + net.regulariser({choice.weight:g})
print(percent(net.accuracy(points, labels), 0), "of the points arrive closer to the ring of their own colour")
print("loss", number(net.loss(points, labels).item(), 4), "with the regulariser", number(objective(net).item(), 4))
net = net.gradient_step(objective, rate={choice.rate:g})
"""


def formulas() -> None:
    """Show the problem that training solves, in the lecture's letters."""
    st.header("The mathematics")
    st.latex(r"\begin{gathered}z^0 = x, \qquad \Phi_\theta(x) = z^K\\ z^{k+1} = \sigma(A^k z^k + b^k)\end{gathered}")
    st.latex(r"\min_\theta\ \frac1N \sum_{n=1}^N L\bigl(\Phi_\theta(x_n), y_n\bigr) + R(\theta)")
    st.markdown(
        r"Here $L(z, y) = \tfrac12\|z - y\|^2$ with a target $y$ for each class, the two rings, and "
        r"$R(\theta) = \tfrac\lambda2 \sum_k \|A^k\|^2 + \|b^k\|^2$. A step of gradient descent is "
        r"$\theta \leftarrow \theta - \tau\,\nabla_\theta$ of the sum, with the learning rate $\tau$."
    )
