"""Numbers by which films in the browser are checked: `python -m tests.flow_numbers` writes them.

Every shipped flow network with every integrator, and networks of the other nonlinearities; each with some T, factor of
the weights, steps and noise. The film is that of `structviz.studies.flow`.
"""

import json
from contextlib import ExitStack
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from structviz import zoo
from structviz.data import TOY_SETS, DrawnPoints, held_out, toy
from structviz.displayed import percent
from structviz.figures.flow.live import network_head, tableaux
from structviz.nets import ACTIVATIONS, PLAIN, PointClassifier
from structviz.ode import INTEGRATORS
from structviz.studies.flow import FlowNetwork, FlowPanel, MeasuredFilm, measured_films, panels_for

__all__ = ["FILE", "flow_numbers"]

film_module = import_module("structviz.studies.flow.film")

FILE = Path(__file__).parent / "js" / "player" / "numbers.json"

_POINTS, _NOISE = 8, 1.3
_STATES: tuple[dict[str, Any], ...] = (
    {"n_steps": 40, "horizon": 1.0, "scale": 1.0, "interpolation": "constant"},
    {"n_steps": 8, "horizon": 1.0, "scale": 1.25, "interpolation": "constant"},
    {"n_steps": 20, "horizon": 2.0, "scale": 1.0, "interpolation": "linear"},
    {"n_steps": 5, "horizon": 0.75, "scale": 1.5, "interpolation": "constant"},
    {"n_steps": 80, "horizon": 1.0, "scale": 0.6, "interpolation": "linear"},
    {"n_steps": 160, "horizon": 1.5, "scale": 1.0, "interpolation": "constant"},
    {"n_steps": 40, "horizon": 0.5, "scale": 2.0, "interpolation": "constant"},
)
_COMPARISONS = {"resnet": ("one", 0), "plain": ("plain", 0), "rk4": ("trained", 1), "wide": ("width", 1)}


def flow_numbers(stride: int = 1) -> dict[str, Any]:
    """All numbers, as JSON holds them; or those of one case in so many, since all of them take minutes in a test."""
    states, films = cycle(_STATES), []
    for name in sorted(name for name in zoo.names() if name.startswith("flow/")):
        kind, _, dataset = name.removeprefix("flow/").partition("-")
        compare, place = _COMPARISONS[kind]
        for method in INTEGRATORS if kind != PLAIN else ("euler",):
            state = next(states)
            panels = panels_for(dataset, compare, method=method, n_points=_POINTS, noise=_NOISE, **state)
            films.append(({"name": name}, panels[place], method, state, dataset))
    for panel, method, state in _random_panels(states):
        net = panel.network.as_trained
        weights = {name: getattr(net, name).flatten().tolist() for name in ("A", "b", "normal")}
        films.append(({"weights": {**weights, "offset": net.offset.item()}}, panel, method, state, "own"))
    points = {name: _points(held_out(name, _POINTS, 0)) for name in TOY_SETS}
    own, labels = toy("xor", _POINTS)
    points["own"] = {"places": own.flatten().tolist(), "shifts": [], "labels": labels.tolist()}
    cases = [{**head, **_case(*rest)} for head, *rest in films[::stride]]
    return {"integrators": tableaux(), "noise": _NOISE, "points": points, "cases": cases}


def _points(drawn: DrawnPoints) -> dict[str, Any]:
    return {name: getattr(drawn, name).flatten().tolist() for name in ("places", "shifts", "labels")}


def _random_panels(states: Any) -> list[tuple[FlowPanel, str, dict[str, Any]]]:
    """Films of networks of all nonlinearities, in the plane and in space, that keep their layers or not."""
    points, labels = toy("xor", _POINTS)
    found = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for k, sigma in enumerate(ACTIVATIONS):
            for scheme in (PLAIN, *INTEGRATORS):
                state = next(states)
                net = PointClassifier(scheme, 2 + k % 2, 7, 2.0, sigma).requires_grad_(False)
                net.A.normal_(std=0.9)
                net.b.normal_(std=0.5)
                method = "euler" if sigma == "softplus" else "heun"
                panels = panels_for(
                    (points, labels), "steps", method=method, networks=[FlowNetwork(net, "", "Yours")], **state
                )
                found += [(panel, method, state) for panel in panels]
    return found


def _case(panel: FlowPanel, method: str, state: dict[str, Any], points: str) -> dict[str, Any]:
    """What the browser is given, and what it should find."""
    with ExitStack() as stack:
        if method != "euler":  # millions of pixels
            stack.enter_context(patch.object(film_module, "_decisions", _undecided))
        (shown,) = measured_films([panel])
    return {
        **network_head(panel),
        "points": points,
        "state": {
            "steps": state["n_steps"],
            "integrator": method,
            "interpolation": state["interpolation"],
            "horizon": state["horizon"],
            "scale": state["scale"],
        },
        "found": _found(shown),
    }


def _undecided(_net: Any, _motion: Any, shown: list[int], _half_width: float) -> torch.Tensor:
    return torch.zeros(len(shown), 0, 0)


def _found(shown: MeasuredFilm) -> dict[str, Any]:
    film = shown.film
    middle = len(film.times) // 2
    found = {
        "title": shown.panel.title,
        "caption": f"{percent(shown.accuracy)} of the points classified correctly",
        "layers": shown.n_layers,
        "frames": len(film.times),
        "time": film.times[-1].item(),
        "window": film.half_width,
        "middle": film.positions[middle].flatten().tolist(),
        "last": film.positions[-1].flatten().tolist(),
        "node": film.mesh[middle, 3, 20].tolist(),
        "folds": film.folded.flatten(1).sum(1)[[middle, -1]].tolist(),
        "arrow": film.arrows[middle, 100].tolist() if len(film.anchors) else [],
        "decisions": film.decisions[middle, 4::13, 5::13].flatten().tolist() if film.decisions.numel() else [],
    }
    return {name: _rounded(value) for name, value in found.items()}


def _rounded(value: Any) -> Any:
    """Seven digits: more than is compared."""
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


if __name__ == "__main__":
    FILE.write_text(json.dumps(flow_numbers(), allow_nan=True) + "\n", encoding="utf-8")
