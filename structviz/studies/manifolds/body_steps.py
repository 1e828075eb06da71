"""Steps of a free rigid body in plain numbers: those of `structviz.ode.RotationMethod`, without a tensor for each.

A step in tensors of nine numbers costs some tens of times what its arithmetic does. The formulas are those of
`structviz.ode.so3` and `structviz.ode.lie_group`; a matrix is a tuple of nine numbers, row by row.
"""

import math
from collections.abc import Callable, Sequence

import torch

from structviz.ode import Integrator, RigidBody, RotationMethod, nearest_rotation

__all__ = ["Numbers", "stepper"]

Numbers = tuple[float, ...]
"""A vector of three numbers, or a matrix of nine."""

_SMALL = 1e-8
"""An angle of which the square is below rounding."""

_STEPS, _NEAR = 20, 1e-14
"""Of Newton's iteration for the nearest rotation: at most so many, and the last one is shorter than this."""

_ITERATIONS, _CLOSE, _ROUNDING = 100, 1e-16, 1e-13
"""Of the implicit midpoint rule: at most so many, a step that changes nothing, and how close both sides must be."""


def stepper(body: RigidBody, momentum: Numbers, method: RotationMethod, h: float) -> Callable[[Numbers], Numbers]:
    """One step of length h, from an attitude to the next.

    Parameters
    ----------
    body, momentum
        The body, and its momentum π in axes of space.
    method
        One of `structviz.ode.ROTATION_METHODS`.
    h
        Length of the step.

    Returns
    -------
    Callable
        From nine numbers to nine; nan where an implicit step has no solution, inf or nan beyond the range of numbers.
    """
    one, two, three = momentum
    first, second, third = body.inertia

    def velocity(R: Numbers) -> Numbers:
        a, b, c, d, e, f, g, h, i = R
        return (
            (a * one + d * two + g * three) / first,
            (b * one + e * two + h * three) / second,
            (c * one + f * two + i * three) / third,
        )

    def slope(R: Numbers) -> Numbers:
        return _times_hat(R, velocity(R))

    if not method.tableau.explicit:
        return lambda R: _midpoint(body.inertia, h, R, velocity(R))
    if method.space == "projection":
        return lambda R: _nearest(_advance(method.tableau, slope, h, R))
    if method.space not in _CHARTS:
        return lambda R: _advance(method.tableau, slope, h, R)
    chart, pull = _CHARTS[method.space]

    def step(R: Numbers) -> Numbers:
        found = _advance(method.tableau, lambda u: pull(u, velocity(_product(R, chart(u)))), h, (0.0, 0.0, 0.0))
        return _product(R, chart(found))

    return step


def _advance(tableau: Integrator, field: Callable[[Numbers], Numbers], h: float, z: Numbers) -> Numbers:
    """One step of an explicit method."""
    slopes: list[Numbers] = []
    for row in tableau.a:
        slopes.append(field(_moved(z, h, row, slopes)))
    return _moved(z, h, tableau.w, slopes)


def _moved(z: Numbers, h: float, weights: Sequence[float], slopes: Sequence[Numbers]) -> Numbers:
    """Z + h Σ weight k."""
    for weight, k in zip(weights, slopes, strict=False):
        if weight:
            by = h * weight
            z = tuple([x + by * v for x, v in zip(z, k, strict=True)])
    return z


def _midpoint(inertia: Numbers, h: float, R: Numbers, omega: Numbers) -> Numbers:
    """R⁺ = R + h MΩ̂ with M = (R + R⁺)/2 and Ω = I⁻¹Mᵀπ; nan where no solution is found.

    With M = R (I − hΩ̂/2)⁻¹ that is R⁺ = R cay(hΩ̂), for IΩ + h/2 Ω × IΩ = Rᵀπ: three equations for Newton's method,
    which begins with the velocity at R and halves what brings the two sides no closer.
    """
    one, two, three = inertia
    m = tuple([moment * w for moment, w in zip(inertia, omega, strict=True)])
    found, least, step, trial = omega, math.inf, omega, omega
    for _ in range(_ITERATIONS):
        x, y, z = trial
        L = (one * x, two * y, three * z)
        off = [a + h / 2 * b - c for a, b, c in zip(L, _cross(trial, L), m, strict=True)]
        size = max(map(abs, off))
        if size < least:
            found, least, half = trial, size, h / 2
            rows = (
                (one, half * (L[2] - two * z), half * (three * y - L[1])),
                (half * (one * z - L[2]), two, half * (L[0] - three * x)),
                (half * (L[1] - one * y), half * (two * x - L[0]), three),
            )
            step = _solved(rows, [-value for value in off])
        else:
            step = tuple([value / 2 for value in step])
        if not max(map(abs, step)) > _CLOSE * max(map(abs, found)):
            break
        trial = tuple([a + b for a, b in zip(found, step, strict=True)])
    if not least <= _ROUNDING * max(map(abs, m)):
        return (math.nan,) * 9
    return _product(R, _cayley(tuple([h * value for value in found])))


def _solved(rows: tuple[Numbers, Numbers, Numbers], right: Sequence[float]) -> Numbers:
    """The solution of three linear equations, by Cramer's rule; nan if there is none."""
    first, second, third = rows
    columns = (_cross(second, third), _cross(third, first), _cross(first, second))
    determinant = sum([a * b for a, b in zip(first, columns[0], strict=True)])
    if not determinant:
        return (math.nan,) * 3
    return tuple(
        [sum([r * column[k] for r, column in zip(right, columns, strict=True)]) / determinant for k in range(3)]
    )


def _product(A: Numbers, B: Numbers) -> Numbers:
    a, b, c, d, e, f, g, h, i = A
    p, q, r, s, t, u, v, w, x = B
    return (
        a * p + b * s + c * v,
        a * q + b * t + c * w,
        a * r + b * u + c * x,
        d * p + e * s + f * v,
        d * q + e * t + f * w,
        d * r + e * u + f * x,
        g * p + h * s + i * v,
        g * q + h * t + i * w,
        g * r + h * u + i * x,
    )


def _times_hat(R: Numbers, v: Numbers) -> Numbers:
    """R v̂: each row of R × v."""
    a, b, c, d, e, f, g, h, i = R
    x, y, z = v
    return (
        b * z - c * y,
        c * x - a * z,
        a * y - b * x,
        e * z - f * y,
        f * x - d * z,
        d * y - e * x,
        h * z - i * y,
        i * x - g * z,
        g * y - h * x,
    )


def _cross(a: Numbers, b: Numbers) -> Numbers:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _turned(v: Numbers, one: float, two: float) -> Numbers:
    """I + one v̂ + two v̂²."""
    x, y, z = v
    xx, yy, zz, xy, xz, yz = x * x, y * y, z * z, two * x * y, two * x * z, two * y * z
    x, y, z = one * x, one * y, one * z
    return (
        1 - two * (yy + zz),
        xy - z,
        xz + y,
        xy + z,
        1 - two * (xx + zz),
        yz - x,
        xz - y,
        yz + x,
        1 - two * (xx + yy),
    )


def _exponential(v: Numbers) -> Numbers:
    x, y, z = v
    angle = math.sqrt(x * x + y * y + z * z)
    if angle < _SMALL:
        return _turned(v, 1.0, 0.5)
    if not angle < math.inf:  # there is no sine
        return (math.nan,) * 9
    half = math.sin(angle / 2) / (angle / 2)
    return _turned(v, math.sin(angle) / angle, half * half / 2)


def _cayley(v: Numbers) -> Numbers:
    x, y, z = v
    share = 1 / (1 + (x * x + y * y + z * z) / 4)
    return _turned(v, share, share / 2)


def _pull_exponential(u: Numbers, omega: Numbers) -> Numbers:
    squared = u[0] * u[0] + u[1] * u[1] + u[2] * u[2]
    if squared < 1e-3:
        c = 1 / 12 + squared / 720 + squared * squared / 30240
    else:
        half = math.sqrt(squared) / 2
        c = (1 - half / math.tan(half)) / squared if half < math.inf else math.nan
    across = _cross(u, omega)
    twice = _cross(u, across)
    return tuple([v + a / 2 + c * t for v, a, t in zip(omega, across, twice, strict=True)])


def _pull_cayley(u: Numbers, omega: Numbers) -> Numbers:
    share = (u[0] * omega[0] + u[1] * omega[1] + u[2] * omega[2]) / 4
    across = _cross(u, omega)
    return tuple([v + a / 2 + share * x for v, a, x in zip(omega, across, u, strict=True)])


_CHARTS = {"exponential": (_exponential, _pull_exponential), "cayley": (_cayley, _pull_cayley)}


def _nearest(M: Numbers) -> Numbers:
    """The nearest rotation, by R ← (R + R⁻ᵀ)/2 where that leads to it: near a rotation, it doubles the digits."""
    R = M
    for _ in range(_STEPS):
        a, b, c, d, e, f, g, h, i = R
        cofactors = (e * i - f * h, f * g - d * i, d * h - e * g)
        determinant = a * cofactors[0] + b * cofactors[1] + c * cofactors[2]
        if not 0.1 < determinant < 10:
            break
        rest = (c * h - b * i, a * i - c * g, b * g - a * h, b * f - c * e, c * d - a * f, a * e - b * d)
        there = tuple([(x + y / determinant) / 2 for x, y in zip(R, (*cofactors, *rest), strict=True)])
        change = max([abs(x - y) for x, y in zip(R, there, strict=True)])
        R = there
        if change < _NEAR:
            return R
    return tuple(nearest_rotation(torch.tensor(M, dtype=torch.float64).view(3, 3)).flatten().tolist())
