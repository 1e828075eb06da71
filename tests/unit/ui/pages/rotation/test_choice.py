from typing import Any

import pytest

from structviz import data, zoo
from structviz.errors import ConfigError
from structviz.ui.kit.controls import UploadedFile
from structviz.ui.pages.rotation.choice import OWN, RotationChoice


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
