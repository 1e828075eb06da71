"""The command line: train a network, measure one, rebuild all that ship.

Exit status: 0 when all went as asked, 1 when a run or a comparison failed, 2 when the request was wrong.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from structviz import __version__
from structviz.errors import StructVizError

__all__ = ["main"]

REPRODUCE = {"psnr": 0.1, "accuracy": 0.01}
"""`evaluate` fails when a figure of such a name differs from the card by more than this, in dB and as a share."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], tuple[int, dict[str, Any], str]] = options.run
    try:
        status, values, text = run(options)
    except StructVizError as error:
        if options.json:
            print(json.dumps({"error": str(error)}))
        print(f"structviz: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("structviz: interrupted", file=sys.stderr)
        return 1
    print(json.dumps(values, ensure_ascii=False) if options.json else text)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m structviz", description="Structure-preserving deep learning.")
    parser.add_argument("--version", action="version", version=f"structviz {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = _command(commands, "train", _train, "train one arm of a recipe and write weights with a card")
    train.add_argument("--recipe", default="stripes", help="stripes, images or flow (default: %(default)s)")
    train.add_argument("--arm", default="ordinary", help="ordinary, augmented or equivariant (default: %(default)s)")
    train.add_argument("--group", help="C4, C8, D4 or D8, for the equivariant arm")
    train.add_argument("--matching", default="channels", help="channels or parameters (default: %(default)s)")
    train.add_argument(
        "--dataset", help="which data set of flow (halfmoon2d, donut2d, …) or ct (new-photons, measured-once)"
    )
    train.add_argument("--n-train", type=int, help="number of training images or points")
    train.add_argument("--steps", type=int, help="steps of training")
    train.add_argument("--batch-size", type=int, help="images or points in each step")
    train.add_argument("--learning-rate", type=float, help="largest step size of Adam")
    train.add_argument("--regularisation", type=float, help="weight of the regulariser of the recipe flow")
    train.add_argument("--seed", type=int, default=0, help="decides data, noise and weights (default: %(default)s)")
    train.add_argument("--net", type=json.loads, metavar="JSON", help="shape of the network, as on a card")
    train.add_argument("--name", help="name of the network (default: the arm)")
    train.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: %(default)s)")
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for <recipe>/<name>.*")

    sweep = _command(commands, "sweep", _sweep, "train the arms of a recipe on training sets of many sizes")
    sweep.add_argument("--recipe", default="ct", help="a recipe with figures for single images (default: %(default)s)")
    sweep.add_argument(
        "--sizes", type=_whole_numbers, required=True, metavar="N,N,…", help="numbers of training images"
    )
    sweep.add_argument("--arms", type=_words, default=["ordinary", "augmented", "equivariant"], metavar="ARM,ARM,…")
    sweep.add_argument("--dataset", help="of the recipe ct: new-photons or measured-once")
    sweep.add_argument("--seeds", type=int, default=3, help="runs of each kind (default: %(default)s)")
    sweep.add_argument("--seed", type=int, default=0, help="seed of the first of them (default: %(default)s)")
    sweep.add_argument("--group", help="C4, C8, D4 or D8, for the equivariant arm")
    sweep.add_argument("--steps", type=int, help="steps of each training")
    sweep.add_argument("--batch-size", type=int, help="images in each step")
    sweep.add_argument("--learning-rate", type=float, help="largest step size of Adam, for all arms")
    sweep.add_argument("--net", type=json.loads, metavar="JSON", help="shape of the networks, as on a card")
    sweep.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: %(default)s)")
    sweep.add_argument("--out", type=Path, required=True, metavar="FILE", help="table (CSV); its runs are not repeated")

    evaluate = _command(commands, "evaluate", _evaluate, "measure networks again and compare with their cards")
    evaluate.add_argument("names", nargs="*", metavar="NAME", help="such as stripes/equivariant (default: all)")
    evaluate.add_argument("--folder", type=Path, help="where the networks lie (default: pretrained)")
    evaluate.add_argument("--baselines", action="store_true", help="measure TV and non-local means on images too")

    pretrain = _command(commands, "pretrain", _pretrain, "rebuild the networks that ship, and their table")
    pretrain.add_argument("--only", nargs="+", metavar="NAME", help="rebuild these alone")
    pretrain.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: %(default)s)")
    pretrain.add_argument("--out", type=Path, metavar="DIR", help="folder to write to (default: pretrained)")
    return parser


def _command(commands: Any, name: str, run: Callable[..., Any], text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=run)
    return command


def _train(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    from structviz import training

    config = training.TrainConfig(
        recipe=options.recipe,
        arm=options.arm,
        group=options.group,
        matching=options.matching,
        n_train=options.n_train,
        steps=options.steps,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        seed=options.seed,
        net=None if options.net is None else training.read_shape(options.net),
        dataset=options.dataset,
        regularisation=options.regularisation,
    )
    name = f"{config.recipe}/{options.name or config.arm}"
    values = _train_and_save(config, name, options.device, options.out)
    return int(values["outcome"] != "FINISHED"), values, _summary(values)


def _sweep(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    from structviz import training

    base = training.TrainConfig(
        recipe=options.recipe,
        group=options.group,
        steps=options.steps,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        seed=options.seed,
        net=None if options.net is None else training.read_shape(options.net),
        dataset=options.dataset,
    )
    recipe = training.recipe(options.recipe)
    with _Bar(f"sweep {recipe.name}") as bar:
        swept = training.sweep(
            recipe, options.sizes, options.arms, options.seeds, base, options.out, options.device, bar, _say_run
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
    print(
        f"{run.done}/{run.total} {config.arm} N={config.n_train} seed {config.seed}: "
        f"{run.outcome.name} ({run.seconds:.0f} s)",
        file=sys.stderr,
        flush=True,
    )


def _mean(arm: str, group: str, n_train: int | None, orientation: str, psnr: float, ssim: float, runs: int) -> str:
    name = f"{arm} {group}".strip()
    size = "" if n_train is None else f"N = {n_train}"
    return f"{name:16s} {size:10s} {orientation:10s} PSNR {psnr:6.2f} dB  SSIM {ssim:.3f}  ({runs} runs)"


def _whole_numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _pretrain(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    from structviz import training, zoo
    from structviz.errors import ConfigError

    wanted = options.only or list(training.SHIPPED)
    if unknown := set(wanted) - set(training.SHIPPED):
        raise ConfigError(
            f"These do not ship: {', '.join(sorted(unknown))}; choose from {', '.join(training.SHIPPED)}."
        )
    folder = options.out or zoo.PRETRAINED
    runs = [_train_and_save(training.SHIPPED[name], name, options.device, folder) for name in wanted]
    if scanned := [name for name in wanted if training.SHIPPED[name].recipe == training.CT.name]:
        training.save_ct_baselines(folder, training.ct_geometry(zoo.card(scanned[0], folder).config))
    if set(training.SHIPPED) <= set(zoo.names(folder)):
        (folder / "README.md").write_text(training.report(folder, training.measure_baselines()), encoding="utf-8")
    failed = any(values["outcome"] != "FINISHED" for values in runs)
    return int(failed), {"networks": runs}, "\n".join(_summary(values) for values in runs)


def _train_and_save(config: Any, name: str, device: str, folder: Path) -> dict[str, Any]:
    from structviz import training, zoo

    zoo.check_name(name)
    with _Bar(name) as bar:
        result = training.train(config, device, on_event=bar)
    command = training.command_line(config, name)
    described = training.save_result(result, name, folder, training.recipe(config.recipe).data, command)
    return {
        "name": name,
        "outcome": result.outcome.name,
        "message": result.outcome.value,
        "seconds": described.seconds,
        "device": described.device,
        "metrics": dict(result.metrics),
        "sha256": described.sha256,
        "folder": str(folder),
    }


def _evaluate(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    from structviz import training, zoo
    from structviz.errors import CheckpointError

    folder = options.folder or zoo.PRETRAINED
    names = options.names or zoo.names(folder)
    if not names:
        raise CheckpointError(f"There are no networks in {folder}; name the folder that holds <recipe>/<network>.*.")
    rows = [_measured(name, folder) for name in names]
    if options.baselines:
        rows += [
            {"name": f"images/{name}", "metrics": dict(figures), "as_on_card": True}
            for name, figures in training.measure_baselines().items()
        ]
    failed = [row["name"] for row in rows if not row["as_on_card"]]
    text = "\n".join(f"{row['name']}\n{_figures(row['metrics'])}" for row in rows)
    if failed:
        allowed = " or ".join(f"{most:g} in {kind}" for kind, most in REPRODUCE.items())
        text += f"\nNot as on the card, by more than {allowed}: {', '.join(failed)}"
    return int(bool(failed)), {"networks": rows}, text


def _measured(name: str, folder: Path) -> dict[str, Any]:
    from structviz import training, zoo

    promised = zoo.card(name, folder)
    measured = dict(training.recipe(promised.config.recipe).evaluate(zoo.load(name, folder=folder), promised.config))
    allowed = {key: most for key in measured for kind, most in REPRODUCE.items() if key.startswith(kind)}
    differences = {key: abs(measured[key] - promised.metrics.get(key, math.nan)) for key in allowed}
    return {
        "name": name,
        "metrics": measured,
        "differences": differences,
        "as_on_card": all(differences[key] <= most for key, most in allowed.items()),
    }


def _summary(values: dict[str, Any]) -> str:
    return f"{values['name']}: {values['message']} ({values['seconds']:g} s)\n{_figures(values['metrics'])}"


def _figures(metrics: dict[str, float]) -> str:
    return "\n".join(f"  {key:28s} {value:.4g}" for key, value in metrics.items())


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, name: str) -> None:
        from tqdm import tqdm

        self.bar = tqdm(desc=name, unit="step", disable=None, leave=False, dynamic_ncols=True)

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bar.close()

    def __call__(self, event: Any) -> None:
        from structviz.training import Progress

        if isinstance(event, Progress):
            self.bar.total = event.steps
            self.bar.update(event.step - self.bar.n)
            self.bar.set_postfix_str(f"loss {event.loss:.3g}, {event.examples_per_second:.0f} examples/s")
