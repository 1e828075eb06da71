"""What the denoising recipes share: the networks of the arms, and the loss."""

import copy

import torch
from torch import nn

from structviz.config import DenoiserShape, TrainConfig
from structviz.errors import ConfigError
from structviz.nets.denoisers import ConvDenoiser
from structviz.nets.groups import group
from structviz.types import Images, PerImage

__all__ = ["build_denoiser", "check_denoiser", "export_denoiser", "half_squared_error"]


def check_denoiser(config: TrainConfig) -> DenoiserShape:
    """The shape of a denoiser that a complete configuration asks for.

    Raises
    ------
    ConfigError
        If it is that of another network, or its channels cannot be shared out among the elements of the group.
    """
    shape = config.net
    if not isinstance(shape, DenoiserShape):
        raise ConfigError(f"A denoiser needs the shape of one; got {shape!r}. Leave it open for the recipe's own.")
    if config.is_equivariant and config.matching == "channels":
        order = group(config.group or "C4").order
        if shape.width % order or not shape.width:
            raise ConfigError(
                f"{config.group} needs a width that is a multiple of {order} channels; got {shape.width}."
            )
    return shape


def build_denoiser(config: TrainConfig) -> nn.Module:
    """The trainable network of an arm, from a complete configuration."""
    shape = check_denoiser(config)
    layers = (shape.dilations, shape.kernel_size, shape.residual, shape.activation)
    ordinary = ConvDenoiser(shape.width, *layers)
    if not config.is_equivariant:
        return ordinary
    from structviz.nets.equivariant import EquivariantDenoiser, fields_for_parameters

    if config.matching == "channels":
        fields = shape.width // group(config.group or "C4").order
    else:
        n_parameters = sum(p.numel() for p in ordinary.parameters())
        fields = fields_for_parameters(n_parameters, config.group or "C4", shape.dilations, shape.kernel_size)
    return EquivariantDenoiser(config.group or "C4", fields, *layers)


def export_denoiser(net: nn.Module) -> ConvDenoiser:
    """The trained network as a plain `ConvDenoiser`, ready to be shared."""
    if isinstance(net, ConvDenoiser):
        plain = copy.deepcopy(net).to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
        return plain.eval().requires_grad_(False)
    from structviz.nets.equivariant import EquivariantDenoiser

    if not isinstance(net, EquivariantDenoiser):
        raise ConfigError(f"Only denoisers can be exported here; got {type(net).__name__}.")
    return net.export()


def half_squared_error(x: Images, reference: Images) -> PerImage:
    """L(x, x̂) = ½ ‖x − x̂‖² per pixel, for each image."""
    return 0.5 * (x - reference).square().mean(dim=(1, 2, 3))
