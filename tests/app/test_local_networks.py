"""Networks of this machine on the rotation, CT and flow pages, without a browser."""

import io
import math
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from structviz import data
from structviz.config import DenoiserShape, PlaneShape, PointShape, RotationShape, SphereShape, UnrolledShape
from structviz.displayed import percent
from structviz.jobs import Run
from structviz.metrics import accuracy
from structviz.nets import LearnedProximalGradient, PointClassifier
from structviz.nets.plane_classifier import PlaneClassifier
from structviz.studies.ct import acquire_scan, learned_method, reconstruct
from structviz.studies.flow import COMPARISONS
from structviz.studies.rotation import compare
from structviz.training.patients import N_PHOTONS
from structviz.ui.kit.networks import listed
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.exports import weights
from structviz.ui.pages.flow.films import shown_films
from structviz.ui.pages.flow.panels import panels_of
from tests.app.flow_page import titles
from tests.app.inbox import data_of, packets
from tests.app.lab import healthy, open_page
from tests.app.local_runs import make_run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("STRUCTVIZ_RUNS", str(tmp_path))
    yield tmp_path
    st.cache_data.clear()


def rotor(app: AppTest) -> dict[str, tuple[str, str, float | None]]:
    """Title, colour and PSNR of every picture that turns, by the name of its column."""
    given = data_of(app, "rotor")
    pairs = zip(given["columns"], given["pictures"], strict=True)
    return {column["name"]: (column["title"], column["colour"], picture["psnr"]) for column, picture in pairs}


def slices(app: AppTest) -> dict[str, dict[str, Any]]:
    """The heads of the columns of the viewer, by name."""
    head, _ = packets(app)[data_of(app, "viewer")["slices"]]
    return {stack["name"]: stack for stack in head["stacks"]}


def notice(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


def test_a_page_without_such_networks_points_to_training(folder: Path) -> None:
    app = healthy(open_page("rotation"))
    assert not folder.exists() or not list(folder.iterdir())
    assert [widget.label for widget in app.multiselect] == []
    assert [link.proto.label for link in app.get("page_link")] == ["Train a network on this machine"]


def test_rotation_shows_own_networks_with_numbers_of_their_own(folder: Path) -> None:
    wide = DenoiserShape(width=8)
    runs = [make_run(folder, "stripes", arm="equivariant", net=wide), make_run(folder, "stripes", seed=1)]
    app = healthy(open_page("rotation", rot_local=",".join(run.id for run in runs), rot_angle="90", rot_inside="true"))
    found = rotor(app)
    keys = [f"local-{run.id}" for run in runs]
    assert list(found) == ["noisy", "ordinary", "equivariant", *keys, "truth"]
    by_hand = compare({key: run.load() for key, run in zip(keys, runs, strict=True)}, data.stripes(1), math.pi / 2)
    for key, title, arm in zip(
        keys, ("Equivariant C4, 2 steps", "Ordinary, 2 steps"), ("equivariant", "ordinary"), strict=True
    ):
        assert found[key] == (title, found[arm][1], pytest.approx(by_hand.arms[key][1].psnr, abs=1e-4))
    assert "Yours (equivariant C4, 2 steps) reaches" in notice(app)
    assert app.query_params["rot_local"] == ",".join(run.id for run in runs)
    assert app.toast.len == 0
    assert any("| Equivariant C4, 2 steps |" in m.value for m in app.markdown), "the table of feature maps has its row"
    assert any(c.value.startswith("Left out here: Ordinary, 2 steps, whose layers") for c in app.caption)


def test_a_field_of_sixteen_maps_fits_beside_other_networks(folder: Path) -> None:
    shape = DenoiserShape(width=16, dilations=(1, 1))
    run = make_run(folder, "stripes", arm="equivariant", group="C16", net=shape)
    app = healthy(open_page("rotation", rot_local=run.id, rot_inside="true", rot_layer="1"))
    rows = [m.value for m in app.markdown if m.value.startswith("| Change of the maps")]
    assert "| Equivariant C16, 2 steps |" in rows[0]
    assert "| Ordinary |" in rows[0]
    assert not any("Left out here" in c.value for c in app.caption)


def test_own_networks_come_and_go_with_the_widget(folder: Path) -> None:
    run = make_run(folder, "stripes")
    app = healthy(open_page("rotation"))
    assert "local" not in "".join(rotor(app))
    healthy(app.multiselect(key="rot_local_stripes").select(run.id).run())
    assert f"local-{run.id}" in rotor(app)
    assert app.query_params["rot_local"] == run.id
    app.button(key="rot_preset_The lecture's stripes").click()
    assert f"local-{run.id}" in rotor(healthy(app.run())), "a preset leaves them"
    healthy(app.multiselect(key="rot_local_stripes").unselect(run.id).run())
    assert "local" not in "".join(rotor(app))
    assert "rot_local" not in app.query_params


def test_a_network_for_photographs_brings_one_and_waits_while_stripes_are_shown(folder: Path) -> None:
    stripes, images = make_run(folder, "stripes"), make_run(folder, "images")
    app = healthy(open_page("rotation", rot_local=images.id))
    assert app.selectbox(key="rot_source").value == "camera"
    assert f"local-{images.id}" in rotor(app)
    healthy(app.selectbox(key="rot_source").select("stripes").run())
    assert "local" not in "".join(rotor(app))
    assert app.multiselect(key="rot_local_stripes").options == [listed("stripes")[0].label]
    healthy(app.selectbox(key="rot_source").select("shepp-logan").run())
    assert f"local-{images.id}" in rotor(app)
    assert app.toast.len == 0
    assert stripes.id not in "".join(rotor(app))


@pytest.mark.parametrize(("page", "parameter"), [("rotation", "rot_local"), ("ct", "ct_local"), ("flow", "flow_local")])
def test_what_is_not_here_is_said_and_left_out(folder: Path, page: str, parameter: str) -> None:
    app = healthy(open_page(page, **{parameter: "20200101-000000-abcdef,`<b>`"}))
    (toast,) = app.toast
    assert toast.value.startswith("The network `20200101-000000-abcdef`, `b` is not on this machine, or no longer")
    assert parameter not in app.query_params


def test_more_than_three_are_cut(folder: Path) -> None:
    runs = [make_run(folder, "stripes", seed=seed) for seed in range(4)]
    app = healthy(open_page("rotation", rot_local=",".join(run.id for run in runs)))
    assert sum(name.startswith("local-") for name in rotor(app)) == 3
    assert [toast.value for toast in app.toast] == [
        "This page shows at most 3 networks of this machine; the first 3 are shown."
    ]


def test_a_run_deleted_meanwhile_is_said_not_raised(folder: Path) -> None:
    run = make_run(folder, "stripes")
    app = healthy(open_page("rotation", rot_local=run.id))
    shutil.rmtree(run.folder)
    healthy(app.run())
    assert "local" not in "".join(rotor(app))
    assert run.id in app.toast[0].value


def test_damaged_weights_are_a_sentence(folder: Path) -> None:
    run = make_run(folder, "stripes")
    path, _ = run.files()
    path.write_bytes(path.read_bytes()[:-4])
    app = open_page("rotation", rot_local=run.id)
    assert not app.exception
    assert ["cut off" in error.value for error in app.error] == [True]


def make_ct(folder: Path) -> Run:
    return make_run(folder, "ct", arm="ordinary")


def test_ct_shows_own_networks_for_other_views_and_says_so(folder: Path) -> None:
    run = make_ct(folder)
    app = healthy(open_page("ct", ct_local=run.id, ct_size="64", ct_views="20"))
    key = f"local-{run.id}"
    found = slices(app)
    assert list(found) == ["ordinary", "equivariant", key, "truth"]
    assert (found[key]["title"], found[key]["colour"]) == ("Ordinary, 2 steps", found["ordinary"]["colour"])
    choice = ScanChoice(size=64, views=20)
    net = run.load()
    assert isinstance(net, LearnedProximalGradient)
    acquired = acquire_scan(choice.scan, angle=math.pi / 2)
    by_hand = reconstruct(learned_method(net, choice.scan.geometry), acquired)
    assert found[key]["psnr"] == pytest.approx(list(by_hand.psnr), abs=1e-3)
    assert rotor(app)[key][2] == pytest.approx(by_hand.psnr[-1], abs=1e-3)
    (warning,) = app.warning
    assert "Outside what the shipped networks were trained for: 20 views instead of 50" in warning.value
    assert (
        "Outside what yours (ordinary, 2 steps) was trained for: 20 views instead of 6; 64² pixels instead of 16²"
        in warning.value
    )
    assert "Yours (ordinary, 2 steps) reaches" in notice(app)


def test_ct_warns_of_own_networks_alone(folder: Path) -> None:
    run = make_ct(folder)
    app = healthy(open_page("ct", ct_local=run.id, ct_size="64", ct_views="6", ct_methods="FBP"))
    (warning,) = app.warning
    assert warning.value.startswith(
        "Outside what yours (ordinary, 2 steps) was trained for: 64² pixels instead of 16²."
    )


def trained_for(size: int, views: int) -> UnrolledShape:
    return UnrolledShape(image_size=size, n_views=views, iterations=1, width=4, memory=1)


def scan_of(app: AppTest) -> tuple[Any, ...]:
    return tuple(app.session_state[f"ct_{name}"] for name in ("size", "views", "photons"))


def test_ct_opens_an_own_network_with_the_scan_it_was_trained_for(folder: Path) -> None:
    run = make_run(folder, "ct", net=trained_for(64, 30))
    app = healthy(open_page("ct", ct_local=run.id))
    assert scan_of(app) == (64, 30, N_PHOTONS)
    (toast,) = app.toast
    assert toast.value == (
        "The page opens with the scan for which yours (ordinary, 2 steps) was trained: 64² pixels, 30 views, "
        "10,000 photons in each ray."
    )
    # The scan is outside what the shipped networks were trained for, not this one.
    (warning,) = app.warning
    assert "Outside what the shipped networks were trained for: 30 views instead of 50; 64² pixels" in warning.value
    assert "Outside what yours" not in warning.value
    net = run.load()
    assert isinstance(net, LearnedProximalGradient)
    choice = ScanChoice(size=64, views=30)
    by_hand = reconstruct(learned_method(net, choice.scan.geometry), acquire_scan(choice.scan, angle=math.pi / 2))
    assert slices(app)[f"local-{run.id}"]["psnr"] == pytest.approx(list(by_hand.psnr), abs=1e-3)
    # The visitor's own steps are left alone after that.
    healthy(app.slider(key="ct_views").set_value(20).run())
    assert scan_of(app) == (64, 20, N_PHOTONS)
    assert app.toast.len == 0


@pytest.mark.parametrize(
    ("name", "value", "scan"), [("views", "20", (128, 20, N_PHOTONS)), ("size", "64", (64, 50, N_PHOTONS))]
)
def test_an_address_that_asks_for_a_scan_gets_it(folder: Path, name: str, value: str, scan: tuple[Any, ...]) -> None:
    run = make_run(folder, "ct", net=trained_for(64, 30))
    app = healthy(open_page("ct", ct_local=run.id, **{f"ct_{name}": value}))
    assert scan_of(app) == scan
    assert app.toast.len == 0


def test_ct_opens_networks_of_other_sizes_on_the_nearest_grid(folder: Path) -> None:
    run = make_run(folder, "ct", net=trained_for(104, 10))
    app = healthy(open_page("ct", ct_local=run.id))
    assert scan_of(app) == (128, 10, N_PHOTONS)
    (warning,) = app.warning
    assert "Outside what yours (ordinary, 2 steps) was trained for: 128² pixels instead of 104²" in warning.value


def test_flow_shows_own_networks_with_their_points_beside_the_shipped_one(folder: Path) -> None:
    run = make_run(folder, "flow", dataset="donut2d")
    app = healthy(open_page("flow", flow_local=run.id, flow_compare=COMPARISONS["plain"]))
    assert app.selectbox(key="flow_source").value == "donut2d"
    assert titles(app) == ["ResNet, as shipped", "Yours: ResNet, trained 2 steps"]
    net = run.load()
    assert isinstance(net, PointClassifier)
    panel = panels_of(FlowChoice("donut2d", compare="plain", local=listed("flow")))[1]
    assert f"{100 * accuracy(net(panel.points), panel.labels):.1f} % in “Yours: ResNet, trained 2 steps”" in notice(app)
    healthy(app.selectbox(key="flow_compare").select("one").run())
    assert titles(app) == ["Yours: ResNet, trained 2 steps"]


def test_flow_offers_only_networks_of_the_points_shown(folder: Path) -> None:
    run = make_run(folder, "flow", dataset="donut2d")
    app = healthy(open_page("flow", flow_local=run.id, flow_source="Half moons"))
    assert len(app.multiselect) == 0
    assert app.toast.len == 0
    healthy(app.selectbox(key="flow_source").select("donut2d").run())
    assert [widget.key for widget in app.multiselect] == ["flow_local_flow"]


def test_two_own_flows_stand_side_by_side_and_their_steps_can_be_changed(folder: Path) -> None:
    for seed in (0, 1):
        make_run(folder, "flow", dataset="donut2d", seed=seed)
    local = listed("flow")
    both = panels_of(FlowChoice("donut2d", "trained", local=local))
    assert [panel.network.digest for panel in both] == [network.sha256 for network in local]
    stepped, layered = panels_of(FlowChoice("donut2d", "steps", steps=8, local=local[:1]))
    assert (stepped.n_steps, layered.method) == (8, None)
    assert stepped.network.digest == layered.network.digest == local[0].sha256


def test_own_points_flow_through_own_networks(folder: Path) -> None:
    make_run(folder, "flow", dataset="donut2d")
    own = data.toy("xor", 20)
    (panel,) = panels_of(FlowChoice("own", local=listed("flow")), own)
    assert panel.title == "Yours: ResNet, trained 2 steps on “Donut”"
    assert panel.points.equal(own[0])


def test_own_flows_can_be_taken_along(folder: Path) -> None:
    run = make_run(folder, "flow", dataset="donut2d")
    choice = FlowChoice("donut2d", "one", local=listed("flow"))
    films = shown_films(panels_of(choice))
    with zipfile.ZipFile(io.BytesIO(weights(films, choice.local))) as archive:
        assert archive.namelist() == [f"flow/{run.id}.safetensors", f"flow/{run.id}.json"]
        assert archive.read(f"flow/{run.id}.safetensors") == run.files()[0].read_bytes()


def test_the_invertibility_page_opens_with_the_density_that_an_own_network_has_learnt(folder: Path) -> None:
    run = make_run(folder, "invertibility", dataset="xor")
    app = healthy(open_page("invertibility", inv_local=run.id))
    assert app.selectbox(key="inv_dataset").value == "xor"
    assert any("**Yours: Affine coupling, 2 steps**: 2,000 held-out points" in m.value for m in app.markdown)
    assert len(data_of(app, "cell")["layers"]) == 2


def test_the_stability_page_shows_an_own_network_of_points_as_it_was_trained(folder: Path) -> None:
    run = make_run(folder, "plane", dataset="xor", net=PlaneShape("hamiltonian", n_layers=4, time=2.0))
    app = healthy(open_page("stability", stability_local=run.id))
    shown = {name: app.session_state[f"stability_{name}"] for name in ("network", "points", "layers", "scale")}
    assert shown == {"network": "hamiltonian", "points": "xor", "layers": 4, "scale": 0.5}
    own = data_of(app, "pairs")["networks"][0]
    assert (own["title"], [layer["h"] for layer in own["layers"]]) == ("Yours: Hamiltonian, 2 steps", [1.0] * 4)
    net = run.load()
    assert isinstance(net, PlaneClassifier)
    assert own["layers"][3]["momenta"]["K"] == net.flow.double().state_dict()["K"][3, 0].tolist()
    assert f"{percent(run.card().metrics['accuracy_test'])} of new points" in notice(app)
    healthy(app.selectbox(key="stability_points").select("donut2d").run())
    assert data_of(app, "pairs")["networks"][0]["title"] == "Hamiltonian", "it was trained on other points"


def test_the_stability_page_attacks_own_denoisers_beside_those_that_ship(folder: Path) -> None:
    stable = make_run(folder, "stability", arm="nonexpansive")
    free = make_run(folder, "stability", arm="ordinary", net=DenoiserShape(width=4))
    asked = {"stability_local_denoisers": f"{stable.id},{free.id}", "stability_plug": "true", "stability_steps": "100"}
    app = healthy(open_page("stability", **asked))
    assert app.session_state["stability_attack"] is True
    assert app.toast.len == 0
    said = " ".join(m.value for m in app.markdown)
    assert "that of yours (non-expansive, 2 steps) by" in said
    assert " and yours (ordinary, 2 steps) by" in said
    assert "With yours (non-expansive, 2 steps) inside" in said
    assert "With yours (ordinary, 2 steps) inside" in said


def test_the_page_on_optimal_control_steers_with_an_own_network_and_lets_it_join_the_race(folder: Path) -> None:
    run = make_run(folder, "control", dataset="squares2d")
    app = healthy(open_page("optimal_control", control_local=run.id))
    assert app.selectbox(key="control_dataset").value == "squares2d"
    steps = [layer["h"] for layer in data_of(app, "steering")["network"]["layers"]]
    assert (len(steps), sum(steps)) == (4, pytest.approx(1))
    assert app.selectbox(key="control_race_set").value == "squares2d"
    *_, own = data_of(app, "trainings")["networks"]
    assert own["title"] == "Yours: ODENet on the simplex, trained 2 steps"
    assert [len(frame["h"]) for frame in own["frames"]] == [4] * len(own["frames"])


def test_steps_that_the_costates_cannot_take_are_named_on_the_page_on_optimal_control(folder: Path) -> None:
    run = make_run(folder, "flow", dataset="xor", net=PointShape(scheme="implicit-midpoint", n_layers=4))
    app = open_page("optimal_control", control_local=run.id)
    assert not app.exception
    assert "got Implicit midpoint. Choose an explicit one." in app.error[0].value
    healthy(app.selectbox(key="control_method").select("rk4").run())
    assert len(data_of(app, "steering")["network"]["layers"]) == 4


def test_on_the_manifolds_page_an_own_network_stands_beside_those_that_ship(folder: Path) -> None:
    run = make_run(folder, "manifolds", dataset="belt", net=SphereShape("projection", n_layers=3))
    app = healthy(open_page("manifolds", manifolds_local=run.id))
    assert app.session_state["manifolds_globe"] == "belt"
    assert any("Yours: Projected steps, 2 steps" in markdown.value for markdown in app.markdown)


def test_on_the_manifolds_page_an_own_network_of_rotations_says_how_far_it_errs(folder: Path) -> None:
    run = make_run(folder, "manifolds", dataset="tumbling", net=RotationShape("projected-euler", n_layers=3))
    app = healthy(open_page("manifolds", manifolds_local=run.id))
    assert app.session_state["manifolds_globe"] == "tumbling"
    assert any(
        "Mean errors on 500 held-out attitudes" in m.value and "Yours: Projected Euler, 2 steps" in m.value
        for m in app.markdown
    )


def test_on_the_page_of_robustness_an_own_classifier_answers_too(folder: Path) -> None:
    run = make_run(folder, "digits")
    app = healthy(open_page("robustness", robust_local=run.id))
    assert any("yours (" in markdown.value for markdown in app.markdown)
