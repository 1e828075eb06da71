"""How fast, how exact and how large is the projector? Run as `python -m benchmarks.projector`.

A projection and a backprojection, against scikit-image (radon, and iradon without a filter) and against the
way without a matrix, which turns the image with torch's grid_sample and sums its columns; its transpose is
the gradient. Then what the projector takes for larger images.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, pad

from benchmarks.timing import taking_turns
from structviz import data
from structviz.tomography import ParallelBeam, RayTransform, ellipse_sinogram

SIZE, VIEWS = 128, 60
TARGET = 5.0
SIZES = ((32, 60), (64, 60), (128, 60), (128, 61), (256, 60), (512, 60), (512, 180))
"""Pixels and views; an odd number of views has half the symmetry."""

ACCURACY_SIZES = (65, 129, 257)


def rotate_and_sum(geometry: ParallelBeam) -> Callable[[Tensor], Tensor]:
    """The ray transform of one image, without a matrix."""
    _, n_detectors = geometry.sinogram_shape
    before = (n_detectors - geometry.image_size) // 2
    margin = (before, n_detectors - geometry.image_size - before) * 2
    cos, sin, zero = geometry.angles.cos(), geometry.angles.sin(), torch.zeros(geometry.n_views)
    # grid_sample has y pointing down.
    matrices = torch.stack([torch.stack([cos, sin, zero], -1), torch.stack([-sin, cos, zero], -1)], 1).float()
    grid = affine_grid(matrices, [geometry.n_views, 1, n_detectors, n_detectors], align_corners=False)

    def project(x: Tensor) -> Tensor:
        turned = grid_sample(pad(x, margin).expand(geometry.n_views, -1, -1, -1), grid, align_corners=False)
        return turned.sum(dim=2)[None].transpose(1, 2) * geometry.pixel_size

    return project


def relative(found: Tensor, exact: Tensor) -> float:
    """Relative l2 error."""
    return float((found.double() - exact).norm() / exact.norm())


def speed() -> None:
    """Print one line for each way to project and to backproject."""
    from skimage.transform import iradon, radon

    geometry = ParallelBeam(SIZE, VIEWS)
    A, degrees = RayTransform(geometry), np.degrees(geometry.angles.numpy())
    x = data.shepp_logan(SIZE)
    y, image = A(x), x[0, 0].numpy()
    # Its annotation forgets that None means no filter.
    unfiltered: Any = None
    peer = radon(image, degrees, circle=False)
    turned = rotate_and_sum(geometry)

    def turn_there_and_back() -> None:
        start = x.clone().requires_grad_()
        torch.autograd.grad(turned(start), start, y)

    eight, eight_y = x.expand(8, -1, -1, -1).contiguous(), y.expand(8, -1, -1, -1).contiguous()
    seconds = taking_turns(
        {
            "structviz A": lambda: A(x),
            "structviz adjoint": lambda: A.adjoint(y),
            "structviz A, batch of 8": lambda: A(eight),
            "structviz adjoint, batch of 8": lambda: A.adjoint(eight_y),
            "grid_sample, both": turn_there_and_back,
            "scikit-image radon": lambda: radon(image, degrees, circle=False),
            "scikit-image radon in the disc": lambda: radon(image, degrees, circle=True),
            "scikit-image iradon": lambda: iradon(peer, degrees, filter_name=unfiltered, circle=False),
        }
    )
    both = seconds["structviz A"] + seconds["structviz adjoint"]
    print(f"{SIZE} x {SIZE} pixels, {VIEWS} views, {torch.get_num_threads()} threads.\n")
    print(f"{'':32}{'time, ms':>10}")
    for name, spent in seconds.items():
        print(f"{name:32}{1000 * spent:10.2f}")
    whole = seconds["scikit-image radon"] + seconds["scikit-image iradon"]
    disc = seconds["scikit-image radon in the disc"] + seconds["scikit-image iradon"]
    print(f"\nscikit-image / structviz, both directions: {whole / both:.0f} (target: at least {TARGET:g});")
    print(f"with its radon on the disc alone: {disc / both:.0f}.")
    print(f"grid_sample / structviz: {seconds['grid_sample, both'] / both:.0f}.")


def accuracy() -> None:
    """Print errors to the exact Radon transform of the Shepp-Logan phantom, on one geometry for all.

    Sizes are odd, as scikit-image's axis of rotation is the centre of the image at odd sizes only.
    """
    from skimage.transform import radon

    print(f"\nError to the closed form, relative l2, {VIEWS} views\n")
    print(f"{'size':>6}{'structviz':>12}{'grid_sample':>13}{'scikit-image':>14}")
    for size in ACCURACY_SIZES:
        image = data.shepp_logan(size)
        geometry = ParallelBeam(size, VIEWS)
        peer = radon(image[0, 0].double().numpy(), np.degrees(geometry.angles.numpy()), circle=False)
        columns = peer.shape[0]
        geometry = ParallelBeam(size, VIEWS, n_detectors=2 * (columns // 2) + 1)
        exact = ellipse_sinogram(data.SHEPP_LOGAN, geometry)[..., :columns]
        theirs = torch.from_numpy(peer.T)[None, None] * geometry.pixel_size
        ways = (RayTransform(geometry)(image), rotate_and_sum(geometry)(image), theirs)
        errors = [relative(y[..., :columns], exact) for y in ways]
        print(f"{size:6}{errors[0]:12.4f}{errors[1]:13.4f}{errors[2]:14.4f}")


def growth() -> None:
    """Print time and memory of the projector as images grow."""
    print(f"\n{'size':>6}{'views':>7}{'build, s':>10}{'memory, MB':>12}{'A, ms':>9}{'adjoint, ms':>13}")
    for size, n_views in SIZES:
        started = time.perf_counter()
        # One pixel size for each row, so that no row finds its matrix in the cache.
        A = RayTransform(ParallelBeam(size, n_views, pixel_size=20 / size))
        built = time.perf_counter() - started
        x = torch.rand(1, 1, size, size)
        y = A(x)
        seconds = taking_turns({"A": lambda A=A, x=x: A(x), "adjoint": lambda A=A, y=y: A.adjoint(y)}, 5)
        times = f"{1000 * seconds['A']:9.2f}{1000 * seconds['adjoint']:13.2f}"
        print(f"{size:6}{n_views:7}{built:10.2f}{A.n_bytes / 1e6:12.1f}{times}")


def main() -> None:
    """Print all three tables."""
    speed()
    accuracy()
    growth()


if __name__ == "__main__":
    main()
