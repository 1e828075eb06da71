"""The pictures of a race: what each network makes of the same examples, now or at an earlier step."""

import base64
from bisect import bisect_right
from collections.abc import Mapping, Sequence

import streamlit as st
import torch
from torch import Tensor

from structviz.config import TrainConfig
from structviz.data import toy_split
from structviz.figures import ARM_COLOURS
from structviz.figures.decisions import decision_picture
from structviz.figures.preview import preview_sheet
from structviz.training import recipe
from structviz.training.flow import N_TEST, half_width
from structviz.training.recipes import Example
from structviz.ui.pages.train.curves import colours
from structviz.ui.pages.train.run_group import RunView

__all__ = ["pictures_section", "step_at"]

_DRAWN = 500
"""Points in a decision map, at most."""

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
    """The latest pictures; once nothing trains any more, a slider goes back through all of them."""
    steps = {one.id: one.run.previews() for one in shown}
    every = sorted({step for of_one in steps.values() for step in of_one})
    if not every:
        return
    wanted = every[-1]
    if not active and len(every) > 1:
        if st.session_state.get(_KEY) not in every:
            st.session_state[_KEY] = every[-1]
        wanted = st.select_slider("After step", every, key=_KEY, format_func="{:,}".format)
    found = {one.id: one.run.preview(step) for one in shown if (step := step_at(steps[one.id], wanted)) is not None}
    flows = [(one, title) for one, title in zip(shown, titles, strict=True) if "decision" in found.get(one.id, {})]
    if flows:
        _maps(flows, found, wanted)
    tasks = dict.fromkeys(one.request.config.recipe for one in shown if one.id in found and one.id not in _ids(flows))
    for task in tasks:
        kept = [k for k, one in enumerate(shown) if one.request.config.recipe == task and one.id in found]
        tints = colours(shown)
        _sheet(shown[kept[0]].request.config, [(titles[k], tints[k], found[shown[k].id]) for k in kept], active, wanted)


def _ids(flows: Sequence[tuple[RunView, str]]) -> set[str]:
    return {one.id for one, _ in flows}


def _sheet(
    config: TrainConfig, outputs: Sequence[tuple[str, str, Mapping[str, Tensor]]], active: bool, step: int
) -> None:
    examples = _examples(config.to_json())
    given = ("Given", ARM_COLOURS["noisy"], {name: one.given for name, one in examples.items()})
    truth = ("Truth", ARM_COLOURS["noisy"], {name: one.truth for name, one in examples.items()})
    columns = [given, *outputs, truth]
    rows = list(examples)
    names = ", ".join(heading.lower() for heading, _, _ in columns)
    when = "the latest pictures" if active else f"after step {step:,}"
    words = f"From left to right: {names}; {when}."
    if len(rows) > 1:
        words += f" Upper row {rows[0]}, lower row {rows[1]}; none of it is trained on."
    # The sheet has its natural size on a large screen and shrinks on a small one.
    st.image(_inline(preview_sheet(columns, config.recipe)), width=min(1200, 290 * len(columns)), alt=words)
    st.caption(words)


def _maps(flows: Sequence[tuple[RunView, str]], found: Mapping[str, Mapping[str, Tensor]], step: int) -> None:
    with st.container(horizontal=True, gap="medium"):
        for one, title in flows:
            config = one.request.config
            if config.dataset is None or config.n_train is None:
                continue
            points, labels = toy_split(config.dataset, config.n_train, N_TEST, config.seed)[0]
            extent = half_width(points)
            decision = torch.nan_to_num(found[one.id]["decision"], 0.5)
            picture = decision_picture(decision, extent, points[:_DRAWN], labels[:_DRAWN])
            words = f"{title}: what it decides where, and the points that it learns from"
            st.image(_inline(picture), caption=f"{words}.", width=420, alt=f"{words}, after step {step}")


def _inline(png: bytes) -> str:
    """A picture inside the page: its file would go with the next look, before a slow browser has asked for it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
