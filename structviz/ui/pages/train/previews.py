"""The pictures of runs: what each network makes of the same examples, now or at an earlier step."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import streamlit as st
import torch
from torch import Tensor

from structviz.config import TrainConfig
from structviz.errors import CheckpointError, ConfigError
from structviz.figures import ARM_COLOURS
from structviz.figures.decision_map import decision_picture
from structviz.figures.preview import preview_sheet
from structviz.training import recipe
from structviz.training.flow import half_width
from structviz.training.recipes import Example
from structviz.ui.kit.literal import literal
from structviz.ui.kit.page import inline_png
from structviz.ui.kit.sentences import joined
from structviz.ui.pages.train.curves import colours
from structviz.ui.pages.train.run_group import RunView

__all__ = ["after_words", "decision_picture_of", "pictures_section", "preview_columns", "step_at"]

_DRAWN = 500
"""Most points in a decision map."""

_KEY = "train_step"


@st.cache_resource(max_entries=16, show_spinner=False)
def _examples(config: str) -> Mapping[str, Example]:
    """Shared, and never changed."""
    settings = TrainConfig.from_json(config)
    return recipe(settings.recipe).examples(settings)


def step_at(steps: Sequence[int], wanted: int) -> int | None:
    """The last step with pictures that is not later than the wanted one, else the first."""
    if not steps:
        return None
    return steps[max(0, bisect_right(steps, wanted) - 1)]


def pictures_section(shown: Sequence[RunView], titles: Sequence[str], active: bool) -> None:
    """Show the latest pictures; once nothing trains any more, a slider goes back through all of them.

    Parameters
    ----------
    shown
        The runs.
    titles
        Their names on the page.
    active
        Whether one of them waits or trains.
    """
    steps = {view.id: view.run.previews() for view in shown}
    every = sorted({step for of_one in steps.values() for step in of_one})
    if not every:
        return
    wanted = every[-1]
    if not active and len(every) > 1:
        if st.session_state.get(_KEY) not in every:
            st.session_state[_KEY] = every[-1]
        wanted = st.select_slider("After step", every, key=_KEY, format_func="{:,}".format)
    shown_at = {view.id: step for view in shown if (step := step_at(steps[view.id], wanted)) is not None}
    found = _found(shown, shown_at)
    pairs = [(view, title) for view, title in zip(shown, titles, strict=True) if view.id in found]
    if maps := [(view, title) for view, title in pairs if _shows_points(view)]:
        _maps(maps, found, shown_at)
    tasks = dict.fromkeys(view.request.config.recipe for view, _ in pairs if not _shows_points(view))
    for task in tasks:
        kept = [k for k, view in enumerate(shown) if view.request.config.recipe == task and view.id in found]
        tints = colours(shown)
        after = after_words({titles[k]: shown_at[shown[k].id] for k in kept})
        _sheet(shown[kept[0]].request.config, [(titles[k], tints[k], found[shown[k].id]) for k in kept], after)


def _found(shown: Sequence[RunView], shown_at: Mapping[str, int]) -> dict[str, Mapping[str, Tensor]]:
    """The pictures of each run that has some; a line is shown for each whose file is damaged."""
    found: dict[str, Mapping[str, Tensor]] = {}
    for view in shown:
        if view.id in shown_at:
            try:
                found[view.id] = view.run.preview(shown_at[view.id])
            except CheckpointError as error:
                st.warning(literal(str(error)), icon=":material/broken_image:")
    return found


def _shows_points(view: RunView) -> bool:
    """Whether the pictures of a run are maps of decisions."""
    return recipe(view.request.config.recipe).points is not None


def decision_picture_of(config: TrainConfig, decision: Tensor) -> bytes:
    """A map of decisions with the points that were learnt from, as a PNG file.

    Raises
    ------
    ConfigError
        If the recipe shows images, or its points are not known.
    """
    points_of = recipe(config.recipe).points
    if points_of is None:
        raise ConfigError(f"The recipe {config.recipe} has no points to draw; show its pictures instead.")
    points, labels = points_of(config)
    decision = torch.nan_to_num(decision, 0.5)
    return decision_picture(decision, half_width(points), points[:_DRAWN], labels[:_DRAWN])


def preview_columns(
    examples: Mapping[str, Example], outputs: Sequence[tuple[str, str, Mapping[str, Tensor]]]
) -> list[tuple[str, str, Mapping[str, Tensor]]]:
    """The columns of a sheet: what is given, what each network makes of it, and what it should be."""
    grey = ARM_COLOURS["noisy"]
    given = ("Given", grey, {name: example.given for name, example in examples.items()})
    truth = ("Truth", grey, {name: example.truth for name, example in examples.items()})
    return [given, *outputs, truth]


def after_words(steps: Mapping[str, int]) -> str:
    """After how many steps pictures were taken, in words: once if all were taken after as many.

    Parameters
    ----------
    steps
        Steps by the names of the networks; at least one.
    """
    if len(set(steps.values())) == 1:
        return f"after step {next(iter(steps.values())):,}"
    return joined([f"{name} after step {step:,}" for name, step in steps.items()])


def _sheet(config: TrainConfig, outputs: Sequence[tuple[str, str, Mapping[str, Tensor]]], after: str) -> None:
    examples = _examples(config.to_json())
    columns = preview_columns(examples, outputs)
    rows = list(examples)
    names = ", ".join(heading.lower() for heading, _, _ in columns)
    words = f"From left to right: {names}; {after}."
    if len(rows) > 1:
        words += f" Upper row {rows[0]}, lower row {rows[1]}; none of it is trained on."
    # The sheet has its natural size on a large screen and shrinks on a small one.
    st.image(
        inline_png(preview_sheet(columns, recipe(config.recipe).colour_map)),
        width=min(1200, 290 * len(columns)),
        alt=words,
    )
    st.caption(words)


def _maps(
    runs: Sequence[tuple[RunView, str]], found: Mapping[str, Mapping[str, Tensor]], shown_at: Mapping[str, int]
) -> None:
    with st.container(horizontal=True, gap="medium"):
        for view, title in runs:
            picture = decision_picture_of(view.request.config, found[view.id]["decision"])
            words = f"{title} after step {shown_at[view.id]:,}: what it decides where, and the points it learns from."
            st.image(inline_png(picture), caption=words, width=420, alt=words)
