"""Settings of a training run: frozen, checked, and the same in memory as in JSON."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from structviz.arms import is_augmented, is_equivariant
from structviz.errors import ConfigError
from structviz.shapes import (
    STEP_RULES,
    ClassifierShape,
    CouplingShape,
    DenoiserShape,
    ImageFlowShape,
    LipschitzShape,
    NetShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    ResidualFlowShape,
    RotationShape,
    SphereShape,
    UnrolledShape,
    flow_title,
    is_number,
    is_whole,
    plain_shape,
    read_shape,
)

__all__ = [
    "MAX_BATCH",
    "ClassifierShape",
    "CouplingShape",
    "DenoiserShape",
    "ImageFlowShape",
    "LipschitzShape",
    "Matching",
    "NetShape",
    "NonexpansiveShape",
    "ODENetShape",
    "PlaneShape",
    "PointShape",
    "Precision",
    "ResidualFlowShape",
    "STEP_RULES",
    "RotationShape",
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

MAX_BATCH = 4096
"""Examples in one step at most."""

_LIMITS = {
    "n_train": (1, 100_000),
    "steps": (1, 1_000_000),
    "batch_size": (1, MAX_BATCH),
    "seed": (0, 2**63 - 1),
}


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
            if not is_whole(value) or not low <= value <= high:
                raise ConfigError(f"{name} must be a whole number from {low} to {high}; got {value!r}.")
        rate = self.learning_rate
        if rate is not None and not (is_number(rate) and rate > 0):
            raise ConfigError(f"learning_rate must be a positive number; got {rate!r}.")
        for name in ("regularisation", "smoothness"):
            weight = getattr(self, name)
            if weight is not None and not (is_number(weight) and weight >= 0):
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
