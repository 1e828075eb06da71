"""How fast an error falls: a straight line through points on two logarithmic axes."""

import math
from collections.abc import Sequence

from structviz.errors import ConfigError

__all__ = ["fitted_slope"]


def fitted_slope(steps: Sequence[float], errors: Sequence[float]) -> float:
    """The p of error ≈ C stepᵖ, by least squares on the logarithms.

    Parameters
    ----------
    steps, errors
        At least two pairs with different steps, all positive and finite.

    Raises
    ------
    ConfigError
        If there are too few steps, or a number is not positive and finite.

    Examples
    --------
    >>> fitted_slope([0.1, 0.2, 0.4], [3e-2, 12e-2, 48e-2])
    2.0
    """
    if len(steps) != len(errors) or len(set(steps)) < 2:
        raise ConfigError(
            f"A slope needs an error for each of two or more different steps; got {len(errors)} for {list(steps)}."
        )
    if bad := [value for value in (*steps, *errors) if not (math.isfinite(value) and value > 0)]:
        raise ConfigError(f"A slope needs steps and errors that are positive and finite; got {bad[0]}.")
    x, y = [math.log(step) for step in steps], [math.log(error) for error in errors]
    x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True))
    return slope / sum((a - x_mean) ** 2 for a in x)
