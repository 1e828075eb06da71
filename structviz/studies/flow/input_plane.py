"""A network as a map of the plane: what it decides, where it squeezes, where it folds."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.nets.points import PointClassifier
from structviz.studies.flow.film import lattice
from structviz.studies.flow.folds import ROUND_OFF, folds_along
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
        1 where no step reverses the orientation, -1 where one does; 0 where it is not known, since the determinant
        vanishes or is no number, and if the network is wider than the plane, where orientation has no meaning.
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
        """The share of the window that some step turns over."""
        return (self.signs < 0).double().mean().item()

    @property
    def collapsed(self) -> float:
        """The share of the window that is squeezed onto a line or a point, up to round-off."""
        return (self.smallest < ROUND_OFF).double().mean().item()


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

    z = net.enter(pixels)
    folds = folds_along(motion, z, [len(motion.steps)])
    with torch.no_grad():
        for step in motion.steps:
            z = step(z)
        probabilities = torch.sigmoid(net.classify(z)).nan_to_num(0.5)
    signs = torch.zeros(len(pixels), device=pixels.device)
    if net.width == 2:
        signs = torch.where(folds.turned[0], -1.0, (folds.smallest > 0).float())
    probabilities, signs, smallest = (field.view(side, side) for field in (probabilities, signs, folds.smallest))
    return InputPlaneMap(probabilities, signs, smallest, half_width)
