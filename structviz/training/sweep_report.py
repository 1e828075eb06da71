"""The tables of the sweeps for people: what size, rate and length of a training do, with the spread over seeds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from structviz.training.summary import choose_by_validation, gains, summary
from structviz.training.table import Row, read_rows

__all__ = ["IMAGES_SWEEP", "RATES", "rate_lines", "size_lines"]

IMAGES_SWEEP = Path("images", "sweep.csv")
"""Photographs: PSNR against the size of the training set, beside the networks; the settings lie beside it."""

RATES: Mapping[str, Path] = MappingProxyType({name: Path(name, "rates.csv") for name in ("stripes", "images", "ct")})
"""By recipe: PSNR against the learning rate, for arms with and without the symmetry."""


def size_lines(path: Path, examples: str) -> list[str]:
    """What the size of the training set does, at the rate and length that validation chooses for each size and arm.

    Parameters
    ----------
    path
        The table of a sweep.
    examples
        What a training set consists of, such as "patches".

    Returns
    -------
    list of str
        Lines in Markdown: means over seeds with the smallest and the largest, then gains with their standard errors.
    """
    rows = read_rows(path)
    chosen = choose_by_validation(rows)
    orientations = list(dict.fromkeys(row.orientation for row in rows))
    figures: dict[tuple[Any, ...], dict[str, Any]] = {}
    for mean in summary(chosen):
        key = (f"{mean['arm']} {mean['group']}".strip(), mean["n_train"], mean["rate"], mean["steps"])
        figures.setdefault(key, {"runs": mean["runs"]})[mean["orientation"]] = mean
    heads = [f"{quantity} {orientation}" for quantity in ("psnr", "ssim") for orientation in orientations]
    lines = [
        "",
        f"What the size N of the training set does, in {examples}: `{path.name}` has every image, "
        f"`{path.with_suffix('.json').name}` the settings. {_about_choice(rows, chosen)}",
        "In brackets: the smallest and the largest mean of a seed.",
        "",
        f"| arm | N | rate | steps | runs | {' | '.join(heads)} |",
        "|---" * (len(heads) + 5) + "|",
    ]
    for (arm, n_train, rate, steps), values in figures.items():
        known = [values[orientation] for orientation in orientations if orientation in values]
        cells = [
            arm,
            str(n_train or "–"),
            "–" if rate is None else f"{rate:g}",
            str(steps or "–"),
            str(values["runs"]) if n_train else "–",
            *map(_with_range, known),
            *(f"{mean['ssim']:.3f}" for mean in known),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, *_gain_lines(chosen)]


def rate_lines(path: Path) -> list[str]:
    """How much the learning rate matters: mean PSNR and its standard error over seeds, by arm and rate.

    Parameters
    ----------
    path
        The table of a sweep over rates, at one size and length.

    Returns
    -------
    list of str
        Lines in Markdown.
    """
    means = [mean for mean in summary(read_rows(path)) if mean["n_train"] is not None]
    rates = sorted({mean["rate"] for mean in means})
    cells: dict[tuple[str, str], dict[float, str]] = {}
    for mean in means:
        key = f"{mean['arm']} {mean['group']}".strip(), mean["orientation"]
        cells.setdefault(key, {})[mean["rate"]] = _with_error(mean)
    steps, sizes = ({mean[name] for mean in means} for name in ("steps", "n_train"))
    return [
        "",
        f"What the learning rate does, after {_listed(steps)} steps with N = {_listed(sizes)}: PSNR in dB, mean and "
        f"standard error over {max(mean['runs'] for mean in means)} seeds; a dash where runs diverged. "
        f"`{path.name}` has every image, `{path.with_suffix('.json').name}` the settings.",
        "",
        f"| arm | images | {' | '.join(f'{rate:g}' for rate in rates)} |",
        "|---" * (len(rates) + 2) + "|",
        *(
            f"| {arm} | {orientation} | {' | '.join(found.get(rate, '–') for rate in rates)} |"
            for (arm, orientation), found in cells.items()
        ),
    ]


def _about_choice(rows: Sequence[Row], chosen: Sequence[Row]) -> str:
    if len(chosen) == len(rows):
        return "Each arm has one rate and one length."
    tried: dict[str, set[float]] = {"rate": set(), "length": set()}
    for arm in {row.arm for row in rows if row.n_train is not None}:
        for name, values in tried.items():
            of_arm = {getattr(row, "steps" if name == "length" else name) for row in rows if row.arm == arm}
            values |= of_arm if len(of_arm) > 1 else set()  # an arm's only rate is no choice
    names = [name for name, values in tried.items() if values]
    words = [
        f"{name}s {', '.join(f'{value:g}' for value in sorted(tried[name]))}{' steps' if name == 'length' else ''}"
        for name in names
    ]
    verb = "was" if len(names) == 1 else "were"
    return (
        f"The {' and the '.join(names)} of each row {verb} chosen by validation, on examples that are neither for "
        f"training nor held out, among the runs there are: {'; '.join(words)}."
    )


def _gain_lines(rows: Sequence[Row]) -> list[str]:
    arms = list(dict.fromkeys(row.arm for row in rows if row.n_train is not None))
    pairs = [pair for pair in _PAIRS if set(pair) <= set(arms)]
    lines = []
    for arm, against in pairs:
        for (orientation, n_train), spread in sorted(gains(rows, arm, against).items()):
            error = "" if spread.error is None else f" ± {spread.error:.2f}"
            gain = f"{spread.mean:+.2f}".replace("-", "−") + error
            lines.append(f"| {arm} − {against} | {orientation} | {n_train} | {gain} | {spread.n} |")
    if not lines:
        return []
    return [
        "",
        "Gains in dB, paired by seed, with the standard error of their mean:",
        "",
        "| arms | images | N | gain | seeds |",
        "|---|---|---|---|---|",
        *lines,
    ]


_PAIRS = (
    ("equivariant", "ordinary"),
    ("equivariant", "augmented"),
    ("equivariant-augmented", "augmented"),
    ("equivariant-augmented", "equivariant"),
)
"""Whose gains over whom are told."""


def _with_range(mean: Mapping[str, Any]) -> str:
    if mean["runs"] == 1:
        return f"{mean['psnr']:.2f}"
    return f"{mean['psnr']:.2f} ({mean['psnr_low']:.2f}–{mean['psnr_high']:.2f})"


def _with_error(mean: Mapping[str, Any]) -> str:
    text = f"{mean['psnr']:.2f}"
    return text if mean["psnr_error"] is None else f"{text} ± {mean['psnr_error']:.2f}"


def _listed(values: set[int]) -> str:
    return ", ".join(map(str, sorted(values)))
