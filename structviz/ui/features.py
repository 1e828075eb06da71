"""The part of the rotation page that looks inside: feature maps that turn, and the learned filters."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st
import torch

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.features import FeatureFilm, feature_film
from structviz.figures import ARM_COLOURS, arm_title
from structviz.figures.features import feature_gif, feature_still, feature_webp, percentage
from structviz.figures.filters import FilterPicture, filters_picture
from structviz.nets import ConvDenoiser, group
from structviz.transforms import add_noise
from structviz.types import Image
from structviz.ui.state import bound

__all__ = ["Changes", "Film", "Scene", "changes", "feature_section", "what_moves"]

_N_ANGLES = 48
_ROUND_OFF = 1e-5


@dataclass(frozen=True)
class Scene:
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
    """

    networks: tuple[tuple[str, str], ...]
    digests: tuple[str, ...]
    image_id: str
    layer: int
    noise: str
    level: float
    seed: int
    colour_map: str


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

    Raises
    ------
    StructVizError
        If a network is missing or the image is too small.
    """
    shown = {arm: name for arm, name in networks.items() if arm != "symmetrised"}
    if not shown:
        st.info("Choose the ordinary or the equivariant network to see its layers.", icon=":material/layers:")
        return
    cards = {arm: zoo.card(name) for arm, name in shown.items()}
    depth = min(len(card.network["dilations"]) for card in cards.values())
    layer = _layer(depth)
    digests = tuple(card.sha256 for card in cards.values())
    scene = Scene(tuple(shown.items()), digests, image_id, layer, noise, level, seed, colour_map)
    film = _film(scene, image)

    st.html(_film_html(film, scene))
    st.markdown("**What to notice.** " + " ".join(what_moves(film.changes)))
    st.markdown(_table(film.changes))
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
    st.html(_filters_html(scene.networks, digests))


def changes(film: FeatureFilm) -> Changes:
    """Sum up the changes of a film, without the angle 0, where there is none."""
    n = len(film.angles)
    quarters, turned = film.change[n // 4 :: n // 4], film.change[1:]
    return Changes(quarters.max().item(), quarters.mean().item(), turned.max().item(), turned.mean().item())


def what_moves(found: Mapping[str, Changes]) -> list[str]:
    """Two sentences, each true of these numbers."""
    still = [arm for arm, change in found.items() if change.worst_quarter < _ROUND_OFF]
    moving = [arm for arm in found if arm not in still]
    parts = []
    if still:
        most = percentage(max(found[arm].worst_quarter for arm in still))
        parts.append(f"the maps of {_names(still)} stand still in the co-moving frame (change {most}: round-off)")
    if moving:
        each = [f"those of {_names([arm])} change by up to {percentage(found[arm].worst_quarter)}" for arm in moving]
        parts.append(" and ".join(each))
    first = f"At quarter turns {', '.join(parts)}."
    means = [f"{percentage(change.mean)} for {_names([arm])}" for arm, change in found.items()]
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


def _films(scene: Scene, image: Image) -> dict[str, FeatureFilm]:
    noisy = add_noise(image, scene.noise, scene.level, torch.Generator().manual_seed(scene.seed))
    return {
        arm: feature_film(_network(name), noisy, scene.layer, zoo.card(name).config.group, n_angles=_N_ANGLES)
        for arm, name in scene.networks
    }


def _network(name: str) -> ConvDenoiser:
    net = zoo.load(name)
    if not isinstance(net, ConvDenoiser):
        raise CheckpointError(f"Feature maps are shown of a ConvDenoiser; {name} is a {type(net).__name__}.")
    return net


# The pixels stay out of the keys: `image_id` in the scene stands for them.
@st.cache_data(max_entries=12, show_spinner="The feature maps turn …")
def _film(scene: Scene, _image: Image) -> Film:
    films = _films(scene, _image)
    return Film(
        webp=feature_webp(films, scene.colour_map),
        still=feature_still(films, _N_ANGLES // 4, scene.colour_map),
        changes={arm: changes(film) for arm, film in films.items()},
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _gif(scene: Scene, _image: Image) -> bytes:
    return feature_gif(_films(scene, _image), scene.colour_map)


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
.sv-filters { display: grid; gap: 0.5rem 2rem; align-items: start; }
.sv-filters figure { margin: 0; min-width: 0; max-width: 26rem; }
.sv-filters figcaption { border-top: 5px solid var(--arm); line-height: 1.7; }
.sv-filters img { max-width: 100%; height: auto; }
.sv-filters .sv-what { grid-column: 1 / -1; font-weight: 600; margin-top: 0.6rem; }
</style>"""


def _film_html(film: Film, scene: Scene) -> str:
    """The film inside the page, so that it goes on turning when the server is gone."""
    arms = " and ".join(arm_title(arm).lower() for arm, _ in scene.networks)
    alt = escape(
        f"Left the input, turning; for the {arms} network the feature maps of layer {scene.layer + 1}, "
        "and on the right the same maps turned back"
    )
    moving, still = (base64.b64encode(content).decode() for content in (film.webp, film.still))
    return (
        f'{_STYLE}<div class="sv-film"><img class="sv-moving" src="data:image/webp;base64,{moving}" alt="{alt}">'
        f'<img class="sv-still" src="data:image/png;base64,{still}" alt="{alt}, at 90°"></div>'
    )


def _table(found: Mapping[str, Changes]) -> str:
    lines = [
        "| Change of the maps | at quarter turns: worst | mean | at all angles: worst | mean |",
        "|:--|--:|--:|--:|--:|",
    ]
    for arm, change in found.items():
        values = (change.worst_quarter, change.mean_quarter, change.worst, change.mean)
        lines.append(f"| {arm_title(arm)} | {' | '.join(map(percentage, values))} |")
    return "\n".join(lines)


def _names(arms: list[str]) -> str:
    return " and ".join(f"the **{arm}** network" for arm in arms)


@st.cache_data(max_entries=8, show_spinner=False)
def _filters_html(networks: tuple[tuple[str, str], ...], digests: tuple[str, ...]) -> str:
    """For the first, a middle and the last layer a picture of each network, side by side."""
    del digests
    groups = {name: zoo.card(name).config.group for _, name in networks}
    columns = max((group(g).order for g in groups.values() if g), default=4)
    nets = {name: _network(name) for _, name in networks}
    last = min(len(net.convolutions) for net in nets.values()) - 1
    with_group = any(groups.values())
    kinds = [(0, "First layer", "each row of the equivariant network is one kernel, turned by the group")]
    if last > 1:
        between = "each row of the equivariant block is the first one, turned and permuted"
        kinds.append((1, "Layer 2, from one field to one field", between))
    kinds.append((last, "Last layer", "again kernels and their turned copies"))
    tiles = []
    for layer, title, remark in kinds:
        tiles.append(f'<div class="sv-what">{escape(f"{title}: {remark}" if with_group else title)}</div>')
        for arm, name in networks:
            tiles.append(_filters_tile(arm, filters_picture(nets[name], layer, groups[name], columns)))
    style = f"grid-template-columns:repeat({len(networks)},minmax(0,max-content))"
    return f'{_STYLE}<div class="sv-filters" style="{style}">{"".join(tiles)}</div>'


def _filters_tile(arm: str, picture: FilterPicture) -> str:
    source = base64.b64encode(picture.png).decode()
    return (
        f'<figure style="--arm:{ARM_COLOURS[arm]}"><figcaption>{escape(arm_title(arm))}</figcaption>'
        f'<img src="data:image/png;base64,{source}" alt="{escape(arm_title(arm))}. {escape(picture.alt)}"></figure>'
    )
