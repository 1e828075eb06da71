"""A trained network for another time, with larger or smaller weights."""

import copy
import math

import torch
from torch import nn

from structviz.errors import ConfigError
from structviz.nets import PLAIN, PointClassifier

__all__ = ["MAX_FACTOR", "altered"]

MAX_FACTOR = 3.0
"""The largest horizon relative to that of training, and the largest factor of the weights."""


@torch.no_grad()
def altered(net: PointClassifier, horizon: float = 1.0, scale: float = 1.0) -> PointClassifier:
    """The network whose layers go on to another time T, with all A and b multiplied by a factor.

    Its layers last as long as those of the given one. Beyond the time of training the weights of the last layer hold;
    before it, the later layers are left out.

    Parameters
    ----------
    net
        A trained network; it is not changed. Its classifier stays as it is.
    horizon
        T relative to that of training, more than 0 and at most `MAX_FACTOR`. It is rounded to whole layers, of which at
        least one remains. A plain network has no time, and keeps its layers.
    scale
        Multiplies the weights of the layers, 0 to `MAX_FACTOR`.

    Returns
    -------
    PointClassifier
        A copy with other layers and the same classifier.

    Raises
    ------
    ConfigError
        If a factor is out of range.

    Examples
    --------
    >>> longer = altered(PointClassifier(n_layers=10, time=2.0), horizon=1.5)
    >>> longer.n_layers, longer.time
    (15, 3.0)
    """
    if not 0 < horizon <= MAX_FACTOR:
        raise ConfigError(
            f"The horizon is more than 0 and at most {MAX_FACTOR:g} times that of training; got {horizon}. "
            "Choose one in that range."
        )
    if not 0 <= scale <= MAX_FACTOR:
        raise ConfigError(
            f"The scale of the weights is from 0 to {MAX_FACTOR:g}; got {scale}. Choose one in that range."
        )
    changed = copy.deepcopy(net)
    K = net.n_layers
    n = K if net.scheme == PLAIN else max(1, math.floor(horizon * K + 0.5))
    kept = torch.arange(n).clamp(max=K - 1)
    changed.A = nn.Parameter(scale * net.A[kept], requires_grad=False)
    changed.b = nn.Parameter(scale * net.b[kept], requires_grad=False)
    changed.n_layers, changed.time = n, net.time * n / K
    return changed
