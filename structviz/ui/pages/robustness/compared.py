"""What the page of robustness explains in a tap, and what a pin keeps of it."""

from structviz.figures.adversarial import triple_png
from structviz.figures.class_colours import OTHERS
from structviz.studies.robustness.noise import NoiseStudy
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import Explanation
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.record import NoiseRecord

__all__ = ["explanations", "view_of"]


def explanations(record: NoiseRecord) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown."""
    return [
        Explanation(
            "ε (noise)",
            f"**ε** is the most by which the noise changes red, green or blue of a pixel, here {record.eps}/255 of the "
            "way from black to white: a file has 256 levels of each colour, so 1/255 is one level.",
        ),
        Explanation(
            "adversarial example",
            "An **adversarial example** is an input that was changed a little, on purpose, so that a network is wrong "
            f"about it: here {record.photo}, taken for {record.found}.",
        ),
        Explanation(
            "PGD",
            "**Projected gradient descent** takes small steps along the gradient of the loss and puts the noise back "
            "into its bounds after each step.",
        ),
        Explanation(
            "classifier",
            "**EfficientNet-lite0** by Google tells 1,000 classes of photographs apart and learnt from 1.3 million of "
            "them; it has 4.6 million weights. How often this conversion of it is right was not measured. Its "
            "probabilities are its own: 100 % does not mean that it is right.",
        ),
    ]


def view_of(choice: RobustnessChoice, study: NoiseStudy, record: NoiseRecord) -> View:
    """The pictures and numbers, for a pin.

    Parameters
    ----------
    choice
        What was asked for.
    study, record
        What was found for it, and what is said of it.

    Returns
    -------
    View
        Figures now; a tile when it is asked for.
    """

    def tiles() -> tuple[Tile, ...]:
        k = study.frame(choice.epsilon / 255)
        titles = (record.clean, f"noise, ε = {record.eps}/255", record.found)
        return (
            Tile(
                title=f"{record.clean} → {record.found}",
                colour=OTHERS[0],
                png=triple_png(study.photo, study.noises[study.which[k]], study.radii[k], titles),
                headline=str(record.share),
                details=(f"ε = {record.eps}/255",),
                alt=f"{record.photo} with noise: {record.found}, {record.share}",
            ),
        )

    figures = {"Probability without noise": record.clean_share, "Probability with noise": record.share}
    return View(figures, tiles)
