"""Settings of a training run: frozen, checked, and the same in memory as in JSON."""

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeGuard, get_args

from structviz.arms import is_augmented, is_equivariant
from structviz.errors import ConfigError

__all__ = [
    "MAX_BATCH",
    "CouplingShape",
    "DenoiserShape",
    "ImageFlowShape",
    "Matching",
    "NetShape",
    "NonexpansiveShape",
    "ODENetShape",
    "PlaneShape",
    "PointShape",
    "Precision",
    "ResidualFlowShape",
    "STEP_RULES",
    "SphereShape",
    "TrainConfig",
    "UnrolledShape",
    "flow_title",
    "plain_shape",
    "read_shape",
]

Matching = Literal["channels", "parameters"]
"""What the equivariant twin shares with the ordinary network: its channels or its number of parameters."""

Precision = Literal["float32", "bfloat16"]
"""In which numbers the layers compute; weights, losses and the optimiser stay in float32."""

STEP_RULES: Mapping[str, str] = MappingProxyType(
    {"none": "Net", "fixed": "ResNet", "learned": "ODENet", "simplex": "ODENet on the simplex"}
)
"""Where the time steps of `structviz.nets.ODENet` come from, with the names of the networks in the paper."""

MAX_BATCH = 4096
"""Examples in one step at most."""

_LIMITS = {
    "n_train": (1, 100_000),
    "steps": (1, 1_000_000),
    "batch_size": (1, MAX_BATCH),
    "seed": (0, 2**63 - 1),
}


@dataclass(frozen=True)
class DenoiserShape:
    """Shape of a denoiser; see `structviz.nets.ConvDenoiser`."""

    kind: ClassVar[str] = "denoiser"

    width: int = 32
    dilations: tuple[int, ...] = (1, 1, 1)
    kernel_size: int = 3
    residual: bool = False
    activation: str = "relu"

    def __post_init__(self) -> None:
        _check_whole(width=self.width, kernel_size=self.kernel_size)
        _check_names(activation=self.activation)
        for dilation in self.dilations:
            _check_whole(dilations=dilation)


@dataclass(frozen=True)
class PointShape:
    """Shape of a network that moves points; see `structviz.nets.PointClassifier`."""

    kind: ClassVar[str] = "points"

    scheme: str = "euler"
    width: int = 2
    n_layers: int = 40
    time: float = 4.0
    activation: str = "tanh"
    classifier: str = "learned"

    def __post_init__(self) -> None:
        _check_whole(width=self.width, n_layers=self.n_layers)
        if not _is_number(self.time):
            raise ConfigError(f"time of a network must be a number; got {self.time!r}.")
        _check_names(scheme=self.scheme, activation=self.activation, classifier=self.classifier)


@dataclass(frozen=True)
class UnrolledShape:
    """Shape of a learned reconstruction; see `structviz.nets.LearnedProximalGradient`."""

    kind: ClassVar[str] = "unrolled"

    image_size: int = 64
    n_views: int = 30
    field_of_view: float = 44.0
    iterations: int = 5
    width: int = 32
    memory: int = 5
    start: str = "zero"

    def __post_init__(self) -> None:
        _check_whole(
            image_size=self.image_size,
            n_views=self.n_views,
            iterations=self.iterations,
            width=self.width,
            memory=self.memory,
        )
        if not (_is_number(self.field_of_view) and self.field_of_view > 0):
            raise ConfigError(
                f"field_of_view of a network must be a positive length in cm; got {self.field_of_view!r}."
            )


@dataclass(frozen=True)
class NonexpansiveShape:
    """Shape of a denoiser that moves no two images apart; see `structviz.nets.NonexpansiveDenoiser`."""

    kind: ClassVar[str] = "nonexpansive"

    width: int = 32
    n_layers: int = 8
    kernel_size: int = 5
    channels: int = 1
    share: float = 1.0
    method: str = "euler"
    activation: str = "relu"

    def __post_init__(self) -> None:
        _check_whole(width=self.width, n_layers=self.n_layers, kernel_size=self.kernel_size, channels=self.channels)
        if not _is_number(self.share):
            raise ConfigError(f"share of the longest step must be a number; got {self.share!r}.")
        _check_names(method=self.method, activation=self.activation)


@dataclass(frozen=True)
class PlaneShape:
    """Shape of a classifier with structured layers; see `structviz.nets.plane_classifier.PlaneClassifier`."""

    kind: ClassVar[str] = "plane"

    structure: str = "gradient"
    width: int = 2
    n_layers: int = 40
    share: float = 0.2
    time: float = 8.0

    def __post_init__(self) -> None:
        _check_names(structure=self.structure)
        _check_whole(width=self.width, n_layers=self.n_layers)
        for name in ("share", "time"):
            if not _is_number(getattr(self, name)):
                raise ConfigError(f"{name} of a network must be a number; got {getattr(self, name)!r}.")


@dataclass(frozen=True)
class ODENetShape:
    """Shape of a network with given or learned time steps; see `structviz.nets.ODENet`."""

    kind: ClassVar[str] = "odenet"

    steps: str = "learned"
    width: int = 2
    n_layers: int = 20
    time: float = 1.0
    activation: str = "tanh"

    def __post_init__(self) -> None:
        _check_names(steps=self.steps, activation=self.activation)
        _check_whole(width=self.width, n_layers=self.n_layers)
        if not _is_number(self.time):
            raise ConfigError(f"time of a network must be a number; got {self.time!r}.")


@dataclass(frozen=True)
class CouplingShape:
    """Shape of a flow of couplings in the plane; see `structviz.nets.CouplingFlow`."""

    kind: ClassVar[str] = "coupling"

    width: int = 32
    n_layers: int = 12
    coupling: str = "affine"

    def __post_init__(self) -> None:
        _check_whole(width=self.width, n_layers=self.n_layers)
        _check_names(coupling=self.coupling)


@dataclass(frozen=True)
class ResidualFlowShape:
    """Shape of an invertible ResNet in the plane; see `structviz.nets.InvertibleResNet`."""

    kind: ClassVar[str] = "residual-flow"

    width: int = 32
    n_layers: int = 10
    contraction: float = 0.8
    activation: str = "tanh"

    def __post_init__(self) -> None:
        _check_whole(width=self.width, n_layers=self.n_layers)
        if not _is_number(self.contraction):
            raise ConfigError(f"contraction of a network must be a number; got {self.contraction!r}.")
        _check_names(activation=self.activation)


@dataclass(frozen=True)
class ImageFlowShape:
    """Shape of an invertible network of images; see `structviz.nets.WaveletFlow`."""

    kind: ClassVar[str] = "image-flow"

    width: int = 32
    n_layers: int = 12
    coupling: str = "affine"

    def __post_init__(self) -> None:
        _check_whole(width=self.width, n_layers=self.n_layers)
        _check_names(coupling=self.coupling)


@dataclass(frozen=True)
class SphereShape:
    """Shape of a classifier of points on the sphere; see `structviz.nets.sphere_classifier.SphereClassifier`."""

    kind: ClassVar[str] = "sphere"

    layers: str = "exponential"
    width: int = 16
    n_layers: int = 20
    time: float = 4.0

    def __post_init__(self) -> None:
        _check_names(layers=self.layers)
        _check_whole(width=self.width, n_layers=self.n_layers)
        if not _is_number(self.time):
            raise ConfigError(f"time of a network must be a number; got {self.time!r}.")


NetShape = (
    DenoiserShape
    | PointShape
    | PlaneShape
    | ODENetShape
    | UnrolledShape
    | NonexpansiveShape
    | CouplingShape
    | ResidualFlowShape
    | ImageFlowShape
    | SphereShape
)
"""The shape of any network that can be trained."""

_SHAPES: Mapping[str, type[NetShape]] = {
    shape.kind: shape
    for shape in (
        DenoiserShape,
        PlaneShape,
        PointShape,
        ODENetShape,
        UnrolledShape,
        NonexpansiveShape,
        CouplingShape,
        ResidualFlowShape,
        ImageFlowShape,
        SphereShape,
    )
}


_ON_SPHERE = {
    "exponential": "Great circles",
    "projection": "Projected steps",
    "euler": "Tangent Euler",
    "rk4": "Tangent RK4",
    "free": "Free Euler",
}
"""What layers on the sphere are called."""


def flow_title(shape: NetShape | None) -> str | None:
    """What a network is called after its layers, where its arm says nothing of them; None for the shapes of others.

    Examples
    --------
    >>> flow_title(PlaneShape("gradient"))
    'Gradient flow'
    """
    if isinstance(shape, ODENetShape):
        return STEP_RULES.get(shape.steps, shape.steps)
    if isinstance(shape, PlaneShape):
        return "Gradient flow" if shape.structure == "gradient" else shape.structure.capitalize()
    if isinstance(shape, CouplingShape | ImageFlowShape):
        return f"{shape.coupling.capitalize()} coupling"
    if isinstance(shape, SphereShape):
        return _ON_SPHERE.get(shape.layers, shape.layers)
    return "Invertible ResNet" if isinstance(shape, ResidualFlowShape) else None


def plain_shape(shape: NetShape) -> dict[str, Any]:
    """Plain values only, with the kind first."""
    return {"kind": shape.kind, **dataclasses.asdict(shape)}


def read_shape(values: Mapping[str, Any]) -> NetShape:
    """Rebuild the shape of a network from the values of `plain_shape`; without a kind it is a denoiser.

    Raises
    ------
    ConfigError
        If the kind or a key is unknown, or a value is not allowed.
    """
    try:
        # JSON knows no tuples.
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        kind = plain.pop("kind", DenoiserShape.kind)
        if kind not in _SHAPES:
            raise ConfigError(f"the kind is one of {', '.join(_SHAPES)}; got {kind!r}")
        return _SHAPES[kind](**plain)
    except (AttributeError, TypeError, ValueError) as error:
        raise ConfigError(f"The shape of the network does not fit: {str(error).removesuffix('.')}.") from error


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides a training run; `None` means the default of the recipe.

    Parameters
    ----------
    recipe
        Name of the learning task, one of `structviz.training.RECIPES`.
    arm
        Name of the way to build and train the network, one of `structviz.arms.ARMS`.
    group
        Symmetry of an equivariant arm: "C4", "C8", "C16", "D4" or "D8".
    matching
        Whether an equivariant arm gets the channels or the parameters of the ordinary one.
    n_train
        Number of clean training images, or of training points.
    steps, batch_size
        Length of the training and images or points in each of its steps.
    learning_rate
        Largest step size of Adam; it decays to zero along a cosine. With backtracking, the first step to try.
    seed
        Decides data, noise, order and initial weights.
    net
        Shape of the network.
    dataset
        Which of its data sets a recipe trains on, where it has several.
    regularisation
        Weight λ of the regulariser R(θ), where the recipe has one.
    smoothness
        Weight μ of how much θ changes from layer to layer, where the recipe has one of its own for that.
    optimiser
        How a recipe takes its steps, where it has several ways: "adam" or "backtracking".
    precision
        "float32", or "bfloat16" for mixed precision.
    compiled
        Whether CUDA devices compile the network before the first step.

    Raises
    ------
    ConfigError
        If a value has the wrong type or lies outside its range.

    Examples
    --------
    >>> config = TrainConfig(recipe="stripes", arm="equivariant", steps=100)
    >>> TrainConfig.from_json(config.to_json()) == config
    True
    """

    recipe: str = "stripes"
    arm: str = "ordinary"
    group: str | None = None
    matching: Matching = "channels"
    n_train: int | None = None
    steps: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    seed: int = 0
    net: NetShape | None = None
    dataset: str | None = None
    regularisation: float | None = None
    smoothness: float | None = None
    optimiser: str | None = None
    precision: Precision = "float32"
    compiled: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if value is None and name != "seed":
                continue
            if not _is_whole(value) or not low <= value <= high:
                raise ConfigError(f"{name} must be a whole number from {low} to {high}; got {value!r}.")
        rate = self.learning_rate
        if rate is not None and not (_is_number(rate) and rate > 0):
            raise ConfigError(f"learning_rate must be a positive number; got {rate!r}.")
        for name in ("regularisation", "smoothness"):
            weight = getattr(self, name)
            if weight is not None and not (_is_number(weight) and weight >= 0):
                raise ConfigError(f"{name} must be zero or a positive number; got {weight!r}.")
        for name in ("dataset", "optimiser"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise ConfigError(f"{name} must be a name; got {value!r}.")
        if self.matching not in get_args(Matching):
            raise ConfigError(f"matching is one of {', '.join(get_args(Matching))}; got {self.matching!r}.")
        if self.precision not in get_args(Precision):
            raise ConfigError(f"precision is one of {', '.join(get_args(Precision))}; got {self.precision!r}.")
        if not isinstance(self.compiled, bool):
            raise ConfigError(f"compiled is true or false; got {self.compiled!r}.")

    @property
    def is_equivariant(self) -> bool:
        """Whether the layers of its arm commute with the rotations of a group."""
        return is_equivariant(self.arm)

    @property
    def is_augmented(self) -> bool:
        """Whether its arm is trained on rotated data."""
        return is_augmented(self.arm)

    def to_dict(self) -> dict[str, Any]:
        """Plain values only, ready for JSON."""
        values = dataclasses.asdict(self)
        return values if self.net is None else {**values, "net": plain_shape(self.net)}

    def to_json(self) -> str:
        """The settings as a JSON object."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TrainConfig":
        """Rebuild settings from `to_dict`.

        Raises
        ------
        ConfigError
            If a key is unknown or a value is not allowed.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        if unknown := set(values) - known:
            raise ConfigError(f"Unknown settings: {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}.")
        net = values.get("net")
        return cls(**{**values, "net": None if net is None else read_shape(net)})

    @classmethod
    def from_json(cls, text: str) -> "TrainConfig":
        """Rebuild settings from `to_json`.

        Raises
        ------
        ConfigError
            If the text is no JSON object or holds values that are not allowed.
        """
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(f"Settings are a JSON object; this text is none: {error}.") from error
        if not isinstance(values, dict):
            raise ConfigError(f"Settings are a JSON object; got {type(values).__name__}.")
        return cls.from_dict(values)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_names(**values: object) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            raise ConfigError(f"{name} of a network must be a name; got {value!r}.")


def _check_whole(**values: object) -> None:
    for name, value in values.items():
        if not _is_whole(value):
            raise ConfigError(f"{name} of a network must be whole; got {value!r}.")
