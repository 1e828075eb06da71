"""What the controls of the rotation page offer."""

import dataclasses
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import eq
from types import MappingProxyType
from typing import Any

from structviz import data, training
from structviz.arms import is_equivariant
from structviz.config import DenoiserShape, TrainConfig
from structviz.figures import arm_title
from structviz.nets import PIXELWISE, group
from structviz.nets.classical import CLASSICAL
from structviz.nets.finer import FINER
from structviz.studies.designs import DESIGNS, Design
from structviz.training import LARGE, SMALL
from structviz.training.recipes import complete
from structviz.training.wide_stripes import WIDE
from structviz.ui.kit.control import Values
from structviz.ui.kit.networks import TrainedNetwork

__all__ = [
    "ACTIVATION_TITLES",
    "ARMS",
    "DESIGN_FIELDS",
    "NOISE_TURNS",
    "N_MAPS",
    "OWN",
    "SHIPPED_SOURCES",
    "SIZES",
    "SOURCES",
    "STAND_IN",
    "STRIPES",
    "TRAINING_SETS",
    "WIDE",
    "WITHOUT_LAYERS",
    "can_match",
    "feature_layers",
    "group_title",
    "has_room_for_maps",
    "maps_shown",
    "measured_designs",
    "network_of",
    "offered_arms",
    "recipe_of",
]

OWN = "own"
"""The source that stands for the visitor's image."""

ARMS = ("ordinary", "augmented", "equivariant", "equivariant-augmented", "symmetrised", *CLASSICAL)
"""Arms in the order in which they are shown, and the yardsticks that learn nothing."""

WITHOUT_LAYERS = frozenset({"symmetrised", *CLASSICAL})
"""Arms that have no layers of their own."""

STRIPES = "stripes"
"""The source of the lecture's stripes."""

SIZES = (64, 128, 256)
"""Sides of the images, in pixels; the stripes have their own."""

N_MAPS = 8
"""Feature maps that are shown of a layer, or a whole field where that has more."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        WIDE: "Wide stripes",
        STRIPES: "The lecture's stripes",
        **{name: data.PICTURES[name].title for name in data.IMAGES},
        "shepp-logan": "Shepp–Logan phantom",
        "ellipses": "Random ellipses",
        OWN: "Your own image …",
    }
)
"""What can be turned, with titles."""

SHIPPED_SOURCES = MappingProxyType({name: title for name, title in SOURCES.items() if name != OWN})
"""The same without the visitor's image."""

STAND_IN = "camera"
"""What is shown for the visitor's image until there is one."""

NOISE_TURNS = MappingProxyType({False: "stays with the camera", True: "turns with the object"})
"""Whether the noise turns with the image, in words."""

TRAINING_SETS = MappingProxyType({"small": f"{SMALL} patches", "large": f"{LARGE} patches"})
"""On how much the networks for photographs were trained."""


def maps_shown(values: Values) -> int:
    """How many feature maps of each network are shown: as many as the largest field has, or `N_MAPS`.

    Orders of groups are powers of two, so that it is a number of whole fields for every network.
    """
    shipped = [training.SHIPPED[network_of(arm, values)] for arm in values["arms"] if arm not in WITHOUT_LAYERS]
    own = [network.config for network in values["local"] if isinstance(network.config.net, DenoiserShape)]
    return max([N_MAPS, *(group(config.group).order for config in (*shipped, *own) if config.group)])


def has_room_for_maps(network: TrainedNetwork, n_maps: int) -> bool:
    """Whether the layers of a network of this machine have so many feature maps."""
    shape = network.config.net
    return isinstance(shape, DenoiserShape) and shape.width >= n_maps


def offered_arms(values: Values) -> dict[str, str]:
    """The arms of which a network ships for the chosen image, and yardsticks for photographs, with titles."""
    is_photograph = recipe_of(values) == "images"
    return {
        arm: arm_title(arm)
        for arm in ARMS
        if (is_photograph if arm in CLASSICAL else _shipped_name(arm, values["source"]) in training.SHIPPED)
    }


def feature_layers(values: Values) -> range:
    """The layers, counted from 1, whose feature maps all chosen networks can show; empty if there is no network."""
    n_maps = maps_shown(values)
    depths = [_depth(network.config.net) for network in values["local"] if has_room_for_maps(network, n_maps)]
    if set(values["arms"]) - WITHOUT_LAYERS:
        depths.append(_shipped_depth(recipe_of(values), WIDE if values["source"] == WIDE else None))
    return range(1, min(depths, default=1))


@lru_cache(maxsize=4)
def _shipped_depth(recipe: str, dataset: str | None) -> int:
    """Layers of the networks that ship, none of which has fewer than the shape of its recipe."""
    return _depth(complete(TrainConfig(recipe, dataset=dataset), training.recipe(recipe)).net)


def _depth(shape: object) -> int:
    return len(shape.dilations) if isinstance(shape, DenoiserShape) else 1


def recipe_of(values: Values) -> str:
    """The recipe of the networks that serve the chosen image."""
    return "stripes" if values["source"] in (WIDE, STRIPES) else "images"


def _shipped_name(arm: str, source: str, group: str = "C4", matched: bool = False, trained_on: str = "small") -> str:
    """Name in the zoo of the network that serves an arm for a source."""
    trained = "ordinary" if arm == "symmetrised" else arm
    parameters = "-parameters" if matched and trained == "equivariant" else ""
    if source == WIDE:
        return f"stripes/wide-{trained}"
    if source == STRIPES:
        return f"stripes/{trained}{parameters}"
    # The other groups are trained on upright images alone.
    symmetry = f"-{(group if trained == 'equivariant' else 'C4').lower()}" if is_equivariant(trained) else ""
    return f"images/{trained}{symmetry}{parameters}-{trained_on}"


def can_match(values: Values) -> bool:
    """Whether there is an equivariant network with as many parameters as the ordinary one: for C4 alone."""
    return values["source"] == STRIPES or (values["source"] != WIDE and values["group"] == "C4")


def network_of(arm: str, values: Values) -> str:
    """Name in the zoo of the shipped network that serves an arm."""
    matched = values["matching"] == "parameters" and can_match(values)
    return _shipped_name(arm, values["source"], values["group"], matched, values["training"])


DESIGN_FIELDS = tuple(field.name for field in dataclasses.fields(Design))
"""What can be switched of a design; the controls are called `design_` and this."""


ACTIVATION_TITLES = MappingProxyType({name: each.title for name, each in {**PIXELWISE, **FINER}.items()})
"""Nonlinearities of designs."""


def group_title(name: str) -> str:
    """A group of designs in words."""
    return Design(group=name).group_title


def measured_designs(name: str, titles: Callable[[Any], str]) -> Callable[[Values], Mapping[Any, str]]:
    """What a switch offers: what was measured with the switches before it as they are."""
    before = DESIGN_FIELDS[: DESIGN_FIELDS.index(name)]

    @lru_cache(maxsize=256)  # asked for a hundred times whenever the page runs
    def found(*chosen: Any) -> Mapping[Any, str]:
        fitting = [d for d in DESIGNS if all(map(eq, chosen, (getattr(d, n) for n in before)))]
        return {value: titles(value) for value in sorted({getattr(design, name) for design in fitting}, key=str)}

    return lambda values: found(*(values[f"design_{n}"] for n in before))
