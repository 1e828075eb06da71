"""Attacks on classifiers: what small noise or a turn of the input does to the class that a network finds."""

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
