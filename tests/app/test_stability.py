"""The stability page without a browser: first paint, presets, pairs and steps from the browser, sections."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.stability.cloud import find_worst
from structviz.ui.pages.stability.pairs import pair_studies
from structviz.ui.pages.stability.presets import PRESETS
from structviz.ui.pages.stability.sentences import headline, record_of
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("stability")


def shown(app: AppTest) -> dict[str, Any]:
    """What the browser gets."""
    return data_of(app, "pairs")


def notice(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_opens_and_says_what_its_record_says(title: str) -> None:
    app = open_page()
    app.button(key=f"stability_preset_{title}").click().run()
    choice, given = PRESETS[title], shown(healthy(app))
    record = record_of(choice, pair_studies(choice))
    assert [len(network["layers"]) for network in given["networks"]] == [choice.layers, choice.layers]
    assert given["scale"] == choice.scale
    assert f"{record.ratio} times its distance" in notice(app)
    assert any(markdown.value == headline(record) for markdown in app.markdown)
    assert app.metric[0].value == f"{record.ratio} : {record.twin}"
    reveals = [element.proto for element in app.get("bidi_component") if "reveal" in element.proto.component_name]
    assert bool(reveals) == (title in ("An attack", "Plug and play goes astray")), "the page scrolls to the section"


def test_the_pair_and_the_step_stand_in_the_address_and_bad_ones_are_refused() -> None:
    app = healthy(open_page(stability_pair="1,0,0,1", stability_scale="1.5"))
    assert (shown(app)["pair"], shown(app)["scale"]) == ([[1, 0], [0, 1]], 1.5)
    assert "nothing is promised" in notice(app)
    app = healthy(open_page(stability_pair="1,1,1,1"))
    assert shown(app)["pair"] != [[1, 1], [1, 1]]
    assert app.toast


def test_sections_show_promises_and_a_cloud() -> None:
    app = healthy(open_page(stability_cloud="true", stability_audit="true"))
    table = next(m.value for m in app.markdown if "| Promise |" in m.value)
    assert "| **non-expansive** " in table
    assert "| yes |" in table
    assert any("400 pairs of neighbours" in m.value for m in app.markdown)
    app = healthy(open_page(stability_audit="true", stability_scale="1.5"))
    assert any("promises nothing" in m.value for m in app.markdown)


def test_the_worst_pair_of_the_twin_is_worse_than_the_one_that_is_shown() -> None:
    choice = StabilityChoice()
    found = StabilityChoice(pair=find_worst(choice, "twin"))
    assert pair_studies(found)[1].ratios.item() > 1.5 * pair_studies(choice)[1].ratios.item()
    assert pair_studies(found)[0].ratios.item() <= 1
