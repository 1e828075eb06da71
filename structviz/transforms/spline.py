"""Cubic B-spline interpolation: the values of an image between its pixels."""

from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.types import Images

__all__ = ["sample"]


def sample(
    images: Images,
    rows: Float[Tensor, "points to_row to_column"],
    columns: Float[Tensor, "points to_row to_column"],
    pad: int,
) -> Float[Tensor, "batch channel to_row to_column"]:
    """Evaluate the cubic spline through the pixels of each image at the given points.

    The spline takes the pixel values at the pixel centres and is smooth in between, which is why it blurs far
    less than bilinear interpolation. Beyond the border the image goes on as its mirror image about the border
    pixel centres.

    Parameters
    ----------
    images
        Shape (batch, channel, row, column), float32 or float64.
    rows, columns
        The points, in pixels, (0, 0) being the centre of the first pixel; float64. The first axis has
        length 1 (the same points for every image) or `batch`.
    pad
        How far outside the image points may lie, in pixels, plus 2 for the reach of the spline.

    Returns
    -------
    Tensor
        Shape (batch, channel, to_row, to_column), differentiable in `images`.

    References
    ----------
    M. Unser, "Splines: a perfect fit for signal and image processing", IEEE Signal Processing Magazine 16(6),
    22-38, 1999.

    Examples
    --------
    >>> ramp = torch.arange(5.0).expand(1, 1, 5, 5)
    >>> point = torch.full((1, 1, 1), 2.0, dtype=torch.float64)
    >>> round(sample(ramp, point, point, pad=2).item(), 5)
    2.0
    """
    to_rows = _prefilter(images.shape[-2], pad).to(images)
    to_columns = _prefilter(images.shape[-1], pad).to(images)
    return _combine(to_rows @ (images @ to_columns.T), rows + pad, columns + pad)


def _combine(coefficients: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Sum 4 x 4 coefficients around each point, weighted with the B-spline (Unser 1999, eq. 8)."""
    batch, channels, _, width = coefficients.shape
    top, left = rows.floor(), columns.floor()
    row_weights = _weights((rows - top).to(coefficients.dtype))
    column_weights = _weights((columns - left).to(coefficients.dtype))

    # One index serves all 16 taps: the taps differ only in where the flat table starts.
    corner = ((top.long() - 1) * width + left.long() - 1).flatten(1)[:, None].expand(batch, channels, -1)
    table = coefficients.flatten(2)
    value = torch.zeros((), dtype=table.dtype, device=table.device)
    for i, row_weight in enumerate(row_weights):
        line = torch.zeros_like(value)
        for j, column_weight in enumerate(column_weights):
            tap = table[..., i * width + j :].gather(-1, corner).unflatten(-1, rows.shape[1:])
            line = torch.addcmul(line, column_weight, tap)
        value = torch.addcmul(value, row_weight, line)
    return value


def _weights(t: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Values of the cubic B-spline at t+1, t, t-1, t-2 for t in [0, 1), with an axis for the channels."""
    t = t[:, None]
    s = 1 - t
    inner = (4 - 3 * t**2 * (1 + s)) / 6
    outer = s**3 / 6
    last = t**3 / 6
    return outer, inner, 1 - outer - inner - last, last


@lru_cache(maxsize=64)
def _prefilter(n: int, pad: int) -> Float[Tensor, "padded n"]:
    """Matrix from n pixel values to B-spline coefficients, which run on as a mirror image for `pad` pixels.

    The coefficients c solve (c[i-1] + 4 c[i] + c[i+1]) / 6 = x[i] (Unser 1999, eq. 12).
    """
    # Whatever mode the first caller was in, the cached matrix must serve all others.
    with torch.inference_mode(False), torch.no_grad(), torch.device("cpu"):
        if n == 1:
            return torch.ones(1 + 2 * pad, 1, dtype=torch.float64)
        beside = torch.ones(n - 1, dtype=torch.float64)
        system = 4 * torch.eye(n, dtype=torch.float64) + beside.diag(1) + beside.diag(-1)
        system[0, 1] = system[-1, -2] = 2
        reach = torch.arange(-pad, n + pad).remainder(2 * n - 2)
        inverse = torch.linalg.inv(system / 6)[torch.minimum(reach, 2 * n - 2 - reach)]
        # Away from the diagonal the entries decay like 0.27^k; as subnormal numbers they would make the
        # float32 product 20 times slower.
        return torch.where(inverse.abs() < 1e-20, 0.0, inverse)
