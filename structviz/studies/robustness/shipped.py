"""Attacks on the photographs that ship, found once: `python -m structviz.studies.robustness.shipped` finds them anew.

Each noise is a sign for each colour of each pixel, times its strength, as in the lecture's panda, so that it
takes one bit in the file. Probabilities are those of these noises.
"""

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from structviz import zoo
from structviz.data import PHOTOGRAPHS, imagenet_classes, photograph
from structviz.files import atomic_write
from structviz.studies.robustness.noise import RADII, SIGN_STEPS, NoiseSearch, NoiseStudy
from structviz.studies.robustness.turned_photograph import TurnStudy, turn_photograph

__all__ = ["CLASSIFIER", "TARGET", "TURN_STEP", "find", "shipped_noise", "shipped_turn"]

CLASSIFIER = "robustness/efficientnet-lite0"
"""The classifier of photographs."""

TARGET = "gibbon"
"""The class that attacks on the photographs want, beside any other one."""

TURN_STEP = 5
"""Degrees between two angles."""

_FILE = zoo.PRETRAINED / "robustness" / "photographs.npz"
_LEAST = 1e-4
"""Smaller probabilities count as 0 in the file, which is smaller then."""


@lru_cache(maxsize=1)
def _file(path: Path) -> dict[str, np.ndarray]:
    """What the file holds, if it is of the classifier that ships; some 2 MB."""
    if not path.is_file():
        return {}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    return found if str(found["sha256"]) == zoo.card(CLASSIFIER).sha256 else {}


def shipped_noise(name: str, target: str | None) -> NoiseStudy | None:
    """Noise of growing strength for a photograph that ships; None if there is none for this target.

    Parameters
    ----------
    name
        One of `structviz.data.PHOTOGRAPHS`.
    target
        The class that the attack wants, by its name; None if any other one will do.
    """
    file, key = _file(_FILE), f"{name} {target or ''}"
    if f"{key} signs" not in file:
        return None
    photo = photograph(name)
    signs = np.unpackbits(file[f"{key} signs"], axis=1, count=photo.numel())
    noises = SIGN_STEPS * (2 * torch.from_numpy(signs).to(torch.int8) - 1).reshape(-1, *photo.shape[1:])
    probabilities = torch.from_numpy(file[f"{key} probabilities"]).float()
    return NoiseStudy(
        photo,
        int(probabilities[0].argmax()),
        None if target is None else imagenet_classes().index(target),
        (0.0, *(radius / 255 for radius in RADII)),
        torch.cat([torch.zeros_like(noises[:1]), noises]),
        probabilities,
        1,
        1,
    )


def shipped_turn(name: str) -> TurnStudy | None:
    """The classes at every fifth degree of a photograph that ships; None if there are none in the file."""
    file = _file(_FILE)
    if f"{name} turn" not in file:
        return None
    probabilities = torch.from_numpy(file[f"{name} turn"]).float()
    return TurnStudy(photograph(name), int(probabilities[0].argmax()), probabilities)


def find(path: Path = _FILE) -> None:
    """Find attacks on all photographs that ship, and all turns, and write them."""
    net = zoo.load(CLASSIFIER)
    found: dict[str, np.ndarray] = {"sha256": np.array(zoo.card(CLASSIFIER).sha256)}
    radii = torch.tensor([0.0, *RADII])[:, None, None, None] / 255

    def packed(probabilities: torch.Tensor) -> np.ndarray:
        return torch.where(probabilities < _LEAST, 0, probabilities).half().numpy()

    for name in PHOTOGRAPHS:
        photo = photograph(name)
        found[f"{name} turn"] = packed(turn_photograph(net, photo, TURN_STEP).probabilities)
        for target in (None, TARGET):
            number = None if target is None else imagenet_classes().index(target)
            noises = NoiseSearch(lambda: net, photo, number).compute().noises
            signs = noises >= 0
            shown = (photo + radii * (2.0 * signs - 1)).clamp(0, 1)
            with torch.no_grad():
                probabilities = torch.cat([net(image[None]) for image in shown]).softmax(dim=1)
            classes = [imagenet_classes()[number] for number in probabilities.argmax(dim=1).tolist()]
            print(f"{name}, {target or 'anything else'}: {', '.join(classes)}")
            found[f"{name} {target or ''} signs"] = np.packbits(signs[1:].flatten(1).numpy(), axis=1)
            found[f"{name} {target or ''} probabilities"] = packed(probabilities)
    file = io.BytesIO()
    np.savez_compressed(file, **found)
    atomic_write(path, file.getvalue())


if __name__ == "__main__":
    find()
