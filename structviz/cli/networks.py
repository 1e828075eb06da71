"""Commands for networks that are there: measure them, and rebuild those that ship."""

import argparse
import math
from pathlib import Path
from typing import Any

from structviz.cli.progress import Bar, say
from structviz.folders import CHECKOUT

__all__ = ["convert", "evaluate", "figures", "import_networks", "pretrain", "tune"]


def pretrain(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Train the networks that ship, and write the table of their figures."""
    from structviz import training, zoo
    from structviz.errors import ConfigError

    wanted = options.only or list(training.SHIPPED)
    if unknown := set(wanted) - set(training.SHIPPED):
        raise ConfigError(
            f"These do not ship: {', '.join(sorted(unknown))}; choose from {', '.join(training.SHIPPED)}."
        )
    if options.out is None and CHECKOUT is None:
        raise ConfigError("The networks of an installed package stay as they are. Name another folder with --out.")
    folder = options.out or zoo.PRETRAINED
    if "digits/nonexpansive" in wanted:  # its card tells how its temperature was chosen
        training.save_temperature_study(folder, say)
    runs = [_train_and_save(training.SHIPPED[name], name, options.device, folder) for name in wanted]
    if scanned := [name for name in wanted if training.SHIPPED[name].recipe == training.CT.name]:
        training.save_ct_baselines(folder, training.ct_geometry(zoo.card(scanned[0], folder).config))
    if any(training.SHIPPED[name].recipe == training.CONTROL.name for name in wanted):
        training.save_histories(folder, say)
        training.save_smoothness_study(folder, say)
    if any(training.SHIPPED[name].recipe == training.DIGITS.name for name in wanted):
        from structviz.studies.robustness import save_curves

        save_curves(folder)
        training.save_size_study(folder, say)
    if set(training.SHIPPED) <= set(zoo.names(folder)):
        page = training.report(folder, training.save_image_baselines(folder))
        (folder / "README.md").write_text(page, encoding="utf-8")
    failed = any(values["outcome"] != "FINISHED" for values in runs)
    texts = [f"{v['name']}: {v['message']} ({v['seconds']:g} s)\n{figures(v['metrics'])}" for v in runs]
    return int(failed), {"networks": runs}, "\n".join(texts)


def convert(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Convert the network that others have trained, and write it with its card."""
    from structviz import training, zoo
    from structviz.errors import ConfigError

    if options.out is None and CHECKOUT is None:
        raise ConfigError("The networks of an installed package stay as they are. Name another folder with --out.")
    card = training.convert(options.weights, options.out or zoo.PRETRAINED)
    return 0, {"name": card.name, "sha256": card.sha256}, f"{card.name}: {card.origin}"


def import_networks(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Add networks from elsewhere to those of this machine, with all that their cards claim checked."""
    from structviz.errors import CheckpointError
    from structviz.jobs import Store, import_archive, import_network

    store = Store(options.runs)
    rows: list[dict[str, Any]] = []
    for path in options.files:
        is_archive = path.suffix.lower() == ".zip"
        try:
            content = path.read_bytes()
            card = b"" if is_archive else path.with_suffix(".json").read_bytes()
        except OSError as error:
            raise CheckpointError(
                f"A network is a download (.zip), or weights (.safetensors) with the card (.json) beside them; "
                f"{error.filename} cannot be read: {error.strerror}. Name another file."
            ) from error
        runs = import_archive(store, content) if is_archive else (import_network(store, content, card),)
        rows += [{"run": run.id, "name": run.network_name, "folder": str(run.folder)} for run in runs]
    text = "\n".join(f"{row['name']} in {row['folder']}" for row in rows)
    return 0, {"networks": rows}, text


def tune(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Tune the reconstructions that learn nothing for several doses and numbers of views, and write their table."""
    from structviz import training, zoo
    from structviz.errors import ConfigError

    if options.out is None and CHECKOUT is None:
        raise ConfigError("The table of an installed package stays as it is. Name another folder with --out.")
    cells = training.save_tuned(options.out or zoo.PRETRAINED, lambda cell: say(_tuned(cell)))
    return 0, {"cells": cells}, f"{len(cells)} doses and numbers of views tuned"


def _tuned(cell: dict[str, Any]) -> str:
    dose = "no noise" if cell["n_photons"] is None else f"{cell['n_photons']:.0e} photons"
    fbp, tv = cell["fbp"], cell["tv"]
    return (
        f"{cell['n_views']} views, {dose}: FBP {fbp['filter']} {fbp['psnr']:.1f} dB, "
        f"total variation {tv['weight']:g} cm {tv['psnr']:.1f} dB"
    )


def _train_and_save(config: Any, name: str, device: str, folder: Path) -> dict[str, Any]:
    from structviz import training

    with Bar(name) as bar:
        result = training.train(config, device, on_event=bar)
    command = training.command_line(config, name)
    data = training.recipe(config.recipe).data_of(result.config)
    choice, seeds = training.how_chosen(name, result.config), training.seeds_in_sweep(result.config)
    described = training.save_result(result, name, folder, data, command, choice, seeds)
    return {
        "name": name,
        "outcome": result.outcome.name,
        "message": result.sentence,
        "seconds": described.seconds,
        "device": described.device,
        "metrics": dict(result.metrics),
        "sha256": described.sha256,
        "folder": str(folder),
    }


def evaluate(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Measure networks and compare with their cards."""
    from structviz import training, zoo
    from structviz.errors import CheckpointError

    folder = options.folder or zoo.PRETRAINED
    names = options.names or zoo.names(folder)
    if not names:
        raise CheckpointError(f"There are no networks in {folder}; name the folder that holds <recipe>/<network>.*.")
    rows = [_measured(name, folder) for name in names]
    if options.baselines:
        rows += [
            {"name": f"images/{name}", "metrics": dict(found), "as_on_card": True}
            for name, found in training.measure_baselines().items()
        ]
    failed = not all(row["as_on_card"] for row in rows)
    text = "\n".join(f"{row['name']}\n{figures(row['metrics'])}" for row in rows)
    if failed:
        text += "\nNot as on the card:"
        text += "".join(f"\n  {row['name']}: {'; '.join(row['deviations'])}" for row in rows if not row["as_on_card"])
    return int(failed), {"networks": rows}, text


def _measured(name: str, folder: Path) -> dict[str, Any]:
    from structviz import training, zoo

    promised = zoo.card(name, folder)
    net = zoo.load(name, folder=folder)
    if promised.origin:  # no recipe has trained it: what can be checked is what loading it has checked
        return {"name": name, "metrics": {}, "differences": {}, "deviations": [], "as_on_card": True}
    recipe = training.recipe(promised.config.recipe)
    measured = dict(recipe.evaluate(net, promised.config))
    allowed = {key: most for key in measured if (most := recipe.metric(key).tolerance) is not None}
    differences = {key: abs(measured[key] - promised.metrics.get(key, math.nan)) for key in allowed}
    deviations = [
        f"{key} differs by {differences[key]:.3g}, at most {most:g} is allowed"
        for key, most in allowed.items()
        if not differences[key] <= most
    ]
    return {
        "name": name,
        "metrics": measured,
        "differences": differences,
        "deviations": deviations,
        "as_on_card": not deviations,
    }


def figures(metrics: dict[str, float]) -> str:
    """Figures of a network, a line each."""
    return "\n".join(f"  {key:28s} {value:.4g}" for key, value in metrics.items())
