"""What to notice on the sphere: sentences that follow from one record of displayed numbers."""

from structviz.ui.kit.sentences import counted
from structviz.ui.pages.manifolds.record import SphereRecord

__all__ = ["headline", "key_words", "own_words", "what_to_notice"]


def headline(record: SphereRecord) -> str:
    """The one sentence."""
    if record.lost:
        return (
            "A step of an implicit method is the solution of an equation. Here the search finds none: shorten the step."
        )
    return (
        "Steps that are made for the **sphere** stay on it, however long they are; those of "
        f"**{record.twin}** leave it. Turn the sphere, drag the point, lengthen the step."
    )


def own_words(record: SphereRecord) -> str:
    """The largest distance of the steps on the sphere."""
    if record.lost:
        return "no solution"
    return f"< {record.worst}" if record.is_rounding else str(record.worst)


def key_words(record: SphereRecord) -> str:
    """The one number: the largest distance of the twin."""
    return "diverged" if record.twin_lost else str(record.twin_worst)


def what_to_notice(record: SphereRecord) -> list[str]:
    """Three or four sentences about the points on the screen."""
    seen = [_on_the_sphere(record), _around_it(record), *_price(record), *_classes(record)]
    if record.is_moved:
        seen.append("The marked point was asked for off the sphere: shown is the closest one on it.")
    return seen


def _on_the_sphere(record: SphereRecord) -> str:
    if record.lost:
        return (
            f"With {record.phrase}, the iteration in a step finds no solution for {record.lost} of {record.n_points} "
            "points."
        )
    layers = counted(record.layers, "layer")
    off = f"less than {record.worst}" if record.is_rounding else f"up to {record.worst}"
    how = "steps leave the sphere and are put back" if record.is_projected else "its steps cannot leave the sphere"
    return f"With {record.phrase}, all points are {off} off the sphere after {layers}: {how}."


def _around_it(record: SphereRecord) -> str:
    if record.twin_lost:
        return f"With {record.twin}, {record.twin_lost} of {record.n_points} points diverge."
    return f"With {record.twin}, points are up to {record.twin_worst} off it, drawn as spikes."


def _price(record: SphereRecord) -> list[str]:
    """Staying is not accuracy: how far both are from the flow itself."""
    if record.lost or record.twin_lost or record.accuracy is not None:
        return []
    said = (
        f"Staying is not accuracy: at the end points are up to {record.error} and, with {record.twin}, "
        f"{record.twin_error} from where the flow itself leads."
    )
    if record.fair_error is None:
        return [said]
    return [said, f"In steps of {record.fair_h}, with as many evaluations of the field, it is {record.fair_error}."]


def _classes(record: SphereRecord) -> list[str]:
    """How many points a network puts into the right class, in both kinds of steps and if trained off the sphere."""
    if record.accuracy is None or record.twin_accuracy is None:
        return []
    seen = []
    if record.as_trained:
        seen.append(
            f"The network puts {record.accuracy} of the points on their side of the circle; its weights with "
            f"{record.twin}: {record.twin_accuracy}."
        )
    else:
        seen.append(
            "These are not the steps of its training, so it is another network: it puts "
            f"{record.accuracy} of the points on their side of the circle; with {record.twin}: {record.twin_accuracy}."
        )
    if record.rival is not None:
        seen.append(f"Leaving need not hurt: a network trained with Euler is right about {record.rival} of new points.")
    return seen
