"""Attacks on classifiers: what small noise or a turn of the input does to the class that a network finds.

Examples
--------
>>> import torch
>>> from structviz import attacks, data, zoo
>>> net, names, cat = zoo.load("robustness/efficientnet-lite0"), data.imagenet_classes(), data.photograph("chelsea")
>>> attack = attacks.pgd(net, cat, torch.tensor([names.index("gibbon")]), eps=4 / 255, steps=8, targeted=True)
>>> print(names[net(cat).argmax()], "→", names[attack.logits.argmax()])
Egyptian cat → gibbon
"""

from structviz.attacks.ball import NORMS, Norm, eight_bit, sizes
from structviz.attacks.goal import margins
from structviz.attacks.gradient import fgsm, pgd, pgd_curve
from structviz.attacks.noise import random_noise
from structviz.attacks.record import Attack
from structviz.attacks.rotation import Rotation, turned, worst_rotation
from structviz.attacks.square import square

__all__ = [
    "NORMS",
    "Attack",
    "Norm",
    "Rotation",
    "eight_bit",
    "fgsm",
    "margins",
    "pgd",
    "pgd_curve",
    "random_noise",
    "sizes",
    "square",
    "turned",
    "worst_rotation",
]
