"""Numbers by which states and costates in the browser are checked: `python -m tests.steering_numbers` writes them."""

import json
from pathlib import Path
from typing import Any

import torch

from structviz.data import toy
from structviz.nets import PLAIN, ODENet, PointClassifier
from structviz.studies.control import pairing, steering
from structviz.ui.browser.layers import described_steering

__all__ = ["FILE", "steering_numbers"]

FILE = Path(__file__).parent / "js" / "steering" / "numbers.json"


def steering_numbers() -> list[dict[str, Any]]:
    """States, costates, sizes of gradients, the Hamiltonian and the pairing of networks of each kind."""
    points, labels = toy("spiral2d", 3, torch.Generator().manual_seed(0))
    found = []
    for kind, steps, activation in (
        (PointClassifier, "rk4", "tanh"),
        (PointClassifier, "heun", "softplus"),
        (PointClassifier, "kutta3", "relu"),
        (PointClassifier, "euler", "tanh"),
        (PointClassifier, PLAIN, "tanh"),
        (ODENet, "learned", "tanh"),
        (ODENet, "simplex", "tanh"),
        (ODENet, "none", "tanh"),
    ):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            net = kind(steps, 2, 3, time=2.0, activation=activation).double().requires_grad_(False)
            for parameter in net.parameters():
                parameter.normal_(std=0.8)
        seen = steering(net, points.double(), labels)
        A, b = (seen.found.gradients[name].flatten(1) for name in ("A", "b"))
        found.append(
            {
                "network": described_steering(net),
                "points": points.double().tolist(),
                "labels": labels.tolist(),
                "states": seen.found.states.tolist(),
                "costates": seen.found.costates.tolist(),
                "twin": seen.twin.costates.tolist(),
                "gradients": torch.cat([A, b], 1).norm(dim=1).tolist(),
                "hamiltonian": seen.found.hamiltonian.tolist(),
                "pairing": pairing(seen.found.costates, seen.tangents).tolist(),
            }
        )
    return found


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(steering_numbers()) + "\n", encoding="utf-8")
