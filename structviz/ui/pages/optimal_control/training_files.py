"""What visitors take with them of trainings: tables and scripts."""

import csv
import io
from collections.abc import Iterable, Sequence

from structviz.training import SMOOTHNESS_WEIGHTS, TrainingHistory, read_smoothness_study
from structviz.ui.pages.optimal_control.trainings import outcomes, title_of

__all__ = ["race_csv", "race_script", "smooth_csv", "smooth_script", "time_csv", "time_script"]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([[f"{cell:.7g}" if isinstance(cell, float) else cell for cell in row] for row in rows])
    return out.getvalue()


def time_csv(histories: Sequence[TrainingHistory]) -> str:
    """Every time step h^k at every moment of the trainings."""
    rows = (
        (title_of(history), step, k, value)
        for history in histories
        for step, h in zip(history.steps, history.weights["h"].tolist(), strict=True)
        for k, value in enumerate(h)
    )
    return _table(["network", "training_step", "layer", "h"], rows)


def time_script(dataset: str, optimiser: str) -> str:
    """Python that prints what becomes of time.

    Parameters
    ----------
    dataset, optimiser
        One of `structviz.training.CONTROL_SETS` and of `structviz.training.OPTIMISERS`.
    """
    return (
        "from structviz.training import read_histories\n\n"
        f'for history in read_histories("{dataset}", "{optimiser}")[2:]:\n'
        "    for step, h in zip(history.steps, history.weights['h']):\n"
        '        print(f"{history.config.net.steps}, {step} steps: Σh = {h.sum():.3f}, smallest {h.min():.3f}")\n'
    )


def race_csv(histories: Sequence[TrainingHistory]) -> str:
    """The figures of all networks at every moment of their trainings."""
    figures = ("loss_train", "cost", "total", "loss_test", "accuracy_train", "accuracy_test")
    rows = (
        [title_of(history), step, *(getattr(found, name) for name in figures), sum(found.time_steps)]
        for frame, step in enumerate(histories[0].steps)
        for history, found in zip(histories, outcomes(histories, frame), strict=True)
    )
    return _table(["network", "training_step", *figures, "sum_of_steps"], rows)


def race_script(dataset: str, optimiser: str, seed: int) -> str:
    """Python that trains the four networks anew.

    Parameters
    ----------
    dataset, optimiser
        As for `time_script`.
    seed
        Of points and first weights.
    """
    return (
        "import dataclasses\n\n"
        "from structviz.nets import STEP_RULES\n"
        "from structviz.training import control_config, train\n\n"
        "for steps, title in STEP_RULES.items():\n"
        f'    config = dataclasses.replace(control_config(steps, "{dataset}", "{optimiser}"), seed={seed})\n'
        '    print(title, train(config, device="cpu").metrics)\n'
    )


def smooth_csv(dataset: str) -> str:
    """The figures of all networks of the study of smoothness for a set."""
    histories = read_smoothness_study(dataset)
    figures = ("change", "path", "loss_train", "loss_test", "accuracy_train", "accuracy_test")
    rows = (
        [weight, seed, *(getattr(found, name) for name in figures)]
        for frame, weight in enumerate(SMOOTHNESS_WEIGHTS)
        for seed, found in enumerate(outcomes(histories, frame))
    )
    return _table(["mu", "seed", *figures], rows)


def smooth_script(dataset: str) -> str:
    """Python that trains a network of the study with each weight, for one of `structviz.training.CONTROL_SETS`."""
    return (
        "from structviz.training import SMOOTHNESS_WEIGHTS, smoothness_config, train\n\n"
        "for weight in SMOOTHNESS_WEIGHTS:\n"
        f'    result = train(smoothness_config(weight, "{dataset}"), device="cpu")\n'
        '    print(f"μ = {weight:g}: {result.metrics}")\n'
    )
