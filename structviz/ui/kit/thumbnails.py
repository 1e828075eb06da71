"""Small pictures on the buttons of presets: drawn once from the page's own numbers, shipped with the package."""

import base64
import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import numpy as np
from PIL import Image as PillowImage

from structviz.figures.pixels import Colours
from structviz.files import atomic_write
from structviz.ui.kit.choice import Choice

__all__ = ["FOLDER", "SIDE", "Draw", "draw_presets", "file_of", "picture_of", "strips"]

FOLDER = Path(__file__).with_name("thumbnails")
"""Where the pictures ship: a folder for each page."""

SIDE = 112
"""Side of a picture in pixels. It is shown 51 pixels wide on a laptop and 69 on a beamer."""

C = TypeVar("C", bound=Choice)
Draw = Callable[[C], Colours]
"""Draws what a choice shows, in any size."""


def file_of(prefix: str, title: str, preset: Choice) -> Path:
    """The file of a preset's picture; another choice under the same title has another file.

    Parameters
    ----------
    prefix
        Of the page's parameters, as its form has it.
    title
        Of the preset.
    preset
        Its choice.

    Returns
    -------
    Path
        A WebP in the folder of the page's prefix; it need not exist.
    """
    digest = hashlib.sha256(urlencode(preset.address(prefix)).encode()).hexdigest()[:8]
    return FOLDER / prefix / f"{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}-{digest}.webp"


def picture_of(prefix: str, title: str, preset: Choice) -> str | None:
    """The picture of a preset as an address for the browser; None if it was not drawn yet.

    Parameters
    ----------
    prefix
        Of the page's parameters, as its form has it.
    title
        Of the preset.
    preset
        Its choice.

    Returns
    -------
    str, optional
        A `data:` address of a WebP.
    """
    return _encoded(file_of(prefix, title, preset))


@lru_cache(maxsize=256)
def _encoded(file: Path) -> str | None:
    if not file.is_file():
        return None
    return f"data:image/webp;base64,{base64.b64encode(file.read_bytes()).decode()}"


def strips(pictures: Sequence[Colours]) -> Colours:
    """One picture made of several of the same size: a vertical strip of each, from left to right."""
    edges = np.linspace(0, pictures[0].shape[1], len(pictures) + 1).round().astype(int)
    parts = zip(pictures, edges[:-1], edges[1:], strict=True)
    return np.concatenate([picture[:, left:right] for picture, left, right in parts], axis=1)


def draw_presets(prefix: str, presets: Mapping[str, Any], draw: Draw[Any]) -> list[Path]:
    """Draw the pictures of a page's presets, and remove those of presets that are gone.

    Parameters
    ----------
    prefix
        Of the page's parameters, as its form has it.
    presets
        Choices by their titles.
    draw
        Draws one; the picture is cut to a square about its middle.

    Returns
    -------
    list of Path
        The files, in the order of the presets.
    """
    files = []
    for title, preset in presets.items():
        file = file_of(prefix, title, preset)
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(file, _webp(draw(preset)))
        files.append(file)
    for old in set((FOLDER / prefix).glob("*.webp")) - set(files):
        old.unlink()
    _encoded.cache_clear()
    return files


def _webp(colours: Colours) -> bytes:
    picture = PillowImage.fromarray(colours)
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    # Pixels stay pixels where there are few; more of them than fit are averaged.
    way = PillowImage.Resampling.NEAREST if side <= SIDE else PillowImage.Resampling.BOX
    file = io.BytesIO()
    picture.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), way).save(file, "WEBP", quality=80)
    return file.getvalue()
