"""Tensors as pictures: colour maps with fixed limits, pixels shown as pixels, lossless PNG."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from jaxtyping import Float
from PIL import Image as PillowImage
from torch import Tensor

from structviz.errors import ConfigError
from structviz.types import Mask

__all__ = ["COLOUR_MAPS", "ColourMap", "Colours", "Picture", "coloured", "enlarged", "png", "to_png"]

Picture = Float[Tensor, "row column"]
"""One grey picture."""

Colours = npt.NDArray[np.uint8]
"""Red, green, blue and perhaps opacity: shape (row, column, 3 or 4)."""


@dataclass(frozen=True)
class ColourMap:
    """Colours at equal distances between two limits; values outside take the colour of the nearer limit."""

    colours: tuple[str, ...]
    low: float
    high: float

    def __call__(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        """Colour an array; the result has one more axis, of red, green and blue."""
        stops = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in self.colours])
        position = np.clip((values - self.low) / (self.high - self.low), 0, 1) * (len(stops) - 1)
        grid = np.arange(len(stops))
        channels = [np.interp(position, grid, stops[:, channel]) for channel in range(3)]
        return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


COLOUR_MAPS: Mapping[str, ColourMap] = MappingProxyType(
    {
        "grey": ColourMap(("#000000", "#ffffff"), 0.0, 1.0),
        # The lecture shows its stripes in viridis from -1 to 2.
        "stripes": ColourMap(
            (
                "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
                "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
            ),
            -1.0,
            2.0,
        ),
        # A share of the highest density.
        "density": ColourMap(
            (
                "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
                "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
            ),
            0.0,
            1.0,
        ),
        # A code: most of it lies within three standard deviations.
        "code": ColourMap(("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"), -3.0, 3.0),
        # From air to bone, in 1/cm.
        "attenuation": ColourMap(("#000000", "#ffffff"), 0.0, 0.35),
        # The same in parts of 0.5/cm, the unit of networks for CT.
        "chest": ColourMap(("#000000", "#ffffff"), 0.0, 0.7),
        "difference": ColourMap(
            (
                "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
                "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f",
            ),
            -0.5,
            0.5,
        ),
    }
)  # fmt: skip
"""Grey for images and attenuation, the lecture's colours for stripes, blue–white–red for differences."""


def coloured(picture: Picture, colour_map: str, mask: Mask | None = None) -> npt.NDArray[np.uint8]:
    """A picture as red, green, blue and opacity.

    Parameters
    ----------
    picture
        Shape (row, column); what is no number counts as 0.
    colour_map
        One of `COLOUR_MAPS`.
    mask
        The pixels that count; the others are transparent.

    Returns
    -------
    npt.NDArray[np.uint8]
        Shape (row, column, 4).

    Raises
    ------
    ConfigError
        If there is no such colour map.
    """
    if colour_map not in COLOUR_MAPS:
        raise ConfigError(f"A colour map is one of {', '.join(COLOUR_MAPS)}; got {colour_map!r}.")
    values = np.nan_to_num(picture.detach().cpu().double().numpy())
    opacity = np.full(values.shape, 255, np.uint8)
    if mask is not None:
        opacity[~mask.cpu().numpy()] = 0
    return np.concatenate([COLOUR_MAPS[colour_map](values), opacity[..., None]], axis=-1)


def to_png(picture: Picture, colour_map: str = "grey", mask: Mask | None = None, side: int = 1) -> bytes:
    """A picture as PNG, in which pixels are squares.

    Parameters
    ----------
    picture, colour_map, mask
        As for `coloured`.
    side
        Least width of the result, in pixels.

    Returns
    -------
    bytes
        The PNG, enlarged by a whole factor; grey if the picture has no colours.

    Examples
    --------
    >>> import torch
    >>> to_png(torch.zeros(2, 3))[1:4]
    b'PNG'
    """
    return png(_fewest_channels(enlarged(coloured(picture, colour_map, mask), side)))


def _fewest_channels(pixels: Colours) -> PillowImage.Image:
    """The same picture without equal colours for greys, and without an opacity that is full everywhere."""
    if (pixels[..., 3] == 255).all():
        pixels = pixels[..., :3]
    if (pixels[..., :3] == pixels[..., :1]).all():
        pixels = pixels[..., [0, *range(3, pixels.shape[-1])]]
    return PillowImage.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels))


def enlarged(pixels: Colours, side: int) -> Colours:
    """A picture in which each pixel is a square, as small as it may be for the picture to be `side` wide."""
    factor = max(1, -(-side // pixels.shape[1]))
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def png(picture: PillowImage.Image) -> bytes:
    """The picture as a PNG file, without loss."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
