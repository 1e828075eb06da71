"""The part of the rotation page that looks inside: feature maps that turn, and the learned filters."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st
import torch

from structviz import zoo
from structviz.figures import heading
from structviz.figures.rotation.features import feature_animation, feature_still, percentage
from structviz.nets import group
from structviz.studies.features import FeatureFilm, feature_film
from structviz.transforms import add_noise
from structviz.types import Image
from structviz.ui.kit.address import bound
from structviz.ui.kit.networks import TrainedNetwork, folder_of, headings
from structviz.ui.pages.rotation.filters import denoiser, filters_html

__all__ = ["Changes", "Film", "FeatureRequest", "changes", "feature_section", "what_moves"]

_N_ANGLES, _N_MAPS = 48, 8
_ROUND_OFF = 1e-5


@dataclass(frozen=True)
class FeatureRequest:
    """Everything that decides a film; hashable, so that it is its own cache key.

    Attributes
    ----------
    networks
        Pairs of an arm and its network's name in the zoo.
    digests
        The sha256 of their weights.
    image_id
        What stands for the pixels: visitors with the same identifier share a film.
    layer
        Hidden layer, from 0.
    noise, level, seed
        The noise, which turns with the image.
    colour_map
        Colours of the input.
    local
        Those of the networks that do not ship.
    """

    networks: tuple[tuple[str, str], ...]
    digests: tuple[str, ...]
    image_id: str
    layer: int
    noise: str
    level: float
    seed: int
    colour_map: str
    local: tuple[TrainedNetwork, ...] = ()


@dataclass(frozen=True)
class Changes:
    """By how much the maps of a network change in the co-moving frame, as shares of what they are at 0°."""

    worst_quarter: float
    mean_quarter: float
    worst: float
    mean: float


@dataclass(frozen=True)
class Film:
    """What the browser gets: the film, one frame of it for those who want no motion, and the numbers."""

    webp: bytes
    still: bytes
    changes: Mapping[str, Changes]


def feature_section(
    networks: Mapping[str, str],
    image: Image,
    image_id: str,
    noise: str = "gaussian",
    level: float = 0.05,
    seed: int = 0,
    colour_map: str = "grey",
    local: tuple[TrainedNetwork, ...] = (),
) -> None:
    """Show the film of the feature maps and the filters; call it only while its container is open.

    Parameters
    ----------
    networks
        For each arm the name of its network in the zoo. The averaged network is left out: it has no layers of
        its own.
    image
        The clean upright image, square; 64 pixels a side keep the film small.
    image_id
        An identifier of the image, size included; the cache trusts it.
    noise, level, seed
        As for `structviz.transforms.add_noise`.
    colour_map
        One of `structviz.figures.COLOUR_MAPS`.
    local
        Those of the networks that do not ship; their keys are among the arms.

    Raises
    ------
    StructVizError
        If a network is missing or the image is too small.
    """
    shown = {arm: name for arm, name in networks.items() if arm != "symmetrised"}
    if not shown:
        st.info("Choose the ordinary or the equivariant network to see its layers.", icon=":material/layers:")
        return
    cards = {arm: zoo.card(name, folder_of(arm, local)) for arm, name in shown.items()}
    # Networks of this machine can have any shape; those that ship have room for the maps.
    narrow = [one for one in local if one.key in cards and not _has_room(cards[one.key])]
    if narrow:
        titles = ", ".join(one.title for one in narrow)
        st.caption(f"Left out here: {titles}, whose layers have no {_N_MAPS} maps in whole fields of the group.")
        left = {arm: name for arm, name in networks.items() if arm not in {one.key for one in narrow}}
        kept = tuple(one for one in local if one not in narrow)
        feature_section(left, image, image_id, noise, level, seed, colour_map, kept)
        return
    depth = min(len(card.network["dilations"]) for card in cards.values())
    layer = _layer(depth)
    digests = tuple(card.sha256 for card in cards.values())
    scene = FeatureRequest(tuple(shown.items()), digests, image_id, layer, noise, level, seed, colour_map, local)
    film = _film(scene, image)

    st.html(_film_html(film, scene))
    st.markdown("**What to notice.** " + " ".join(what_moves(film.changes, local)))
    st.markdown(_table(film.changes, local))
    st.caption(
        "Change: ‖c(θ) − c(0°)‖ / ‖c(0°)‖ over all channels c of the layer after turning back, in the disc less what "
        "the layer sees of the corners. The maps are those whose values vary most. The noise turns with the image "
        "here, so that every frame is the same input, turned. Between the steps of the group the channels are "
        "permuted by its nearest element."
    )
    with st.container(horizontal=True):
        st.download_button(
            "Film (WebP)", film.webp, "features.webp", "image/webp", icon=":material/movie:", on_click="ignore"
        )
        st.download_button(
            "Film (GIF)",
            lambda: _gif(scene, image),
            "features.gif",
            "image/gif",
            icon=":material/gif_box:",
            on_click="ignore",
        )
    st.markdown("**The filters**, with which all this is computed: blue is negative, red positive, white zero.")
    if any(card.config.group == "C8" for card in cards.values()):
        st.caption(
            "Only quarter turns permute pixels: copies turned by 45° sample the same filter on a turned grid, "
            "and on 3×3 weights they may differ much."
        )
    st.html(filters_html(scene.networks, digests, local))


def _has_room(card: zoo.Card) -> bool:
    order = group(card.config.group).order if card.config.group else 1
    return _N_MAPS % order == 0 and card.network["width"] >= _N_MAPS


def changes(film: FeatureFilm) -> Changes:
    """Sum up the changes of a film, without the angle 0, where there is none."""
    n = len(film.angles)
    quarters, turned = film.change[n // 4 :: n // 4], film.change[1:]
    return Changes(quarters.max().item(), quarters.mean().item(), turned.max().item(), turned.mean().item())


def what_moves(found: Mapping[str, Changes], local: Sequence[TrainedNetwork] = ()) -> list[str]:
    """Two sentences, each true of these numbers."""
    still = [arm for arm, change in found.items() if change.worst_quarter < _ROUND_OFF]
    moving = [arm for arm in found if arm not in still]
    parts = []
    if still:
        most = percentage(max(found[arm].worst_quarter for arm in still))
        parts.append(
            f"the maps of {_names(still, local)} stand still in the co-moving frame (change {most}: round-off)"
        )
    if moving:
        each = [
            f"those of {_names([arm], local)} change by up to {percentage(found[arm].worst_quarter)}" for arm in moving
        ]
        parts.append(" and ".join(each))
    first = f"At quarter turns {', '.join(parts)}."
    means = [f"{percentage(change.mean)} for {_names([arm], local)}" for arm, change in found.items()]
    second = (
        f"Over all angles the change is {', '.join(means)} on average: between quarter turns pixels are "
        "interpolated, and no network here is exactly equivariant."
    )
    return [first, second]


def _layer(depth: int) -> int:
    """Let the visitor choose a hidden layer, which they count from 1; the result counts from 0."""
    options = list(range(1, depth))
    # Networks of another depth get a widget of their own, so that no choice outlives its options.
    chosen = st.segmented_control(
        "Feature maps after layer", options, default=1, required=True, **bound("rot", f"layer_of_{depth}")
    )
    return (chosen if chosen in options else 1) - 1


def _films(scene: FeatureRequest, image: Image) -> dict[str, FeatureFilm]:
    noisy = add_noise(image, scene.noise, scene.level, torch.Generator().manual_seed(scene.seed))
    return {
        arm: feature_film(
            denoiser(name, folder),
            noisy,
            scene.layer,
            zoo.card(name, folder).config.group,
            n_maps=_N_MAPS,
            n_angles=_N_ANGLES,
        )
        for arm, name in scene.networks
        for folder in (folder_of(arm, scene.local),)
    }


# The pixels stay out of the keys: `image_id` in the scene stands for them.
@st.cache_data(max_entries=12, show_spinner="The feature maps turn …")
def _film(scene: FeatureRequest, _image: Image) -> Film:
    films, named = _films(scene, _image), headings(scene.local)
    return Film(
        webp=feature_animation(films, scene.colour_map, headings=named),
        still=feature_still(films, _N_ANGLES // 4, scene.colour_map, headings=named),
        changes={arm: changes(film) for arm, film in films.items()},
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _gif(scene: FeatureRequest, _image: Image) -> bytes:
    return feature_animation(_films(scene, _image), scene.colour_map, "gif", headings=headings(scene.local))


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


def _film_html(film: Film, scene: FeatureRequest) -> str:
    """The film inside the page, so that it goes on turning when the server is gone."""
    named = headings(scene.local)
    arms = " and ".join(heading(arm, named).title.lower() for arm, _ in scene.networks)
    alt = escape(
        f"Left the input, turning; for the {arms} network the feature maps of layer {scene.layer + 1}, "
        "and on the right the same maps turned back"
    )
    moving, still = (base64.b64encode(content).decode() for content in (film.webp, film.still))
    return (
        f'{_STYLE}<div class="sv-film"><img class="sv-moving" src="data:image/webp;base64,{moving}" alt="{alt}">'
        f'<img class="sv-still" src="data:image/png;base64,{still}" alt="{alt}, at 90°"></div>'
    )


def _table(found: Mapping[str, Changes], local: Sequence[TrainedNetwork]) -> str:
    named = headings(local)
    lines = [
        "| Change of the maps | at quarter turns: worst | mean | at all angles: worst | mean |",
        "|:--|--:|--:|--:|--:|",
    ]
    for arm, change in found.items():
        values = (change.worst_quarter, change.mean_quarter, change.worst, change.mean)
        lines.append(f"| {heading(arm, named).title} | {' | '.join(map(percentage, values))} |")
    return "\n".join(lines)


def _names(arms: list[str], local: Sequence[TrainedNetwork]) -> str:
    yours = {one.key: f"**{one.yours}**" for one in local}
    return " and ".join(yours.get(arm, f"the **{arm}** network") for arm in arms)
