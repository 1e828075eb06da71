"""How points of the plane or of space become pixels of a film."""

import math

import numpy as np
from jaxtyping import Bool, Float

__all__ = ["Camera", "Pixels", "Places"]

Places = Float[np.ndarray, "*more dim"]
"""Points of the plane or of space."""

Pixels = Float[np.ndarray, "*more 2"]
"""Their places in the picture, from the left and from the top."""

_PITCH, _YAW, _ROOM = math.radians(24), (math.radians(-60), math.radians(40)), 1.5
"""Height of the eye, how far it goes round, and how much more than the window it sees, since corners stick out."""


class Camera:
    """From places to pixels, y pointing down.

    Parameters
    ----------
    dim
        2 for the plane, which is seen from above; 3 for space, round which the eye goes.
    share
        Of the time that is over, from 0 to 1.
    half_width
        Half the side of the window, in the unit of places.
    side
        Of the picture, in pixels.
    """

    def __init__(self, dim: int, share: float, half_width: float, side: int) -> None:
        self.side = side
        if dim == 2:
            self.axes, self.towards, self.reach = np.eye(2), np.zeros(2), half_width
            return
        yaw = _YAW[0] + share * (_YAW[1] - _YAW[0])
        right = np.array([math.cos(yaw), math.sin(yaw), 0.0])
        level = np.array([math.sin(yaw), -math.cos(yaw), 0.0])
        self.towards = math.cos(_PITCH) * level + math.sin(_PITCH) * np.array([0.0, 0.0, 1.0])
        self.axes = np.stack([right, np.cross(self.towards, right)])
        self.reach = _ROOM * half_width

    def pixels(self, places: Places) -> Pixels:
        """Where places are seen."""
        with np.errstate(invalid="ignore", over="ignore"):
            return (places @ self.axes.T / self.reach * (1, -1) + 1) * (self.side / 2)

    def depth(self, places: Places) -> Float[np.ndarray, "*more"]:
        """From about -1, far, to 1, near; 0 in the plane."""
        return places @ self.towards / self.reach

    def near(self, places: Places) -> Bool[np.ndarray, "*more"]:
        """What may be seen at least in part; never what is no number."""
        return np.all(np.abs(places) <= 3 * self.reach, axis=-1)
