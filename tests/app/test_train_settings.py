"""What can be set on the train page: presets, the address, rates, and how long it would take."""

import pytest

from structviz.jobs import Store
from structviz.ui.pages.train.presets import PRESETS
from tests.app.inbox import data_of
from tests.app.lab import FakeEngine, asked, button, healthy, labels, open_page, pair, texts


@pytest.mark.parametrize("title", PRESETS)
def test_a_preset_sets_every_control_and_starts_nothing(title: str, engine: FakeEngine, store: Store) -> None:
    app = healthy(button(open_page("train", train_seed="7", train_width="16", train_n_train="9"), title))
    preset = PRESETS[title]
    for name in ("recipe", "n_train", "steps", "seed", "rates", "rate", "batch", "width"):
        assert app.session_state[f"train_{name}"] == getattr(preset, name), name
    if len(preset.task.arms) > 1:
        assert tuple(app.session_state["train_arms"]) == preset.arms
    assert store.runs() == ()
    assert engine.orders == []


@pytest.mark.usefixtures("engine")
def test_another_task_has_sizes_of_its_own() -> None:
    app = open_page("train", train_rate="0.5")
    app = healthy(app.selectbox(key="train_recipe").set_value("flow").run())
    assert (app.session_state["train_n_train"], app.session_state["train_steps"]) == (500, 500)
    assert app.session_state["train_rate"] is None
    assert "train_arms" not in {one.key for one in app.button_group}


@pytest.mark.usefixtures("engine")
def test_rates_are_in_sight_and_can_be_the_same_for_all(store: Store) -> None:
    app = healthy(open_page("train"))
    assert "the learning rates are each arm's own: ordinary 0.003 and equivariant 0.01." in texts(app)
    assert "train_rate" not in {one.key for one in app.number_input}
    app = healthy(app.button_group(key="train_rates").set_value("same").run())
    assert app.number_input(key="train_rate").value == 0.003
    app = healthy(app.number_input(key="train_rate").set_value(0.02).run())
    assert "the learning rate is 0.02 for all." in texts(app)
    link = data_of(app, "share")["url"]
    assert "train_rates=the+same+for+all" in link
    assert "train_rate=0.02" in link
    app = healthy(button(app, "Start"))
    assert {run.request().config.learning_rate for run in store.runs()} == {0.02}
    assert "Queued · learning rate 0.02" in texts(app)
    rows = healthy(open_page("runs")).dataframe[0].value.to_dict("records")
    assert {row["Rate"] for row in rows} == {"0.02"}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"train_rate": "0.5"}, "the learning rate is 0.5 for all."),
        ({"train_rate": "0"}, "ordinary 0.003 and equivariant 0.01."),
        ({"train_recipe": "Points in two classes", "train_rate": "0.5"}, "Its learning rate is 0.5;"),
        ({"train_rates": "the same for all"}, "the learning rate is 0.003 for all."),
    ],
)
def test_a_link_from_before_means_one_rate_for_all(parameters: dict[str, str], says: str) -> None:
    app = healthy(open_page("train", **parameters))
    assert says in texts(app)
    assert len(app.toast) == (parameters.get("train_rate") == "0")


@pytest.mark.usefixtures("engine")
def test_what_the_address_cannot_mean_is_said_and_ignored() -> None:
    wrong = {"recipe": "nothing", "n_train": "0", "steps": "nan", "rate": "0", "size": "4096", "batch": "513"}
    app = healthy(open_page("train", **{f"train_{name}": value for name, value in wrong.items()}))
    *named, _ = wrong.items()  # a long list is cut
    for name, value in named:
        assert f"`train_{name}={value}`" in app.toast[0].value
    assert "and 1 more" in app.toast[0].value
    assert app.session_state["train_n_train"] == 16


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("scheme", "name"),
    [
        ("step of RK4", "rk4"),
        ("rk4", "rk4"),
        ("plain, without a skip connection", "plain"),
        ("plain, without a way round", "plain"),
    ],
)
def test_the_address_takes_the_titles_of_a_scheme_and_its_name(scheme: str, name: str) -> None:
    app = healthy(open_page("train", train_recipe="Points in two classes", train_scheme=scheme))
    assert app.selectbox(key="train_scheme").value == name
    assert list(app.toast) == []


@pytest.mark.usefixtures("engine")
def test_reset_and_presets_leave_the_runs_on_the_page(store: Store) -> None:
    ordinary, _ = pair(store)
    app = open_page("train", train_runs=ordinary.id, train_seed="7")
    assert app.session_state["train_seed"] == 7
    app = healthy(button(app, "Reset all choices"))
    assert app.session_state["train_seed"] == 0
    assert asked(app) == [ordinary.id]
    app = healthy(button(app, "Small data: 4 patients"))
    assert asked(app) == [ordinary.id]
    assert f"train_runs={ordinary.id}" in data_of(app, "share")["url"]


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"train_arms": []}, "No arm is chosen"),
        ({"train_width": 6}, "multiple of 4 channels"),
        ({"train_recipe": "ct", "train_views": 31}, "even number of views"),
    ],
)
def test_bad_settings_are_one_sentence_and_cannot_start(
    parameters: dict[str, object], sentence: str, engine: FakeEngine
) -> None:
    app = open_page("train")
    for name, value in parameters.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    assert any(sentence in error.value for error in app.error), [error.value for error in app.error]
    assert len(app.error) == 1
    assert "Start" not in labels(app)
    assert engine.orders == []


def test_the_time_is_measured_when_asked_for_and_said_when_known(engine: FakeEngine) -> None:
    app = healthy(button(open_page("train"), "Estimate the time"))
    assert engine.orders == [("measure", "ordinary"), ("measure", "equivariant")]
    app = healthy(button(app, "Stop measuring"))
    assert engine.measured == []
    engine.reason = "Stopped after 20 s."
    app = healthy(button(app, "Estimate the time"))
    engine.measured.clear()
    app = healthy(app.run())
    assert "No estimate. Stopped after 20 s." in texts(app)
    app = healthy(button(app, "Estimate the time"))
    assert "Measuring a few steps" in texts(app)
    engine.known = 20.0
    app = healthy(app.run())
    assert "About **40 s** of computing: ordinary 20 s, equivariant 20 s (measured here today)." in texts(app)
