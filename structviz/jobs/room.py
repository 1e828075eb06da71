"""Room for another run: how many a visitor has, and which old ones go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from structviz.errors import JobError, StructVizError
from structviz.jobs import limits
from structviz.jobs.folder import Run
from structviz.jobs.records import State

__all__ = ["Standing", "check_begins", "check_imports", "standings", "to_remove"]


@dataclass(frozen=True)
class Standing:
    """A run at one moment.

    Attributes
    ----------
    run
        The run.
    owner
        Who asked for it; None if that cannot be read.
    state
        How it stands; None if that cannot be read.
    origin
        From which address it was asked for; empty if none tells visitors apart.
    """

    run: Run
    owner: str | None
    state: State | None
    origin: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it waits or trains."""
        return self.state is not None and self.state.is_active

    @property
    def counts(self) -> bool:
        """Whether it is one of those of which a visitor may have so many."""
        return self.is_active or self.state is State.PAUSED

    @property
    def may_go(self) -> bool:
        """Whether it can make room for others."""
        return not self.counts and self.state is not State.UPLOADED

    @property
    def is_forgotten(self) -> bool:
        """Whether it is a visitor's paused run that nobody has resumed for long."""
        return self.state is State.PAUSED and bool(self.owner) and self.run.status_age() > limits.KEPT_FOR


def standings(runs: Iterable[Run]) -> list[Standing]:
    """The runs with their owners and states, in their order."""
    return [Standing(run, owner, _state(run), origin) for run in runs for owner, origin in [_asked_by(run)]]


def _asked_by(run: Run) -> tuple[str | None, str]:
    try:
        request = run.request()
    except StructVizError:
        return None, ""
    return request.owner, request.origin


def _state(run: Run) -> State | None:
    try:
        return run.status().state
    except StructVizError:
        return None


def check_begins(every: Sequence[Standing], owner: str, origin: str = "", besides: str = "") -> None:
    """Check that another run of a visitor may begin.

    Parameters
    ----------
    every
        All runs.
    owner
        The visitor; empty on the command line, which has no limit of its own.
    origin
        As in `Standing`.
    besides
        Name of the run that would begin, if it is one of them.

    Raises
    ------
    JobError
        If too many wait, train or are paused already.
    """
    others = [standing for standing in every if standing.run.id != besides]
    active = sum(standing.is_active for standing in others)
    if active >= limits.MOST_ACTIVE:
        raise JobError(
            f"At most {limits.MOST_ACTIVE} runs wait or train here, and {active} do; wait until one is over."
        )
    here = sum(standing.is_active and standing.origin == origin for standing in others)
    if origin and here >= (most := limits.MOST_ACTIVE // limits.OF_ONE_ADDRESS):
        raise JobError(
            f"At most {most} runs asked for from one address wait or train here, and {here} from yours do; "
            "wait until one is over."
        )
    own = sum(standing.counts and standing.owner == owner for standing in others)
    if owner and own >= limits.MOST_PER_VISITOR:
        raise JobError(
            f"At most {limits.MOST_PER_VISITOR} runs of one visitor wait, train or are paused, and {own} of yours do; "
            "wait, or cancel one."
        )


def check_imports(every: Sequence[Standing], owner: str, n_new: int, origin: str = "") -> None:
    """Check that a visitor may import more networks.

    Parameters
    ----------
    every
        All runs.
    owner
        The visitor; empty on the command line.
    n_new
        How many networks.
    origin
        As in `Standing`.

    Raises
    ------
    JobError
        If too many are here already.
    """
    imported = [standing for standing in every if standing.state is State.UPLOADED]
    own = sum(standing.owner == owner for standing in imported)
    if owner and own + n_new > limits.MOST_IMPORTED_PER_VISITOR:
        raise JobError(
            f"At most {limits.MOST_IMPORTED_PER_VISITOR} networks from elsewhere are kept for one visitor; {own} of "
            f"yours are here, and {n_new} would come. Delete one."
        )
    here = sum(standing.origin == origin for standing in imported)
    if origin and here + n_new > (most := limits.MOST_IMPORTED // limits.OF_ONE_ADDRESS):
        raise JobError(
            f"At most {most} networks from elsewhere are kept for one address, and {here} from yours are here; "
            "delete one."
        )
    if len(imported) + n_new > limits.MOST_IMPORTED:
        raise JobError(
            f"At most {limits.MOST_IMPORTED} networks from elsewhere are kept here, and {len(imported)} are; "
            "delete one."
        )


def to_remove(every: Sequence[Standing], owner: str, coming: int = 0, origin: str = "") -> tuple[list[Standing], bool]:
    """Which runs go, so that there is room for a visitor's next ones.

    First the visitor's own go, the oldest first, until they keep to the limits of one visitor and all runs to those
    of the machine. If that is not enough, damaged runs go, and those of others that have been kept long enough.
    Runs that wait, train, are paused or were imported have limits of their own and are not counted, but for the bytes
    of the machine.

    Parameters
    ----------
    every
        All runs, the newest first.
    owner
        The visitor; the command line has the limits of the machine.
    coming
        How many runs the visitor is about to add.
    origin
        As in `Standing`. Visitors of one address have half of the room: so one client that throws its name away again
        and again leaves room to those who come from elsewhere.

    Returns
    -------
    list[Standing], bool
        The runs that go, and whether the machine has room then.
    """
    gone = [standing for standing in every if standing.is_forgotten]
    kept = {standing.run.id: (standing, standing.run.size()) for standing in reversed(every) if standing not in gone}

    def is_over(own: bool) -> bool:
        counted = [pair for pair in kept.values() if not own or pair[0].owner == owner]
        over = [size for standing, size in counted if standing.may_go]
        if own and owner:
            return len(over) + coming > limits.MOST_RUNS_PER_VISITOR or sum(over) > limits.MOST_BYTES_PER_VISITOR
        return len(over) + coming > limits.MOST_RUNS or sum(size for _, size in counted) > limits.MOST_BYTES

    def remove(candidates: list[Standing], own: bool) -> None:
        for standing in candidates:
            if not is_over(own):
                return
            gone.append(standing)
            del kept[standing.run.id]

    mine = [standing for standing, _ in kept.values() if standing.owner == owner and standing.may_go]
    remove(mine, own=True)
    remove([standing for standing in mine if standing.run.id in kept], own=False)
    others = [standing for standing, _ in kept.values() if standing.owner != owner and standing.may_go]
    remove([standing for standing in others if None in (standing.owner, standing.state)], own=False)
    old = [standing for standing in others if standing.run.id in kept and standing.run.status_age() > limits.KEPT_FOR]
    remove(old, own=False)

    def fits_here() -> bool:
        here = [size for standing, size in kept.values() if origin and standing.origin == origin and standing.may_go]
        most, most_bytes = limits.MOST_RUNS // limits.OF_ONE_ADDRESS, limits.MOST_BYTES // limits.OF_ONE_ADDRESS
        return not here or (len(here) + coming <= most and sum(here) <= most_bytes)

    for standing in [standing for standing in mine if standing.run.id in kept]:
        if not fits_here():
            gone.append(standing)
            del kept[standing.run.id]
    return gone, fits_here() and not is_over(own=False)
