"""A backward pass that stores no activations: each layer is undone to find its input again."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from structviz.nets.layered import InvertibleMap

__all__ = ["recomputed"]


def recomputed(
    net: InvertibleMap, x: Float[Tensor, "batch *before"]
) -> tuple[Float[Tensor, "batch *rest"], Float[Tensor, "batch"]]:
    """The code Φ(x) and log |det Φ′(x)|, as `net.transform(x)` gives them, in memory that does not grow with depth.

    Only the code is stored. Backwards, from the last layer to the first, the layer is undone, run once more with
    differentiation, and forgotten: about twice the arithmetic. Gradients are those of `net.transform` up to the error
    of the inverse. Once differentiable.

    References
    ----------
    Gomez, Ren, Urtasun, Grosse: The reversible residual network: backpropagation without storing activations.
    NeurIPS 2017.

    Examples
    --------
    >>> from structviz.nets import CouplingFlow
    >>> net, x = CouplingFlow(n_layers=4), torch.ones(3, 2)
    >>> torch.equal(recomputed(net, x)[0], net(x))
    True
    """
    return _Recomputed.apply(net, net.enter(x), *net.parameters())


class _Recomputed(torch.autograd.Function):
    """The stack of layers as one differentiable operation."""

    @staticmethod
    def forward(ctx: Any, net: InvertibleMap, z: Tensor, *parameters: Tensor) -> tuple[Tensor, Tensor]:
        del parameters  # they are here so that autograd knows of them
        log_det = z.new_zeros(len(z))
        for k in range(net.n_layers):
            z, of_layer = net.transform_layer(k, z)
            log_det = log_det + of_layer
        ctx.net = net
        ctx.save_for_backward(z)
        return z, log_det

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, *gradients: Tensor
    ) -> tuple[Tensor | None, ...]:
        (z,), net = ctx.saved_tensors, ctx.net
        by_z, by_log_det = gradients
        learned = [p for p in net.parameters() if p.requires_grad]
        totals = {id(p): torch.zeros_like(p) for p in learned}
        for k in reversed(range(net.n_layers)):
            z = net.undo_layer(k, z.detach())
            with torch.enable_grad():
                z = z.detach().requires_grad_()
                outputs = zip(net.transform_layer(k, z), (by_z, by_log_det), strict=True)
                followed = [(out, by) for out, by in outputs if out.requires_grad]
                by_z, *by_weights = torch.autograd.grad(
                    [out for out, _ in followed], [z, *learned], [by for _, by in followed], allow_unused=True
                )
            for p, by_p in zip(learned, by_weights, strict=True):
                if by_p is not None:
                    totals[id(p)] += by_p
        return None, by_z, *(totals.get(id(p)) for p in net.parameters())
