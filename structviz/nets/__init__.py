"""Networks, one idea a file. Equivariant twins need escnn: import them from `structviz.nets.equivariant…`."""

from structviz.nets.activations import ACTIVATIONS, PIXELWISE, Activation, Pixelwise, activation, pixelwise
from structviz.nets.claims import KINDS, Claim, Structured, claims
from structviz.nets.control_cost import control_cost
from structviz.nets.couplings import COUPLINGS, CouplingFlow, InvertibleImageNet, haar, haar_inverse
from structviz.nets.denoisers import ConvDenoiser
from structviz.nets.digit_classifiers import ConvClassifier
from structviz.nets.efficientnet import EfficientNetLite
from structviz.nets.gradient_flows import FLOW_METHODS, Averaged, GradientFlow, longest_step
from structviz.nets.groups import GROUPS, Element, Group, group
from structviz.nets.hamiltonian import HAMILTONIAN_METHODS, AntisymmetricNet, HamiltonianNet
from structviz.nets.layered import InvertibleMap, LayeredMap
from structviz.nets.learned_steps import STEP_RULES, ODENet
from structviz.nets.lipschitz_classifier import LipschitzClassifier, OrthonormalClassifier, rectangular_cayley
from structviz.nets.mass import MassFlow
from structviz.nets.nonexpansive import NonexpansiveDenoiser
from structviz.nets.operator_norms import CONVOLUTION_EXCESS, convolution_norm, power_iteration
from structviz.nets.orthogonal import ORTHOGONAL_ACTIVATIONS, ORTHOGONAL_WEIGHTS, OrthogonalNet, cayley, max_min
from structviz.nets.points import CLASSIFIERS, PLAIN, SCHEMES, PointClassifier
from structviz.nets.projection import commuting_kernel
from structviz.nets.propagation import propagate
from structviz.nets.recomputation import recomputed
from structviz.nets.residual_flows import InvertibleResNet
from structviz.nets.rotations import ROTATION_LAYERS, RotationFlow
from structviz.nets.simplex import project_to_simplex
from structviz.nets.sphere import RETRACTIONS, SPHERE_METHODS, SphereFlow, onto_sphere, sphere_exp
from structviz.nets.symmetrised import Symmetrised
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.nets.wavelet_flow import WaveletFlow

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
    # stable flows
    "Averaged",
    "AntisymmetricNet",
    "CONVOLUTION_EXCESS",
    "FLOW_METHODS",
    "GradientFlow",
    "HAMILTONIAN_METHODS",
    "HamiltonianNet",
    "LayeredMap",
    "NonexpansiveDenoiser",
    "convolution_norm",
    "longest_step",
    "power_iteration",
    # maps with an inverse
    "COUPLINGS",
    "CouplingFlow",
    "InvertibleImageNet",
    "InvertibleMap",
    "InvertibleResNet",
    "WaveletFlow",
    "haar",
    "haar_inverse",
    "recomputed",
    # manifolds and invariants
    "MassFlow",
    "ORTHOGONAL_ACTIVATIONS",
    "ORTHOGONAL_WEIGHTS",
    "OrthogonalNet",
    "RETRACTIONS",
    "ROTATION_LAYERS",
    "RotationFlow",
    "SPHERE_METHODS",
    "SphereFlow",
    "cayley",
    "max_min",
    "onto_sphere",
    "sphere_exp",
    # photographs
    "EfficientNetLite",
    # digits
    "ConvClassifier",
    "LipschitzClassifier",
    "OrthonormalClassifier",
    "rectangular_cayley",
    # sinograms
    "LearnedProximalGradient",
    # points
    "ACTIVATIONS",
    "Activation",
    "CLASSIFIERS",
    "ODENet",
    "PLAIN",
    "PointClassifier",
    "SCHEMES",
    "STEP_RULES",
    "activation",
    "control_cost",
    "project_to_simplex",
    "propagate",
]
