"""How fast do networks learn? Run as `python -m benchmarks.training_speed [--device cuda] [--seconds 2]`.

Ours is a step of `structviz.training`. The peer is the loop that one would write first: the same network, for the
equivariant arms the modules of escnn as they are, the same batches and loss, automatic differentiation, torch's Adam
as it comes, and contiguous memory. Ours clips gradients and lowers the learning rate besides. Before anything is timed,
the first losses of both are compared.

On CUDA two more tables follow: our step in other precisions and compiled, and how much of what the card can do the
ordinary arm gets out of it. Both peaks and steps are measured in the same run.
"""

import argparse
import contextlib
import dataclasses
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from structviz.config import TrainConfig
from structviz.nets import PointClassifier
from structviz.training import RECIPES, Recipe
from structviz.training.descent import Descent, initial_network, pick_device
from structviz.training.recipes import complete

IN_A_ROW = 0.05
"""Seconds of steps that are timed together: the first one after other work finds cold caches."""

TOLERANCE = 1e-4
"""Relative, of the first losses, which differ by round-off."""

VARIANTS: Mapping[str, dict[str, Any]] = {
    "float32": {},
    "TF32": {},
    "bfloat16": {"precision": "bfloat16"},
    "bfloat16, compiled": {"precision": "bfloat16", "compiled": True},
}
"""Ways to compute on a card, by the settings of the run; TF32 is a switch of torch."""

Step = Callable[[], Tensor]


def settings(recipe: Recipe, arm: str, **values: Any) -> TrainConfig:
    """The defaults of a recipe, but so many steps that the schedule does not end while it is timed."""
    return dataclasses.replace(complete(TrainConfig(recipe.name, arm), recipe), steps=1_000_000, **values)


def our_step(recipe: Recipe, config: TrainConfig, place: torch.device) -> Step:
    """A step of training with our code."""
    return Descent(recipe, config, initial_network(recipe, config), place).step


def peer_step(recipe: Recipe, config: TrainConfig, place: torch.device) -> Step:
    """A step of training without our loop."""
    net = initial_network(recipe, config).to(place).train()
    forward = layer_after_layer(net) if isinstance(net, PointClassifier) else net
    batches = recipe.batches(config, torch.Generator().manual_seed(config.seed))
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate or 1e-3)

    def step() -> Tensor:
        y, x = next(batches)
        optimiser.zero_grad()
        loss = recipe.loss(forward(y.to(place)), x.to(place)).mean() + recipe.regulariser(net, config)
        loss.backward()
        optimiser.step()
        return loss.detach()

    return step


def layer_after_layer(net: PointClassifier) -> Callable[[Tensor], Tensor]:
    """The network of points as a loop that automatic differentiation goes through."""

    def forward(z: Tensor) -> Tensor:
        for A, b in zip(net.A, net.b, strict=True):
            z = z + net.dt * torch.tanh(torch.addmm(b, z, A.T))
        return z @ net.normal + net.offset

    return forward


def synchronise(place: torch.device) -> None:
    """Wait for what a card still has to do; the CPU is never ahead."""
    if place.type == "cuda":
        torch.cuda.synchronize(place)


def block(step: Callable[[], object], n: int, place: torch.device) -> float:
    """Mean seconds of `n` calls in a row."""
    synchronise(place)
    started = time.perf_counter()
    for _ in range(n):
        step()
    synchronise(place)
    return (time.perf_counter() - started) / n


def in_turns(steps: Mapping[str, Callable[[], object]], seconds: float, place: torch.device) -> dict[str, list[float]]:
    """Seconds of a call of each, turn by turn, about `seconds` for each of them; a busy moment is shared by all."""
    counts: dict[str, int] = {}
    for name, step in steps.items():
        block(step, 3, place)
        counts[name] = max(1, round(IN_A_ROW / block(step, 3, place)))
    found: dict[str, list[float]] = {name: [] for name in steps}
    end = time.perf_counter() + seconds * len(steps)
    while time.perf_counter() < end or min(map(len, found.values())) < 3:
        for name, step in steps.items():
            found[name].append(block(step, counts[name], place))
    return found


@contextlib.contextmanager
def tf32(allowed: bool) -> Iterator[None]:
    """Whether products of float32 may be computed from fewer digits; as before afterwards."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def against_the_plain_loop(place: torch.device, seconds: float) -> None:
    """Print one line for each recipe and arm."""
    print(f"{'':20}{'step, ms':>10}{'steps / s':>11}{'examples / s':>14}{'plain loop, ms':>16}{'/ structviz':>13}")
    for recipe in RECIPES.values():
        for arm in recipe.arms:
            config = settings(recipe, arm)
            makers = {"ours": our_step, "peer": peer_step}
            steps = {name: make(recipe, config, place) for name, make in makers.items()}
            losses = {name: step().item() for name, step in steps.items()}
            if abs(losses["ours"] - losses["peer"]) > TOLERANCE * abs(losses["peer"]):
                raise ArithmeticError(f"both loops must begin with the same loss, got {losses} for {recipe.name}")
            turns = in_turns(steps, seconds, place)
            ours, peer = (statistics.median(turns[name]) for name in ("ours", "peer"))
            # Of each turn by itself, so that it does not matter how busy the machine is.
            ratio = statistics.median(b / a for a, b in zip(turns["ours"], turns["peer"], strict=True))
            examples = (config.batch_size or 1) / ours
            row = f"{1000 * ours:10.2f}{1 / ours:11.1f}{examples:14.0f}{1000 * peer:16.2f}{ratio:13.2f}"
            print(f"{recipe.name + ', ' + arm:20}{row}", flush=True)


def operations(recipe: Recipe, config: TrainConfig, place: torch.device) -> float:
    """Floating-point operations of one step, by torch's own count.

    Of images only convolutions count: torch takes the sparse matrix of the projector for a full one. They are counted
    as the definition has them; quicker algorithms, such as Winograd's, can bring the share of the peak above one.
    """
    step = our_step(recipe, config, place)
    step()
    with FlopCounterMode(display=False) as counter:
        step()
    counts = counter.get_flop_counts()["Global"]
    return sum(n for operation, n in counts.items() if recipe.name == "flow" or "convolution" in str(operation))


def peak(place: torch.device, dtype: torch.dtype, seconds: float) -> float:
    """Floating-point operations a second of a large product of matrices."""
    n = 8192 if place.type == "cuda" else 1024
    a, b = (torch.randn(n, n, device=place, dtype=dtype) for _ in range(2))
    return 2 * n**3 / statistics.median(in_turns({"product": lambda: a @ b}, seconds, place)["product"])


def variant_step(recipe: Recipe, config: TrainConfig, place: torch.device, name: str) -> Step:
    """Our step in one of the `VARIANTS`."""
    inner = our_step(recipe, dataclasses.replace(config, **VARIANTS[name]), place)

    def step() -> Tensor:
        with tf32(name == "TF32"):
            return inner()

    return step


def other_precisions(place: torch.device, seconds: float, names: Sequence[str] = tuple(VARIANTS)) -> None:
    """Print our step in each variant, and the share of the peak of its precision that the ordinary arm reaches."""
    peaks: dict[str, float] = {}
    for name in names:
        with tf32(name == "TF32"):
            peaks[name] = peak(place, torch.bfloat16 if "bfloat16" in name else torch.float32, seconds)
    print("\nMilliseconds of our step; in brackets its FLOP/s as a share of those of a large product of matrices.\n")
    print(f"{'':20}" + "".join(f"{name:>22}" for name in names))
    print(f"{'product, TFLOP/s':20}" + "".join(f"{peaks[name] / 1e12:22.2f}" for name in names))
    for recipe in RECIPES.values():
        for arm in recipe.arms:
            config, steps = settings(recipe, arm), dict[str, Step]()
            for name in names:
                try:
                    steps[name] = variant_step(recipe, config, place, name)
                    steps[name]()
                except (RuntimeError, TypeError, ValueError) as error:
                    # A way that a network does not know is a result too.
                    steps.pop(name, None)
                    print(f"{recipe.name}, {arm} cannot be trained in {name}: {str(error).splitlines()[0]}")
            turns = in_turns(steps, seconds, place) if steps else {}
            times = {name: statistics.median(spent) for name, spent in turns.items()}
            work = operations(recipe, config, place) if arm == "ordinary" else None
            print(
                f"{recipe.name + ', ' + arm:20}" + "".join(_cell(times.get(n), work, peaks[n]) for n in names),
                flush=True,
            )


def _cell(spent: float | None, work: float | None, peak: float) -> str:
    if spent is None:
        return f"{'–':>22}"
    share = "" if work is None else f" ({100 * work / spent / peak:.1f} %)"
    return f"{f'{1000 * spent:.2f}{share}':>22}"


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each loop")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    place = pick_device(arguments.device)
    print(f"{place}, {torch.get_num_threads()} thread; default settings of each recipe; medians.\n")
    against_the_plain_loop(place, arguments.seconds)
    if place.type == "cuda":
        other_precisions(place, arguments.seconds)


if __name__ == "__main__":
    main()
