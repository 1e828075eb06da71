"""What networks with time steps do in Python, for the tests of the same networks in the browser.

`python -m tests.training_numbers` writes the file anew.
"""

import json
from pathlib import Path
from typing import Any

import torch

from structviz.nets import STEP_RULES, ODENet
from structviz.studies.control import control_outcome

__all__ = ["FILE", "training_numbers"]

FILE = Path(__file__).parent / "js" / "trainings" / "numbers.json"

_POINTS = torch.tensor([[0.3, -0.7], [1.2, 0.4], [-0.5, -0.1], [0.1, 0.9]], dtype=torch.float64)
_LABELS = torch.tensor([0, 1, 1, 0])


def training_numbers() -> dict[str, Any]:
    """For each kind of network: its weights, where it takes points, its loss, accuracy and time."""
    generator = torch.Generator().manual_seed(1)
    found: dict[str, Any] = {"points": _POINTS.tolist(), "labels": _LABELS.tolist()}
    for steps in STEP_RULES:
        with torch.random.fork_rng(devices=[]):
            net = ODENet(steps, n_layers=4).double().requires_grad_(False)
        for parameter in net.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
        net.project_weights()
        outcome = control_outcome(net, (_POINTS, _LABELS), (_POINTS, _LABELS), 0.0, 0.0)
        found[steps] = {
            "weights": {
                "A": net.A.flatten(1).tolist(),
                "b": net.b.tolist(),
                "h": net.time_steps.tolist(),
                "normal": net.normal.tolist(),
                "offset": net.offset.item(),
            },
            "states": net.trajectory(_POINTS).tolist(),
            "loss": outcome.loss_train,
            "accuracy": outcome.accuracy_train,
            "probability": torch.sigmoid(net(torch.tensor([[0.5, -0.5]], dtype=torch.float64))).item(),
            "off": outcome.off,
            "negative": outcome.negative,
        }
    return found


if __name__ == "__main__":
    FILE.write_text(json.dumps(training_numbers()) + "\n", encoding="utf-8")
