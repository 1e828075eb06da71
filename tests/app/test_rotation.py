"""The rotation page without a browser: first paint, every transition, bad values."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from streamlit.testing.v1 import AppTest

from structviz.ui.rotation import ARMS, OWN, PRESETS, SOURCES

APP = Path(__file__).parents[2] / "app.py"


def open_page(**parameters: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/rotation.py").run()


def healthy(app: AppTest) -> AppTest:
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app


def tiles(app: AppTest) -> list[tuple[str, str]]:
    """Heading and number of every picture on the page, row by row."""
    body = "".join(html.proto.body for html in app.get("html"))
    return re.findall(r'"sv-name">([^<]*)</div>.*?"sv-number">([^<]*)</span>', body)


def number(text: str) -> float:
    return float(text.removesuffix(" dB"))


def notice(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


@pytest.fixture(scope="module")
def first_paint() -> AppTest:
    return healthy(open_page())


def test_first_paint_makes_the_point_without_a_click(first_paint: AppTest) -> None:
    shown = tiles(first_paint)
    assert [title for title, _ in shown] == 2 * ["Noisy", "Ordinary", "Equivariant", "Ground truth"]
    noisy, ordinary, equivariant = (number(text) for _, text in shown[:3])
    noisy_turned, ordinary_turned, equivariant_turned = (number(text) for _, text in shown[4:7])
    assert min(ordinary, equivariant, equivariant_turned) > 35 > 20 > noisy == pytest.approx(noisy_turned, abs=0.5)
    assert ordinary_turned < 8


def test_the_summary_is_the_difference_of_the_numbers_shown(first_paint: AppTest) -> None:
    shown = tiles(first_paint)
    lead = number(shown[6][1]) - number(shown[5][1])
    assert number(first_paint.metric[0].value) == pytest.approx(lead, abs=0.11)


def test_what_to_notice_speaks_of_this_picture(first_paint: AppTest) -> None:
    assert "by 90°" in notice(first_paint)
    assert "worse than the noisy input" in notice(first_paint)


@pytest.mark.parametrize("source", [s for s in SOURCES if s not in (OWN, "stripes")])
def test_every_source(source: str) -> None:
    app = open_page()
    healthy(app.selectbox(key="rot_source").select(source).run())
    assert len(tiles(app)) == 8


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset(title: str) -> None:
    app = open_page()
    healthy(next(button for button in app.button if button.label == title).click().run())
    preset = PRESETS[title]
    assert app.slider(key="rot_angle").value == preset.angle
    shown = [heading for heading, _ in tiles(app)]
    assert shown == 2 * ["Noisy", *(arm.capitalize() for arm in preset.arms), "Ground truth"]


def test_every_control_changes_the_numbers() -> None:
    app = open_page(rot_source="Cameraman")
    app.selectbox(key="rot_source").select("camera").run()
    seen = [tiles(app)]

    def changed() -> None:
        healthy(app)
        assert tiles(app) not in seen
        seen.append(tiles(app))

    app.slider(key="rot_angle").set_value(30).run()
    changed()
    app.slider(key="rot_level").set_value(0.1).run()
    changed()
    app.selectbox(key="rot_noise").select("poisson").run()
    changed()
    app.number_input(key="rot_seed").set_value(7).run()
    changed()
    app.pills(key="rot_arms").set_value(list(ARMS)).run()
    changed()
    app.segmented_control(key="rot_training").set_value("large").run()
    changed()
    app.segmented_control(key="rot_group").set_value("C8").run()
    changed()
    app.segmented_control(key="rot_size").set_value(64).run()
    changed()


def test_differences_keep_the_numbers() -> None:
    app = open_page()
    before, pictures = tiles(app), app.get("html")[0].proto.body
    healthy(app.toggle(key="rot_differences").set_value(True).run())
    assert tiles(app) == before
    assert app.get("html")[0].proto.body != pictures


def test_upright_shows_one_row_and_no_networks_shows_the_input() -> None:
    app = open_page()
    healthy(app.slider(key="rot_angle").set_value(0).run())
    assert [title for title, _ in tiles(app)] == ["Noisy", "Ordinary", "Equivariant", "Ground truth"]
    healthy(app.pills(key="rot_arms").set_value([]).run())
    assert [title for title, _ in tiles(app)] == ["Noisy", "Ground truth"]


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
    ],
    ids=str,
)
def test_wrong_addresses_open_the_page(parameters: dict[str, str]) -> None:
    app = healthy(open_page(**parameters))
    assert len(tiles(app)) >= 4


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    PillowImage.linear_gradient("L").resize((width, height)).save(file, "PNG")
    return file.getvalue()


def test_own_image_and_a_bad_one_after_it() -> None:
    app = open_page()
    healthy(app.selectbox(key="rot_source").select(OWN).run())
    stand_in = tiles(app)
    assert len(stand_in) == 8
    healthy(app.file_uploader[0].set_value(("mine.png", png(200, 150), "image/png")).run())
    mine = tiles(app)
    assert mine != stand_in
    app.file_uploader[0].set_value(("text.png", b"this is no picture", "image/png")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "PNG" in app.error[0].value
    assert tiles(app) == mine
