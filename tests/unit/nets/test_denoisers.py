"""The ordinary denoiser against its formula; what all denoisers share stands in `tests/conformance`."""

import pytest
import torch
from torch.nn.functional import conv2d, pad

from structviz.nets import ConvDenoiser

DILATIONS = (1, 3, 2)


@pytest.mark.parametrize("residual", [False, True])
def test_layers_are_those_of_the_formula(residual: bool, generator: torch.Generator) -> None:
    """z ← max(K z + b, 0), without the maximum in the last layer; what is outside the image repeats its border."""
    torch.manual_seed(0)
    net = ConvDenoiser(width=4, dilations=DILATIONS, kernel_size=5, residual=residual).double()
    y = torch.randn(2, 1, 9, 13, dtype=torch.float64, generator=generator)
    z = y
    for k, (layer, dilation) in enumerate(zip(net.convolutions, DILATIONS, strict=True)):
        padded = pad(z, [2 * dilation] * 4, mode="replicate")
        z = conv2d(padded, layer.weight, layer.bias, dilation=dilation)
        z = z.clamp(min=0) if k < len(DILATIONS) - 1 else z
    torch.testing.assert_close(net(y), y - z if residual else z, atol=1e-12, rtol=0)
    assert (z < 0).any()
