"""Every layer can be undone.

Slide 11 of the lecture. A coupling layer moves one coordinate by what the other one says: y₂ = exp(s(x₁)) x₂ + t(x₁).
Whatever functions s and t are, x₂ = exp(−s(y₁)) (y₂ − t(y₁)) undoes it.
"""

# %%
# A spiral goes through twelve trained layers, data → code, and comes back. The error is rounding. A ResNet that takes
# the same way in four large steps folds the plane: two points get one code, and no search finds both again.

from pathlib import Path

import numpy as np
import torch

from structviz import data, zoo
from structviz.checks import audit
from structviz.figures import CLASS_COLOURS
from structviz.figures.svg import dots, squares, svg
from structviz.studies.invertibility import coarse_resnet, push_and_pull, random_network

points, labels = data.toy("spiral2d", 200)
flow = zoo.load("invertibility/affine-spiral2d").double()
found = push_and_pull(flow, coarse_resnet(zoo.load("flow/resnet-spiral2d"), n_steps=4), points)
print(f"coupling flow: inverse error {found.trip.errors[0]:.0e}")
print(f"ResNet, four steps: {found.twin.errors[0]:.1f}; folded at {found.folded.double().mean():.0%} of the points")


def picture(frames: list[np.ndarray]) -> str:
    """Points of both classes, a panel for each frame."""
    marks = []
    for panel, frame in zip(squares(len(frames)), frames, strict=True):
        classes = panel.fit(*(frame[labels == k] for k in (0, 1)))
        for places, colour in zip(classes, CLASS_COLOURS, strict=True):
            marks += dots(places, colour, 1.5)
    return svg(*marks)


trip, twin = found.trip, found.twin
Path("data_code_and_back.svg").write_text(picture([z.numpy() for z in (trip.there[0], trip.there[-1], trip.back[0])]))
Path("data_and_what_the_resnet_brings_back.svg").write_text(picture([z.numpy() for z in (twin.there[0], twin.back[0])]))

# %%
# What a network promises, beside what is measured, for any weights.

for finding in audit(random_network("hamiltonian"), torch.Generator().manual_seed(0)):
    print(f"{finding.claim.kind:12s} at most {finding.claim.bound:.0e}, measured {finding.measured:.0e}")
