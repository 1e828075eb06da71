"""Numbers of spheres and bodies, to check those in the browser: `python -m tests.manifold_numbers` writes them."""

import json
from pathlib import Path
from typing import Any

import torch

from structviz.nets import SphereFlow
from structviz.ode import RigidBody
from structviz.studies.manifolds import tumble
from structviz.studies.manifolds.sphere_steps import (
    FIELDS,
    METHODS,
    field_as_data,
    follow,
    method_as_data,
    spread_points,
)
from structviz.ui.pages.manifolds.body import method_data

__all__ = ["FILE", "numbers"]

FILE = Path(__file__).parent / "js" / "sphere" / "numbers.json"

_H, _LAYERS, _STEPS = 0.4, 4, 30
_LONG, _FEW = 1.3, 6
_MOMENTUM = (1.0, 0.8, -0.5)


def numbers() -> dict[str, Any]:
    """All numbers, as JSON holds them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        net = SphereFlow(width=3, n_layers=_LAYERS).double().requires_grad_(False)
    points = spread_points(3)
    fields = [(field_as_data(name), field) for name, field in FIELDS.items()] + [(field_as_data(net), net.velocity)]
    spheres = [
        {
            "field": described,
            "method": method_as_data(method),
            "states": follow(field, method, _H, _LAYERS, points).transpose(0, 1).tolist(),
        }
        for described, field in fields
        for method in METHODS
    ]
    body, momentum = RigidBody(), torch.tensor(_MOMENTUM, dtype=torch.float64)
    bodies = []
    for method in method_data():
        found = tumble(body, momentum, method["name"], _STEPS, _H)
        gram = found.attitudes.mT @ found.attitudes
        far = tumble(body, momentum, method["name"], _FEW, _LONG)
        bodies.append(
            {
                "method": method,
                "attitudes": found.attitudes[[1, _STEPS]].flatten(1).tolist(),
                "determinant": (found.determinants - 1).abs().max().item(),
                "energy": found.energy.abs().max().item(),
                "off": torch.linalg.matrix_norm(gram - torch.eye(3), ord=2).max().item(),
                "long": far.attitudes[_FEW].flatten().tolist(),
                "length": found.length.abs().max().item(),
            }
        )
    return {
        "h": _H,
        "layers": _LAYERS,
        "spheres": spheres,
        "steps": _STEPS,
        "long": {"h": _LONG, "steps": _FEW},
        "body": {"inertia": body.inertia, "momentum": _MOMENTUM},
        "bodies": bodies,
    }


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(numbers(), separators=(",", ":")) + "\n", encoding="utf-8")
