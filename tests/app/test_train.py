"""The train page without a browser: first paint, presets, runs from start to end, bad addresses, imported files."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz import training
from structviz.config import TrainConfig
from structviz.errors import CheckpointError
from structviz.jobs import Entry, Run, State, Store
from structviz.training import RECIPES, Metric, NetworkPage, Recipe
from structviz.ui.pages.train import run_group, shared
from tests.app.exported import offered_files
from tests.app.lab import FakeEngine, asked, button, finished, healthy, labels, open_page, pair, texts
from tests.app.local_runs import make_run


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A recipe that is registered, and that no other table knows."""
    shipped = RECIPES["stripes"].shipped
    recipe = dataclasses.replace(
        RECIPES["stripes"],
        name="toy",
        title="Toy stripes",
        plural="toys",
        metrics={**RECIPES["stripes"].metrics, "toy_score": Metric("Toy score", "score", unit=" points", decimals=0)},
        quick=(5, 7),
        shipped=lambda config: shipped(config)[:1],
        page=NetworkPage("pages/ct.py", "toy_local", "the page of toys"),
    )
    monkeypatch.setitem(training._RECIPES, "toy", recipe)
    return recipe


@pytest.mark.usefixtures("engine")
def test_a_new_recipe_appears_everywhere_by_its_own_declaration(store: Store, toy: Recipe) -> None:
    app = healthy(open_page("train"))
    app = healthy(app.selectbox(key="train_recipe").set_value("toy").run())
    assert (app.session_state["train_n_train"], app.session_state["train_steps"]) == toy.quick
    assert app.number_input(key="train_n_train").label == "Toys N"
    assert "ships with the app" in texts(app)
    app = healthy(button(app, "Start"))
    assert {run.request().config.recipe for run in store.runs()} == {"toy"}
    run = finished(store, TrainConfig("toy", steps=4), {"toy_score": 12.4, "psnr_turned": 6.0, "psnr_upright": 7.0})
    app = healthy(open_page("train", train_runs=run.id))
    table = app.dataframe[0].value
    assert dict(zip(table["Property"], table["Ordinary"], strict=True))["Toy score"] == "12 points"
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["Open in the page of toys"] == f"toy_local={run.id}"
    app = healthy(open_page("runs", runs_recipe="Toy stripes"))
    rows = app.dataframe[0].value.to_dict("records")
    assert {row["Task"] for row in rows} == {"Toy stripes"}
    assert "6.0 dB turned" in {row["Result"] for row in rows}


@pytest.mark.usefixtures("engine")
def test_first_paint_shows_the_shipped_networks_and_starts_nothing(store: Store) -> None:
    app = healthy(open_page("train"))
    assert "These two ship with the app" in texts(app)
    assert len(app.get("image") or app.get("imgs")) == 1
    assert store.runs() == ()
    assert app.toast == []
    assert "Estimate the time" in labels(app)
    assert [one.proto.label for one in app.get("download_button")] == ["Script (Python)"]


@pytest.mark.usefixtures("engine")
def test_a_run_that_diverged_says_which_weights_it_kept(store: Store) -> None:
    ruined = finished(
        store,
        TrainConfig("stripes", steps=300, n_train=4, learning_rate=30.0),
        {"psnr_turned": 6.0, "psnr_upright": 6.0},
        State.DIVERGED,
        weights_step=0,
    )
    _, equivariant = pair(store)
    app = healthy(open_page("train", train_runs=f"{ruined.id},{equivariant.id}"))
    kept = "Its figures belong to the weights that were kept: the initial ones."
    assert f"**Ordinary** diverged within 300 steps. {kept}" in texts(app)
    assert " leads with " not in texts(app)
    assert not app.metric
    table = app.dataframe[0].value
    assert dict(zip(table["Property"], table["Ordinary"], strict=True))["Weights"] == "initial weights"
    assert dict(zip(table["Property"], table["Equivariant"], strict=True))["Weights"] == "after step 40"
    rows = healthy(open_page("runs")).dataframe[0].value.to_dict("records")
    assert "6.0 dB turned (initial weights)" in {row["Result"] for row in rows}


def test_start_makes_one_run_for_each_arm_and_only_once(store: Store, engine: FakeEngine) -> None:
    app = healthy(button(open_page("train"), "Start"))
    runs = store.runs()
    assert {run.request().config.arm for run in runs} == {"ordinary", "equivariant"}
    assert len({run.request().run_group for run in runs}) == 1
    assert {run.request().owner for run in runs} == {app.session_state["train_visitor"]}
    names = asked(app)
    assert engine.orders == [("start", name) for name in names]
    assert next(one for one in app.button if one.label == "Start").disabled
    # A second click that was under way already, with the button not yet grey.
    next(one for one in app.button if one.label == "Start").proto.disabled = False
    healthy(button(app, "Start"))
    assert len(store.runs()) == 2


@pytest.mark.usefixtures("engine")
def test_a_run_group_that_finds_no_room_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = store.create

    def only_ordinary(config: TrainConfig, **named: Any) -> Run:
        if config.arm != "ordinary":
            raise CheckpointError("There is no room.")
        return made(config, **named)

    monkeypatch.setattr(store, "create", only_ordinary)
    app = button(open_page("train"), "Start")
    assert [error.value for error in app.error] == ["There is no room."]
    assert store.runs() == ()
    assert "train_runs" not in app.query_params


def test_place_in_the_queue_orders_and_progress(store: Store, engine: FakeEngine) -> None:
    app = button(open_page("train"), "Start")
    assert sorted(bar.proto.text for bar in app.get("progress")) == [
        "place 1 in the queue",
        "place 2 in the queue",
    ]
    names = asked(app)
    run = store.get(names[0])
    run.append(Entry(100, 0.5, 80.0, 10.0))
    run.append(Entry(200, 0.4, 80.0, 20.0, {"psnr_turned": 5.0, "psnr_upright": 20.0}))
    run.write_status(dataclasses.replace(run.status(), state=State.RUNNING, step=200, device="cpu", memory=510_000_000))
    app = healthy(app.run())
    assert "step 200 of 400 · 80 examples/s · 20 s left · on the CPU · 0.5 GB" in [
        b.proto.text for b in app.get("progress")
    ]
    app = healthy(button(app, "Pause"))
    assert engine.orders[-2:] == [("pause", names[0]), ("pause", names[1])]
    app = healthy(app.run())
    assert "Pause" not in labels(app)
    assert "Continue" in labels(app)
    assert "Cancel" in labels(app), "what is paused can be given up"
    app = healthy(button(app, "Continue"))
    assert engine.orders[-2:] == [("resume", names[0]), ("resume", names[1])]
    app = healthy(button(app.run(), "Cancel"))
    assert engine.orders[-2:] == [("cancel", names[0]), ("cancel", names[1])]


@pytest.mark.usefixtures("engine")
def test_a_finished_run_group_shows_table_sentences_pictures_and_downloads(store: Store) -> None:
    names = ",".join(run.id for run in pair(store))
    app = healthy(open_page("train", train_runs=names))
    assert "On turned examples **Equivariant** leads with 29.0 dB, 23.0 dB ahead of **Ordinary**." in texts(app)
    assert "The equivariant one is behind here." in texts(app)
    assert app.metric[0].value == "+23.0 dB"
    table = app.dataframe[0].value
    assert list(table.columns) == ["Property", "Ordinary", "Equivariant"]
    found = dict(zip(table["Property"], table["Equivariant"], strict=True))
    assert (found["Group"], found["N"], found["Steps"], found["Parameters"]) == ("C4", "4", "40", "1,234")
    assert found["PSNR turned"] == "29.0 dB"
    assert [getattr(one, "label", "") for one in app.get("download_button")] == [
        "Ordinary: weights and card",
        "Equivariant: weights and card",
        "Script (Python)",
    ]
    links = {link.proto.page: link.proto.query_string for link in app.get("page_link")}
    assert "rot_local=" in links["rotation"]
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 2
    assert app.select_slider(key="train_step").options == ["1", "20", "40"]
    healthy(app.select_slider(key="train_step").set_value(20).run())
    assert "; after step 20." in texts(app)
    # Nothing goes on, so other runs may start.
    assert not next(one for one in app.button if one.label == "Start").disabled


@pytest.mark.usefixtures("engine")
def test_a_network_for_points_shows_its_decisions(store: Store) -> None:
    run = finished(store, TrainConfig("flow", steps=4, n_train=50), {"accuracy_test": 0.9, "accuracy_train": 1.0})
    app = healthy(open_page("train", train_runs=run.id))
    assert (
        "**Euler network** classifies 90.0 % of new points correctly, and 100.0 % of those that it learnt from."
        in texts(app)
    )
    assert len(app.get("image") or app.get("imgs")) == 1


@pytest.mark.usefixtures("engine")
def test_a_second_visitor_sees_the_runs_and_so_does_one_who_comes_back(store: Store) -> None:
    first = button(open_page("train"), "Start")
    names = ",".join(asked(first))
    second = healthy(open_page("train", train_runs=names))
    assert len(second.get("progress")) == 2
    back = first.switch_page("pages/runs.py").run().switch_page("pages/train.py").run()
    assert ",".join(asked(back)) == names
    third = healthy(open_page("train"))
    third = healthy(button(third, "Watch them"))
    assert set(asked(third)) == {run.id for run in store.runs()}


@pytest.mark.usefixtures("engine")
def test_unknown_runs_are_a_sentence_and_lose_nothing(store: Store) -> None:
    ordinary, _ = pair(store)
    app = healthy(open_page("train", train_runs=f"{ordinary.id},20200101-000000-aaaaaa,etc"))
    assert len(app.warning) == 2
    assert "There is no run '20200101-000000-aaaaaa'" in app.warning[0].value
    assert "There is no run 'etc'" in app.warning[1].value
    assert len(app.get("progress")) == 1
    outside = healthy(open_page("train", train_runs=f"{ordinary.id},`../../etc`"))
    assert "train_runs=" in outside.toast[0].value
    assert len(outside.warning) == 0
    alone = healthy(open_page("train", train_runs="20200101-000000-aaaaaa"))
    assert "These two ship with the app" in texts(alone)


def test_a_scheduler_that_does_not_answer(engine: FakeEngine) -> None:
    engine.state, engine.sentence = "lost", "The scheduler at tcp://10.0.0.1:8786 does not answer."
    app = open_page("train")
    assert [error.value for error in app.error] == [engine.sentence]
    healthy(button(app, "Train on this machine instead"))
    assert engine.orders == [("use", "this machine")]


def test_a_scheduler_that_is_lost_during_training_is_said_beside_it(engine: FakeEngine) -> None:
    app = button(open_page("train"), "Start")
    engine.state, engine.sentence = "lost", "The scheduler is gone."
    app = app.run()
    assert [error.value for error in app.error] == ["The scheduler is gone."]
    assert len(app.get("progress")) == 2
    assert "Train on this machine instead" in labels(app)


@pytest.mark.usefixtures("engine")
def test_a_damaged_card_is_a_sentence_and_the_other_runs_stay(store: Store) -> None:
    ordinary, equivariant = pair(store)
    ordinary.files()[1].write_text("{")
    app = healthy(open_page("train", train_runs=f"{ordinary.id},{equivariant.id}"))
    assert "no card of a network" in app.warning[0].value
    assert list(app.dataframe[0].value.columns) == ["Property", "Equivariant"]
    assert not app.metric


@pytest.mark.usefixtures("engine")
def test_an_imported_network_is_shown_and_half_a_pair_is_refused(store: Store, tmp_path: Path) -> None:
    run, _ = pair(store)
    weights, card = (path.read_bytes() for path in run.files())
    app = open_page("train")
    uploader = app.file_uploader(key="train_import_files")
    uploader.set_value([("net.safetensors", weights, "application/octet-stream")]).run()
    app = button(app, "Add it")
    assert [error.value for error in app.error] == [
        "A network is two files, and the card (.json) is missing; choose both together."
    ]
    app.file_uploader(key="train_import_files").set_value(
        [("net.safetensors", weights, "application/octet-stream"), ("net.json", card, "application/json")]
    ).run()
    app = healthy(button(app, "Add it"))
    (name,) = asked(app)
    assert store.get(name).status().state is State.UPLOADED
    assert "listed on the page of runs" in app.success[0].value


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader(key="train_import_files").set_value([(*file, "application/octet-stream") for file in files]).run()
    return button(app, "Add it")


@pytest.mark.usefixtures("engine")
def test_a_download_is_imported_as_it_is(
    store: Store, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = make_run(tmp_path_factory.mktemp("elsewhere"), "stripes", seed=3)
    monkeypatch.setattr(shared, "store", lambda: Store(elsewhere.folder.parent))
    files = offered_files(monkeypatch, lambda: open_page("train", train_runs=elsewhere.id))
    (download,) = [file.make() for file in files if file.name.endswith(".zip")]
    monkeypatch.setattr(shared, "store", lambda: store)

    app = healthy(upload(open_page("train"), ("download.zip", download)))
    (name,) = asked(app)
    run = store.get(name)
    assert run.files()[0].read_bytes() == elsewhere.files()[0].read_bytes()
    assert dataclasses.replace(run.card(), name=elsewhere.network_name) == elsewhere.card()


@pytest.mark.usefixtures("engine")
def test_a_bad_download_leaves_the_networks_as_they_are(store: Store) -> None:
    run, _ = pair(store)
    before = [one.id for one in store.networks()]
    app = upload(open_page("train"), ("download.zip", b"PK no archive"))
    assert "this one cannot be read" in app.error[0].value
    weights = run.files()[0].read_bytes()
    app = upload(open_page("train"), ("a.zip", b""), ("a.safetensors", weights))
    assert app.error[0].value == "A download is imported by itself; got 2 files. Choose one download."
    app = upload(open_page("train"), ("a.safetensors", weights[:-1]), ("a.json", run.files()[1].read_bytes()))
    assert app.error
    assert [one.id for one in store.networks()] == before
    assert "train_runs" not in app.query_params


def test_commands_skip_what_cannot_take_them(store: Store, engine: FakeEngine) -> None:
    run, _ = pair(store)
    run_group.pause(run.id)
    run_group.resume(run.id)
    run_group.cancel(run.id)
    assert engine.orders == []
    run.write_status(dataclasses.replace(run.status(), state=State.PAUSED))
    run_group.pause(run.id)
    run_group.cancel(run.id)
    assert engine.orders == [("cancel", run.id)]


@pytest.mark.usefixtures("strangers")
def test_others_runs_are_watched_and_not_commanded(store: Store, engine: FakeEngine) -> None:
    first = button(open_page("train"), "Start")
    names = asked(first)
    other = healthy(open_page("train", train_runs=",".join(names)))
    assert len(other.get("progress")) == 2
    assert {"Pause", "Cancel", "Continue"} & {*labels(other)} == set()
    assert other.get("menu_button") == []
    assert "These runs are not yours." in texts(other)
    assert "not yours" not in texts(first)
    # Nor does a request that no button sends.
    for command in ("pause", "cancel", "resume"):
        AppTest.from_function(command_runs, kwargs={"command": command, "names": names}).run()
    assert {order for order, _ in engine.orders} == {"start"}
    # What others train keeps nobody from training, and the owner still commands.
    healthy(button(other, "Start"))
    assert len(store.runs()) == 4
    assert {run.request().owner for run in store.runs()} == {
        app.session_state["train_visitor"] for app in (first, other)
    }
    healthy(button(first.run(), "Cancel"))
    assert engine.orders[-2:] == [("cancel", name) for name in names]


def command_runs(command: str, names: list[str]) -> None:
    from structviz.ui.pages.train import run_group

    getattr(run_group, command)(*names)


@pytest.mark.usefixtures("engine")
def test_the_end_of_a_log_is_for_its_owner_and_has_no_folders(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run = store.create(TrainConfig("stripes", steps=4), owner="a" * 32)
    run.write_status(dataclasses.replace(run.status(), state=State.FAILED, message="Broken: '/srv/data/runs/x.json'."))
    (run.folder / "log.txt").write_text('Traceback\n  File "/srv/lib/structviz/nets/net.py", line 3\n')
    app = open_page("train", train_runs=run.id)
    assert 'Traceback\n  File "net.py", line 3' in [code.value for code in app.code]
    assert "Broken: 'x.json'." in texts(app)
    monkeypatch.setenv("STRUCTVIZ_SHARED", "0")
    app = open_page("train", train_runs=run.id)
    assert not any("Traceback" in code.value for code in app.code)
    assert "Training failed." in texts(app)
    assert "Broken" not in texts(app)
