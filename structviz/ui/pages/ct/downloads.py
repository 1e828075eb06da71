"""What a visitor takes along from the CT page: the address, pictures, numbers, the sinogram and films."""

import io
import zipfile
from collections.abc import Callable

import numpy as np
import streamlit as st
from PIL import Image as PillowImage

from structviz.figures.ct.slices import slices_sheet
from structviz.studies.ct import figures_csv
from structviz.ui.browser.viewer import ViewState
from structviz.ui.kit.address import share_link
from structviz.ui.kit.networks import headings
from structviz.ui.kit.turning import curves, turn
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.scanner import Results
from structviz.ui.pages.ct.turning import players, turning

__all__ = ["downloads"]


def downloads(choice: ScanChoice, upload: bytes | None, results: Results, look: ViewState) -> None:
    """Buttons for everything that can be taken along; each is made when it is asked for."""
    named = headings(choice.local)
    with st.container(horizontal=True):
        with st.popover("Share", icon=":material/link:"):
            st.caption("This address restores all choices on this page, except an own scan.")
            st.code(share_link(), language=None, wrap_lines=True)
        _button(
            "Pictures (PNG)",
            lambda: slices_sheet(results.methods, results.acquired.truth, look.low, look.high, _box(look), named),
            "ct.png",
            "image/png",
        )
        _button("Numbers (CSV)", lambda: figures_csv(results.methods), "ct.csv", "text/csv")
        sinogram = results.acquired.sinogram[0, 0].numpy()
        _button("Sinogram (NPY)", lambda: _npy(sinogram), "sinogram.npy", "application/x-npy")
        _button("Sinogram (TIFF)", lambda: _tiff(sinogram), "sinogram.tiff", "image/tiff")
        _button("Images (NPZ)", lambda: _npz(results), "images.npz", "application/x-npz")
        scene, nets = turning(choice, upload), players(choice)
        _button("Turn (WebP)", lambda: turn(scene, nets, "webp", False, named), "turn.webp", "image/webp")
        _button("Curves (CSV)", lambda: curves(scene, nets), "curves.csv", "text/csv")


def _button(label: str, make: Callable[[], bytes | str], name: str, mime: str) -> None:
    st.download_button(label, make, name, mime, icon=":material/download:", on_click="ignore")


def _box(look: ViewState) -> tuple[float, float, float, float]:
    """First and last row, first and last column of the zoom, in sides of the image."""
    side = min(max(look.zoom, 0.05), 1.0)
    top, left = (min(max(middle - side / 2, 0.0), 1 - side) for middle in (look.row, look.column))
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
