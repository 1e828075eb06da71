"""The part of the rotation page that looks inside: feature maps that turn, and the learned filters."""

import base64
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st
import torch

from structviz import zoo
from structviz.figures import heading
from structviz.figures.rotation.features import feature_animation, feature_still
from structviz.nets import group
from structviz.studies.features import FeatureFilm, feature_film
from structviz.transforms import add_noise
from structviz.types import Image
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import TrainedNetwork, folder_of, headings
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.feature_record import Changes, changes, changes_table, feature_record, what_moves
from structviz.ui.pages.rotation.filters import denoiser, filters_html
from structviz.ui.pages.rotation.options import SIZES, has_room_for_maps, maps_shown

__all__ = ["FeatureRequest", "Film", "feature_section"]

_N_ANGLES = 48

_SECONDS = 0.5
"""Roughly how long the film of one network takes."""


@dataclass(frozen=True)
class FeatureRequest:
    """Everything that decides a film; hashable, so that it is its own cache key.

    Attributes
    ----------
    networks
        Pairs of an arm and its network's name in the zoo.
    digests
        The sha256 of their weights.
    image_key
        Stands for the pixels: visitors with the same key share a film.
    layer
        Hidden layer, from 0.
    noise, level, seed
        The noise, which turns with the image.
    colour_map
        Colours of the input.
    n_maps
        Feature maps of each network.
    local
        Those of the networks that do not ship.
    """

    networks: tuple[tuple[str, str], ...]
    digests: tuple[str, ...]
    image_key: str
    layer: int
    noise: str
    level: float
    seed: int
    colour_map: str
    n_maps: int
    local: tuple[TrainedNetwork, ...] = ()


@dataclass(frozen=True)
class Film:
    """What the browser gets: the film, one frame of it for those who want no motion, and the numbers."""

    webp: bytes
    still: bytes
    changes: Mapping[str, Changes]


def feature_section(form: Form[RotationChoice], choice: RotationChoice) -> None:
    """Show the film of the feature maps and the filters, at a size at which the film stays small.

    The averaged network is left out: it has no layers of its own. Networks of this machine can have any shape, and
    are left out if they are too narrow; those that ship have room for the maps.

    Raises
    ------
    StructVizError
        If a network is missing or the image is too small.
    """
    n_maps = maps_shown(vars(choice))
    local = tuple(network for network in choice.local if has_room_for_maps(network, n_maps))
    if narrow := [network.title for network in choice.local if network not in local]:
        st.caption(
            f"Left out here: {', '.join(narrow)}, whose layers have fewer than the {n_maps} maps that are shown."
        )
    arms = [*choice.layered_arms, *(network.key for network in local)]
    if not arms:
        st.info("Choose the ordinary or the equivariant network to see its layers.", icon=":material/layers:")
        return
    small = dataclasses.replace(choice, size=min(SIZES))
    networks = tuple((arm, choice.network_name(arm)) for arm in arms)
    cards = [zoo.card(name, folder_of(arm, local)) for arm, name in networks]
    digests = tuple(card.sha256 for card in cards)
    request = FeatureRequest(
        networks,
        digests,
        small.image_key,
        form.ask("layer") - 1,
        choice.noise,
        choice.level,
        choice.seed,
        choice.colour_map,
        n_maps,
        local,
    )
    image = small.image
    film = _film(request, image)

    st.html(_film_html(film, request))
    groups = {arm: card.config.group or "" for arm, card in zip(arms, cards, strict=True)}
    found = feature_record(film.changes, groups, local)
    show_notice(what_moves(found))
    st.markdown(changes_table(found))
    st.caption(
        "Change: ‖c(θ) − c(0°)‖ / ‖c(0°)‖ over all channels c of the layer after turning back, in the disc without "
        "the margin to which the layer carries the corners. The maps are those whose values vary most. Here the noise "
        "turns with the image, so every frame shows the same input, turned. At angles that are not in the group, the "
        "channels are permuted by its nearest element."
    )
    files(
        form,
        Item("Film (WebP)", lambda: film.webp, "features.webp", "image/webp"),
        Item("Film (GIF)", lambda: _gif(request, image), "features.gif", "image/gif"),
        networks={name: digest for (_, name), digest in zip(networks, digests, strict=True)},
    )
    st.markdown("**The filters** of these layers: blue is negative, red positive, white zero.")
    if between := [card for card in cards if card.config.group and group(card.config.group).rotations > 4]:
        text = (
            "Only quarter turns permute pixels: copies turned by other angles sample the same filter on a turned grid."
        )
        if any(max(card.network["dilations"]) > 1 for card in between):
            text += " Where the kernels are dilated, as here, they differ much: see what breaks equivariance, below."
        st.caption(text)
    st.html(filters_html(networks, digests, local))


def _films(request: FeatureRequest, image: Image) -> dict[str, FeatureFilm]:
    noisy = add_noise(image, request.noise, request.level, torch.Generator().manual_seed(request.seed))
    return {
        arm: feature_film(
            denoiser(name, folder),
            noisy,
            request.layer,
            zoo.card(name, folder).config.group,
            n_maps=request.n_maps,
            n_angles=_N_ANGLES,
        )
        for arm, name in request.networks
        for folder in (folder_of(arm, request.local),)
    }


# A film has some 2 MB.
@st.cache_resource(show_spinner=False)
def _film_queue() -> ComputeQueue[Film]:
    return ComputeQueue(most_bytes=30_000_000)


@st.cache_resource(show_spinner=False)
def _gif_queue() -> ComputeQueue[bytes]:
    return ComputeQueue(most_bytes=20_000_000)


# The pixels stay out of the keys: `image_key` in the request stands for them.
def _film(request: FeatureRequest, image: Image) -> Film:
    def work() -> Film:
        films, named = _films(request, image), headings(request.local)
        return Film(
            webp=feature_animation(films, request.colour_map, headings=named),
            still=feature_still(films, _N_ANGLES // 4, request.colour_map, headings=named),
            changes={arm: changes(film) for arm, film in films.items()},
        )

    with waiting("Turning the feature maps") as on_wait:
        return _film_queue().get(request, work, on_wait, seconds=_SECONDS * len(request.networks))


def _gif(request: FeatureRequest, image: Image) -> bytes:
    def work() -> bytes:
        return feature_animation(_films(request, image), request.colour_map, "gif", headings=headings(request.local))

    return _gif_queue().get(request, work, seconds=_SECONDS * len(request.networks))


# Pixels are squares in the film itself already, so that the browser may scale it and its words smoothly.
_STYLE = """<style>
.sv-film img { display: block; width: 100%; max-width: 1432px; height: auto; border-radius: 8px; }
.sv-film .sv-still { display: none; }
@media (prefers-reduced-motion: reduce) {
  .sv-film .sv-moving { display: none; }
  .sv-film .sv-still { display: block; }
}
@media (max-width: 640px) {
  .sv-film { overflow-x: auto; }
  .sv-film img { width: 44rem; max-width: none; }
}
</style>"""


def _film_html(film: Film, request: FeatureRequest) -> str:
    """The film inside the page, so that it goes on turning when the server is gone."""
    named = headings(request.local)
    arms = " and ".join(heading(arm, named).title.lower() for arm, _ in request.networks)
    alt = escape(
        f"Left the input, turning; for the {arms} network the feature maps of layer {request.layer + 1}, "
        "and on the right the same maps turned back"
    )
    moving, still = (base64.b64encode(content).decode() for content in (film.webp, film.still))
    return (
        f'{_STYLE}<div class="sv-film"><img class="sv-moving" src="data:image/webp;base64,{moving}" alt="{alt}">'
        f'<img class="sv-still" src="data:image/png;base64,{still}" alt="{alt}, at 90°"></div>'
    )
