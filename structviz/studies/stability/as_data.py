"""Networks as plain numbers, for the browser, which runs them itself."""

from typing import Any

from torch import nn

from structviz.errors import ConfigError
from structviz.nets import AntisymmetricNet, GradientFlow, HamiltonianNet, LayeredMap
from structviz.nets.points import PointClassifier
from structviz.ode import SPLITTINGS, Splitting, integrator, splitting
from structviz.studies.stability.plane import FirstLayers
from structviz.studies.stability.portraits import NETWORK_WEIGHTS, PORTRAIT_METHODS, SYSTEMS

__all__ = ["as_data", "portrait_data"]


def as_data(net: LayeredMap | PointClassifier) -> dict[str, Any]:
    """The weights of a network as JSON, for the layers in the browser (`ui/browser/src/layers`).

    Parameters
    ----------
    net
        A gradient flow, an antisymmetric or Hamiltonian network, a residual network of points, or the first layers of
        one of these.

    Raises
    ------
    ConfigError
        If the browser has no such layers.
    """
    first = net if isinstance(net, FirstLayers) else FirstLayers(net, net.n_layers)
    kind, weights, shared = _parts(first.net, range(first.n_layers))
    return {"kind": kind, "layers": weights, "shared": {**shared, "average": first.average}}


def _parts(net: nn.Module, layers: range) -> tuple[str, list[dict[str, Any]], dict[str, Any]]:
    """Kind, weights of each layer, and what all layers share."""
    if isinstance(net, GradientFlow):
        weights = [{"A": net.A[k].tolist(), "b": net.b[k].tolist(), "h": net.step_length(k).item()} for k in layers]
        return "gradient", weights, _steps(net.method, net.activation)
    if isinstance(net, AntisymmetricNet):
        weights = [{"K": net.K[k].tolist(), "b": net.b[k].tolist(), "h": net.h} for k in layers]
        return "antisymmetric", weights, {**_steps(net.method, net.activation), "gamma": net.gamma}
    if isinstance(net, HamiltonianNet):
        halves = ("momenta", "positions")
        weights = [
            {
                **{name: {"K": net.K[k, i].tolist(), "b": net.b[k, i].tolist()} for i, name in enumerate(halves)},
                "h": net.h,
            }
            for k in layers
        ]
        parts = splitting(net.method).parts if net.method in SPLITTINGS else ()
        return "hamiltonian", weights, {"sigma": net.activation, "parts": parts}
    if isinstance(net, PointClassifier):
        weights = [{"A": net.A[k].tolist(), "b": net.b[k].tolist(), "h": net.dt} for k in layers]
        return "residual", weights, _steps(net.scheme, net.activation)
    raise ConfigError(f"The browser has no layers for a {type(net).__name__}.")


def _steps(method: str, activation: str) -> dict[str, Any]:
    found = integrator(method)
    return {"sigma": activation, "tableau": {"a": found.a, "w": found.w}}


def portrait_data() -> dict[str, list[dict[str, Any]]]:
    """The systems and the methods of phase portraits as JSON, for `ui/browser/src/portraits`."""
    momenta, positions = NETWORK_WEIGHTS
    weights = {"K": [momenta[0], positions[0]], "b": [momenta[1], positions[1]]}
    systems = [
        {"name": s.name, "title": s.title, "q": s.q, "p": s.p, "weights": weights if s.name == "network" else None}
        for s in SYSTEMS.values()
    ]
    methods = []
    for name in PORTRAIT_METHODS:
        found = SPLITTINGS.get(name) or integrator(name)
        is_split = isinstance(found, Splitting)
        steps = {"parts": found.parts} if is_split else {"tableau": {"a": found.a, "w": found.w}}
        methods.append({"name": name, "title": found.title, "symplectic": is_split, **steps})
    return {"systems": systems, "methods": methods}
