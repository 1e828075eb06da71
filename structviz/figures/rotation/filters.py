"""The learned kernels of a network, so arranged that one sees what the group makes of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageDraw
from torch import Tensor

from structviz.errors import ConfigError
from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.pixels import COLOUR_MAPS, ColourMap, png
from structviz.figures.theme import Heading
from structviz.nets import ConvDenoiser, Group, group

__all__ = ["FilterPicture", "arranged_kernels", "filters_picture"]

Arranged = Float[Tensor, "line column kernel_row kernel_column"]
"""Kernels in lines and columns; nan where there is none."""

_LINE = "#808890"
"""Seen on white and on black."""


@dataclass(frozen=True)
class FilterPicture:
    """A picture with the words for those who cannot see it."""

    png: bytes
    alt: str


def filters_picture(
    net: ConvDenoiser, layer: int, group_name: str | None = None, columns: int = 4, scale: int = 20
) -> FilterPicture:
    """The learned kernels of one layer: blue is negative, red positive, white zero, with common limits.

    In the first and in the last layer each row holds one regular field: a kernel and its copies, turned by the
    elements of the group in their order. Between them the kernels from one field to one field form a block with
    one row for each output and one column for each input channel. There K_{g,h} = g K_{1,g⁻¹h}: each row is the
    first one, turned by g and permuted by the group: a circulant matrix of turned kernels. Shown are the
    two fields between which the kernels are largest. Of C8 and D8 only the quarter turns and mirrors permute
    pixels, so only those copies are exact.

    Parameters
    ----------
    net
        A plain network.
    layer
        Which convolution, from 0.
    group_name
        The group whose regular fields the channels form; none for an ordinary network.
    columns
        Kernels in a row of an ordinary network's picture, so that it has the shape of the other's.
    scale
        Side of the square that stands for a weight.

    Returns
    -------
    FilterPicture
        The PNG, `scale` pixels for a weight, and a sentence that says what it shows.

    Raises
    ------
    ConfigError
        If the layer does not exist or the channels do not fill regular fields.

    Examples
    --------
    >>> filters_picture(ConvDenoiser(width=8), 0).png[1:4]
    b'PNG'
    """
    shown = arranged_kernels(net, layer, group_name, columns)
    last = len(net.convolutions) - 1
    G = None if group_name is None else group(group_name)
    limit = max(shown.nan_to_num().abs().max().item(), 1e-12)
    png = _sheet(shown, limit, G, 0 < layer < last, scale)
    return FilterPicture(png, _words(shown, limit, G, layer, last))


def arranged_kernels(net: ConvDenoiser, layer: int, group_name: str | None = None, columns: int = 4) -> Arranged:
    """The kernels that `filters_picture` shows.

    Parameters
    ----------
    net, layer, group_name, columns
        As for `filters_picture`.

    Returns
    -------
    Float[Tensor, "line column kernel_row kernel_column"]
        Kernels in lines and columns; nan where there is none.

    Raises
    ------
    ConfigError
        As for `filters_picture`.
    """
    last = len(net.convolutions) - 1
    if not 0 <= layer <= last:
        raise ConfigError(f"This network has the layers 0 to {last}; got {layer}.")
    size = min(columns, net.width) if group_name is None else group(group_name).order
    if size < 1:
        raise ConfigError(f"A row holds one kernel or more; got {columns} columns.")
    if group_name is not None and net.width % size:
        raise ConfigError(
            f"Regular fields of {group_name} hold {size} channels; {net.width} channels are no multiple of that."
        )
    kernel = net.convolutions[layer].weight.detach().cpu().double()
    if layer in (0, last):
        kernels = kernel.flatten(0, 1)
        filled = kernels.new_full((-len(kernels) % size, *kernels.shape[1:]), torch.nan)
        return torch.cat([kernels, filled]).unflatten(0, (-1, size))
    whole = net.width // size * size
    blocks = kernel[:whole, :whole].unflatten(1, (-1, size)).unflatten(0, (-1, size)).transpose(1, 2)
    strongest = blocks.square().sum((2, 3, 4, 5)).flatten().argmax()
    return blocks.flatten(0, 1)[strongest]


def _sheet(
    shown: Arranged,
    limit: float,
    G: Group | None,
    between: bool,
    scale: int,
) -> bytes:
    """Kernels in lines and columns on a transparent ground, with the elements of the group beside them."""
    n_lines, n_columns, n, _ = shown.shape
    elements = _element_words(G) if G else ()
    sheet = ContactSheet(
        headings=tuple(Heading(words, _LINE) for words in elements or n_columns * ("",)),
        n_rows=n_lines,
        side=n * scale,
        labels=tuple(elements) if between else (),
        captions=False,
        font_size=max(1, round(0.8 * scale)),
        gap=scale,
        transparent=True,
    )
    colours = ColourMap(COLOUR_MAPS["difference"].colours, -limit, limit)
    picture = sheet.drawn([[Cell(_enlarged(kernel, colours, scale)) for kernel in line] for line in shown])
    if G and not between:
        draw = ImageDraw.Draw(picture)
        for line in range(n_lines - 1):  # a line between regular fields
            y = sheet.corner(line + 1, 0)[1] - scale // 2
            draw.line((0, y, picture.width, y), _LINE, max(1, scale // 12))
    return png(picture)


def _enlarged(kernel: Tensor, colours: ColourMap, scale: int) -> PillowImage.Image | None:
    """A square for each weight, in a frame; None where there is no kernel."""
    if kernel.isnan().any():
        return None
    picture = PillowImage.fromarray(colours(kernel.numpy()).repeat(scale, axis=0).repeat(scale, axis=1))
    ImageDraw.Draw(picture).rectangle((0, 0, picture.width - 1, picture.height - 1), outline=_LINE)
    return picture


def _element_words(G: Group) -> Sequence[str]:
    return [f"{'flip ' if g.flip else ''}{math.degrees(G.angle(g)):g}°" for g in G.elements]


def _words(shown: Arranged, limit: float, G: Group | None, layer: int, last: int) -> str:
    n_lines, n_columns, n, _ = shown.shape
    n_kernels = int((~shown.isnan().any(-1).any(-1)).sum())
    which = f"layer {layer + 1} of {last + 1}"
    colours = f"Blue is negative, red positive, the limits are ±{limit:.2g}."
    if 0 < layer < last:
        order = f"; each row is the first one, turned and permuted by the group {G.name}" if G else ""
        return f"The {n}×{n} kernels of {which} between {n_columns} and {n_lines} channels{order}. {colours}"
    order = f"; each row is one kernel and its copies, turned by the elements of {G.name}" if G else ""
    return f"The {n_kernels} kernels of {n}×{n} weights of {which} in {n_lines} rows{order}. {colours}"
