"""A run is a directory: what was asked for, how it stands, its history, log, checkpoint, pictures and network."""

import contextlib
import dataclasses
import math
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz import zoo
from structviz.errors import CheckpointError, JobError
from structviz.files import atomic_write
from structviz.jobs import history
from structviz.jobs.records import Entry, Request, State, Status

__all__ = ["COLD", "Command", "Pictures", "Run"]

COLD = 20.0
"""Seconds without a heartbeat after which whoever held a run is taken to be gone."""

GRACE = 2.0
"""The same where one sees that the process is gone: time for another to take its place."""

RESERVE = 64 * 1024
"""Bytes that are given up when the disk is full, so that the state of the run can still be written."""

_LOG_BYTES = 64 * 1024

Pictures = Mapping[str, Float[Tensor, "_row _column"]]
"""What a network makes of a few examples, by name."""


class Command(Enum):
    """What a run has been told; the value is the word in its file."""

    RUN = "go"
    PAUSE = "pause"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Run:
    """A run in its folder. It holds nothing itself: each method reads or writes a file.

    Attributes
    ----------
    folder
        The directory; its name is the name of the run.
    """

    folder: Path

    @property
    def id(self) -> str:
        """Its name: when it was asked for, and a few random letters."""
        return self.folder.name

    @property
    def checkpoint_path(self) -> Path:
        """Where a run can go on from."""
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
        """Write down what was asked for; see `write_status` for what it raises."""
        self._write("request.json", request.to_json())

    def status(self) -> Status:
        """How it stands. One that is said to wait or train, but is held by nobody, has been interrupted.

        Raises
        ------
        JobError, CheckpointError
            As for `request`.
        """
        status = self.written_status()
        if status.state.is_active and ((age := self.heart_age()) > COLD or (age > GRACE and self.is_left())):
            return dataclasses.replace(status, state=State.INTERRUPTED, message="")
        return status

    def written_status(self) -> Status:
        """How it stands by what is written, whether or not anybody holds it."""
        return Status.from_json(self._read("state.json"))

    def write_status(self, status: Status) -> None:
        """Write down how it stands.

        Raises
        ------
        JobError
            If the disk is full, or the run is gone.
        """
        self._write("state.json", status.to_json())

    def reserve(self) -> None:
        """Take the room that states and orders may need one day.

        Raises
        ------
        OSError
            If there is none.
        """
        if not (self.folder / "reserve").exists():
            atomic_write(self.folder / "reserve", bytes(RESERVE))

    def beat(self) -> None:
        """Say that somebody holds the run."""
        with contextlib.suppress(OSError):  # a full disk or a deleted run is noticed elsewhere
            heart, holder = self.folder / "heart", f"{socket.gethostname()} {os.getpid()}"
            if heart.exists() and heart.read_text() == holder:
                heart.touch()
            elif self.folder.is_dir():
                atomic_write(heart, holder)

    def heart_age(self) -> float:
        """Seconds since somebody said that he holds the run."""
        try:
            return time.time() - (self.folder / "heart").stat().st_mtime
        except OSError:
            return math.inf

    def is_left(self) -> bool:
        """Whether a process of this machine held the run, and is gone."""
        try:
            host, _, process = (self.folder / "heart").read_text().partition(" ")
        except OSError:
            return True
        return host == socket.gethostname() and process.isdecimal() and not _is_alive(int(process))

    # ---- orders
    def order(self) -> Command:
        """What the run has been told last."""
        try:
            return Command((self.folder / "order").read_text())
        except (OSError, ValueError):
            return Command.RUN

    def give(self, order: Command) -> None:
        """Tell the run something; who trains it looks several times a second. It raises what `write_status` does."""
        self._write("order", order.value)

    def claim(self, token: str) -> None:
        """Take the run over: whoever trained it before lets go when he sees another's token.

        It raises what `write_status` does.
        """
        self._write("claim", f"{token} {socket.gethostname()}")

    def is_claimed_by(self, token: str) -> bool:
        """Whether nobody else has taken the run over; a deleted one is nobody's."""
        try:
            return (self.folder / "claim").read_text().split(" ")[0] == token
        except OSError:
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
            with (self.folder / "log.txt").open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - _LOG_BYTES))
                return file.read().decode(errors="replace")
        except FileNotFoundError:
            return ""

    def note(self, text: str) -> None:
        """Add a line to the log."""
        with contextlib.suppress(OSError), (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")

    def previews(self) -> tuple[int, ...]:
        """Steps of which there are pictures, in their order."""
        return tuple(sorted(int(path.stem) for path in (self.folder / "previews").glob("[0-9]*.glance")))

    def preview(self, step: int) -> Pictures:
        """The pictures of a step.

        Raises
        ------
        CheckpointError
            If there are none or their file is damaged.
        """
        path = self.folder / "previews" / f"{step:07d}.glance"
        try:
            return {name: picture.float() for name, picture in safetensors.torch.load_file(path).items()}
        except (OSError, safetensors.SafetensorError) as error:
            raise CheckpointError(f"There are no pictures of step {step} of the run {self.id}: {error}.") from error

    def save_preview(self, step: int, pictures: Pictures) -> None:
        """Keep what the network makes of a few examples, in half precision."""
        halves = {name: picture.to(torch.float16).contiguous() for name, picture in pictures.items()}
        atomic_write(self.folder / "previews" / f"{step:07d}.glance", safetensors.torch.save(halves))

    # ---- its network
    @property
    def network_name(self) -> str:
        """Name of its network in the zoo that its folder is."""
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
        """Bytes that it takes on the disk."""
        with contextlib.suppress(OSError):
            return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return 0

    def _write(self, name: str, text: str) -> None:
        """Write a small file; on a full disk the reserve makes room for it."""
        if not self.folder.is_dir():
            raise JobError(f"There is no run {self.id} in {self.folder.parent} any more; choose another.")
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
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise JobError(f"There is no run {self.id} in {self.folder.parent} any more; choose another.") from error


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True
