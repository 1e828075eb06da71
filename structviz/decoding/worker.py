"""The program that `process.Decoder` starts: it decodes files from its input until the input ends."""

import os
import sys
from io import BufferedIOBase

from structviz.decoding.dicom import decode_slice
from structviz.decoding.pictures import decode_picture
from structviz.decoding.process import receive, send
from structviz.errors import ImageError

__all__ = ["main"]


def main() -> None:
    """Answer each file with an image or with a sentence."""
    _limit_memory(int(sys.argv[1]))
    # What a decoder prints must not stand among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with os.fdopen(0, "rb") as questions:
        while (question := receive(questions)) is not None:
            _answer(answers, *question)


def _answer(answers: BufferedIOBase, head: dict, content: bytes) -> None:
    try:
        if head["kind"] == "slice":
            image, width = decode_slice(content, head["size"])
        else:
            image, width = decode_picture(content, head["size"], head["kind"] == "colour"), None
    except ImageError as error:
        send(answers, {"refused": str(error)})
    else:
        send(answers, {"width": width}, image.tobytes())


def _limit_memory(n_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    # On Linux also what is mapped counts; the stack and the program itself do not.
    resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, n_bytes))


if __name__ == "__main__":
    main()
