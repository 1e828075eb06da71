"""An epidemic learned from noisy counts: by a field that moves people between compartments, and by a free one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from structviz.errors import ConfigError
from structviz.nets import MassFlow
from structviz.ode import solve
from structviz.seeding import seeded
from structviz.stopping import stop_if_asked
from structviz.studies.manifolds.threads import one_thread

__all__ = ["COMPARTMENTS", "FIELDS", "Epidemic", "Fit", "epidemic", "fit_epidemic", "sir"]

COMPARTMENTS = ("susceptible", "infected", "recovered")
"""What the entries of a state count, as shares of the population."""

FIELDS: Mapping[str, str] = MappingProxyType({"structured": "field that moves mass", "free": "free field"})
"""Kinds of fields, with titles."""

_INFECTION, _RECOVERY = 0.35, 0.1
"""Rates by day: each infected person infects 3.5 others at first."""

_START = (0.99, 0.01, 0.0)
_DAYS = 150
_WIDTH, _SCALE, _RATE = 8, 0.3, 0.02
_MOST = 1e6

_AHEAD = 10
"""Days that the field is followed in training, from each counted day."""


def sir(t: float | Tensor, x: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
    """The field of an SIR epidemic: susceptible people become infected by infected ones, and these recover."""
    del t
    infected, recovered = _INFECTION * x[:, 0] * x[:, 1], _RECOVERY * x[:, 1]
    return torch.stack([-infected, infected - recovered, recovered], 1)


@dataclass(frozen=True)
class Epidemic:
    """What happened, and what was counted of it.

    Attributes
    ----------
    truth
        Shares on all days.
    counted
        Noisy shares of the first days. They are not made to add up to 1.
    """

    truth: Float[Tensor, "day 3"]
    counted: Float[Tensor, "counted 3"]


def epidemic(days: int, noise: float, seed: int = 0) -> Epidemic:
    """An SIR epidemic of 150 days, in float64.

    Parameters
    ----------
    days
        On how many days people are counted, from 5 to 150.
    noise
        Standard deviation of each share, from 0 to 1.
    seed
        Of the noise.

    Returns
    -------
    Epidemic
        Shares from 0 to 1 of the susceptible, the infected and the recovered on all days, and noisy ones of the first
        `days` + 1.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """
    if not 5 <= days <= _DAYS or not 0 <= noise <= 1:
        raise ConfigError(f"People are counted on 5 to {_DAYS} days, with noise from 0 to 1; got {days} and {noise!r}.")
    start = torch.tensor([_START], dtype=torch.float64)
    truth = solve(sir, "rk4", start, [0.25 * k for k in range(4 * _DAYS + 1)])[::4, 0]
    shifts = torch.randn(_DAYS + 1, 3, generator=Generator().manual_seed(seed), dtype=torch.float64)
    return Epidemic(truth, (truth + noise * shifts)[: days + 1])


@dataclass(frozen=True)
class Fit:
    """What a learned field makes of the first day.

    Attributes
    ----------
    states
        Shares on all days; nan from where they leave the range from −10⁶ to 10⁶.
    loss
        Mean square of the differences from the counts, after the training.
    """

    states: Float[Tensor, "day 3"]
    loss: float

    @property
    def population(self) -> Float[Tensor, "day"]:
        """The sum of all shares."""
        return self.states.sum(1)


@one_thread()
def fit_epidemic(seen: Epidemic, kind: str, n_steps: int = 400, method: str = "euler", seed: int = 0) -> Fit:
    """Learn a field that leads from each counted day to the next ten, and follow it from the first day to the last.

    Parameters
    ----------
    seen
        The epidemic; the first day is known exactly, the truth of the others is not used.
    kind
        One of `FIELDS`; both have as many weights.
    n_steps
        Of Adam.
    method
        One of `structviz.ode.INTEGRATORS`, with steps of one day.
    seed
        Of the first weights.

    Returns
    -------
    Fit
        Shares on all days, shape (day, 3), in the order of `Epidemic`, and the mean square of the differences from the
        counts.

    Raises
    ------
    ConfigError
        If the kind is unknown.
    """
    if kind not in FIELDS:
        raise ConfigError(f"A field is one of {', '.join(FIELDS)}; got {kind!r}.")
    with seeded(seed):
        net = MassFlow(3, _WIDTH, 1, 1.0, method, conserving=kind == "structured").double()
    with torch.no_grad():
        for weights in net.parameters():
            weights *= _SCALE
    optimiser = torch.optim.Adam(net.parameters(), _RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, n_steps)
    start, days = seen.truth[:1], len(seen.counted) - 1
    ahead = min(_AHEAD, days - 1)
    starts = torch.cat([start, seen.counted[1 : days - ahead + 1]])
    wanted = torch.stack([seen.counted[k + 1 : days - ahead + k + 2] for k in range(ahead)])
    for _ in range(n_steps):
        stop_if_asked()
        loss = (_follow(net, starts, ahead)[1:] - wanted).square().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        states = _follow(net, start, len(seen.truth) - 1)[:, 0]
    lost = (~(states.abs() <= _MOST).all(1)).cumsum(0) > 0
    loss = (states[1 : days + 1] - seen.counted[1:]).square().mean().item()
    return Fit(states.masked_fill(lost[:, None], torch.nan), loss)


def _follow(net: MassFlow, start: Float[Tensor, "batch 3"], days: int) -> Float[Tensor, "day batch 3"]:
    states = [start]
    for _ in range(days):
        states.append(net.layer(0, states[-1]))
    return torch.stack(states)
