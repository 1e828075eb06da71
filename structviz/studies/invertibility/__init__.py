"""Invertibility: layers that can be undone, densities that they carry, and what is lost where they cannot."""

from structviz.studies.invertibility.additive import coupling, coupling_inverse
from structviz.studies.invertibility.density import (
    Cell,
    DensityMap,
    density_map,
    maximise_likelihood,
    sample,
    stretched_cell,
)
from structviz.studies.invertibility.depths import DEPTHS, TWIN, DepthStudy, errors_against_depth, rounding_bound
from structviz.studies.invertibility.likelihoods import DensityStudy, compare_densities, known_densities
from structviz.studies.invertibility.memory import MemoryStudy, memory_of_backward
from structviz.studies.invertibility.networks import (
    KINDS,
    MAX_CONTRACTION,
    MAX_LAYERS,
    InvertibleKind,
    coarse_resnet,
    random_network,
)
from structviz.studies.invertibility.photograph import (
    CODE_PARTS,
    PhotographTrip,
    code_mosaic,
    edited_code,
    photograph_trip,
)
from structviz.studies.invertibility.preimages import Preimages, least_squares_inverse, two_preimages
from structviz.studies.invertibility.push_and_pull import APART, PushAndPull, push_and_pull, returned
from structviz.studies.invertibility.round_trip import (
    RoundTrip,
    banach_study,
    least_squares_trip,
    limited_undo,
    round_trip,
)
from structviz.studies.invertibility.two_ways import there_and_back, two_ways

__all__ = [
    # networks
    "KINDS",
    "MAX_CONTRACTION",
    "MAX_LAYERS",
    "InvertibleKind",
    "coarse_resnet",
    "random_network",
    # there and back
    "APART",
    "PushAndPull",
    "RoundTrip",
    "banach_study",
    "coupling",
    "coupling_inverse",
    "limited_undo",
    "push_and_pull",
    "returned",
    "round_trip",
    "there_and_back",
    # against depth
    "DEPTHS",
    "TWIN",
    "DepthStudy",
    "errors_against_depth",
    "rounding_bound",
    # densities
    "Cell",
    "DensityMap",
    "DensityStudy",
    "compare_densities",
    "known_densities",
    "density_map",
    "maximise_likelihood",
    "sample",
    "stretched_cell",
    "two_ways",
    # photographs
    "CODE_PARTS",
    "PhotographTrip",
    "code_mosaic",
    "edited_code",
    "photograph_trip",
    # memory
    "MemoryStudy",
    "memory_of_backward",
    # the twin
    "Preimages",
    "least_squares_inverse",
    "least_squares_trip",
    "two_preimages",
]
