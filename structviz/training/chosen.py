"""How rate and length of each network that ships were chosen, for its card."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.config import TrainConfig
from structviz.training.ct import CT
from structviz.training.digit_temperature import choice_of_temperature
from structviz.training.images import IMAGES_RECIPE, LARGE
from structviz.training.seeds import choice_in_sweep

__all__ = ["CHOSEN_BY_HAND", "how_chosen"]

CHOSEN_BY_HAND: Mapping[str, str] = MappingProxyType(
    {
        "images/equivariant-c8-small": (
            "Of the rates 0.004 and 0.01, this was the better one on patches for validation, with one seed; length and "
            "seed are those of the other small networks."
        ),
        "images/equivariant-c4-parameters-small": (
            "Rate, length and seed are those of the other small networks; in float32, as training in bfloat16 diverges."
        ),
        **{
            f"stripes/wide-{arm}": (
                "Rate and length are those that were best on stripes for validation, with 32 channels and kernels of "
                "5×5 pixels."
            )
            for arm in ("ordinary", "augmented")
        },
        "stripes/wide-equivariant-augmented": (
            "Rate and length are those of the equivariant network, whose seed was chosen on stripes for validation."
        ),
        IMAGES_RECIPE.name: (
            "Rate and length were chosen by looking at the held-out photographs; no weights were selected by them."
        ),
        CT.name: (
            "The rate is one that validation chooses too; the length was chosen by looking at the held-out patients, "
            "with no weights selected by them."
        ),
    }
)
"""By the name of a network, or by a recipe for its others: what no table of a sweep tells."""


def how_chosen(name: str, config: TrainConfig) -> str:
    """How rate and length of a network that ships were chosen, in a sentence; "" if nothing is known.

    Parameters
    ----------
    name
        Of the network, "<recipe>/<network>".
    config
        Its complete configuration.
    """
    if found := choice_in_sweep(config) or choice_of_temperature(config) or CHOSEN_BY_HAND.get(name, ""):
        return found
    is_by_hand = config.recipe == CT.name or (config.recipe == IMAGES_RECIPE.name and config.n_train == LARGE)
    return CHOSEN_BY_HAND[config.recipe] if is_by_hand else ""
