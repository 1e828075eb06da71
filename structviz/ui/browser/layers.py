"""Networks of the plane and points as the browser has them: the numbers of each layer, for the modules in
`src/layers/`, and those of each point."""

from collections.abc import Callable, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.figures import CLASS_COLOURS
from structviz.nets import PLAIN, CouplingFlow, HamiltonianNet, InvertibleResNet, ODENet, PointClassifier
from structviz.ode import integrator
from structviz.types import Labels

__all__ = ["described_layers", "described_points", "described_steering"]

Described = dict[str, Any]


def described_points(points: Float[Tensor, "point dim"], labels: Labels) -> Described:
    """Points and their classes as JSON, with the colours of the classes."""
    return {"points": points.tolist(), "labels": labels.tolist(), "colours": CLASS_COLOURS}


def described_layers(net: nn.Module) -> list[Described]:
    """The layers of a network of the plane as JSON: the kind of each, which names a module, and its weights.

    Raises
    ------
    ConfigError
        If the browser has no such layers.
    """
    describe = _DESCRIBED.get(type(net))
    if describe is None:
        raise ConfigError(f"The browser has no layers of a {type(net).__name__}; add them to src/layers.")
    return describe(net)


def described_steering(net: PointClassifier | ODENet) -> Described:
    """A network that classifies points as JSON, for states and costates in `src/layers/costates.js`.

    Its `times` are those before each layer and after the last; a network without time has equal ones, for its film.

    Raises
    ------
    ConfigError
        If its steps are implicit: the browser solves no equations.
    """
    if isinstance(net, ODENet):
        method, keeps, steps = integrator("euler"), net.has_time, net.time_steps.tolist()
    else:
        method, keeps = integrator("euler" if net.scheme == PLAIN else net.scheme), net.scheme != PLAIN
        steps = [net.dt if keeps else 1.0] * net.n_layers
    if not method.explicit:
        raise ConfigError(f"The browser has costates of explicit methods; got {method.title}. Choose an explicit one.")
    weights = zip(net.A.tolist(), net.b.tolist(), steps, strict=True)
    return {
        "layers": [{"A": A, "b": b, "h": h, "keeps": int(keeps)} for A, b, h in weights],
        "shared": {"sigma": net.activation, "tableau": {"a": method.a, "w": method.w}},
        "normal": net.normal.tolist(),
        "offset": net.offset.item(),
        "times": [*accumulate(steps if keeps else [net.dt] * net.n_layers, initial=0.0)],
    }


def _coupling(net: Any) -> list[Described]:
    return [
        {
            "kind": "coupling",
            "moves": 1 - k % 2,
            "affine": net.kind == "affine",
            "dense": [[one.weight.tolist(), one.bias.tolist()] for one in conditioner if isinstance(one, nn.Linear)],
        }
        for k, conditioner in enumerate(net.conditioners)
    ]


def _hamiltonian(net: Any) -> list[Described]:
    if net.method != "symplectic-euler" or net.activation != "tanh" or net.dim != 2:
        raise ConfigError("The browser has steps of symplectic Euler with tanh in the plane only.")
    K, b = net.K.squeeze(-1).tolist(), net.b.tolist()
    at = [0] * net.n_layers if net.shared else range(net.n_layers)
    return [{"kind": "hamiltonian", "h": net.h, "K": K[k], "b": b[k]} for k in at]


def _contractive(net: Any) -> list[Described]:
    if net.activation != "tanh" or net.dim != 2:
        raise ConfigError("The browser has branches with tanh in the plane only.")
    return [
        {
            "kind": "contractive",
            "c": net.contraction,
            "W": net.weights(k)[0].tolist(),
            "V": net.weights(k)[1].tolist(),
            "b": net.b[k].tolist(),
        }
        for k in range(net.n_layers)
    ]


def _residual(net: Any) -> list[Described]:
    if net.scheme != "euler" or net.activation != "tanh" or net.width != 2:
        raise ConfigError("The browser has Euler steps with tanh in the plane only.")
    return [
        {"kind": "residual", "h": net.dt, "A": A, "b": b} for A, b in zip(net.A.tolist(), net.b.tolist(), strict=True)
    ]


_DESCRIBED: Mapping[type[nn.Module], Callable[[Any], list[Described]]] = MappingProxyType(
    {
        CouplingFlow: _coupling,
        HamiltonianNet: _hamiltonian,
        InvertibleResNet: _contractive,
        PointClassifier: _residual,
    }
)
