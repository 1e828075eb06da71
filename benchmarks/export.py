"""What does equivariance cost at test time? Run as `python -m benchmarks.export`.

An equivariant network, exported to plain convolutions, against an ordinary one with the same channels, and
against the escnn modules that it was exported from, in evaluation mode. All have the shape of the networks that
ship; the weights are random, as time does not depend on them. In evaluation mode escnn keeps its filters expanded
too: what it adds is its own bookkeeping, and the padding.
"""

import torch
from torch import nn

from benchmarks.timing import taking_turns
from structviz.nets import ConvDenoiser
from structviz.nets.equivariant import EquivariantDenoiser

GROUPS = {"C4": 8, "C8": 4, "D4": 4}
"""Groups, each with as many fields as make 32 channels."""

WIDTH, DILATIONS = 32, (1, 2, 3, 3, 2, 1)
IMAGES = (8, 1, 128, 128)
TARGET = 1.1


@torch.inference_mode()
def main() -> None:
    """Print one line for each network."""
    torch.manual_seed(0)
    nets: dict[str, nn.Module] = {"ordinary": ConvDenoiser(WIDTH, DILATIONS, residual=True).eval()}
    with torch.inference_mode(False):
        for name, fields in GROUPS.items():
            twin = EquivariantDenoiser(name, fields, DILATIONS, residual=True).eval()
            nets[f"{name} exported"] = twin.export()
            nets[f"{name} escnn"] = twin
    # In the memory order that the film strip uses.
    images = torch.rand(IMAGES).to(memory_format=torch.channels_last)
    seconds = taking_turns({name: lambda net=net: net(images) for name, net in nets.items()}, repetitions=20)

    print(f"{IMAGES[0]} images, {IMAGES[2]} x {IMAGES[3]}; {len(DILATIONS)} layers of {WIDTH} channels;")
    print(f"{torch.get_num_threads()} threads. Target: exported / ordinary at most {TARGET}.\n")
    print(f"{'':14}{'time, ms':>10}{'/ ordinary':>12}")
    for name, spent in seconds.items():
        print(f"{name:14}{1000 * spent:10.1f}{spent / seconds['ordinary']:12.2f}")


if __name__ == "__main__":
    main()
