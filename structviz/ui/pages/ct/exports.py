"""What a visitor takes along from the CT page: pictures, numbers, the sinogram and films, a script."""

import io
from functools import partial
from typing import Any

import numpy as np

from structviz.figures.ct.script import script
from structviz.figures.ct.slices import slices_sheet
from structviz.studies.ct import figures_csv
from structviz.tomography import StoredSinogram, write_sinogram
from structviz.ui.browser.viewer import ViewState
from structviz.ui.kit.exports import Item, weights
from structviz.ui.kit.networks import headings
from structviz.ui.kit.turning import curves, turn
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.results import Results, loaded_networks, turning_object

__all__ = ["digests", "items"]


def digests(choice: ScanChoice) -> dict[str, str]:
    """The sha256 of the weights of each network on the page, by its name in the zoo."""
    loaded = loaded_networks(choice)
    return {name: loaded[arm].sha256 for arm, name in _names(choice).items()}


def items(choice: ScanChoice, results: Results) -> list[Item]:
    """The files."""
    named, view = headings(choice.local), choice.view
    acquired = results.acquired
    sinogram = partial(write_sinogram, StoredSinogram(acquired.sinogram, acquired.geometry, choice.photons))
    source, networks = turning_object(choice), loaded_networks(choice)

    def pictures() -> bytes:
        return slices_sheet(results.methods, results.acquired.truth, view.low, view.high, _box(view), named)

    return [
        Item("Pictures (PNG)", pictures, "ct.png", "image/png"),
        Item("Numbers (CSV)", lambda: figures_csv(results.methods), "ct.csv", "text/csv"),
        Item("Sinogram (NPZ)", lambda: sinogram("sinogram.npz"), "sinogram.npz", "application/x-npz"),
        Item("Sinogram (TIFF)", lambda: sinogram("sinogram.tiff"), "sinogram.tiff", "image/tiff"),
        Item("Sinogram (CSV)", lambda: sinogram("sinogram.csv"), "sinogram.csv", "text/csv"),
        Item("Images (NPZ)", lambda: _npz(results), "images.npz", "application/x-npz"),
        Item("Turn (WebP)", lambda: turn(source, networks, "webp", False, named), "turn.webp", "image/webp"),
        Item("Curves (CSV)", lambda: curves(source, networks), "curves.csv", "text/csv"),
        Item("Script (Python)", lambda: _script(choice), "ct.py", "text/x-python"),
        *weights(choice.local),
    ]


def _script(choice: ScanChoice) -> str:
    smoothing = {"weight": choice.tv_weight, "n_photons": choice.photons}
    settings = {"fbp": {"filter": choice.fbp_filter}, "tv": smoothing}
    return script(
        choice.scan,
        choice.angle,
        {name: how for name, how in settings.items() if name in choice.methods},
        _names(choice),
        [network.key for network in choice.local],
    )


def _names(choice: ScanChoice) -> dict[str, str]:
    """The names of the networks in the zoo, by column."""
    shipped = {arm: f"ct/{arm}-{choice.training}" for arm in choice.networks if arm in choice.methods}
    return shipped | {network.key: network.name for network in choice.local}


def _box(view: ViewState) -> tuple[float, float, float, float]:
    """First and last row, first and last column of the zoom, in sides of the image."""
    side = min(max(view.zoom, 0.05), 1.0)
    top, left = (min(max(middle - side / 2, 0.0), 1 - side) for middle in (view.row, view.column))
    return top, top + side, left, left + side


def _npz(results: Results) -> bytes:
    """Truth and reconstructions in 1/cm, and the side of a pixel in cm."""
    file = io.BytesIO()
    acquired = results.acquired
    images = {"truth": acquired.truth[0, 0], **{name: one.iterates[-1] for name, one in results.methods.items()}}
    arrays: dict[str, Any] = {name: image.numpy() for name, image in images.items()}
    np.savez_compressed(file, pixel_size_cm=np.array(acquired.geometry.pixel_size), **arrays)
    return file.getvalue()
