"""The process that decodes files of strangers, within limits of time and memory.

A decoder that hangs, swells or crashes is killed, and the next file meets a new one. One file is decoded at a time,
which bounds the memory whatever the number of visitors; nobody waits longer than `PATIENCE` for another's file, and
whoever has used the decoder least goes first (`reading_for` tells whose file it is).
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import BufferedIOBase
from pathlib import Path
from threading import Timer
from typing import Literal, cast

import numpy as np
from jaxtyping import Float32

from structviz.decoding.turns import Turns
from structviz.errors import ImageError

__all__ = ["MEMORY", "PATIENCE", "SECONDS", "Decoder", "decode", "reading_for", "receive", "send"]

SECONDS = 8.0
"""Longest time for one file."""

MEMORY = 1_000_000_000
"""Most bytes that the process may ask for; where the system has no such limit (macOS), time alone is limited."""

PATIENCE = 10.0
"""Longest wait, in seconds, for the file of another."""

Kind = Literal["picture", "colour", "slice"]

_readers: ContextVar[tuple[str, ...]] = ContextVar("readers", default=("",))


@contextmanager
def reading_for(names: Sequence[str]) -> Iterator[None]:
    """Decode what the block reads for somebody, where several people share this process.

    Parameters
    ----------
    names
        Of the visitor, and of where they come from; without this, all files are those of one visitor without a name.
    """
    token = _readers.set(tuple(names))
    try:
        yield
    finally:
        _readers.reset(token)


def send(stream: BufferedIOBase, head: dict[str, object], body: bytes = b"") -> None:
    """Write a JSON head and bytes, so that `receive` finds where they end.

    Parameters
    ----------
    stream
        Where to.
    head
        What JSON can hold.
    body
        Bytes of any kind.
    """
    line = json.dumps({**head, "n_bytes": len(body)}).encode()
    stream.write(line + b"\n")
    stream.write(body)
    stream.flush()


def receive(stream: BufferedIOBase) -> tuple[dict, bytes] | None:
    """Read what `send` wrote; None if the other side has ended."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    head = json.loads(line)
    body = stream.read(head["n_bytes"])
    return (head, body) if len(body) == head["n_bytes"] else None


class Decoder:
    """A process that decodes one file after the other, started when the first one comes.

    Parameters
    ----------
    seconds
        Longest time for one file.
    memory
        Most bytes that the process may ask for.
    patience
        Longest wait, in seconds, for the file of another.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY, patience: float = PATIENCE) -> None:
        self._seconds, self._memory, self._patience = seconds, memory, patience
        self._turns = Turns()
        self._process: subprocess.Popen[bytes] | None = None

    def decode(
        self, kind: Kind, content: bytes, size: int
    ) -> tuple[Float32[np.ndarray, "... {size} {size}"], float | None]:
        """Decode a file.

        Parameters
        ----------
        kind
            ``"picture"`` or ``"colour"`` (see `decode_picture`), or ``"slice"`` (see `decode_slice`).
        content
            The bytes of the file.
        size
            Side of the result in pixels.

        Returns
        -------
        tuple[Float32[np.ndarray, "... {size} {size}"], float | None]
            The image, in three bands if it has colours, and the side of its square in cm where the file tells.

        Raises
        ------
        ImageError
            If the file is refused, takes too long or too much memory, or if others' files take too long.
        """
        with self._turns.take(_readers.get(), self._patience) as is_mine:
            if not is_mine:
                raise ImageError(
                    f"One file is read at a time, but others have been in front for {self._patience:g} seconds: "
                    "upload yours again in a moment."
                )
            answer = self._ask({"kind": kind, "size": size}, content)
        if answer is None:
            raise ImageError(
                f"A file must be read within {self._seconds:g} seconds and {self._memory / 1e9:g} GB of memory, "
                "but the reading of this one ended early: save it again as an 8-bit PNG."
            )
        head, body = answer
        if "refused" in head:
            raise ImageError(head["refused"])
        shape = (3, size, size) if kind == "colour" else (size, size)
        return np.frombuffer(bytearray(body), np.float32).reshape(shape), head["width"]

    def close(self) -> None:
        """End the process; the next file starts a new one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):  # what was not yet written has no reader any more
                        stream.close()

    def _ask(self, head: dict[str, object], content: bytes) -> tuple[dict, bytes] | None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start(self._memory)
        questions, answers = self._process.stdin, self._process.stdout
        too_long = Timer(self._seconds, self._process.kill)
        too_long.start()
        try:
            send(cast(BufferedIOBase, questions), head, content)
            answer = receive(cast(BufferedIOBase, answers))
        except OSError:  # it died while it was fed
            answer = None
        finally:
            too_long.cancel()
        if answer is None:
            self.close()
        return answer


def _start(memory: int) -> subprocess.Popen[bytes]:
    import structviz

    # Its folder first, so that the process finds the package wherever it is started.
    path = os.pathsep.join(filter(None, [str(Path(structviz.__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "structviz.decoding.worker", str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **one_thread, "PYTHONPATH": path},
    )


_SHARED = Decoder()
atexit.register(_SHARED.close)
decode = _SHARED.decode
"""`Decoder.decode` of the process that all visitors share."""
