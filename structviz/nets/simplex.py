"""The nearest point of the probability simplex: time steps that are not negative and add up to a given time."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError

__all__ = ["project_to_simplex"]


def project_to_simplex(h: Float[Tensor, "*batch n"], total: float = 1.0) -> Float[Tensor, "*batch n"]:
    """The point of {h ≥ 0, Σh = total} that is nearest to h.

    It is max(h − θ, 0): with the entries in falling order u₁ ≥ u₂ ≥ …, the number m of entries that stay positive is
    the largest one with u_m > (Σ_{i≤m} u_i − total) / m, and θ is that quotient.

    Parameters
    ----------
    h
        Any points, such as time steps after a step of gradient descent.
    total
        The sum of the result, above 0.

    Raises
    ------
    ConfigError, ShapeError
        If the sum is not positive or an entry is no finite number; if there is no entry.

    References
    ----------
    Duchi, Shalev-Shwartz, Singer, Chandra: Efficient projections onto the ℓ1-ball for learning in high dimensions.
    ICML 2008.

    Examples
    --------
    >>> project_to_simplex(torch.tensor([0.5, 0.9, -1.0]))
    tensor([0.3000, 0.7000, 0.0000])
    """
    if not h.ndim or not h.shape[-1]:
        raise ShapeError(f"A point of a simplex has one entry or more; got the shape {tuple(h.shape)}.")
    if not 0 < total < float("inf"):
        raise ConfigError(f"Numbers are projected onto those with a finite positive sum; got the sum {total!r}.")
    if not (finite := h.isfinite()).all():
        raise ConfigError(
            f"Finite numbers are projected onto the simplex; {int((~finite).sum())} of {h.numel()} entries are none. "
            "Take them from before they diverged."
        )
    # A shift of all entries changes nothing, and without it large entries would lose their digits in the sums.
    u = (h - h.amax(-1, keepdim=True)).sort(dim=-1, descending=True).values
    counts = torch.arange(1, h.shape[-1] + 1, dtype=h.dtype, device=h.device)
    quotients = (u.cumsum(-1) - total) / counts
    m = (u > quotients).sum(-1, keepdim=True)
    return (h - h.amax(-1, keepdim=True) - quotients.gather(-1, m - 1)).clamp(min=0)
