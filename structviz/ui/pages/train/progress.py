"""Runs while they go on: the state of each, curves, pictures, and buttons for commands."""

import math
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from structviz.jobs import Entry, State
from structviz.training import recipe
from structviz.ui.kit.guard import callback, guarded, show_deferred
from structviz.ui.kit.literal import without_folders
from structviz.ui.pages.train import shared
from structviz.ui.pages.train.curves import colours, labels, loss_rows, score_rows, spec
from structviz.ui.pages.train.previews import pictures_section
from structviz.ui.pages.train.record import rate_text
from structviz.ui.pages.train.run_group import PLACE, RunView, cancel, is_active, own, pause, resume, run_views
from structviz.ui.pages.train.time_estimate import duration
from structviz.ui.pages.train.workers import workers_section

__all__ = ["progress_words", "progress_section", "time_left"]

_UPDATE_EVERY = 1.0
"""Seconds between two updates while runs go on."""

_TINTS = {"ordinary": "orange", "augmented": "green"}
"""The badge that comes closest to an arm's colour."""

_ALL_WATCHED = "These runs are not yours. You can watch them, and train networks of your own."
_WATCHED = "Some of these runs are not yours; the buttons leave those alone."
_FAILED = "Training failed."
"""What others see of it: the message of a failed run is the end of its log."""

_CONTINUE, _PAUSE, _CANCEL = "Continue", "Pause", "Cancel"


def progress_section(names: tuple[str, ...]) -> None:
    """Show everything that changes while runs go on, and update it every second until all are over."""
    active = is_active(run_views(names)[0])
    st.fragment(_show_progress, run_every=_UPDATE_EVERY if active else None)(names, active)


def _show_progress(names: tuple[str, ...], drawn_active: bool) -> None:
    with guarded():
        shown, complaints = run_views(names)
        if is_active(shown) != drawn_active:
            # The buttons and the result outside of the fragment change with it.
            st.rerun()
        for complaint in complaints:
            st.warning(complaint, icon=":material/search_off:")
        show_deferred(PLACE)
        workers_section()
        if not shown:
            return
        histories = [view.run.history() for view in shown]
        mine = own(shown)
        _command_buttons(mine)
        if len(mine) < len(shown):
            st.caption(f":material/visibility: {_WATCHED if mine else _ALL_WATCHED}")
        titles = labels(shown)
        for column, view, title, history in zip(_places(len(shown)), shown, titles, histories, strict=True):
            with column, guarded():
                _card(view, title, history)
        _charts(shown, titles, histories)
        pictures_section(shown, titles, drawn_active)


def _places(n: int) -> list[DeltaGenerator]:
    """Places for cards, at most three in a row."""
    in_a_row = min(n, 3) if n != 4 else 2
    rows = [st.columns(in_a_row, gap="medium") for _ in range(-(-n // in_a_row))]
    return [column for row in rows for column in row][:n]


def _command_buttons(shown: Sequence[RunView]) -> None:
    """Buttons for all runs together that the visitor may command."""
    names = tuple(view.id for view in shown)
    active, paused = is_active(shown), any(view.state.can_resume for view in shown)
    if not active and not paused:
        return
    with st.container(horizontal=True):
        if active:
            st.button(_PAUSE, icon=":material/pause:", on_click=callback(pause), args=names, key="train_pause")
        else:
            st.button(
                _CONTINUE,
                icon=":material/play_arrow:",
                type="primary",
                on_click=callback(resume),
                args=names,
                key="train_continue",
            )
        if active or any(view.state is State.PAUSED for view in shown):
            st.button(_CANCEL, icon=":material/stop:", on_click=callback(cancel), args=names, key="train_cancel")


def _card(view: RunView, title: str, history: Sequence[Entry]) -> None:
    """How a run stands."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            rate = rate_text(view.request.config)
            st.markdown(
                f":{_TINTS.get(view.arm, 'blue')}-badge[**{title}**] {view.state.title} · learning rate {rate}",
                width="content",
            )
            if view.is_own:
                _menu(view)
        status = view.status
        steps = max(1, status.steps)
        if view.state is not State.UPLOADED:
            st.progress(min(1.0, max(0.0, status.step / steps)), text=progress_words(view, history, _position(view)))
        if view.state is not State.FINISHED and (not view.state.is_active or status.message):
            sentence = _FAILED if view.state is State.FAILED and not view.is_own else status.sentence
            st.caption(without_folders(sentence))
        if view.state is State.FAILED and view.is_own and (log := view.run.log()):
            with st.popover("Log"):
                st.code(without_folders(log[-3000:]), language=None, wrap_lines=True)


def _menu(view: RunView) -> None:
    """Commands for one run alone."""
    orders = [_PAUSE, _CANCEL] * view.state.is_active + [_CONTINUE] * view.state.can_resume
    orders += [_CANCEL] * (view.state is State.PAUSED)
    if orders:
        st.menu_button(
            "This run",
            orders,
            type="tertiary",
            key=f"train_menu_{view.id}",
            on_click=callback(_send),
            args=(view.id,),
        )


def _send(name: str) -> None:
    order = {_PAUSE: pause, _CONTINUE: resume, _CANCEL: cancel}.get(st.session_state.get(f"train_menu_{name}") or "")
    if order is not None:
        order(name)


def _position(view: RunView) -> int | None:
    return shared.engine().position(view.id) if view.state is State.QUEUED else None


def progress_words(view: RunView, history: Sequence[Entry], position: int | None) -> str:
    """Step, speed, device and time left in words, or the place among the runs that wait.

    Parameters
    ----------
    view
        The run.
    history
        Its reports so far.
    position
        Its place among the runs that wait, 1 for the next; None if it is not known.

    Returns
    -------
    str
        Parts with dots between them.
    """
    status = view.status
    if view.state is State.QUEUED:
        return "waits for a worker" if position is None else f"place {position} in the queue"
    words = [f"step {status.step:,} of {status.steps:,}"]
    if view.state is State.RUNNING:
        if history and history[-1].examples_per_second > 0:
            words.append(f"{history[-1].examples_per_second:,.0f} examples/s")
        left = time_left(history, status.steps)
        if left is not None:
            words.append(f"{duration(left)} left")
    elif status.seconds:
        words.append(duration(status.seconds))
    if status.device:
        words.append(f"on {'the CPU' if status.device.startswith('cpu') else status.device}")
    if status.memory:
        words.append(f"{status.memory / 1e9:.1f} GB")
    return " · ".join(words)


def time_left(history: Sequence[Entry], steps: int) -> float | None:
    """Seconds until the end at the speed of the last reports; None before there are two."""
    recent = history[-8:]
    if len(recent) < 2 or recent[-1].step <= recent[0].step:
        return None
    pace = (recent[-1].seconds - recent[0].seconds) / (recent[-1].step - recent[0].step)
    return max(0.0, pace * (steps - recent[-1].step)) if math.isfinite(pace) else None


def _charts(shown: Sequence[RunView], titles: Sequence[str], histories: Sequence[Sequence[Entry]]) -> None:
    losses = [row for title, history in zip(titles, histories, strict=True) for row in loss_rows(title, history)]
    if not losses:
        return
    runs = dict(zip(titles, colours(shown), strict=True))
    steps = max(view.status.steps for view in shown)
    # Runs of several tasks can stand side by side; an axis has one unit, that of the first.
    task = recipe(shown[0].request.config.recipe)
    reported = {name for history in histories for entry in history for name in entry.figures}
    metrics = {name: task.metric(name) for name in task.headline if name in reported}
    scores = [
        row for title, history in zip(titles, histories, strict=True) for row in score_rows(title, history, metrics)
    ]
    first, second = st.columns(2, gap="medium")
    first.vega_lite_chart(
        losses, spec(runs, "loss", ("loss",), steps, log=True), height=320, key="train_loss", alt="The loss of each run"
    )
    if scores:
        figures = [metric.label for metric in metrics.values()]
        title = next(iter(metrics.values())).axis
        second.vega_lite_chart(
            scores,
            spec(runs, title, figures, steps),
            height=320,
            key="train_score",
            alt=f"{title} on examples not seen",
        )
        if len(figures) > 1:
            # A legend of dashes beside that of colours would not fit on a phone.
            second.caption(f"Solid: {figures[0]}; dashed: {figures[1]}, which coincides where a turn changes nothing.")
