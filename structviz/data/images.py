"""Pictures that scikit-image brings along: some to test on, others to train on, never both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import torch

from structviz.data.arguments import check_size
from structviz.decoding.grey import central_square, grey
from structviz.errors import ConfigError
from structviz.types import Image

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

__all__ = ["IMAGES", "PICTURES", "TRAINING_IMAGES", "Picture", "image", "open_picture", "training_image"]


@dataclass(frozen=True)
class Picture:
    """What a picture is called, where it lies and whom to thank for it.

    Parameters
    ----------
    title
        Short name for widgets and captions.
    file
        File name in scikit-image's data folder.
    credit
        Author and licence as scikit-image's documentation states them.
    """

    title: str
    file: str
    credit: str


_HELD_OUT = {
    "camera": Picture("Cameraman", "camera.png", "Lav Varshney, CC0"),
    "astronaut": Picture("Astronaut", "astronaut.png", "Eileen Collins, NASA Great Images, public domain"),
    "chelsea": Picture("Chelsea the cat", "chelsea.png", "Stefan van der Walt, CC0"),
    "clock": Picture("Clock in motion", "clock_motion.png", "Stefan van der Walt, public domain"),
    "coins": Picture("Greek coins", "coins.png", "Brooklyn Museum, no known copyright restrictions"),
    "moon": Picture("Surface of the moon", "moon.png", "scikit-image, `skimage.data.moon`"),
    "cell": Picture("Cell in saline", "cell.png", "Müller et al., Optics Express 26(8), 2018, CC0"),
    "horse": Picture("Silhouette of a horse", "horse.png", "Andreas Preuss (marauder), CC0"),
}

_FOR_TRAINING = {
    "brick": Picture("Brick wall", "brick.png", "CC0Textures, CC0"),
    "coffee": Picture("Coffee cup", "coffee.png", "Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0"),
    "grass": Picture("Grass", "grass.png", "linolafett (DeviantArt), CC0"),
    "gravel": Picture("Gravel", "gravel.png", "CC0Textures, CC0"),
    "hubble": Picture("Hubble eXtreme Deep Field", "hubble_deep_field.jpg", "NASA, HubbleSite, public domain"),
    "motorcycle": Picture("Motorcycle", "motorcycle_left.png", "Nesic et al., Middlebury stereo benchmark, 2014"),
    "page": Picture("Scanned page", "page.png", "scikit-image, `skimage.data.page`"),
    "retina": Picture("Human retina", "retina.jpg", "Mikael Häggström, WikiJournal of Medicine 1(2), 2014, CC0"),
    "rocket": Picture("Rocket at dusk", "rocket.jpg", "SpaceX, public domain"),
    "text": Picture("Handwriting", "text.png", "Wikipedia, no known copyright restrictions"),
    "tissue": Picture("Colonic glands", "ihc.png", "CMMI, no known copyright restrictions"),
}

PICTURES: Mapping[str, Picture] = MappingProxyType(_HELD_OUT | _FOR_TRAINING)
"""Every picture by its name: titles for widgets, credits for captions."""

IMAGES = tuple(_HELD_OUT)
"""Names of the test pictures, which no network has seen."""

TRAINING_IMAGES = tuple(_FOR_TRAINING)
"""Names of the pictures to train on."""


def image(name: str, size: int) -> Image:
    """Load the central square of a held-out picture.

    Parameters
    ----------
    name
        One of `IMAGES`.
    size
        Side of the result in pixels; the picture is resized with anti-aliasing.

    Returns
    -------
    Image
        ``(1, 1, size, size)``, grey (Rec. 709 luma), float32, in [0, 1].

    Raises
    ------
    ConfigError
        If the name is not in `IMAGES` or ``size`` is out of range.

    Examples
    --------
    >>> from structviz.data import image
    >>> image("camera", 128).shape
    torch.Size([1, 1, 128, 128])
    """
    check_size(size)
    return _image(central_square(_open(name, IMAGES)), size, size)


def training_image(name: str, size: int | None = None) -> Image:
    """Load a picture to train on, whole or as a resized central square.

    Parameters
    ----------
    name
        One of `TRAINING_IMAGES`.
    size
        Side of the central square in pixels. Without it the whole picture comes in its own size.

    Returns
    -------
    Image
        ``(1, 1, row, column)``, grey (Rec. 709 luma), float32, in [0, 1].

    Raises
    ------
    ConfigError
        If the name is not in `TRAINING_IMAGES` or ``size`` is out of range.

    Examples
    --------
    >>> from structviz.data import training_image
    >>> training_image("brick").shape
    torch.Size([1, 1, 512, 512])
    """
    if size is not None:
        check_size(size)
    picture = _open(name, TRAINING_IMAGES)
    if size is None:
        return _image(picture, picture.height, picture.width)
    return _image(central_square(picture), size, size)


def _image(picture: PillowImage, rows: int, columns: int) -> Image:
    return torch.from_numpy(grey(picture, rows, columns))[None, None]


def _open(name: str, names: tuple[str, ...]) -> PillowImage:
    if name not in names:
        raise ConfigError(f"The name of a picture must be one of {', '.join(names)}, but it is {name!r}: choose one.")
    return open_picture(name)


def open_picture(name: str) -> PillowImage:
    """A picture of `PICTURES` as it lies in scikit-image's data folder, decoded."""
    import PIL.Image

    with PIL.Image.open(_folder() / PICTURES[name].file) as picture:
        picture.load()
        return picture


def _folder() -> Path:
    # find_spec does not import skimage, which would cost more than reading the picture.
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(
            "The pictures are those of scikit-image, but it is not installed: run 'pip install scikit-image'."
        )
    return Path(spec.submodule_search_locations[0]) / "data"
