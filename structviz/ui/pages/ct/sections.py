"""The parts of the CT page that show pictures and figures."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data import MU_RANGE
from structviz.figures import heading, to_png
from structviz.figures.viewer import SliceStack
from structviz.training.patients import N_PHOTONS
from structviz.training.table import Row
from structviz.transforms import is_quarter_turn
from structviz.ui.browser.viewer import read_view, viewer
from structviz.ui.kit import rotor
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import TrainedNetwork, headings
from structviz.ui.kit.rotor import RestingImage
from structviz.ui.pages.ct.choice import ScanChoice, viewed
from structviz.ui.pages.ct.results import Results, loaded_networks, turning_object
from structviz.zoo import PRETRAINED

__all__ = [
    "about_gains",
    "about_the_sweep",
    "enlarged",
    "stacks",
    "send_films",
    "show_measured",
    "show_rotor",
    "show_slices",
    "show_sweep",
]


_ROTOR, _VIEWER = "ct_rotor", "ct_viewer"
"""Keys of the components."""


def stacks(results: Results, local: Sequence[TrainedNetwork] = ()) -> list[SliceStack]:
    """The columns of the viewer: every method with its iterates, and the truth."""
    named = headings(local)
    heads = {name: heading(name, named) for name in (*results.methods, "truth")}
    shown = [
        SliceStack(name, heads[name].title, heads[name].colour, one.iterates, one.psnr, one.ssim)
        for name, one in results.methods.items()
    ]
    return [*shown, SliceStack("truth", heads["truth"].title, heads["truth"].colour, results.acquired.truth[0])]


def show_slices(form: Form[ScanChoice], choice: ScanChoice, results: Results) -> None:
    """Show the reconstructions beside the truth, with a zoom of each.

    Parameters
    ----------
    form, choice
        The page's controls, which follow the handles on the pictures, and what they say now.
    results
        What is shown.
    """

    def follow_handles() -> None:
        view = read_view(_VIEWER)
        if view is not None:
            form.set(**viewed(view))

    viewer(stacks(results, choice.local), choice.view, key=_VIEWER, on_view=follow_handles, width=choice.scan.width)


def show_measured(results: Results) -> None:
    """The object beside its sinogram."""
    acquired = results.acquired
    geometry, sinogram = acquired.geometry, acquired.sinogram[0, 0]
    views, detectors = sinogram.shape
    left, right = st.columns([1, 2.2], gap="medium")
    with left:
        image = enlarged(acquired.truth[0, 0] / MU_RANGE, 384, 384)
        st.image(to_png(image, "grey"), "The object", width="stretch", output_format="PNG")
    with right:
        rows = enlarged(sinogram / sinogram.max().clamp(min=1e-6), 384, 845)
        st.image(
            to_png(rows, "grey"),
            f"The sinogram: {views} views, one row each, over {math.degrees(geometry.angular_range):.0f}°; {detectors} "
            "detectors, bright where much is absorbed",
            width="stretch",
            output_format="PNG",
        )


def enlarged(image: Float[Tensor, "row column"], height: int, width: int) -> Float[Tensor, "height width"]:
    """An image of another size in which each pixel is repeated, so that pixels are seen as pixels.

    Parameters
    ----------
    image
        The picture.
    height, width
        In pixels, of what comes back.
    """
    rows = torch.arange(height) * image.shape[0] // height
    columns = torch.arange(width) * image.shape[1] // width
    return image[rows][:, columns]


def show_sweep(form: Form[ScanChoice]) -> None:
    """PSNR against the number of training patients: our own runs, and the lecture's means."""
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.ct.sweep import mean_gains, violins
    from structviz.training import CT_SWEEPS, read_rows
    from structviz.training.lecture import lecture_means

    with st.container(horizontal=True, vertical_alignment="bottom"):
        dataset, behind = form.ask("sweep_dataset"), form.ask("lecture")
    path = PRETRAINED / CT_SWEEPS[dataset]
    rows, lecture = read_rows(path), lecture_means()
    st.plotly_chart(violins(rows, lecture if behind else None), config=dict(CHART_CONFIG), key="ct_violins")
    st.markdown(about_gains(mean_gains(rows)))
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["arms"]["ordinary"]
    st.caption(about_the_sweep(rows, settings))


def about_the_sweep(rows: Sequence[Row], settings: Mapping[str, Any]) -> str:
    """On what the violins were measured, and why they do not compare with the lecture's in height."""
    net = settings["net"]
    n_runs = len({row.seed for row in rows if row.seed is not None})
    n_patients = len({row.image for row in rows})
    start = {"fbp": "filtered backprojection", "zero": "zero"}[net["start"]]
    return (
        f"Ours: chest phantoms of {net['image_size']}×{net['image_size']} pixels, {net['n_views']} views, "
        f"{N_PHOTONS:,.0f} photons a ray; networks of {net['iterations']} steps that start from {start}, trained for "
        f"{settings['steps']} steps with {n_runs} seeds; {n_patients} held-out patients, all of them in each violin. "
        "The lecture's: 512×512 slices of real chests, larger networks, long training. Data, size and training differ, "
        "so compare the course, not the height."
    )


def about_gains(gains: Mapping[tuple[str, int], float]) -> str:
    """Where the equivariant arm leads and where it does not, in words that follow from the means."""
    sentences = []
    for orientation in dict.fromkeys(key[0] for key in gains):
        # As they are said, so that a tie is none.
        listed = {n: round(gain, 1) + 0.0 for (lay, n), gain in gains.items() if lay == orientation}
        words = ", ".join(f"{gain:+.1f} (N = {n})".replace("-", "−") for n, gain in sorted(listed.items()))
        losing = [n for n, gain in sorted(listed.items()) if gain < 0]
        where = f"; the **ordinary** one leads at N = {', '.join(map(str, losing))}" if losing else ""
        sentences.append(f"**{orientation.capitalize()}**: equivariant − ordinary {words} dB{where}.")
    return " ".join(sentences)


def show_rotor(form: Form[ScanChoice], choice: ScanChoice, results: Results) -> None:
    """Show the object and its reconstructions, which one turns with a finger, as on the page on rotations.

    Parameters
    ----------
    form, choice
        The page's controls, which follow the hand, and what they say now.
    results
        What is shown.
    """

    rotor.show_rotor(
        form,
        turning_object(choice),
        loaded_networks(choice),
        {
            **{
                arm: RestingImage(found.iterates[-1] / MU_RANGE, found.psnr[-1], found.ssim[-1])
                for arm, found in results.methods.items()
                if arm in choice.networks
            },
            "truth": RestingImage(results.acquired.truth[0, 0] / MU_RANGE),
        },
        None if is_quarter_turn(math.radians(choice.angle)) else results.acquired.mask,
        headings(choice.local),
        key=_ROTOR,
        differences="turn_differences",
    )


def send_films(choice: ScanChoice) -> None:
    """Send the rotor its films: the last thing that the page does."""
    rotor.send_films(turning_object(choice), loaded_networks(choice), choice.curves == "error", prefix="ct_")
