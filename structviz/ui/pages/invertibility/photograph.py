"""The section on photographs: code, way back in grey values, and what an edited code gives."""

from dataclasses import dataclass
from functools import partial

import streamlit as st
import torch
from jaxtyping import Float
from torch import Tensor

from structviz import zoo
from structviz.data import PICTURES
from structviz.displayed import Displayed, decibels, number, percent, scientific
from structviz.figures import ARM_COLOURS, to_png
from structviz.metrics import psnr
from structviz.nets import WaveletFlow
from structviz.studies.invertibility import CODE_PARTS, PhotographTrip, code_mosaic, edited_code, photograph_trip
from structviz.types import Images
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import load_shipped
from structviz.ui.kit.tiles import Row, Tile, tiles
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.densities import PHOTOGRAPH_NETWORK, queue
from structviz.ui.pages.invertibility.photograph_options import OWN, PARTS, picture

__all__ = [
    "EditedPhotograph",
    "PhotographRecord",
    "about_photograph",
    "edited",
    "photograph_record",
    "photograph_section",
]

_SIDE = 512
"""Least width of a picture, in pixels."""


@dataclass(frozen=True, eq=False)
class EditedPhotograph:
    """A photograph on its way, and what its edited code gives.

    Attributes
    ----------
    trip
        There and back without an edit.
    code
        The edited code.
    result
        What it gives, cut to grey values in [0, 1].
    outside
        Share of the pixels that were cut.
    """

    trip: PhotographTrip
    code: Float[Tensor, "1 code_channel code_row code_column"]
    result: Images
    outside: float


@dataclass(frozen=True)
class PhotographRecord:
    """What is said of a photograph.

    Attributes
    ----------
    n_pixels, n_numbers
        Of the photograph, and numbers of its code.
    largest, unequal
        The largest difference of grey values after the way there and back, and pixels of 256 levels that differ.
    part, factor, other
        What was edited: the part of the code, its factor, and the photograph that it was taken from, if another one.
    n_edited, edited
        Numbers of the code in that part, and their share.
    psnr, outside
        Of the result against the photograph, and the share of its pixels that had to be cut to black or white.
    """

    n_pixels: int
    n_numbers: int
    largest: Displayed
    unequal: int
    part: str
    factor: Displayed
    other: str
    n_edited: int
    edited: Displayed
    psnr: Displayed
    outside: Displayed


def edited(x: Images, part: str, factor: float, other: Images | None, net: WaveletFlow) -> EditedPhotograph:
    """Send a photograph to its code, edit the code, and send it back.

    Parameters
    ----------
    x
        The photograph.
    part, factor
        As for `structviz.studies.invertibility.edited_code`.
    other
        The photograph whose code the part is taken from, if another one.
    net
        The network.

    Returns
    -------
    EditedPhotograph
        The trip there and back, the edited code, the picture in [0, 1], and the share of values that had to be cut off.
    """
    trip = photograph_trip(net, x)
    given = None if other is None else photograph_trip(net, other).code
    code = edited_code(trip.code, part, factor, given)
    result = net.inverse(code)
    cut = result.nan_to_num(0.5).clamp(0, 1)
    return EditedPhotograph(trip, code, cut, (cut != result).double().mean().item())


def photograph_record(found: EditedPhotograph, part: str, factor: float, other: str) -> PhotographRecord:
    """The record of a photograph.

    Parameters
    ----------
    found
        What was computed.
    part, factor
        What was edited, and by which factor.
    other
        Title of the photograph that the part was taken from; empty if it is its own.

    Returns
    -------
    PhotographRecord
        All numbers, rounded as they are displayed.
    """
    first, end = CODE_PARTS[part]
    numbers = found.code.numel()
    of_channel = numbers // found.code.shape[1]
    return PhotographRecord(
        n_pixels=found.trip.x.numel(),
        n_numbers=numbers,
        largest=scientific(found.trip.largest),
        unequal=found.trip.unequal,
        part=PARTS[part].lower(),
        factor=number(factor, 2),
        other=other,
        n_edited=(end - first) * of_channel,
        edited=percent((end - first) / found.code.shape[1], 0),
        psnr=decibels(psnr(found.result, found.trip.x).item()),
        outside=percent(found.outside),
    )


def about_photograph(record: PhotographRecord) -> list[str]:
    """How the photograph comes back, and what the edit does."""
    back = (
        "no pixel of 256 grey levels differs"
        if record.unequal == 0
        else f"{record.unequal:,} of {record.n_pixels:,} pixels of 256 grey levels differ"
    )
    found = [
        f"The code has as many numbers as the photograph has pixels, {record.n_numbers:,}. Unedited it gives the "
        f"photograph back: {back}, and in float32 grey values in [0, 1] differ by {record.largest} at most."
    ]
    if record.factor == number(1, 2) and not record.other:
        return [*found, "Nothing is edited yet: choose a part of the code and another factor, or another photograph."]
    source = f"taken from the code of {record.other}" if record.other else "changed"
    times = "" if record.factor == number(1, 2) else f" and multiplied by {record.factor}" if record.other else ""
    if not record.other:
        source = f"multiplied by {record.factor}"
    said = (
        f"Now {record.n_edited:,} numbers of it ({record.edited}), the {record.part}, are {source}{times}: what comes "
        f"back has a PSNR of {record.psnr} against the photograph"
    )
    cut = f", and {record.outside} of its pixels had to be cut to black or white" if record.outside > percent(0) else ""
    stays = record.part != PARTS["coarse"].lower() and not cut
    return [*found, f"{said}{cut}.", *(["What is coarser in the picture stays as it was."] if stays else [])]


def photograph_section(form: Form[InvertibilityChoice]) -> None:
    """Show a photograph, its code, and what comes back from the code with an edit."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, part, factor, other = (form.ask(field) for field in ("photo", "part", "factor", "swap"))
    own = form.ask("own_photo") if name == OWN else None
    network = load_shipped(PHOTOGRAPH_NETWORK, WaveletFlow)
    given = None if other is None else picture(other, None)
    key = ("photograph", network.sha256, name, None if own is None else own.digest, part, factor, other)
    work = partial(edited, picture(name, own), part, factor, given, network.net)
    with waiting("Computing the code") as on_wait:
        found = queue().get(key, work, on_wait, seconds=0.3)
    record = photograph_record(found, part, factor, "" if other is None else PICTURES[other].title)
    tiles([Row("", _tiles(found, record))])
    st.markdown(" ".join(about_photograph(record)))
    st.caption(
        "A wavelet flow: fine details move by what coarser ones say, never the other way round. Trained by maximum "
        "likelihood on patches of other photographs. Yu, Derpanis, Brubaker: *Wavelet flow: fast training of high "
        "resolution normalizing flows*, NeurIPS 2020."
    )
    files(
        form,
        Item("Code (PNG)", partial(_png, found.code, "code"), "code.png", "image/png"),
        Item("Picture (PNG)", partial(_png, found.result, "grey"), "edited.png", "image/png"),
        Item(
            "Weights and card",
            partial(zoo.pack, {PHOTOGRAPH_NETWORK: zoo.PRETRAINED}),
            "photographs.zip",
            "application/zip",
        ),
        networks={PHOTOGRAPH_NETWORK: network.sha256},
    )


def _tiles(found: EditedPhotograph, record: PhotographRecord) -> tuple[Tile, ...]:
    trip = found.trip
    code = f"{trip.code.shape[1]} channels of {trip.code.shape[2]}×{trip.code.shape[3]}"
    details = (
        ("Photograph", "truth", _png(trip.x, "grey"), f"{record.n_pixels:,} pixels", "goes in"),
        (
            "Its code" if torch.equal(found.code, trip.code) else "Its code, edited",
            "equivariant",
            _png(found.code, "code"),
            f"{record.n_numbers:,} numbers",
            code,
        ),
        ("Back from the code as it was", "equivariant", _png(trip.back, "grey"), str(record.unequal), "unequal pixels"),
        ("Back from the edited code", "augmented", _png(found.result, "grey"), str(record.psnr), "to the photograph"),
    )
    return tuple(
        Tile(title, ARM_COLOURS[colour], png, headline, (detail,), f"{title}: {headline}, {detail}")
        for title, colour, png, headline, detail in details
    )


def _png(picture: Images, colour_map: str) -> bytes:
    shown = picture[0, 0] if picture.shape[1] == 1 else code_mosaic(picture)
    return to_png(shown, colour_map, side=_SIDE)
