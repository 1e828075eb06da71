"""Networks, comparisons and films of a choice, computed once and shared by all visitors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st
import torch
from torch import nn

from structviz.data.gratings import PERIOD
from structviz.nets import Symmetrised
from structviz.nets.classical import CLASSICAL, ClassicalDenoiser
from structviz.studies.equivariance_curves import equivariance_curves
from structviz.studies.rotation import Comparison, compare, film_strip, film_strip_arm
from structviz.studies.turning import FilmStrip, Frames
from structviz.training import read_image_baselines
from structviz.transforms import add_noise
from structviz.types import Image
from structviz.ui.kit.byte_cache import ByteCache
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.kit.engine import TurnedImage
from structviz.ui.kit.networks import LoadedNetwork, load_shipped, load_trained
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.rotation.choice import RotationChoice

__all__ = [
    "NoisyImage",
    "classical_denoisers",
    "comparison_of",
    "comparison_seconds",
    "loaded_networks",
    "turned_image",
    "turning_image",
]

_MEASURED = 0.002
"""Seconds to measure the PSNR and SSIM of a frame of 128 × 128 pixels."""

_FOR_EACH_WEIGHT = 2e-7
"""Seconds of a network for each of its weights, at 128 × 128 pixels."""

_YARDSTICK = 0.015
"""Seconds of a method that learns nothing, at 128 × 128 pixels."""


def loaded_networks(choice: RotationChoice) -> dict[str, LoadedNetwork[nn.Module]]:
    """The chosen networks, by column.

    Raises
    ------
    JobError, CheckpointError
        If a network is gone or damaged.
    """
    shipped = {arm: load_shipped(choice.network_name(arm), nn.Module) for arm in choice.network_arms}
    if "symmetrised" in shipped:
        ordinary = shipped["symmetrised"]
        shipped["symmetrised"] = LoadedNetwork(ordinary.sha256, Symmetrised(ordinary.net, "C4"))
    yardsticks = {
        arm: LoadedNetwork[nn.Module](f"{arm} {denoiser.sigma} {denoiser.strength}", denoiser)
        for arm, denoiser in classical_denoisers(choice).items()
    }
    return shipped | yardsticks | {network.key: load_trained(network, nn.Module) for network in choice.local}


def classical_denoisers(choice: RotationChoice) -> dict[str, ClassicalDenoiser]:
    """The chosen yardsticks, tuned on patches for validation and told the level of the noise.

    That of noise which is not Gaussian is measured: the root of the mean square of what it adds to the upright image.

    Raises
    ------
    CheckpointError
        If their strengths are not there.
    """
    chosen = [arm for arm in choice.arms if arm in CLASSICAL]
    if not chosen:
        return {}
    sigma = choice.level
    if choice.noise != "gaussian":
        x, generator = choice.image, torch.Generator().manual_seed(choice.seed)
        sigma = (add_noise(x, choice.noise, choice.level, generator) - x).square().mean().sqrt().item()
    tuned = read_image_baselines()
    return {arm: ClassicalDenoiser(arm, sigma, tuned[arm]["strength"]) for arm in chosen}


def comparison_of(choice: RotationChoice) -> Comparison:
    """Compare the chosen networks; visitors with the same choice share one result.

    Raises
    ------
    StructVizError
        If the upload cannot be read or a network is missing.
    """
    networks, image = loaded_networks(choice), choice.image
    digests = tuple((arm, network.sha256) for arm, network in networks.items())

    def work() -> Comparison:
        nets = {arm: network.net for arm, network in networks.items()}
        angle, noise = math.radians(choice.angle), (choice.noise, choice.level, choice.seed, choice.noise_turns)
        return compare(nets, image, angle, *noise, choice.turned)

    key = (_noisy_image_key(choice), choice.angle, digests)
    with waiting("Comparing the networks") as on_wait:
        return _queue().get(key, work, on_wait, seconds=comparison_seconds(choice, networks))


# A comparison has up to 6 MB.
@st.cache_resource(show_spinner=False)
def _queue() -> ComputeQueue[Comparison]:
    return ComputeQueue(most_bytes=100_000_000)


def comparison_seconds(choice: RotationChoice, networks: Mapping[str, LoadedNetwork[nn.Module]]) -> float:
    """Roughly how long `comparison_of` takes: two images for each network, with all that is measured of them."""
    return 6 * sum(_frame_seconds(network.net, choice.image) for network in networks.values())


def _frame_seconds(net: nn.Module, image: Image) -> float:
    """Roughly how long a network takes for one frame, with its PSNR and SSIM."""
    pixels = image.numel() / 128**2
    if isinstance(net, ClassicalDenoiser):
        return _YARDSTICK * pixels
    turns = 4 if isinstance(net, Symmetrised) else 1
    return (_MEASURED + _FOR_EACH_WEIGHT * turns * sum(weight.numel() for weight in net.state_dict().values())) * pixels


def _noisy_image_key(choice: RotationChoice) -> str:
    return repr((choice.image_key, choice.noise, choice.level, choice.seed, choice.noise_turns, choice.colour_map))


@dataclass(frozen=True)
class NoisyImage:
    """An image that turns while noise is added; see `structviz.ui.kit.turning.TurnSource`."""

    digest: str
    image: Image = field(compare=False)
    choice: RotationChoice = field(compare=False)
    given: tuple[str, ...] = field(default=("truth", "noisy"), compare=False)

    @property
    def colour_map(self) -> str:
        """In which it is shown."""
        return self.choice.colour_map

    @property
    def n_frames(self) -> int:
        """Every 5°, or every 10° where an image has four times as many pixels."""
        return 72 if self.image.shape[-1] <= 128 else 36

    def strip(self) -> FilmStrip:
        """The image and its noisy version at every angle."""
        return _strip(self)

    def frames(self, network: LoadedNetwork[nn.Module]) -> Frames:
        """What a denoiser makes of it."""
        return film_strip_arm(network.net, _strip(self))

    def seconds(self, network: LoadedNetwork[nn.Module] | None) -> float:
        """Roughly how long the frames of a network take, or the strip."""
        return self.n_frames * _frame_seconds(network.net if network else nn.Identity(), self.image)

    def errors(self, network: LoadedNetwork[nn.Module] | None) -> tuple[float, ...]:
        """See `structviz.studies.equivariance_curves.equivariance_curves`."""
        nets = {"net": network.net} if network else {}
        measured = equivariance_curves(nets, _strip(self))
        return measured.arms["net"] if network else measured.interpolation


def turning_image(choice: RotationChoice) -> NoisyImage:
    """What is filmed: all of a choice but the angle and the networks."""
    return NoisyImage(_noisy_image_key(choice), choice.image, choice)


def turned_image(choice: RotationChoice) -> TurnedImage:
    """What the browser computes by itself: all of a choice but the networks."""
    return TurnedImage(
        image=choice.image,
        period=None if choice.turned is None else PERIOD,
        noise=choice.noise,
        level=choice.level,
        seed=choice.seed,
        noise_turns=choice.noise_turns,
        seed_is_free=choice.source != "ellipses",
    )


# A strip of 36 frames of 256 x 256 has 19 MB.
_STRIPS: ByteCache[FilmStrip] = ByteCache(most_bytes=100_000_000)


def _strip(source: NoisyImage) -> FilmStrip:
    choice = source.choice
    noise = (choice.noise, choice.level, choice.seed, choice.noise_turns)
    return _STRIPS.get(source, lambda: film_strip({}, source.image, source.n_frames, *noise, choice.turned))
