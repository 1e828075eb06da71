"""What the notation page shows, and its presets."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from structviz.data import TOY_SETS, toy
from structviz.studies.notation import PlaneNetwork
from structviz.types import Labels, Points
from structviz.ui.kit.choice import Choice, Number, One, Text, declare

__all__ = ["PRESETS", "NotationChoice"]

_SIGMAS = {"identity": "none: σ(u) = u", "relu": "ReLU", "tanh": "tanh", "abs": "absolute value"}
_RATE = Number("Learning rate", place="sidebar", low=0.01, high=2, step=0.01, whole=False)
_WEIGHT = Number("Weight λ of R(θ)", place="sidebar", low=0, high=1, step=0.001, whole=False, format="%.3f")
_THETA = Text("Weights θ", place="browser", parse=PlaneNetwork.parse, words="six numbers a layer", most=400)


@dataclass(frozen=True)
class NotationChoice(Choice):
    """Everything that decides what the page shows."""

    dataset: str = declare("xor", One("Points", place="sidebar", options=TOY_SETS))
    sigma: str = declare("relu", One("Nonlinearity σ", place="sidebar", options=_SIGMAS))
    rate: float = declare(0.5, _RATE)
    weight: float = declare(0.001, _WEIGHT)
    theta: str = declare("0.9,0.6,-0.4,0.8,0.2,0.1", _THETA)

    @property
    def net(self) -> PlaneNetwork:
        """The network with these weights."""
        return PlaneNetwork.parse(self.theta, self.sigma)

    @property
    def points(self) -> tuple[Points, Labels]:
        """The points and their classes."""
        return toy(self.dataset, 200)


PRESETS: Mapping[str, NotationChoice] = MappingProxyType(
    {
        "Identity": NotationChoice(sigma="identity", theta="1,0,0,1,0,0"),
        "Rotation": NotationChoice(sigma="identity", theta="0.5,-0.866,0.866,0.5,0,0"),
        "Shear and fold": NotationChoice(sigma="abs", theta="1,0.8,0,1,0.3,-0.2"),
        "Collapse": NotationChoice(sigma="identity", theta="1,0.5,2,1,0,0"),
        "XOR with two layers": NotationChoice(theta="0.914,0.905,-0.92,-0.794,-0.1,-0.018;1.222,1.142,0,0,-0.029,0"),
        "Dead ReLU": NotationChoice(theta="1,0,0,1,-1.2,-1.2"),
    }
)
"""Things to try."""
