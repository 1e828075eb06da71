"""What to notice: sentences that follow from the displayed numbers."""

from structviz.studies.notation import Findings

__all__ = ["what_to_notice"]


def what_to_notice(found: Findings, sigma: str) -> list[str]:
    """Two or three sentences about the network on the screen."""
    seen = [
        f"{found.accuracy} % of the points arrive closer to the ring of their own colour; loss and regulariser "
        f"together are {found.total:.4f}."
    ]
    seen.extend(
        f"$A^{{{k}}}$, in layer {k + 1}, is singular: it presses the plane onto a line, and no later layer can part "
        "what has come together."
        for k in found.singular
    )
    if found.dead == 100:
        seen.append("Every point ends at the origin: the ReLU is dead, its slope is 0, and no gradient reaches θ.")
    elif found.dead:
        seen.append(f"The ReLU presses {found.dead} % of the points onto the origin, where their slope is 0.")
    if sigma == "identity":
        layers = "One layer is" if found.n_layers == 1 else f"All {found.n_layers} layers together are"
        seen.append(f"{layers} an affine map: without a nonlinearity, straight lines stay straight.")
    elif sigma == "abs":
        seen.append("The absolute value folds the plane along both axes: points from four quadrants meet in one.")
    elif sigma == "tanh":
        seen.append("The tanh squeezes the plane into the square from −1 to 1; it bends lines but folds nothing.")
    return seen
