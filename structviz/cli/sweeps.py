"""The commands for many runs and one table: sweeps, on this machine or on a cluster, and designs of a denoiser."""

import argparse
import contextlib
from collections.abc import Mapping
from typing import Any

from structviz.cli.progress import Bar, say
from structviz.cli.runs import config_of

__all__ = ["designs", "sweep"]


def sweep(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Train every arm with every size, rate, length and seed, and write the table."""
    from structviz import training

    base = config_of(options)
    recipe = training.recipe(options.recipe)
    with contextlib.ExitStack() as stack:
        bar = stack.enter_context(Bar(f"sweep {recipe.name}"))
        train_all = None
        if options.scheduler is not None:
            from structviz.jobs.sweeps import on_cluster

            train_all = stack.enter_context(on_cluster(options.scheduler))
        swept = training.sweep(
            recipe,
            options.sizes,
            options.arms,
            options.seeds,
            base,
            options.out,
            options.device,
            bar,
            _say_run,
            train_all=train_all,
            rates=options.rates,
            lengths=options.lengths,
        )
    means = training.summary(training.choose_by_validation(swept.rows) if options.choose else swept.rows)
    values = {
        "recipe": recipe.name,
        "file": str(options.out),
        "rows": len(swept.rows),
        "failed": [{**run.config.to_dict(), "outcome": run.outcome.name} for run in swept.failed],
        "means": means,
    }
    return int(bool(swept.failed)), values, "\n".join(map(_mean, means))


def designs(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Train and measure every design of a denoiser, and write the table."""
    from structviz.training.designs import measure_designs

    with Bar("designs") as bar:
        rows = measure_designs(
            options.out,
            steps=options.steps,
            seeds=options.seeds,
            device=options.device,
            on_event=bar,
            on_row=lambda row: say(_design(row)),
        )
    values = {"file": str(options.out), "rows": len(rows)}
    return 0, values, "\n".join(_design(row) for row in rows)


def _design(row: Any) -> str:
    kernel = f"{row.kernel_size}×{row.kernel_size}{' dilated' if row.dilated else ''}"
    return (
        f"{row.group:4s} {kernel:12s} {row.activation:5s} {row.padding:10s} stride {row.stride} seed {row.seed}: "
        f"worst error {row.worst:.4f}, PSNR {row.psnr:.2f} dB, time × {row.cost:.1f}"
    )


def _say_run(run: Any) -> None:
    config = run.config
    say(
        f"{run.done}/{run.total} {config.arm} N={config.n_train} {_settings(config.learning_rate, config.steps)}"
        f"seed {config.seed}: "
        f"{run.outcome.name} ({run.seconds:.0f} s)"
    )


def _settings(rate: float | None, steps: int | None) -> str:
    return "" if rate is None or steps is None else f"rate {rate:g} {steps} steps "


def _mean(values: Mapping[str, Any]) -> str:
    name = f"{values['arm']} {values['group']}".strip()
    size = "" if values["n_train"] is None else f"N = {values['n_train']}"
    text = (
        f"{name:24s} {size:10s} {_settings(values['rate'], values['steps'])}{values['orientation']:10s} "
        f"PSNR {values['psnr']:6.2f} dB  SSIM {values['ssim']:.3f}  ({values['runs']} runs)"
    )
    if values["runs"] > 1:
        text += f" from {values['psnr_low']:.2f} to {values['psnr_high']:.2f} dB"
    return text
