"""The scripts of the sections print what the sections say."""

import contextlib
import io

from structviz import zoo
from structviz.nets import RotationFlow
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.studies.manifolds import (
    FIELDS,
    OPTIMISERS,
    WEIGHTS,
    epidemic,
    fit_epidemic,
    moved_on_sphere,
    moved_rotations,
)
from structviz.ui.pages.manifolds.choice import SPINS, ManifoldsChoice
from structviz.ui.pages.manifolds.learned import learned_record
from structviz.ui.pages.manifolds.mass import mass_record
from structviz.ui.pages.manifolds.optimisers import find_optimisers, optimiser_record
from structviz.ui.pages.manifolds.rotated import rotation_record
from structviz.ui.pages.manifolds.scripts import (
    body_script,
    learned_script,
    mass_script,
    optimiser_script,
    rotation_script,
    stiefel_script,
)
from structviz.ui.pages.manifolds.stiefel import find_stiefel, stiefel_record


def printed(code: str) -> list[str]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "script.py", "exec"), {"__name__": "__main__"})
    return out.getvalue().splitlines()


def test_bodies_and_networks() -> None:
    choice = ManifoldsChoice(globe="belt", body_methods=("rkmk4", "euler"), body_h=0.5)
    lines = printed(body_script(choice, SPINS["any"].momentum, 20))
    assert [line.partition(":")[0] for line in lines] == ["rkmk4", "euler"]
    layers = ("exponential", "euler", "free")
    nets = [zoo.load(f"manifolds/{name}-belt") for name in layers]
    found = {
        n: moved_on_sphere(net, "belt")
        for n, net in zip(layers, nets, strict=True)
        if isinstance(net, SphereClassifier)
    }
    seen = learned_record(found)
    expected = [f"{n}: {seen.accuracy[n]} in the right class, up to {seen.off[n]} off the sphere" for n in layers]
    assert printed(learned_script(choice)) == expected


def test_weights_and_optimisers() -> None:
    choice = ManifoldsChoice(activation="max-min", gain=1.4, landscape="quadratic", pace=0.15)
    seen = stiefel_record("max-min", 1.4, find_stiefel("max-min", 1.4))
    lines = printed(stiefel_script(choice, 100, 16, 80))
    assert len(lines) == len(WEIGHTS)
    for kind, line in zip(WEIGHTS, lines, strict=True):
        expected = f"{kind}: off by {seen.off[kind]}, loss {seen.loss[kind]}, gradient at the first layer "
        assert line == f"{expected}{seen.arrived[kind]}"
    ways = optimiser_record("quadratic", 0.15, 1.0, find_optimisers("quadratic", 0.15, 1.0)).values
    expected = [f"{name} {ways[name] if ways[name].is_finite else 'diverged'}" for name in OPTIMISERS]
    assert printed(optimiser_script(choice, 500)) == expected


def test_an_epidemic() -> None:
    choice = ManifoldsChoice(days=20, noise=0.01, counts=3)
    seen = epidemic(20, 0.01, 3)
    record = mass_record(20, 0.01, seen, {kind: fit_epidemic(seen, kind) for kind in FIELDS})
    expected = [f"{k}: forecast off by {record.forecast[k]}, population by {record.drift[k]}" for k in FIELDS]
    assert printed(mass_script(choice)) == expected


def test_networks_of_rotations() -> None:
    found = {}
    for name in ("lie-euler", "free"):
        net = zoo.load(f"manifolds/{name}-tumbling")
        assert isinstance(net, RotationFlow)
        found[name] = moved_rotations(net)
    seen = rotation_record(found)
    expected = [f"{n}: {float(seen.angle[n])} degrees on average, up to {seen.off[n]} off the rotations" for n in found]
    assert printed(rotation_script()) == expected
