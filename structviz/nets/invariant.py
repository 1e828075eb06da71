"""The invariant twin of the classifier: trained with escnn, exported to plain torch."""

from itertools import pairwise

import torch
from torch import nn

from structviz.nets.digit_classifiers import N_CLASSES, ConvClassifier, Logits, channels_of, classify
from structviz.nets.groups import group
from structviz.nets.steerable import SteerableConv
from structviz.types import Images

__all__ = ["InvariantClassifier"]


class InvariantClassifier(nn.Module):
    """Logits with Φ(Rx) = Φ(x), by convolutions between regular fields of a planar group and a maximum over each field.

    Parameters
    ----------
    group_name
        "C4", "C8", "C16", "D4" or "D8".
    width, kernel_size
        As for `ConvClassifier`, which it becomes by `export`.

    References
    ----------
    Weiler, Cesa: General E(2)-equivariant steerable CNNs. NeurIPS 2019.
    """

    def __init__(self, group_name: str = "C8", width: int = 16, kernel_size: int = 5) -> None:
        super().__init__()
        self.group = group(group_name)
        self.width, self.kernel_size = width, kernel_size
        order = self.group.order
        channels = channels_of(width, kernel_size, order)
        fields = (1, *(channel // order for channel in channels))
        self.layers = nn.ModuleList(
            SteerableConv(self.group, before, after, regular_in=k > 0, regular_out=True, kernel_size=kernel_size)
            for k, (before, after) in enumerate(pairwise(fields))
        )
        self.head = nn.Linear(fields[-1], N_CLASSES)

    def forward(self, x: Images) -> Logits:
        """Classify a batch of grey images whose sides are multiples of 4."""
        return classify(x, self.layers, self.head, self.group.order)

    @torch.no_grad()
    def export(self) -> ConvClassifier:
        """Copy the network as plain convolutions with exactly symmetric kernels."""
        with torch.device("meta"):  # draws no initial weights
            plain = ConvClassifier(self.width, self.kernel_size, self.group.name)
        plain = plain.float().to_empty(device="cpu")  # as all networks, whatever torch's default is
        steerable = [layer for layer in self.layers if isinstance(layer, SteerableConv)]
        for ours, theirs in zip(plain.convolutions, steerable, strict=True):
            theirs.copy_to(ours)
        plain.head.load_state_dict(self.head.state_dict())
        return plain.eval().requires_grad_(False)
