"""What X-rays see: attenuation in 1/cm, and the Hounsfield units in which radiologists read it."""

from collections.abc import Mapping
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ShapeError
from structviz.types import Images

__all__ = ["MATERIALS", "MU_RANGE", "MU_SCALE", "MU_WATER", "as_attenuation", "from_hounsfield", "to_hounsfield"]

MU_WATER = 0.206
"""Attenuation of water in 1/cm at 60 keV, about the mean energy of a medical scanner's beam."""

MATERIALS: Mapping[str, float] = MappingProxyType(
    {
        "air": 0.0,
        "foam": 0.02,
        "lung": 0.05,
        "fat": 0.187,
        "fluid": 0.208,
        "shell": 0.21,
        "muscle": 0.216,
        "cartilage": 0.235,
        "blood": 0.240,
        "marrow": 0.27,
        "trabeculae": 0.37,
        "bone": 0.5,
    }
)
"""Attenuation in 1/cm at 60 keV: rounded from the tables of NIST (XCOM) times usual densities.

"blood" carries some contrast agent; "bone" is the dense outer layer, "marrow" the spongy bone within, on
average, and "trabeculae" its thickest struts; "shell" and "foam" are those of a carbon fibre table.
"""

MU_SCALE = 0.25
"""Attenuation in 1/cm of a pixel that is 1 in a grey image: a little denser than tissue."""

MU_RANGE = 0.5
"""From air to dense bone, in 1/cm: the peak of PSNR and the range of SSIM for attenuation images."""


def to_hounsfield(mu: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Turn attenuation in 1/cm into Hounsfield units: air is -1000, water 0.

    Examples
    --------
    >>> import torch
    >>> from structviz.data import MU_WATER, to_hounsfield
    >>> to_hounsfield(torch.tensor([0.0, MU_WATER]))
    tensor([-1000.,     0.])
    """
    return 1000 * (mu / MU_WATER - 1)


def from_hounsfield(hounsfield: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Turn Hounsfield units into attenuation in 1/cm; what is below air becomes 0.

    Examples
    --------
    >>> import torch
    >>> from structviz.data import from_hounsfield
    >>> from_hounsfield(torch.tensor([-1024.0, 0.0, 1000.0]))
    tensor([0.0000, 0.2060, 0.4120])
    """
    return torch.clamp(MU_WATER * (1 + hounsfield / 1000), min=0)


def as_attenuation(images: Images) -> Images:
    """Read grey images as attenuation in 1/cm: black is air, white is `MU_SCALE`.

    Phantoms and photographs lie in [0, 1]; this gives them the numbers that a scanner would meet, so that
    doses and noise mean the same for all test objects.

    Parameters
    ----------
    images
        Grey images, usually in [0, 1].

    Returns
    -------
    Images
        New images, ``MU_SCALE`` times the old ones.

    Raises
    ------
    ShapeError
        If ``images`` is not a batch of float images.

    Examples
    --------
    >>> from structviz.data import as_attenuation, shepp_logan
    >>> float(as_attenuation(shepp_logan(64)).max())
    0.25
    """
    if images.ndim != 4 or not images.is_floating_point():
        raise ShapeError(
            f"Images must be a float tensor (batch, channel, row, column), but they are {images.dtype} of shape "
            f"{tuple(images.shape)}: add the axes that lack, and call .float()."
        )
    return MU_SCALE * images
