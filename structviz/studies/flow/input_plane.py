"""A network as a map of the plane: what it decides, where it squeezes, where it folds."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import smallest_singular_values
from structviz.nets.points import PointClassifier
from structviz.studies.flow.film import folded_at, lattice
from structviz.studies.flow.refinement import Motion

__all__ = ["InputPlaneMap", "map_input_plane"]


@dataclass(frozen=True)
class InputPlaneMap:
    """For each pixel of a window of the input plane, what becomes of a point there.

    Attributes
    ----------
    probabilities
        Of class 1: the classifier, pulled back to the input.
    signs
        1 where all steps together keep the orientation, -1 where they reverse it; 0 if the network is wider than
        the plane, where orientation has no meaning.
    smallest
        The smallest singular value of the Jacobian of all steps.
    half_width
        The window is [-half_width, half_width]²; the first row has the largest second coordinate.
    """

    probabilities: Float[Tensor, "row column"]
    signs: Float[Tensor, "row column"]
    smallest: Float[Tensor, "row column"]
    half_width: float

    @property
    def folded(self) -> float:
        """The share of the window whose orientation is reversed."""
        return (self.signs < 0).double().mean().item()


def map_input_plane(net: PointClassifier, motion: Motion, half_width: float, side: int = 64) -> InputPlaneMap:
    """What a motion makes of a window of the input plane, pixel by pixel.

    Parameters
    ----------
    net
        The network whose classifier and space are used.
    motion
        Its layers, or its flow in other steps.
    half_width
        Of the window.
    side
        Pixels of a row.

    Returns
    -------
    InputPlaneMap
        With fields of shape (side, side).
    """
    pixels = lattice(half_width * (1 - 1 / side), side).flip(0).reshape(-1, 2).to(net.A)

    def through(x: Tensor) -> Tensor:
        z = net.lift(x)
        for step in motion.steps:
            z = step(z)
        return z

    with torch.no_grad():
        probabilities = torch.sigmoid(net.classify(through(pixels))).nan_to_num(0.5)
    signs = torch.zeros(len(pixels), device=pixels.device)
    if net.width == 2:
        signs = 1 - 2 * folded_at(motion, pixels, [len(motion.steps)])[0].float()
    smallest = smallest_singular_values(through, pixels)
    square = (side, side)
    return InputPlaneMap(probabilities.reshape(square), signs.reshape(square), smallest.reshape(square), half_width)
