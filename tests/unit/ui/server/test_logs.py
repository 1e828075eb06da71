"""A log that the same trouble cannot fill."""

import logging

import pytest

from structviz.ui.server.logs import RepeatLimit


class Collected(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def log() -> tuple[logging.Logger, Collected, list[float]]:
    """A logger with a limit of three messages a minute, what it wrote, and a clock that a test sets."""
    clock, collected = [0.0], Collected()
    logger = logging.Logger("test")
    logger.addHandler(collected)
    logger.addFilter(RepeatLimit(3, 60.0, lambda: clock[0]))
    return logger, collected, clock


def test_a_flood_leaves_a_few_lines_and_a_count(log: tuple[logging.Logger, Collected, list[float]]) -> None:
    logger, collected, clock = log

    def complain(number: int) -> None:
        logger.error("No more files for %s", number)

    for number in range(1000):
        complain(number)
    assert collected.lines == [f"No more files for {number}" for number in range(3)]
    clock[0] = 60.0
    complain(1000)
    assert collected.lines[3:] == ["No more files for 1000 (997 more from the same place were left out before.)"]


def test_other_lines_and_other_errors_count_by_themselves(log: tuple[logging.Logger, Collected, list[float]]) -> None:
    logger, collected, _ = log

    def report(raise_: bool) -> None:
        try:
            if raise_:
                raise ValueError("one")
            raise ValueError("two")
        except ValueError as error:
            logger.exception("Failed: %s", error)

    for _ in range(5):
        report(True)
        report(False)
        logger.warning("Another line")
    assert sorted(collected.lines) == 3 * ["Another line"] + 3 * ["Failed: one"] + 3 * ["Failed: two"]
