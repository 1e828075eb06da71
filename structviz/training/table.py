"""The table of a sweep: a row for each held-out image, run and orientation, as a CSV file."""

import csv
import dataclasses
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from structviz.errors import CheckpointError
from structviz.files import atomic_write

__all__ = ["Row", "RunKey", "read_rows", "write_rows"]

RunKey = tuple[str, str, int | None, int | None, float | None, int | None]
"""Arm, group, size of the training set, seed, learning rate and steps of a run."""


@dataclass(frozen=True)
class Row:
    """One held-out image in one orientation, as one network or yardstick sees it.

    Attributes
    ----------
    recipe, arm, group
        What was trained; yardsticks stand in the column `arm`. The group is empty where there is none.
    n_train, seed
        Size of the training set and seed of the run; None for yardsticks, which are not trained.
    orientation, image
        How the image lay, and which one it was.
    psnr, ssim
        How well it came out.
    rate, steps
        Largest step size of Adam, and length of the training; None for yardsticks, and in tables where all runs of an
        arm share them.
    validation
        PSNR of the run on the examples for validation, in dB, if it was measured.
    """

    recipe: str
    arm: str
    group: str
    n_train: int | None
    seed: int | None
    orientation: str
    image: int
    psnr: float
    ssim: float
    rate: float | None = None
    steps: int | None = None
    validation: float | None = None

    @property
    def run(self) -> RunKey:
        """What tells its run from the others of a sweep."""
        return self.arm, self.group, self.n_train, self.seed, self.rate, self.steps


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Write a table as CSV, so that no reader finds half of it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in dataclasses.fields(Row)])
    for row in rows:
        writer.writerow([_written(name, value) for name, value in dataclasses.asdict(row).items()])
    atomic_write(path, text.getvalue())


def _written(name: str, value: object) -> object:
    # A rate is a setting, by which a run is found again: all its digits count.
    return f"{value:.6g}" if isinstance(value, float) and name != "rate" else value


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read the table of a sweep.

    Raises
    ------
    CheckpointError
        If the file is not there or is no such table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(_rows(csv.DictReader(file)))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is no table of a sweep: {error}. Name another file, or sweep again.") from error


def _rows(reader: csv.DictReader) -> Iterator[Row]:
    for values in reader:
        yield Row(
            recipe=values["recipe"],
            arm=values["arm"],
            group=values["group"],
            n_train=_whole(values["n_train"]),
            seed=_whole(values["seed"]),
            orientation=values["orientation"],
            image=int(values["image"]),
            psnr=float(values["psnr"]),
            ssim=float(values["ssim"]),
            # Tables of before have none of these columns.
            rate=_number(values.get("rate")),
            steps=_whole(values.get("steps")),
            validation=_number(values.get("validation")),
        )


def _whole(text: str | None) -> int | None:
    return int(text) if text else None


def _number(text: str | None) -> float | None:
    return float(text) if text else None
