"""What a method makes of a scan, with its errors, at one angle or at all angles of a full turn."""

import csv
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.data import MU_RANGE
from structviz.errors import ConfigError
from structviz.metrics import psnr, ssim
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.stopping import stop_if_asked
from structviz.studies.ct.acquisition import Acquisition, AcquisitionStrip
from structviz.studies.turning import Frames
from structviz.tomography import ParallelBeam, RayTransform, count_weights, fbp, pixel_error, total_variation_run
from structviz.types import Sinograms

__all__ = [
    "CLASSICAL",
    "LEARNED",
    "Iterates",
    "Method",
    "Reconstruction",
    "classical_method",
    "figures_csv",
    "learned_method",
    "reconstruct",
    "strip_frames",
]

CLASSICAL = ("fbp", "tv")
"""Methods that learn nothing: filtered backprojection and total variation."""

LEARNED = ("ordinary", "augmented", "equivariant")
"""Arms of the networks that ship; the equivariant + augmented arm stands in the sweep alone."""

_TV_STEPS = 300
"""Iterations of total variation; every fiftieth is kept."""

Iterates = Float[Tensor, "iterate batch 1 n n"]

Method = Callable[[Sinograms], Iterates]
"""From sinograms to images in 1/cm: all that the method goes through, the result last."""

_PIXELS_AT_ONCE = 2**16
"""Of the images that a method makes at once in a strip: its hidden layers then stay in the cache."""


@dataclass(frozen=True)
class Reconstruction:
    """What a method makes of a scan.

    Attributes
    ----------
    iterates
        The images on the way, attenuation in 1/cm; the last one is the result.
    psnr, ssim
        Of each, against the truth in the disc; the PSNR in dB, with the peak `structviz.data.MU_RANGE`.
    """

    iterates: Float[Tensor, "iterate n n"]
    psnr: tuple[float, ...]
    ssim: tuple[float, ...]


def classical_method(
    name: str, geometry: ParallelBeam, filter: str = "hann", weight: float = 0.02, n_photons: float = math.inf
) -> Method:
    """A method that learns nothing.

    Parameters
    ----------
    name
        "fbp", filtered backprojection, or "tv", total variation.
    geometry
        Of the sinograms.
    filter
        Of the backprojection; one of `structviz.tomography.FILTERS`.
    weight
        Of total variation, in cm; see `structviz.studies.ct.read_tuned` for what suits a scan.
    n_photons
        With which total variation weighs the rays, see `structviz.tomography.count_weights`; all rays are alike if
        infinitely many.

    Returns
    -------
    callable
        Takes sinograms to iterates (iterate, batch, 1, n, n) in 1/cm, the last one the result; "fbp" has one.

    Raises
    ------
    ConfigError
        If there is no method of this name.
    """
    A = RayTransform(geometry)

    def smooth(y: Sinograms) -> Iterates:
        ray_weights = count_weights(y, n_photons, pixel_error(geometry))
        run = total_variation_run(A, y, weight, _TV_STEPS, keep_every=_TV_STEPS // 6, ray_weights=ray_weights)
        return run.iterates

    match name:
        case "fbp":
            return lambda y: fbp(A, y, filter)[None]
        case "tv":
            return smooth
    raise ConfigError(f"A classical method is one of {', '.join(CLASSICAL)}; got {name!r}.")


def learned_method(net: nn.Module, geometry: ParallelBeam) -> Method:
    """A network as a method, for the sinograms of any geometry.

    Raises
    ------
    ConfigError
        If the network does not reconstruct scans.
    """
    if not isinstance(net, LearnedProximalGradient):
        raise ConfigError(
            f"A learned method needs a network of the recipe ct; got a {type(net).__name__}. Choose another network."
        )
    return net.with_geometry(geometry).iterates


@torch.no_grad()
def reconstruct(method: Method, acquired: Acquisition) -> Reconstruction:
    """Let a method reconstruct a scan, and measure all that it goes through."""
    iterates = method(acquired.sinogram)[:, 0]
    truth = acquired.truth.expand_as(iterates)
    return Reconstruction(
        iterates[:, 0].clone(),
        tuple(psnr(iterates, truth, MU_RANGE, acquired.mask).tolist()),
        tuple(ssim(iterates, truth, MU_RANGE, acquired.mask).tolist()),
    )


def figures_csv(reconstructions: Mapping[str, Reconstruction]) -> str:
    """One line for each method and iterate, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("method", "iterate", "psnr_db", "ssim"))
    for name, one in reconstructions.items():
        for k, (decibels, similarity) in enumerate(zip(one.psnr, one.ssim, strict=True)):
            writer.writerow((name, k, f"{decibels:.3f}", f"{similarity:.4f}"))
    return text.getvalue()


@torch.no_grad()
def strip_frames(method: Method, strip: AcquisitionStrip) -> Frames:
    """What a method makes of the object at every angle, in units of `structviz.data.MU_RANGE`."""
    images, figures = [], []
    at_once = max(1, _PIXELS_AT_ONCE // strip.truth[0].numel())
    for y, truth in zip(strip.sinograms.split(at_once), strip.truth.split(at_once), strict=True):
        stop_if_asked()
        x = method(y)[-1]
        images.append(x / MU_RANGE)
        figures.append((psnr(x, truth, MU_RANGE, strip.mask), ssim(x, truth, MU_RANGE, strip.mask)))
    decibels, similarities = (torch.cat(parts) for parts in zip(*figures, strict=True))
    return Frames(torch.cat(images), decibels, similarities)
