"""A whole turn to take along: an animated picture of all arms, and a table of their numbers."""

import csv
import io
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType, check_animation_type, encode_animation
from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.pixels import coloured
from structviz.figures.theme import Headings, heading
from structviz.studies.turning import FilmStrip, Frames
from structviz.types import Images, PerImage

__all__ = ["curves_csv", "turn_film"]

_SECONDS = 4.5
"""Time of one turn."""

_SIDE = 128
"""Wanted side of each picture, in pixels."""

_GAP, _FONT = 8, 17

_GIF_FRAMES = 36
"""Frames of a GIF at most: noise, which is in every picture, hardly compresses in it."""

_MAX_BYTES = 3_000_000


def turn_film(
    strip: FilmStrip,
    colour_map: str = "grey",
    differences: bool = False,
    file_type: AnimationType = "webp",
    headings: Headings | None = None,
) -> bytes:
    """The turn of a film strip as an animated picture that runs for ever, on white.

    Noisy input, arms and truth stand side by side under headings in the arms' colours, the PSNR of each
    frame below. Only the disc that no turn leaves is shown, since PSNR counts nothing else. A strip of 72
    frames of 128 x 128 pixels and three arms takes less than 3 MB; small images are enlarged by a whole
    factor, images of 256 pixels and more are averaged down to about 128. A GIF has every second one of 72
    frames, in fewer colours.

    Parameters
    ----------
    strip
        What `structviz.studies.rotation.film_strip` returned.
    colour_map
        One of `COLOUR_MAPS`, for images; differences have a map of their own.
    differences
        Whether to show output minus truth instead of the output.
    file_type
        "webp" or "gif".
    headings
        Of columns that are no arm of the project.

    Returns
    -------
    bytes
        The file, of `file_type`, with a picture for each angle or for every second one.

    Raises
    ------
    ConfigError
        If there is no such colour map or file type.

    Examples
    --------
    >>> from structviz import data
    >>> from structviz.studies.rotation import film_strip
    >>> turn_film(film_strip({}, data.stripes(1, size=16), n_angles=4), file_type="gif")[:6]
    b'GIF89a'
    """
    check_animation_type(file_type)
    frames = _frames(strip, colour_map, differences, headings)
    if file_type == "gif":
        frames = frames[:: -(-len(frames) // _GIF_FRAMES)]
    exact = ["black", "white", *(heading(arm, headings).colour for arm in (strip.given, *strip.arms, "truth"))]
    return encode_animation(frames, 1000 * _SECONDS / len(frames), file_type, _MAX_BYTES, exact)


def curves_csv(strip: FilmStrip, errors: Mapping[str, Sequence[float] | PerImage] | None = None) -> str:
    """The numbers of a film strip: one line for each arm and angle, with a header; angles in degrees.

    Parameters
    ----------
    strip
        What `structviz.studies.rotation.film_strip` returned.
    errors
        For some arms the equivariance error at each angle of the strip; where it is unknown (nan, or no
        such arm) the field stays empty.

    Raises
    ------
    ConfigError
        If there is not one error for each angle.

    Examples
    --------
    >>> from structviz import data
    >>> from structviz.studies.rotation import film_strip
    >>> print(curves_csv(film_strip({}, data.stripes(1, size=16), n_angles=4)).splitlines()[0])
    angle_degrees,arm,psnr_db,ssim,equivariance_error
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("angle_degrees", "arm", "psnr_db", "ssim", "equivariance_error"))
    degrees = [f"{math.degrees(angle):g}" for angle in strip.angles.tolist()]
    for arm, frames in {strip.given: strip.noisy, **strip.arms}.items():
        known = [float(error) for error in (errors or {}).get(arm, [math.nan] * len(degrees))]
        if len(known) != len(degrees):
            raise ConfigError(f"Give one error for each of the {len(degrees)} angles of the strip; got {len(known)}.")
        for angle, psnr, ssim, error in zip(degrees, frames.psnr.tolist(), frames.ssim.tolist(), known, strict=True):
            shown = "" if math.isnan(error) else f"{error:.3g}"
            writer.writerow((angle, arm, f"{psnr:.3f}", f"{ssim:.4f}", shown))
    return text.getvalue()


def _frames(strip: FilmStrip, colour_map: str, differences: bool, headings: Headings | None) -> list[PillowImage.Image]:
    """Every frame: pictures side by side, and their numbers."""
    columns: dict[str, Frames | None] = {strip.given: strip.noisy, **strip.arms, "truth": None}
    films = [_film(strip, frames, colour_map, differences) for frames in columns.values()]
    sheet = ContactSheet(
        tuple(heading(arm, headings) for arm in columns), side=films[0].shape[1], font_size=_FONT, gap=_GAP
    )

    def cell(shown: Frames | None, film: npt.NDArray[np.uint8], k: int, angle: float) -> Cell:
        words = f"{math.degrees(angle):g}°" if shown is None else f"{shown.psnr[k].item():.1f} dB"
        return Cell(PillowImage.fromarray(film[k]), words)

    return [
        sheet.drawn([[cell(shown, film, k, angle) for shown, film in zip(columns.values(), films, strict=True)]])
        for k, angle in enumerate(strip.angles.tolist())
    ]


def _film(strip: FilmStrip, shown: Frames | None, colour_map: str, differences: bool) -> npt.NDArray[np.uint8]:
    """One column of the film as red, green and blue, white outside the disc."""
    images: Images = strip.clean if shown is None else shown.images
    if differences and shown is not None:
        images, colour_map = shown.images - strip.clean, "difference"
    rgb = np.stack([coloured(image, colour_map)[..., :3] for image in images[:, 0]])
    rgb[:, ~strip.mask.cpu().numpy()] = 255
    n_frames, size = rgb.shape[:2]
    if size >= 2 * _SIDE:
        # Colours are averaged, not values, so that the rim of the disc fades into the white.
        step = size // _SIDE
        kept = size // step * step
        parts = rgb[:, :kept, :kept].reshape(n_frames, kept // step, step, kept // step, step, 3)
        return np.rint(parts.mean((2, 4))).astype(np.uint8)
    factor = -(-_SIDE // size)
    return rgb.repeat(factor, axis=1).repeat(factor, axis=2)
