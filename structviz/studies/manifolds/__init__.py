"""Manifolds: steps that stay on a sphere, on the rotations, on vectors of a given mass; and steps that leave them."""

from structviz.studies.manifolds.sphere import sphere_flow, towards_pole
from structviz.studies.manifolds.tumbling import Tumbling, tumble

__all__ = ["Tumbling", "sphere_flow", "towards_pole", "tumble"]
