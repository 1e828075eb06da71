"""What is left of an attack when the image changes, or when another network looks at it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from structviz.attacks import Norm, pgd
from structviz.attacks.goal import Classifier
from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked
from structviz.transforms import rotate
from structviz.types import Images

__all__ = ["CHANGES", "Afterwards", "after_changes", "transfer_table"]

CHANGES = ("nothing", "bfloat16", "shift by 1 pixel", "shift by 4 pixels", "turn by 1°", "JPEG 90", "JPEG 50")
"""What is done to an attacked photograph, or to the network: the attack knew nothing of it."""


@dataclass(frozen=True, eq=False)
class Afterwards:
    """What is left of an attack when something else changes.

    Attributes
    ----------
    name
        One of `CHANGES`.
    clean, attacked
        Probabilities of all classes, for the photograph and for the attacked one, both changed.
    """

    name: str
    clean: Float[Tensor, "class"]
    attacked: Float[Tensor, "class"]


def after_changes(
    net: nn.Module, photo: Images, attacked: Images, names: Sequence[str] = CHANGES
) -> tuple[Afterwards, ...]:
    """Classify a photograph and its attacked twin after changes of which the attack knew nothing.

    Parameters
    ----------
    net
        Takes photographs to logits.
    photo, attacked
        One image each, in [0, 1].
    names
        Some of `CHANGES`. Shifts fill the border with its mirror image; JPEG has the quality that stands beside it.

    Returns
    -------
    tuple of Afterwards
        One for each of `names`, in their order.

    Raises
    ------
    ConfigError
        If a name is unknown.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.
    """
    if unknown := set(names) - set(CHANGES):
        raise ConfigError(f"A change is one of {', '.join(CHANGES)}; got {', '.join(sorted(unknown))}.")
    both = torch.cat([photo, attacked])
    found = []
    for name in names:
        stop_if_asked()
        with torch.no_grad():
            if name == "bfloat16":
                with torch.autocast(both.device.type, torch.bfloat16):
                    logits = net(both).float()
            else:
                logits = net(_changed(both, name))
        found.append(Afterwards(name, *logits.softmax(1)))
    return tuple(found)


def transfer_table(
    nets: Mapping[str, Classifier],
    x: Float[Tensor, "batch *rest"],
    labels: Int[Tensor, "batch"],
    eps: float,
    norm: Norm = "l2",
    steps: int = 20,
) -> Float[Tensor, "made shown"]:
    """How often images that were attacked for one network are taken for others by each of several networks.

    Only images that all networks classify correctly count, so that the diagonal is the success of each attack.

    Parameters
    ----------
    nets
        By name.
    x
        Images, in [0, 1].
    labels
        Their classes.
    eps
        Largest norm of a change.
    norm
        "linf" or "l2".
    steps
        Of each attack.

    Returns
    -------
    Tensor
        Row: for which network the attack was made; column: to which it was shown. Nan if no image counts.

    Examples
    --------
    >>> nets = {"left": lambda x: torch.cat([x, 1 - x], 1), "right": lambda x: torch.cat([2 * x, 1.2 - x], 1)}
    >>> transfer_table(nets, torch.tensor([[0.6], [0.9]]), torch.tensor([0, 0]), 0.15)
    tensor([[0.5000, 0.0000],
            [0.5000, 0.0000]])
    """
    with torch.no_grad():
        right = torch.stack([net(x).argmax(1) == labels for net in nets.values()]).all(0)
    x, labels = x[right], labels[right]
    rows = []
    for net in nets.values():
        found = pgd(net, x, labels, eps, norm, steps).x
        with torch.no_grad():
            rows.append(torch.stack([(other(found).argmax(1) != labels).float().mean() for other in nets.values()]))
    return torch.stack(rows)


def _changed(x: Images, name: str) -> Images:
    if name.startswith("shift by"):
        step = int(name.split()[2])
        # Mirrored at the border, as turned photographs are.
        return nn.functional.pad(x, (step, 0, step, 0), mode="reflect")[..., : x.shape[-2], : x.shape[-1]]
    if name == "turn by 1°":
        return rotate(x, torch.pi / 180).clamp(0, 1)
    if name.startswith("JPEG"):
        return torch.cat([_through_jpeg(one, int(name.split()[1])) for one in x])
    return x


def _through_jpeg(x: Float[Tensor, "3 row column"], quality: int) -> Images:
    import PIL.Image

    content = io.BytesIO()
    rows = (x * 255).round().byte().permute(1, 2, 0).contiguous().numpy()
    PIL.Image.fromarray(rows).save(content, "JPEG", quality=quality)
    with PIL.Image.open(content) as picture:
        return torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255
