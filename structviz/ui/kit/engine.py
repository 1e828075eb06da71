"""What it takes to run denoisers in the visitor's browser: an image, the weights, and the script that computes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import safetensors.torch
import streamlit as st
from torch import nn

from structviz.figures.packet import deflate, pack
from structviz.nets import ConvDenoiser, Symmetrised
from structviz.transforms import NOISES
from structviz.types import Image
from structviz.ui.browser.bundles import read_bundle
from structviz.ui.browser.component import send_payload
from structviz.ui.kit.byte_cache import ByteCache
from structviz.ui.kit.networks import LoadedNetwork

__all__ = ["TurnedImage", "can_run", "engine_data", "engine_packets", "send_engine"]

_SCRIPT = "engine"
"""Channel of the script."""


@dataclass(frozen=True)
class TurnedImage:
    """An image that turns while noise is added.

    Attributes
    ----------
    image
        Upright and clean, one channel.
    period
        In pixels, of stripes that a formula knows at every angle; None for an image that is rotated.
    noise, level, seed
        See `structviz.transforms.add_noise`.
    noise_turns
        Whether the noise turns with the image.
    seed_is_free
        Whether the seed decides nothing but the noise.
    """

    image: Image
    period: float | None
    noise: str
    level: float
    seed: int
    noise_turns: bool
    seed_is_free: bool

    @property
    def channel(self) -> str:
        """Of the image, which it stands for."""
        return f"image {hashlib.sha256(self.image.numpy().tobytes()).hexdigest()[:20]}"


def can_run(networks: Mapping[str, LoadedNetwork[Any]]) -> bool:
    """Whether the engine runs all of these networks: convolutional denoisers, and their averages over quarter turns."""
    return all(isinstance(_inner(network.net), ConvDenoiser) for network in networks.values())


def engine_data(turned: TurnedImage, networks: Mapping[str, LoadedNetwork[Any]]) -> dict[str, Any]:
    """What a component needs to know, as JSON; `send_engine` sends the rest."""
    return {
        "script": _SCRIPT,
        "image": turned.channel,
        "networks": [
            {"name": name, "weights": _channel(network), "average": isinstance(network.net, Symmetrised)}
            for name, network in networks.items()
        ],
        "noise": turned.noise,
        "noise_turns": turned.noise_turns,
        "period": turned.period,
        "level": turned.level,
        "most": NOISES[turned.noise].level_range[1],
        "seed": turned.seed,
        "seed_is_free": turned.seed_is_free,
    }


def engine_packets(turned: TurnedImage, networks: Mapping[str, LoadedNetwork[Any]]) -> dict[str, bytes]:
    """Script, image and weights, each by the channel in which `engine_data` says that it comes; all are deflated.

    Parameters
    ----------
    turned, networks
        As for `engine_data`.
    """

    def image() -> bytes:
        pixels = turned.image[0, 0].contiguous().float()
        return deflate(pack({"side": pixels.shape[-1]}, {"image": pixels.numpy()}))

    def weights(net: Any) -> bytes:
        saved = safetensors.torch.save({name: value.contiguous() for name, value in net.state_dict().items()})
        return deflate(pack({"shape": net.shape}, {"weights": saved}))

    nets = {_channel(network): _inner(network.net) for network in networks.values()}
    return {
        _SCRIPT: _PACKETS.get(_SCRIPT, lambda: deflate(pack({}, {"script": read_bundle("engine.js").encode()}))),
        turned.channel: _PACKETS.get(turned.channel, image),
        **{channel: _PACKETS.get(channel, partial(weights, net)) for channel, net in nets.items()},
    }


# To deflate weights takes some 30 ms.
_PACKETS: ByteCache[bytes] = ByteCache(most_bytes=8_000_000)


def send_engine(turned: TurnedImage, networks: Mapping[str, LoadedNetwork[Any]], *, prefix: str = "") -> None:
    """Send script, image and weights; what the browser has already does not travel again.

    Parameters
    ----------
    turned, networks
        As for `engine_data`.
    prefix
        Of the keys of the payloads, so that two pages have different ones.
    """
    with st.container(gap=None):
        for channel, packet in engine_packets(turned, networks).items():
            name = "image" if channel == turned.channel else channel
            send_payload(channel, packet, key=f"{prefix}engine_{name}")


def _inner(net: nn.Module) -> Any:
    return net.net if isinstance(net, Symmetrised) and net.group.name == "C4" else net


def _channel(network: LoadedNetwork[Any]) -> str:
    return f"weights {network.sha256[:20]}"
