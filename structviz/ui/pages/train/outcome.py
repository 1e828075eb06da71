"""What came out of runs: a table, what to notice, where to see the networks at work, and files to download."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from structviz import zoo
from structviz.errors import StructVizError
from structviz.figures import arm_title
from structviz.jobs import Run
from structviz.provenance import Provenance
from structviz.training import recipe
from structviz.ui.kit.exports import Item, offer
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.literal import without_folders
from structviz.ui.kit.page import show_notice
from structviz.ui.pages.train.curves import labels
from structviz.ui.pages.train.rates import spreads_in, study_of
from structviz.ui.pages.train.record import Result, ShownRuns, rate_text, shown_runs
from structviz.ui.pages.train.run_group import RunView
from structviz.ui.pages.train.sentences import gain, what_to_notice
from structviz.ui.pages.train.time_estimate import duration

__all__ = ["card_of", "compare_section", "comparison", "outcome_section", "record_of", "results", "download_button"]


def results(shown: Sequence[RunView]) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """The runs that have a network, and a sentence for each whose card is damaged."""
    found: list[Result] = []
    complaints: list[str] = []
    for view, title in zip(shown, labels(shown), strict=True):
        if not view.state.has_network:
            continue
        try:
            card = view.run.card()
        except StructVizError as error:
            complaints.append(without_folders(str(error)))
            continue
        status = view.status
        seconds = status.seconds or card.seconds
        step = status.step or card.config.steps or 0
        weights_step = step if card.weights_step is None else card.weights_step
        metrics = {name: value for name, value in card.metrics.items() if isinstance(value, int | float)}
        found.append(Result(title, card.config, metrics, card.n_parameters, view.state, step, seconds, weights_step))
    return tuple(found), tuple(complaints)


def outcome_section(shown: Sequence[RunView]) -> None:
    """Table, sentences, links and files of the runs that have a network."""
    found, complaints = results(shown)
    for complaint in complaints:
        st.warning(complaint, icon=":material/broken_image:")
    if not found:
        return
    st.header("How it went")
    said = record_of(found)
    ahead, notice = gain(said), st.container()
    if ahead is not None:
        summary, notice = notice.columns([1, 3], vertical_alignment="center")
        summary.metric("Equivariant − ordinary, turned", ahead.signed)
    show_notice(what_to_notice(said), notice)
    compare_section(found)
    with st.container(horizontal=True, vertical_alignment="center"):
        _links(shown)
        for view, title in zip(shown, labels(shown), strict=True):
            if view.state.has_network:
                download_button(view.run, title)


def record_of(found: Sequence[Result]) -> ShownRuns:
    """What the page shows of runs, with how far equal runs lie apart as the study of their task found it."""
    study = study_of(found[0].task.name, found[0].config.dataset) if found else None
    return shown_runs(found, spreads_in(study) if study else None)


def compare_section(found: Sequence[Result]) -> None:
    """The runs in a table, one column each, so that it fits on a phone too."""
    table = comparison(found)
    widths = {title: st.column_config.TextColumn(title) for title in table}
    st.dataframe(table, hide_index=True, column_config=widths, height="content", key=f"train_table_{len(found)}")


def comparison(found: Sequence[Result]) -> dict[str, list[str]]:
    """What was asked for and what came out, as text: a column of names, and one for each run."""
    metrics = {name: result.task.metric(name) for result in reversed(found) for name in result.metrics}
    order = dict.fromkeys(name for result in found for name in result.metrics)
    head = ("Arm", "Group", "N", "Steps", "Weights", "Seed", "Learning rate", "Time", "Parameters", "Outcome")
    table = {"Property": [*head, *(metrics[name].title for name in order)]}
    for result in found:
        config = result.config
        table[result.title] = [
            arm_title(config.arm),
            config.group or "–",
            f"{config.n_train:,}" if config.n_train else "–",
            f"{result.step:,}",
            result.weights,
            str(config.seed),
            rate_text(config),
            duration(result.seconds),
            f"{result.n_parameters:,}",
            result.state.title,
            *(metrics[name].text(result.metrics[name]) if name in result.metrics else "–" for name in order),
        ]
    return table


def _links(shown: Sequence[RunView]) -> None:
    """To the pages that show the networks at work, beside those that ship with the app."""
    by_task: dict[str, list[str]] = {}
    for view in shown:
        if view.state.has_network:
            by_task.setdefault(view.request.config.recipe, []).append(view.id)
    for task, names in by_task.items():
        if (page := recipe(task).page) is not None:
            st.page_link(
                page.script,
                label=f"Open in {page.title}",
                icon=":material/open_in_new:",
                query_params={page.parameter: ",".join(names)},
            )


def card_of(run: Run) -> zoo.Card | None:
    """The card of a run; None if it is damaged, of which `results` has said so."""
    try:
        return run.card()
    except StructVizError:
        return None


def download_button(run: Run, title: str) -> None:
    """A button for weights and card, packed when it is asked for."""
    with guarded():
        card = card_of(run)
        if card is None:
            return
        record = Provenance("train page", card.config.to_dict(), card.config.seed, {card.name: card.sha256})
        item = Item(
            f"{title}: weights and card",
            partial(zoo.pack, {run.network_name: run.folder}),
            f"{run.id}.zip",
            "application/zip",
        )
        offer([item], record, key="train_take")
