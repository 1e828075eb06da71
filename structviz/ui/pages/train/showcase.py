"""What stands on the page before a race: what the networks that ship with the app make of the task."""

from collections.abc import Mapping

import streamlit as st
from torch import Tensor

from structviz import zoo
from structviz.data import toy_split
from structviz.figures import ARM_COLOURS, arm_title
from structviz.figures.decisions import decision_picture
from structviz.figures.preview import preview_sheet
from structviz.training import recipe
from structviz.training.flow import N_TEST, half_width
from structviz.ui.pages.train.choice import LabChoice

__all__ = ["shipped_names", "showcase"]


def shipped_names(choice: LabChoice) -> tuple[str, ...]:
    """The networks in the zoo that did the task before: an ordinary and an equivariant one, where there are."""
    if choice.recipe == "flow":
        scheme = {"plain": "plain", "rk4": "rk4"}.get(choice.scheme, "resnet")
        return (f"flow/{scheme}-{choice.points}",)
    pairs = {
        "stripes": ("stripes/ordinary", "stripes/equivariant"),
        "images": ("images/ordinary-large", "images/equivariant-c4-large"),
        "ct": ("ct/ordinary-large", "ct/equivariant-large"),
    }
    return pairs.get(choice.recipe, ())


def showcase(choice: LabChoice) -> None:
    """Show them, and what they reach."""
    names = shipped_names(choice)
    if not names:
        return
    # The digests make a rebuilt file a new entry.
    picture, figures = _drawn(names, tuple(zoo.card(name).sha256 for name in names))
    if choice.recipe == "flow":
        left, right = st.columns([1, 1.4], gap="large", vertical_alignment="center")
        left.image(picture, width=420, output_format="PNG", alt="What the network decides where, and the points")
        right.markdown(
            f"**This one ships with the app**; it took {zoo.card(names[0]).config.steps:,} steps and tells "
            f"{100 * figures[0]['accuracy_test']:.1f} % of new points apart. Press **Start** and watch yours get there."
        )
        return
    words = "Given, ordinary network, equivariant network, truth; upper row upright, lower row turned"
    st.image(picture, width=1160, output_format="PNG", alt=words)
    ordinary, equivariant = (one["psnr_turned"] for one in figures)
    steps = zoo.card(names[0]).config.steps or 0
    ahead = "the equivariant" if equivariant > ordinary else "the ordinary"
    st.markdown(
        f"**These two ship with the app**, after {steps:,} steps on upright examples only. On the turned one, below, "
        f"{ahead} network is ahead by {abs(equivariant - ordinary):.1f} dB. Press **Start** and watch yours get there."
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _drawn(names: tuple[str, ...], digests: tuple[str, ...]) -> tuple[bytes, tuple[dict[str, float], ...]]:
    del digests
    config = zoo.card(names[0]).config
    task = recipe(config.recipe)
    glances = [task.glance(zoo.load(name), zoo.card(name).config) for name in names]
    figures = tuple(dict(glance.figures) for glance in glances)
    if "decision" in glances[0].pictures and config.dataset is not None and config.n_train is not None:
        points, labels = toy_split(config.dataset, config.n_train, N_TEST, config.seed)[0]
        extent = half_width(points)
        return decision_picture(glances[0].pictures["decision"], extent, points[:500], labels[:500]), figures
    examples = task.examples(config)
    grey = ARM_COLOURS["noisy"]
    columns: list[tuple[str, str, Mapping[str, Tensor]]] = [
        ("Given", grey, {name: one.given for name, one in examples.items()}),
        *((arm_title(arm), ARM_COLOURS[arm], glance.pictures) for arm, glance in zip(_ARMS, glances, strict=True)),
        ("Truth", grey, {name: one.truth for name, one in examples.items()}),
    ]
    return preview_sheet(columns, config.recipe), figures


_ARMS = ("ordinary", "equivariant")
