"""What a planted defect is."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Defect", "StaleError"]


class StaleError(Exception):
    """The text that a defect replaces does not occur exactly once."""


@dataclass(frozen=True)
class Defect:
    """One wrong line, and the tests that must see it.

    Attributes
    ----------
    name
        Words joined by hyphens; different from all others of its file.
    breaks
        One sentence: what is wrong then.
    file
        The file that it changes, from the root of the checkout.
    old, new
        The text that it replaces, which occurs there exactly once, and what stands there instead.
    tests
        The tests that must fail, as few as possible, separated by spaces: files or single tests of pytest, or files of
        node (`.js`).
    """

    name: str
    breaks: str
    file: str
    old: str
    new: str
    tests: str

    def planted_in(self, text: str) -> str:
        """The text of the file with the defect.

        Raises
        ------
        StaleError
            If the old text does not occur exactly once.
        """
        if (found := text.count(self.old)) != 1:
            raise StaleError(f"{self.file} must hold the old text exactly once, got {found} times: {self.old!r}")
        return text.replace(self.old, self.new)

    def selection(self) -> tuple[str, ...]:
        """The tests, one by one."""
        return tuple(self.tests.split())

    def uses_node(self) -> bool:
        """Whether the tests run in node."""
        return all(test.endswith(".js") for test in self.selection())

    def missing_tests(self, root: Path) -> list[str]:
        """Those of the tests that a checkout does not have."""
        return [test for test in self.selection() if not _exists(root, test)]


def _exists(root: Path, test: str) -> bool:
    file, *inside = test.split("::")
    path = root / file
    if not path.exists():
        return False
    text = path.read_text(encoding="utf-8") if inside else ""
    return all(f"def {name.split('[')[0]}(" in text or f"class {name}" in text for name in inside)
