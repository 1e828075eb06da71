"""How the choices of the rotation page become a comparison, pictures that turn, and films of every angle."""

import base64
import dataclasses
import hashlib
import math
from collections.abc import Callable

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import nn

from structviz import data, zoo
from structviz.errors import ConfigError
from structviz.figures import COLOUR_MAPS, colour_table, heading, to_png
from structviz.nets import Symmetrised
from structviz.studies.rotation import Comparison, Restored, compare
from structviz.transforms import is_quarter_turn
from structviz.types import Image
from structviz.ui.browser.component import send_payload
from structviz.ui.browser.rotor import Column, Pictures, rotor
from structviz.ui.kit.networks import headings, read_network
from structviz.ui.kit.tiles import Row, Tile
from structviz.ui.kit.turning import BASELINE, LoadedNetwork, NoisyImage, channel_name, turn_payloads
from structviz.ui.pages.rotation.choice import OWN, SIZES, Choice
from structviz.ui.pages.rotation.features import feature_section
from structviz.ui.pages.rotation.sentences import about_the_average, decibels

__all__ = [
    "look_inside",
    "player",
    "read_upload",
    "run",
    "scene",
    "send_films",
    "show_rotor",
    "source_image",
    "upright_row",
]


def source_image(choice: Choice, upload: bytes | None) -> Image:
    """The clean upright image of a choice.

    Raises
    ------
    ImageError
        If the upload is not an image that can be shown.
    ConfigError
        If the source is unknown or the upload is missing.
    """
    if choice.source == "stripes":
        return data.stripes(1)
    if choice.source == "shepp-logan":
        return data.shepp_logan(choice.size)
    if choice.source == "ellipses":
        return data.ellipses(1, choice.size, torch.Generator().manual_seed(choice.seed))
    if choice.source == OWN:
        if upload is None:
            raise ConfigError("There is no own image yet; choose a file first.")
        return read_upload(hashlib.sha256(upload).hexdigest(), choice.size, upload)
    return data.image(choice.source, choice.size)


@st.cache_data(max_entries=16, show_spinner=False)
def read_upload(digest: str, size: int, _content: bytes) -> Image:
    """Decode an upload once; see `structviz.data.read_image` for what it raises."""
    del digest
    return data.read_image(_content, size)


@st.cache_resource(max_entries=32, show_spinner=False)
def _network(name: str, sha256: str) -> nn.Module:
    """A shipped network, shared by all visitors; the digest makes a rebuilt file a new entry."""
    del sha256
    return zoo.load(name)


@st.cache_data(max_entries=64, show_spinner=False)
def _run(choice: Choice, digest: str, _upload: bytes | None) -> Comparison:
    del digest
    nets = {arm: player(choice, arm).net for arm in choice.columns}
    image = source_image(choice, _upload)
    angle = math.radians(choice.angle)
    return compare(nets, image, angle, choice.noise, choice.level, choice.seed, choice.noise_turns)


def player(choice: Choice, arm: str) -> LoadedNetwork:
    """The network that serves an arm, or one of this machine."""
    for one in choice.local:
        if one.key == arm:
            return LoadedNetwork(one.sha256, read_network(one))
    name = choice.network_name(arm)
    sha256 = zoo.card(name).sha256
    net = _network(name, sha256)
    return LoadedNetwork(sha256, Symmetrised(net, "C4") if arm == "symmetrised" else net)


def scene(choice: Choice, upload: bytes | None, comparison: Comparison) -> NoisyImage:
    """What the films of a choice show: all of it but the angle and the networks."""
    image = comparison.clean[0]
    noise = (choice.noise, choice.level, choice.seed, choice.noise_turns)
    source = (choice.source, hashlib.sha256(upload or b"").hexdigest(), image.shape[-1])
    return NoisyImage(repr((*source, *noise)), image, *noise, choice.colour_map)


def run(choice: Choice, upload: bytes | None) -> Comparison:
    """Compare the chosen arms; visitors with the same choice and upload share one result.

    Raises
    ------
    StructVizError
        If the upload cannot be read or a network is missing.
    """
    digests = [player(choice, arm).sha256 for arm in choice.columns]
    return _run(choice, hashlib.sha256(upload or b"").hexdigest() + "".join(digests), upload)


def show_rotor(
    choice: Choice,
    upload: bytes | None,
    comparison: Comparison,
    differences: bool,
    curves: str,
    *,
    key: str,
    on_turn: Callable[[], None],
    on_view: Callable[[], None],
) -> None:
    """The pictures at the chosen angle, exactly; they turn as soon as `send_films` has sent the films."""
    filmed = scene(choice, upload, comparison)
    angle, clean = comparison.angles[-1], comparison.clean[-1]
    mask = None if is_quarter_turn(angle) else comparison.mask
    columns, pictures, named = [], [], headings(choice.local)
    for arm in ("noisy", *choice.columns, "truth"):
        sha256 = player(choice, arm).sha256 if arm in choice.columns else ""
        errors = channel_name(filmed, "errors", arm, sha256) if arm in choice.columns else None
        film = channel_name(filmed, "film", arm, sha256)
        head = heading(arm, named)
        columns.append(Column(arm, head.title, head.colour, film, errors, differs=arm != "truth"))
        outcome = None if arm == "truth" else comparison.noisy[-1] if arm == "noisy" else comparison.arms[arm][-1]
        shown, colours = (outcome.image, choice.colour_map) if outcome else (clean, choice.colour_map)
        if outcome and differences:
            shown, colours = shown - clean, "difference"
        png = base64.b64encode(to_png(shown[0, 0], colours, mask)).decode()
        pictures.append(Pictures(png, *((_finite(outcome.psnr), _finite(outcome.ssim)) if outcome else (None, None))))
    rotor(
        columns,
        pictures,
        choice.angle,
        side=clean.shape[-1],
        tables={"image": _table(choice.colour_map), "difference": _table("difference")},
        baseline=channel_name(filmed, "errors", BASELINE),
        differences=differences,
        curves=curves,
        key=key,
        on_turn=on_turn,
        on_view=on_view,
    )


def send_films(
    choice: Choice, upload: bytes | None, comparison: Comparison, errors: bool, cost: DeltaGenerator
) -> None:
    """Compute what the rotor still needs and hand it over piece by piece: the last thing that a page does.

    Parameters
    ----------
    choice, upload, comparison
        What is shown.
    errors
        Whether the curves of equivariance errors are wanted too.
    cost
        Where to say what the group average costs, if it takes part.
    """
    players = {arm: player(choice, arm) for arm in choice.columns}
    seconds: dict[str, float] = {}
    with st.container(gap=None):
        # To write to the page is to hear whether the visitor has clicked on.
        waiting = st.empty()
        for key, film in turn_payloads(scene(choice, upload, comparison), players, errors, waiting.empty):
            send_payload(film.channel, film.packet, key=f"payload_{key}")
            seconds[key] = film.seconds
    if {"film_ordinary", "film_symmetrised"} <= set(seconds):
        cost.markdown(about_the_average(seconds["film_symmetrised"] / seconds["film_ordinary"]))


def look_inside(choice: Choice, upload: bytes | None) -> None:
    """The feature maps and filters of the chosen networks, at a size at which films stay small."""
    small = dataclasses.replace(choice, size=min(SIZES))
    digest = hashlib.sha256(upload or b"").hexdigest()
    feature_section(
        {arm: choice.network_name(arm) for arm in choice.columns},
        source_image(small, upload),
        f"{small.source}-{small.size}-{small.seed}-{digest}",
        choice.noise,
        choice.level,
        choice.seed,
        choice.colour_map,
        choice.local,
    )


def upright_row(choice: Choice, comparison: Comparison) -> Row:
    """The same image before it was turned."""

    named = headings(choice.local)

    def tile(arm: str, picture: Image, outcome: Restored | None) -> Tile:
        head = heading(arm, named)
        return Tile(
            title=head.title,
            colour=head.colour,
            png=to_png(picture[0, 0], choice.colour_map),
            headline=decibels(outcome.psnr) if outcome else "",
            details=(f"SSIM {outcome.ssim:.3f}",) if outcome else (),
            alt=f"{head.title}, upright" + (f": {decibels(outcome.psnr)}" if outcome else ""),
        )

    outcomes = {"noisy": comparison.noisy[0], **{arm: shown[0] for arm, shown in comparison.arms.items()}}
    shown = [tile(arm, outcome.image, outcome) for arm, outcome in outcomes.items()]
    return Row("Upright", (*shown, tile("truth", comparison.clean[0], None)))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _table(colour_map: str) -> tuple[str, float, float]:
    colours = COLOUR_MAPS[colour_map]
    return base64.b64encode(colour_table(colour_map)).decode(), colours.low, colours.high
