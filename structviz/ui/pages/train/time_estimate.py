"""How long the runs would take on this machine, before they start."""

import math

import streamlit as st

from structviz.config import TrainConfig
from structviz.figures import arm_title
from structviz.ui.kit.guard import callback, defer_error, guarded
from structviz.ui.kit.literal import literal, without_folders
from structviz.ui.pages.train import shared
from structviz.ui.pages.train.run_group import PLACE

__all__ = ["duration", "estimate_section"]

_KEY = "train_measured"


def duration(seconds: float) -> str:
    """A time for people: 8 s, 2 min, 1 h 20 min.

    Examples
    --------
    >>> duration(40), duration(150), duration(4800)
    ('40 s', '3 min', '1 h 20 min')
    """
    if not math.isfinite(seconds):
        return "unknown"
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = math.floor(seconds / 60 + 0.5)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def estimate_section(configs: tuple[TrainConfig, ...]) -> None:
    """Say how long the runs would take, or offer to measure it."""
    waiting = _waits(configs)
    st.fragment(_say, run_every=1.0 if waiting else None)(configs, waiting)


def _say(configs: tuple[TrainConfig, ...], waiting: bool) -> None:
    with guarded():
        if shared.engine().machine().state == "lost":
            # No worker measures; the page says so elsewhere.
            _forget()
        if _waits(configs) != waiting:
            # From now on it updates every second, or no longer.
            st.rerun()
        estimates = [shared.engine().estimate(config) for config in configs]
        known = [estimate for estimate in estimates if estimate is not None]
        if len(known) == len(configs):
            st.session_state.pop(_KEY, None)
            if waiting:
                st.rerun()
            total = duration(sum(estimate.seconds for estimate in known))
            parts = ", ".join(
                f"{arm_title(config.arm).lower()} {duration(estimate.seconds)}"
                for config, estimate in zip(configs, known, strict=True)
            )
            together = f" of computing: {parts}" if len(configs) > 1 else ""
            st.caption(f":material/timer: About **{total}**{together} ({known[0].origin}).")
        elif waiting:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(":material/hourglass_top: Measuring a few steps …", width="content")
                st.button("Stop measuring", icon=":material/stop:", type="tertiary", on_click=callback(_forget))
        else:
            reasons = [shared.engine().why_not_measured(config) for config in configs]
            if reason := next(filter(None, reasons), ""):
                st.caption(f":material/timer_off: No estimate. {literal(without_folders(reason))}")
            st.button("Estimate the time", icon=":material/timer:", on_click=callback(_measure), args=(configs,))


def _measure(configs: tuple[TrainConfig, ...]) -> None:
    with defer_error(PLACE):
        _forget()
        st.session_state[_KEY] = configs
        for config in configs:
            if shared.engine().estimate(config) is None:
                shared.engine().measure(config, owner=shared.visitor(), origin=shared.origin())


def _forget() -> None:
    """Measure no longer what this visitor has asked for."""
    if st.session_state.pop(_KEY, None) is not None:
        shared.engine().cancel_measurements(shared.visitor())


def _waits(configs: tuple[TrainConfig, ...]) -> bool:
    return st.session_state.get(_KEY) == configs and any(map(shared.engine().is_measuring, configs))
