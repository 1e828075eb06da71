"""The section on mass: an epidemic learned from noisy counts, with a field that keeps the population and a free one."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from structviz.displayed import Displayed, number, percent, scientific
from structviz.figures.theme import ARM_COLOURS
from structviz.studies.manifolds import COMPARTMENTS, FIELDS, Epidemic, Fit, epidemic, fit_epidemic
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.compute import ComputeQueue, Job
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.scripts import mass_script

__all__ = ["MassRecord", "mass_csv", "mass_record", "mass_section", "say_mass"]

_COLOURS = {"structured": ARM_COLOURS["equivariant"], "free": ARM_COLOURS["ordinary"]}
_INFECTED = 1
_QUEUE: ComputeQueue[Fit] = ComputeQueue(most_bytes=2_000_000)


@dataclass(frozen=True)
class MassRecord:
    """What is said of both fields, by their names.

    Attributes
    ----------
    days, last
        Days on which people were counted, and the last day of the forecast.
    noise
        Standard deviation of each count.
    drift
        The largest difference of the population from 1.
    population
        On the last day.
    forecast
        Root mean square of the differences from the truth after the last counted day, of all shares.
    least
        The least share of all days.
    """

    days: int
    last: int
    noise: Displayed
    drift: Mapping[str, Displayed]
    population: Mapping[str, Displayed]
    forecast: Mapping[str, Displayed]
    least: Mapping[str, Displayed]


def mass_record(days: int, noise: float, seen: Epidemic, fits: Mapping[str, Fit]) -> MassRecord:
    """The record of what is shown.

    Parameters
    ----------
    days, noise
        What was chosen.
    seen
        The epidemic.
    fits
        What each field makes of it, by name.

    Returns
    -------
    MassRecord
        Populations, errors and least shares by the names of the fields, rounded as they are displayed.
    """

    def largest(fit: Fit) -> float:
        return (fit.population - 1).abs().max().item()  # nan if it was lost

    def error(fit: Fit) -> float:
        return (fit.states - seen.truth)[days + 1 :].square().mean().sqrt().item()

    return MassRecord(
        days=days,
        last=len(seen.truth) - 1,
        noise=percent(noise),
        drift={name: scientific(largest(fit)) for name, fit in fits.items()},
        population={name: percent(fit.population[-1].item()) for name, fit in fits.items()},
        forecast={name: percent(error(fit)) for name, fit in fits.items()},
        least={name: percent(fit.states.min().item()) for name, fit in fits.items()},
    )


def say_mass(record: MassRecord) -> list[str]:
    """What to notice."""
    ours, free = record.forecast["structured"], record.forecast["free"]
    said = [
        f"With the structured field the population stays, up to {record.drift['structured']}; with the free one of as "
        + (
            f"many weights it is {record.population['free']} on day {record.last}."
            if record.population["free"].is_finite
            else "many weights it leaves the range of numbers."
        )
    ]
    if not ours.is_finite:
        said.append("The shares of the structured field are lost all the same: their sum stays, their sizes need not.")
    elif not free.is_finite:
        said.append(f"After day {record.days} the structured forecast is off by {ours}, the free one is lost.")
    elif ours < free:
        said.append(f"After day {record.days} its forecast is off by {ours}, that of the free one by {free}.")
    elif ours > free:
        said.append(
            f"After day {record.days} the structured forecast is off by {ours}, more than that of the free field, "
            f"{free}: here the structure does not pay."
        )
    else:
        said.append(f"After day {record.days} the forecasts of both are off by {ours}.")
    least = record.least["structured"]
    said.append(
        f"Shares are not kept positive: the least of the structured field is {least}."
        if least < number(0, 1, least.unit)
        else f"Nothing keeps shares positive; here the least of the structured field is {least}."
    )
    return said


def mass_section(form: Form[ManifoldsChoice]) -> None:
    """Show the section."""
    for place, name in zip(st.columns(3), ("days", "noise", "counts"), strict=True):
        with place:
            form.ask(name)
    choice = form.choice()
    seen = epidemic(choice.days, choice.noise, choice.counts)
    key = (choice.days, choice.noise, choice.counts)
    with waiting("Learning two fields from the counts") as on_wait:
        jobs = [Job((kind, *key), partial(fit_epidemic, seen, kind), 2.0) for kind in FIELDS]
        fits = dict(zip(FIELDS, _QUEUE.get_all(jobs, on_wait), strict=True))
    from structviz.figures.lines import Line, line_plot

    last = len(seen.truth)
    truth = Line("truth", range(last), seen.truth[:, _INFECTED].tolist(), ARM_COLOURS["truth"], "dot")
    counted = seen.counted[:, _INFECTED].tolist()
    infected = [
        Line("counted", range(len(counted)), counted, ARM_COLOURS["noisy"], "markers"),
        truth,
        *(Line(FIELDS[k], range(last), fit.states[:, _INFECTED].tolist(), _COLOURS[k]) for k, fit in fits.items()),
    ]
    population = [Line(FIELDS[k], range(last), fit.population.tolist(), _COLOURS[k]) for k, fit in fits.items()]
    left, right = st.columns(2)
    with left:
        plot = line_plot(infected, "day", "infected share", least=-0.5, most=1.5)
        show_chart(plot, key="manifolds_mass_infected")
    with right:
        plot = line_plot(population, "day", "population", least=-1, most=3)
        show_chart(plot, key="manifolds_mass_population")
    show_notice(say_mass(mass_record(choice.days, choice.noise, seen, fits)))
    st.caption(
        "An SIR epidemic; both fields learn, from each counted day, the ten days after it, in Euler steps of a day. "
        "The structured field is ẋ = (M(x) − M(x)ᵀ)1, the free one ẋ = M(x)1. Any Runge–Kutta method keeps the sum: "
        "the structure is that of the field. Celledoni et al.: *Structure-preserving deep learning*, EJAM 2021."
    )
    shares = Item("Shares (CSV)", partial(mass_csv, seen, fits), "epidemic.csv", "text/csv")
    script = Item("Script of the epidemic (Python)", partial(mass_script, choice), "epidemic.py", "text/x-python")
    files(form, shares, script, networks={})


def mass_csv(seen: Epidemic, fits: Mapping[str, Fit]) -> str:
    """All shares as a table, a line for each day and source.

    Parameters
    ----------
    seen
        The epidemic.
    fits
        What each field makes of it, by name.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["source", "day", *COMPARTMENTS])
    sources = {"truth": seen.truth, "counted": seen.counted, **{name: fit.states for name, fit in fits.items()}}
    for name, states in sources.items():
        writer.writerows([name, day, *(f"{x:.6g}" for x in row)] for day, row in enumerate(states.tolist()))
    return out.getvalue()
