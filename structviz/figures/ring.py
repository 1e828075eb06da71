"""The ring: which class a classifier sees in a photograph at every angle, as a packet and as a picture."""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor

from structviz.figures.adversarial import bytes_of
from structviz.figures.class_colours import named_classes
from structviz.figures.packet import pack
from structviz.types import Images

__all__ = ["encode_ring"]


def encode_ring(
    photo: Images,
    probabilities: Float[Tensor, "angle class"],
    names: Sequence[str],
    title: str,
    worst: float,
    state: str,
) -> bytes:
    """A packet with a photograph, and what a classifier makes of it at angles that are equally far apart.

    Parameters
    ----------
    photo
        Colours in [0, 1], shape (1, 3, side, side).
    probabilities
        Of all classes, at each angle from 0 on, counter-clockwise.
    names
        Of all classes.
    title
        Of the photograph.
    worst
        The worst angle, in degrees.
    state
        What is said of the number of angles.
    """
    truth = int(probabilities[0].argmax())
    classes = named_classes(probabilities, names, truth)
    head = {
        "side": photo.shape[-1],
        "title": title,
        "names": classes.names,
        "colours": classes.colours,
        "truth": classes.truth,
        "tops": classes.tops,
        "worst": worst,
        "state": state,
    }
    return pack(head, {"photo": bytes_of(photo)})
