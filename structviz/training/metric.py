"""What the numbers on a card are called, how they are written, and which way is better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from structviz.displayed import Displayed, number, significant

__all__ = ["DEGREES", "NATS", "Examples", "Metric", "accuracies", "equivariance_errors", "psnr_metric", "ssim_metric"]

DEGREES = " degrees"
"""Unit of the angle between an attitude that was predicted and the true one: the smaller, the better."""

NATS = " nats"
"""Unit of a log-likelihood."""

Examples = Literal["upright", "turned", "new", "training", ""]
"""The examples of a comparison: as the training images lie, turned, never seen, or those of the training."""


@dataclass(frozen=True)
class Metric:
    """A number that a recipe measures.

    Attributes
    ----------
    title
        What it is called in a table.
    axis
        Title of an axis that shows it, with the unit.
    label
        Its name beside a curve; what is on the axis is known there.
    unit
        What follows the number, with the space before it.
    decimals
        Digits after the point; three significant digits where it is None.
    scale
        The number is multiplied by it before it is shown.
    table_format
        Format in the table of the networks that ship, which is for reference and has more digits.
    higher_is_better
        Which way is better.
    examples
        Set for the one number by which runs are compared on such examples; empty for all others.
    phrase
        What follows number and unit in a sentence.
    remark
        A sentence to add where the number is compared with that of upright examples: what beside the turn differs.
    tolerance
        How far a second measurement may be from the first; None if that depends on the machine.
    """

    title: str
    axis: str
    label: str = ""
    unit: str = ""
    decimals: int | None = None
    scale: float = 1.0
    table_format: str = ".3g"
    higher_is_better: bool = True
    examples: Examples = ""
    phrase: str = ""
    remark: str = ""
    tolerance: float | None = None

    def displayed(self, value: float) -> Displayed:
        """The number with its unit, for people; differences are taken between such numbers."""
        if self.decimals is None:
            return significant(self.scale * value, 3, self.unit)
        return number(self.scale * value, self.decimals, self.unit)

    def text(self, value: float) -> str:
        """The number with its unit, as a text."""
        return str(self.displayed(value))

    def sentence(self, value: float) -> str:
        """The number with its unit, and what it is the number of."""
        return f"{self.text(value)} {self.phrase}".strip()

    @property
    def tie(self) -> float:
        """Differences below are equal, as the digits do not show them."""
        return 0.0 if self.decimals is None else 0.5 * 10**-self.decimals / self.scale

    @classmethod
    def unnamed(cls, name: str) -> "Metric":
        """What is said of a number that no recipe declares, as a card from elsewhere may have it."""
        words = name.replace("_", " ")
        return cls(words.capitalize(), words, words)


def psnr_metric(where: str, examples: Examples = "") -> Metric:
    """The PSNR in dB of examples that lie in some way, such as "upright" or "at 45°"."""
    return Metric(
        title=f"PSNR {where}",
        axis="PSNR in dB",
        label=where,
        unit=" dB",
        decimals=1,
        table_format=".2f",
        examples=examples,
        phrase=where,
        tolerance=0.1,
    )


def ssim_metric(where: str) -> Metric:
    """The SSIM of examples that lie in some way."""
    return Metric(f"SSIM {where}", "SSIM", where, decimals=3, table_format=".3f")


def equivariance_errors(*degrees: int) -> Mapping[str, Metric]:
    """Relative equivariance errors at some angles, by their names on a card."""
    return {
        f"equivariance_error_{angle}": Metric(
            f"Equivariance error at {angle}°",
            "relative error",
            f"at {angle}°",
            table_format=".0e",
            higher_is_better=False,
        )
        for angle in degrees
    }


def accuracies(plural: str) -> Mapping[str, Metric]:
    """Accuracy and loss of a classifier on new examples and on those of the training, by their names on a card."""
    found: dict[str, Metric] = {}
    kinds: tuple[tuple[str, Examples], ...] = (("train", "training"), ("test", "new"))
    for key, examples in kinds:
        found[f"accuracy_{key}"] = Metric(
            title=f"Accuracy on {examples} {plural}",
            axis="right in %",
            label=f"{examples} {plural}",
            unit=" %",
            decimals=1,
            scale=100,
            table_format=".3f",
            examples=examples,
            phrase=f"of {examples} {plural} right",
            tolerance=0.01,
        )
        found[f"loss_{key}"] = Metric(
            f"Loss on {examples} {plural}",
            "loss",
            f"{examples} {plural}",
            table_format=".4f",
            higher_is_better=False,
        )
    return found
