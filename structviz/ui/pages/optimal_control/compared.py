"""What the page on optimal control explains in a tap, and what a pin keeps of it."""

from structviz.figures import ARM_COLOURS
from structviz.figures.targets import points_and_targets
from structviz.studies.control import Steering
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import TERMS, Explanation, about_activation
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.record import SteeringRecord

__all__ = ["explanations", "view_of"]


def explanations(record: SteeringRecord, activation: str) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown and the nonlinearity of the layers."""
    return [
        Explanation("costate", f"{TERMS['costate']}. Here its mean length is {record.last} after the last layer."),
        Explanation("control", f"{TERMS['control']}: here the weights of {record.n_layers} layers."),
        Explanation(
            "control Hamiltonian",
            f"{TERMS['control Hamiltonian']}; here it lies between {record.low} and {record.high}.",
        ),
        about_activation(activation),
    ]


def view_of(choice: ControlChoice, found: Steering, record: SteeringRecord) -> View:
    """Where the points arrive, and the numbers, for a pin.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was measured for it.
    record
        The displayed numbers.
    """
    figures = {
        "Objective J": record.objective,
        "Change of ⟨p, δz⟩": record.drift,
        "Change of ⟨p, δz⟩, Euler's costates": record.twin_drift,
        "Error of the gradient, Euler's costates": record.twin_error,
    }

    def tiles() -> tuple[Tile, ...]:
        return (
            Tile(
                title=record.network,
                colour=ARM_COLOURS["equivariant"],
                png=points_and_targets(found.found.states[-1][:, :2], choice.points[1], ()).encode(),
                headline=f"J = {record.objective}",
                details=("after the last layer",),
                alt=f"Where the points arrive: {record.network}, objective {record.objective}",
                mime="image/svg+xml",
            ),
        )

    return View(figures, tiles)
