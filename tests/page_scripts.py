"""The scripts that pages offer, with what the pages show beside them.

`python -m tests.page_scripts FOLDER` writes each script, of every page and of every preset, with the files that it
needs and with what it should print, for `tests.run_scripts`. Trainings are short: a few steps each.
"""

import dataclasses
import io
import logging
import math
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["PageScript", "page_scripts", "write_scripts"]

_TRAINING = {"n_train": 4, "steps": 3}
"""What replaces the settings of a training."""


@dataclass(frozen=True)
class PageScript:
    """A script that a page offers.

    Attributes
    ----------
    name
        Of the page and of the preset.
    code
        The file.
    expected
        What the page shows, as the script prints it.
    beside
        Files that it needs, by name.
    """

    name: str
    code: bytes
    expected: Callable[[], str]
    beside: dict[str, bytes] = field(default_factory=dict)


def page_scripts(every_preset: bool = True) -> Iterator[PageScript]:
    """The scripts of all pages with their defaults, and with networks of this machine (see `STRUCTVIZ_RUNS`).

    Parameters
    ----------
    every_preset
        Whether those of all presets come too.
    """
    for scripts in (
        _rotation,
        _ct,
        _flow,
        _notation,
        _invertibility,
        _stability,
        _control,
        _manifolds,
        _robustness,
        _train,
        _runs,
    ):
        yield from scripts(every_preset)


def write_scripts(scripts: Iterable[PageScript], folder: Path) -> None:
    """Write each script to a folder of its own, with what it needs and what it should print."""
    for script in scripts:
        place = folder / re.sub(r"\W+", "_", script.name).strip("_").lower()
        place.mkdir(parents=True)
        (place / "script.py").write_bytes(script.code)
        (place / "expected.txt").write_text(script.expected(), encoding="utf-8")
        for name, content in script.beside.items():
            (place / name).write_bytes(content)


def _variants(presets: Any, default: Any, every_preset: bool) -> dict[str, Any]:
    return {"default": default, **(presets if every_preset else {})}


def _files(items: Iterable[Any], record: Any) -> tuple[bytes, dict[str, bytes]]:
    """The script as a button gives it, and the archive beside it, if there is one."""
    from structviz.provenance import stamp

    made = {item.file_name: item for item in items if item.file_name.endswith((".py", ".zip"))}
    code = next(stamp(item.make(), name, record) for name, item in made.items() if name.endswith(".py"))
    return code, {name: stamp(item.make(), name, record) for name, item in made.items() if name.endswith(".zip")}


def _own(recipe: str) -> tuple[Any, ...]:
    """One network of this machine."""
    from structviz.jobs import default_folder
    from structviz.ui.kit.networks import listed
    from tests.app.local_runs import make_run

    run = make_run(default_folder(), recipe)
    return tuple(network for network in listed(recipe) if network.id == run.id)


def _rotation(every_preset: bool) -> Iterator[PageScript]:
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.rotation.choice import RotationChoice
    from structviz.ui.pages.rotation.exports import digests, items
    from structviz.ui.pages.rotation.options import STRIPES
    from structviz.ui.pages.rotation.presets import PRESETS
    from structviz.ui.pages.rotation.results import comparison_of

    variants = _variants(PRESETS, RotationChoice(angle=30), every_preset)
    variants["own network"] = RotationChoice(STRIPES, angle=90, noise_turns=True, local=_own("stripes"))
    for name, choice in variants.items():
        found = comparison_of(choice)
        code, beside = _files(items(choice, found, ""), record_of_choice(choice, digests(choice)))
        yield PageScript(f"rotation {name}", code, found.to_csv, beside)


def _ct(every_preset: bool) -> Iterator[PageScript]:
    from structviz.displayed import decibels
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.ct.choice import ScanChoice
    from structviz.ui.pages.ct.exports import digests, items
    from structviz.ui.pages.ct.presets import PRESETS
    from structviz.ui.pages.ct.results import results

    variants = _variants(PRESETS, ScanChoice(), every_preset)
    small = ScanChoice(size=64, views=20, photons=math.inf, methods=("fbp", "tv"), local=_own("ct"))
    for name, choice in {**variants, "own network": small}.items():
        found = results(choice)
        lines = [f"{key}: {decibels(one.psnr[-1])}, SSIM {one.ssim[-1]:.3f}\n" for key, one in found.methods.items()]
        code, beside = _files(items(choice, found), record_of_choice(choice, digests(choice)))
        yield PageScript(f"ct {name}", code, "".join(lines).__str__, beside)


def _flow(every_preset: bool) -> Iterator[PageScript]:
    from structviz.studies.flow import measured_films
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.flow.choice import FlowChoice
    from structviz.ui.pages.flow.exports import digests, export_items
    from structviz.ui.pages.flow.panels import panels_of
    from structviz.ui.pages.flow.presets import PRESETS
    from structviz.ui.pages.flow.record import film_record

    own = _own("flow")
    variants = _variants(PRESETS, FlowChoice(), every_preset)
    variants["own network"] = FlowChoice("halfmoon2d", "one", seed=3, local=own)
    variants["own network in other steps"] = FlowChoice("halfmoon2d", "steps", steps=8, local=own)
    for name, choice in variants.items():
        films = measured_films(panels_of(choice))
        lines = [f"{one.title}: {one.right} of the points classified correctly\n" for one in map(film_record, films)]
        record = record_of_choice(choice, digests(films, choice.local))
        code, beside = _files(export_items(choice, films, None), record)
        yield PageScript(f"flow {name}", code, "".join(lines).__str__, beside)


def _notation(every_preset: bool) -> Iterator[PageScript]:
    from structviz.provenance import stamp
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.notation.choice import PRESETS, NotationChoice
    from structviz.ui.pages.notation.sections import script
    from structviz.ui.pages.notation.sentences import record_of

    for name, choice in _variants(PRESETS, NotationChoice(), every_preset).items():
        code = stamp(script(choice), "notation.py", record_of_choice(choice, {}))
        shown = record_of(choice)
        lines = (
            f"{shown.accuracy} of the points arrive closer to the ring of their own colour\n"
            f"loss {shown.loss} with the regulariser {shown.total}\n"
        )
        yield PageScript(f"notation {name}", code, lines.__str__)


def _invertibility(every_preset: bool) -> Iterator[PageScript]:
    from structviz.provenance import stamp
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.invertibility.choice import InvertibilityChoice
    from structviz.ui.pages.invertibility.exports import script
    from structviz.ui.pages.invertibility.presets import PRESETS
    from structviz.ui.pages.invertibility.record import digests, measured, record_of

    for name, choice in _variants(PRESETS, InvertibilityChoice(), every_preset).items():
        code = stamp(script(choice), "round_trip.py", record_of_choice(choice, digests(choice)))
        seen = record_of(choice, measured(choice))
        lines = (
            f"inverse error {seen.error}\nerror of the search of the ResNet {seen.twin_error}\n"
            f"{seen.twin_folded} of the points turned over\n"
        )
        yield PageScript(f"invertibility {name}", code, lines.__str__)


def _stability(every_preset: bool) -> Iterator[PageScript]:
    from structviz.provenance import stamp
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.stability.choice import StabilityChoice
    from structviz.ui.pages.stability.exports import digests, script
    from structviz.ui.pages.stability.pairs import pair_studies
    from structviz.ui.pages.stability.presets import PRESETS
    from structviz.ui.pages.stability.sentences import record_of

    for name, choice in _variants(PRESETS, StabilityChoice(), every_preset).items():
        code = stamp(script(choice), "stability.py", record_of_choice(choice, digests(choice)))
        seen = record_of(choice, pair_studies(choice))
        lines = (
            f"structured: the pair ends at {seen.ratio} times its distance\n"
            f"twin: the pair ends at {seen.twin} times its distance\n"
        )
        yield PageScript(f"stability {name}", code, lines.__str__)


def _control(every_preset: bool) -> Iterator[PageScript]:
    from structviz.provenance import stamp
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.optimal_control.choice import ControlChoice
    from structviz.ui.pages.optimal_control.exports import script
    from structviz.ui.pages.optimal_control.presets import PRESETS
    from structviz.ui.pages.optimal_control.record import digests, measured, record_of

    for name, choice in _variants(PRESETS, ControlChoice(), every_preset).items():
        code = stamp(script(choice), "steering.py", record_of_choice(choice, digests(choice)))
        seen = record_of(choice, measured(choice))
        lines = (
            f"objective {seen.objective}\nerror of the gradient by Euler's costates {seen.twin_error}\n"
            f"control Hamiltonian from {seen.low} to {seen.high}\n"
        )
        yield PageScript(f"optimal_control {name}", code, lines.__str__)
    yield from _control_sections()


def _control_sections() -> Iterator[PageScript]:
    """Scripts of sections that play shipped trainings back."""
    from structviz.training import SMOOTHNESS_WEIGHTS, read_histories
    from structviz.ui.pages.optimal_control.choice import ControlChoice
    from structviz.ui.pages.optimal_control.race import race_record
    from structviz.ui.pages.optimal_control.regulariser import smooth_record
    from structviz.ui.pages.optimal_control.training_files import race_script, smooth_script, time_script

    networks = race_record(read_histories("spiral2d", "backtracking")).networks
    steps = "".join(
        f"{one.title}: Σh = {one.sum}, {one.negative} negative, {one.off} off; {one.test} of new points right\n"
        for one in networks[2:]
    )
    race = "".join(
        f"{one.title}: loss {one.loss}, R(θ) {one.cost}, right {one.train} of training points, {one.test} of new ones\n"
        for one in networks
    )
    shown = zip(SMOOTHNESS_WEIGHTS, smooth_record(ControlChoice()).networks, strict=True)
    smooth = "".join(
        f"μ = {weight:g}: change of θ {one.change}, path {one.path}; right {one.train} of training points, "
        f"{one.test} of new ones\n"
        for weight, one in shown
    )
    yield PageScript("optimal_control steps", time_script("spiral2d", "backtracking").encode(), steps.__str__)
    yield PageScript("optimal_control race", race_script("spiral2d", "backtracking", 0).encode(), race.__str__)
    yield PageScript("optimal_control weights", smooth_script("donut2d", 3).encode(), smooth.__str__)


def _manifolds(every_preset: bool) -> Iterator[PageScript]:
    from structviz.provenance import stamp
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.manifolds.choice import ManifoldsChoice
    from structviz.ui.pages.manifolds.exports import digests, script
    from structviz.ui.pages.manifolds.presets import PRESETS
    from structviz.ui.pages.manifolds.record import record_of, sphere_study

    for name, choice in _variants(PRESETS, ManifoldsChoice(), every_preset).items():
        code = stamp(script(choice), "sphere.py", record_of_choice(choice, digests(choice)))
        seen = record_of(choice, sphere_study(choice))
        lines = f"{choice.method}: {seen.worst} off the sphere\n{choice.twin}: {seen.twin_worst} off the sphere\n"
        yield PageScript(f"manifolds {name}", code, lines.__str__)


def _robustness(every_preset: bool) -> Iterator[PageScript]:
    from structviz.provenance import stamp
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.robustness.choice import RobustnessChoice
    from structviz.ui.pages.robustness.exports import digests, script
    from structviz.ui.pages.robustness.presets import PRESETS
    from structviz.ui.pages.robustness.record import noise_record
    from structviz.ui.pages.robustness.results import noise_study

    for name, choice in _variants(PRESETS, RobustnessChoice(), every_preset).items():
        code = stamp(script(choice), "robustness.py", record_of_choice(choice, digests()))
        seen = noise_record(choice, noise_study(choice))
        lines = f"without noise: {seen.clean}, {seen.clean_share}\nwith it: {seen.found}, {seen.share}\n"
        yield PageScript(f"robustness {name}", code, lines.__str__)


def _train(every_preset: bool) -> Iterator[PageScript]:
    from structviz.provenance import stamp
    from structviz.training import train
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.train.choice import TrainChoice
    from structviz.ui.pages.train.exports import items
    from structviz.ui.pages.train.presets import PRESETS

    for name, preset in _variants(PRESETS, TrainChoice(), every_preset).items():
        choice = dataclasses.replace(preset, **_TRAINING, **({"size": 32} if preset.recipe == "ct" else {}))
        configs = choice.configs()
        (item,) = items(configs)
        code = stamp(item.make(), item.file_name, record_of_choice(choice, {}))

        def expected(configs: Any = configs) -> str:
            done = [(config, train(config)) for config in configs]
            return "".join(f"{config.arm}: {one.sentence} {one.metrics}\n" for config, one in done)

        yield PageScript(f"train {name}", code, expected)


def _runs(every_preset: bool) -> Iterator[PageScript]:
    del every_preset
    from structviz.jobs import Store
    from structviz.training import recipe
    from structviz.ui.kit.exports import record_of_choice
    from structviz.ui.pages.runs.choice import RunsChoice
    from structviz.ui.pages.runs.exports import digests, items
    from structviz.ui.pages.train.outcome import results
    from structviz.ui.pages.train.run_group import run_views

    chosen, _ = run_views(tuple(one.id for one in Store().networks()))
    code, beside = _files(items(chosen), record_of_choice(RunsChoice(), digests(chosen)))
    text = io.StringIO()
    by_name = {view.run.network_name: view.run.card() for view in chosen}
    assert len(results(chosen)[0]) == len(by_name)
    for name, card in sorted(by_name.items()):
        config, task = card.config, recipe(card.config.recipe)
        text.write(f"{name}: {config.arm}, {config.steps} steps, seed {config.seed}\n")
        for key, value in card.metrics.items():
            text.write(f"  {task.metric(key).title}: {task.metric(key).text(value)}\n")
    yield PageScript("runs", code, text.getvalue, beside)


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # of pages that run without a server
    with tempfile.TemporaryDirectory() as runs:
        os.environ["STRUCTVIZ_RUNS"] = runs
        write_scripts(page_scripts(), Path(sys.argv[1]))
