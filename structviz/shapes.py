"""Shapes of networks: what an architecture is told besides its weights, frozen and checked."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, TypeGuard

from structviz.errors import ConfigError

__all__ = [
    "STEP_RULES",
    "ClassifierShape",
    "CouplingShape",
    "DenoiserShape",
    "ImageFlowShape",
    "LipschitzShape",
    "NetShape",
    "NonexpansiveShape",
    "ODENetShape",
    "PlaneShape",
    "PointShape",
    "ResidualFlowShape",
    "RotationShape",
    "SphereShape",
    "UnrolledShape",
    "flow_title",
    "is_number",
    "is_whole",
    "plain_shape",
    "read_shape",
]

STEP_RULES: Mapping[str, str] = MappingProxyType(
    {"none": "Net", "fixed": "ResNet", "learned": "ODENet", "simplex": "ODENet on the simplex"}
)
"""Where the time steps of `structviz.nets.ODENet` come from, with the names of the networks in the paper."""


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is an integer; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a finite number; True and False are none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number with more than 308 digits
        return False


@dataclass(frozen=True)
class _Shape:
    """Its fields are whole numbers, numbers, names, answers to yes or no, or several whole numbers; all are checked."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            for one in value if field.type == tuple[int, ...] else (value,):
                fits, rule = _RULES[field.type]
                if not fits(one):
                    raise ConfigError(f"{field.name} of a network must be {rule}; got {one!r}.")


_RULES: Mapping[object, tuple[Callable[[object], bool], str]] = {
    int: (is_whole, "whole"),
    tuple[int, ...]: (is_whole, "whole"),
    float: (is_number, "a number"),
    str: (lambda value: isinstance(value, str), "a name"),
    bool: (lambda value: isinstance(value, bool), "true or false"),
}
"""By the type of a field: what fits, in words."""


@dataclass(frozen=True)
class DenoiserShape(_Shape):
    """Shape of a denoiser; see `structviz.nets.ConvDenoiser`."""

    kind: ClassVar[str] = "denoiser"

    width: int = 32
    dilations: tuple[int, ...] = (1, 1, 1)
    kernel_size: int = 3
    residual: bool = False
    activation: str = "relu"


@dataclass(frozen=True)
class PointShape(_Shape):
    """Shape of a network that moves points; see `structviz.nets.PointClassifier`."""

    kind: ClassVar[str] = "points"

    scheme: str = "euler"
    width: int = 2
    n_layers: int = 40
    time: float = 4.0
    activation: str = "tanh"
    classifier: str = "learned"


@dataclass(frozen=True)
class UnrolledShape(_Shape):
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
        super().__post_init__()
        if self.field_of_view <= 0:
            raise ConfigError(
                f"field_of_view of a network must be a positive length in cm; got {self.field_of_view!r}."
            )


@dataclass(frozen=True)
class NonexpansiveShape(_Shape):
    """Shape of a denoiser that moves no two images apart; see `structviz.nets.NonexpansiveDenoiser`."""

    kind: ClassVar[str] = "nonexpansive"

    width: int = 32
    n_layers: int = 8
    kernel_size: int = 5
    channels: int = 1
    share: float = 1.0
    method: str = "euler"
    activation: str = "relu"


@dataclass(frozen=True)
class PlaneShape(_Shape):
    """Shape of a classifier with structured layers; see `structviz.nets.plane_classifier.PlaneClassifier`."""

    kind: ClassVar[str] = "plane"

    structure: str = "gradient"
    width: int = 2
    n_layers: int = 40
    share: float = 0.2
    time: float = 8.0


@dataclass(frozen=True)
class ODENetShape(_Shape):
    """Shape of a network with given or learned time steps; see `structviz.nets.ODENet`."""

    kind: ClassVar[str] = "odenet"

    steps: str = "learned"
    width: int = 2
    n_layers: int = 20
    time: float = 1.0
    activation: str = "tanh"


@dataclass(frozen=True)
class CouplingShape(_Shape):
    """Shape of a flow of couplings in the plane; see `structviz.nets.CouplingFlow`."""

    kind: ClassVar[str] = "coupling"

    width: int = 32
    n_layers: int = 12
    coupling: str = "affine"


@dataclass(frozen=True)
class ResidualFlowShape(_Shape):
    """Shape of an invertible ResNet in the plane; see `structviz.nets.InvertibleResNet`."""

    kind: ClassVar[str] = "residual-flow"

    width: int = 32
    n_layers: int = 10
    contraction: float = 0.8
    activation: str = "tanh"


@dataclass(frozen=True)
class ImageFlowShape(_Shape):
    """Shape of an invertible network of images; see `structviz.nets.WaveletFlow`."""

    kind: ClassVar[str] = "image-flow"

    width: int = 32
    n_layers: int = 12
    coupling: str = "affine"


@dataclass(frozen=True)
class SphereShape(_Shape):
    """Shape of a classifier of points on the sphere; see `structviz.nets.sphere_classifier.SphereClassifier`."""

    kind: ClassVar[str] = "sphere"

    layers: str = "exponential"
    width: int = 16
    n_layers: int = 20
    time: float = 4.0


@dataclass(frozen=True)
class ClassifierShape(_Shape):
    """Shape of a classifier of digits; see `structviz.nets.ConvClassifier`."""

    kind: ClassVar[str] = "classifier"

    width: int = 16
    kernel_size: int = 5


@dataclass(frozen=True)
class LipschitzShape(_Shape):
    """Shape of a classifier of digits with a known Lipschitz constant; see `structviz.nets.LipschitzClassifier`."""

    kind: ClassVar[str] = "lipschitz"

    width: int = 128
    n_layers: int = 3
    temperature: float = 1.0


@dataclass(frozen=True)
class RotationShape(_Shape):
    """Shape of a network whose features are rotations; see `structviz.nets.RotationFlow`."""

    kind: ClassVar[str] = "rotation"

    layers: str = "lie-euler"
    width: int = 19
    n_layers: int = 8
    time: float = 1.0


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
    | ClassifierShape
    | LipschitzShape
    | RotationShape
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
        ClassifierShape,
        LipschitzShape,
        RotationShape,
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


_OF_ROTATIONS = {
    "lie-euler": "Lie–Euler",
    "lie-euler-cayley": "Lie–Euler, Cayley",
    "rkmk4": "RKMK4",
    "projected-euler": "Projected Euler",
    "euler": "Euler, all matrices",
    "free": "Free Euler in ℝ⁹",
}
"""What layers of rotations are called."""


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
    if isinstance(shape, RotationShape):
        return _OF_ROTATIONS.get(shape.layers, shape.layers)
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
