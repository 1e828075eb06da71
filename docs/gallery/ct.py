"""Scan a patient who has turned.

Slides 9 and 10 of the lecture. A scanner measures few views with few photons. A network that learnt to reconstruct from
patients on their backs meets one who lies on the side.
"""

# %%
# A chest, turned by 90° and measured from 50 views with 10,000 photons a ray. The chest is drawn on a grid twice as
# fine as the reconstruction's, so that data and reconstruction do not share their errors.

import math
from pathlib import Path

import torch

from structviz import checks, data, tomography, zoo
from structviz.figures import to_png
from structviz.studies.ct import acquire, reconstruct

geometry = tomography.ParallelBeam(image_size=128, n_views=50, pixel_size=data.FIELD_OF_VIEW / 128)
patient = data.thorax(1, 256, torch.Generator().manual_seed(7))
scanned = acquire(patient, geometry, n_photons=1e4, angle=math.pi / 2)
sinogram = scanned.sinogram[0, 0]
Path("sinogram.png").write_bytes(to_png(sinogram / sinogram.max(), side=360))

# %%
# The ray transform A and its adjoint are matched: ⟨Ax, y⟩ = ⟨x, Aᵀy⟩ up to rounding. Learned reconstruction needs both.

A = tomography.RayTransform(geometry)
print(f"adjoint error {checks.adjoint_error(A, A.adjoint, scanned.truth):.0e}")

# %%
# Three methods: filtered backprojection, the ordinary network and its equivariant twin.

methods = {
    "fbp": lambda y: tomography.fbp(A, y, "hann")[None],
    "ordinary": zoo.load("ct/ordinary-small").iterates,
    "equivariant": zoo.load("ct/equivariant-small").iterates,
}
shown = [scanned.truth[0, 0]]
for name, method in methods.items():
    found = reconstruct(method, scanned)
    print(f"{name}: {found.psnr[-1]:.1f} dB, SSIM {found.ssim[-1]:.2f}")
    shown.append(found.iterates[-1])
Path("truth_fbp_ordinary_equivariant.png").write_bytes(to_png(torch.cat(shown, 1) / data.MU_RANGE))
