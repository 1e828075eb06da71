"""The part of the CT page that measures several slices or images of a visitor."""

import math
from collections.abc import Mapping

from structviz.data import SCAN_TYPES
from structviz.figures import arm_title
from structviz.studies.ct import Method, Scan, classical_method, learned_method, read_tuned, reconstruction_seconds
from structviz.studies.several import reconstructing
from structviz.ui.kit.several import TableStudy
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.exports import digests
from structviz.ui.pages.ct.options import TUNED
from structviz.ui.pages.ct.results import loaded_networks

__all__ = ["table_study"]


def table_study(choice: ScanChoice) -> TableStudy:
    """What the page measures of every slice; each is scanned at its own width, or at that of the page."""
    networks, local = loaded_networks(choice), {network.key: network.title for network in choice.local}

    def method(name: str, scan: Scan) -> Method:
        if name in networks:
            return learned_method(networks[name].net, scan.geometry)
        tuned = read_tuned()
        filter = tuned.filter(scan) if choice.filter == TUNED else choice.filter
        weight = tuned.weight(scan) if choice.weight is None else choice.weight
        return classical_method(name, scan.geometry, filter, weight, scan.n_photons)

    def methods(scan: Scan) -> Mapping[str, Method]:
        return {name: method(name, scan) for name in choice.columns}

    photons = "without noise" if math.isinf(choice.photons) else f"{choice.photons:,.0f} photons in each ray"
    settings = (choice.scan, choice.angle, choice.width, choice.filter, choice.weight, choice.columns)
    return TableStudy(
        ("ct", settings, tuple(network.sha256 for network in networks.values())),
        reconstructing(methods, choice.scan, math.radians(choice.angle), choice.width),
        {name: local.get(name) or arm_title(name) for name in choice.columns},
        digests(choice),
        SCAN_TYPES,
        f"Each object is turned by {choice.angle}° and scanned with {choice.views} views, {photons}, at "
        f"{choice.size}² pixels, with the same seed of the noise. Slices keep their own width; others are "
        f"{choice.width:g} cm wide.",
        sum(reconstruction_seconds(name, choice.scan) for name in choice.columns),
    )
