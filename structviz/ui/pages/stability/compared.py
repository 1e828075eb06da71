"""What the stability page explains in a tap, and what a pin keeps of it."""

from structviz.figures import ARM_COLOURS
from structviz.figures.stability import pair_paths
from structviz.studies.stability import PairStudy
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import Explanation, about_activation, about_lipschitz
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.stability.pairs import TWIN
from structviz.ui.pages.stability.sentences import PairRecord

__all__ = ["explanations", "view_of"]


def explanations(record: PairRecord) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown."""
    shown = {record.title: record.ratio, TWIN: record.twin}
    return [about_lipschitz(shown), about_activation("tanh")]


def view_of(record: PairRecord, studies: tuple[PairStudy, PairStudy]) -> View:
    """The paths of the pair and the numbers, for a pin.

    Parameters
    ----------
    record, studies
        As for `structviz.ui.pages.stability.sentences.record_of`.
    """
    title = record.title
    figures = {f"Distance at the end, {title}": record.ratio, f"Distance at the end, {TWIN}": record.twin}

    def tiles() -> tuple[Tile, ...]:
        found = zip((title, TWIN), ("equivariant", "ordinary"), studies, (record.ratio, record.twin), strict=True)
        return tuple(
            Tile(
                title=name,
                colour=ARM_COLOURS[arm],
                png=pair_paths(study, ARM_COLOURS[arm]).encode(),
                headline=f"× {ratio}",
                details=("distance of the pair at the end",),
                alt=f"Paths of the pair: at the end its distance is {ratio} times that at the start",
                mime="image/svg+xml",
            )
            for name, arm, study, ratio in found
        )

    return View(figures, tiles)
