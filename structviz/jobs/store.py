"""The folder of all runs of this machine, with the networks that were trained on it or imported to it."""

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from structviz.config import TrainConfig
from structviz.errors import CheckpointError, JobError, StructVizError
from structviz.files import locked
from structviz.folders import data_folder
from structviz.jobs.folder import STALE_AFTER, Command, Run
from structviz.jobs.limits import KEPT_FOR, check_limits
from structviz.jobs.records import Request, State, Status
from structviz.jobs.removal import NEW, remove, remove_leftovers
from structviz.jobs.room import Standing, check_begins, standings, to_remove
from structviz.jobs.trained import Trained
from structviz.training import recipe
from structviz.training.recipes import complete

__all__ = ["Store", "default_folder"]

_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")

_LOCK, _PATIENCE = ".lock", 20.0
"""The file that is locked while runs are added or cleaned, and the seconds in which others must let go."""

_MEASUREMENTS = ".measurements"
"""Folder of the runs that are only measured."""


def default_folder() -> Path:
    """Folder of all runs: the one that STRUCTVIZ_RUNS names, else `runs` in `structviz.folders.data_folder()`."""
    named = os.environ.get("STRUCTVIZ_RUNS")
    return Path(named) if named else data_folder() / "runs"


class Store:
    """Runs in a folder.

    Parameters
    ----------
    folder
        Where they lie; by default that of this machine, see `default_folder`.

    Examples
    --------
    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> run = store.create(TrainConfig(recipe="stripes", steps=5))
    >>> [one.status().state.value for one in store.runs()]
    ['queued']
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = default_folder() if folder is None else folder

    def create(
        self,
        config: TrainConfig,
        device: str = "auto",
        owner: str = "",
        run_group: str = "",
        shared: bool = True,
        *,
        origin: str = "",
    ) -> Run:
        """Make the folder of a new run, which waits.

        Parameters
        ----------
        config
            Settings; what they leave open is filled in.
        device, owner, run_group
            See `Request`.
        shared
            Whether to apply the limits of a machine that visitors share; the command line has none.
        origin
            See `Request`.

        Returns
        -------
        Run
            In the state `State.QUEUED`; nothing starts it yet.

        Raises
        ------
        ConfigError
            If a setting is not valid or beyond `LIMITS`.
        JobError
            If too many runs wait or are kept already, or the folder cannot be written to.
        """
        config = complete(config, recipe(config.recipe))
        if shared:
            check_limits(config)
        with self.transaction():
            if shared:
                check_begins(self._standings(), owner, origin)
            self._make_room(owner, origin, refuse=shared)
            request = Request(config, device, time.time(), owner, run_group, origin)
            return self.add(request, Status(State.QUEUED, steps=config.steps or 0))

    def create_measurement(
        self, config: TrainConfig, device: str = "auto", owner: str = "", *, origin: str = ""
    ) -> Run:
        """Make the folder of a run that is measured and never trained; it counts like any other, and is not listed.

        Parameters
        ----------
        config, device, owner, origin
            As for `create`.

        Returns
        -------
        Run
            In the state `State.QUEUED`; nothing starts it yet.

        Raises
        ------
        ConfigError, JobError
            As for `create`.
        """
        config = complete(config, recipe(config.recipe))
        check_limits(config)
        with self.transaction():
            check_begins(self._standings(), owner, origin)
            request = Request(config, device, time.time(), owner, origin=origin)
            return self._measurements().add(request, Status(State.QUEUED, steps=config.steps or 0))

    def remove_measurement(self, run: Run) -> None:
        """Remove what `create_measurement` has made; nothing happens if it is gone already."""
        shutil.rmtree(run.folder, ignore_errors=True)

    def add(self, request: Request, status: Status) -> Run:
        """Make the folder of a run.

        Raises
        ------
        JobError
            If the folder cannot be written to.
        """
        name = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(request.created))}-{secrets.token_hex(3)}"
        # Renamed when it is complete: a folder with the name of a run and without its files is a damaged run.
        new = Run(self.folder / f".{name}{NEW}")
        try:
            new.folder.mkdir(parents=True)
            new.reserve()
            new.write_request(request)
            new.touch_heartbeat()
            new.write_status(status)
            new.folder.replace(self.folder / name)
        except (OSError, JobError) as error:
            shutil.rmtree(new.folder, ignore_errors=True)
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise JobError(f"A run needs a folder, and that of all runs cannot be written to: {reason}") from error
        return Run(self.folder / name)

    def get(self, name: str) -> Run:
        """A run by its name.

        Raises
        ------
        JobError
            If there is none.
        """
        run = Run(self.folder / name)
        if not _NAME.fullmatch(name) or not run.folder.is_dir():
            raise JobError(f"There is no run {name[:40]!r} on this machine; choose one from the list of runs.")
        return run

    def runs(self) -> tuple[Run, ...]:
        """All runs, the newest first; those that are damaged too."""
        if not self.folder.is_dir():
            return ()
        folders = [path for path in self.folder.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
        return tuple(map(Run, sorted(folders, key=lambda path: path.name, reverse=True)))

    def damaged(self) -> tuple[tuple[Run, str], ...]:
        """The runs whose request or status cannot be read, the newest first, with a sentence for each."""
        found = []
        for run in self.runs():
            try:
                run.request()
                run.status()
            except CheckpointError as error:
                found.append((run, str(error)))
            except JobError:  # it was deleted meanwhile
                continue
        return tuple(found)

    def networks(self, recipe: str | None = None) -> tuple[Trained, ...]:
        """The networks of this machine, of one recipe or of all, the newest first; damaged ones are left out."""
        found = []
        for run in self.runs():
            with contextlib.suppress(StructVizError):
                if run.status().state.has_network:
                    found.append(Trained(run, run.card()))
        return tuple(one for one in found if recipe in (None, one.card.config.recipe))

    def delete(self, name: str) -> None:
        """Remove a run and all that belongs to it.

        Raises
        ------
        JobError
            If it waits or trains, or cannot be removed. A damaged run can always be.
        """
        run = self.get(name)
        if any(standing.is_active for standing in standings([run])):
            raise JobError(f"The run {name} waits or trains; cancel it, then delete it.")
        remove(run)

    def clean(self, owner: str = "") -> tuple[str, ...]:
        """Delete old runs until the limits hold for a visitor and for the machine; return their names.

        Runs that wait or train stay, and so do imported networks and paused runs, those of visitors for a week. See
        `structviz.jobs.room.to_remove` for which of the others go.
        """
        with self.transaction():
            return self._clean(owner)[0]

    def requeue(self, *runs: Run, shared: bool = True) -> None:
        """Let runs wait for a worker again, from their last checkpoints; if one cannot go on, none does.

        Parameters
        ----------
        runs
            Of this folder, or of any other.
        shared
            As for `create`.

        Raises
        ------
        JobError
            If one is gone or cannot go on, or its owner has too many already.
        """
        with self.transaction():
            for run in runs:
                run.check_can_resume()
            for run in runs:
                if shared:
                    request = run.request()
                    check_begins(self._standings(), request.owner, request.origin, besides=run.id)
                run.requeue()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Nobody else, in this process or another, adds or cleans runs while the block lasts.

        Raises
        ------
        JobError
            If others do not let go, or the folder cannot be written to.
        """
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(locked(self.folder / _LOCK, _PATIENCE))
            except TimeoutError as error:
                raise JobError("Others have been adding runs for long; try again.") from error
            except OSError as error:
                raise JobError(f"The folder of all runs cannot be written to: {error.strerror}.") from error
            yield

    def _measurements(self) -> "Store":
        return Store(self.folder / _MEASUREMENTS)

    def _standings(self) -> list[Standing]:
        """All that a visitor may have so many of."""
        # A measurement that has been cancelled ends by itself within two seconds.
        measured = [run for run in self._measurements().runs() if run.command() is Command.RUN]
        return standings([*self.runs(), *measured])

    def _clean(self, owner: str, coming: int = 0, origin: str = "") -> tuple[tuple[str, ...], bool]:
        """Names of the runs that went, and whether the machine has room now."""
        measurements = self._measurements()
        for folder in (self.folder, measurements.folder):
            remove_leftovers(folder)
        for standing in standings(measurements.runs()):
            # One that is over is about to be noted, unless the app that has asked for it is gone.
            if not standing.is_active and standing.run.heartbeat_age() > STALE_AFTER:
                self.remove_measurement(standing.run)
        old, has_room = to_remove(standings(self.runs()), owner, coming, origin)
        deleted = []
        for standing in old:
            with contextlib.suppress(JobError):
                remove(standing.run)
                deleted.append(standing.run.id)
        return tuple(deleted), has_room and not any(standing.run.folder.exists() for standing in old)

    def _make_room(self, owner: str, origin: str, refuse: bool) -> None:
        _, has_room = self._clean(owner, coming=1, origin=origin)
        if refuse and not has_room:
            raise JobError(
                f"The folder of all runs is full, and others' runs are kept for {KEPT_FOR / 86400:.0f} days; "
                "delete some of yours, or try again later."
            )
