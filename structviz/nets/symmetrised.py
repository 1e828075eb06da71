"""The group average: make any denoiser exactly equivariant at test time."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.nets.claims import Claim, equivariance_claims, image_probe
from structviz.nets.groups import group
from structviz.types import Images

__all__ = ["Symmetrised"]


class Symmetrised(nn.Module):
    """Average of g⁻¹Φ(gx) over a group of pixel permutations: exactly equivariant, |G| times the cost.

    Parameters
    ----------
    net
        Any map of images that keeps their size.
    group_name
        "C4" or "D4": groups whose every element permutes pixels.

    Raises
    ------
    ConfigError
        If some element of the group does not act exactly on a pixel grid.

    References
    ----------
    Puny et al.: Frame averaging for invariant and equivariant network design. ICLR 2022 (the group operator).

    Examples
    --------
    >>> blur = torch.nn.AvgPool2d(3, stride=1, padding=1)
    >>> Symmetrised(blur, "C4")(torch.ones(1, 1, 5, 7)).shape
    torch.Size([1, 1, 5, 7])
    """

    def __init__(self, net: Callable[[Images], Images], group_name: str = "C4") -> None:
        super().__init__()
        self.net = net
        self.group = group(group_name)
        if self.group.exact_elements != self.group.elements:
            raise ConfigError(f"Averaging is exact for C4 and D4, whose elements permute pixels; got {group_name}.")

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Equivariance, whatever the network inside promises."""
        return equivariance_claims(self.group.name)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Noise, since it has no symmetry, on a grid with unequal sides."""
        return image_probe(n, generator)

    def forward(self, y: Images) -> Images:
        """Denoise every turned copy, turn the results back and average them."""
        turned_back = [
            self.group.act(self.group.inverse(g), self.net(self.group.act(g, y))) for g in self.group.elements
        ]
        return torch.stack(turned_back).mean(0)
