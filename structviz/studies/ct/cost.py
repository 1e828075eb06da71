"""Roughly how long scans and reconstructions take, so that whoever waits for them can be told.

Seconds of one core, measured on the machine that trained the shipped networks; a quicker one needs a common factor
less.
"""

from structviz.studies.ct.scan import Scan

__all__ = ["reconstruction_seconds", "scan_seconds"]

_PIXELS = 128**2
"""Pixels of the images to which the figures below apply; all of them grow with that number."""


def scan_seconds(scan: Scan) -> float:
    """Roughly how long it takes to measure an object for the first time, which builds the projector."""
    return _share(scan) * (0.05 + 0.0035 * scan.n_views)


def reconstruction_seconds(name: str, scan: Scan) -> float:
    """Roughly how long a method takes for one scan, its figures included.

    Parameters
    ----------
    name
        "fbp", "tv", or anything else for a network.
    scan
        Decides the number of pixels and of views.
    """
    match name:
        case "fbp":
            return _share(scan) * 0.01
        case "tv":
            return _share(scan) * (0.15 + 0.0055 * scan.n_views)
    return _share(scan) * (0.035 + 0.00015 * scan.n_views)


def _share(scan: Scan) -> float:
    return scan.image_size**2 / _PIXELS
