"""What a visitor takes along from the flow page: the address, films, points and weights."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from structviz import zoo
from structviz.data import write_points
from structviz.figures.animation import AnimationType
from structviz.figures.player import Panel, film_page
from structviz.training import save_result
from structviz.training.live import LiveState
from structviz.ui.kit.address import share_link
from structviz.ui.pages.flow.films import MeasuredFilm
from structviz.ui.pages.flow.runs import LiveTraining, runs, visitor

__all__ = ["downloads", "weights"]


def downloads(shown: list[MeasuredFilm]) -> None:
    """Buttons for everything that can be taken along; each is made when it is asked for."""
    # It is made outside of the page's script, where nothing is known of the visitor.
    lesson = runs().get(visitor())
    with st.container(horizontal=True):
        with st.popover("Share", icon=":material/link:"):
            st.caption("This address restores all choices on this page, except own points and own training.")
            st.code(share_link(), language=None, wrap_lines=True)
        _button("Film (HTML)", partial(_page, shown), "flow.html", "text/html")
        _button("Film (WebP)", partial(_animation, shown, "webp"), "flow.webp", "image/webp")
        _button("Film (GIF)", partial(_animation, shown, "gif"), "flow.gif", "image/gif")
        moving = shown[0].side
        _button("Points (CSV)", partial(write_points, moving.points, moving.labels), "points.csv", "text/csv")
        _button("Weights and card", partial(weights, shown, lesson), "weights.zip", "application/zip")


def _button(label: str, make: Callable[[], bytes | str], name: str, mime: str) -> None:
    st.download_button(label, make, name, mime, icon=":material/download:", on_click="ignore")


def _page(shown: list[MeasuredFilm]) -> str:
    panels = [Panel(one.side.title, one.film, n_layers=one.n_layers) for one in shown]
    return film_page(
        panels, "ResNets as flows", "Each layer moves the points a little. Press play, or drag the slider."
    )


def _animation(shown: list[MeasuredFilm], file_type: AnimationType) -> bytes:
    from structviz.figures.flow.film import animation

    return animation([(one.side.title, one.film) for one in shown], file_type, n_layers=[one.n_layers for one in shown])


def weights(shown: list[MeasuredFilm], lesson: LiveTraining | None) -> bytes:
    """Weights and cards of all networks on the page, as files that `structviz.zoo.load` reads.

    Parameters
    ----------
    shown
        The films; those of their networks that ship or lie on this machine are packed.
    lesson
        What the visitor trains; packed too, with its points, once it has taken a step.

    Returns
    -------
    bytes
        A ZIP file of the folder that `structviz.zoo.load` takes.
    """
    file = io.BytesIO()
    digests = {one.side.network.digest for one in shown}
    with zipfile.ZipFile(file, "w") as archive:
        for name in zoo.names():
            if name.startswith("flow/") and zoo.card(name).sha256 in digests:
                for suffix in (".safetensors", ".json"):
                    archive.write(zoo.PRETRAINED / f"{name}{suffix}", f"{name}{suffix}")
        for path, folder in _local_files(shown):
            archive.write(path, path.relative_to(folder).as_posix())
        if lesson is not None and lesson.run.state is not LiveState.READY:
            _add_run(archive, lesson)
    return file.getvalue()


def _local_files(shown: list[MeasuredFilm]) -> list[tuple[Path, Path]]:
    """Files of the networks of this machine, each with the folder that is their zoo."""
    local = dict.fromkeys(one.side.network.local for one in shown if one.side.network.local)
    found = [
        (Path(one.folder) / f"{one.name}{end}", Path(one.folder)) for one in local for end in (".safetensors", ".json")
    ]
    return [(path, folder) for path, folder in found if path.is_file()]


def _add_run(archive: zipfile.ZipFile, lesson: LiveTraining) -> None:
    """The network that the visitor trains, as it is now."""
    command = "Trained on the page from the points in own.csv; the seed and settings of this card repeat it."
    with tempfile.TemporaryDirectory() as folder:
        save_result(lesson.run.result(), "flow/own", Path(folder), lesson.run.recipe.data, command)
        for path in sorted(Path(folder).glob("flow/own.*")):
            archive.write(path, path.relative_to(folder).as_posix())
    archive.writestr("flow/own.csv", write_points(lesson.points, lesson.labels))
