"""What one film of a study of flows shows: a network, points, and the steps that move them."""

import dataclasses
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from torch import Tensor

from structviz import zoo
from structviz.data import DrawnPoints
from structviz.displayed import significant
from structviz.errors import ConfigError
from structviz.nets import PLAIN, PointClassifier
from structviz.ode import INTEGRATORS
from structviz.studies.flow.altered import altered
from structviz.studies.flow.refinement import Interpolation, Motion, layers, refined
from structviz.types import Labels, Points

__all__ = ["FlowNetwork", "FlowPanel", "Heading", "Takes", "digest", "shipped_network"]

Takes = Literal["layers", "steps", "steps and integrator"]
"""What of a visitor's steps a film takes: nothing, their number, or the integrator too."""


@dataclass(frozen=True)
class FlowNetwork:
    """A network that moves points, and what tells it from every other one.

    Attributes
    ----------
    net
        The network.
    digest
        Of its weights and shape, as trained.
    title
        Its heading; that of the comparison if empty.
    step
        How many steps it has been trained so far; None once training is over.
    horizon, scale
        By what T and the weights were multiplied; see `structviz.studies.flow.altered`.
    trained
        The network before that; None if nothing was changed.
    """

    net: PointClassifier
    digest: str
    title: str = ""
    step: int | None = None
    horizon: float = 1.0
    scale: float = 1.0
    trained: PointClassifier | None = None

    @property
    def as_trained(self) -> PointClassifier:
        """The network with its own T and weights."""
        return self.trained or self.net

    @property
    def key(self) -> tuple[str, float, float]:
        """Differs for networks that move points differently; the same in every process."""
        return self.digest, self.horizon, self.scale

    def with_factors(self, horizon: float, scale: float) -> "FlowNetwork":
        """The network with T and its weights multiplied.

        Raises
        ------
        ConfigError
            If a factor is out of range.
        """
        if horizon == scale == 1:
            return self
        net = altered(self.as_trained, horizon, scale)
        return dataclasses.replace(self, net=net, horizon=horizon, scale=scale, trained=self.as_trained)


@dataclass(frozen=True)
class Heading:
    """What a film is called, whatever its steps are.

    Attributes
    ----------
    name
        Its name, before a colon; none if the steps say enough.
    unchanged
        What it is called with its own layers, T and weights.
    """

    name: str = ""
    unchanged: str = ""

    def title(self, network: FlowNetwork, method: str | None, n_steps: int) -> str:
        """The heading of a film of these steps.

        Parameters
        ----------
        network
            Whose layers are followed; what was changed since training is named.
        method
            One of `structviz.ode.INTEGRATORS`; None for the layers themselves.
        n_steps
            How many steps are taken; layers are not asked for it.

        Returns
        -------
        str
            The name and a colon, if there is a name; then steps and what was changed, with commas between.
        """
        net, is_plain = network.net, network.net.scheme == PLAIN
        changes = [f"T = {_three(net.time)}"] if network.horizon != 1 and not is_plain else []
        changes += [f"weights × {_three(network.scale)}"] if network.scale != 1 else []
        if method is not None:
            steps = f"{INTEGRATORS[method].title}, {n_steps} steps of Δt = {_three(net.time / n_steps)}"
            return _joined(self.name, [steps, *changes])
        if self.name:
            return _joined(self.name, changes) if changes else self.unchanged
        many = "layer" if net.n_layers == 1 else "layers"
        trained = "as trained" if network.step is None else f"step {network.step} of training"
        if network.step is None and changes:
            trained = ""
        layered = f"{INTEGRATORS[net.scheme].title}, {net.n_layers} {many} of Δt = {_three(net.dt)}"
        return ", ".join([layered, *([trained] if trained else []), *changes])


@dataclass(frozen=True)
class FlowPanel:
    """One of the films side by side.

    Attributes
    ----------
    title
        Its heading.
    network
        The weights.
    points, labels
        What moves.
    method, n_steps
        Steps of another integrator with the same weights; without a method, the layers of the network itself.
    interpolation
        What the weights are between layers, for such steps and for the flow that they approximate.
    heading, takes
        From what the title is made, and which of the visitor's steps the film takes.
    drawn, unit
        The points before the noise has a level, and its level in training; None and 0 for a visitor's own points.
    """

    title: str
    network: FlowNetwork
    points: Points
    labels: Labels
    method: str | None = None
    n_steps: int = 0
    interpolation: Interpolation = "constant"
    heading: Heading = Heading()
    takes: Takes = "layers"
    drawn: DrawnPoints | None = None
    unit: float = 0.0

    @property
    def motion(self) -> Motion:
        """The steps that move the points."""
        return self.motion_of(self.network.net)

    def motion_of(self, net: PointClassifier) -> Motion:
        """The same steps with the weights of another network, or of this one in another precision."""
        if self.method is None:
            return layers(net)
        return refined(net, self.method, self.n_steps, self.interpolation)

    @property
    def half_width(self) -> float:
        """Half the side of a window of the input plane that holds the points."""
        return 1.15 * self.points.abs().max().item() or 1.0

    @property
    def key(self) -> tuple[str | int | float, ...]:
        """Differs for panels that show something different; the same in every process."""
        moving = digest(self.points, self.labels)
        return self.title, *self.network.key, moving, self.method or "", self.n_steps, self.interpolation


def digest(*tensors: Tensor) -> str:
    """A digest of the types, shapes and contents of tensors, the same in every process."""
    found = hashlib.sha256()
    for tensor in tensors:
        found.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
        found.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


def shipped_network(kind: str, dataset: str) -> FlowNetwork:
    """A network that ships with the package; loaded once.

    Parameters
    ----------
    kind
        "resnet", "plain", "rk4" or "wide".
    dataset
        The set of points that it was trained on, of `structviz.data.TOY_SETS`.

    Raises
    ------
    CheckpointError
        If there is no such network.
    """
    name = f"flow/{kind}-{dataset}"
    return _shipped(name, zoo.card(name).sha256)


# The digest makes a rebuilt file a new entry.
@lru_cache(maxsize=64)
def _shipped(name: str, sha256: str) -> FlowNetwork:
    net = zoo.load(name)
    if not isinstance(net, PointClassifier):
        raise ConfigError(f"{name} does not move points; choose a network of the recipe flow.")
    return FlowNetwork(net, sha256)


def _three(value: float) -> str:
    """Three digits, of which a browser writes the same."""
    return str(significant(value, 3))


def _joined(name: str, words: list[str]) -> str:
    text = ", ".join(words)
    return f"{name}: {text}" if name else text
