"""The table of a sweep: a row for each held-out image, run and orientation, as a CSV file."""

import csv
import dataclasses
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from structviz.errors import CheckpointError
from structviz.files import atomic_write

__all__ = ["Row", "read_rows", "summary", "write_rows"]


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

    @property
    def run(self) -> tuple[str, str, int | None, int | None]:
        """What tells its run from the others of a sweep."""
        return self.arm, self.group, self.n_train, self.seed


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Mean PSNR and SSIM over images and seeds, for each arm, size and orientation, in the order of the rows."""
    groups: dict[tuple[str, str, int | None, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.arm, row.group, row.n_train, row.orientation), []).append(row)
    return [
        {
            **dict(zip(("arm", "group", "n_train", "orientation"), key, strict=True)),
            "psnr": sum(row.psnr for row in members) / len(members),
            "ssim": sum(row.ssim for row in members) / len(members),
            "runs": len({row.seed for row in members}),
        }
        for key, members in groups.items()
    ]


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Write a table as CSV, so that no reader finds half of it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in dataclasses.fields(Row)])
    for row in rows:
        values = dataclasses.astuple(row)
        writer.writerow([f"{value:.6g}" if isinstance(value, float) else value for value in values])
    atomic_write(path, text.getvalue())


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
            n_train=int(values["n_train"]) if values["n_train"] else None,
            seed=int(values["seed"]) if values["seed"] else None,
            orientation=values["orientation"],
            image=int(values["image"]),
            psnr=float(values["psnr"]),
            ssim=float(values["ssim"]),
        )
