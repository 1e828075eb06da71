"""The contents of the files that pages keep: bounded for each visitor and for all together.

What a page keeps lives as long as the visitor's session, and every page with a field for a file keeps one. When the
room is full, whoever keeps most gives way, oldest file first; a page that needs the bytes again says so.
"""

import weakref
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from structviz.errors import ImageError

__all__ = ["IN_ALL", "KEPT", "OF_ONE", "Content", "Holder", "KeptFiles"]

OF_ONE = 50_000_000
"""Bytes that a visitor may keep; one file has up to 10 MB."""

IN_ALL = 500_000_000
"""Bytes that all visitors keep together."""


@dataclass(frozen=True)
class Holder:
    """Who keeps files.

    Attributes
    ----------
    place
        The address that counts, or the visitor where no address tells visitors apart.
    visitor
        The name of the browser, or of the session.
    """

    place: str
    visitor: str


class Content:
    """The bytes of a file, until they have to give way to another's."""

    def __init__(self, data: bytes) -> None:
        self._data: bytes | None = data

    def __deepcopy__(self, memo: object) -> "Content":
        """The same: bytes do not change, and a second copy would not count."""
        del memo
        return self

    @property
    def data(self) -> bytes:
        """The bytes.

        Raises
        ------
        ImageError
            If they gave way to another visitor's file.
        """
        if self._data is None:
            raise ImageError(
                "All visitors together may keep only so many bytes of files, and yours gave way to another's: "
                "choose it again."
            )
        return self._data

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return len(self._data or b"")

    def drop(self) -> None:
        """Keep the bytes no longer."""
        self._data = None


class KeptFiles:
    """Counts contents for as long as anybody holds them, and drops some when there are too many.

    Parameters
    ----------
    of_one, in_all
        Bytes of one visitor, and of all together.
    """

    def __init__(self, of_one: int = OF_ONE, in_all: int = IN_ALL) -> None:
        self._of_one, self._in_all = of_one, in_all
        self._kept: dict[weakref.ref[Content], Holder] = {}  # the oldest first
        self._lock = Lock()

    def keep(self, content: Content, holder: Holder) -> None:
        """Count a content, and make room for it.

        Parameters
        ----------
        content
            Counts until nobody refers to it any more.
        holder
            Whose it is.
        """
        with self._lock:
            self._kept = {ref: whose for ref, whose in self._kept.items() if ref() not in (None, content)}
            self._kept[weakref.ref(content)] = holder
            while self._bytes_of(holder) > self._of_one:
                self._drop_oldest(holder)
            while sum(one.size for one, _ in self._alive()) > self._in_all:
                self._drop_oldest(self._who_keeps_most())

    def total(self) -> int:
        """Bytes that are kept now."""
        with self._lock:
            return sum(one.size for one, _ in self._alive())

    def _alive(self) -> Iterator[tuple[Content, Holder]]:
        for ref, holder in self._kept.items():
            if (content := ref()) is not None:
                yield content, holder

    def _bytes_of(self, holder: Holder) -> int:
        return sum(one.size for one, whose in self._alive() if whose == holder)

    def _drop_oldest(self, holder: Holder) -> None:
        next(one for one, whose in self._alive() if whose == holder and one.size).drop()

    def _who_keeps_most(self) -> Holder:
        """The visitor who keeps most, of the address that keeps most."""
        places, holders = Counter[str](), Counter[Holder]()
        for content, holder in self._alive():
            places[holder.place] += content.size
            holders[holder] += content.size
        return max(holders, key=lambda one: (places[one.place], holders[one]))


KEPT = KeptFiles()
"""The contents of all sessions of this process."""
