"""What to notice on the invertibility page: sentences that follow from one record of displayed numbers."""

from structviz.displayed import number, percent
from structviz.ui.kit.sentences import counted
from structviz.ui.pages.invertibility.record import TripRecord

__all__ = ["what_to_notice"]


def what_to_notice(record: TripRecord) -> list[str]:
    """Three or four sentences about the ways there and back on the screen."""
    return [_network(record), *_price(record), *_twin(record)]


def _network(record: TripRecord) -> str:
    if record.back == record.n_points:
        said = (
            f"All {record.n_points} points come back: {record.phrase} undoes each layer {record.undone_by}, with an "
            f"error of {record.error} in {record.precision}."
        )
        if record.is_trained:
            return f"{said} It was trained to make the codes normal."
        return f"{said} Its weights are random: an inverse needs no training."
    return (
        f"{record.back} of {record.n_points} points come back to within 0.001 through {record.phrase}: the error is "
        f"{record.error}, in {record.precision}."
    )


def _price(record: TripRecord) -> list[str]:
    """What the structure costs."""
    if record.contraction is not None and record.iterations is not None:
        steps = counted(record.iterations, "step")
        said = f"The way back is not for free: each layer takes {steps} of an iteration, "
        if record.contraction >= number(1, 2):
            return [f"{said}and with c = {record.contraction} nothing promises that it converges."]
        return [f"{said}and each step leaves at most c = {record.contraction} times the error."]
    if record.shrunk == record.grown:
        return ["It keeps every area: it can shear the plane but neither squeeze nor stretch it as a whole."]
    return [f"It changes areas: at the points by factors from {record.shrunk} to {record.grown}."]


def _twin(record: TripRecord) -> list[str]:
    steps = counted(record.twin_steps, "step")
    lost = record.twin_lost
    if record.twin_folded > percent(0, 0):
        said = f"The ResNet with {steps} turns the plane over at {record.twin_folded} of the points"
        if record.n_pairs:
            return [
                f"{said}. For {record.n_pairs} of them another point has the same code, so no inverse can exist; "
                f"{lost} of {record.n_points} points do not come back."
            ]
        return [f"{said}; {lost} of {record.n_points} points do not come back."]
    if lost:
        return [
            f"The ResNet with {steps} folds the plane at none of the points, and yet {lost} of {record.n_points} "
            "points do not come back: the search for the way back ends elsewhere."
        ]
    return [
        f"The ResNet with {steps} folds the plane at none of the points, and a search brings all of them back, up to "
        f"an error of {record.twin_error}: it has an inverse here, but nothing in its layers promises one."
    ]
