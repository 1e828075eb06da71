"""Scan an object and reconstruct it by several methods: the numbers of the CT page.

>>> from structviz import zoo
>>> from structviz.studies.ct import Scan, acquire_scan, learned_method, reconstruct
>>> scan = Scan(n_views=30, image_size=64)
>>> method = learned_method(zoo.load("ct/equivariant-small"), scan.geometry)
>>> found = reconstruct(method, acquire_scan(scan, angle=0.5))
>>> len(found.psnr)
6
"""

from structviz.studies.ct.acquisition import OVERSAMPLING, Acquisition, AcquisitionStrip, acquire, acquire_strip
from structviz.studies.ct.cost import reconstruction_seconds, scan_seconds
from structviz.studies.ct.equivariance import equivariance_by_angle, interpolation_by_angle
from structviz.studies.ct.reconstruction import (
    CLASSICAL,
    LEARNED,
    Iterates,
    Method,
    Reconstruction,
    classical_method,
    figures_csv,
    learned_method,
    reconstruct,
    strip_frames,
)
from structviz.studies.ct.scan import DEMONSTRATION_SEEDS, PHANTOMS, Scan, acquire_scan, outside_training, phantom
from structviz.studies.ct.tuned import TunedTable, read_tuned

__all__ = [
    # scans
    "DEMONSTRATION_SEEDS",
    "OVERSAMPLING",
    "PHANTOMS",
    "Acquisition",
    "AcquisitionStrip",
    "Scan",
    "acquire",
    "acquire_scan",
    "acquire_strip",
    "outside_training",
    "phantom",
    # reconstructions
    "CLASSICAL",
    "LEARNED",
    "Iterates",
    "Method",
    "Reconstruction",
    "TunedTable",
    "classical_method",
    "figures_csv",
    "learned_method",
    "read_tuned",
    "reconstruct",
    "strip_frames",
    # equivariance
    "equivariance_by_angle",
    "interpolation_by_angle",
    # cost
    "reconstruction_seconds",
    "scan_seconds",
]
