"""Words on drawn pictures: as large as there is room for."""

from PIL import ImageFont

__all__ = ["fitting"]

_SMALLEST = 8


def fitting(words: str, width: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font in which words are at most so wide, in pixels: of the size wanted, or smaller if need be."""
    while size > _SMALLEST and ImageFont.load_default(size).getlength(words) > width:
        size -= 1
    return ImageFont.load_default(size)
