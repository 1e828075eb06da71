"""What the tests of the pages train and runs share: an engine that only takes notes, and runs without training."""

import dataclasses
from dataclasses import dataclass, field
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from structviz import zoo
from structviz.config import TrainConfig
from structviz.jobs import Entry, Run, State, Status, Store
from structviz.training import recipe
from tests.app.pages import healthy, open_page

__all__ = ["FakeEngine", "asked", "button", "finished", "healthy", "labels", "open_page", "pair", "texts"]


@dataclass
class FakeEngine:
    """Takes orders, writes the state that they lead to, and trains nothing."""

    store: Store
    orders: list[tuple[str, str]] = field(default_factory=list)
    known: float | None = None
    measured: list[TrainConfig] = field(default_factory=list)
    reason: str = ""
    state: str = "ready"
    sentence: str = "1 worker on the CPU of this machine"

    def start(self, run: Run) -> None:
        self.orders.append(("start", run.id))

    def pause(self, name: str) -> None:
        self._note("pause", name, State.PAUSED)

    def cancel(self, name: str) -> None:
        self._note("cancel", name, State.CANCELLED)

    def resume(self, name: str) -> None:
        self._note("resume", name, State.QUEUED)

    def position(self, name: str) -> int | None:
        waiting = [run.id for run in self.store.runs() if run.status().state is State.QUEUED]
        return waiting.index(name) + 1 if name in waiting else None

    def machine(self) -> SimpleNamespace:
        return SimpleNamespace(state=self.state, sentence=self.sentence)

    def use_this_machine(self) -> None:
        self.orders.append(("use", "this machine"))
        self.state = "ready"

    def estimate(self, config: TrainConfig, device: str = "auto") -> SimpleNamespace | None:
        del config, device
        if self.known is None:
            return None
        return SimpleNamespace(seconds=self.known, steps_per_second=1.0, origin="measured here today")

    def measure(self, config: TrainConfig, device: str = "auto", owner: str = "", *, origin: str = "") -> None:
        del device, origin
        assert owner
        self.orders.append(("measure", config.arm))
        self.measured.append(config)

    def is_measuring(self, config: TrainConfig, device: str = "auto") -> bool:
        del device
        return config in self.measured and self.known is None

    def why_not_measured(self, config: TrainConfig, device: str = "auto") -> str:
        del config, device
        return self.reason

    def cancel_measurements(self, owner: str) -> None:
        assert owner
        self.measured.clear()

    def _note(self, order: str, name: str, state: State) -> None:
        self.orders.append((order, name))
        run = self.store.get(name)
        run.write_status(dataclasses.replace(run.status(), state=state))
        run.touch_heartbeat()


def finished(
    store: Store,
    config: TrainConfig,
    metrics: dict[str, float],
    state: State = State.FINISHED,
    weights_step: int | None = None,
) -> Run:
    """A run with a history, pictures and a network, as training would leave them."""
    run = store.create(config, run_group="group")
    task, config = recipe(config.recipe), run.request().config
    net = task.export(task.build(dataclasses.replace(config, arm="ordinary", group=None)))
    preview = task.preview(net, config)
    steps = config.steps or 1
    for step in (1, steps // 2, steps):
        run.append(Entry(step, 1.0 / step, 100.0, step / 10, preview.figures if step != 1 else {}))
        run.save_preview(step, preview.pictures)
    card = zoo.Card(
        name=run.network_name,
        config=config,
        network=zoo.describe(net),
        data="data",
        n_parameters=1234,
        metrics=metrics,
        device="cpu",
        seconds=12.0,
        versions={"torch": "2"},
        command="train",
        weights_step=weights_step,
    )
    zoo.save(net, card, run.folder)
    run.write_status(
        Status(state, "", steps, steps, device="cpu", n_parameters=1234, seconds=12.0, network=run.network_name)
    )
    return run


def texts(app: AppTest) -> str:
    """All running text."""
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def asked(app: AppTest) -> list[str]:
    """The runs in the address."""
    value = app.query_params["train_runs"]
    return (value if isinstance(value, str) else value[0]).split(",")


def button(app: AppTest, label: str) -> AppTest:
    """The page after a click on the button with this label."""
    return next(one for one in app.button if one.label.endswith(label)).click().run()


def labels(app: AppTest) -> list[str]:
    """What stands on the buttons."""
    return [one.label for one in app.button]


def pair(store: Store) -> tuple[Run, Run]:
    """Two finished runs of one task: an ordinary network that fails on turned images, and one that does not."""
    ordinary = finished(
        store,
        TrainConfig("stripes", steps=40, n_train=4),
        {"psnr_upright": 40.0, "psnr_turned": 6.0, "ssim_turned": 0.1},
    )
    equivariant = finished(
        store,
        TrainConfig("stripes", "equivariant", steps=40, n_train=4),
        {"psnr_upright": 29.0, "psnr_turned": 29.0, "ssim_turned": 0.9},
    )
    return ordinary, equivariant
