"""What a visitor takes along from the CT page: pictures, numbers, the sinogram and films, a script."""

import io
import zipfile

import numpy as np
from PIL import Image as PillowImage

from structviz.figures.ct.script import script
from structviz.figures.ct.slices import slices_sheet
from structviz.studies.ct import figures_csv
from structviz.ui.browser.viewer import ViewState
from structviz.ui.kit.exports import Item
from structviz.ui.kit.networks import headings
from structviz.ui.kit.turning import curves, turn
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.results import Results, loaded_networks, turning_object

__all__ = ["items"]


def items(choice: ScanChoice, results: Results) -> list[Item]:
    """The files."""
    named, view = headings(choice.local), choice.view
    sinogram = results.acquired.sinogram[0, 0].numpy()
    source, networks = turning_object(choice), loaded_networks(choice)

    def pictures() -> bytes:
        return slices_sheet(results.methods, results.acquired.truth, view.low, view.high, _box(view), named)

    return [
        Item("Pictures (PNG)", pictures, "ct.png", "image/png"),
        Item("Numbers (CSV)", lambda: figures_csv(results.methods), "ct.csv", "text/csv"),
        Item("Sinogram (NPY)", lambda: _npy(sinogram), "sinogram.npy", "application/x-npy"),
        Item("Sinogram (TIFF)", lambda: _tiff(sinogram), "sinogram.tiff", "image/tiff"),
        Item("Images (NPZ)", lambda: _npz(results), "images.npz", "application/x-npz"),
        Item("Turn (WebP)", lambda: turn(source, networks, "webp", False, named), "turn.webp", "image/webp"),
        Item("Curves (CSV)", lambda: curves(source, networks), "curves.csv", "text/csv"),
        Item("Script (Python)", lambda: _script(choice), "ct.py", "text/x-python"),
    ]


def _script(choice: ScanChoice) -> str:
    smoothing = {"weight": choice.tv_weight, "n_photons": choice.photons}
    settings = {"fbp": {"filter": choice.fbp_filter}, "tv": smoothing}
    shipped = {arm: f"ct/{arm}-{choice.training}" for arm in choice.networks if arm in choice.methods}
    return script(
        choice.scan,
        choice.angle,
        {name: how for name, how in settings.items() if name in choice.methods},
        shipped | {network.key: network.name for network in choice.local},
        {network.key: network.folder for network in choice.local},
    )


def _box(view: ViewState) -> tuple[float, float, float, float]:
    """First and last row, first and last column of the zoom, in sides of the image."""
    side = min(max(view.zoom, 0.05), 1.0)
    top, left = (min(max(middle - side / 2, 0.0), 1 - side) for middle in (view.row, view.column))
    return top, top + side, left, left + side


def _npy(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()


def _tiff(values: np.ndarray) -> bytes:
    """The values as they are, in 32-bit floating point, for programs that open pictures only."""
    file = io.BytesIO()
    PillowImage.fromarray(values.astype(np.float32)).save(file, "TIFF")
    return file.getvalue()


def _npz(results: Results) -> bytes:
    """Truth and reconstructions in 1/cm."""
    file = io.BytesIO()
    images = {name: one.iterates[-1] for name, one in results.methods.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, image in {"truth": results.acquired.truth[0, 0], **images}.items():
            archive.writestr(f"{name}.npy", _npy(image.numpy()))
    return file.getvalue()
