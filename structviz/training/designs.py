"""Trains and measures the designs of a denoiser: what breaks equivariance between quarter turns."""

import dataclasses
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from structviz.config import DenoiserShape, TrainConfig
from structviz.errors import ConfigError
from structviz.files import atomic_write
from structviz.nets import ConvDenoiser
from structviz.nets.finer import FINER
from structviz.nets.groups import group
from structviz.nets.strided import Strided
from structviz.seeding import seeded
from structviz.studies.designs import DESIGNS, TODAY, Design, DesignRow, read_designs, write_designs
from structviz.studies.turning_errors import (
    ANGLES,
    SIZE,
    interpolation_shares,
    layer_error,
    psnr_over_angles,
    turning_errors,
)
from structviz.training.denoising import build_denoiser, check_denoiser, export_denoiser
from structviz.training.events import Event, Outcome
from structviz.training.images import IMAGES_RECIPE, validation_patches
from structviz.training.loop import fit
from structviz.training.recipes import Recipe, complete
from structviz.training.versions import versions

__all__ = ["design_config", "design_recipe", "measure_designs"]

RATES = (0.01, 0.03)
"""Learning rates, of which each design has the one that is best by validation."""

HIDDEN, OUTPUT = 0.2, 0.03
"""Spread of what each hidden layer and the last one give at first, whatever the design."""

_REPEATS = 25
"""Timings of which the shortest counts."""


def design_config(design: Design, steps: int = 500, seed: int = 0, rate: float = RATES[0]) -> TrainConfig:
    """Settings of the training of a design, the same for all but the network.

    Parameters
    ----------
    design
        What is built.
    steps, seed, rate
        Of the training.

    Returns
    -------
    TrainConfig
        With no setting left open.
    """
    # A nonlinearity on a finer grid and a continuous group are no part of a configuration; `design_recipe` builds them.
    activation = design.activation.removesuffix("-fine")
    net = DenoiserShape(32, design.dilations, design.kernel_size, residual=True, activation=activation)
    shared = {"steps": steps, "seed": seed, "precision": "bfloat16", "learning_rate": rate}
    config = TrainConfig("images", "equivariant", design.finite_group, net=net, **shared)
    return complete(config, IMAGES_RECIPE)


def design_recipe(design: Design) -> Recipe:
    """The recipe `images` with networks of a design; they are measured elsewhere."""

    def build(config: TrainConfig) -> nn.Module:
        net = _finer(build_denoiser(config) if design.band is None else _continuous(config, design), design)
        _even_out(net)
        return _altered(net, design)

    def export(net: nn.Module) -> nn.Module:
        inner = net.net if isinstance(net, Strided) else net
        return _altered(export_denoiser(inner), design).eval()

    return dataclasses.replace(IMAGES_RECIPE, build=build, export=export, evaluate=lambda _net, _config: {})


def measure_designs(
    path: Path,
    designs: Sequence[Design] = DESIGNS,
    steps: int = 500,
    seeds: int = 1,
    device: str = "auto",
    on_event: Callable[[Event], None] | None = None,
    on_row: Callable[[DesignRow], None] | None = None,
) -> tuple[DesignRow, ...]:
    """Train each design alike, measure it before and after, and write the table after each.

    Parameters
    ----------
    path
        The table (CSV); its rows are not measured again. The settings lie beside it in a JSON file.
    designs
        What to build.
    steps
        Length of each training.
    seeds
        Runs of each design.
    device, on_event
        As for `structviz.training.train`.
    on_row
        Called after each run.

    Returns
    -------
    tuple of DesignRow
        All rows of the table.

    Raises
    ------
    ConfigError
        If the table was measured with other settings, or a training does not finish.
    """
    rows = list(_resume(path, steps))
    known = {(row.design, row.seed) for row in rows}
    for seed in range(seeds):
        for design in designs:
            if (design, seed) in known:
                continue
            rows.append(_measure(design, steps, seed, device, on_event))
            write_designs(rows, path)
            if on_row is not None:
                on_row(rows[-1])
    return tuple(rows)


def _measure(design: Design, steps: int, seed: int, device: str, on_event: Callable[[Event], None] | None) -> DesignRow:
    config, recipe = design_config(design, steps, seed), design_recipe(design)
    with seeded(seed):
        fresh = recipe.export(recipe.build(config))
    before = turning_errors(lambda y: y - fresh(y), mean=False)
    runs = [fit(recipe, design_config(design, steps, seed, rate), device, on_event) for rate in RATES]
    validate = IMAGES_RECIPE.validate
    finished = [run for run in runs if run.outcome is Outcome.FINISHED]
    if not finished or validate is None:
        raise ConfigError(f"No training of {design} ended; {[run.outcome.name for run in runs]}. Choose lower rates.")
    scores = [validate(run.net, run.config) for run in finished]
    result = finished[scores.index(max(scores))]
    net = result.net.cpu()
    plain = net.net if isinstance(net, Strided) else net
    if not isinstance(plain, ConvDenoiser):
        raise ConfigError(f"Designs are those of a ConvDenoiser; got {type(plain).__name__}.")
    after, decibels = turning_errors(net), psnr_over_angles(net)
    named = {f"{angle:g}".replace(".", "_"): angle for angle in ANGLES}
    figures: dict[str, Any] = {
        **dataclasses.asdict(design),
        **{f"untrained_{name}": before[angle] for name, angle in named.items()},
        **{f"error_{name}": after[angle] for name, angle in named.items()},
    }
    return DesignRow(
        **figures,
        seed=seed,
        rate=result.config.learning_rate or 0.0,
        validation=max(scores),
        parameters=result.n_parameters,
        layer_error=layer_error(plain, design.finite_group),
        psnr=decibels.mean().item(),
        psnr_least=decibels.min().item(),
        psnr_most=decibels.max().item(),
        cost=_cost(net),
    )


def _continuous(config: TrainConfig, design: Design) -> nn.Module:
    from structviz.nets.equivariant import EquivariantDenoiser

    shape = check_denoiser(config)
    return EquivariantDenoiser(
        design.finite_group,
        shape.width // group(design.finite_group).order,
        shape.dilations,
        shape.kernel_size,
        shape.residual,
        shape.activation,
        band=design.band,
    )


def _finer(net: Any, design: Design) -> nn.Module:
    """The network with its nonlinearity on a finer grid, if its design has one, which no shipped network has."""
    if design.activation in FINER:
        net.nonlinearity = FINER[design.activation]
    return net


@torch.no_grad()
def _even_out(net: nn.Module) -> None:
    """Scale each layer so that its output has the same spread in all designs: none starts ahead by its kernels."""
    z = validation_patches()[0][:8]
    layers = list(net.layers)  # pyright: ignore[reportArgumentType]
    for k, layer in enumerate(layers):
        spread = layer(z).std(dim=(0, 2, 3)).mean()
        layer.conv.weights.mul_((HIDDEN if k < len(layers) - 1 else OUTPUT) / spread)
        z = net.nonlinearity(layer(z))  # pyright: ignore[reportCallIssue]


def _cost(net: nn.Module) -> float:
    """Time per image as a multiple of today's network, both measured in turn; the shortest time of each counts."""
    reference = ConvDenoiser(32, TODAY.dilations, 3, residual=True).eval()
    y = torch.full((1, 1, SIZE, SIZE), 0.5)
    times: dict[nn.Module, list[float]] = {net: [], reference: []}
    with torch.no_grad():
        for _ in range(_REPEATS):
            for each, seconds in times.items():
                start = time.perf_counter()
                each(y)
                seconds.append(time.perf_counter() - start)
    return min(times[net]) / min(times[reference])


def _altered(net: nn.Module, design: Design) -> nn.Module:
    """The network with the padding and the stride of a design, which the shipped networks never have."""
    for module in net.modules():
        if hasattr(module, "padding_mode"):
            setattr(module, "padding_mode", design.padding)  # noqa: B010
    return Strided(net) if design.stride == 2 else net


def _resume(path: Path, steps: int) -> tuple[DesignRow, ...]:
    """The rows that are there already; the settings beside them are written anew."""
    settings = {
        "command": f"structviz designs --steps {steps} --out FILE",
        "config": {
            **design_config(TODAY, steps).to_dict(),
            **dict.fromkeys(("net", "group", "learning_rate"), "of the design"),
        },
        "rates": list(RATES),
        "interpolation": {f"{angle:g}": round(share, 5) for angle, share in interpolation_shares().items()},
        "versions": versions(),
    }
    beside = path.with_suffix(".json")
    if path.exists():
        before = json.loads(beside.read_text(encoding="utf-8"))
        if _settled(before["config"]) != _settled(settings["config"]):
            raise ConfigError(f"{path.name} was measured with other settings; see {beside.name}. Name another file.")
    atomic_write(beside, json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
    return read_designs(path) if path.exists() else ()


def _settled(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without those that are left open: a table may be older than some of them."""
    return {name: value for name, value in json.loads(json.dumps(config)).items() if value is not None}
