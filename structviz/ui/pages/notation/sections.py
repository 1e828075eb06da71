"""The component, the formulas and what can be taken along."""

import json

import streamlit as st
import torch

from structviz.figures import CLASS_COLOURS
from structviz.studies.notation import MAX_LAYERS, MAX_WEIGHT, TARGETS
from structviz.ui.browser.component import BrowserComponent
from structviz.ui.kit.form import Form
from structviz.ui.pages.notation.choice import NotationChoice

__all__ = ["formulas", "script", "show_network", "weights_json"]

_COMPONENT = BrowserComponent("notation", ["theta"])


def show_network(form: Form[NotationChoice], choice: NotationChoice) -> None:
    """Show the layers, which one drags."""
    net, (points, labels) = choice.net, choice.points
    shown = {
        "theta": torch.cat([net.A.flatten(1), net.b], dim=1).tolist(),
        "sigma": choice.sigma,
        "points": points.tolist(),
        "labels": labels.tolist(),
        "targets": TARGETS,
        "colours": CLASS_COLOURS,
        "rate": choice.rate,
        "weight": choice.weight,
        "largest": MAX_WEIGHT,
        "mostLayers": MAX_LAYERS,
    }
    key = form.key("network")
    _COMPONENT.show(shown, key=key, on_theta=lambda: form.set(theta=_COMPONENT.report(key, "theta").get("text")))


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


def weights_json(choice: NotationChoice) -> str:
    """The weights as JSON."""
    return json.dumps({"sigma": choice.sigma, "A": choice.net.A.tolist(), "b": choice.net.b.tolist()}, indent=2)


def script(choice: NotationChoice) -> str:
    """Python that computes the numbers on the page."""
    return (
        "from structviz import data\n"
        "from structviz.displayed import number, percent\n"
        "from structviz.studies.notation import PlaneNetwork\n\n"
        f'net = PlaneNetwork.parse("{choice.theta}", "{choice.sigma}")\n'
        f'points, labels = data.toy("{choice.dataset}", {len(choice.points[0])})\n'
        f"loss, regulariser = net.loss(points, labels).item(), net.regulariser({choice.weight:g}).item()\n"
        "right = percent(net.accuracy(points, labels), 0)\n"
        'print(f"{right} of the points arrive closer to the ring of their own colour")\n'
        "shown = (number(value, 4) for value in (loss, regulariser, loss + regulariser))\n"
        'print("loss {}, regulariser {}, together {}".format(*shown))\n'
        f"net = net.gradient_step(points, labels, {choice.weight:g}, rate={choice.rate:g})\n"
    )
