"""The rotation page without a browser: first paint, every transition, bad values."""

import io
import re
from typing import Any

import pytest
import safetensors.torch
import torch
from PIL import Image as PillowImage
from streamlit.testing.v1 import AppTest

from structviz import data
from structviz.figures import arm_title
from structviz.folders import PRETRAINED
from structviz.ui.browser.rotor import CURVES
from structviz.ui.pages.rotation.options import OWN, SOURCES, STRIPES, offered_arms
from structviz.ui.pages.rotation.presets import PRESETS
from tests.app.inbox import data_of, packets
from tests.app.pages import APP, SECONDS, healthy, opener

open_page = opener("rotation")


def rotor(app: AppTest) -> dict[str, Any]:
    """What the rotor was given."""
    return data_of(app, "rotor")


def films(app: AppTest) -> dict[str, dict[str, Any]]:
    """The heads of all films and curves, by channel."""
    return {channel: head for channel, (head, _) in packets(app).items()}


def shown(app: AppTest) -> list[tuple[str, float | None]]:
    """Heading and PSNR of every picture that turns."""
    data = rotor(app)
    pairs = zip(data["columns"], data["pictures"], strict=True)
    return [(column["title"], picture["psnr"]) for column, picture in pairs]


def upright(app: AppTest) -> list[str]:
    """Headings of the upright pictures."""
    body = "".join(html.proto.body for html in app.get("html"))
    return re.findall(r'"sv-name">([^<]*)</div>', body)


def psnrs(app: AppTest, arm: str) -> list[float]:
    """PSNR of an arm in every frame of its film: every 5°."""
    column = next(column for column in rotor(app)["columns"] if column["name"] == arm)
    return films(app)[column["film"]]["psnr"]


def notice(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


def open_with_films(**parameters: str) -> AppTest:
    """The page in a browser that cannot compute by itself."""
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.session_state["rotor_films"] = True
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/rotation.py").run()


@pytest.fixture(scope="module")
def first_paint() -> AppTest:
    return healthy(open_with_films())


@pytest.fixture(scope="module")
def lecture() -> AppTest:
    return healthy(open_page(rot_source=SOURCES[STRIPES], rot_angle="90"))


def test_the_page_opens_upright_and_the_first_drag_makes_the_point(first_paint: AppTest) -> None:
    titles, values = zip(*shown(first_paint), strict=True)
    assert titles == ("Noisy", "Ordinary", "Equivariant", "Ground truth")
    noisy, ordinary, equivariant, _ = values
    assert min(ordinary, equivariant) > 26 > noisy + 10
    assert upright(first_paint) == []
    # Frames lie 5° apart; beyond the edge of the sector, at 22.5°, the ordinary network fades.
    outside = [k for k in range(72) if 9 <= k % 36 <= 27]
    assert max(psnrs(first_paint, "ordinary")[k] for k in outside) < 12
    assert min(psnrs(first_paint, "equivariant")) > 24
    assert rotor(first_paint)["sectors"] == [[-22.5, 22.5], [157.5, 202.5]]


def test_the_lectures_stripes_make_its_point_without_a_click(lecture: AppTest) -> None:
    titles, values = zip(*shown(lecture), strict=True)
    noisy, ordinary, equivariant, _ = values
    assert equivariant > 35 > 20 > noisy > ordinary
    assert ordinary < 8
    assert upright(lecture) == list(titles)
    assert rotor(lecture)["sectors"] == []


def test_the_summary_is_the_difference_of_the_numbers_shown(first_paint: AppTest) -> None:
    values = {title: psnr for title, psnr in shown(first_paint) if psnr is not None}
    lead = round(values["Equivariant"], 1) - round(values["Ordinary"], 1)
    assert float(first_paint.metric[0].value.removesuffix(" dB").replace("−", "-")) == pytest.approx(lead, abs=1e-6)


def test_every_column_gets_its_film_and_the_numbers_at_rest_are_its_own(first_paint: AppTest) -> None:
    data, sent = rotor(first_paint), films(first_paint)
    for column, picture in zip(data["columns"], data["pictures"], strict=True):
        film = sent[column["film"]]
        assert film["frames"] == 72
        if column["name"] != "truth":
            assert film["psnr"][0] == pytest.approx(picture["psnr"], abs=2e-3)
            assert film["ssim"][0] == pytest.approx(picture["ssim"], abs=2e-4)


def test_where_films_come_the_page_says_why(lecture: AppTest) -> None:
    def says_it(app: AppTest) -> bool:
        return any("does not run WebAssembly" in caption.value for caption in app.caption)

    assert says_it(healthy(open_with_films()))
    assert not says_it(lecture)
    assert not any("does not compute" in caption.value for caption in lecture.caption)


def test_a_browser_that_computes_gets_an_image_and_weights_and_no_films(lecture: AppTest) -> None:
    engine, sent = rotor(lecture)["engine"], packets(lecture)
    assert set(sent) == {engine["script"], engine["image"], *(network["weights"] for network in engine["networks"])}
    assert b"onmessage" in sent[engine["script"]][1]["script"].tobytes()
    assert torch.equal(torch.from_numpy(sent[engine["image"]][1]["image"].copy()), data.stripes(1)[0, 0])
    for network, arm in zip(engine["networks"], ("ordinary", "equivariant"), strict=True):
        head, arrays = sent[network["weights"]]
        file = (PRETRAINED / "stripes" / f"{arm}.safetensors").read_bytes()
        found, expected = (safetensors.torch.load(bytes_) for bytes_ in (arrays["weights"].tobytes(), file))
        assert network["name"] == arm
        assert head["shape"]["width"] == 32
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[name], expected[name]) for name in found)
    assert (engine["noise"], engine["level"], engine["seed"], engine["period"]) == ("gaussian", 0.25, 0, None)
    assert sum(len(arrays.tobytes()) for _, some in sent.values() for arrays in some.values()) < 600_000


def test_methods_that_learn_nothing_are_filmed() -> None:
    app = healthy(open_page(rot_source="Cameraman", rot_arms="Non-local means", rot_size="64"))
    assert rotor(app)["engine"] is None
    assert len(films(app)) == 3
    assert any("does not compute non-local means: the server sends" in caption.value for caption in app.caption)


def test_errors_are_measured_only_when_they_are_looked_at() -> None:
    app = open_with_films()
    assert not any("errors" in head for head in films(app).values())
    healthy(app.selectbox(key="rot_curves").select("error").run())
    data, sent = rotor(app), films(app)
    ordinary, equivariant = (
        sent[column["errors"]]["errors"] for column in data["columns"] if column["name"] in ("ordinary", "equivariant")
    )
    baseline = sent[data["baseline"]]["errors"]
    assert max(equivariant[::18]) < 1e-5 < 0.1 < ordinary[18]
    assert max(baseline[::18]) == 0 < min(baseline[1:18])


def test_what_to_notice_speaks_of_this_picture(lecture: AppTest) -> None:
    assert "by 90°" in notice(lecture)
    assert "worse than the noisy input" in notice(lecture)


@pytest.mark.parametrize("source", [s for s in SOURCES if s not in (OWN, "wide")])
def test_every_source(source: str) -> None:
    app = open_page(rot_size="64")
    healthy(app.selectbox(key="rot_source").select(source).run())
    assert len(shown(app)) == 4


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset(title: str) -> None:
    app = open_page()
    healthy(app.button(key=f"rot_preset_{title}").click().run())
    preset = PRESETS[title]
    assert app.slider(key="rot_angle").value == preset.angle
    titles = [heading for heading, _ in shown(app)]
    assert titles == ["Noisy", *(arm_title(arm) for arm in preset.arms), "Ground truth"]


def test_every_control_changes_the_numbers() -> None:
    app = open_page(rot_source="Cameraman", rot_size="64")
    seen = [shown(app)]

    def changed() -> None:
        healthy(app)
        assert shown(app) not in seen
        seen.append(shown(app))

    app.slider(key="rot_angle").set_value(30).run()
    changed()
    app.segmented_control(key="rot_noise_turns").set_value(True).run()
    changed()
    app.slider(key="rot_level").set_value(0.1).run()
    changed()
    app.selectbox(key="rot_noise").select("poisson").run()
    changed()
    app.number_input(key="rot_seed").set_value(7).run()
    changed()
    app.pills(key="rot_arms").set_value(list(offered_arms({"source": "camera"}))).run()
    changed()
    app.segmented_control(key="rot_training").set_value("large").run()
    changed()
    app.segmented_control(key="rot_matching").set_value("parameters").run()
    changed()
    app.segmented_control(key="rot_group").set_value("C8").run()
    changed()
    app.segmented_control(key="rot_size").set_value(128).run()
    changed()


def test_a_match_that_does_not_ship_is_named() -> None:
    app = open_page(rot_source="Cameraman", rot_size="64", rot_matching="parameters")
    healthy(app)
    assert not any("as many channels is shown" in caption.value for caption in app.caption)
    healthy(app.segmented_control(key="rot_group").set_value("D4").run())
    assert any("No D4 network" in caption.value for caption in app.caption)
    healthy(app.selectbox(key="rot_source").select("wide").run())
    assert any("No network for wide stripes" in caption.value for caption in app.caption)


def test_differences_keep_the_numbers() -> None:
    app = open_page()
    before, pictures = shown(app), rotor(app)["pictures"]
    healthy(app.toggle(key="rot_differences").set_value(True).run())
    assert shown(app) == before
    after = rotor(app)["pictures"]
    changed = [one["png"] != other["png"] for one, other in zip(pictures, after, strict=True)]
    assert changed == [True, True, True, False], "the truth stays"


def test_films_do_not_depend_on_the_angle() -> None:
    app = open_with_films()
    before = films(app)
    healthy(app.slider(key="rot_angle").set_value(35).run())
    assert films(app) == before


def test_noise_that_turns_makes_quarter_turns_alike_for_the_equivariant_network() -> None:
    def spread(app: AppTest) -> float:
        quarters = psnrs(app, "equivariant")[::18]
        return max(quarters) - min(quarters)

    app = open_with_films()
    assert spread(app) > 0.01
    healthy(app.segmented_control(key="rot_noise_turns").set_value(True).run())
    assert spread(app) < 1e-3


def test_the_average_over_the_group_says_what_it_costs() -> None:
    app = open_page()
    healthy(app.button(key="rot_preset_Average over the group").click().run())
    assert "at the cost of four passes" in notice(app)


def test_upright_needs_no_second_row_and_no_networks_show_the_input() -> None:
    app = open_page()
    healthy(app.slider(key="rot_angle").set_value(0).run())
    assert [title for title, _ in shown(app)] == ["Noisy", "Ordinary", "Equivariant", "Ground truth"]
    assert upright(app) == []
    healthy(app.pills(key="rot_arms").set_value([]).run())
    assert [title for title, _ in shown(app)] == ["Noisy", "Ground truth"]
    assert "No network is chosen" in notice(app)


def test_state_survives_a_visit_to_another_page() -> None:
    app = open_page()
    app.slider(key="rot_angle").set_value(45).run()
    app.switch_page("pages/home.py").run()
    healthy(app.switch_page("pages/rotation.py").run())
    assert app.slider(key="rot_angle").value == 45


@pytest.mark.parametrize(
    "parameters",
    [
        {"rot_angle": "sideways"},
        {"rot_angle": "1e99"},
        {"rot_angle": "-720"},
        {"rot_source": "../../etc/passwd"},
        {"rot_arms": "none"},
        {"rot_level": "nan"},
        {"rot_seed": "1.5"},
        {"rot_group": "C999"},
        {"rot_size": "100000"},
        {"rot_curves": "sideways"},
        {"rot_noise_turns": "maybe"},
        {"rot_differences": "2"},
        {"rot_colour": "blue"},
        {"rot_layer_of_3": "4"},
    ],
    ids=str,
)
def test_wrong_addresses_open_the_page(parameters: dict[str, str]) -> None:
    app = healthy(open_page(**parameters))
    assert len(shown(app)) >= 3
    assert len(app.toast) == 1
    name, value = next(iter(parameters.items()))
    assert f"`{name}={value}`"[:40] in app.toast[0].value
    assert app.run().toast == [], "it is said once"


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"rot_angle": "45"},
        {"rot_source": "Cameraman"},
        {"rot_level": "0.1"},
        {"rot_noise_turns": "turns with the object"},
        {"rot_curves": CURVES["error"]},
        {"rot_differences": "true"},
        {"rot_layer": "2"},
        {"rot_layer_of_3": "2"},
        {"other_page": "anything"},
    ],
    ids=str,
)
def test_right_addresses_are_taken_without_a_word(parameters: dict[str, str]) -> None:
    app = healthy(open_page(**parameters))
    assert app.toast == []
    if "rot_source" in parameters:
        assert app.selectbox(key="rot_source").value == "camera"


def test_old_links_to_a_layer_still_open_it() -> None:
    app = healthy(open_page(rot_layer_of_3="2", rot_inside="true"))
    assert app.toast == []
    assert app.segmented_control(key="rot_layer").value == 2
    assert any("of layer 2," in html.proto.body for html in app.get("html"))


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    PillowImage.linear_gradient("L").resize((width, height)).save(file, "PNG")
    return file.getvalue()


def test_a_whole_turn_is_no_turn() -> None:
    app = healthy(open_page(rot_angle="360"))
    assert "exactly" not in notice(app)
    assert "Turn it" in notice(app)


def test_old_links_to_the_lectures_stripes_still_open_them() -> None:
    app = healthy(open_page(rot_source="The lecture's stripes", rot_angle="45", rot_arms="Ordinary"))
    assert app.toast == []
    assert (app.selectbox(key="rot_source").value, app.slider(key="rot_angle").value) == (STRIPES, 45)


def test_own_image_and_a_bad_one_after_it() -> None:
    app = open_page(rot_size="64")
    healthy(app.selectbox(key="rot_source").select(OWN).run())
    stand_in = shown(app)
    assert len(stand_in) == 4
    healthy(app.file_uploader[0].set_value(("mine.png", png(200, 150), "image/png")).run())
    mine = shown(app)
    assert mine != stand_in
    app.file_uploader[0].set_value(("text.png", b"this is no picture", "image/png")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "PNG" in app.error[0].value
    assert shown(app) == mine


def test_looking_inside_is_computed_when_it_is_opened() -> None:
    app = open_page()
    inside = next(e for e in app.expander if e.label.startswith("Look inside"))
    assert not any("sv-film" in html.proto.body for html in app.get("html"))
    assert not inside.markdown
    app.session_state["rot_inside"] = True
    healthy(app.run())
    assert any("sv-film" in html.proto.body for html in app.get("html"))
