"""Files of a visitor: what is kept of one, and the control that asks for it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from structviz.ui.kit.compute import asking
from structviz.ui.kit.control import Control, Values
from structviz.ui.kit.kept_files import KEPT, Content, Holder
from structviz.ui.kit.visitor import address_here

__all__ = ["Upload", "UploadedFile"]


@dataclass(frozen=True)
class UploadedFile:
    """A file of the visitor; equal files have equal digests, so it can be part of a cache key.

    Attributes
    ----------
    digest
        The sha256 of its content.
    held
        Its bytes, until they give way to another visitor's.
    name
        What the visitor calls it, fit for a sentence.
    """

    digest: str
    held: Content = field(repr=False, compare=False)
    name: str = field(default="", repr=False, compare=False)

    @classmethod
    def of(cls, content: bytes, name: str = "") -> "UploadedFile":
        """The file with this content."""
        return cls(hashlib.sha256(content).hexdigest(), Content(content), name)

    @property
    def content(self) -> bytes:
        """Its bytes.

        Raises
        ------
        ImageError
            If they gave way to another visitor's file.
        """
        return self.held.data

    def keep(self) -> "UploadedFile":
        """The same file, whose bytes count from now on as those of this visitor (see `KeptFiles`)."""
        visitor = asking()
        KEPT.keep(self.held, Holder(address_here() or f"visitor {visitor}", visitor))
        return self


@dataclass(frozen=True, kw_only=True)
class Upload(Control):
    """A file of the visitor, or None; it cannot be in the address.

    Attributes
    ----------
    types
        Ends of file names that can be chosen.
    read
        Reads a file and may return a remark on it; raises a `StructVizError` if it cannot be used. The last file
        that could be read stays until a better one comes.
    stand_in
        Says what is shown until there is a file.
    """

    types: Sequence[str]
    read: Callable[[UploadedFile], str | None]
    stand_in: str
    address: bool = False
    kept: bool = True
    resets: bool = False

    def checked(self, value: Any, values: Values) -> UploadedFile | None:  # noqa: D102
        if value is not None and not isinstance(value, UploadedFile):
            raise self._refuse(value, values)
        return value

    def from_address(self, texts: Sequence[str], values: Values) -> None:  # noqa: D102
        raise self._refuse(list(texts), values)

    def to_address(self, value: Any, values: Values) -> tuple[str, ...]:  # noqa: D102
        del value, values
        return ()

    def rule(self, values: Values) -> str:  # noqa: D102
        del values
        return "a file that the visitor chooses on the page"

    def to_record(self, value: Any) -> dict[str, str] | None:  # noqa: D102
        return None if value is None else {"sha256": value.digest}
