"""What the train page explains in a tap, and what a pin keeps of runs that are over."""

from collections.abc import Iterator, Sequence

from structviz.config import TrainConfig
from structviz.displayed import Displayed
from structviz.figures import arm_title, to_png
from structviz.training import recipe
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import (
    TERMS,
    Explanation,
    about_arms,
    about_examples,
    about_group,
    about_logistic_loss,
    about_psnr,
    about_squared_loss,
)
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.curves import colours, labels
from structviz.ui.pages.train.options import task_titles
from structviz.ui.pages.train.outcome import record_of, results
from structviz.ui.pages.train.previews import decision_picture_of
from structviz.ui.pages.train.record import Result, ShownRuns, rate_text
from structviz.ui.pages.train.run_group import RunView

__all__ = ["explanations", "settings_of_runs", "view_of"]

_NAMES = {"turned": "turned", "upright": "upright", "new": "new", "training": "training examples"}
"""What the examples are called beside a figure."""


def explanations(choice: TrainChoice, shown: Sequence[RunView], shipped: ShownRuns | None = None) -> list[Explanation]:
    """The terms of the page, with the numbers of the runs on it.

    Parameters
    ----------
    choice
        What would start.
    shown
        The runs on the page.
    shipped
        The displayed figures of the networks that ship, where these stand on the page.

    Returns
    -------
    list of Explanation
        Those that the recipe has, in the order in which the page shows them.
    """
    task = choice.task
    found = [about_examples(choice.n_train, task.plural)]
    if len(task.arms) > 1:
        found.append(about_arms(choice.chosen_arms))
    if choice.learns_density:
        return [*found, Explanation("log-likelihood", f"{TERMS['log-likelihood']}.")]
    if "accuracy_test" in task.metrics:
        return [*found, about_logistic_loss(None), Explanation("accuracy", f"{TERMS['accuracy']}.")]
    if any("equivariant" in arm for arm in choice.chosen_arms):
        found.append(about_group(choice.group))
    runs = [run for run in (shipped or record_of(results(shown)[0])).runs if not run.has_diverged]
    turned = {f"**{run.title}**": run.figures["turned"] for run in runs if "turned" in run.figures}
    decibels = {name: figure for name, figure in turned.items() if figure.unit == " dB"}
    return [*found, about_squared_loss(None), about_psnr(decibels)]


def view_of(shown: Sequence[RunView]) -> View | None:
    """The results of runs that are over, for a pin; None while there are none."""
    found, _ = results(shown)
    if not found:
        return None
    return View(_figures(record_of(found)), lambda: tuple(_tiles(shown, found)), settings_of_runs(found))


def settings_of_runs(found: Sequence[Result]) -> dict[str, str]:
    """What was asked for, in words, by its label: of all runs where they agree, of each run where they differ."""
    settings: dict[str, str] = {}
    for label, words in _SETTINGS.items():
        each = {result.title: words(result) for result in found}
        if len(set(each.values())) == 1:
            settings[label] = next(iter(each.values()))
        else:
            settings |= {f"{label}, {title}": value for title, value in each.items()}
    return {"Runs": ", ".join(arm_title(result.config.arm) for result in found), **settings}


def _n_train(config: TrainConfig) -> str:
    return f"{config.n_train:,}" if config.n_train else "–"


_SETTINGS = {
    "Task": lambda result: task_titles().get(result.config.recipe, result.config.recipe),
    "N": lambda result: _n_train(result.config),
    "Steps": lambda result: f"{result.step:,}",
    "Learning rate": lambda result: rate_text(result.config),
    "Group": lambda result: result.config.group or "–",
    "Seed": lambda result: str(result.config.seed),
}


def _figures(shown: ShownRuns) -> dict[str, Displayed]:
    return {
        f"{run.title}, {_NAMES[examples]}": figure for run in shown.runs for examples, figure in run.figures.items()
    }


def _tiles(shown: Sequence[RunView], found: Sequence[Result]) -> Iterator[Tile]:
    """The last picture of each run: of a turned example, or of what is decided where."""
    figures = {run.title: run.figures for run in record_of(found).runs}
    for view, title, colour in zip(shown, labels(shown), colours(shown), strict=True):
        steps = view.run.previews()
        if title not in figures or not steps:
            continue
        pictures, config = view.run.preview(steps[-1]), view.request.config
        task = recipe(config.recipe)
        if task.points is not None:
            png, name = decision_picture_of(config, pictures["decision"]), "what it decides where"
        else:
            name = "turned" if "turned" in pictures else next(iter(pictures))
            png = to_png(pictures[name], task.colour_map)
        headline = figures[title].get("turned") or figures[title].get("new")
        yield Tile(
            title=title,
            colour=colour,
            png=png,
            headline=str(headline or ""),
            details=(name, f"after step {steps[-1]:,}"),
            alt=f"{title}, {name}, after step {steps[-1]:,}",
        )
