"""Records of a run: what was asked for, how it stands, and how it went."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from structviz.config import TrainConfig
from structviz.errors import CheckpointError, StructVizError
from structviz.jobs.reading import COUNT, MOMENT, NUMBER, SECONDS, TEXT, Rule, check_values, json_object
from structviz.training import recipe
from structviz.training.recipes import complete

__all__ = ["Entry", "Request", "State", "Status"]

_Record = TypeVar("_Record")


class State(Enum):
    """How a run stands; the value is the word in its files."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    DIVERGED = "diverged"
    OUT_OF_MEMORY = "out-of-memory"
    WORKER_LOST = "worker-lost"
    DISK_FULL = "disk-full"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    UPLOADED = "uploaded"

    @property
    def is_active(self) -> bool:
        """Whether it waits for a worker or trains on one."""
        return self in (State.QUEUED, State.RUNNING)

    @property
    def can_resume(self) -> bool:
        """Whether it can go on from its last checkpoint."""
        return self in (State.PAUSED, State.CANCELLED, State.WORKER_LOST, State.DISK_FULL, State.INTERRUPTED)

    @property
    def has_network(self) -> bool:
        """Whether it leaves a network with a card."""
        return self in (State.FINISHED, State.DIVERGED, State.UPLOADED)

    @property
    def title(self) -> str:
        """A word or two for people."""
        return self.value.replace("-", " ").capitalize()

    @property
    def sentence(self) -> str:
        """What it means and what to do, where nothing more is known."""
        return _SENTENCES[self]


_SENTENCES: Mapping[State, str] = MappingProxyType(
    {
        State.QUEUED: "Waits for a free worker.",
        State.RUNNING: "Trains.",
        State.PAUSED: "Paused; it can go on from here.",
        State.FINISHED: "Training finished.",
        State.CANCELLED: "Training was cancelled; it can go on from its last checkpoint.",
        State.DIVERGED: "Training diverged. A smaller learning rate helps.",
        State.OUT_OF_MEMORY: "The device ran out of memory; a smaller batch or network helps.",
        State.WORKER_LOST: "The worker was lost several times; the run can go on from its last checkpoint.",
        State.DISK_FULL: "The disk is full; make room, then the run can go on from its last checkpoint.",
        State.INTERRUPTED: "The process that trained it is gone; the run can go on from its last checkpoint.",
        State.FAILED: "Training failed; the log of the run says where.",
        State.UPLOADED: "Imported with its card.",
    }
)


@dataclass(frozen=True)
class Request:
    """What was asked for; it never changes.

    Attributes
    ----------
    config
        Complete settings.
    device
        As for `structviz.training.train`.
    created
        When, in seconds since 1970.
    owner
        A token of who asked; empty on the command line.
    run_group
        Shared by the runs that were started together; empty otherwise.
    origin
        A token of the address from which it was asked; empty where no address tells visitors apart.
    """

    config: TrainConfig
    device: str = "auto"
    created: float = 0.0
    owner: str = ""
    run_group: str = ""
    origin: str = ""

    def to_json(self) -> str:
        """The text of its file in the folder of the run."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return _written({**values, "config": self.config.to_dict()})

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """The request in the text of a file.

        Raises
        ------
        CheckpointError
            If the text is not from `to_json`.
        """
        return _read(text, "Invalid run settings", cls._rebuilt)

    @classmethod
    def _rebuilt(cls, values: dict[str, Any]) -> "Request":
        if "race" in values:  # what runs of former versions call it
            values["run_group"] = values.pop("race")
        check_values(values, _REQUEST)
        config = TrainConfig.from_dict(values["config"])
        complete(config, recipe(config.recipe))  # pages look up the recipe and the arm
        return cls(**{**values, "config": config})


_REQUEST = MappingProxyType({"device": TEXT, "created": MOMENT, "owner": TEXT, "run_group": TEXT, "origin": TEXT})


@dataclass(frozen=True)
class Status:
    """How a run stands.

    Attributes
    ----------
    state, message
        In a word, and in a sentence for people.
    step, steps
        Steps taken, and in all.
    device, host
        Where it trains or trained.
    n_parameters
        Trainable numbers of the network; 0 as long as it is not built.
    seconds
        Spent on training so far.
    memory
        Bytes that it takes or took at the last report, see `structviz.training.memory.memory_used`.
    network
        Name in the folder of the run, as `structviz.zoo.load` takes it; empty without one.
    """

    state: State
    message: str = ""
    step: int = 0
    steps: int = 0
    device: str = ""
    host: str = ""
    n_parameters: int = 0
    seconds: float = 0.0
    memory: int = 0
    network: str = ""

    @property
    def sentence(self) -> str:
        """How it stands, for people."""
        return self.message or self.state.sentence

    def to_json(self) -> str:
        """The text of its file in the folder of the run."""
        return _written({**dataclasses.asdict(self), "state": self.state.value})

    @classmethod
    def from_json(cls, text: str) -> "Status":
        """The status in the text of a file.

        Raises
        ------
        CheckpointError
            If the text is not from `to_json`.
        """
        return _read(text, "Invalid state of a run", cls._rebuilt)

    @classmethod
    def _rebuilt(cls, values: dict[str, Any]) -> "Status":
        check_values(values, _STATUS)
        return cls(**{**values, "state": State(values["state"])})


_STATUS = MappingProxyType(
    {
        "state": TEXT,
        "message": TEXT,
        "step": COUNT,
        "steps": COUNT,
        "device": TEXT,
        "host": TEXT,
        "n_parameters": COUNT,
        "seconds": SECONDS,
        "memory": COUNT,
        "network": TEXT,
    }
)


@dataclass(frozen=True)
class Entry:
    """One line of a run's history: a report, with what a preview showed, if there was one.

    Attributes
    ----------
    step
        Steps taken.
    loss
        Its mean since the report before.
    examples_per_second
        Speed since the report before.
    seconds
        Spent on training so far.
    figures
        Of a preview on examples that are not trained on; empty at most reports.
    """

    step: int
    loss: float
    examples_per_second: float
    seconds: float
    figures: Mapping[str, float] = dataclasses.field(default_factory=dict)

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> "Entry":
        """The entry with the values of one line.

        Raises
        ------
        ValueError, TypeError
            If they are not from `to_json`.
        """
        check_values(values, _ENTRY)
        return cls(**values)


def _are_figures(value: object) -> bool:
    return isinstance(value, dict) and all(TEXT.holds(name) and NUMBER.holds(one) for name, one in value.items())


_ENTRY = MappingProxyType(
    {
        "step": COUNT,
        "loss": NUMBER,
        "examples_per_second": NUMBER,
        "seconds": SECONDS,
        "figures": Rule("numbers by their names", _are_figures),
    }
)


def _written(values: Mapping[str, Any]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _read(text: str, problem: str, rebuild: Callable[[dict[str, Any]], _Record]) -> _Record:
    """A record from its file; `problem` says in an error what is wrong with it."""
    try:
        return rebuild(json_object(text))
    except (TypeError, KeyError, AttributeError, ValueError, RecursionError, StructVizError) as error:
        raise CheckpointError(f"{problem}: {str(error).removesuffix('.')[:300]}. Delete the run.") from error
