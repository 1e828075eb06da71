"""Feature maps of a network while its input turns: as they are, and seen by somebody who turns along.

A network is equivariant layer by layer. With R_θ the rotation of images, g the element of the group that turns
by θ and ρ(g) the permutation of the channels of a regular field, its hidden layers satisfy
z(R_θ y) = ρ(g) R_θ z(y). Hence R_θ⁻¹ ρ(g)⁻¹ z(R_θ y), the maps in the co-moving frame, stand still.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks.relative import relative_errors
from structviz.errors import ConfigError
from structviz.nets import ConvDenoiser, Element, group
from structviz.studies.turning import turn_angles
from structviz.transforms import disc_mask, rotate, side_of_square
from structviz.types import Image, Images, Mask

__all__ = ["FeatureFilm", "Maps", "activations", "feature_film", "nearest_turn", "receptive_radius", "turn_back"]

Maps = Float[Tensor, "batch map row column"]
"""Channels of a hidden layer, for each image of a batch."""

_SPLINE_MARGIN = 4.0
"""Pixels; so far inside, the influence of the border on the spline has fallen below 1 %."""


@dataclass(frozen=True)
class FeatureFilm:
    """Some feature maps of one layer at all angles of a full circle.

    Attributes
    ----------
    angles
        Where the input stands in each frame, in radians.
    inputs
        The turned input, shape (angle, 1, row, column).
    maps
        The chosen channels after the ReLU, shape (angle, channel, row, column).
    comoving
        The same turned back, with the channels of each regular field permuted back.
    channels
        Positions of the chosen channels in the layer; whole fields, the most active first.
    group_name
        The group of the network; none for an ordinary one.
    layer
        Which hidden layer, from 0.
    change
        For each angle ‖c(θ) − c(0)‖ / ‖c(0)‖, with c all channels of the layer in the co-moving frame, over
        the pixels of `mask`: 0 if they stand still.
    mask
        The inscribed disc less what the layer sees of the corners.
    """

    angles: Float[Tensor, "angle"]
    inputs: Images
    maps: Maps
    comoving: Maps
    channels: tuple[int, ...]
    group_name: str | None
    layer: int
    change: Float[Tensor, "angle"]
    mask: Mask

    @property
    def field_size(self) -> int:
        """Channels of a field: |G| for a regular field, one in an ordinary network."""
        return 1 if self.group_name is None else group(self.group_name).order


@torch.no_grad()
def feature_film(
    net: ConvDenoiser,
    image: Image,
    layer: int,
    group_name: str | None = None,
    n_maps: int = 8,
    n_angles: int = 48,
) -> FeatureFilm:
    """Turn an input through a full circle and record what a hidden layer makes of it.

    Parameters
    ----------
    net
        A plain network, in evaluation mode.
    image
        What the network gets at the angle 0, square. Add noise before: it then turns with the image. Noise
        that stays where it is would make the turned input another one, and no network could keep still.
    layer
        Hidden layer whose activations are recorded, from 0.
    group_name
        The group with which the network is equivariant; none for an ordinary one, whose channels are only
        turned back.
    n_maps
        Channels to keep, a multiple of |G|: those fields whose activations vary most over the disc at angle 0.
    n_angles
        Frames of the film, a multiple of 4, so that quarter turns are among them.

    Returns
    -------
    FeatureFilm
        Inputs and `n_maps` maps at `n_angles` angles in radians, and the relative change of the layer at each, 0 or
        more.

    Notes
    -----
    `change` counts the pixels whose distance from the rim of the inscribed disc is at least √2 r + 4. The
    layer sees a square of half side r, whose corners reach √2 r far; nearer to the rim it would see corners of
    the image that were never recorded. The 4 pixels keep out what the border does to the spline that turns
    the maps back. What is left is the network's doing, plus interpolation between quarter turns. Only quarter
    turns are exact, with C8 and C16 too: their kernels for 45° are samples on a grid that does not turn with them.

    Raises
    ------
    ConfigError
        If the image is not square or too small for the layer, or a number or the group does not fit.

    Examples
    --------
    >>> from structviz import data, zoo
    >>> film = feature_film(zoo.load("stripes/equivariant"), data.stripes(1), 1, "C4", n_angles=4)
    >>> film.comoving.shape, bool(film.change.max() < 1e-5)
    (torch.Size([4, 8, 50, 50]), True)
    """
    mask = _check(net, image, layer, group_name, n_maps, n_angles)
    angles = turn_angles(n_angles)
    still = activations(net, image, layer)
    size = 1 if group_name is None else group(group_name).order
    channels = _most_active(still[0][:, mask], size, n_maps // size)
    start = still[..., mask]
    inputs, maps, comoving, change = [], [], [], []
    for angle in angles.tolist():
        # One angle at a time: all channels of all frames together would take gigabytes for large images.
        turned = rotate(image, angle)
        z = activations(net, turned, layer)
        back = turn_back(z, angle, group_name)
        inputs.append(turned)
        maps.append(z[:, channels])
        comoving.append(back[:, channels])
        change.append(relative_errors(back[..., mask], start).item())
    return FeatureFilm(
        angles=angles,
        inputs=torch.cat(inputs),
        maps=torch.cat(maps),
        comoving=torch.cat(comoving),
        channels=tuple(channels),
        group_name=group_name,
        layer=layer,
        change=torch.tensor(change, dtype=torch.float64),
        mask=mask,
    )


@torch.no_grad()
def activations(net: ConvDenoiser, images: Images, layer: int) -> Maps:
    """What a hidden layer passes on, after its nonlinearity.

    Parameters
    ----------
    net, images
        The network and what it gets.
    layer
        From 0.

    Returns
    -------
    Tensor
        The feature maps, (batch, channel, row, column).
    """
    z = images
    for convolution in net.convolutions[: layer + 1]:
        z = net.nonlinearity(convolution(z))
    return z


def receptive_radius(net: ConvDenoiser, layer: int) -> int:
    """How many pixels far a hidden layer (from 0) sees, along rows and columns."""
    return sum(dilation * (net.kernel_size // 2) for dilation in net.dilations[: layer + 1])


def turn_back(maps: Maps, angle: float | int, group_name: str | None = None) -> Maps:
    """See feature maps of a turned input in the frame of the input: R_θ⁻¹ ρ(g)⁻¹ z.

    Parameters
    ----------
    maps
        All channels of a layer.
    angle
        By how much the input was turned, in radians.
    group_name
        The group whose regular fields the channels form; none to turn back only. Between the steps of the
        group no permutation is right, and the nearest element serves.

    Returns
    -------
    Tensor
        The maps in the frame of the input, shape and channels as given.
    """
    if group_name is not None:
        G = group(group_name)
        back = G.permutation(G.inverse(nearest_turn(group_name, angle)))
        maps = maps.unflatten(1, (-1, G.order))[:, :, back].flatten(1, 2)
    return rotate(maps, -angle)


def nearest_turn(group_name: str, angle: float | int) -> Element:
    """The rotation of a group that is nearest to an angle in radians; half-way counts for the next one.

    Examples
    --------
    >>> nearest_turn("C4", math.radians(80))
    Element(flip=False, turns=1)
    """
    rotations = group(group_name).rotations
    steps = angle * rotations / (2 * math.pi)
    return Element(False, math.floor(steps + 0.5 + 1e-9) % rotations)


def _most_active(values: Float[Tensor, "channel pixel"], size: int, n_fields: int) -> list[int]:
    """Channels of the fields whose activations deviate most from their mean; a constant map shows nothing."""
    energy = values.double().var(dim=1, correction=0).unflatten(0, (-1, size)).sum(1)
    fields = energy.argsort(descending=True, stable=True)[:n_fields]
    return (fields[:, None] * size + torch.arange(size, device=fields.device)).flatten().tolist()


def _check(net: ConvDenoiser, image: Image, layer: int, group_name: str | None, n_maps: int, n_angles: int) -> Mask:
    """The pixels that count, once all arguments fit together."""
    side = side_of_square(image)
    n_hidden = len(net.convolutions) - 1
    order = 1 if group_name is None else group(group_name).order
    if not 0 <= layer < n_hidden:
        raise ConfigError(f"This network has hidden layers 0 to {n_hidden - 1}; got {layer}.")
    if n_angles < 4 or n_angles % 4:
        raise ConfigError(f"A film has a multiple of 4 angles, so that quarter turns are exact; got {n_angles}.")
    if net.width % order:
        raise ConfigError(
            f"Regular fields of {group_name} hold {order} channels; {net.width} channels are no multiple."
        )
    if n_maps < order or n_maps % order or n_maps > net.width:
        raise ConfigError(f"Show whole fields: a multiple of {order} channels out of {net.width}; got {n_maps}.")
    radius = receptive_radius(net, layer)
    mask = disc_mask(side, side, math.sqrt(2) * radius + _SPLINE_MARGIN, image.device)
    if not mask.any():
        raise ConfigError(
            f"Layer {layer} sees {radius} pixels far, which leaves nothing of an image of {side}×{side} pixels; "
            "take a larger image or an earlier layer."
        )
    return mask
