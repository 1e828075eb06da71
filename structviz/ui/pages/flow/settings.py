"""The training run that the settings on the flow page describe."""

from structviz.config import PointShape, TrainConfig
from structviz.errors import ConfigError
from structviz.nets import PLAIN
from structviz.ui.pages.flow.choice import OWN, FlowChoice

__all__ = ["MAX_WORK", "check_work", "train_config"]

MAX_WORK = 400_000
"""Layers × dimensions × points of a run: beyond it, a step takes longer than a visitor waits."""


def train_config(choice: FlowChoice, n_own: int | None = None) -> TrainConfig:
    """The settings of the next run.

    Parameters
    ----------
    choice
        What is chosen.
    n_own
        How many points the visitor has, if those are trained on.

    Raises
    ------
    ConfigError
        If a step would take longer than a visitor waits.
    """
    n_train = choice.train_points if n_own is None else n_own
    check_work(choice.train_layers, choice.train_width, n_train)
    shape = PointShape(
        choice.train_scheme,
        choice.train_width,
        choice.train_layers,
        choice.train_time,
        choice.train_sigma,
        "fixed" if choice.train_fixed else "learned",
    )
    return TrainConfig(
        "flow",
        n_train=n_train,
        steps=choice.train_steps,
        learning_rate=choice.train_rate,
        seed=choice.train_seed,
        net=shape,
        dataset=None if choice.source == OWN else choice.source,
        regularisation=0.0 if choice.train_scheme == PLAIN else choice.train_weight,
    )


def check_work(n_layers: int, width: int, n_points: int) -> None:
    """Refuse a run whose steps would take longer than a visitor waits.

    Parameters
    ----------
    n_layers, width, n_points
        Of the network and of the training data.

    Raises
    ------
    ConfigError
        If layers × dimensions × points exceed `MAX_WORK`.
    """
    work = n_layers * width * n_points
    if work > MAX_WORK:
        raise ConfigError(
            f"Layers × dimensions × points may be {MAX_WORK:,} at most on this page; {n_layers} × {width} × "
            f"{n_points} are {work:,}. Reduce one of them."
        )
