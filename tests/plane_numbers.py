"""Numbers by which the layers in the browser are checked: `python -m tests.plane_numbers` writes them.

Weights of one layer of each kind, points, and where Python takes them; orbits of the systems of the phase portraits.
"""

import json
from pathlib import Path
from typing import Any

import torch

from structviz.nets import FLOW_METHODS, AntisymmetricNet, GradientFlow, HamiltonianNet
from structviz.nets.points import PointClassifier
from structviz.ode import INTEGRATORS, SPLITTINGS
from structviz.studies.stability import PORTRAIT_METHODS, SYSTEMS, as_data, phase_portrait, portrait_data

__all__ = ["FILE", "numbers"]

FILE = Path(__file__).parent / "js" / "layers" / "numbers.json"

_STEPS, _H = 40, 0.1


def numbers() -> dict[str, Any]:
    """All numbers, as JSON holds them."""
    explicit = [name for name, method in INTEGRATORS.items() if method.explicit]
    torch.manual_seed(0)
    nets = [
        *(GradientFlow(3, 4, 3, share=0.7, method=method) for method in FLOW_METHODS),
        GradientFlow(2, 2, 2, activation="softplus"),
        GradientFlow(2, 2, 2, activation="leaky-relu"),
        GradientFlow(2, 2, 2, activation="relu"),
        *(AntisymmetricNet(3, 2, gamma=0.3, method=method) for method in explicit),
        *(HamiltonianNet(4, 3, 2, method=method) for method in (*SPLITTINGS, "euler")),
        PointClassifier("rk4", n_layers=2, time=1.0),
    ]
    layers = []
    for net in nets:
        net = net.double().requires_grad_(False)
        dim = net.width if isinstance(net, PointClassifier) else net.dim
        x = torch.randn(3, dim, dtype=torch.float64)
        data = as_data(net)
        layers.append({"network": data, "points": x.tolist(), "states": net.trajectory(x).tolist()})
    portraits = []
    for system in SYSTEMS:
        for method in PORTRAIT_METHODS:
            found = phase_portrait(system, method, _H, _STEPS)
            orbit = torch.cat([found.q, found.p], 1).tolist()
            portraits.append(
                {"system": system, "method": method, "orbit": orbit, "errors": found.energy_errors.tolist()}
            )
    return {"layers": layers, "portraits": portraits, "h": _H, "data": portrait_data()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(numbers()) + "\n", encoding="utf-8")
