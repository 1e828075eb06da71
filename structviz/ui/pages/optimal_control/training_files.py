"""What visitors take with them of trainings: tables and scripts."""

from collections.abc import Sequence

from structviz.training import SMOOTHNESS_WEIGHTS, TrainingHistory, read_smoothness_study
from structviz.ui.kit.tables import csv_table
from structviz.ui.pages.optimal_control.trainings import title_of

__all__ = ["race_csv", "race_script", "smooth_csv", "smooth_script", "time_csv", "time_script"]


def time_csv(histories: Sequence[TrainingHistory]) -> str:
    """Every time step h^k at every moment of the trainings."""
    rows = (
        (title_of(history), step, k, value)
        for history in histories
        for step, h in zip(history.steps, history.weights["h"].tolist(), strict=True)
        for k, value in enumerate(h)
    )
    return csv_table(["network", "training_step", "layer", "h"], rows)


def time_script(dataset: str, optimiser: str) -> str:
    """Python that prints what becomes of time, and draws the steps.

    Parameters
    ----------
    dataset, optimiser
        One of `structviz.training.CONTROL_SETS` and of `structviz.training.OPTIMISERS`.
    """
    return (
        "from structviz.displayed import number, percent\n"
        "from structviz.figures.control import time_steps_plot\n"
        "from structviz.nets import STEP_RULES\n"
        "from structviz.training import read_histories\n\n"
        "steps = {}\n"
        f'for history in read_histories("{dataset}", "{optimiser}")[2:]:\n'
        "    name, found = STEP_RULES[history.config.net.steps], history.outcome()\n"
        "    steps[name] = found.time_steps\n"
        '    print(f"{name}: Σh = {number(sum(found.time_steps), 2)}, {found.negative} negative, {found.off} off; "\n'
        '          f"{percent(found.accuracy_test)} of new points right")\n'
        'time_steps_plot(steps).write_html("time_steps.html")\n'
    )


def race_csv(histories: Sequence[TrainingHistory]) -> str:
    """The figures of all networks at every moment of their trainings."""
    figures = ("loss_train", "cost", "total", "loss_test", "accuracy_train", "accuracy_test")
    rows = (
        [title_of(history), step, *(getattr(found, name) for name in figures), sum(found.time_steps)]
        for frame, step in enumerate(histories[0].steps)
        for history in histories
        for found in [history.outcome(frame)]
    )
    return csv_table(["network", "training_step", *figures, "sum_of_steps"], rows)


def race_script(dataset: str, optimiser: str, seed: int) -> str:
    """Python that prints the objectives of the four networks and draws their maps; it trains those that do not ship.

    Parameters
    ----------
    dataset, optimiser
        As for `time_script`.
    seed
        Of points and first weights; those of 0 ship.

    Returns
    -------
    str
        The source of a program that prints its figures.
    """
    made = f'histories = read_histories("{dataset}", "{optimiser}")\n'
    if seed:
        made = (
            f'configs = [control_config(steps, "{dataset}", "{optimiser}") for steps in STEP_RULES]\n'
            f"histories = [record_history(dataclasses.replace(config, seed={seed})) for config in configs]\n"
        )
    return (
        f"{'import dataclasses' + chr(10) if seed else ''}"
        "from pathlib import Path\n\n"
        "from structviz.displayed import number, percent\n"
        "from structviz.figures.decision_map import decision_picture\n"
        "from structviz.nets import STEP_RULES\n"
        f"from structviz.training import {'control_config, record_history' if seed else 'read_histories'}\n"
        "from structviz.training.control import control_points\n"
        "from structviz.training.flow import decision_map, half_width\n\n"
        f"{made}"
        "for (steps, name), history in zip(STEP_RULES.items(), histories, strict=True):\n"
        "    found, (points, labels) = history.outcome(), control_points(history.config)[1]\n"
        '    print(f"{name}: loss {number(found.loss_train, 4)}, R(θ) {number(found.cost, 4)}, right "\n'
        '          f"{percent(found.accuracy_train)} of training points, {percent(found.accuracy_test)} of new ones")\n'
        "    half = half_width(points)\n"
        "    picture = decision_picture(decision_map(history.network(), half), half, points, labels)\n"
        '    Path(f"{steps}.png").write_bytes(picture)\n'
    )


def smooth_csv(dataset: str) -> str:
    """The figures of all networks of the study of smoothness for a set."""
    histories = read_smoothness_study(dataset)
    figures = ("change", "path", "loss_train", "loss_test", "accuracy_train", "accuracy_test")
    rows = (
        [weight, seed, *(getattr(found, name) for name in figures)]
        for frame, weight in enumerate(SMOOTHNESS_WEIGHTS)
        for seed, found in enumerate(history.outcome(frame) for history in histories)
    )
    return csv_table(["mu", "seed", *figures], rows)


def smooth_script(dataset: str, at: int) -> str:
    """Python that prints what the weights μ do, and draws the controls with one of them.

    Parameters
    ----------
    dataset
        One of `structviz.training.CONTROL_SETS`.
    at
        The number of the weight.
    """
    return (
        "from structviz.displayed import number, percent, significant\n"
        "from structviz.figures.control import weights_plot\n"
        "from structviz.training import SMOOTHNESS_WEIGHTS, read_smoothness_study\n\n"
        f'histories = read_smoothness_study("{dataset}")\n'
        "for k, weight in enumerate(SMOOTHNESS_WEIGHTS):\n"
        "    found = [history.outcome(k) for history in histories]\n"
        "    train, test = (percent(sum(getattr(one, name) for one in found) / len(found))\n"
        '                   for name in ("accuracy_train", "accuracy_test"))\n'
        '    print(f"μ = {weight:g}: change of θ {significant(found[0].change, 2)}, "\n'
        '          f"path {number(found[0].path, 2)}; right {train} of training points, {test} of new ones")\n'
        f"net = histories[0].network({at})\n"
        'weights_plot(net.A, net.b).write_html("weights.html")\n'
    )
