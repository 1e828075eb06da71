"""Several images at once: the figures of a study for each of them, and their mean with its spread.

A file that cannot be read is listed with the reason; the others are measured all the same.

>>> from structviz import data, zoo
>>> from structviz.studies.several import NamedFile, denoising, image_table
>>> nets = {arm: zoo.load(f"images/{arm}-small") for arm in ("ordinary", "augmented")}
>>> table = image_table([NamedFile("broken.png", b"no picture")], denoising(nets, size=64))
>>> len(table.rows), table.refused[0].name
(0, 'broken.png')
"""

import csv
import dataclasses
import hashlib
import io
import math
import statistics
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from structviz.data import FIELD_OF_VIEW, read_image, read_scan
from structviz.errors import StructVizError
from structviz.provenance import write_notes
from structviz.studies.ct import OVERSAMPLING, Method, Scan, acquire_scan, reconstruct
from structviz.studies.rotation import compare
from structviz.types import Images
from structviz.zipped import count_entries, read_entry

__all__ = [
    "METRICS",
    "MOST_FILES",
    "MOST_TOTAL",
    "Figures",
    "ImageRow",
    "ImageTable",
    "Measure",
    "NamedFile",
    "Refused",
    "Summary",
    "denoising",
    "image_table",
    "measured",
    "reconstructing",
    "unpacked",
]

MOST_FILES = 50
"""Images in a table."""

MOST_TOTAL = 200_000_000
"""Bytes of all files together, unpacked."""

_MOST_FILE = 10_000_000
"""Bytes of one image; see `structviz.data.read_image`."""

_MOST_ENTRIES = 1000
"""Files of an archive, folders and hidden ones among them."""

_DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, ValueError, LookupError, EOFError, RuntimeError)
"""What zipfile raises on damaged, encrypted or strangely compressed archives."""

METRICS: Mapping[str, str] = {
    "psnr_db": "PSNR",
    "ssim": "SSIM",
    "psnr_upright_db": "PSNR upright",
    "equivariance_error": "Equivariance error",
}
"""What can be measured, with titles."""

Figures = Mapping[str, Mapping[str, float]]
"""For each arm its figures, by their names in `METRICS`."""

Measure = Callable[[bytes], Figures]
"""From the content of a file to its figures; raises a `StructVizError` if the file cannot be used."""


@dataclass(frozen=True)
class NamedFile:
    """A file: what it is called, and its bytes."""

    name: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class ImageRow:
    """An image with its figures."""

    name: str
    sha256: str
    figures: Figures


@dataclass(frozen=True)
class Refused:
    """A file that is not in the table, and why."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Summary:
    """Mean and spread of a figure over images.

    Attributes
    ----------
    mean
        Over the images.
    spread
        Standard deviation of single images, n - 1 below the root; nan for one image.
    n
        How many images there are.
    """

    mean: float
    spread: float
    n: int


@dataclass(frozen=True)
class ImageTable:
    """The figures of all images, and the files that were refused."""

    rows: tuple[ImageRow, ...]
    refused: tuple[Refused, ...] = ()

    def summary(self) -> dict[str, dict[str, Summary]]:
        """For each arm and figure, mean and spread over the images."""
        if not self.rows:
            return {}
        return {
            arm: {name: _summed([row.figures[arm][name] for row in self.rows]) for name in figures}
            for arm, figures in self.rows[0].figures.items()
        }

    def to_csv(self) -> bytes:
        """A line for each image and arm, with a header; mean, spread and refused files are in comment lines."""
        names = list(next(iter(self.rows[0].figures.values()))) if self.rows else []
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("file", "sha256", "arm", *names))
        for row in self.rows:
            for arm, figures in row.figures.items():
                # A # would begin a comment for those who read the table.
                shown = row.name.replace("#", "")
                writer.writerow((shown, row.sha256, arm, *(f"{figures[name]:.6g}" for name in names)))
        summary = {
            arm: {name: _plain(dataclasses.asdict(one)) for name, one in figures.items()}
            for arm, figures in self.summary().items()
        }
        notes = {"summary": summary, "refused": {one.name: one.sentence for one in self.refused}}
        return write_notes(text.getvalue(), "table.csv", notes)


def image_table(
    files: Sequence[NamedFile], measure: Measure, on_row: Callable[[ImageRow | Refused], object] = lambda _: None
) -> ImageTable:
    """Measure every image of some files.

    Parameters
    ----------
    files
        Images, and ZIP files of images; see `unpacked`.
    measure
        `denoising` or `reconstructing`.
    on_row
        Called after each image.

    Returns
    -------
    ImageTable
        A row for each image in the order of the files, and the files that were refused with the reason.
    """
    images, refused = unpacked(files)
    found: list[ImageRow | Refused] = [*refused]
    for image in images:
        found.append(measured(image, measure))
        on_row(found[-1])
    return ImageTable(
        tuple(one for one in found if isinstance(one, ImageRow)),
        tuple(one for one in found if isinstance(one, Refused)),
    )


def measured(file: NamedFile, measure: Measure) -> ImageRow | Refused:
    """The figures of an image, or why it has none."""
    try:
        return ImageRow(file.name, file.sha256, measure(file.content))
    except StructVizError as error:
        return Refused(file.name, str(error))


def unpacked(files: Sequence[NamedFile]) -> tuple[list[NamedFile], list[Refused]]:
    """The images in some files, in the order of their names within each ZIP file, and what is beyond the limits.

    At most `MOST_FILES` images of together `MOST_TOTAL` bytes are taken. Folders, hidden files and the records that
    structviz writes into archives are left out without a word.
    """
    images: list[NamedFile] = []
    refused: list[Refused] = []
    left = MOST_TOTAL
    for file in files:
        for found in _members(file):
            if isinstance(found, Refused):
                refused.append(found)
            elif len(images) == MOST_FILES:
                refused.append(Refused(found.name, f"A table has at most {MOST_FILES} images. Leave some out."))
            elif found.size > left:
                refused.append(Refused(found.name, f"All images have at most {MOST_TOTAL / 1e6:g} MB. Leave some out."))
            else:
                left -= found.size  # also of a file that turns out to be damaged: it has been unpacked
                image = found.read()
                if isinstance(image, NamedFile):
                    images.append(image)
                else:
                    refused.append(image)
    return images, refused


def denoising(
    nets: Mapping[str, Callable[[Images], Images]],
    size: int = 128,
    angle: float = 0.0,
    noise: str = "gaussian",
    level: float = 0.25,
    seed: int = 0,
    noise_turns: bool = False,
) -> Measure:
    """What the rotation page measures of an image: the noisy one, and what every network makes of it.

    Parameters
    ----------
    nets
        The arms by name.
    size
        Side of the images in pixels.
    angle, noise, level, seed, noise_turns
        As for `structviz.studies.rotation.compare`; the same for every image.

    Returns
    -------
    callable
        Takes the bytes of a file to figures by arm and name: PSNR in dB (as turned, and upright), SSIM, relative
        equivariance error.
    """

    def measure(content: bytes) -> Figures:
        found = compare(nets, read_image(content, size), angle, noise, level, seed, noise_turns)
        return {
            arm: {
                "psnr_db": one[-1].psnr,
                "ssim": one[-1].ssim,
                "psnr_upright_db": one[0].psnr,
                "equivariance_error": found.equivariance_errors.get(arm, math.nan),
            }
            for arm, one in {"noisy": found.noisy, **found.arms}.items()
        }

    return measure


def reconstructing(
    methods: Callable[[Scan], Mapping[str, Method]], scan: Scan, angle: float = 0.0, width: float = FIELD_OF_VIEW
) -> Measure:
    """What the CT page measures of a slice or image.

    Parameters
    ----------
    methods
        The methods for a scan, by name: its geometry follows the width of the slice.
    scan
        The settings; its object and width are replaced by those of the file.
    angle
        Radians, counter-clockwise; the scanner stays where it is.
    width
        Side in cm of what does not tell it.

    Returns
    -------
    callable
        Takes the bytes of a file to figures by method and name: PSNR in dB, and SSIM.
    """

    def measure(content: bytes) -> Figures:
        own = read_scan(content, OVERSAMPLING * scan.image_size)
        this = dataclasses.replace(scan, phantom=None, field_of_view=own.width or width)
        acquired = acquire_scan(this, own.image, angle)
        found = {name: reconstruct(method, acquired) for name, method in methods(this).items()}
        return {name: {"psnr_db": one.psnr[-1], "ssim": one.ssim[-1]} for name, one in found.items()}

    return measure


@dataclass(frozen=True)
class _Member:
    """A file that has not been unpacked yet: its name, its bytes at most, and how to get them."""

    name: str
    size: int
    read: Callable[[], NamedFile | Refused]


def _members(file: NamedFile) -> Iterator[_Member | Refused]:
    """The files in a ZIP file, or the file itself."""
    if not file.content.startswith(b"PK\x03\x04"):
        yield _Member(file.name, len(file.content), lambda: file)
        return
    if (n := count_entries(file.content)) > _MOST_ENTRIES:
        words = f"An archive has at most {_MOST_ENTRIES:,} files; this one has {n:,}. Leave some out."
        yield Refused(file.name, words)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            entries = [entry for entry in archive.infolist() if _is_image(entry)]
            for entry in sorted(entries, key=lambda one: one.filename)[: 2 * MOST_FILES]:
                yield _member(file.name, archive, entry)
            if len(entries) > 2 * MOST_FILES:
                yield Refused(file.name, f"A table has at most {MOST_FILES} images; this archive has more.")
    except _DAMAGED as error:
        yield Refused(file.name, _no_archive(error))


def _is_image(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is neither a folder nor a hidden file nor one of the records that archives bring along."""
    path = PurePosixPath(entry.filename)
    is_record = path.name.startswith((".", "provenance.json")) or "__MACOSX" in path.parts
    return not entry.is_dir() and not is_record


def _member(folder: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _Member:
    most = _MOST_FILE + 1  # the reader says what is wrong with more
    name = f"{folder}/{PurePosixPath(entry.filename).name}"

    def read() -> NamedFile | Refused:
        try:
            return NamedFile(name, read_entry(archive, entry, most))
        except _DAMAGED as error:
            return Refused(name, _no_archive(error))

    # No more is unpacked than an entry says, so a lie costs the one who tells it.
    return _Member(name, min(entry.file_size, most), read)


def _no_archive(error: BaseException) -> str:
    return f"An archive is a whole ZIP file without a password; this is none: {error}."


def _summed(values: Sequence[float]) -> Summary:
    spread = statistics.stdev(values) if len(values) > 1 and all(map(math.isfinite, values)) else math.nan
    return Summary(sum(values) / len(values), spread, len(values))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity and no nan."""
    return {name: value if math.isfinite(value) else str(value) for name, value in values.items()}
