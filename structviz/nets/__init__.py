"""Networks, one idea a file. Equivariant twins need escnn: import them from `structviz.nets.equivariant…`."""

from structviz.nets.activations import ACTIVATIONS, PIXELWISE, Activation, Pixelwise, activation, pixelwise
from structviz.nets.claims import KINDS, Claim, Structured, claims
from structviz.nets.denoisers import ConvDenoiser
from structviz.nets.groups import GROUPS, Element, Group, group
from structviz.nets.points import CLASSIFIERS, PLAIN, SCHEMES, PointClassifier
from structviz.nets.projection import commuting_kernel
from structviz.nets.propagation import propagate
from structviz.nets.symmetrised import Symmetrised
from structviz.nets.unrolled import LearnedProximalGradient

__all__ = [
    # promises
    "KINDS",
    "Claim",
    "Structured",
    "claims",
    # images
    "GROUPS",
    "ConvDenoiser",
    "Element",
    "Group",
    "PIXELWISE",
    "Pixelwise",
    "Symmetrised",
    "commuting_kernel",
    "group",
    "pixelwise",
    # sinograms
    "LearnedProximalGradient",
    # points
    "ACTIVATIONS",
    "Activation",
    "CLASSIFIERS",
    "PLAIN",
    "PointClassifier",
    "SCHEMES",
    "activation",
    "propagate",
]
