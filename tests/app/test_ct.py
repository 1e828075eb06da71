"""The CT page without a browser: first paint, presets, every transition, bad values, own scans."""

import io
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image as PillowImage
from streamlit.testing.v1 import AppTest

from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.ui.kit.turning import TurnPayload, turn_payloads
from structviz.ui.pages.ct.options import OWN
from structviz.ui.pages.ct.places import line_ends, line_text, place_after
from structviz.ui.pages.ct.presets import PRESETS
from tests.app.inbox import data_of, has_component, packets
from tests.app.pages import healthy, open_unpainted, opener
from tests.unit.data import dicom_files

open_page = opener("ct")
Films = Callable[..., Iterator[tuple[str, TurnPayload]]]
FAST = {"ct_size": "64", "ct_views": "20", "ct_methods": ["FBP"]}


def slices(app: AppTest) -> list[dict[str, Any]]:
    """The heads of the columns of the viewer."""
    head, _ = packets(app)[data_of(app, "viewer")["slices"]]
    return head["stacks"]


def view(app: AppTest) -> dict[str, Any]:
    return data_of(app, "viewer")["view"]


def shown(app: AppTest) -> dict[str, float | None]:
    """PSNR of every result, by the heading of its column."""
    return {stack["title"]: stack["psnr"][-1] if stack["psnr"] else None for stack in slices(app)}


def decibels(found: dict[str, float | None], title: str) -> float:
    """The PSNR of a plate that has one."""
    value = found[title]
    assert value is not None
    return value


def notice(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


def pictured(app: AppTest) -> str:
    return next(caption.value for caption in app.caption if "the peak is 0.5/cm" in caption.value)


def outside(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning]


@pytest.fixture(scope="module", autouse=True)
def films() -> Iterator[Films]:
    """The films, which no page of these tests computes unless it asks for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("structviz.ui.kit.rotor.turn_payloads", lambda *_: iter(()))
        yield turn_payloads


@pytest.fixture(scope="module")
def first_paint() -> AppTest:
    return healthy(open_page(ct_angle="90"))


def test_first_paint_makes_the_point_without_a_click(first_paint: AppTest) -> None:
    found = shown(first_paint)
    assert list(found) == ["Ordinary", "Equivariant", "Ground truth"]
    assert decibels(found, "Equivariant") > decibels(found, "Ordinary") + 1 > 20
    assert [stack["frames"] for stack in slices(first_paint)] == [6, 6, 1]
    assert outside(first_paint) == []
    assert first_paint.toast == []
    where = view(first_paint)
    assert (where["row"], where["column"]) == pytest.approx((0.61, 0.5))


def test_sentences_and_summary_follow_the_numbers(first_paint: AppTest) -> None:
    found = shown(first_paint)
    ahead = decibels(found, "Equivariant") - decibels(found, "Ordinary")
    assert float(first_paint.metric[0].value.removesuffix(" dB")) == pytest.approx(ahead, abs=0.051)
    assert f"At 90° the **equivariant** network is ahead by {ahead:.1f} dB" in notice(first_paint)
    curve = next(stack["psnr"] for stack in slices(first_paint) if stack["name"] == "equivariant")
    said = f"The **equivariant** network goes from {curve[0]:.1f} dB to {curve[-1]:.1f} dB in 5 steps"
    assert said in notice(first_paint)
    assert "permutes the views and reverses the detectors of half of them" in notice(first_paint)


def test_first_paint_says_what_is_shown_and_what_is_counted(first_paint: AppTest) -> None:
    (said,) = (caption.value for caption in first_paint.caption if "the peak is 0.5/cm" in caption.value)
    assert "computer-made" in said
    assert "44 cm wide" in said
    (claim,) = (m.value for m in first_paint.markdown if "computer-made test patients" in m.value)
    assert "**ordinary**" in claim
    assert "unless" not in claim


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset(title: str) -> None:
    app = open_page(**FAST)
    healthy(app.button(key=f"ct_preset_{title}").click().run())
    preset = PRESETS[title]
    assert list(shown(app)) == [*map(arm_title, preset.methods), arm_title("truth")]
    assert app.slider(key="ct_angle").value == preset.angle
    assert app.slider(key="ct_views").value == preset.views
    assert app.selectbox(key="ct_phantom").value == preset.phantom
    assert bool(outside(app)) == (title in ("Few views", "Few photons"))
    spine = place_after(preset.angle, 0.61, 0.5)
    assert (view(app)["row"], view(app)["column"]) == pytest.approx(spine)


def test_what_learns_nothing_is_one_click_away() -> None:
    app = open_page(ct_angle="0")
    before = shown(app)
    healthy(app.pills(key="ct_methods").set_value(["equivariant", "tv", "ordinary", "fbp"]).run())
    after = shown(app)
    assert list(after) == ["FBP", "Total variation", "Ordinary", "Equivariant", "Ground truth"]
    assert {title: after[title] for title in before} == before
    assert decibels(after, "FBP") < decibels(after, "Total variation")
    best = max((title for title in after if after[title] is not None), key=lambda title: after[title] or 0)
    assert f"The best is the **{best.lower()}** network with {after[best]:.1f} dB" in notice(app)


def test_every_control_changes_the_numbers() -> None:
    app = healthy(open_page(**FAST))
    seen = [shown(app)]

    def changed() -> None:
        healthy(app)
        assert shown(app) not in seen
        seen.append(shown(app))

    app.slider(key="ct_angle").set_value(30).run()
    changed()
    app.slider(key="ct_views").set_value(24).run()
    changed()
    app.select_slider(key="ct_photons").set_value(1e3).run()
    changed()
    app.select_slider(key="ct_photons").set_value(math.inf).run()
    changed()
    app.number_input(key="ct_patient").set_value(5).run()
    changed()
    app.segmented_control(key="ct_degrees").set_value(120).run()
    changed()
    app.selectbox(key="ct_filter").select("ramp").run()
    changed()
    for phantom in ("shepp-logan", "ellipses"):
        app.selectbox(key="ct_phantom").select(phantom).run()
        changed()
    app.pills(key="ct_methods").set_value(["tv"]).run()
    changed()
    app.number_input(key="ct_weight").set_value(1.0).run()
    changed()


def test_noise_and_networks_can_be_chosen() -> None:
    app = healthy(open_page(ct_methods=["Ordinary"]))
    one = shown(app)
    healthy(app.number_input(key="ct_seed").set_value(3).run())
    two = shown(app)
    healthy(app.segmented_control(key="ct_training").set_value("large").run())
    assert len({found["Ordinary"] for found in (one, two, shown(app))}) == 3


def test_away_from_training_a_notice_says_in_which_way() -> None:
    app = open_page(ct_methods=["Ordinary"], ct_views="20", ct_size="64", ct_angle="0")
    healthy(app)
    (said,) = outside(app)
    assert "20 views instead of 50" in said
    assert "64² pixels instead of 128²" in said
    assert "They still run" in said
    healthy(app.segmented_control(key="ct_degrees").set_value(120).run())
    assert "views over 120° instead of 180°" in outside(app)[0]
    healthy(app.select_slider(key="ct_photons").set_value(math.inf).run())
    assert "no noise" in outside(app)[0]
    healthy(app.selectbox(key="ct_phantom").select("ellipses").run())
    assert "another object than a chest" in outside(app)[0]
    healthy(app.pills(key="ct_methods").set_value(["fbp"]).run())
    assert outside(app) == [], "what was not trained is nowhere outside"


def test_exactness_is_claimed_only_where_it_holds() -> None:
    app = open_page(ct_methods=["Equivariant"], ct_views="20", ct_size="64", ct_angle="90")
    assert "exactly the turned image" in notice(healthy(app))
    healthy(app.segmented_control(key="ct_degrees").set_value(120).run())
    assert "exactly the turned image" not in notice(app)
    assert "With views over 120° a quarter turn of the object does not permute the views" in notice(app)
    healthy(app.slider(key="ct_angle").set_value(20).run())
    assert "only quarter turns are exact, and 20° is not one of them" in notice(app)
    healthy(app.slider(key="ct_angle").set_value(0).run())
    assert "exact" not in notice(app)


def test_the_zoom_goes_with_the_object() -> None:
    app = healthy(open_page(**FAST))
    healthy(app.slider(key="ct_angle").set_value(180).run())
    assert (view(app)["row"], view(app)["column"]) == pytest.approx((0.39, 0.5))
    healthy(app.slider(key="ct_angle").set_value(0).run())
    assert (view(app)["row"], view(app)["column"]) == pytest.approx((0.61, 0.5))


@pytest.mark.parametrize(
    ("degrees", "place"), [(90, (0.5, 0.7)), (180, (0.3, 0.5)), (270, (0.5, 0.3)), (-90, (0.5, 0.3)), (360, (0.7, 0.5))]
)
def test_places_turn_counter_clockwise(degrees: float, place: tuple[float, float]) -> None:
    assert place_after(degrees, 0.7, 0.5) == pytest.approx(place)


def test_the_address_says_how_to_view() -> None:
    parameters = {"ct_low": "0.1", "ct_high": "0.3", "ct_row": "0.25", "ct_column": "0.75", "ct_zoom": "0.4"}
    app = healthy(open_page(**FAST, **parameters, ct_unit="HU", ct_iterate="2", ct_differences="true"))
    assert app.toast == []
    assert view(app) == {
        "low": 0.1,
        "high": 0.3,
        "unit": "hu",
        "row": 0.25,
        "column": 0.75,
        "zoom": 0.4,
        "iterate": 2,
        "differences": True,
        "profile": None,
    }


@pytest.mark.parametrize(
    "parameters",
    [
        {"ct_views": "0", "ct_photons": "0", "ct_zoom": "0", "ct_blue": "very"},
        {"ct_views": "1e99", "ct_photons": "nan", "ct_weight": "nan", "ct_low": "nan", "ct_high": "inf"},
        {"ct_angle": "-720", "ct_phantom": "../../etc/passwd", "ct_methods": "magic", "ct_size": "100000"},
        {"ct_patient": "1.5", "ct_unit": "furlongs", "ct_iterate": "-1", "ct_row": "up", "ct_differences": "2"},
        {"ct_line": "0.5,0.2,0.5,2"},
    ],
    ids=lambda parameters: " ".join(parameters),
)
def test_wrong_addresses_open_the_page(parameters: dict[str, str]) -> None:
    app = healthy(open_page(**{**FAST, **parameters}))
    assert "Ground truth" in shown(app)
    (toast,) = app.toast
    assert all(f"`{name}={value}`" in toast.value for name, value in parameters.items())
    assert toast.value.count("=") == len(parameters)
    assert app.run().toast == [], "it is said once"


def test_a_line_is_in_the_address_and_in_a_field() -> None:
    app = healthy(open_page(**FAST, ct_line="0.5,0.2,0.25,0.85"))
    assert app.toast == []
    assert view(app)["profile"] == [0.5, 0.2, 0.25, 0.85]
    healthy(app.text_input(key="ct_line").set_value("0.1, 0.2, 0.3, 1").run())
    assert view(app)["profile"] == [0.1, 0.2, 0.3, 1]
    healthy(app.text_input(key="ct_line").set_value("here and there").run())
    assert view(app)["profile"] is None
    assert any("row, column, row, column; got 'here and there'" in caption.value for caption in app.caption)
    healthy(app.text_input(key="ct_line").set_value("").run())
    assert view(app)["profile"] is None
    assert not any("row, column, row, column" in caption.value for caption in app.caption)


@pytest.mark.parametrize(
    "line", ["0.1,0.2,0.3", "0.1,0.2,0.3,0.4,0.5", "0,0,0,nan", "0,0,0,1.01", "-0.1,0,0,0", "0,0,0,1e999", "a,b,c,d"]
)
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ConfigError, match="four numbers from 0 to 1"):
        line_ends(line)


def test_lines_round_trip() -> None:
    assert line_ends("") is None
    assert line_text(None) == ""
    ends = (0.0, 0.12345, 0.5, 1.0)
    assert line_text(ends) == "0,0.123,0.5,1"
    assert line_ends(line_text(ends)) == pytest.approx(ends, abs=1e-3)


@pytest.mark.parametrize(("low", "high"), [("0.3", "0.3"), ("0.4", "0.1"), ("2", "0"), ("2", "2")])
def test_a_window_the_wrong_way_round_still_shows_the_slices(low: str, high: str) -> None:
    found = view(healthy(open_page(**FAST, ct_low=low, ct_high=high)))
    assert found["high"] == pytest.approx(found["low"] + 0.01)


def png(width: int, height: int, grey: int | None = None) -> bytes:
    file = io.BytesIO()
    picture = PillowImage.linear_gradient("L") if grey is None else PillowImage.new("L", (256, 256), grey)
    picture.resize((width, height)).save(file, "PNG")
    return file.getvalue()


def test_own_scans_and_bad_ones_after_them() -> None:
    app = open_page(**FAST)
    healthy(app.selectbox(key="ct_phantom").select(OWN).run())
    stand_in = shown(app)
    assert any("chest stands in" in caption.value for caption in app.caption)
    healthy(app.file_uploader[0].set_value(("mine.png", png(200, 150), "image/png")).run())
    mine = shown(app)
    assert mine != stand_in
    assert "taken to be 44 cm wide" in pictured(app)
    healthy(app.number_input(key="ct_width").set_value(8.5).run())
    assert "taken to be 8.5 cm wide" in pictured(app)
    assert data_of(app, "viewer")["side_cm"] == 8.5
    assert shown(app) != mine
    mine = shown(app)
    assert any("grey values" in caption.value for caption in app.caption)
    ramp = dicom_files.ramp()
    for name, content, words in (
        ("text.png", b"this is no picture", "PNG"),
        ("tiny.png", png(5, 5), "at least 16"),
        ("long.png", png(1000, 20), "8 times as long"),
        ("flat.png", png(64, 64, grey=80), "equal"),
        ("empty.png", b"", "empty"),
        ("many.dcm", dicom_files.ct(ramp, NumberOfFrames=3), "frame"),
        ("broken.dcm", dicom_files.ct(ramp)[:300], ""),
    ):
        app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
        assert not app.exception
        assert len(app.error) == 1, name
        assert words in app.error[0].value
        assert "Something went wrong" not in app.error[0].value
        assert shown(app) == mine, "what was there stays"
    slice_ = dicom_files.ct(ramp, PixelSpacing=[2.5, 2.5])
    healthy(app.file_uploader[0].set_value(("slice.dcm", slice_, "application/dicom")).run())
    assert "Your slice is 10 cm wide, as its file says" in pictured(app)
    assert not [number for number in app.number_input if number.key == "ct_width"]
    assert not any("grey values" in caption.value for caption in app.caption)


def test_state_survives_a_visit_to_another_page() -> None:
    app = open_page(**FAST)
    app.slider(key="ct_angle").set_value(45).run()
    app.switch_page("pages/home.py").run()
    healthy(app.switch_page("pages/ct.py").run())
    assert app.slider(key="ct_angle").value == 45
    assert app.pills(key="ct_methods").value == ["fbp"]


def test_without_methods_the_truth_stands_alone() -> None:
    app = open_page(**FAST)
    healthy(app.pills(key="ct_methods").set_value([]).run())
    assert list(shown(app)) == ["Ground truth"]
    assert "Choose a method" in notice(app)
    assert not app.metric


def test_the_sweep_is_drawn_when_it_is_opened(first_paint: AppTest) -> None:
    assert not first_paint.get("plotly_chart")
    app = healthy(open_page(**FAST, ct_sweep="true"))

    def traces() -> list[dict[str, Any]]:
        (chart,) = app.get("plotly_chart")
        return json.loads(chart.proto.spec)["data"]

    assert any("lecture" in trace["name"] for trace in traces())
    assert sum(trace["type"] == "violin" for trace in traces()) >= 6
    healthy(app.toggle(key="ct_lecture").set_value(False).run())
    assert not any("lecture" in trace["name"] for trace in traces())
    (table,) = (m.value for m in app.markdown if m.value.startswith("| dB, mean ± standard error"))
    assert "| Equivariant − augmented, upright |" in table
    assert any(m.value.startswith("On upright patients the **") for m in app.markdown)


def test_the_rotor_turns_the_object(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("structviz.ui.kit.rotor.turn_payloads", films)
    app = healthy(open_page(**FAST | {"ct_methods": ["Equivariant"], "ct_angle": 90}))
    data = data_of(app, "rotor")
    assert [column["title"] for column in data["columns"]] == ["Equivariant", "Ground truth"]
    film, _ = packets(app)[data["columns"][0]["film"]]
    assert film["frames"] == 72
    assert film["psnr"][18] == pytest.approx(shown(app)["Equivariant"], abs=2e-3)


def test_slices_and_films_wait_for_the_first_picture() -> None:
    app = healthy(open_unpainted("ct", **FAST))
    assert packets(app) == {}
    assert has_component(app, "painted")
    assert data_of(app, "viewer")["slices"] != ""


def test_everything_can_be_taken_along(first_paint: AppTest) -> None:
    labels = [button.proto.label for button in first_paint.get("download_button")]
    assert labels == [
        "Pictures (PNG)",
        "Numbers (CSV)",
        "Sinogram (NPZ)",
        "Sinogram (TIFF)",
        "Sinogram (CSV)",
        "Images (NPZ)",
        "Turn (WebP)",
        "Curves (CSV)",
        "Script (Python)",
    ]
