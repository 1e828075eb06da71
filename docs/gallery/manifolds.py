"""Steps that stay where the data lives.

Slide 11 of the lecture. A point of the sphere whose velocity is tangent stays on the sphere; a step of Euler's method
does not: ‖z + hξ‖² = 1 + h²‖ξ‖². A step along a great circle does, however long it is.
"""

# %%
# 150 points whirl towards the poles in 20 steps. Staying is not accuracy: the last column says how far they end from
# where the flow itself leads.

import torch

from structviz.checks import rotation_distance
from structviz.figures import ARM_COLOURS
from structviz.figures.globe import globe
from structviz.nets import RotationFlow
from structviz.ode import RigidBody
from structviz.studies.manifolds import tumble
from structviz.studies.manifolds.sphere_steps import FIELDS, distances, exact_ends, follow, hemispheres, spread_points

points, field = spread_points(150), FIELDS["poles"]
exact = exact_ends(field, 0.2, 20, points)
for method in ("exponential", "cayley", "rk4-projection", "euler", "rk4"):
    states = follow(field, method, 0.2, 20, points)
    error = (states[-1] - exact).norm(dim=1).max()
    print(f"{method:14s} off the sphere {distances(states).max():.0e}, error at the end {error:.0e}")

euler = follow(field, "euler", 0.2, 20, points)
globe(euler.numpy(), hemispheres(points).numpy(), ARM_COLOURS["ordinary"]).save("euler_leaves_the_sphere.png")

# %%
# A rigid body tumbles for 2,000 steps. RK4 on the nine numbers of its attitude leaves the rotations; Lie-group methods
# do not, and yet RK4 keeps the energy better than Lie–Euler. Implicit midpoint keeps both.

momentum = torch.tensor([1.0, 1.0, 1.0])
for method in ("lie-euler", "rkmk4", "implicit-midpoint", "rk4"):
    found = tumble(RigidBody(), momentum, method, n_steps=2000, h=0.3)
    print(f"{method:18s} off the rotations {found.off.max():.0e}, error of the energy {found.energy.abs().max():.0e}")

# %%
# Features of a network can be rotations, too: layers R ← R exp(hΩ̂(R)) stay on SO(3), whatever their weights are.

torch.manual_seed(0)
start = torch.eye(3, dtype=torch.float64)[None]
for layers in ("lie-euler", "free"):
    features = RotationFlow(layers, n_layers=100, time=20.0).double().trajectory(start)
    print(f"{layers:10s} off the rotations {rotation_distance(features).max():.0e}")
