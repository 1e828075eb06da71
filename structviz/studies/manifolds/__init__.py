"""Manifolds: steps that stay on a sphere, on the rotations, on orthogonal matrices; and steps that leave them."""

from structviz.studies.manifolds.classifiers import RotationFinding, SphereFinding, moved_on_sphere, moved_rotations
from structviz.studies.manifolds.epidemic import COMPARTMENTS, FIELDS, Epidemic, Fit, epidemic, fit_epidemic, sir
from structviz.studies.manifolds.few_examples import EXAMPLE_ARMS, ExampleRun, read_runs, write_runs
from structviz.studies.manifolds.optimisers import (
    LANDSCAPES,
    OPTIMISERS,
    Descent,
    Landscape,
    conformality_error,
    descend,
)
from structviz.studies.manifolds.rotations import learn_tumbling
from structviz.studies.manifolds.stiefel import (
    WEIGHTS,
    WeightTraining,
    gradient_norms,
    layer_weights,
    product_singular_values,
    train_weights,
)
from structviz.studies.manifolds.tumbling import Tumbling, tumble
from structviz.studies.manifolds.winds import carried, learn_wind, wind

__all__ = [
    # the sphere
    "SphereFinding",
    "moved_on_sphere",
    # rotations
    "RotationFinding",
    "moved_rotations",
    "Tumbling",
    "tumble",
    # orthogonal matrices
    "WEIGHTS",
    "WeightTraining",
    "gradient_norms",
    "layer_weights",
    "product_singular_values",
    "train_weights",
    # vectors of a given mass
    "COMPARTMENTS",
    "Epidemic",
    "FIELDS",
    "Fit",
    "epidemic",
    "fit_epidemic",
    "sir",
    # few examples: winds on a globe, a solid that tumbles
    "EXAMPLE_ARMS",
    "ExampleRun",
    "carried",
    "learn_tumbling",
    "learn_wind",
    "read_runs",
    "wind",
    "write_runs",
    # optimisers
    "Descent",
    "LANDSCAPES",
    "Landscape",
    "OPTIMISERS",
    "conformality_error",
    "descend",
]
