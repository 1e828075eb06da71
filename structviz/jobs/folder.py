"""A run in its folder: request, status, history, log, checkpoint, pictures and network."""

import contextlib
import dataclasses
import socket
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from torch import nn

from structviz import zoo
from structviz.errors import CheckpointError, JobError
from structviz.files import atomic_write, paths_below
from structviz.jobs import heartbeat, history, previews
from structviz.jobs.previews import Pictures
from structviz.jobs.reading import read_bytes, read_text
from structviz.jobs.records import Entry, Request, State, Status

__all__ = ["STALE_AFTER", "STALE_AFTER_EXIT", "Command", "Run"]

STALE_AFTER = 20.0
"""Seconds without a heartbeat after which a run counts as left by its process."""

STALE_AFTER_EXIT = 2.0
"""The same where the process is seen to be gone: time for another to take its place."""

RESERVE = 64 * 1024
"""Size in bytes of a file that is removed when the disk is full, so that the state can still be written."""

_LOG_BYTES = 64 * 1024


class Command(Enum):
    """What a run has been told to do; the value is the word in its file."""

    RUN = "run"
    PAUSE = "pause"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Run:
    """A run in its folder. The object has no state: each method reads or writes a file.

    Attributes
    ----------
    folder
        The directory; its name is the name of the run.
    """

    folder: Path

    @property
    def id(self) -> str:
        """Name of the run: when it was asked for, and a few random letters."""
        return self.folder.name

    @property
    def checkpoint_path(self) -> Path:
        """The file from which the run can go on."""
        return self.folder / "checkpoint.safetensors"

    # ---- what was asked for, and how it stands
    def request(self) -> Request:
        """What was asked for.

        Raises
        ------
        JobError
            If the run is gone.
        CheckpointError
            If its file is damaged.
        """
        return Request.from_json(self._read("request.json"))

    def write_request(self, request: Request) -> None:
        """Write what was asked for; raises what `write_status` does."""
        self._write("request.json", request.to_json())

    def status(self) -> Status:
        """How the run stands; one that should wait or train, but is held by no process, has been interrupted.

        Raises
        ------
        JobError, CheckpointError
            As for `request`.
        """
        status = self.written_status()
        if not status.state.is_active:
            return status
        age = self.heartbeat_age()
        if age > STALE_AFTER or (age > STALE_AFTER_EXIT and self.holder_is_gone()):
            return dataclasses.replace(status, state=State.INTERRUPTED, message="")
        return status

    def written_status(self) -> Status:
        """How the run stands by its file, whether or not a process holds it."""
        return Status.from_json(self._read("state.json"))

    def write_status(self, status: Status) -> None:
        """Write how the run stands.

        Raises
        ------
        JobError
            If the disk is full, or the run is gone.
        """
        self._write("state.json", status.to_json())

    def status_age(self) -> float:
        """Seconds since the status was written; 0 if there is none."""
        try:
            return time.time() - (self.folder / "state.json").stat().st_mtime
        except OSError:
            return 0.0

    def requeue(self, message: str = "") -> None:
        """Let the run wait for a worker, for the first time or again.

        Raises
        ------
        JobError, CheckpointError
            As for `request` and `write_status`.
        """
        self.touch_heartbeat()
        self.write_status(dataclasses.replace(self.written_status(), state=State.QUEUED, message=message))

    def check_can_resume(self) -> None:
        """Check that the run can go on.

        Raises
        ------
        JobError
            If it cannot.
        """
        status = self.status()
        if not status.state.can_resume:
            raise JobError(f"The run {self.id} cannot go on: {status.sentence}")

    def reserve(self) -> None:
        """Reserve the room on the disk that states and commands may need later.

        Raises
        ------
        OSError
            If there is none.
        """
        if not (self.folder / "reserve").exists():
            atomic_write(self.folder / "reserve", bytes(RESERVE))

    def touch_heartbeat(self) -> None:
        """Show that this process holds the run."""
        heartbeat.touch(self.folder / "heartbeat")

    def heartbeat_age(self) -> float:
        """Seconds since a process showed that it holds the run; infinite if none did."""
        return heartbeat.age(self.folder / "heartbeat")

    def holder_is_gone(self) -> bool:
        """Whether the process that held the run is seen to be gone, which only works on its own machine."""
        return heartbeat.holder_is_gone(self.folder / "heartbeat")

    # ---- commands
    def command(self) -> Command:
        """The last command."""
        try:
            return Command(read_text(self.folder / "command"))
        except (OSError, ValueError, CheckpointError):
            return Command.RUN

    def send(self, command: Command) -> None:
        """Send a command, which the worker reads several times a second; raises what `write_status` does."""
        self._write("command", command.value)

    def lease(self, token: str) -> None:
        """Take the run over: a process that held it lets go when it finds another's token.

        Raises
        ------
        JobError
            As for `write_status`.
        """
        self._write("lease", f"{token} {socket.gethostname()}")

    def is_leased_by(self, token: str) -> bool:
        """Whether this token is the last one; nobody leases a deleted run."""
        try:
            return read_text(self.folder / "lease").split(" ")[0] == token
        except (OSError, CheckpointError):
            return False

    # ---- how it went
    def history(self) -> tuple[Entry, ...]:
        """All reports so far."""
        return history.read(self.folder / "history.jsonl")

    def append(self, entry: Entry) -> None:
        """Add a report to the history."""
        history.append(self.folder / "history.jsonl", entry)

    def mark_resumed(self, step: int) -> None:
        """Note in the history that the run goes on from here."""
        history.mark_resumed(self.folder / "history.jsonl", step)

    def log(self) -> str:
        """The end of the log."""
        try:
            return read_bytes(self.folder / "log.txt", _LOG_BYTES, from_end=True).decode(errors="replace")
        except (OSError, CheckpointError):
            return ""

    def note(self, text: str) -> None:
        """Add a line to the log."""
        with contextlib.suppress(OSError), (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")

    def previews(self) -> tuple[int, ...]:
        """Steps that have pictures, in increasing order."""
        return previews.steps(self.folder / "previews")

    def preview(self, step: int) -> Pictures:
        """The pictures of a step.

        Raises
        ------
        CheckpointError
            If there are none or their file is damaged.
        """
        return previews.read(self.folder / "previews", step)

    def save_preview(self, step: int, pictures: Pictures) -> None:
        """Save what the network makes of a few examples, in half precision."""
        previews.save(self.folder / "previews", step, pictures)

    # ---- its network
    @property
    def network_name(self) -> str:
        """Name of the network; the folder of the run is its zoo."""
        return f"{self.request().config.recipe}/{self.id}"

    def card(self) -> zoo.Card:
        """The card of its network.

        Raises
        ------
        CheckpointError
            If there is none.
        """
        return zoo.card(self.network_name, self.folder)

    def load(self, device: str = "cpu") -> nn.Module:
        """Its network; see `structviz.zoo.load`."""
        return zoo.load(self.network_name, device, self.folder)

    def files(self) -> tuple[Path, Path]:
        """Weights and card."""
        path = self.folder / f"{self.network_name}.safetensors"
        return path, path.with_suffix(".json")

    def size(self) -> int:
        """Size on the disk, in bytes."""
        total = 0
        for path in paths_below(self.folder):
            with contextlib.suppress(OSError):  # it was deleted meanwhile
                total += path.lstat().st_size
        return total

    def _write(self, name: str, text: str) -> None:
        """Write a small file; on a full disk the reserve makes room for it."""
        if not self.folder.is_dir():
            raise JobError(self._gone())
        try:
            atomic_write(self.folder / name, text)
        except OSError:
            (self.folder / "reserve").unlink(missing_ok=True)
            try:
                atomic_write(self.folder / name, text)
            except OSError as error:
                raise JobError(
                    f"The run {self.id} cannot be written to: {error.strerror}. Make room on the disk, then try again."
                ) from error

    def _read(self, name: str) -> str:
        try:
            return read_text(self.folder / name)
        except OSError as error:
            if not self.folder.is_dir():
                raise JobError(self._gone()) from error
            raise CheckpointError(f"The run {self.id} is damaged: {name}: {error.strerror}. Delete the run.") from error

    def _gone(self) -> str:
        return f"There is no run {self.id} on this machine any more; choose another."
