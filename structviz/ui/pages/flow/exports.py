"""What a visitor takes along from the flow page: films, points and weights."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from structviz import zoo
from structviz.data import write_points
from structviz.figures.animation import AnimationType
from structviz.figures.flow.script import script
from structviz.studies.flow import MeasuredFilm
from structviz.training import save_result
from structviz.training.live import LiveState
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.pages.flow.choice import OWN, FlowChoice
from structviz.ui.pages.flow.films import film_panel
from structviz.ui.pages.flow.live_trainings import LiveTraining

__all__ = ["digests", "export_items", "page", "weights"]


def export_items(choice: FlowChoice, films: Sequence[MeasuredFilm], training: LiveTraining | None) -> list[Item]:
    """The files that can be taken along.

    Parameters
    ----------
    choice
        What is chosen.
    films
        What is on the page.
    training
        What the visitor trains.

    Returns
    -------
    list of Item
        Films first, then points, weights and a program; each is made when it is asked for.
    """
    moving = films[0].panel
    return [
        Item("Film (HTML)", partial(page, films), "flow.html", "text/html"),
        Item("Film (WebP)", partial(_animation, films, "webp"), "flow.webp", "image/webp"),
        Item("Film (GIF)", partial(_animation, films, "gif"), "flow.gif", "image/gif"),
        Item("Points (CSV)", partial(write_points, moving.points, moving.labels), "points.csv", "text/csv"),
        Item("Weights and card", partial(weights, films, choice.local, training), "weights.zip", "application/zip"),
        Item("Script (Python)", partial(_script, choice, films), "flow.py", "text/x-python"),
    ]


def _script(choice: FlowChoice, films: Sequence[MeasuredFilm]) -> str:
    shown = [film.panel.network for film in films]
    trained = next((network for network in shown if network.step is not None), None)
    titles = {network.digest: network.title for network in shown}
    points = repr(choice.source)
    if choice.source == OWN:
        own = "data.read_points(Path('points.csv').read_bytes())"
        points = "data.toy('halfmoon2d', 40)" if choice.own is None else own
    return script(
        points,
        choice.compare,
        method=choice.integrator,
        n_steps=choice.steps,
        interpolation=choice.interpolation,
        n_points=choice.n_points,
        noise=choice.noise,
        seed=choice.seed,
        horizon=choice.horizon,
        scale=choice.scale,
        training=None if trained is None else (trained.title, trained.step or 0),
        networks={one.name: titles.get(one.sha256, one.title) for one in choice.local},
    )


def digests(films: Sequence[MeasuredFilm], local: Sequence[TrainedNetwork] = ()) -> dict[str, str]:
    """The sha256 of each network on the page, by its name in the zoo; one that is being trained has its heading.

    Parameters
    ----------
    films
        What is on the page.
    local
        The chosen networks of this machine.
    """
    known = {zoo.card(name).sha256: name for name in zoo.names() if name.startswith("flow/")}
    known |= {network.sha256: network.name for network in local}
    shown = [film.panel.network for film in films]
    return {known.get(network.digest, network.title): network.digest.split()[0] for network in shown}


def page(films: Sequence[MeasuredFilm]) -> str:
    """Films as a page that plays them."""
    panels = [film_panel(film) for film in films]
    return film_page(
        panels, "ResNets as flows", "Each layer moves the points a little. Press play, or drag the slider."
    )


def _animation(films: Sequence[MeasuredFilm], file_type: AnimationType) -> bytes:
    from structviz.figures.flow.film import animation

    titled = [(film.panel.title, film.film) for film in films]
    return animation(titled, file_type, n_layers=[film.n_layers for film in films])


def weights(
    films: Sequence[MeasuredFilm], local: Sequence[TrainedNetwork] = (), training: LiveTraining | None = None
) -> bytes:
    """Weights and cards of all networks on the page.

    Parameters
    ----------
    films
        Those of their networks that ship or lie on this machine are packed.
    local
        The chosen networks of this machine.
    training
        What the visitor trains; packed too, with its points, once it has taken a step.

    Returns
    -------
    bytes
        A ZIP file of a folder that `structviz.zoo.load` takes.
    """
    digests = {film.panel.network.digest for film in films}
    shown = {name: zoo.PRETRAINED for name in zoo.names() if zoo.card(name).sha256 in digests}
    own = {one.name: Path(one.folder) for one in local if one.sha256 in digests and one.is_there}
    file = io.BytesIO(zoo.pack(shown | own))
    if training is not None and training.run.state is not LiveState.READY:
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
            _add_training(archive, training)
    return file.getvalue()


def _add_training(archive: zipfile.ZipFile, training: LiveTraining) -> None:
    """The network that the visitor trains, as it is now."""
    command = "Trained on the page from the points in own.csv; the seed and settings of this card repeat it."
    with tempfile.TemporaryDirectory() as folder:
        data = training.run.recipe.data_of(training.run.config)
        save_result(training.run.result(), "flow/own", Path(folder), data, command)
        for path in sorted(Path(folder).glob("flow/own.*")):
            archive.write(path, path.relative_to(folder).as_posix())
    archive.writestr("flow/own.csv", write_points(training.points, training.labels))
