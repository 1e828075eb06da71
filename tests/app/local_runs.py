"""Runs of tiny networks for the tests of the pages: real files, made in a second."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from structviz import training
from structviz.config import (
    ClassifierShape,
    CouplingShape,
    DenoiserShape,
    NetShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
)
from structviz.jobs import Request, Run, State, Status, Store
from structviz.training.recipes import complete

__all__ = ["make_run"]

_SHAPES: Mapping[str, NetShape] = {
    "stripes": DenoiserShape(width=4),
    "images": DenoiserShape(width=4, residual=True),
    "flow": PointShape(n_layers=4),
    "invertibility": CouplingShape(width=4, n_layers=2),
    "plane": PlaneShape(n_layers=4),
    "manifolds": SphereShape(n_layers=4),
    "digits": ClassifierShape(width=4, kernel_size=3),
    "control": ODENetShape("simplex", n_layers=4),
    "stability": NonexpansiveShape(width=4, n_layers=2, kernel_size=3),
    "ct": UnrolledShape(image_size=16, n_views=6, iterations=2, width=4, memory=1),
}


def make_run(folder: Path, recipe: str, **settings: Any) -> Run:
    """Train a tiny network and put it where a run leaves it."""
    config = TrainConfig(recipe, **{"steps": 2, "n_train": 4, "net": _SHAPES[recipe], **settings})
    config = complete(config, training.recipe(recipe))
    run = Store(folder).add(Request(config, "cpu", time.time()), Status(State.RUNNING))
    result = training.train(config, device="cpu")
    card = training.save_result(
        result, run.network_name, run.folder, training.recipe(recipe).data_of(result.config), "none"
    )
    steps = config.steps or 0
    run.write_status(
        Status(State.FINISHED, step=steps, steps=steps, n_parameters=card.n_parameters, network=run.network_name)
    )
    return run
