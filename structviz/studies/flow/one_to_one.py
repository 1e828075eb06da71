"""Whether steps certainly take no two points to one place."""

import torch

from structviz.nets import PLAIN, PointClassifier
from structviz.nets.activations import activation
from structviz.ode import integrator

__all__ = ["are_one_to_one"]


def are_one_to_one(net: PointClassifier, method: str | None = None, n_steps: int | None = None) -> bool:
    """Whether a bound shows that each step is one to one; where it does not, the step may be so or not.

    A step z + φ(z) is one to one if φ is a contraction. With L the largest norm of A times the largest slope of σ, the
    stages of a Runge–Kutta method have the Lipschitz constants l_i = L (1 + Δt Σ_j |a_ij| l_j), and φ has
    Δt Σ_i |w_i| l_i. For forward Euler that is Δt L. A layer without a skip connection is never shown to be.

    Parameters
    ----------
    net
        Its weights are used; those between its layers are means of them.
    method, n_steps
        The steps, as for `structviz.studies.flow.refined`; without a method, the layers of the network.

    Returns
    -------
    bool
        True if the bound is below 1; False says nothing about the step.

    Examples
    --------
    >>> net = PointClassifier(n_layers=10, time=1.0)
    >>> net.A.data.fill_(0.0)[0, 0, 0] = 2.0
    >>> are_one_to_one(net, "euler", 10), are_one_to_one(net, "euler", 1)
    (True, False)
    """
    if net.scheme == PLAIN:
        return False
    scheme = integrator(method or net.scheme)
    dt = net.time / (n_steps or net.n_layers)
    L = torch.linalg.matrix_norm(net.A.detach().double(), 2).max().item() * activation(net.activation).lipschitz
    constants: list[float] = []
    for i, row in enumerate(scheme.a):
        rest = 1 - dt * abs(row[i]) * L  # of an implicit stage, which holds itself
        if rest <= 0:
            return False
        constants.append(L * (1 + dt * sum(abs(a) * c for a, c in zip(row, constants, strict=False))) / rest)
    return dt * sum(abs(w) * c for w, c in zip(scheme.w, constants, strict=True)) < 1
