"""What the controls of the page of robustness offer, and what sentences call it."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from structviz import attacks
from structviz.data import PHOTOGRAPHS, PICTURES, imagenet_classes, photograph, read_colour_image
from structviz.nets.efficientnet import SIDE
from structviz.studies.robustness.shipped import TURN_STEP
from structviz.types import Images
from structviz.ui.kit.uploads import UploadedFile

__all__ = [
    "ANGLE_STEP",
    "ANYTHING",
    "MOST_LEVELS",
    "OWN",
    "PHOTOS",
    "STAND_IN",
    "TARGETS",
    "check_upload",
    "class_phrase",
    "photo_of",
    "photo_phrase",
    "shown_photo",
    "target_class",
]

OWN = "own"
"""Stands for the visitor's image."""

STAND_IN = "chelsea"
"""What is shown for the visitor's image until there is one."""

PHOTOS: Mapping[str, str] = MappingProxyType({name: PICTURES[name].title for name in PHOTOGRAPHS})
"""Photographs that ship, with titles."""

_PHRASES = {"chelsea": "a cat", "coffee": "a cup of coffee", "rocket": "a rocket", "motorcycle": "a motorcycle"}

ANYTHING = "anything"
"""The target of an attack to which any other class will do."""

TARGETS: Mapping[str, str] = MappingProxyType(
    {ANYTHING: "… anything else", **{name: name for name in sorted(imagenet_classes(), key=str.lower)}}
)
"""Classes that an attack can want, with titles."""

MOST_LEVELS = 8.0
"""The strongest noise, in 1/255."""

ANGLE_STEP = TURN_STEP
"""Degrees between two angles of the ring."""


@runtime_checkable
class _Choice(Protocol):
    @property
    def photo(self) -> str: ...
    @property
    def upload(self) -> UploadedFile | None: ...


@lru_cache(maxsize=8)
def _read(file: UploadedFile) -> Images:
    """The visitor's image, decoded once, in 8 bits as those that ship."""
    return attacks.eight_bit(read_colour_image(file.content, SIDE))


def check_upload(file: UploadedFile) -> None:
    """Refuse an image that cannot be read; see `structviz.data.read_colour_image` for what it raises."""
    _read(file)


def shown_photo(choice: _Choice) -> str:
    """What is shown: a photograph, or what stands in for the visitor's image until there is one."""
    return STAND_IN if choice.photo == OWN and choice.upload is None else choice.photo


def photo_of(choice: _Choice) -> Images:
    """The photograph, of the shape (1, 3, 224, 224)."""
    return _read(choice.upload) if choice.photo == OWN and choice.upload else photograph(shown_photo(choice))


def photo_phrase(choice: _Choice) -> str:
    """What a sentence calls the photograph."""
    return _PHRASES.get(shown_photo(choice), "your image")


def class_phrase(number: int) -> str:
    """What a class is called."""
    return imagenet_classes()[number]


def target_class(target: str) -> int | None:
    """The number of a target; None if any other class will do."""
    return None if target == ANYTHING else imagenet_classes().index(target)
