from typing import Any

import pytest

from structviz import data, zoo
from structviz.config import DenoiserShape, TrainConfig
from structviz.errors import ConfigError
from structviz.nets.groups import GROUPS
from structviz.training import SHIPPED
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.uploads import UploadedFile
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import OWN, has_room_for_maps, maps_shown


def test_names_of_matched_networks_exist() -> None:
    for training in ("small", "large"):
        for group in ("C4", "C8", "D4"):
            for source in ("wide", "stripes", "camera"):
                choice = RotationChoice(source=source, group=group, training=training, matching="parameters")
                assert choice.network_name("equivariant") in zoo.names()
                assert ("parameters" in choice.network_name("equivariant")) is choice.can_match


def test_the_cameraman_stands_in_for_an_image_that_is_not_there() -> None:
    choice = RotationChoice(source=OWN, size=64)
    assert choice.shown_source == "camera"
    assert choice.image.equal(data.image("camera", 64))


def test_another_upload_is_another_image() -> None:
    keys = {RotationChoice(source=OWN, upload=UploadedFile.of(content)).image_key for content in (b"one", b"other")}
    assert len(keys) == 2
    assert RotationChoice(upload=UploadedFile.of(b"one")).image_key == RotationChoice().image_key, "it is not shown"


@pytest.mark.parametrize("value", [{"size": 100}, {"angle": 361}, {"layer": 4}, {"group": "D8"}], ids=str)
def test_what_no_control_offers_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="must be"):
        RotationChoice(**value)


def own(group: str | None, width: int) -> TrainedNetwork:
    arm = "equivariant" if group else "ordinary"
    config = TrainConfig("stripes", arm, group, net=DenoiserShape(width=width))
    return TrainedNetwork("id", arm, arm, "stripes/own", "folder", "0" * 64, config)


@pytest.mark.parametrize(
    ("networks", "shown"),
    [((), 8), ((own("C4", 8),), 8), ((own("C16", 16), own(None, 8)), 16), ((own("D8", 32), own("C8", 8)), 16)],
)
def test_whole_fields_of_every_network_are_shown(networks: tuple[TrainedNetwork, ...], shown: int) -> None:
    assert maps_shown({**RotationChoice.defaults(), "source": "stripes", "local": networks}) == shown
    for network in networks:
        assert has_room_for_maps(network, shown) is (network.config.net.width >= shown)  # pyright: ignore[reportOptionalMemberAccess]
        assert not network.config.group or shown % GROUPS[network.config.group].order == 0


def test_whole_fields_of_shipped_networks_are_shown() -> None:
    assert SHIPPED["stripes/wide-equivariant"].group == "C16"
    values = RotationChoice.defaults()
    assert maps_shown(values) == 16
    assert maps_shown({**values, "arms": ("ordinary", "symmetrised")}) == 8
    assert maps_shown({**values, "source": "stripes"}) == 8
