"""The tables of the sweeps for people: what size, rate and length of a training do, with the spread over seeds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from structviz.training.summary import Spread, choose_by_validation, gains, leads, summary
from structviz.training.table import Row, read_rows

__all__ = ["IMAGES_SWEEP", "RATES", "RATES_BY_SIZE", "rate_lines", "size_lines", "tuned_lines"]

IMAGES_SWEEP = Path("images", "sweep.csv")
"""Photographs: PSNR against the size of the training set, beside the networks; the settings lie beside it."""

RATES_BY_SIZE = Path("images", "rates-by-size.csv")
"""Photographs: the same with other learning rates, so that each arm and size can have the one that suits it."""

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
    return [
        "",
        f"What the size N of the training set does, in {examples}: `{path.name}` has every image, "
        f"`{path.with_suffix('.json').name}` the settings. {_about_choice(rows, chosen)}",
        "In brackets: the smallest and the largest mean of a seed.",
        "",
        *_mean_lines(chosen),
        *_gain_lines(chosen),
    ]


def tuned_lines(equal: Path, others: Path) -> list[str]:
    """What the size of the training set does if each arm has a rate of its own for each size.

    Parameters
    ----------
    equal
        The table of a sweep over sizes in which all arms have one rate.
    others
        A table of the same arms and sizes with other rates.

    Returns
    -------
    list of str
        Lines in Markdown: means at the rates that validation chooses, gains, and how these change.
    """
    before = read_rows(equal)
    added = [row for row in read_rows(others) if row.n_train is not None]
    tasks = {(row.arm, row.group, row.n_train) for row in added}
    rows = [row for row in before if (row.arm, row.group, row.n_train) in tasks] + added
    rows.sort(key=lambda row: row.n_train or 0)
    chosen = choose_by_validation(rows)
    return [
        "",
        f"The same with rates that suit each arm and size: `{others.name}` has the runs at the rates that "
        f"`{equal.name}` has not, `{others.with_suffix('.json').name}` the settings. {_about_choice(rows, chosen)}",
        "",
        *_mean_lines(chosen),
        *_gain_lines(chosen),
        *_change_lines(choose_by_validation(before), chosen),
    ]


def _mean_lines(chosen: Sequence[Row]) -> list[str]:
    """A table of means, with a row for each arm and size."""
    orientations = list(dict.fromkeys(row.orientation for row in chosen))
    figures: dict[tuple[Any, ...], dict[str, Any]] = {}
    for mean in summary(chosen):
        key = (f"{mean['arm']} {mean['group']}".strip(), mean["n_train"], mean["rate"], mean["steps"])
        figures.setdefault(key, {"runs": mean["runs"]})[mean["orientation"]] = mean
    heads = [f"{quantity} {orientation}" for quantity in ("psnr", "ssim") for orientation in orientations]
    lines = [f"| arm | N | rate | steps | runs | {' | '.join(heads)} |", "|---" * (len(heads) + 5) + "|"]
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
    return lines


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
    spreads = {pair: gains(rows, *pair) for pair in _PAIRS}
    return _spread_table("Gains in dB, paired by seed, with the standard error of their mean:", "gain", spreads)


def _change_lines(before: Sequence[Row], after: Sequence[Row]) -> list[str]:
    """What other rates add to the gains, seed by seed."""
    changes: dict[tuple[str, str], dict[tuple[str, int], Spread]] = {}
    for pair in _PAIRS:
        earlier = leads(before, *pair)
        for task, later in leads(after, *pair).items():
            if added := [later[seed] - lead for seed, lead in earlier.get(task, {}).items() if seed in later]:
                changes.setdefault(pair, {})[task] = Spread.of(added)
    return _spread_table("What these rates add to the gains at equal rates, in dB, likewise:", "change", changes)


def _spread_table(
    title: str, column: str, spreads: Mapping[tuple[str, str], Mapping[tuple[str, int], Spread]]
) -> list[str]:
    """Means with their standard errors, by pair of arms, orientation and size; nothing if there are none."""
    lines = []
    for (arm, against), of_pair in spreads.items():
        for (orientation, n_train), spread in sorted(of_pair.items()):
            error = "" if spread.error is None else f" ± {spread.error:.2f}"
            value = f"{spread.mean:+.2f}".replace("-", "−") + error
            lines.append(f"| {arm} − {against} | {orientation} | {n_train} | {value} | {spread.n} |")
    head = ["", title, "", f"| arms | images | N | {column} | seeds |", "|---|---|---|---|---|"]
    return [*head, *lines] if lines else []


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
