"""The page of runs without a browser: the list, its filter, and what can be done with chosen runs."""

import dataclasses
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from structviz import zoo
from structviz.config import TrainConfig
from structviz.jobs import MOST_RUNS, Entry, State, Store
from structviz.provenance import Provenance, stamp
from structviz.ui.pages.runs import listing
from structviz.ui.pages.runs.exports import digests, items
from structviz.ui.pages.train import shared
from structviz.ui.pages.train.run_group import run_views
from tests.app.lab import FakeEngine, button, finished, healthy, open_page, texts
from tests.app.local_runs import make_run

Ticks = list[int]


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    """Rows of the table that are ticked; a test changes them, as no test can tick a row without a browser."""
    rows: Ticks = []
    show = listing._ticked

    def ticked(table: Sequence[Mapping[str, str]], key: str) -> list[int]:
        show(table, key)
        return list(rows)

    monkeypatch.setattr(listing, "_ticked", ticked)
    return rows


@pytest.fixture
def three(store: Store) -> list[str]:
    """Names of a finished, a waiting and a paused run; in the list the newest is first."""
    done = finished(store, TrainConfig("stripes", steps=4, n_train=4), {"psnr_turned": 6.04, "psnr_upright": 30.0})
    waiting = store.create(TrainConfig("flow", steps=9, n_train=60))
    paused = store.create(TrainConfig("stripes", "equivariant", steps=20, n_train=4))
    paused.append(Entry(5, 0.1, 10.0, 1.0, {"psnr_turned": 12.34}))
    paused.write_status(dataclasses.replace(paused.status(), state=State.PAUSED, step=5))
    return [done.id, waiting.id, paused.id]


@pytest.mark.parametrize(
    ("said", "rows"),
    [([2, 0], [2, 0]), ([1, 1, "a", None, [1], -1, True, 10**400], [1]), ({}, []), ("12", []), (None, [])],
)
def test_ticks_are_whole_numbers_whatever_a_client_sends(
    said: object, rows: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.dataframe", lambda *_given, **_how: {"selection": {"rows": said}})
    assert listing._ticked([], "key") == rows


def rows_of(app: AppTest) -> list[dict[str, str]]:
    return app.dataframe[0].value.to_dict("records")


def row_of(store: Store, name: str) -> int:
    return [run.id for run in store.runs()].index(name)


@pytest.mark.usefixtures("engine")
def test_no_runs_is_a_sentence_and_a_way_on() -> None:
    app = healthy(open_page("runs"))
    assert "No network was trained on this machine yet." in app.info[0].value
    assert [link.proto.page for link in app.get("page_link")] == ["train"]
    assert f"At most {MOST_RUNS} runs" in texts(app)


@pytest.mark.usefixtures("engine")
def test_the_list_says_how_every_run_stands(store: Store, three: list[str]) -> None:
    rows = rows_of(healthy(open_page("runs")))
    done, waiting, paused = (rows[row_of(store, name)] for name in three)
    assert (done["State"], done["Steps"], done["Result"]) == ("Finished", "4", "6.0 dB turned")
    assert (waiting["Task"], waiting["State"], waiting["Result"]) == ("Points in two classes", "Queued", "")
    assert (paused["Group"], paused["Steps"], paused["Result"]) == ("C4", "5 of 20", "12.3 dB turned")


@pytest.mark.usefixtures("engine", "three")
def test_the_terms_of_the_table_are_explained() -> None:
    said = "\n".join(markdown.value for markdown in healthy(open_page("runs")).markdown)
    for words in (
        "**N** is the number",
        "**ordinary** sees",
        "**equivariant** has",
        "**C4** is",
        "**peak signal",
        "**accuracy** is",
    ):
        assert words in said


@pytest.mark.usefixtures("engine", "three")
def test_filters_narrow_the_list_and_stand_in_the_address() -> None:
    app = healthy(open_page("runs", runs_recipe="Stripes"))
    assert {row["Arm"] for row in rows_of(app)} == {"Ordinary", "Equivariant"}
    app = healthy(app.button_group(key="runs_state").set_value("can go on").run())
    assert [row["State"] for row in rows_of(app)] == ["Paused"]
    app = healthy(app.button_group(key="runs_recipe").set_value("ct").run())
    assert "None of the 3 runs is of this kind." in app.info[0].value
    app = open_page("runs", runs_state="`burnt`")
    assert "runs_state='burnt'" in app.toast[0].value
    assert len(rows_of(healthy(app))) == 3


def test_chosen_runs_are_compared_opened_and_resumed(
    store: Store, engine: FakeEngine, three: list[str], ticks: Ticks
) -> None:
    ticks += [row_of(store, three[0]), row_of(store, three[2])]
    app = healthy(open_page("runs"))
    assert list(app.dataframe[1].value.columns) == ["Property", "Ordinary"]
    link = next(link.proto for link in app.get("page_link") if link.proto.page == "train")
    assert three[0] in link.query_string
    assert three[2] in link.query_string
    healthy(button(app, "Resume"))
    assert engine.orders == [("resume", three[2])]


@pytest.mark.usefixtures("engine")
def test_delete_asks_first(store: Store, three: list[str], ticks: Ticks) -> None:
    ticks.append(row_of(store, three[0]))
    app = healthy(button(open_page("runs"), "Delete …"))
    assert len(store.runs()) == 3
    assert "Stripes, ordinary, N = 4, 4 steps" in texts(app)
    ticks.clear()
    healthy(button(app, "Keep"))
    assert len(store.runs()) == 3
    ticks.append(row_of(store, three[0]))
    app = button(open_page("runs"), "Delete …")
    ticks.clear()
    healthy(button(app, "Delete it"))
    assert {run.id for run in store.runs()} == {three[1], three[2]}


def test_what_trains_is_cancelled_before_it_can_be_deleted(
    store: Store, engine: FakeEngine, three: list[str], ticks: Ticks
) -> None:
    ticks.append(row_of(store, three[1]))
    app = healthy(button(open_page("runs"), "Delete …"))
    assert "Cancel them first" in app.warning[0].value
    assert not any(one.label.startswith("Delete it") for one in app.button)
    healthy(button(open_page("runs"), "Cancel"))
    assert engine.orders == [("cancel", three[1])]
    app = healthy(button(open_page("runs"), "Delete …"))
    assert any(one.label == "Delete it" for one in app.button)


@pytest.mark.usefixtures("engine")
def test_a_damaged_run_is_a_line_and_can_be_deleted(store: Store, three: list[str]) -> None:
    (store.folder / three[0] / "request.json").write_text('{"created": "![x](https://example.org)"}')
    (store.folder / three[1] / "state.json").write_text("[" * 100_000)
    (store.folder / three[2] / "heartbeat").write_bytes(bytes(range(256)))
    app = healthy(open_page("runs"))
    assert len(rows_of(app)) == 1
    assert not app.warning
    lines = [markdown.value for markdown in app.markdown if "is damaged" in markdown.value]
    assert len(lines) == 2
    assert not any("x" in re.sub("`[^`]*`", "", line) for line in lines), "what is in the file is shown as code"
    assert not any(str(store.folder) in line for line in lines)
    app = healthy(button(app, "Delete damaged run"))
    assert sum("is damaged" in markdown.value for markdown in app.markdown) == 1
    assert len(store.runs()) == 2


@pytest.mark.usefixtures("engine")
def test_a_damaged_run_of_nobody_is_left_alone_by_strangers(
    store: Store, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "all_is_shared", lambda: False)
    (store.folder / three[0] / "request.json").write_text("{")
    app = healthy(open_page("runs"))
    assert any("is damaged" in markdown.value for markdown in app.markdown)
    assert not any(one.label == "Delete damaged run" for one in app.button)


def test_chosen_runs_can_be_taken_along_with_their_figures_and_a_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [make_run(tmp_path, "stripes", seed=seed) for seed in (1, 2)]
    monkeypatch.setattr(shared, "store", lambda: Store(tmp_path))
    views, _ = run_views(tuple(run.id for run in runs))
    files = {item.file_name: item for item in items(views)}
    assert list(files) == ["weights.zip", "runs.csv", "runs.py"]
    assert digests(views) == {run.network_name: run.card().sha256 for run in runs}
    table = pd.read_csv(io.BytesIO(stamp(files["runs.csv"].make(), "runs.csv", Provenance("runs page"))), comment="#")
    assert list(table["Seed"]) == [1, 2]
    assert len(zoo.read_archive(stamp(files["weights.zip"].make(), "weights.zip", Provenance("runs page")))) == 2
    runs[0].files()[1].write_text("{")
    assert list(digests(views)) == [runs[1].network_name], "a damaged card leaves the others"


@pytest.mark.usefixtures("strangers")
def test_others_runs_are_listed_and_not_commanded(
    store: Store, engine: FakeEngine, three: list[str], ticks: Ticks
) -> None:
    ticks += [0, 1, 2]
    app = healthy(open_page("runs"))
    assert {row["Whose"] for row in rows_of(app)} == {"–"}
    assert "Tick runs to compare or open them, and your own to resume or delete them." in texts(app)
    assert {"Resume", "Cancel", "Delete …"} & {one.label for one in app.button} == set()
    AppTest.from_function(delete_runs, kwargs={"names": three}).run()
    assert len(store.runs()) == 3
    assert engine.orders == []


def delete_runs(names: list[str]) -> None:
    from structviz.ui.pages.runs import listing

    listing._delete(*names)
