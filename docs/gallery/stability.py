"""Layers that move no two points apart.

Slide 11 of the lecture. A gradient flow ẋ = −Aᵀσ(Ax + b) moves no two points apart, and neither does a step of Euler's
method for it, as long as it is short enough.
"""

# %%
# Two neighbours on their way through a gradient flow that tells two half moons apart, and through a ResNet with free
# weights that learnt the same points.

import torch

from structviz import checks
from structviz.studies.stability import WELL, phase_portrait, plane_network, study_pairs, twin_network

x, y = torch.tensor([[0.2, 0.15], [-0.05, -0.1]], dtype=torch.float64).split(1)
net = plane_network("gradient", "halfmoon2d", "euler", scale=0.2, n_layers=40)
for name, one in {"gradient flow": net, "ResNet": twin_network("halfmoon2d", 40)}.items():
    print(f"{name:13s} distance × {study_pairs(one, x, y, climb=0).ratios.item():.2f}")

# %%
# What the network promises, beside what a search for the worst pair measures.

for found in checks.audit(net, torch.Generator().manual_seed(0)):
    print(f"{found.claim.kind}: at most {found.claim.bound:g}, measured {found.measured:.4f}, holds: {found.holds}")

# %%
# With steps of 1.2 times the longest safe one, nothing is promised any more: here a layer expands by 1.4.

near = torch.tensor([[1e-6, 0.0]], dtype=torch.float64)
layer = plane_network("gradient", WELL, "euler", scale=1.2, n_layers=1)
print(f"one layer: distance × {study_pairs(layer, near, -near, climb=0).ratios.item():.4f}")

# %%
# Symplectic methods keep an energy nearly. At short steps RK4 keeps it better; at long ones it drifts.

for h in (0.1, 0.4):
    for method in ("rk4", "stormer-verlet"):
        error = phase_portrait("pendulum", method, h, 2000).largest_error
        print(f"h = {h}, {method:14s} error of the energy {error:.1e}")
