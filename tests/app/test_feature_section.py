"""The section of feature maps and filters, without a browser."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from structviz import zoo
from structviz.displayed import PERCENT
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import feature_layers
from tests.app.pages import healthy

PHOTOGRAPH = {"rot_source": "Cameraman", "rot_level": "0.05"}


def script() -> None:
    from structviz.ui.kit.form import Form
    from structviz.ui.pages.rotation.choice import RotationChoice
    from structviz.ui.pages.rotation.features import feature_section

    form = Form("rot", RotationChoice)
    form.warn_ignored()
    choice = form.show()
    with form.section("inside") as is_open:
        if is_open:
            feature_section(form, choice)


def section(**parameters: str | list[str]) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in {"rot_inside": "true", **parameters}.items():
        app.query_params[name] = value
    return app.run()


def bodies(app: AppTest) -> list[str]:
    return [html.proto.body for html in app.get("html")]


def table(app: AppTest) -> dict[str, list[str]]:
    text = next(m.value for m in app.markdown if m.value.startswith("| Change"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


def notice(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


def test_nothing_is_computed_before_it_is_opened() -> None:
    app = healthy(section(rot_inside="false"))
    assert bodies(app) == []
    assert len(app.markdown) == 0


def test_film_numbers_and_filters_are_there() -> None:
    app = healthy(section(**PHOTOGRAPH))
    film, filters = bodies(app)
    assert re.search(r'<img class="sv-moving" src="data:image/webp;base64,[^"]{10000,}" alt="[^"]+turn', film)
    assert "prefers-reduced-motion" in film
    assert len(film) < 3_300_000
    # First, a middle and the last layer of both networks.
    assert filters.count("data:image/png") == 6
    assert filters.count("turned by the elements of C4") == 2
    found = table(app)
    assert set(found) == {"Ordinary", "Equivariant"}
    assert "·10⁻" in found["Equivariant"][0]
    assert int(found["Ordinary"][0].removesuffix(PERCENT)) >= 10
    assert "the **equivariant** network stand still" in notice(app)
    assert f"those of the **ordinary** network change by up to {found['Ordinary'][0]}" in notice(app)


def test_every_layer() -> None:
    app = section(**PHOTOGRAPH)
    seen = [table(app)]
    for layer in (2, 5):
        healthy(app.segmented_control(key="rot_layer").set_value(layer).run())
        assert table(app) not in seen
        assert f"of layer {layer}," in bodies(app)[0]
        seen.append(table(app))


@pytest.mark.parametrize("value", ["7", "0", "-1", "many", "1.5"])
def test_wrong_layers_in_the_address_open_the_first_and_are_named(value: str) -> None:
    app = healthy(section(rot_layer=value))
    assert "of layer 1," in bodies(app)[0]
    assert f"`rot_layer={value}`" in app.toast[0].value


def test_a_layer_that_other_networks_lack_gives_way_to_the_first() -> None:
    app = healthy(section(**PHOTOGRAPH, rot_layer="5"))
    assert "of layer 5," in bodies(app)[0]
    healthy(app.selectbox(key="rot_source").select("stripes").run())
    assert "of layer 1," in bodies(app)[0]


@pytest.mark.parametrize(
    ("source", "name"),
    [("wide", "stripes/wide-ordinary"), ("stripes", "stripes/ordinary"), ("camera", "images/ordinary-small")],
    ids=["wide", "stripes", "images"],
)
def test_layers_are_those_of_the_shipped_networks(source: str, name: str) -> None:
    depth = len(zoo.card(name).network["dilations"])
    assert feature_layers({**RotationChoice.defaults(), "source": source}) == range(1, depth)


def test_averaged_network_is_left_out() -> None:
    app = healthy(section(rot_arms=["Ordinary", "Equivariant", "Symmetrised"]))
    assert set(table(app)) == {"Ordinary", "Equivariant"}
    app = healthy(section(rot_arms="Symmetrised"))
    assert bodies(app) == []
    assert len(app.info) == 1


def test_one_network_and_three() -> None:
    assert set(table(healthy(section(rot_arms="Equivariant")))) == {"Equivariant"}
    app = healthy(section(rot_arms=["Ordinary", "Augmented", "Equivariant"]))
    assert list(table(app)) == ["Ordinary", "Augmented", "Equivariant"]
    assert len(bodies(app)[0]) < 3_300_000


def test_downloads() -> None:
    app = section()
    assert [button.proto.label for button in app.get("download_button")] == ["Film (WebP)", "Film (GIF)"]
