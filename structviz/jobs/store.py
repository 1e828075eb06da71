"""The folder of all runs of this machine, with the networks that were trained on it or imported to it."""

import contextlib
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from structviz import zoo
from structviz.arms import arm_words
from structviz.config import TrainConfig
from structviz.errors import JobError, StructVizError
from structviz.folders import data_folder
from structviz.jobs.folder import Run
from structviz.jobs.limits import MOST_ACTIVE, MOST_PER_VISITOR, check_limits
from structviz.jobs.records import Request, State, Status
from structviz.training import recipe
from structviz.training.recipes import complete

__all__ = ["MOST_BYTES", "MOST_RUNS", "Store", "Trained", "default_folder"]

MOST_RUNS, MOST_BYTES = 200, 2 * 10**9
"""The oldest runs are deleted when there are more, or when they take more bytes, than this."""

_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


def default_folder() -> Path:
    """Folder of all runs: the one that STRUCTVIZ_RUNS names, else `runs` in `structviz.folders.data_folder()`."""
    named = os.environ.get("STRUCTVIZ_RUNS")
    return Path(named) if named else data_folder() / "runs"


@dataclass(frozen=True)
class Trained:
    """A network of this machine.

    Attributes
    ----------
    run
        The run that it came from.
    card
        What it is.
    """

    run: Run
    card: zoo.Card

    @property
    def id(self) -> str:
        """Name of the run: what an address holds."""
        return self.run.id

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        config = self.card.config
        arm = f"{arm_words(config.arm).capitalize()} {config.group or ''}".strip()
        return f"{arm}, {config.steps} steps, N = {config.n_train}, {_when(self.id)}"


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
        self, config: TrainConfig, device: str = "auto", owner: str = "", run_group: str = "", shared: bool = True
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

        Returns
        -------
        Run
            In the state `State.QUEUED`; nothing starts it yet.

        Raises
        ------
        ConfigError
            If a setting is not valid or beyond `LIMITS`.
        JobError
            If too many runs wait already, or the folder cannot be written to.
        """
        config = complete(config, recipe(config.recipe))
        if shared:
            check_limits(config)
            self.check_room(owner)
        self.clean()
        request = Request(config, device, time.time(), owner, run_group)
        return self.add(request, Status(State.QUEUED, steps=config.steps or 0))

    def add(self, request: Request, status: Status) -> Run:
        """Make the folder of a run.

        Raises
        ------
        JobError
            If the folder cannot be written to.
        """
        name = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(request.created))}-{secrets.token_hex(3)}"
        run = Run(self.folder / name)
        try:
            run.folder.mkdir(parents=True)
            run.reserve()
            run.write_request(request)
            run.touch_heartbeat()
            run.write_status(status)
        except (OSError, JobError) as error:
            shutil.rmtree(run.folder, ignore_errors=True)
            raise JobError(f"A run needs a folder in {self.folder}, which cannot be written to: {error}") from error
        return run

    def get(self, name: str) -> Run:
        """A run by its name.

        Raises
        ------
        JobError
            If there is none.
        """
        run = Run(self.folder / name)
        if not _NAME.fullmatch(name) or not (run.folder / "state.json").is_file():
            raise JobError(f"There is no run {name[:40]!r} on this machine; choose one from the list of runs.")
        return run

    def runs(self) -> tuple[Run, ...]:
        """All runs, the newest first."""
        if not self.folder.is_dir():
            return ()
        folders = [path for path in self.folder.iterdir() if _NAME.fullmatch(path.name)]
        whole = [path for path in folders if (path / "state.json").is_file()]
        return tuple(map(Run, sorted(whole, key=lambda path: path.name, reverse=True)))

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
            If it waits or trains, or cannot be removed.
        """
        run = self.get(name)
        if run.status().state.is_active:
            raise JobError(f"The run {name} waits or trains; cancel it, then delete it.")
        _remove(run)

    def clean(self) -> tuple[str, ...]:
        """Delete the oldest runs until at most `MOST_RUNS` with `MOST_BYTES` are left; return their names.

        Runs that wait, train or are paused stay, and so do imported networks.
        """
        deleted, kept, used = [], 0, 0
        for run in self.runs():
            used, kept = used + run.size(), kept + 1
            if kept <= MOST_RUNS and used <= MOST_BYTES:
                continue
            with contextlib.suppress(StructVizError):
                state = run.status().state
                if not state.is_active and state not in (State.PAUSED, State.UPLOADED):
                    _remove(run)
                    deleted.append(run.id)
        return tuple(deleted)

    def check_room(self, owner: str) -> None:
        """Check that another run of a visitor may begin.

        Raises
        ------
        JobError
            If too many wait or train already.
        """
        active = [run for run in self.runs() if run.status().state.is_active]
        if len(active) >= MOST_ACTIVE:
            raise JobError(
                f"At most {MOST_ACTIVE} runs wait or train here, and {len(active)} do; wait until one is over."
            )
        own = sum(run.request().owner == owner for run in active)
        if owner and own >= MOST_PER_VISITOR:
            raise JobError(
                f"At most {MOST_PER_VISITOR} runs of one visitor wait or train, and {own} of yours do; "
                "wait, or cancel one."
            )


def _remove(run: Run) -> None:
    """Rename the folder first, so that no reader finds half a run."""
    trash = run.folder.with_name(f".{run.id}.deleted")
    try:
        run.folder.replace(trash)
    except OSError as error:
        raise JobError(f"The run {run.id} cannot be deleted: {error}.") from error
    shutil.rmtree(trash, ignore_errors=True)


def _when(name: str) -> str:
    moment = time.strptime(name[:15], "%Y%m%d-%H%M%S")
    return time.strftime("%d %b %H:%M", moment).lstrip("0")
