"""Which computations of pages count as short, and are done beside long ones of other visitors."""

import pytest
from torch import nn

from structviz.studies.ct import reconstruction_seconds, scan_seconds
from structviz.ui.kit.fair_queue import SHORT
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.results import loaded_networks as ct_networks
from structviz.ui.pages.ct.results import turning_object
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.presets import PRESETS
from structviz.ui.pages.rotation.results import comparison_seconds, loaded_networks, turning_image


@pytest.mark.parametrize("choice", PRESETS.values(), ids=PRESETS)
def test_what_the_rotation_page_compares_is_short(choice: RotationChoice) -> None:
    assert comparison_seconds(choice, loaded_networks(choice)) < SHORT


def test_four_times_the_network_takes_four_times_as_long() -> None:
    choice = RotationChoice(source="camera", size=128, arms=("ordinary", "symmetrised"))
    networks, source = loaded_networks(choice), turning_image(choice)
    once, on_all = (source.seconds(networks[arm]) for arm in ("ordinary", "symmetrised"))
    assert 3 < on_all / once < 4
    assert source.seconds(None) < once
    assert isinstance(networks["ordinary"].net, nn.Module)


def test_each_step_of_the_first_ct_page_is_short_and_a_film_of_the_largest_is_long() -> None:
    scan = ScanChoice().scan
    assert max(scan_seconds(scan), *(reconstruction_seconds(name, scan) for name in ("fbp", "tv", "net"))) < SHORT
    largest = ScanChoice(size=256, views=200, methods=("fbp", "equivariant"))
    network = ct_networks(largest)["equivariant"]
    assert turning_object(largest).seconds(network) > 3 * SHORT
    assert turning_object(largest).seconds(None) > SHORT
