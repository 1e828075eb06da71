"""The command for sweeps: many runs, on this machine or on a cluster, and one table."""

import argparse
import contextlib
from typing import Any

from structviz.cli.progress import Bar, say
from structviz.cli.runs import config_of

__all__ = ["sweep"]


def sweep(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Train every arm with every size and seed, and write the table."""
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
        )
    means = training.summary(swept.rows)
    values = {
        "recipe": recipe.name,
        "file": str(options.out),
        "rows": len(swept.rows),
        "failed": [{**run.config.to_dict(), "outcome": run.outcome.name} for run in swept.failed],
        "means": means,
    }
    return int(bool(swept.failed)), values, "\n".join(_mean(**mean) for mean in means)


def _say_run(run: Any) -> None:
    config = run.config
    say(
        f"{run.done}/{run.total} {config.arm} N={config.n_train} seed {config.seed}: "
        f"{run.outcome.name} ({run.seconds:.0f} s)"
    )


def _mean(arm: str, group: str, n_train: int | None, orientation: str, psnr: float, ssim: float, runs: int) -> str:
    name = f"{arm} {group}".strip()
    size = "" if n_train is None else f"N = {n_train}"
    return f"{name:16s} {size:10s} {orientation:10s} PSNR {psnr:6.2f} dB  SSIM {ssim:.3f}  ({runs} runs)"
