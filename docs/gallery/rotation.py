"""Turn an image: which network notices?

Slides 7 and 8 of the lecture. A network learnt to denoise horizontal stripes. Its equivariant twin has as many channels
and saw the same images, but its architecture guarantees Φ(Rx) = RΦ(x) for quarter turns R.
"""

# %%
# The image, upright and turned by 90°, with the same noise. All functions take a `torch.Generator`, so the page is the
# same each time it is made.

import math
from pathlib import Path

import torch

from structviz import checks, data, metrics, transforms, zoo
from structviz.figures import to_png

clean = data.stripes(1)
turned = transforms.rotate(clean, math.pi / 2)
generator = torch.Generator().manual_seed(0)
noise = transforms.add_gaussian(torch.zeros_like(clean), 0.25, generator)
pair = torch.cat([clean + noise, turned + noise])
Path("noisy_upright_and_turned.png").write_bytes(to_png(torch.cat([*pair[:, 0]], 1), "stripes", side=480))

# %%
# Both networks denoise both images. The ordinary one has learnt that stripes are horizontal; it wipes out the others.

for arm in ("ordinary", "equivariant"):
    net = zoo.load(f"stripes/{arm}")
    restored = net(pair)
    upright_psnr, turned_psnr = metrics.psnr(restored, torch.cat([clean, turned])).tolist()
    print(f"{arm}: {upright_psnr:.1f} dB upright, {turned_psnr:.1f} dB turned")
    Path(f"{arm}_upright_and_turned.png").write_bytes(to_png(torch.cat([*restored[:, 0]], 1), "stripes", side=480))

# %%
# The claim as a number, ‖Φ(Rx) − RΦ(x)‖ / ‖RΦ(x)‖. It is rounding for quarter turns, and only for those: the group of
# the equivariant network is C4.

for degrees in (90, 180, 45):
    errors = [
        checks.equivariance_error(zoo.load(f"stripes/{arm}"), pair[:1], math.radians(degrees))
        for arm in ("ordinary", "equivariant")
    ]
    print(f"{degrees:3d}°: ordinary {errors[0]:.0e}, equivariant {errors[1]:.0e}")
