"""How long a run takes on these workers: from a short measurement, or from an earlier run."""

import dataclasses
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from structviz.config import TrainConfig
from structviz.errors import CheckpointError, StructVizError
from structviz.files import atomic_write
from structviz.jobs.folder import Run
from structviz.jobs.reading import SECONDS, TEXT, Rule, check_values, json_object, read_bytes
from structviz.training import Training, recipe
from structviz.training.recipes import complete

__all__ = ["Estimate", "Speeds", "measure_speed"]

_SECONDS = 1.5
"""Length of a measurement in seconds."""

_WARM_UP = 2
"""Steps after the first that are not counted, if there is time for more."""

_FEW = 8
"""Training examples in a measurement; what more of them take to draw is extrapolated."""

_MOST, _MOST_BYTES = 500, 2 * 1024**2
"""Most measurements that are kept, and the most bytes of their file."""

_KNOWN = MappingProxyType(
    {
        "steps_per_second": Rule("a positive number", lambda value: SECONDS.holds(value) and value != 0),
        "seconds_to_begin": SECONDS,
        "examples": SECONDS,
        "origin": TEXT,
    }
)


@dataclass(frozen=True)
class Estimate:
    """How long a run would take.

    Attributes
    ----------
    seconds
        In all, training and drawing of its data.
    steps_per_second
        Of the training.
    origin
        Where the numbers come from, for people.
    """

    seconds: float
    steps_per_second: float
    origin: str


def measure_speed(
    wanted: TrainConfig, device: str, should_stop: Callable[[], bool] = lambda: False
) -> dict[str, float] | None:
    """Steps per second of a short training, and the seconds that it takes to begin.

    Parameters
    ----------
    wanted
        What would be trained.
    device
        As for `structviz.training.train`.
    should_stop
        Asked before each step.

    Returns
    -------
    dict[str, float] or None
        None if it was stopped before the second step.
    """
    task = recipe(wanted.recipe)
    few = dataclasses.replace(wanted, n_train=min(wanted.n_train or _FEW, _FEW), steps=1_000_000)
    began = time.perf_counter()
    training = Training(task, few, device)
    training.advance()
    drawn = time.perf_counter() - began
    moments = [time.perf_counter()]
    while not should_stop() and (len(moments) <= _WARM_UP or moments[-1] - moments[_WARM_UP] < _SECONDS):
        training.advance()
        if training.place.type == "cuda":
            float(training.watch.losses[-1]) if training.watch.losses else None
        moments.append(time.perf_counter())
    if len(moments) == 1:
        return None
    first = min(_WARM_UP, len(moments) - 2)
    speed = (len(moments) - 1 - first) / (moments[-1] - moments[first])
    return {"steps_per_second": speed, "seconds_to_begin": drawn, "examples": few.n_train or _FEW}


class Speeds:
    """The known speeds of these workers, in a file beside the runs.

    Parameters
    ----------
    folder
        Where the runs lie.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "speeds.json"
        self._lock = threading.Lock()

    def key(self, config: TrainConfig, device: str) -> str:
        """What decides the speed: all settings but the length, the seed and the size of the training set."""
        config = complete(config, recipe(config.recipe))
        same = dataclasses.replace(config, seed=0, steps=None, n_train=None, learning_rate=None)
        same = dataclasses.replace(same, regularisation=None, smoothness=None)
        return hashlib.sha256(f"{same.to_json()} {device}".encode()).hexdigest()[:24]

    def estimate(self, config: TrainConfig, device: str) -> Estimate | None:
        """How long a run would take; None if nothing is known, or the settings are not valid."""
        try:
            known = self._read().get(self.key(config, device))
            config = complete(config, recipe(config.recipe))
            if known is None or not config.steps:
                return None
            check_values(known, _KNOWN)
            speed = float(known["steps_per_second"])
            draws = float(known["seconds_to_begin"]) * max(1.0, (config.n_train or 1) / float(known["examples"]))
            began = draws if recipe(config.recipe).slow_to_draw else float(known["seconds_to_begin"])
            return Estimate(began + config.steps / speed, speed, str(known["origin"]))
        except (StructVizError, KeyError, TypeError, ValueError, ZeroDivisionError):
            return None

    def note(self, key: str, measured: Mapping[str, float]) -> None:
        """Keep a measurement."""
        self._keep(key, {**measured, "origin": f"measured {time.strftime('on %d %b')}"})

    def learn(self, run: Run, together: int = 1) -> None:
        """Keep the speed of a run that has come far enough, counting how many runs shared its cores."""
        history, request = run.history(), run.request()
        if len(history) < 20:
            return
        first, last = history[4], history[-1]
        seconds = last.seconds - first.seconds
        if seconds < 1:
            return
        speed = (last.step - first.step) / seconds * together
        begun = max(0.0, first.seconds / together - first.step / speed)
        known = {"steps_per_second": speed, "seconds_to_begin": begun, "examples": request.config.n_train or 1}
        self._keep(self.key(request.config, request.device), {**known, "origin": f"as in the run {run.id[:15]}"})

    def _keep(self, key: str, values: dict[str, Any]) -> None:
        with self._lock:
            known = self._read()
            known.pop(key, None)
            known[key] = values
            atomic_write(self._path, json.dumps(dict(list(known.items())[-_MOST:]), indent=2) + "\n")

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            known = json_object(read_bytes(self._path, _MOST_BYTES).decode(errors="replace"))
        except (OSError, ValueError, CheckpointError):
            return {}
        return {key: values for key, values in known.items() if isinstance(values, dict)}
