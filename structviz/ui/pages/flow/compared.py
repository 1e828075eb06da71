"""What the flow page explains in a tap, and what a pin keeps of it."""

from collections.abc import Iterator, Sequence

from structviz.displayed import Displayed
from structviz.figures import ARM_COLOURS
from structviz.studies.flow import MeasuredFilm
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import Explanation, about_accuracy, about_activation
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.flow.record import FilmRecord, film_record

__all__ = ["explanations", "view_of"]


def explanations(films: Sequence[MeasuredFilm]) -> list[Explanation]:
    """The terms of the page, with the numbers of the first film."""
    record = film_record(films[0])
    return [
        about_accuracy(record.right, record.n_right, record.n_points),
        about_activation(films[0].panel.network.net.activation),
    ]


def view_of(films: Sequence[MeasuredFilm]) -> View:
    """The points at the end of each film and the numbers, for a pin."""
    figures: dict[str, Displayed] = {}
    # By the place of a film, not by its title: other steps have other titles, and are what one wants to compare.
    for place, record in zip(("first film", "second film"), map(film_record, films), strict=False):
        figures |= _figures(record, place)
    return View(figures, lambda: tuple(_tiles(films)))


def _figures(record: FilmRecord, place: str) -> dict[str, Displayed]:
    found = {
        f"Classified correctly, {place}": record.right,
        f"Smallest singular value, {place}": record.tightest,
        f"Farthest from the flow, {place}": record.distance,
    }
    return {label: value for label, value in found.items() if not value.value.is_nan()}


def _tiles(films: Sequence[MeasuredFilm]) -> Iterator[Tile]:
    from structviz.figures.flow.stills import stills

    for film in films:
        ((words, picture),) = stills(film.film, [film.n_layers], film.n_layers)
        title = film.panel.title
        yield Tile(
            title=title,
            colour=ARM_COLOURS["noisy"],
            png=picture.encode(),
            headline=str(film_record(film).right),
            details=("classified correctly", words),
            alt=f"{title}: the points {words}",
            mime="image/svg+xml",
        )
