"""Manifolds: steps that stay on a sphere, on the rotations, on vectors of a given mass; and steps that leave them."""

from structviz.studies.manifolds.sphere import sphere_flow, towards_pole

__all__ = ["sphere_flow", "towards_pole"]
