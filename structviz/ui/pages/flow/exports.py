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
from structviz.studies.flow import MeasuredFilm
from structviz.training import save_result
from structviz.training.live import LiveState
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.pages.flow.films import film_panel
from structviz.ui.pages.flow.live_trainings import LiveTraining

__all__ = ["export_items", "weights"]


def export_items(
    films: Sequence[MeasuredFilm], local: Sequence[TrainedNetwork], training: LiveTraining | None
) -> list[Item]:
    """The files that can be taken along.

    Parameters
    ----------
    films
        What is on the page.
    local
        The chosen networks of this machine.
    training
        What the visitor trains.
    """
    moving = films[0].panel
    return [
        Item("Film (HTML)", partial(_page, films), "flow.html", "text/html"),
        Item("Film (WebP)", partial(_animation, films, "webp"), "flow.webp", "image/webp"),
        Item("Film (GIF)", partial(_animation, films, "gif"), "flow.gif", "image/gif"),
        Item("Points (CSV)", partial(write_points, moving.points, moving.labels), "points.csv", "text/csv"),
        Item("Weights and card", partial(weights, films, local, training), "weights.zip", "application/zip"),
    ]


def _page(films: Sequence[MeasuredFilm]) -> str:
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
    file = io.BytesIO()
    digests = {film.panel.network.digest for film in films}
    with zipfile.ZipFile(file, "w") as archive:
        for name in zoo.names():
            if name.startswith("flow/") and zoo.card(name).sha256 in digests:
                _add_files(archive, name, zoo.PRETRAINED)
        for network in local:
            if network.sha256 in digests:
                _add_files(archive, network.name, Path(network.folder))
        if training is not None and training.run.state is not LiveState.READY:
            _add_training(archive, training)
    return file.getvalue()


def _add_files(archive: zipfile.ZipFile, name: str, folder: Path) -> None:
    """Weights and card of a network; nothing if it was deleted meanwhile."""
    for suffix in (".safetensors", ".json"):
        if (path := folder / f"{name}{suffix}").is_file():
            archive.write(path, f"{name}{suffix}")


def _add_training(archive: zipfile.ZipFile, training: LiveTraining) -> None:
    """The network that the visitor trains, as it is now."""
    command = "Trained on the page from the points in own.csv; the seed and settings of this card repeat it."
    with tempfile.TemporaryDirectory() as folder:
        data = training.run.recipe.data_of(training.run.config)
        save_result(training.run.result(), "flow/own", Path(folder), data, command)
        for path in sorted(Path(folder).glob("flow/own.*")):
            archive.write(path, path.relative_to(folder).as_posix())
    archive.writestr("flow/own.csv", write_points(training.points, training.labels))
