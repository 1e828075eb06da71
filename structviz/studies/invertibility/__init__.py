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
from structviz.studies.invertibility.memory import MemoryStudy, memory_of_backward
from structviz.studies.invertibility.preimages import Preimages, least_squares_inverse, two_preimages
from structviz.studies.invertibility.round_trip import RoundTrip, banach_study, round_trip

__all__ = [
    # there and back
    "RoundTrip",
    "banach_study",
    "coupling",
    "coupling_inverse",
    "round_trip",
    # densities
    "Cell",
    "DensityMap",
    "density_map",
    "maximise_likelihood",
    "sample",
    "stretched_cell",
    # memory
    "MemoryStudy",
    "memory_of_backward",
    # the twin
    "Preimages",
    "least_squares_inverse",
    "two_preimages",
]
