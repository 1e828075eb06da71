"""All runs of this machine: a table with a filter, and what can be done with the chosen ones."""

import time
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from structviz.errors import StructVizError
from structviz.figures import arm_title
from structviz.jobs import KEPT_FOR, MOST_BYTES, MOST_BYTES_PER_VISITOR, MOST_RUNS, MOST_RUNS_PER_VISITOR, Run
from structviz.training import recipe
from structviz.ui.browser.component import whole_number
from structviz.ui.kit.guard import callback, defer_error, guarded, show_deferred
from structviz.ui.kit.literal import as_code, without_folders
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.terms import TERMS, Explanation, about_arms, about_group, about_psnr, explain
from structviz.ui.pages.train import shared
from structviz.ui.kit.form import Form
from structviz.ui.pages.runs.choice import RunsChoice
from structviz.ui.pages.train.options import task_titles
from structviz.ui.pages.train.record import rate_text, weights_words
from structviz.ui.pages.train.sentences import score, what_to_notice
from structviz.ui.pages.train.outcome import compare_section, record_of, results
from structviz.ui.pages.train.run_group import MOST_SHOWN, RunView, cancel, is_active, own, resume, run_views

__all__ = ["chosen_section", "cleaning_rule", "damaged_section", "explanations", "headline", "table_rows", "table_section"]

_PLACE = "runs"
"""Where errors of callbacks are shown."""

_MOST_DAMAGED, _MOST_REASON = 10, 160
"""Damaged runs that are listed, and characters of the reason for each, in which text of its files may stand."""


def table_section(form: Form[RunsChoice]) -> tuple[RunView, ...]:
    """Show the filter and the table; return the runs that are ticked in it."""
    show_deferred(_PLACE)
    every, _ = run_views(tuple(run.id for run in shared.store().runs()))
    damaged_section(shared.store().damaged())
    if not every:
        st.info("No network was trained on this machine yet.", icon=":material/model_training:")
        st.page_link("pages/train.py", label="Train networks", icon=":material/play_arrow:")
        return ()
    with st.container(horizontal=True, gap="large", vertical_alignment="bottom"):
        form.ask("recipe")
        form.ask("state")
        if is_active(every):
            st.button("Refresh", icon=":material/refresh:")
    choice = form.choice()
    listed = [view for view in every if choice.lets_through(view)]
    if not listed:
        st.info(f"None of the {len(every)} runs is of this kind.", icon=":material/filter_alt_off:")
        return ()
    st.caption(
        f"{len(listed)} of {len(every)} runs, the newest first. Tick runs to compare or open them"
        f"{', and to' if shared.all_is_shared() else ', and your own to'} resume or delete them."
    )
    # Another list is another table: its ticks must not pass to other runs.
    key = f"runs_table_{zlib.crc32(','.join(view.id for view in listed).encode())}"
    ticked = _ticked(table_rows(listed), key)
    explain(explanations(listed))
    return tuple(listed[row] for row in ticked if 0 <= row < len(listed))


def explanations(listed: Sequence[RunView]) -> list[Explanation]:
    """The terms of the table: what its arms and groups are, N, and the figures of its results."""
    configs = [view.request.config for view in listed]
    compared = [config for config in configs if len(recipe(config.recipe).arms) > 1]
    found = [Explanation("N", f"{TERMS['N']}.")]
    if compared:
        found.append(about_arms(list(dict.fromkeys(config.arm for config in compared))))
    found += [about_group(group) for group in sorted({config.group for config in configs if config.group})]
    if compared:
        found.append(about_psnr({}))
    if len(compared) < len(configs):
        found.append(Explanation("accuracy", f"{TERMS['accuracy']}."))
    return found


def _ticked(rows: Sequence[Mapping[str, str]], key: str) -> list[int]:
    """Show the table; return the numbers of the rows that are ticked."""
    event: Any = st.dataframe(
        rows, hide_index=True, on_select="rerun", selection_mode="multi-row", key=key, alt="All runs"
    )
    rows = event["selection"]["rows"]  # as the client sends them
    return [row for row in dict.fromkeys(map(whole_number, rows)) if row is not None] if isinstance(rows, list) else []


def table_rows(listed: Sequence[RunView]) -> list[dict[str, str]]:
    """A row of text for each run."""
    rows: list[dict[str, str]] = []
    for view in listed:
        config, status = view.request.config, view.status
        taken = f"{status.step:,} of {status.steps:,}" if status.step != status.steps else f"{status.steps:,}"
        rows.append(
            {
                "When": time.strftime("%d %b %H:%M", time.localtime(view.request.created)).lstrip("0"),
                "Task": task_titles().get(config.recipe, config.recipe),
                "Arm": arm_title(config.arm),
                "Group": config.group or "–",
                "N": f"{config.n_train:,}" if config.n_train else "–",
                "Steps": taken,
                "Rate": rate_text(config),
                "State": view.state.title,
                "Result": headline(view),
                **({} if shared.all_is_shared() else {"Whose": _whose(view)}),
            }
        )
    return rows


def _whose(view: RunView) -> str:
    if view.is_own:
        return "yours"
    return "another visitor's" if view.request.owner else "–"  # of the command line, or of earlier versions


def headline(view: RunView) -> str:
    """The figure that sums a run up: of its card, or of the last preview while there is none."""
    try:
        task = recipe(view.request.config.recipe)
        if view.state.has_network:
            card = view.run.card()
            figure = score(task, card.metrics)
            return figure if card.weights_step is None else f"{figure} ({weights_words(card.weights_step)})"
        return score(task, next((entry.figures for entry in reversed(view.run.history()) if entry.figures), {}))
    except StructVizError:
        return ""


def chosen_section(chosen: Sequence[RunView]) -> None:
    """What can be done with the chosen runs, and how they compare."""
    names, mine = tuple(view.id for view in chosen), own(chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/train.py",
            label="Open in the train page",
            icon=":material/open_in_new:",
            query_params={"train_runs": ",".join(names[:MOST_SHOWN])},
        )
        if any(view.state.can_resume for view in mine):
            st.button("Resume", icon=":material/play_arrow:", on_click=callback(resume), args=names)
        if is_active(mine):
            st.button("Cancel", icon=":material/stop:", on_click=callback(cancel), args=names)
        if mine and st.button("Delete …", icon=":material/delete:", key="runs_delete"):
            _ask(mine)
    with guarded():
        found, complaints = results(chosen)
        for complaint in complaints:
            st.warning(complaint, icon=":material/broken_image:")
        if found:
            show_notice(what_to_notice(record_of(found)))
            compare_section(found)


@st.dialog("Delete for good?")
def _ask(chosen: tuple[RunView, ...]) -> None:
    idle = [view for view in chosen if not view.state.is_active]
    busy = len(chosen) - len(idle)
    if busy:
        st.warning(f"{busy} of the chosen runs wait or train. Cancel them first; they stay.", icon=":material/info:")
    if not idle:
        return
    size = sum(view.run.size() for view in idle)
    st.markdown(f"With network, history and pictures, {size / 1e6:,.1f} MB in all:")
    words = [
        f"- {row['When']}, {row['Task']}, {row['Arm'].lower()}, N = {row['N']}, {row['Steps']} steps"
        for row in table_rows(idle)
    ]
    st.markdown("\n".join(words[:12] + ([f"- and {len(words) - 12} more"] if len(words) > 12 else [])))
    with st.container(horizontal=True):
        one_or_more = "it" if len(idle) == 1 else f"these {len(idle)}"
        gone = st.button(
            f"Delete {one_or_more}",
            type="primary",
            icon=":material/delete:",
            on_click=callback(_delete),
            args=tuple(view.id for view in idle),
            key="runs_delete_yes",
        )
        if gone:
            st.rerun()
        if st.button("Keep", key="runs_delete_no"):
            st.rerun()


def damaged_section(damaged: Sequence[tuple[Run, str]]) -> None:
    """A line for each run whose files are damaged, and a button that deletes it."""
    for run, problem in damaged[:_MOST_DAMAGED]:
        with st.container(horizontal=True, vertical_alignment="center"):
            reason = as_code(without_folders(problem).removesuffix(" Delete the run."), _MOST_REASON)
            st.markdown(f":material/broken_image: {as_code(run.id)} is damaged: {reason}", width="stretch")
            if _may_delete(run):
                key = f"runs_damaged_{run.id}"
                st.button("Delete damaged run", key=key, on_click=callback(_delete_damaged), args=(run.id,))
    if len(damaged) > _MOST_DAMAGED:
        st.caption(f"{len(damaged) - _MOST_DAMAGED} more runs are damaged.")


def _may_delete(run: Run) -> bool:
    """Whether this visitor may delete a damaged run; if nobody can say whose it is, only those who share all may."""
    try:
        return shared.may_command(run.request())
    except StructVizError:
        return shared.all_is_shared()


def _delete_damaged(name: str) -> None:
    with defer_error(_PLACE):
        if name in {run.id for run, _ in shared.store().damaged() if _may_delete(run)}:
            shared.store().delete(name)


def _delete(*names: str) -> None:
    with defer_error(_PLACE):
        for view in own(run_views(names)[0]):
            shared.store().delete(view.id)


def cleaning_rule() -> str:
    """How long runs are kept, in words."""
    return (
        f"At most {MOST_RUNS} runs that take {MOST_BYTES / 1e9:g} GB are kept, of one visitor "
        f"{MOST_RUNS_PER_VISITOR} that take {MOST_BYTES_PER_VISITOR / 1e9:g} GB. When a visitor starts a new one and "
        "there are more, the oldest of the same visitor go. Paused runs, and runs of other visitors, are kept for "
        f"{KEPT_FOR / 86400:.0f} days at least; imported networks stay until they are deleted."
    )
