"""A ResNet is forward Euler.

Slides 4 and 5 of the lecture. Each layer of a residual network moves points a little, z ↦ z + Δt σ(Az + b). That is one
step of Euler's method for the flow ż = σ(A(t)z + b(t)).
"""

# %%
# Two half moons, and a ResNet of 40 layers that tells them apart. Its points before the first layer, in the middle, and
# after the last: there a line divides them.

from pathlib import Path

import numpy as np

from structviz import data, zoo
from structviz.figures import CLASS_COLOURS
from structviz.figures.svg import dots, squares, svg
from structviz.studies.flow import layers, refined, study_steps

net = zoo.load("flow/resnet-halfmoon2d")
points, labels = data.toy("halfmoon2d", 120)
z = layers(net).trajectory(points)


def picture(frames: list[np.ndarray]) -> str:
    """Points of both classes, a panel for each frame."""
    marks = []
    for panel, frame in zip(squares(len(frames)), frames, strict=True):
        classes = panel.fit(*(frame[labels == k] for k in (0, 1)))
        for places, colour in zip(classes, CLASS_COLOURS, strict=True):
            marks += dots(places, colour, 1.5)
    return svg(*marks)


Path("after_0_20_and_40_layers.svg").write_text(picture([z[k].numpy() for k in (0, 20, 40)]))

# %%
# The weights give the flow with any other integrator and step. Forward Euler with few steps is another network; RK4
# with four times as many steps as layers is close to the flow.

coarse = refined(net, "euler", n_steps=5).trajectory(points)[-1]
flow = refined(net, "rk4", n_steps=160).trajectory(points)[-1]
print(f"five Euler steps: {(coarse - flow).norm(dim=1).max():.2f} from the flow")
print(f"the 40 layers:    {(z[-1] - flow).norm(dim=1).max():.2f} from the flow")

# %%
# How fast a method approaches the flow as Δt shrinks is its order: the slope of the distance in a plot in which both
# axes are logarithmic.

for name, slope in study_steps(net, points[:30]).slopes.items():
    print(f"{name:18s} order {slope:.2f}")
