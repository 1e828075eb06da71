"""What the page on optimal control explains in a tap, and what a pin keeps of it."""

from structviz.studies.control import Steering
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import TERMS, Explanation, about_activation
from structviz.ui.kit.tiles import Tile, points_tile
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

    Returns
    -------
    View
        Figures now; a tile when it is asked for.
    """
    figures = {
        "Objective J": record.objective,
        "Change of ⟨p, δz⟩": record.drift,
        "Change of ⟨p, δz⟩, Euler's costates": record.twin_drift,
        "Error of the gradient, Euler's costates": record.twin_error,
    }

    def tiles() -> tuple[Tile, ...]:
        ends = found.found.states[-1][:, :2], choice.points[1]
        return (
            points_tile(record.network, ends, f"J = {record.objective}", "after the last layer", arm="equivariant"),
        )

    return View(figures, tiles)
