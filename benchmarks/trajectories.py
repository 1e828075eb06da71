"""How much does following a flow cost beyond its field? Run as `python -m benchmarks.trajectories`.

Points go through a ResNet of tanh layers, seen as a flow whose weights are constant on each step of the grid, without
gradients and in float32. The peer is torchdiffeq's fixed-grid solver, with the very same field, points and grid. Both
ask the field equally often; what the peer does besides is keeping times and steps as tensors, wrapping the
field (for tuples, perturbed times and callbacks), and interpolating to the times of output, which are those of
the grid. Its "rk4" is the 3/8 rule, as expensive in evaluations of the field as the classical method; a
line has the classical one, made from torchdiffeq's own step. The line "field alone" is what no solver can save.
"""

from collections.abc import Callable
from typing import Any

import torch
import torchdiffeq
from torch import Tensor
from torchdiffeq._impl.odeint import SOLVERS
from torchdiffeq._impl.rk_common import rk4_step_func
from torchdiffeq._impl.solvers import FixedGridODESolver

from benchmarks.timing import taking_turns
from structviz import ode

N_POINTS, N_LAYERS, DIM = 300, 40, 2
TIME = 5.0
"""A power of two of steps per unit of time, so that both solvers meet the same weights, though one rounds its times
to float32."""

PEERS = {"euler": ("euler",), "heun": ("heun2",), "rk4": ("rk4", "classical rk4")}
"""The names of our methods, and of their peers in torchdiffeq."""

TARGET = 2.0


class ClassicalRK4(FixedGridODESolver):
    """The step that torchdiffeq has but does not list among its solvers."""

    order = 4

    def _step_func(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, func: Callable, t0: Tensor, dt: Tensor, t1: Tensor, y0: Tensor
    ) -> tuple[Tensor, Tensor]:
        f0 = func(t0, y0)
        return rk4_step_func(func, t0, dt, t1, y0, f0=f0), f0


def residual_network(generator: torch.Generator) -> ode.Field:
    """A layer for each step: ż = tanh(A^k z + b^k)."""
    A = torch.randn(N_LAYERS, DIM, DIM, generator=generator).unbind()
    b = torch.randn(N_LAYERS, DIM, generator=generator).unbind()
    rate = N_LAYERS / TIME

    def field(t: float | Tensor, z: Tensor) -> Tensor:
        k = min(int(float(t) * rate), N_LAYERS - 1)
        return torch.tanh(torch.addmm(b[k], z, A[k]))

    return field


@torch.inference_mode()
def main() -> None:
    """Print one line for each method and each of its peers."""
    SOLVERS["classical rk4"] = ClassicalRK4
    generator = torch.Generator().manual_seed(0)
    field = residual_network(generator)
    x0 = torch.randn(N_POINTS, DIM, generator=generator)
    times = torch.linspace(0, TIME, N_LAYERS + 1)

    print(f"{N_POINTS} points in {DIM} dimensions, {N_LAYERS} layers, {torch.get_num_threads()} threads.")
    print(f"Target: torchdiffeq / structviz at least {TARGET:g}.\n")
    print(f"{'':26}{'time, ms':>10}{'ratio':>7}{'difference':>12}")
    for name, twins in PEERS.items():
        ours = ode.solve(field, name, x0, times)
        works: dict[str, Callable[[], Any]] = {f"structviz {name}": lambda name=name: ode.solve(field, name, x0, times)}
        works["  field alone"] = lambda name=name: field_alone(field, ode.integrator(name), x0, times)
        for twin in twins:
            works[f"torchdiffeq {twin}"] = lambda twin=twin: torchdiffeq.odeint(field, x0, times, method=twin)
        seconds = taking_turns(works, repetitions=100)
        for title, spent in seconds.items():
            ratio = spent / seconds[f"structviz {name}"]
            difference = ""
            if title.startswith("torchdiffeq"):
                difference = f"{(works[title]() - ours).abs().max():12.0e}"
            print(f"{title:26}{1000 * spent:10.2f}{ratio:7.2f}{difference}")


def field_alone(field: ode.Field, method: ode.Integrator, x0: Tensor, times: Tensor) -> Tensor:
    """As many evaluations of the field as the method needs, and nothing else."""
    velocity = x0
    for t in times[:-1].tolist():
        for _ in range(method.stages):
            velocity = field(t, x0)
    return velocity


if __name__ == "__main__":
    main()
