"""The part of the rotation page that asks what breaks equivariance between quarter turns."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

from structviz.displayed import Displayed, decibels, number
from structviz.folders import PRETRAINED
from structviz.nets import group
from structviz.nets.finer import FINER
from structviz.studies.designs import CONTINUOUS, TODAY, Design, DesignRow, read_designs
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import ACTIVATION_TITLES, DESIGN_FIELDS

__all__ = ["DesignView", "best_of", "design_section", "limits", "view_of"]

TABLE = PRETRAINED / "images" / "designs.csv"
"""What `structviz designs` measured."""

_SWITCHES = (("kernel_size", "dilated", "group"), ("activation", "padding", "stride"))
_QUARTER = 1e-4
"""Error at quarter turns above which a design does not commute with them."""

_AIM = number(0.02, 2)
"""Error that a design should have at most, at every angle."""

_LAYER = 0.1
"""Error of a layer above which its kernels do not turn."""


@dataclass(frozen=True)
class DesignView:
    """What the page shows of a design: its numbers as they are read.

    Attributes
    ----------
    worst
        Largest error after training, over all angles.
    quarter
        Error at 90°.
    untrained, layer
        Largest error before training, and of the worst layer by itself.
    psnr, cost
        In dB, and as a multiple of today's time per image.
    """

    row: DesignRow
    worst: Displayed
    quarter: Displayed
    untrained: Displayed
    layer: Displayed
    psnr: Displayed
    cost: Displayed


def view_of(row: DesignRow) -> DesignView:
    """The numbers of a design, rounded once."""
    return DesignView(
        row,
        number(row.worst, 3),
        number(row.errors[-1], 3),
        number(max(row.untrained), 2),
        number(row.layer_error, 3),
        decibels(row.psnr),
        number(row.cost, 1),
    )


def design_section(form: Form[RotationChoice]) -> None:
    """Show the switches, the bars of the chosen design beside today's and the best, and what limits it.

    Raises
    ------
    CheckpointError
        If the table is not there.
    """
    from structviz.figures.rotation.designs import error_bars

    values: dict[str, Any] = {}
    for names in _SWITCHES:
        for column, name in zip(st.columns(len(names)), names, strict=True):
            with column:
                values[name] = form.ask(f"design_{name}")
    rows, settings = _table()
    chosen, today = _mean(rows, Design(**values)), _mean(rows, TODAY)
    best = best_of([_mean(rows, row.design) for row in rows])
    shown = {"The network before": today, "The chosen design": chosen, "The smallest error": best}
    shares = {float(angle): share for angle, share in settings["interpolation"].items()}

    view = view_of(chosen)
    for column, (title, value) in zip(
        st.columns(3),
        {"Largest error": str(view.worst), "PSNR": str(view.psnr), "Time per image": f"× {view.cost}"}.items(),
        strict=True,
    ):
        column.metric(title, value)
    show_chart(error_bars(shown, shares), key="rot_design_bars")
    show_notice(limits(view, view_of(today), view_of(best), [view_of(_mean(rows, row.design)) for row in rows]))
    st.caption(_measured(rows, settings, shares))
    table = Item("All designs (CSV)", lambda: TABLE.read_text(encoding="utf-8"), "designs.csv", "text/csv")
    files(form, table, networks={})


def best_of(rows: Sequence[DesignRow]) -> DesignRow:
    """The design with the smallest error as it is read; of several the one with the best pictures."""
    return min(rows, key=lambda row: (view_of(row).worst.value, -row.psnr))


def limits(chosen: DesignView, today: DesignView, best: DesignView, others: Sequence[DesignView]) -> list[str]:
    """Sentences on what keeps the chosen design from turning, each true of the displayed numbers.

    Parameters
    ----------
    chosen, today, best
        The design, the one that shipped before, and the one with the smallest error.
    others
        All designs that were measured.

    Returns
    -------
    list of str
        Whole sentences, those about the aim at the end.
    """
    row, sentences = chosen.row, []
    if chosen.worst <= best.worst:
        sentences.append(f"No measured design has a smaller error than its {chosen.worst} at the worst angle.")
    else:
        sentences.append(
            f"At its worst angle this design has an error of {chosen.worst}; the best, {_named(best.row)}, has "
            f"{best.worst}."
        )
    if row.errors[-1] > _QUARTER:
        sentences.append(
            "A stride of 2 keeps every second pixel, and a quarter turn of an even side does not map these pixels to "
            f"each other: already at 90° the error is {chosen.quarter}."
        )
    elif row.layer_error > _LAYER:
        sentences.append(
            f"Its kernels do not turn: one layer alone has an error of {chosen.layer}, and the whole network has "
            f"{chosen.untrained} before training. Training compensates for this, without any guarantee."
        )
    else:
        sentences.append(
            f"At low frequencies its kernels are not what limits it: one layer alone is off by {chosen.layer} below "
            "0.2 cycles per pixel. Edges and noise lie above, where kernels and nonlinearity meet the grid's limit."
        )
    twin = _twin(row, others, activation="silu") if row.activation == "relu" else None
    if twin is not None and twin.worst < chosen.worst:
        sentences.append(f"With SiLU instead of ReLU it would be {twin.worst}.")
    sentences += _about_what_is_finer(chosen, others)
    if row.design != today.row.design:
        gain = chosen.psnr.minus(today.psnr)
        compared = "as good as" if not gain.value else f"{gain.signed} against"
        sentences.append(f"The pictures are {compared} those of the network before ({chosen.psnr} and {today.psnr}).")
    return [*sentences, *_about_the_aim(today, [*others, chosen, best])]


def _about_the_aim(today: DesignView, designs: Sequence[DesignView]) -> list[str]:
    """Whether some design has a small error everywhere, and what it costs in PSNR."""
    reached = [design for design in designs if design.worst <= _AIM]
    if not reached:
        return [f"No design that was measured has at most {_AIM} at every angle, the dotted line."]
    finest = max(reached, key=lambda design: float(design.psnr))
    lost = today.psnr.minus(finest.psnr)
    price = f"at a cost of {lost}" if lost.value > 0 else "at no cost in PSNR"
    return [f"{_named(finest.row)} has at most {_AIM} at every angle, the dotted line, {price}."]


def _about_what_is_finer(chosen: DesignView, others: Sequence[DesignView]) -> list[str]:
    """What a continuous group and a finer grid change, against the same design without them."""
    row, sentences = chosen.row, []
    finite = _twin(row, others, group=row.design.finite_group) if row.design.band is not None else None
    if finite is not None:
        sentences.append(
            f"With the finite group {finite.row.group} instead of SO(2) the error is {finite.worst}, the PSNR "
            f"{finite.psnr} instead of {chosen.psnr}."
        )
    coarse = _twin(row, others, activation=row.activation.removesuffix("-fine")) if row.activation in FINER else None
    if coarse is not None:
        sentences.append(
            f"With the nonlinearity on the pixels alone the error is {coarse.worst}, the PSNR {coarse.psnr} instead of "
            f"{chosen.psnr}, and the time × {coarse.cost} instead of × {chosen.cost}."
        )
    return sentences


def _twin(row: DesignRow, others: Sequence[DesignView], **change: str) -> DesignView | None:
    """The design that differs in one thing, if it was measured."""
    wanted = Design(**{**_design(row), **change})
    return next((other for other in others if other.row.design == wanted), None)


def _design(row: DesignRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DESIGN_FIELDS}


def _named(row: DesignRow) -> str:
    kernel = f"{row.kernel_size}×{row.kernel_size}{', dilated' if row.dilated else ''}"
    return f"{row.design.group_title} with {kernel} and {ACTIVATION_TITLES[row.activation]}"


def _mean(rows: Sequence[DesignRow], design: Design) -> DesignRow:
    """A design with the mean of its figures over the seeds."""
    found = [row for row in rows if row.design == design]
    means = {
        field.name: sum(getattr(row, field.name) for row in found) / len(found)
        for field in dataclasses.fields(DesignRow)
        if isinstance(getattr(found[0], field.name), float)
    }
    return dataclasses.replace(found[0], **means)


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[DesignRow, ...], Mapping[str, Any]]:
    return read_designs(TABLE), json.loads(TABLE.with_suffix(".json").read_text(encoding="utf-8"))


def _about_so2() -> str:
    parts = " and ".join(f"{each.band} waves in {group(each.samples).order} samples" for each in CONTINUOUS.values())
    return f"SO(2): fields are functions on the circle with up to {parts}, on which the nonlinearity acts."


def _measured(rows: Sequence[DesignRow], settings: Mapping[str, Any], shares: Mapping[float, float]) -> str:
    config, rates = settings["config"], " and ".join(f"{rate:g}" for rate in settings["rates"])
    seeds = len({row.seed for row in rows})
    return (
        f"Each design has 32 channels, sees 12 pixels far and was trained alike: {config['steps']} steps of "
        f"{config['batch_size']} patches out of {config['n_train']}, {seeds} {'seed' if seeds == 1 else 'seeds'}, "
        f"of the rates {rates} the one that is better by validation. That is a short training. "
        "Error: ‖Φ(Ry) − RΦ(y)‖ / ‖RΦ(y)‖ on eight held-out photographs with noise of σ = 0.15, without frequencies "
        "above half a cycle per pixel, away from the border; PSNR over a quarter turn in steps of 5°. Turning there "
        f"and back without a network costs up to {number(max(shares.values()), 3)}. The dotted line is at {_AIM}. "
        f"{_about_so2()} On a finer grid, the nonlinearity acts between the pixels too, and a low-pass filter leads "
        "back; no network that ships does so. Not measured: what the switches do not offer. "
        f"Measured by `{settings['command']}`."
    )
