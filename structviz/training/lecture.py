"""The lecture's last CT figure as numbers."""

import csv
from pathlib import Path

from structviz.zoo import PRETRAINED

__all__ = ["LECTURE_FILE", "lecture_means"]

LECTURE_FILE = PRETRAINED / "ct" / "lecture.csv"
"""Mean PSNR in dB of each violin on slide 10, read off the slide to within 0.1 dB."""


def lecture_means(path: Path = LECTURE_FILE) -> dict[tuple[str, str, int], float]:
    """Mean PSNR in dB by arm, orientation and number of training images, as the lecture shows it."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["arm"], row["orientation"], int(row["n_train"])): float(row["psnr"]) for row in csv.DictReader(file)
        }
