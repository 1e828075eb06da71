"""Networks whose weights change smoothly from layer to layer, as those of a trained one, and their exact flow."""

import math

import numpy as np
import scipy.integrate
import torch
from torch import Generator, Tensor

from structviz.nets import PointClassifier
from structviz.studies.flow import Interpolation

__all__ = ["exact_end", "scattered", "smooth_network"]


def smooth_network(
    generator: Generator,
    scheme: str = "euler",
    width: int = 2,
    n_layers: int = 8,
    time: float = 1.5,
    activation: str = "tanh",
    size: float = 1.0,
) -> PointClassifier:
    """θ(t) is a constant and one swing over [0, T], each drawn at random with entries of the given size; float64."""
    net = PointClassifier(scheme, width, n_layers, time, activation).double()
    phase = 2 * math.pi * torch.arange(n_layers, dtype=torch.float64) / n_layers
    with torch.no_grad():
        for theta in (net.A, net.b):
            shape = theta.shape[1:]
            rest, cosine, sine = (size * torch.randn(shape, generator=generator, dtype=torch.float64) for _ in range(3))
            steps = (-1, *(1,) * len(shape))
            theta.copy_(rest + cosine * phase.cos().view(steps) + sine * phase.sin().view(steps))
        net.normal.copy_(torch.randn(width, generator=generator, dtype=torch.float64))
        net.offset.fill_(0.1)
    return net.requires_grad_(False)


def scattered(n: int, generator: Generator, dim: int = 2) -> Tensor:
    """Points, normally distributed; float64."""
    return torch.randn(n, dim, generator=generator, dtype=torch.float64)


def exact_end(net: PointClassifier, x: Tensor, interpolation: Interpolation) -> Tensor:
    """Where the flow takes points, by a solver of SciPy that goes from layer to layer, so that it meets no seam."""
    A, b, K, dt = net.A.numpy(), net.b.numpy(), net.n_layers, net.time / net.n_layers
    ends = []
    for z in x.numpy():
        for k in range(K):
            to = min(k + 1, K - 1) if interpolation == "linear" else k

            def field(s: float, z: np.ndarray, k: int = k, to: int = to) -> np.ndarray:
                share = s / dt
                return np.tanh(((1 - share) * A[k] + share * A[to]) @ z + (1 - share) * b[k] + share * b[to])

            z = scipy.integrate.solve_ivp(field, (0, dt), z, "DOP853", rtol=1e-13, atol=1e-13).y[:, -1]
        ends.append(torch.from_numpy(z))
    return torch.stack(ends)
