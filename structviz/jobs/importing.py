"""Import a network that was trained elsewhere: weights and card are checked and become a run."""

import contextlib
import dataclasses
import time
from collections.abc import Mapping
from types import MappingProxyType

from structviz import zoo
from structviz.config import (
    ClassifierShape,
    CouplingShape,
    DenoiserShape,
    ImageFlowShape,
    LipschitzShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    ResidualFlowShape,
    RotationShape,
    SphereShape,
    UnrolledShape,
)
from structviz.errors import CheckpointError, ConfigError, JobError
from structviz.files import atomic_write
from structviz.jobs.folder import Run
from structviz.jobs.records import Request, State, Status
from structviz.jobs.removal import remove
from structviz.jobs.room import check_imports, standings
from structviz.jobs.store import Store
from structviz.training import recipe
from structviz.training.recipes import complete

__all__ = ["import_archive", "import_network"]

_MESSAGE = "Imported with its card. The figures are those of the card; they were not measured here."
"""The message of such a run."""

_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        DenoiserShape.kind: "ConvDenoiser",
        PointShape.kind: "PointClassifier",
        ODENetShape.kind: "ODENet",
        UnrolledShape.kind: "LearnedProximalGradient",
        NonexpansiveShape.kind: "NonexpansiveDenoiser",
        PlaneShape.kind: "PlaneClassifier",
        CouplingShape.kind: "CouplingFlow",
        ResidualFlowShape.kind: "InvertibleResNet",
        ImageFlowShape.kind: "WaveletFlow",
        SphereShape.kind: "SphereClassifier",
        ClassifierShape.kind: "ConvClassifier",
        LipschitzShape.kind: "LipschitzClassifier",
        RotationShape.kind: "RotationFlow",
    }
)
"""The plain network that training with a shape of each kind leaves."""


def import_network(store: Store, weights: bytes, card: bytes, owner: str = "", *, origin: str = "") -> Run:
    """A run with a network that was trained elsewhere, so that it can be used like those of this machine.

    Parameters
    ----------
    store
        Where it goes.
    weights
        A safetensors file.
    card
        The JSON file that belongs to it.
    owner, origin
        As in `Request`.

    Returns
    -------
    Run
        In the state `State.UPLOADED`; its network has the name of the run, and all else that the card says.

    Raises
    ------
    CheckpointError
        If the two do not belong together or one is damaged (see `structviz.zoo.check_pair`), or if the settings on
        the card are those of no recipe here.
    JobError
        If too many networks from elsewhere are here, of this visitor or in all, or the folder cannot be written to.
    """
    described = _usable(zoo.check_pair(weights, card))
    with store.transaction():
        check_imports(standings(store.runs()), owner, 1, origin)
        return _written(store, weights, described, owner, origin)


def import_archive(store: Store, content: bytes, owner: str = "", *, origin: str = "") -> tuple[Run, ...]:
    """A run for each network of a downloaded archive, all of them or none.

    Parameters
    ----------
    store
        Where they go.
    content
        A ZIP file; see `structviz.zoo.read_archive`.
    owner, origin
        As in `Request`.

    Returns
    -------
    tuple of Run
        In the order of the archive; the runs are finished.

    Raises
    ------
    CheckpointError, JobError
        As for `import_network`, or if it is no such archive.
    """
    networks = [(network.weights, _usable(network.card)) for network in zoo.read_archive(content)]
    with store.transaction():
        check_imports(standings(store.runs()), owner, len(networks), origin)
        runs: list[Run] = []
        try:
            for weights, described in networks:
                runs.append(_written(store, weights, described, owner, origin))
        except BaseException:
            for run in runs:
                _discard(run)
            raise
        return tuple(runs)


def _written(store: Store, weights: bytes, described: zoo.Card, owner: str, origin: str) -> Run:
    request = Request(described.config, described.device, time.time(), owner, origin=origin)
    run = store.add(request, Status(State.UPLOADED, _MESSAGE))
    try:
        described = dataclasses.replace(described, name=run.network_name)
        path, beside = run.files()
        atomic_write(path, weights)
        atomic_write(beside, described.to_json())
        steps = described.config.steps or 0
        status = Status(
            State.UPLOADED,
            _MESSAGE,
            steps,
            steps,
            device=described.device,
            n_parameters=described.n_parameters,
            seconds=described.seconds,
            network=described.name,
        )
        run.write_status(status)
    except BaseException as error:
        _discard(run)
        if isinstance(error, OSError):
            raise JobError(
                f"A network needs room in the folder of all runs, which cannot be written to: {error.strerror}."
            ) from error
        raise
    return run


def _discard(run: Run) -> None:
    with contextlib.suppress(JobError):  # what made the import fail counts more
        remove(run)


def _usable(described: zoo.Card) -> zoo.Card:
    """The card, if its network can be used here, with complete settings."""
    try:
        config = complete(described.config, recipe(described.config.recipe))
    except (ConfigError, TypeError) as error:
        reason = str(error).removesuffix(".")[:300]
        raise CheckpointError(
            f"The settings on the card are those of no recipe here: {reason}. Train it anew."
        ) from error
    expected, found = _CLASSES[config.net.kind] if config.net else "", described.network["class"]
    if found != expected:
        raise CheckpointError(
            f"The recipe {config.recipe} trains networks of the class {expected}; the card says {found}. "
            "Choose the two files of one pair."
        )
    # Without the name of a set it learnt from points of somebody's own, and does not get another one.
    config = dataclasses.replace(config, dataset=described.config.dataset)
    return dataclasses.replace(described, config=config)
