"""The card beside every weights file; one from elsewhere is checked field by field."""

import dataclasses
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from structviz.config import TrainConfig
from structviz.errors import CheckpointError

__all__ = ["MOST_BYTES", "Card", "check_name"]

MOST_BYTES = 100_000
"""Of a card: those that ship have less than 3000."""

_MOST_ENTRIES = 200
_MOST_CHARACTERS = 10_000
_MOST_SEEDS = 100
_MAY_BE_EMPTY = ("choice", "seeds", "origin", "licence")
_NAME = re.compile(r"[a-z0-9_]{1,60}/[a-z0-9-]{1,100}")
_DIGEST = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class Card:
    """What a weights file holds, where it comes from and how well it does.

    Attributes
    ----------
    name
        "<recipe>/<network>", as `load` takes it.
    config
        All settings of the training.
    network
        Class and shape of the plain network that is stored.
    data
        What it was trained on, in a sentence.
    n_parameters
        Trainable numbers during the training; the stored plain network may repeat them.
    metrics
        Figures on held-out data, as the recipe measures them.
    device, seconds, versions, command
        How it was made, and the command that makes it again.
    weights_step
        After how many steps the weights were taken, if not after all of them: a run that diverged leaves earlier ones.
    sha256
        Digest of the weights file.
    choice
        How settings of the training were chosen, in a sentence; empty if nothing is said about it.
    seeds
        Metrics of runs that differ in the seed alone, the one that is stored among them, by name: a number for each
        run. Empty if there was one run.
    origin
        Who trained the network, where that was not done here; empty for those that were trained here.
    licence
        Under which its weights may be passed on, where it is not that of the project.
    """

    name: str
    config: TrainConfig
    network: Mapping[str, Any]
    data: str
    n_parameters: int
    metrics: Mapping[str, float]
    device: str
    seconds: float
    versions: Mapping[str, str]
    command: str
    weights_step: int | None = None
    sha256: str = field(default="", compare=False)
    choice: str = ""
    seeds: Mapping[str, Sequence[float]] = field(default_factory=dict)
    origin: str = ""
    licence: str = ""

    def to_json(self) -> str:
        """The card as it lies beside the weights."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        values = {name: value for name, value in values.items() if value or name not in _MAY_BE_EMPTY}
        if self.weights_step is None:
            del values["weights_step"]
        return json.dumps({**values, "config": self.config.to_dict()}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Card":
        """Rebuild a card from its text.

        Raises
        ------
        CheckpointError
            If the text is no card, is too long, or a field is missing, unknown or not of its kind.
        """
        if len(text) > MOST_BYTES:
            raise CheckpointError(
                f"A card has at most {MOST_BYTES:,} bytes; this one has {len(text):,}. Choose the JSON file."
            )
        try:
            values = json.loads(text)
            _check_letters(values)
            _check_fields(values, cls)
            return cls(**{**values, "config": TrainConfig.from_dict(values["config"])})
        # A text from elsewhere can hold any JSON: too deep a nesting and too large numbers have errors of their own.
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
            reason = str(error).removesuffix(".")[:300]
            raise CheckpointError(
                f"This text is no card of a network: {reason}. Train or download it again."
            ) from error


def check_name(name: str) -> None:
    """Check that a name is of the form "<recipe>/<network>".

    Raises
    ------
    CheckpointError
        If it is not.
    """
    if not _NAME.fullmatch(name):
        raise CheckpointError(
            f'A network is named "<recipe>/<network>" in small letters, digits and hyphens; got {name[:200]!r}.'
        )


def _check_letters(values: object) -> None:
    """Half of a surrogate pair, in a value or in the name of one, can neither be shown nor be written to a file."""
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"it holds {error.object[error.start]!r}, half of a letter") from error


def _check_fields(values: object, card: type[Card]) -> None:
    """Check names and kinds of all fields; ValueError says which one is wrong."""
    if not isinstance(values, dict):
        raise ValueError(f"it should be a JSON object, and is of the type {type(values).__name__}")
    known = {f.name for f in dataclasses.fields(card)}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"it has unknown fields: {_listed(unknown)}")
    if missing := sorted(known - set(values) - {"sha256", "weights_step", *_MAY_BE_EMPTY}):
        raise ValueError(f"it lacks the fields {_listed(missing)}")
    for name in ("data", "device", "command"):
        _check_text(name, values[name])
    for name in ("choice", "origin", "licence"):
        _check_text(name, values.get(name, ""))
    _check_seeds(values.get("seeds", {}))
    if not isinstance(values["name"], str) or not _NAME.fullmatch(values["name"]):
        raise ValueError(f'its name should be "<recipe>/<network>", and is {_short(values["name"])}')
    digest = values.get("sha256", "")
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise ValueError(f"its sha256 should have 64 hexadecimal digits, and is {_short(digest)}")
    for name in ("config", "network", "metrics", "versions"):
        if not isinstance(values[name], dict) or len(values[name]) > _MOST_ENTRIES:
            raise ValueError(f"{name} should be an object of at most {_MOST_ENTRIES} entries")
    for name, figure in values["metrics"].items():
        if not _is_number(figure):
            raise ValueError(f"its figure {_short(name)} should be a number, and is {_short(figure)}")
    for name, text in values["versions"].items():
        _check_text(f"the version of {_short(name)}", text)
    count, seconds = values["n_parameters"], values["seconds"]
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 10**12:
        raise ValueError(f"n_parameters should be a whole number, and is {_short(count)}")
    taken = values.get("weights_step")
    if taken is not None and (not isinstance(taken, int) or isinstance(taken, bool) or not 0 <= taken < 10**12):
        raise ValueError(f"weights_step should be a whole number, and is {_short(taken)}")
    if not _is_number(seconds) or not 0 <= seconds < 10**9:
        raise ValueError(f"seconds should be a number from 0 on, and is {_short(seconds)}")
    for name in ("recipe", "arm", "group", "dataset", "matching"):
        text = values["config"].get(name)
        if text is not None or name in ("recipe", "arm"):
            _check_text(f"{name} of its settings", text if name in values["config"] else "")


def _check_seeds(seeds: object) -> None:
    if not isinstance(seeds, dict) or len(seeds) > _MOST_ENTRIES:
        raise ValueError(f"seeds should be an object of at most {_MOST_ENTRIES} entries")
    for name, figures in seeds.items():
        if not isinstance(figures, list) or not 1 <= len(figures) <= _MOST_SEEDS or not all(map(_is_number, figures)):
            raise ValueError(
                f"its figures {_short(name)} of several seeds should be 1 to {_MOST_SEEDS} numbers, "
                f"and are {_short(figures)}"
            )


def _check_text(what: str, text: object) -> None:
    if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
        raise ValueError(f"{what} should be a text of at most {_MOST_CHARACTERS:,} characters, and is {_short(text)}")


def _is_number(value: object) -> bool:
    # A perfect image has an infinite PSNR, and a flow that blows up a figure that is none.
    return isinstance(value, float) or (
        isinstance(value, int) and not isinstance(value, bool) and math.isfinite(float(value))
    )


def _listed(names: list[str]) -> str:
    return ", ".join(map(_short, names[:5])) + (" …" if len(names) > 5 else "")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
