"""The learned filters of several denoisers, side by side."""

import base64
from html import escape
from pathlib import Path

import streamlit as st

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.figures import Heading, heading
from structviz.figures.rotation.filters import FilterPicture, filters_picture
from structviz.nets import ConvDenoiser, group
from structviz.ui.kit.networks import TrainedNetwork, folder_of, headings

__all__ = ["denoiser", "filters_html"]

_STYLE = """<style>
.sv-filters { display: grid; gap: 0.5rem 2rem; align-items: start; }
.sv-filters figure { margin: 0; min-width: 0; max-width: 26rem; }
.sv-filters figcaption { border-top: 5px solid var(--arm); line-height: 1.7; }
.sv-filters img { max-width: 100%; height: auto; }
.sv-filters .sv-what { grid-column: 1 / -1; font-weight: 600; margin-top: 0.6rem; }
</style>"""


def denoiser(name: str, folder: Path) -> ConvDenoiser:
    """A denoiser of a zoo, whose layers can be shown.

    Raises
    ------
    CheckpointError
        If it is none.
    """
    net = zoo.load(name, folder=folder)
    if not isinstance(net, ConvDenoiser):
        raise CheckpointError(f"Feature maps are shown of a ConvDenoiser; {name} is a {type(net).__name__}.")
    return net


@st.cache_data(max_entries=8, show_spinner=False)
def filters_html(
    networks: tuple[tuple[str, str], ...], digests: tuple[str, ...], local: tuple[TrainedNetwork, ...] = ()
) -> str:
    """HTML with the kernels of each network, side by side: of the first, a middle and the last layer.

    Parameters
    ----------
    networks
        Arms with the names of their networks.
    digests
        Of their weights: a rebuilt file is another entry of the cache.
    local
        The networks among them that were trained on this machine.

    Returns
    -------
    str
        HTML with a tile for each network and layer.
    """
    del digests
    folders, named = {arm: folder_of(arm, local) for arm, _ in networks}, headings(local)
    groups = {arm: zoo.card(name, folders[arm]).config.group for arm, name in networks}
    columns = max((group(g).order for g in groups.values() if g), default=4)
    nets = {arm: denoiser(name, folders[arm]) for arm, name in networks}
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
        for arm, _ in networks:
            picture = filters_picture(nets[arm], layer, groups[arm], columns)
            tiles.append(_filters_tile(heading(arm, named), picture))
    style = f"grid-template-columns:repeat({len(networks)},minmax(0,max-content))"
    return f'{_STYLE}<div class="sv-filters" style="{style}">{"".join(tiles)}</div>'


def _filters_tile(head: Heading, picture: FilterPicture) -> str:
    source = base64.b64encode(picture.png).decode()
    return (
        f'<figure style="--arm:{head.colour}"><figcaption>{escape(head.title)}</figcaption>'
        f'<img src="data:image/png;base64,{source}" alt="{escape(head.title)}. {escape(picture.alt)}"></figure>'
    )
