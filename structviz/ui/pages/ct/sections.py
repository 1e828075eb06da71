"""The parts of the CT page that show pictures and figures."""

import math
from collections.abc import Callable, Sequence

import streamlit as st
import torch
from jaxtyping import Float
from torch import Tensor

from structviz.config import UnrolledShape
from structviz.data import MU_RANGE
from structviz.figures import heading, to_png
from structviz.figures.viewer import SliceStack
from structviz.training.patients import N_PHOTONS
from structviz.transforms import is_quarter_turn
from structviz.ui.browser.viewer import read_view, viewer
from structviz.ui.kit import rotor
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import TrainedNetwork, asked_for, headings
from structviz.ui.kit.rotor import RestingImage
from structviz.ui.kit.sentences import counted
from structviz.ui.pages.ct.choice import ScanChoice, viewed
from structviz.ui.pages.ct.options import SIZES
from structviz.ui.pages.ct.results import Results, loaded_networks, turning_object

__all__ = [
    "ROTOR",
    "enlarged",
    "stacks",
    "send_films",
    "show_measured",
    "show_rotor",
    "show_slices",
    "follow_asked_network",
]


ROTOR = "ct_rotor"
_VIEWER = "ct_viewer"
"""Keys of the components."""

_DEMONSTRATION = 90
"""Degrees to which the patient turns when the page has opened."""


def stacks(results: Results, local: Sequence[TrainedNetwork] = ()) -> list[SliceStack]:
    """The columns of the viewer: every method with its iterates, and the truth."""
    named = headings(local)
    heads = {name: heading(name, named) for name in (*results.methods, "truth")}
    shown = [
        SliceStack(name, heads[name].title, heads[name].colour, one.iterates, one.psnr, one.ssim)
        for name, one in results.methods.items()
    ]
    return [*shown, SliceStack("truth", heads["truth"].title, heads["truth"].colour, results.acquired.truth[0])]


def follow_asked_network(form: Form[ScanChoice]) -> None:
    """Scan as a network in the address was trained, unless the address asks for another scan; say so."""
    if not all(map(form.is_untouched, ("size", "views", "photons"))):
        return
    network = asked_for(form.key("local"), ("ct",))
    if network is None or not isinstance(network.config.net, UnrolledShape):
        return
    shape = network.config.net
    # Other sizes than those on offer are shown on the nearest grid, and the page says so.
    size = min(SIZES, key=lambda side: abs(side - shape.image_size))
    if form.set(size=size, views=shape.n_views, photons=N_PHOTONS):
        st.toast(
            f"The page opens with the scan for which {network.phrase} was trained: {size}² pixels, "
            f"{counted(shape.n_views, 'view')}, {N_PHOTONS:,.0f} photons in each ray.",
            icon=":material/center_focus_strong:",
            duration="long",
        )


def show_slices(form: Form[ScanChoice], choice: ScanChoice, results: Results) -> Callable[[], None]:
    """Show the reconstructions beside the truth, with a zoom of each; return what sends them.

    Parameters
    ----------
    form, choice
        The page's controls, which follow the handles on the pictures, and what they say now.
    results
        What is shown.

    Returns
    -------
    callable
        Sends the pictures of the slices to the browser; call it when the page stands.
    """

    def follow_handles() -> None:
        view = read_view(_VIEWER)
        if view is not None:
            form.set(**viewed(view))

    shown = stacks(results, choice.local)
    return viewer(shown, choice.view, key=_VIEWER, on_view=follow_handles, width=choice.scan.width)


def show_measured(results: Results) -> None:
    """The object beside its sinogram."""
    acquired = results.acquired
    geometry, sinogram = acquired.geometry, acquired.sinogram[0, 0]
    views, detectors = sinogram.shape
    left, right = st.columns([1, 2.2], gap="medium")
    with left:
        image = enlarged(acquired.truth[0, 0] / MU_RANGE, 384, 384)
        words = "The object, as it lies in the scanner."
        st.image(to_png(image, "chest"), "The object", width="stretch", output_format="PNG", alt=words)
    with right:
        rows = enlarged(sinogram / sinogram.max().clamp(min=1e-6), 384, 845)
        st.image(
            to_png(rows, "grey"),
            f"The sinogram: {views} views, one row each, over {math.degrees(geometry.angular_range):.0f}°; {detectors} "
            "detectors, bright where much is absorbed",
            width="stretch",
            output_format="PNG",
            alt=f"The sinogram: {views} views from top to bottom, {detectors} detectors from left to right.",
        )


def enlarged(image: Float[Tensor, "row column"], height: int, width: int) -> Float[Tensor, "height width"]:
    """An image of another size in which each pixel is repeated, so that pixels are seen as pixels.

    Parameters
    ----------
    image
        The picture.
    height, width
        In pixels, of what comes back.

    Returns
    -------
    Tensor
        Values of the nearest pixel, shape (height, width), in the unit of `image`.
    """
    rows = torch.arange(height) * image.shape[0] // height
    columns = torch.arange(width) * image.shape[1] // width
    return image[rows][:, columns]


def show_rotor(form: Form[ScanChoice], choice: ScanChoice, results: Results) -> None:
    """Show the object and what networks reconstruct, which one turns with a finger, as on the page on rotations.

    Methods that learn nothing are too slow to reconstruct at every angle, but for backprojection; the slices show them.

    Parameters
    ----------
    form, choice
        The page's controls, which follow the hand, and what they say now.
    results
        What is shown.
    """

    # The film of what networks start from is called "noisy" on every page; here it is the backprojection.
    columns = {"noisy" if name == "fbp" else name: found for name, found in results.methods.items() if name != "tv"}
    rotor.show_rotor(
        form,
        turning_object(choice),
        loaded_networks(choice),
        {
            **{
                arm: RestingImage(found.iterates[-1] / MU_RANGE, found.psnr[-1], found.ssim[-1])
                for arm, found in columns.items()
            },
            "truth": RestingImage(results.acquired.truth[0, 0] / MU_RANGE),
        },
        None if is_quarter_turn(math.radians(choice.angle)) else results.acquired.mask,
        {**headings(choice.local), "noisy": heading("fbp")},
        key=ROTOR,
        differences="turn_differences",
        demonstrate=None if choice.changes() else _DEMONSTRATION,
    )


def send_films(choice: ScanChoice) -> None:
    """Send the rotor its films, which take seconds to compute the first time."""
    rotor.send_films(turning_object(choice), loaded_networks(choice), choice.curves == "error", prefix="ct_")
