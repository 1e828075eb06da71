"""Before anything is trained: what the networks that ship with the app make of the task."""

import streamlit as st

from structviz import zoo
from structviz.arms import arm_words
from structviz.config import flow_title
from structviz.figures import ARM_COLOURS, arm_title
from structviz.figures.preview import preview_sheet
from structviz.jobs import State
from structviz.training import recipe
from structviz.ui.kit.page import inline_png
from structviz.ui.kit.screen import FirstScreen
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.previews import decision_picture_of, preview_columns
from structviz.ui.pages.train.rates import spreads_in, study_of
from structviz.ui.pages.train.record import Result, ShownRuns, shown_runs, spreads_of_seeds
from structviz.ui.pages.train.sentences import about_shipped, gain

__all__ = ["shipped_section"]


def shipped_section(screen: FirstScreen, choice: TrainChoice) -> ShownRuns | None:
    """Show the networks that have learnt the task before, and the figures that they reach; nothing without any.

    Parameters
    ----------
    screen
        Gets the one number, if there is a fair pair; the rest stands where the page is now.
    choice
        The task.

    Returns
    -------
    ShownRuns or None
        Their displayed figures.
    """
    names = choice.shipped
    if not names:
        return None
    cards = [zoo.card(name) for name in names]
    # The digests make a rebuilt file a new entry.
    picture = _drawn(names, tuple(card.sha256 for card in cards))
    # Cards tell of other seeds; where they do not, the study of rates does.
    study = study_of(choice.recipe, choice.dataset)
    spreads = spreads_of_seeds([card.seeds for card in cards]) or (spreads_in(study) if study else {})
    seen = shown_runs([_result(card) for card in cards], spreads)
    words = about_shipped(seen)
    if (ahead := gain(seen)) is not None:
        screen.key_number("Equivariant − ordinary, turned", ahead.signed)
    if choice.task.points is not None:
        left, right = st.columns([1, 1.4], gap="large", vertical_alignment="center")
        left.image(inline_png(picture), width=420, alt="What the network decides where, and the points")
        right.markdown(words)
        return seen
    networks = ", ".join(flow_title(card.config.net) or f"{arm_words(card.config.arm)} network" for card in cards)
    rows = "" if choice.learns_density else "; upper row upright, lower row turned"
    alt = f"Given, {networks}, truth{rows}"
    st.image(inline_png(picture), width=1160, alt=alt)
    st.markdown(words)
    return seen


def _title(card: zoo.Card) -> str:
    """The arm; networks that can be undone have one only, so there it is the layers."""
    return flow_title(card.config.net) or arm_title(card.config.arm)


def _result(card: zoo.Card) -> Result:
    steps = card.config.steps or 0
    return Result(
        _title(card),
        card.config,
        card.metrics,
        card.n_parameters,
        State.FINISHED,
        steps,
        card.seconds,
        steps,
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _drawn(names: tuple[str, ...], digests: tuple[str, ...]) -> bytes:
    del digests
    cards = [zoo.card(name) for name in names]
    task = recipe(cards[0].config.recipe)
    previews = [task.preview(zoo.load(card.name), card.config) for card in cards]
    if task.points is not None:
        return decision_picture_of(cards[0].config, previews[0].pictures["decision"])
    outputs = [
        (_title(card), ARM_COLOURS[card.config.arm], preview.pictures)
        for card, preview in zip(cards, previews, strict=True)
    ]
    return preview_sheet(preview_columns(task.examples(cards[0].config), outputs), task.colour_map)
