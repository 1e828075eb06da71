"""What is said of all held-out digits: records of displayed numbers, and sentences that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from structviz.displayed import Displayed, number, percent
from structviz.studies.robustness import DIGIT_NETWORKS, Curve
from structviz.training.digit_sizes import SizeRun
from structviz.ui.kit.sentences import joined
from structviz.ui.pages.robustness.digit_record import CERTAIN

__all__ = ["CurvesRecord", "SizeRecord", "curves_record", "say_curves", "say_sizes", "size_record"]


@dataclass(frozen=True)
class CurvesRecord:
    """What is said of the curves, by arm.

    Attributes
    ----------
    clean
        Right at 0°.
    worst, worst_angle
        Right at the worst angle, and which it is in degrees.
    six, nine
        6s taken for 9, and 9s for 6: upright and at 180°.
    attacked
        Right under attack within the radius below.
    certified
        Right and certified there.
    eps
        The radius.
    transfer
        Fooled by changes of at most this length that were made for the ordinary one.
    """

    clean: Mapping[str, Displayed]
    worst: Mapping[str, Displayed]
    worst_angle: Mapping[str, Displayed]
    six: Mapping[str, tuple[Displayed, Displayed]]
    nine: Mapping[str, tuple[Displayed, Displayed]]
    attacked: Mapping[str, Displayed]
    certified: Displayed
    eps: Displayed
    transfer: Mapping[str, Displayed]


def curves_record(curves: Mapping[tuple[str, str], Curve], eps: float = 1.0) -> CurvesRecord:
    """The record of all curves.

    Parameters
    ----------
    curves
        By kind and arm.
    eps
        One of the radii, for which numbers are said.
    """

    def at(kind: str, arm: str, place: float) -> Displayed:
        curve = curves[kind, arm]
        return percent(curve.share[curve.at.index(place)])

    lowest = {arm: min(range(len(c.at)), key=c.share.__getitem__) for arm in DIGIT_NETWORKS
              for c in [curves["angle", arm]]}  # fmt: skip
    return CurvesRecord(
        clean={arm: at("angle", arm, 0) for arm in DIGIT_NETWORKS},
        worst={arm: percent(curves["angle", arm].share[k]) for arm, k in lowest.items()},
        worst_angle={arm: number(curves["angle", arm].at[k], 0, "°") for arm, k in lowest.items()},
        six={arm: (at("6 as 9", arm, 0), at("6 as 9", arm, 180)) for arm in DIGIT_NETWORKS},
        nine={arm: (at("9 as 6", arm, 0), at("9 as 6", arm, 180)) for arm in DIGIT_NETWORKS},
        attacked={arm: at("attack", arm, eps) for arm in DIGIT_NETWORKS},
        certified=at("certified", CERTAIN, eps),
        eps=number(eps, 2),
        transfer={arm: at("transfer from ordinary", arm, eps) for arm in DIGIT_NETWORKS},
    )


def say_curves(record: CurvesRecord) -> list[str]:
    """What to notice about the curves."""
    ordinary, invariant = "ordinary", "equivariant"
    lost = record.clean[ordinary].minus(record.worst[ordinary])
    kept = record.clean[invariant].minus(record.worst[invariant])
    said = [
        f"Trained on upright digits, the ordinary classifier falls from {record.clean[ordinary]} to "
        f"{record.worst[ordinary]} at {record.worst_angle[ordinary]}, by {lost}; the C8-invariant one from "
        f"{record.clean[invariant]} to {record.worst[invariant]}, by {kept}. The augmented one, which has seen all "
        f"angles, has at least {record.worst['augmented']}."
    ]
    said.append(
        f"Turned by 180°, the ordinary one takes {record.six[ordinary][1]} of the 6s for 9 and "
        f"{record.nine[ordinary][1]} of the 9s for 6: what a reader would say, too. The invariant one answers as "
        f"upright: it takes {record.six[invariant][0]} of the 6s for 9 and {record.nine[invariant][0]} of the 9s for 6"
        f"{_price(record)}."
    )
    said.append(
        f"Under attack with ε = {record.eps}, right are {joined(_each(record.attacked))}. Certified, whatever the "
        f"attack, are {record.certified} of the 1-Lipschitz one."
    )
    said.append(
        f"{_carried(record)} changes of length {record.eps} that were made for the ordinary one fool "
        f"{joined(_each(record.transfer))}, of the digits that all of them get right."
    )
    cost = record.clean[ordinary].minus(record.clean[CERTAIN])
    if float(cost) > 0:
        said.append(
            f"The guarantee costs clean accuracy: {record.clean[CERTAIN]} against {record.clean[ordinary]}, "
            f"{cost} less."
        )
    return said


def _price(record: CurvesRecord) -> str:
    """What upright digits pay for an answer that does not depend on the turn."""
    ordinary, invariant = ((record.six[arm][0], record.nine[arm][0]) for arm in ("ordinary", "equivariant"))
    if sum(map(float, invariant)) > sum(map(float, ordinary)):
        return f", which is its price: the ordinary one takes {ordinary[0]} and {ordinary[1]} of upright ones"
    return f", no more than the ordinary one of upright ones, {ordinary[0]} and {ordinary[1]}"


def _carried(record: CurvesRecord) -> str:
    own = float(record.transfer["ordinary"])
    most = max(float(share) for arm, share in record.transfer.items() if arm != "ordinary")
    return "Attacks carry over:" if most > own / 2 else "Attacks hardly carry over here:"


def _each(values: Mapping[str, Displayed]) -> list[str]:
    return [f"{value} of the {DIGIT_NETWORKS[arm]} one" for arm, value in values.items()]


@dataclass(frozen=True)
class SizeRecord:
    """What is said of trainings on N digits, by arm.

    Attributes
    ----------
    n_train, n_seeds
        N, and over how many trainings means are taken.
    upright, turned
        Mean accuracy on upright digits and on turned ones.
    certified
        Mean share that is certified at the radius 1.
    """

    n_train: int
    n_seeds: int
    upright: Mapping[str, Displayed]
    turned: Mapping[str, Displayed]
    certified: Displayed


def size_record(runs: Sequence[SizeRun], n_train: int) -> SizeRecord:
    """The record of the trainings on N digits.

    Parameters
    ----------
    runs
        All trainings.
    n_train
        N.
    """
    chosen = [run for run in runs if run.n_train == n_train]

    def mean(arm: str, name: str) -> Displayed:
        return percent(fmean(getattr(run, name) for run in chosen if run.arm == arm))

    return SizeRecord(
        n_train,
        len({run.seed for run in chosen}),
        {arm: mean(arm, "upright") for arm in DIGIT_NETWORKS},
        {arm: mean(arm, "turned") for arm in DIGIT_NETWORKS},
        mean(CERTAIN, "certified"),
    )


def say_sizes(record: SizeRecord) -> list[str]:
    """What to notice about trainings on N digits."""

    def leaders(values: Mapping[str, Displayed]) -> str:
        best = max(values.values())
        return f"{joined([f'the {DIGIT_NETWORKS[arm]} one' for arm, v in values.items() if v == best])} with {best}"

    return [
        f"After training on N = {record.n_train:,} digits, upright ones are told apart best by "
        f"{leaders(record.upright)}, and turned ones by {leaders(record.turned)}.",
        f"The C8-invariant one has {record.upright['equivariant']} upright and {record.turned['equivariant']} turned, "
        f"the ordinary one {record.upright['ordinary']} and {record.turned['ordinary']}.",
        f"The 1-Lipschitz one has {record.upright[CERTAIN]} upright; {record.certified} are certified at the radius 1.",
    ]
