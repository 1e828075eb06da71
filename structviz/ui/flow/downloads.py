"""What a visitor takes along from the flow page: the address, films, pictures, points, weights and a script."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from structviz import zoo
from structviz.data import write_points
from structviz.figures.player import Panel
from structviz.training import save_result
from structviz.training.live import LiveRun
from structviz.ui.flow.films import Screening
from structviz.ui.flow.runs import runs, visitor
from structviz.ui.state import share_link

__all__ = ["downloads"]


def downloads(shown: list[Screening]) -> None:
    """Buttons for everything that can be taken along; each is made when it is asked for."""
    films = [(one.side.title, one.film) for one in shown]
    with st.container(horizontal=True):
        with st.popover("Share", icon=":material/link:"):
            st.caption("This address restores all choices on this page, except own points and own training.")
            st.code(share_link(), language=None, wrap_lines=True)
        _button("Film (HTML)", lambda: _page(shown), "flow.html", "text/html")
        _button("Film (WebP)", lambda: _animation(films, "webp"), "flow.webp", "image/webp")
        _button("Film (GIF)", lambda: _animation(films, "gif"), "flow.gif", "image/gif")
        _button(
            "Points (CSV)", lambda: write_points(shown[0].side.points, shown[0].side.labels), "points.csv", "text/csv"
        )
        _button("Weights and card", lambda: _weights(shown), "weights.zip", "application/zip")


def _button(label: str, make: Callable[[], bytes | str], name: str, mime: str) -> None:
    st.download_button(label, make, name, mime, icon=":material/download:", on_click="ignore")


def _page(shown: list[Screening]) -> str:
    from structviz.figures.player import film_page

    panels = [Panel(one.side.title, one.film) for one in shown]
    return film_page(
        panels, "ResNets as flows", "Each layer moves the points a little. Press play, or drag the slider."
    )


def _animation(films: list, form: str) -> bytes:
    from structviz.figures.flow_frames import animation

    return animation(films, "gif" if form == "gif" else "webp")


def _weights(shown: list[Screening]) -> bytes:
    """Weights and cards of all networks on the page, as files that `structviz.zoo.load` reads."""
    file = io.BytesIO()
    digests = {one.side.network.digest for one in shown}
    with zipfile.ZipFile(file, "w") as archive:
        for name in zoo.names():
            if name.startswith("flow/") and zoo.card(name).sha256 in digests:
                for suffix in (".safetensors", ".json"):
                    archive.write(zoo.PRETRAINED / f"{name}{suffix}", f"{name}{suffix}")
        run = runs().get(visitor())
        if run is not None and run.look().step:
            _add_run(archive, run)
    return file.getvalue()


def _add_run(archive: zipfile.ZipFile, run: LiveRun) -> None:
    """The network that the visitor trains, as it is now."""
    import tempfile

    command = "Trained step by step on the page; the seed and settings of this card repeat it."
    with tempfile.TemporaryDirectory() as folder:
        save_result(run.result(), "flow/own", Path(folder), run.recipe.data, command)
        for path in sorted(Path(folder).rglob("own.*")):
            archive.write(path, path.relative_to(folder).as_posix())
