"""The record of leads against the size of the training set: all that is drawn and said of them, as displayed."""

from collections.abc import Mapping
from dataclasses import dataclass

from structviz.displayed import Displayed

__all__ = ["ArmPoint", "Gap", "GapCurve", "GapStudy", "Level", "Shown"]


@dataclass(frozen=True)
class Gap:
    """By how much an arm is ahead of another at one size: over the seeds, which are paired."""

    n_train: int
    mean: Displayed
    low: Displayed
    high: Displayed

    @property
    def sign(self) -> int:
        """1 if it is positive with every seed and in the mean, −1 if it is negative, 0 if the seeds disagree."""
        return (self.low.value > 0 and self.mean.value > 0) - (self.high.value < 0 and self.mean.value < 0)


@dataclass(frozen=True)
class GapCurve:
    """The leads of one arm over another on examples that lie in one way.

    Attributes
    ----------
    arm, against
        As in code.
    title
        The two arms, for people.
    examples
        How the held-out photographs lie.
    rates
        "equal" if both learn at the same rate, "tuned" if each has the one that validation chose.
    rate
        The common rate.
    gaps
        The smallest size first.
    changes
        What tuned rates add to the lead at equal ones, seed by seed; empty for equal rates.
    """

    arm: str
    against: str
    title: str
    examples: str
    rates: str
    rate: Displayed | None
    gaps: tuple[Gap, ...]
    changes: tuple[Gap, ...] = ()

    @property
    def terms(self) -> str:
        """At which rates the two learn."""
        return "tuned rates" if self.rate is None else f"equal rates ({self.rate})"


@dataclass(frozen=True)
class ArmPoint:
    """What an arm reaches on upright photographs at one size, over the seeds.

    Attributes
    ----------
    arm, n_train
        What was trained, and on how many patches.
    rates
        "equal" or "tuned".
    rate
        At which it learnt.
    mean, low, high
        PSNR.
    """

    arm: str
    n_train: int
    rates: str
    rate: Displayed
    mean: Displayed
    low: Displayed
    high: Displayed


@dataclass(frozen=True)
class Level:
    """What a yardstick reaches on photographs that lie in one way, and the best mean of an arm over its seeds.

    Attributes
    ----------
    examples
        How the held-out photographs lie.
    yardsticks
        PSNR by the title of the yardstick.
    arm, n_train, best
        The arm with the largest mean, at which size, and that mean.
    """

    examples: str
    yardsticks: Mapping[str, Displayed]
    arm: str
    n_train: int
    best: Displayed


@dataclass(frozen=True)
class Shown:
    """How the networks on the page were trained.

    Attributes
    ----------
    n_train, steps
        How many patches, and how long.
    rate
        That of the ordinary and the equivariant network; None if they have different ones.
    arms
        Of which a network is on the page.
    """

    n_train: int
    steps: int
    rate: Displayed | None
    arms: tuple[str, ...] = ("ordinary", "augmented", "equivariant")


@dataclass(frozen=True)
class GapStudy:
    """What the tables of the sweeps over photographs say.

    Attributes
    ----------
    curves
        Those that are drawn.
    seeds
        Of each run.
    shown
        How the networks on the page were trained.
    is_point
        Whether they are runs of the study.
    steps
        The longest training.
    arms
        What each arm reaches on upright photographs.
    tried
        The rates that were tried at the sizes at which they are tuned.
    levels
        What learns nothing, beside the best of the arms; empty if nothing of the kind was measured.
    """

    curves: tuple[GapCurve, ...]
    seeds: int
    shown: Shown
    is_point: bool = False
    steps: int = 0
    arms: tuple[ArmPoint, ...] = ()
    tried: tuple[Displayed, ...] = ()
    levels: tuple[Level, ...] = ()

    def is_marked(self, arm: str, n_train: int, rates: str) -> bool:
        """Whether the network of an arm on the page stands at this point, which gets a ring.

        Parameters
        ----------
        arm, n_train
            The point.
        rates
            "equal" or "tuned".

        Returns
        -------
        bool
            True for at most one point of each arm.
        """
        is_here = self.is_point and arm in self.shown.arms and n_train == self.shown.n_train
        return is_here and rates == "equal"
