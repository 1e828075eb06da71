"""Training is steering.

Slide 6 of the lecture. The weights of a network are a control that steers points to their classes. Costates run
backwards through its layers; in steps that match those of the states they are the gradient.
"""

# %%
# What states and costates keep between them, and what is lost when the costates take Euler's steps.

import torch

from structviz import data, zoo
from structviz.nets import PointClassifier
from structviz.ode import integrator
from structviz.studies.control import car, closed_form, descend, discretised, steering, steering_error

x, labels = data.toy("spiral2d", 160)
found = steering(zoo.load("flow/rk4-spiral2d").double(), x.double(), labels)
print(f"⟨p, δz⟩ changes by less than 1e-13: {found.drift < 1e-13}; in Euler's steps by {found.twin_drift:.1f}")
print(f"the gradient of Euler's costates is off by {found.twin_error:.0%}")

# %%
# What the wrong gradient costs when a network learns half moons, by gradient descent with backtracking.

x, labels = data.toy("halfmoon2d", 160, torch.Generator().manual_seed(0))
torch.manual_seed(0)
net = PointClassifier("heun", n_layers=5, time=4.0).double().requires_grad_(False)
for matching in (True, False):
    print(f"matching costates: {matching}, loss {descend(net, x.double(), labels, matching=matching).losses[-1]:.3f}")

# %%
# A car that is brought to rest has a closed form. Errors fall with the order of the method.

z0 = torch.tensor([1.0, 0.0]).double()
for name in ("euler", "rk4"):
    errors = [steering_error(discretised(car(), z0, n, integrator(name)), closed_form(car(), z0, n)) for n in (80, 160)]
    print(f"{name:5s} error {errors[0]:.1e} with 80 steps, {errors[1]:.1e} with 160")
