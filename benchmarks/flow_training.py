"""How many steps of training does a ResNet of points take in a second? Run as `python -m benchmarks.flow_training`.

A step is the forward pass of all points through all layers, the logistic loss, the gradients and an update by Adam, on
one thread and in float32. Ours is what `structviz.training` does, which clips gradients and lowers the learning rate
besides. The peers have the same layers, weights and points: a loop over the layers that automatic differentiation
goes through, and torchdiffeq's Euler solver on the grid of the layers, differentiated the same way. Before anything is
timed, the gradients of all three are compared.
"""

import dataclasses
from collections.abc import Callable

import torch
import torchdiffeq
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks.timing import taking_turns
from structviz.nets import PointClassifier
from structviz.training import FLOW, TrainConfig
from structviz.training.descent import Descent, initial_network
from structviz.training.recipes import complete

CONFIG = complete(TrainConfig("flow", dataset="spiral2d", regularisation=0.0), FLOW)
"""1000 points, 40 layers of width 2."""

TARGET = 2.0

IN_A_ROW = 10
"""Steps that are timed together, as training takes them: the first one after other work finds cold caches."""

Network = Callable[[Tensor], Tensor]


def with_a_loop(net: PointClassifier) -> Network:
    """Layer after layer, as one would write it."""

    def forward(z: Tensor) -> Tensor:
        for A, b in zip(net.A, net.b, strict=True):
            z = z + net.dt * torch.tanh(torch.addmm(b, z, A.T))
        return z @ net.normal + net.offset

    return forward


def with_torchdiffeq(net: PointClassifier) -> Network:
    """A field whose weights change from layer to layer, and a solver that steps from seam to seam."""
    times = torch.linspace(0, net.time, net.n_layers + 1)

    def forward(z: Tensor) -> Tensor:
        A, b = net.A.unbind(), net.b.unbind()

        def field(t: Tensor, z: Tensor) -> Tensor:
            k = round(t.item() / net.dt)
            return torch.tanh(torch.addmm(b[k], z, A[k].T))

        frames = torchdiffeq.odeint(field, z, times, method="euler")
        if not isinstance(frames, Tensor):
            raise TypeError(f"a solver of points returns a tensor, got {type(frames).__name__}")
        return frames[-1] @ net.normal + net.offset

    return forward


def peer_step(net: PointClassifier, forward: Network, points: Tensor, labels: Tensor) -> Callable[[], None]:
    """One step of training without any of our code."""
    optimiser = torch.optim.Adam(net.parameters(), lr=CONFIG.learning_rate or 0.03)

    def step() -> None:
        optimiser.zero_grad()
        binary_cross_entropy_with_logits(forward(points), labels).backward()
        optimiser.step()

    return step


def gradients(net: PointClassifier, forward: Network, points: Tensor, labels: Tensor) -> Tensor:
    """All of them in one row."""
    loss = binary_cross_entropy_with_logits(forward(points), labels)
    return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(net.parameters()))])


def fresh() -> PointClassifier:
    """The network before training, the same each time."""
    net = initial_network(FLOW, CONFIG)
    if not isinstance(net, PointClassifier):
        raise TypeError(f"the recipe builds networks of points, got {type(net).__name__}")
    return net


def main() -> None:
    """Print one line for each way to train."""
    torch.set_num_threads(1)
    points, classes = next(FLOW.batches(CONFIG, torch.Generator()))
    labels = classes.float()
    makers = {"structviz": lambda net: net, "loop, autograd": with_a_loop, "torchdiffeq, autograd": with_torchdiffeq}
    found = {name: gradients(net := fresh(), make(net), points, labels) for name, make in makers.items()}
    ours = found["structviz"]
    difference = max(((other - ours).norm() / ours.norm()).item() for other in found.values())
    if difference > 1e-4:
        raise ArithmeticError(f"the ways to train must have the same gradients, got a difference of {difference:.1g}")

    # Long enough that the schedule does not end while it is timed.
    config = dataclasses.replace(CONFIG, steps=100_000)
    steps: dict[str, Callable[[], object]] = {"structviz": Descent(FLOW, config, fresh(), torch.device("cpu")).step}
    for name in list(makers)[1:]:
        net = fresh()
        steps[name] = peer_step(net, makers[name](net), points, labels)
    works = {name: lambda step=step: [step() for _ in range(IN_A_ROW)] for name, step in steps.items()}
    seconds = {name: spent / IN_A_ROW for name, spent in taking_turns(works, repetitions=100).items()}

    shape = fresh()
    print(f"{len(points)} points, {shape.n_layers} layers of width {shape.width}, {torch.get_num_threads()} thread;")
    print(f"gradients agree to {difference:.0e}. Target: a loop / structviz at least {TARGET:g}.\n")
    print(f"{'':24}{'step, ms':>10}{'steps / s':>11}{'/ structviz':>13}")
    for name, spent in seconds.items():
        print(f"{name:24}{1000 * spent:10.2f}{1 / spent:11.0f}{spent / seconds['structviz']:13.2f}")


if __name__ == "__main__":
    main()
