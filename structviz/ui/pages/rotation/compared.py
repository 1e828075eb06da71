"""What the rotation page explains in a tap, and what a pin keeps of it."""

from structviz.arms import ARMS, arm_words
from structviz.displayed import number
from structviz.figures import arm_title
from structviz.studies.rotation import Comparison
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import (
    Explanation,
    about_arms,
    about_equivariance_error,
    about_gaussian_noise,
    about_group,
    about_psnr,
    about_ssim,
)
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.record import ArmRecord, RotationRecord
from structviz.ui.pages.rotation.sections import turned_tiles

__all__ = ["explanations", "view_of"]

_NOISY = "the noisy input"


def explanations(choice: RotationChoice, seen: RotationRecord, comparison: Comparison) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown.

    Parameters
    ----------
    choice
        What was asked for.
    seen
        The displayed numbers.
    comparison
        Has the structural similarities.

    Returns
    -------
    list of Explanation
        In the order in which the page shows them.
    """
    names = {arm.name: _words(arm) for arm in seen.arms}
    found = [
        about_psnr({_NOISY: seen.noisy, **{names[arm.name]: arm.turned for arm in seen.arms}}),
        about_ssim(
            {
                _NOISY: number(comparison.noisy[-1].ssim, 3),
                **{name: number(comparison.arms[arm][-1].ssim, 3) for arm, name in names.items()},
            }
        ),
    ]
    if seen.arms and seen.is_turned:
        found.append(about_equivariance_error({names[arm.name]: arm.error for arm in seen.arms}))
    if arms := [arm.name for arm in seen.arms if arm.name in ARMS or arm.name == "symmetrised"]:
        found.append(about_arms(arms))
    found += [about_group(group) for group in sorted({arm.group for arm in seen.arms if arm.group})]
    if choice.noise == "gaussian":
        found.append(about_gaussian_noise(number(choice.level, 2)))
    return found


def view_of(choice: RotationChoice, seen: RotationRecord, comparison: Comparison) -> View:
    """What is shown at the chosen angle, for a pin.

    Parameters
    ----------
    choice, seen, comparison
        As for `explanations`.

    Returns
    -------
    View
        Figures with their units now; tiles when they are asked for.
    """
    figures = {"PSNR, noisy input": seen.noisy}
    figures |= {f"PSNR, {_title(arm)}": arm.turned for arm in seen.arms}
    if seen.is_turned:
        figures |= {f"Equivariance error, {_title(arm)}": arm.error for arm in seen.arms}
    return View(figures, lambda: turned_tiles(choice, comparison))


def _title(arm: ArmRecord) -> str:
    return arm.network.title if arm.network else arm_title(arm.name).lower()


def _words(arm: ArmRecord) -> str:
    """What a sentence calls a network or a method."""
    if arm.network:
        return f"**{arm.network.phrase}**"
    return f"**{arm_title(arm.name).lower()}**" if arm.is_classical else f"the **{arm_words(arm.name)}** network"
