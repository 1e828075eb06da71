"""What networks with an inverse do in Python, for the tests of the same layers in the browser.

`python -m tests.layer_numbers` writes the file anew.
"""

import json
from pathlib import Path
from typing import Any

import torch

from structviz.nets import PointClassifier
from structviz.studies.invertibility import KINDS, RoundTrip, least_squares_trip, random_network, round_trip
from structviz.ui.browser.layers import described_layers

__all__ = ["FILE", "layer_numbers"]

FILE = Path(__file__).parent / "js" / "layers" / "round_trips.json"

_POINTS = torch.tensor([[0.3, -0.7], [1.2, 0.4], [-0.5, -0.1]], dtype=torch.float64)


def layer_numbers() -> dict[str, Any]:
    """For each kind of layer: its numbers, log |det|, and where points are before each layer."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        net = random_network(kind, n_layers=3, seed=1)
        trips = {"float64": round_trip(net, _POINTS), "float32": round_trip(net.float(), _POINTS.float())}
        states = {name: {"there": trip.there.tolist(), "back": trip.back.tolist()} for name, trip in trips.items()}
        found[kind] = {"layers": described_layers(net.double()), "logDets": _log_dets(trips["float64"]), **states}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        resnet = PointClassifier("euler", 2, 3, 9.0).double().requires_grad_(False)
        resnet.A.normal_()
    trip = least_squares_trip(resnet, _POINTS)
    found["residual"] = {
        "layers": described_layers(resnet),
        "logDets": _log_dets(trip),
        "float64": {"there": trip.there.tolist(), "back": trip.back.tolist()},
    }
    return found


def _log_dets(trip: RoundTrip) -> list[float]:
    """Of all layers together, for each point."""
    return trip.log_dets[-1].tolist()


if __name__ == "__main__":
    FILE.write_text(json.dumps(layer_numbers(), separators=(",", ":")) + "\n", encoding="utf-8")
