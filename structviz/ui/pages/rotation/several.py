"""The part of the rotation page that measures several images of a visitor."""

import dataclasses
import math

from structviz.data import UPLOAD_TYPES
from structviz.figures import arm_title
from structviz.studies.several import denoising
from structviz.transforms import NOISES
from structviz.ui.kit.several import TableStudy
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.exports import digests
from structviz.ui.pages.rotation.options import OWN, STRIPES, WIDE, offered_arms
from structviz.ui.pages.rotation.results import comparison_seconds, loaded_networks

__all__ = ["for_photographs", "table_study"]


def for_photographs(choice: RotationChoice) -> RotationChoice:
    """The choice for images of a visitor's own: beside stripes, with the networks for photographs in their places."""
    if choice.source not in (WIDE, STRIPES):
        return choice
    offered = offered_arms({**vars(choice), "source": OWN})
    arms = tuple(arm for arm in choice.arms if arm in offered)
    local = tuple(network for network in choice.local if network.config.recipe == "images")
    return dataclasses.replace(choice, source=OWN, upload=None, arms=arms, local=local, layer=1)


def table_study(choice: RotationChoice) -> TableStudy:
    """What the page measures of every image."""
    source, choice = choice.source, for_photographs(choice)
    networks = loaded_networks(choice)
    settings = (choice.size, choice.angle, choice.noise, choice.level, choice.seed, choice.noise_turns)
    is_other = choice.source != source
    about = (
        f"Each image is turned by {choice.angle}°, at {choice.size}² pixels. Noise: {NOISES[choice.noise].title}, "
        f"level {choice.level:g}, seed {choice.seed}."
        f"{' The networks are those for photographs.' if is_other else ''}"
    )
    nets = {arm: network.net for arm, network in networks.items()}
    local = {network.key: network.title for network in choice.local}
    return TableStudy(
        ("rotation", settings, tuple((arm, network.sha256) for arm, network in networks.items())),
        denoising(
            nets,
            choice.size,
            math.radians(choice.angle),
            choice.noise,
            choice.level,
            choice.seed,
            choice.noise_turns,
        ),
        {"noisy": arm_title("noisy"), **{arm: local.get(arm) or arm_title(arm) for arm in networks}},
        digests(choice),
        UPLOAD_TYPES,
        about,
        comparison_seconds(choice, networks),
    )
