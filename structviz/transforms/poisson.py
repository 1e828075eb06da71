"""Poisson counts by inversion: one uniform number decides a count, whatever the mean.

Noise of one seed then grows with its level and does not flicker, and a browser that draws the same numbers counts the
same photons.
"""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["poisson_quantile"]

_EXPANDED_FROM = 50.0
"""Means from which the expansion serves; there, it is wrong by one count in fewer than 1 of 100 cases."""

_LEAST_SHARE = 2.0**-54
"""Half of the smallest positive number that is drawn: it stands for 0, which has no normal quantile."""


def poisson_quantile(u: Float[Tensor, "*shape"], mean: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """The smallest count that a Poisson variable exceeds with no more than the probability 1 - u.

    Parameters
    ----------
    u
        Probabilities from 0 up to 1, float64.
    mean
        Mean counts, >= 0, float64. Below 50 the probabilities are summed; from 50 on the expansion of Cornish and
        Fisher is rounded to a count.

    Returns
    -------
    Tensor
        Whole numbers, float64.

    References
    ----------
    E. A. Cornish, R. A. Fisher, "Moments and cumulants in the specification of distributions", Revue de l'Institut
    International de Statistique 5(4), 307-320, 1938.

    Examples
    --------
    >>> poisson_quantile(torch.tensor([0.5]).double(), torch.tensor([4.0]).double()).item()
    4.0
    """
    is_large = mean >= _EXPANDED_FROM
    counts = torch.empty_like(mean)
    counts[is_large] = _expanded(u[is_large], mean[is_large])
    counts[~is_large] = _summed(u[~is_large], mean[~is_large])
    return counts


def _expanded(u: Tensor, mean: Tensor) -> Tensor:
    z, s = torch.special.ndtri(u.clamp(min=_LEAST_SHARE)), mean.sqrt()
    # Halves up, as in a browser.
    return (mean + s * z + (z**2 - 1) / 6 + (z - z**3) / (72 * s) + 0.5).floor().clamp(min=0)


def _summed(u: Tensor, mean: Tensor) -> Tensor:
    counts, left = torch.empty_like(mean), torch.arange(len(mean), device=mean.device)
    share = torch.exp(-mean)
    below, count = share, 0
    # Few wait for the last counts: who has its count leaves. Past the mean, a share of nothing adds nothing.
    while len(left):
        goes_on = (u > below) & ((share > 1e-20) | (mean > count))
        counts[left[~goes_on]] = float(count)
        left, u, mean, share, below = (values[goes_on] for values in (left, u, mean, share, below))
        count += 1
        share = share * (mean / count)
        below = below + share
    return counts
