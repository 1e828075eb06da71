"""What an attack costs, and how strong it is beside foolbox. Run as `python -m benchmarks.attacks`.

The network is the classifier of photographs that ships. A step of an attack is measured against a forward and a
backward pass of the network with nothing round it. The peer is foolbox 3.3 (`pip install foolbox==3.3.4`; without it,
its lines are left out): the same photographs, bounds, number and length of steps, and no random start. What counts of
an attack is the margin: by how much the logit of another class is ahead of that of the true one.
"""

import math
import resource

import torch
from torch import Tensor

from benchmarks.timing import taking_turns
from structviz import attacks, zoo
from structviz.attacks import Norm
from structviz.data import PHOTOGRAPHS, photograph

NAME = "robustness/efficientnet-lite0"
STEPS, ANGLES = 8, 72
BOUNDS: tuple[tuple[Norm, float], ...] = (("linf", 0.25 / 255), ("linf", 1 / 255), ("l2", 0.1), ("l2", 0.5))
TARGETS = {"step": 1.3, "ring": 3.0, "memory": 150.0}


def main() -> None:
    """Print the tables."""
    before = _peak()
    net = zoo.load(NAME)
    x = photograph("chelsea")
    labels = net(x).argmax(1)

    def bare() -> None:
        for _ in range(STEPS):
            image = x.clone().requires_grad_()
            torch.autograd.grad(net(image).sum(), image)

    def attack(norm: Norm) -> None:
        attacks.pgd(net, x, labels, 4 / 255, norm, STEPS)

    seconds = taking_turns({"bare": bare, "linf": lambda: attack("linf"), "l2": lambda: attack("l2")}, 5)
    print(f"{STEPS} forward and backward passes: {seconds['bare']:.2f} s")
    for norm in attacks.NORMS:
        ratio = seconds[norm] / seconds["bare"]
        print(f"{STEPS} steps of an attack, {norm}: {seconds[norm]:.2f} s, {ratio:.2f} times (≤ {TARGETS['step']})")
    angles = [2 * math.pi * k / ANGLES for k in range(ANGLES)]
    ring = taking_turns({"ring": lambda: attacks.turned(net, x, angles)}, 3)["ring"]
    print(f"the ring of {ANGLES} angles: {ring:.1f} s (≤ {TARGETS['ring']:g} s on two cores)")
    print(f"memory at most: +{_peak() - before:.0f} MB since the import (≤ {TARGETS['memory']:g} MB)")
    beside_foolbox(net)


def beside_foolbox(net: torch.nn.Module) -> None:
    """Compare margins and times with foolbox, if it is there."""
    try:
        import foolbox  # pyright: ignore[reportMissingImports]
    except ImportError:
        print("foolbox is not installed: its lines are left out.")
        return
    model = foolbox.PyTorchModel(net, bounds=(0, 1), device="cpu")
    kinds = {
        "linf": foolbox.attacks.LinfProjectedGradientDescentAttack,
        "l2": foolbox.attacks.L2ProjectedGradientDescentAttack,
    }
    photographs = {name: photograph(name) for name in PHOTOGRAPHS}
    for norm, eps in BOUNDS:
        attack = kinds[norm](steps=STEPS, rel_stepsize=2.5 / STEPS, random_start=False)
        print(f"{norm}, ε = {eps:.4f}: margins with foolbox and here, after {STEPS} steps")
        for name, x in photographs.items():
            labels = net(x).argmax(1)
            theirs: Tensor = attack(model, x, labels, epsilons=eps)[1]
            margin = attacks.margins(net(theirs), labels).item()
            ours = attacks.pgd(net, x, labels, eps, norm, STEPS).history[-1].item()
            size = attacks.sizes(theirs - x, norm).item()
            print(f"  {name:12s} {margin:8.3f} {ours:8.3f}   ({size / eps:.6f} of ε)")
    x = photographs["chelsea"]
    labels = net(x).argmax(1)
    peer = kinds["linf"](steps=STEPS, rel_stepsize=2.5 / STEPS, random_start=False)
    seconds = taking_turns(
        {
            "foolbox": lambda: peer(model, x, labels, epsilons=1 / 255),
            "here": lambda: attacks.pgd(net, x, labels, 1 / 255, "linf", STEPS),
        },
        3,
    )
    print(f"foolbox / here, {STEPS} steps: {seconds['foolbox'] / seconds['here']:.2f}")


def _peak() -> float:
    """Largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
