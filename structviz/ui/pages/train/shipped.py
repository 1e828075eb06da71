"""Before anything is trained: what the networks that ship with the app make of the task."""

from collections.abc import Sequence

import streamlit as st

from structviz import zoo
from structviz.arms import arm_words
from structviz.figures import ARM_COLOURS, arm_title
from structviz.figures.preview import preview_sheet
from structviz.training import recipe
from structviz.ui.kit.page import inline_png
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.previews import decision_picture_of, preview_columns
from structviz.ui.pages.train.sentences import score

__all__ = ["shipped_section"]


def shipped_section(choice: TrainChoice) -> None:
    """Show the networks that have learnt the task before, and the figures that they reach; nothing without any."""
    names = choice.shipped
    if not names:
        return
    # The digests make a rebuilt file a new entry.
    cards = [zoo.card(name) for name in names]
    picture, figures = _drawn(names, tuple(card.sha256 for card in cards))
    steps = cards[0].config.steps or 0
    invitation = "Press **Start** and watch yours get there."
    if choice.task.points is not None:
        left, right = st.columns([1, 1.4], gap="large", vertical_alignment="center")
        left.image(inline_png(picture), width=420, alt="What the network decides where, and the points")
        right.markdown(
            f"**This one ships with the app**, after {steps:,} steps: {score(choice.task, figures[0])}. {invitation}"
        )
        return
    arms = [card.config.arm for card in cards]
    networks = ", ".join(f"{arm_words(arm)} network" for arm in arms)
    words = f"Given, {networks}, truth; upper row upright, lower row turned"
    st.image(inline_png(picture), width=1160, alt=words)
    st.markdown(
        f"**{'These two ship' if len(names) == 2 else 'This ships'} with the app**, after {steps:,} steps on upright "
        f"examples only. {_who_is_ahead(choice, arms, figures)}{invitation}"
    )


def _who_is_ahead(choice: TrainChoice, arms: Sequence[str], figures: Sequence[dict[str, float]]) -> str:
    """Which of two networks does better on the turned example; empty where there are not two figures."""
    found = [choice.task.compared(one, "turned") for one in figures]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return ""
    (metric, first), (_, second) = found[0], found[1]
    better = arms[(second > first) == metric.higher_is_better]
    return f"On the turned one, below, the {arm_words(better)} network is ahead by {metric.text(abs(second - first))}. "


@st.cache_data(max_entries=16, show_spinner=False)
def _drawn(names: tuple[str, ...], digests: tuple[str, ...]) -> tuple[bytes, tuple[dict[str, float], ...]]:
    del digests
    cards = [zoo.card(name) for name in names]
    task = recipe(cards[0].config.recipe)
    previews = [task.preview(zoo.load(card.name), card.config) for card in cards]
    figures = tuple(dict(preview.figures) for preview in previews)
    if task.points is not None:
        return decision_picture_of(cards[0].config, previews[0].pictures["decision"]), figures
    outputs = [
        (arm_title(card.config.arm), ARM_COLOURS[card.config.arm], preview.pictures)
        for card, preview in zip(cards, previews, strict=True)
    ]
    return preview_sheet(preview_columns(task.examples(cards[0].config), outputs), task.colour_map), figures
