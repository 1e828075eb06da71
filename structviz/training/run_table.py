"""A table of trainings as a CSV file: one row for each, one column for each field of its record."""

import csv
import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from structviz.errors import CheckpointError
from structviz.files import atomic_write

__all__ = ["read_runs", "write_runs"]


Run = TypeVar("Run")


def write_runs(path: Path, runs: Sequence[Any]) -> Path:
    """Write trainings so that no reader finds half of them.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in dataclasses.fields(runs[0])], lineterminator="\n")
    writer.writeheader()
    writer.writerows(dataclasses.asdict(run) for run in runs)
    atomic_write(path, text.getvalue().encode())
    return path


def read_runs(path: Path, kind: type[Run]) -> tuple[Run, ...]:
    """Read trainings whose fields are text, whole numbers and real ones.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    types = get_type_hints(kind)
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        return tuple(kind(**{name: convert(row[name]) for name, convert in types.items()}) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"The trainings in {path} cannot be read: {error}. Run pretrain.") from error
