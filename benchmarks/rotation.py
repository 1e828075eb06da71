"""How much does rotating an image cost, in decibels and in time? Run as `python -m benchmarks.rotation`.

Photographs are turned by an angle and back; what is left of them inside the inscribed disc is compared with
the original. Peers: torch's grid_sample, scikit-image (whose order 3 is Keys' cubic convolution, without
prefilter) and scipy (the same spline as ours).
"""

import math
import time
from collections.abc import Callable

import numpy as np
import scipy.ndimage
import skimage
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from structviz.metrics import psnr
from structviz.transforms import disc_mask, rotate

PHOTOGRAPHS = ("astronaut", "brick", "camera", "cell", "chelsea", "clock")
PHOTOGRAPHS += ("coffee", "coins", "grass", "gravel", "moon", "rocket")
ANGLES = [math.radians(degrees) for degrees in range(5, 90, 10)]
SIZE = 128
MARGIN = 4.0
STRIP = 72

Rotation = Callable[[Tensor, float], Tensor]


def photographs() -> Tensor:
    """Grey, central square, 128 x 128, range [0, 1]."""
    images = []
    for name in PHOTOGRAPHS:
        picture: np.ndarray = skimage.util.img_as_float(getattr(skimage.data, name)())
        if picture.ndim == 3:
            picture = skimage.color.rgb2gray(picture[..., :3])
        rows, columns = picture.shape[:2]
        side = min(rows, columns)
        top, left = (rows - side) // 2, (columns - side) // 2
        square = picture[top : top + side, left : left + side]
        images.append(skimage.transform.resize(square, (SIZE, SIZE), anti_aliasing=True))
    return torch.from_numpy(np.stack(images))[:, None].float()


def with_grid_sample(mode: str) -> Rotation:
    """Rotate with torch's own sampler."""

    def turn(images: Tensor, angle: float) -> Tensor:
        cos, sin = math.cos(angle), math.sin(angle)
        matrix = torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]]).expand(images.shape[0], 2, 3)
        grid = affine_grid(matrix, list(images.shape), align_corners=True)
        return grid_sample(images, grid, mode=mode, padding_mode="reflection", align_corners=True)

    return turn


def with_scikit_image(images: Tensor, angle: float) -> Tensor:
    """Rotate one image after the other with scikit-image."""
    turned = [
        skimage.transform.rotate(image, math.degrees(angle), order=3, mode="reflect", clip=False)
        for image in images[:, 0].numpy()
    ]
    return torch.from_numpy(np.stack(turned))[:, None]


def with_scipy(images: Tensor, angle: float) -> Tensor:
    """Rotate the batch with scipy."""
    degrees = math.degrees(angle)
    turned = scipy.ndimage.rotate(images.numpy(), degrees, axes=(3, 2), reshape=False, order=3, mode="mirror")
    return torch.from_numpy(turned)


PEERS: dict[str, Rotation] = {
    "structviz.rotate": rotate,
    "torch bilinear": with_grid_sample("bilinear"),
    "torch bicubic": with_grid_sample("bicubic"),
    "skimage order 3": with_scikit_image,
    "scipy order 3": with_scipy,
}


def round_trip(turn: Rotation, images: Tensor) -> Tensor:
    """PSNR in dB of every image after turning there and back, by angle and image."""
    mask = disc_mask(SIZE, SIZE, MARGIN)
    return torch.stack([psnr(turn(turn(images, angle), -angle), images, mask=mask) for angle in ANGLES])


def seconds(turn: Rotation, images: Tensor, repetitions: int = 9) -> float:
    """Wall time of the quickest call: what else runs on the machine can only add to it."""
    turn(images, ANGLES[0])
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        turn(images, ANGLES[0])
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print one line per peer, and one for a strip in which every image has its own angle."""
    images = photographs()
    strip = images[:1].expand(STRIP, -1, -1, -1).contiguous()
    every_angle = 2 * math.pi * torch.arange(STRIP) / STRIP
    times = {name: seconds(turn, strip) for name, turn in PEERS.items()}
    times["  an angle each"] = seconds(lambda images, _: rotate(images, every_angle), strip)

    print(f"{len(images)} photographs, {SIZE} x {SIZE}; {len(ANGLES)} angles, 5 to 85 degrees, there and back;")
    print(f"inside the disc less {MARGIN:g} pixels. Time: {STRIP} images, {torch.get_num_threads()} threads.\n")
    print(f"{'':18}{'mean dB':>9}{'worst dB':>10}{'time, ms':>10}{'ratio':>7}")
    for name, spent in times.items():
        quality = f"{'':19}"
        if name in PEERS:
            decibels = round_trip(PEERS[name], images)
            quality = f"{decibels.mean():9.2f}{decibels.min():10.2f}"
        print(f"{name:18}{quality}{1000 * spent:10.0f}{spent / times['structviz.rotate']:7.2f}")


if __name__ == "__main__":
    main()
