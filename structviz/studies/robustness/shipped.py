"""Attacks on the photographs that ship, found once: `python -m structviz.studies.robustness.shipped` finds them anew.

Each noise is a sign for each colour of each pixel, times its strength, as in the lecture's panda, so that it
takes one bit in the file. Probabilities are those of these noises.
"""

import io
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int8
from torch import Tensor

from structviz import zoo
from structviz.data import PHOTOGRAPHS, imagenet_classes, photograph
from structviz.errors import ConfigError
from structviz.files import atomic_write
from structviz.studies.robustness.noise import GRID, RADII, SIGN_STEPS, NoiseSearch, NoiseStudy, attacked, between
from structviz.studies.robustness.turned_photograph import TurnStudy, turn_photograph
from structviz.studies.robustness.worst_angle import WorstTurn, worst_between

__all__ = [
    "CLASSIFIER",
    "TARGET",
    "TURN_STEP",
    "find",
    "shipped_noise",
    "shipped_turn",
    "shipped_worst",
    "ships_noise",
    "ships_turn",
    "ships_worst",
]

CLASSIFIER = "robustness/efficientnet-lite0"
"""The classifier of photographs."""

TARGET = "gibbon"
"""The class that attacks on the photographs want, beside any other one."""

TURN_STEP = 5
"""Degrees between two angles."""

_FILE = zoo.PRETRAINED / "robustness" / "photographs.npz"
_KEPT = 8
"""The most probable classes of each picture are in the file; the probabilities of others count as 0."""


@lru_cache(maxsize=1)
def _file(path: Path) -> dict[str, np.ndarray]:
    """What the file holds, if it is of the classifier that ships; some 2 MB."""
    if not path.is_file():
        return {}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    return found if str(found["sha256"]) == zoo.card(CLASSIFIER).sha256 else {}


def ships_noise(name: str, target: str | None) -> bool:
    """Whether attacks ship for a photograph and a target.

    Parameters
    ----------
    name, target
        As for `shipped_noise`.
    """
    return f"{name} {target or ''} which" in _file(_FILE)


def ships_turn(name: str) -> bool:
    """Whether the classes at all angles ship for a photograph."""
    return f"{name} turn" in _file(_FILE)


def ships_worst(name: str) -> bool:
    """Whether the worst angle ships for a photograph."""
    return f"{name} worst" in _file(_FILE)


def shipped_noise(name: str, target: str | None) -> NoiseStudy:
    """Noise of growing strength for a photograph that ships.

    Parameters
    ----------
    name
        One of `structviz.data.PHOTOGRAPHS`.
    target
        The class that the attack wants, by its name; None if any other one will do.

    Raises
    ------
    ConfigError
        If there is none in the file.
    """
    file, key = _file(_FILE), f"{name} {target or ''}"
    if not ships_noise(name, target):
        raise ConfigError(f"No attack ships for {name!r} and {target!r}. Search for one with NoiseSearch.")
    photo = photograph(name)
    signs = np.unpackbits(file[f"{key} signs"], axis=1, count=photo.numel())
    noises = _as_noise(torch.from_numpy(signs)).reshape(-1, *photo.shape[1:])
    probabilities = torch.from_numpy(file[f"{key} probabilities"]).float()
    return NoiseStudy(
        photo,
        int(probabilities[0].argmax()),
        None if target is None else imagenet_classes().index(target),
        tuple(k * GRID / 255 for k in range(len(probabilities))),
        torch.cat([torch.zeros_like(noises[:1]), noises]),
        tuple(file[f"{key} which"].tolist()),
        probabilities,
        1,
        1,
    )


def shipped_turn(name: str) -> TurnStudy:
    """The classes at every fifth degree of a photograph that ships.

    Raises
    ------
    ConfigError
        If there are none in the file.
    """
    file = _file(_FILE)
    if not ships_turn(name):
        raise ConfigError(f"No turn ships for {name!r}. Compute it with turn_photograph.")
    probabilities = torch.from_numpy(file[f"{name} turn"]).float()
    return TurnStudy(photograph(name), int(probabilities[0].argmax()), probabilities)


def shipped_worst(name: str) -> WorstTurn:
    """The worst angle of a photograph that ships, as a search between those of `shipped_turn` has found it.

    Raises
    ------
    ConfigError
        If there is none in the file.
    """
    turn, file = shipped_turn(name), _file(_FILE)
    if not ships_worst(name):
        raise ConfigError(f"No worst angle ships for {name!r}. Search for it with worst_between.")
    probabilities = torch.from_numpy(file[f"{name} worst"]).float()[0]
    return WorstTurn(turn.label, float(file[f"{name} worst angle"]), probabilities)


def _as_noise(signs: Tensor) -> Int8[Tensor, "..."]:
    """Noise of full strength with these signs, given as 0 and 1."""
    return SIGN_STEPS * (2 * signs.to(torch.int8) - 1)


def find(path: Path = _FILE) -> None:
    """Find attacks on all photographs that ship, and all turns, and write them."""
    net = zoo.load(CLASSIFIER)
    found: dict[str, Any] = {"sha256": np.array(zoo.card(CLASSIFIER).sha256)}

    def packed(probabilities: torch.Tensor) -> np.ndarray:
        least = probabilities.topk(_KEPT, dim=1).values[:, -1:]
        keeps = (probabilities >= least) | (torch.arange(probabilities.shape[1]) == probabilities[0].argmax())
        return torch.where(keeps, probabilities, 0).half().numpy()

    for name in PHOTOGRAPHS:
        photo = photograph(name)
        turn = turn_photograph(net, photo, TURN_STEP)
        worst = worst_between(net, turn)
        found[f"{name} turn"] = packed(turn.probabilities)
        found[f"{name} worst"] = packed(worst.probabilities[None])
        found[f"{name} worst angle"] = np.array(worst.angle)
        for target in (None, TARGET):
            key = f"{name} {target or ''}"
            number = None if target is None else imagenet_classes().index(target)
            search = NoiseSearch(lambda: net, photo, number).compute()
            signs = search.noises[1:] >= 0
            noises = torch.cat([torch.zeros_like(search.noises[:1]), _as_noise(signs)])
            radii = (0.0, *(radius / 255 for radius in RADII))
            with torch.no_grad():
                logits = [net(attacked(photo, noise, eps)) for noise, eps in zip(noises, radii, strict=True)]
            coarse = replace(
                search,
                radii=radii,
                noises=noises,
                which=tuple(range(len(noises))),
                probabilities=torch.cat(logits).softmax(dim=1),
            )
            study = between(net, coarse)
            classes = [imagenet_classes()[number] for number in study.probabilities.argmax(dim=1).tolist()]
            print(f"{name}, {target or 'anything else'}: {', '.join(classes)}")
            found[f"{key} signs"] = np.packbits(signs.flatten(1).numpy(), axis=1)
            found[f"{key} probabilities"] = packed(study.probabilities)
            found[f"{key} which"] = np.array(study.which)
    file = io.BytesIO()
    np.savez_compressed(file, **found)
    atomic_write(path, file.getvalue())


if __name__ == "__main__":
    find()
