"""What breaks equivariance between quarter turns? Designs of a denoiser, and the table of what was measured of them."""

import csv
import dataclasses
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.studies.turning_errors import ANGLES

__all__ = ["CONTINUOUS", "DESIGNS", "TODAY", "Continuous", "Design", "DesignRow", "read_designs", "write_designs"]

_REACH: Mapping[tuple[int, bool], tuple[int, ...]] = MappingProxyType(
    {
        (3, True): (1, 2, 3, 3, 2, 1),
        (3, False): (1,) * 12,
        (5, False): (1,) * 6,
        (7, False): (1,) * 4,
    }
)
"""Dilations by the side of the kernel: an output sees 12 pixels far."""


@dataclass(frozen=True)
class Continuous:
    """All rotations, SO(2), on fields that are functions on the circle with few waves.

    Attributes
    ----------
    title
        As shown.
    samples
        The cyclic group whose elements are the angles at which a field is sampled for the nonlinearity.
    band
        Most waves of a field round the circle.
    """

    title: str
    samples: str
    band: int


CONTINUOUS: Mapping[str, Continuous] = MappingProxyType(
    {"SO2-8": Continuous("SO(2) of 8 samples", "C8", 2), "SO2-16": Continuous("SO(2) of 16 samples", "C16", 5)}
)
"""Continuous groups of a design by name. With 3L + 1 samples or more, squares of functions with L waves are exact."""


@dataclass(frozen=True)
class Design:
    """How an equivariant denoiser of 32 channels is built; the group may be one of `CONTINUOUS`."""

    kernel_size: int = 3
    dilated: bool = False
    group: str = "C8"
    activation: str = "relu"
    padding: str = "replicate"
    stride: int = 1

    @property
    def dilations(self) -> tuple[int, ...]:
        """Of its layers, whose number follows from how far an output should see."""
        return _REACH[self.kernel_size, self.dilated]

    @property
    def finite_group(self) -> str:
        """The group that permutes the channels of a field: its own, or that of the samples."""
        return CONTINUOUS[self.group].samples if self.group in CONTINUOUS else self.group

    @property
    def band(self) -> int | None:
        """Most waves of a field round the circle, if its group is continuous."""
        return CONTINUOUS[self.group].band if self.group in CONTINUOUS else None

    @property
    def group_title(self) -> str:
        """Name of its group as shown."""
        return CONTINUOUS[self.group].title if self.group in CONTINUOUS else self.group


TODAY = Design(dilated=True)
"""The network that shipped for C8 before, and still does for many patches."""

DESIGNS: tuple[Design, ...] = (
    TODAY,
    Design(dilated=True, activation="silu"),
    Design(),
    Design(activation="silu"),
    Design(activation="silu", group="C16"),
    Design(kernel_size=5),
    Design(kernel_size=5, activation="silu"),
    Design(kernel_size=5, activation="silu", group="C16"),
    Design(kernel_size=7, activation="silu", group="C16"),
    Design(activation="silu", padding="zeros"),
    Design(activation="silu", stride=2),
    Design(activation="silu", group="SO2-8"),
    Design(kernel_size=5, activation="silu", group="SO2-8"),
    Design(activation="silu", group="SO2-16"),
    Design(kernel_size=5, activation="relu-fine"),
    Design(activation="relu-fine"),
    Design(activation="silu-fine", group="SO2-8"),
    Design(kernel_size=5, activation="silu-fine", group="C16"),
    Design(dilated=True, activation="silu", group="SO2-8"),
)
"""What is measured: one change after the other."""


@dataclass(frozen=True)
class DesignRow:
    """What was measured of a design.

    Attributes
    ----------
    kernel_size, dilated, group, activation, padding, stride
        The design.
    seed, rate
        Of the training; the rate is the one of those tried that is best by validation.
    validation
        PSNR on patches that are neither for training nor held out, in dB.
    parameters
        Free ones.
    layer_error
        Of the worst layer at the smallest angle of the group, trained, on features below 0.2 cycles per pixel.
    untrained_15, untrained_22_5, untrained_30, untrained_45, untrained_90
        Relative error of what the layers compute, without its mean, before training.
    error_15, error_22_5, error_30, error_45, error_90
        Relative error of the denoised photograph after training.
    psnr, psnr_least, psnr_most
        Over the angles of a quarter: mean, least and most, in dB, each the mean of all photographs.
    cost
        Time per image, as a multiple of that of today's network.
    """

    kernel_size: int
    dilated: bool
    group: str
    activation: str
    padding: str
    stride: int
    seed: int
    rate: float
    validation: float
    parameters: int
    layer_error: float
    untrained_15: float
    untrained_22_5: float
    untrained_30: float
    untrained_45: float
    untrained_90: float
    error_15: float
    error_22_5: float
    error_30: float
    error_45: float
    error_90: float
    psnr: float
    psnr_least: float
    psnr_most: float
    cost: float

    @property
    def design(self) -> Design:
        """What was measured."""
        return Design(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Design)})

    @property
    def errors(self) -> tuple[float, ...]:
        """After training, at each of `ANGLES`."""
        return tuple(getattr(self, f"error_{angle:g}".replace(".", "_")) for angle in ANGLES)

    @property
    def untrained(self) -> tuple[float, ...]:
        """Before training, at each of `ANGLES`."""
        return tuple(getattr(self, f"untrained_{angle:g}".replace(".", "_")) for angle in ANGLES)

    @property
    def worst(self) -> float:
        """The largest error after training."""
        return max(self.errors)


def write_designs(rows: Sequence[DesignRow], path: Path) -> None:
    """Write the table as CSV, so that no reader finds half of it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in dataclasses.fields(DesignRow)])
    for row in rows:
        writer.writerow([f"{v:.5g}" if isinstance(v, float) else v for v in dataclasses.astuple(row)])
    atomic_write(path, text.getvalue())


def read_designs(path: Path) -> tuple[DesignRow, ...]:
    """Read the table.

    Raises
    ------
    CheckpointError
        If the file is not there or is no such table.
    """
    read: dict[object, Callable[[str], object]] = {
        int: int,
        float: float,
        str: str,
        bool: {"True": True, "False": False}.__getitem__,
    }
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(
                DesignRow(**{f.name: read[f.type](values[f.name]) for f in dataclasses.fields(DesignRow)})  # pyright: ignore[reportArgumentType]
                for values in csv.DictReader(file)
            )
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is no table of designs: {error!r}. Measure it again.") from error
