"""Stability: maps that move no two inputs apart, flows that keep an energy, and what both are good for."""

from structviz.studies.stability.as_data import as_data, portrait_data
from structviz.studies.stability.attack import AttackCurve, attack_curve, attacked
from structviz.studies.stability.flows import gradient_flow
from structviz.studies.stability.pairs import PairStudy, layer_spectra, study_pairs
from structviz.studies.stability.plane import (
    MOST_SCALE,
    PLANE_NETWORKS,
    TRAINED_SCALE,
    WELL,
    FirstLayers,
    PlaneNetworks,
    longest_scale,
    network_name,
    plane_network,
    trained_scale,
    twin_name,
    twin_network,
)
from structviz.studies.stability.plug_and_play import Restoration, blur, plug_and_play
from structviz.studies.stability.portraits import PORTRAIT_METHODS, SYSTEMS, Portrait, System, phase_portrait
from structviz.studies.stability.price import Quality, denoising_quality
from structviz.studies.stability.problems import SCANNED, Problem, deblurring, scanning

__all__ = [
    # pairs of points
    "FirstLayers",
    "MOST_SCALE",
    "PLANE_NETWORKS",
    "PairStudy",
    "PlaneNetworks",
    "TRAINED_SCALE",
    "WELL",
    "as_data",
    "gradient_flow",
    "layer_spectra",
    "longest_scale",
    "network_name",
    "plane_network",
    "study_pairs",
    "trained_scale",
    "twin_name",
    "twin_network",
    # phase portraits
    "PORTRAIT_METHODS",
    "Portrait",
    "SYSTEMS",
    "System",
    "phase_portrait",
    "portrait_data",
    # denoisers
    "AttackCurve",
    "Problem",
    "Quality",
    "Restoration",
    "SCANNED",
    "attack_curve",
    "attacked",
    "blur",
    "deblurring",
    "denoising_quality",
    "plug_and_play",
    "scanning",
]
