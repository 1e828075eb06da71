"""Plug and play: a denoiser inside an iteration that solves an inverse problem."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import conv2d

from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked
from structviz.types import Images

__all__ = ["Restoration", "blur", "plug_and_play"]

Operator = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Restoration:
    """The end of an iteration, and how it got there.

    Attributes
    ----------
    x
        The last iterate.
    residuals
        ‖x_{k+1} − x_k‖ for each step and image; not increasing if the denoiser is averaged.
    frames, iterates
        The steps k of which x_k was kept, and these iterates.
    """

    x: Images
    residuals: Float[Tensor, "step batch"]
    frames: tuple[int, ...]
    iterates: Float[Tensor, "frame batch 1 row column"]


@torch.no_grad()
def plug_and_play(
    denoiser: Operator,
    A: Operator,
    adjoint: Operator,
    y: Tensor,
    x0: Images,
    tau: float,
    n_steps: int,
    keep: Collection[int] = (),
) -> Restoration:
    """Iterate x ← D(x − τ Aᵀ(Ax − y)).

    If D is averaged and τ < 2 / ‖A‖², the step is an averaged map: the iteration converges if it has a fixed point, and
    its residuals never increase. With a D that is only non-expansive, or none of both, it need not converge.

    Parameters
    ----------
    denoiser
        The map D.
    A, adjoint
        The forward operator and its transpose, such as `structviz.tomography.RayTransform` or `blur`.
    y
        The data.
    x0
        Where to start.
    tau
        Length τ of the gradient steps.
    n_steps
        How many.
    keep
        The steps k, from 0 to `n_steps`, of which x_k is kept.

    Returns
    -------
    Restoration
        x after `n_steps`, residuals, shape (n_steps, batch), and the iterates that are kept.

    Raises
    ------
    ConfigError
        If the step is not positive, or there is none.

    References
    ----------
    Venkatakrishnan, Bouman, Wohlberg: Plug-and-play priors for model based reconstruction. GlobalSIP 2013.
    Ryu et al.: Plug-and-play methods provably converge with properly trained denoisers. ICML 2019.
    """
    if not 0 < tau < float("inf") or n_steps < 1:
        raise ConfigError(f"The iteration takes one step or more of positive length; got {n_steps} of {tau}.")
    frames = sorted({k for k in keep if 0 <= k <= n_steps})
    x, residuals = x0, []
    iterates = [x] if 0 in frames else []
    for k in range(1, n_steps + 1):
        stop_if_asked()
        x, before = denoiser(x - tau * adjoint(A(x) - y)), x
        residuals.append((x.double() - before.double()).flatten(1).norm(dim=1))
        if k in frames:
            iterates.append(x)
    kept = torch.stack(iterates) if iterates else x0.new_empty(0, *x0.shape)
    return Restoration(x, torch.stack(residuals), tuple(frames), kept)


def blur(width: float) -> Operator:
    """A Gaussian blur with zeros around the image: its own transpose, with a norm of at most 1.

    Parameters
    ----------
    width
        Standard deviation in pixels, above 0 and up to 10.

    Raises
    ------
    ConfigError
        If the width is out of range.

    Examples
    --------
    >>> blur(1.0)(torch.ones(1, 1, 9, 9))[0, 0, 4, 4] > 0.99
    tensor(True)
    """
    if not 0 < width <= 10:
        raise ConfigError(f"The width of a blur lies above 0 and not above 10 pixels; got {width}.")
    reach = int(4 * width) + 1
    weights = torch.exp(-(torch.arange(-reach, reach + 1, dtype=torch.float64) ** 2) / (2 * width**2))
    weights = weights / weights.sum()

    def apply(x: Images) -> Images:
        row = weights.to(x)[None, None, None]
        return conv2d(conv2d(x, row, padding=(0, reach)), row.mT, padding=(reach, 0))

    return apply
