"""The object on the rotor: what every method makes of it at every angle."""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from structviz.data import MU_RANGE
from structviz.errors import ConfigError
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.studies.ct import OVERSAMPLING, AcquisitionStrip, Method, acquire_strip, strip_frames
from structviz.studies.filmstrip import FilmStrip, Frames, turn_angles
from structviz.transforms import disc_mask, is_quarter_turn, rotate
from structviz.ui.kit.turning import LoadedNetwork
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.scanner import geometry_of, learned, method_of, object_of, scene_key, weights_of

__all__ = ["TurningObject", "players", "turning"]


@dataclass(frozen=True)
class TurningObject:
    """An object that turns in the scanner; images in units of `structviz.data.MU_RANGE`."""

    digest: str
    choice: ScanChoice = field(compare=False)
    upload: bytes | None = field(compare=False)
    colour_map: str = "grey"
    given: tuple[str, ...] = field(default=("truth", "noisy"), compare=False)

    @property
    def n_frames(self) -> int:
        """Every 5°, or every 10° where an image has four times as many pixels."""
        return 72 if self.choice.size <= 128 else 36

    def strip(self) -> FilmStrip:
        """The object and its filtered backprojection."""
        return _films(self)[0]

    def frames(self, player: LoadedNetwork) -> Frames:
        """What a network makes of it."""
        return strip_frames(_iterates(player), _films(self)[1])

    def errors(self, player: LoadedNetwork | None) -> tuple[float, ...]:
        """‖Φ(ARx) − RΦ(Ax)‖ / ‖RΦ(Ax)‖ without noise; without a network what turning x there and back costs."""
        return tuple(_errors(self, player).tolist())


def turning(choice: ScanChoice, upload: bytes | None) -> TurningObject:
    """The scene of a choice: all of it but the angle and the networks."""
    return TurningObject(f"scan {scene_key(choice, upload)} {choice.filter}", choice, upload)


def players(choice: ScanChoice) -> dict[str, LoadedNetwork]:
    """The chosen networks, for the chosen views."""
    return {arm: LoadedNetwork(weights_of(choice, arm), learned(choice, arm)) for arm in choice.networks}


# A strip of 72 sinograms and images has 10 MB.
@lru_cache(maxsize=2)
def _films(scene: TurningObject) -> tuple[FilmStrip, AcquisitionStrip]:
    choice = scene.choice
    x = object_of(choice, scene.upload)
    strip = acquire_strip(x, geometry_of(choice), choice.photons, choice.seed, scene.n_frames)
    shown = strip_frames(method_of(choice, "fbp"), strip)
    return FilmStrip(strip.angles, strip.truth / MU_RANGE, shown, {}, strip.mask), strip


@torch.no_grad()
def _errors(scene: TurningObject, player: LoadedNetwork | None) -> Tensor:
    choice, n = scene.choice, scene.choice.size
    x = object_of(choice, scene.upload)
    angles = turn_angles(scene.n_frames)
    if player is None:
        upright = avg_pool2d(x, OVERSAMPLING).expand(len(angles), -1, -1, -1)
        left, right = rotate(rotate(upright, angles, "zeros"), -angles, "zeros"), upright
    else:
        strip = acquire_strip(x, geometry_of(choice), math.inf, choice.seed, scene.n_frames)
        left = strip_frames(_iterates(player), strip).images
        right = rotate(left[:1].expand_as(left), angles, "zeros")
    # Between quarter turns only what stays inside counts.
    inner, whole = disc_mask(n, n, n / 8), torch.ones(n, n, dtype=torch.bool)
    masks = torch.stack([whole if is_quarter_turn(angle) else inner for angle in angles.tolist()])[:, None]
    difference, size = ((masks * part.double()).flatten(1).norm(dim=1) for part in (left - right, right))
    return torch.where(difference == 0, 0.0, difference / size)


def _iterates(player: LoadedNetwork) -> Method:
    if not isinstance(player.net, LearnedProximalGradient):
        raise ConfigError("Only networks that reconstruct scans can be filmed here.")
    return player.net.iterates
