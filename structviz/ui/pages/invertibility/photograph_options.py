"""The controls of the section on photographs."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from structviz.data import IMAGES, PICTURES, UPLOAD_TYPES, image, read_image
from structviz.types import Image
from structviz.ui.kit.choice import Number, One
from structviz.ui.kit.uploads import Upload, UploadedFile

__all__ = ["FACTOR", "OWN", "OWN_PHOTO", "PART", "PARTS", "PHOTO", "SWAP", "picture"]

OWN = "own"
"""Stands for the visitor's photograph."""

_SIZE = 128
_STAND_IN = "camera"

PARTS: Mapping[str, str] = MappingProxyType(
    {"fine": "Fine details", "middle": "Middle details", "coarse": "Coarse picture"}
)
"""Parts of a code, with titles."""

_PHOTOS = {name: PICTURES[name].title for name in IMAGES}


@lru_cache(maxsize=8)
def _read(file: UploadedFile) -> Image:
    """The visitor's photograph, decoded once."""
    return read_image(file.content, _SIZE)


def _check(file: UploadedFile) -> None:
    _read(file)


def picture(name: str, own: UploadedFile | None) -> Image:
    """A photograph, by its name or the visitor's; until there is that, a held-out one.

    Parameters
    ----------
    name
        A key of `structviz.data.IMAGES`, or `OWN`.
    own
        The visitor's file, if there is one.
    """
    if name == OWN and own is not None:
        return _read(own)
    return image(_STAND_IN if name == OWN else name, _SIZE)


PHOTO = One("Photograph", options={**_PHOTOS, OWN: "Your own image …"}, width=230)
OWN_PHOTO = Upload(
    "Your image, at most 10 MB and 24 million pixels",
    types=UPLOAD_TYPES,
    read=_check,
    stand_in="Until you choose one, the cameraman is shown.",
    applies=lambda values: values["photo"] == OWN,
)
PART = One("Part of the code", options=PARTS, kind="segmented")
FACTOR = Number("Multiply it by", low=0.0, high=2.0, step=0.05, whole=False, kind="slider", format="%.2f", width=240)
SWAP = One("Take it from", options=_PHOTOS, optional=True, width=230)
