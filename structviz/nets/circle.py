"""Functions on the circle with few waves: the fields of continuous rotations, and their samples at equal angles."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError

__all__ = ["sampling"]


def sampling(band: int, n: int) -> Float[Tensor, "sample coefficient"]:
    """The matrix A from Fourier coefficients to samples at the angles 2πk/n, with AᵀA = I.

    The coefficients are those of 1, cos θ, sin θ, …, cos Lθ, sin Lθ. A rotation by α shifts the function, and turns
    each pair (cos kθ, sin kθ) by kα. A shift by 2π/n permutes the samples. Aᵀ projects any samples onto the functions
    with at most L waves.

    Parameters
    ----------
    band
        Most waves round the circle, L.
    n
        Number of samples. A nonlinearity makes more waves than L; the more samples there are, the fewer of them
        are mistaken for few waves.

    Returns
    -------
    Tensor
        In double precision.

    Raises
    ------
    ConfigError
        If the samples are too few to tell the waves apart.

    References
    ----------
    Franzen, Wand: General nonlinearities in SO(2)-equivariant CNNs. NeurIPS 2021.

    Examples
    --------
    >>> sampling(1, 4).shape
    torch.Size([4, 3])
    """
    if band < 0 or n < 2 * band + 2:
        raise ConfigError(f"Functions with up to L ≥ 0 waves need 2L + 2 samples or more; got L = {band}, {n} samples.")
    theta = 2 * math.pi * torch.arange(n, dtype=torch.float64) / n
    columns = [torch.ones_like(theta)]
    for k in range(1, band + 1):
        columns += [math.sqrt(2) * (k * theta).cos(), math.sqrt(2) * (k * theta).sin()]
    return torch.stack(columns, dim=1) / math.sqrt(n)
