"""Pins, undo and explained terms on every page that has them: A stays, B follows, and the numbers are the page's."""

from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.config import TrainConfig
from structviz.jobs import Store
from structviz.ui.pages.train.presets import PRESETS as TRAINED
from tests.app.lab import finished
from tests.app.pages import healthy, open_page

pytestmark = pytest.mark.usefixtures("quick_study", "no_run_is_left")

PAGES: Mapping[str, dict[str, Any]] = {
    "rotation": {"parameters": {}, "control": "rot_level", "label": "Noise level", "before": "0.25", "after": 0.1},
    "ct": {
        "parameters": {"ct_size": "64", "ct_views": "20", "ct_methods": ["FBP", "Equivariant"]},
        "control": "ct_views",
        "label": "Views",
        "before": "20",
        "after": 30,
    },
    "flow": {
        "parameters": {"flow_source": "Exclusive or", "flow_compare": "one network alone"},
        "control": "flow_seed",
        "label": "Seed of the points",
        "before": "0",
        "after": 5,
    },
    "notation": {
        "parameters": {},
        "control": "notation_weight",
        "label": "Weight λ of R(θ)",
        "before": "0.001",
        "after": 0.5,
    },
    "stability": {
        "parameters": {},
        "control": "stability_layers",
        "label": "Layers",
        "before": "40",
        "after": 5,
    },
    "optimal_control": {
        "parameters": {},
        "control": "control_seed",
        "label": "Seed of points and weights",
        "before": "0",
        "after": 3,
    },
    "invertibility": {
        "parameters": {"inv_steps": "6"},
        "control": "inv_steps",
        "label": "Steps of the ResNet",
        "before": "6",
        "after": 40,
    },
    "manifolds": {
        "parameters": {},
        "control": "manifolds_layers",
        "label": "Layers",
        "before": "20",
        "after": 30,
    },
    "robustness": {
        "parameters": {},
        "control": "robust_photo",
        "label": "Photograph",
        "before": "Chelsea the cat",
        "after": "coffee",
        "shown": "Coffee cup",
    },
}


def press(app: AppTest, label: str) -> AppTest:
    return healthy(next(button for button in app.button if button.label.endswith(label)).click().run())


def change(app: AppTest, control: str, value: float | str) -> AppTest:
    kinds = ("slider", "selectbox", "number_input")
    kind = next(kind for kind in kinds if any(one.key == control for one in getattr(app, kind)))
    return healthy(getattr(app, kind)(key=control).set_value(value).run())


def table(app: AppTest) -> dict[str, list[str]]:
    """The numbers of A, of B, and their difference, by their labels; empty without a pin."""
    found = [m.value for m in app.markdown if m.value.startswith("| Number | A | B |")]
    if not found:
        return {}
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in found[0].splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("page", PAGES)
def test_a_stays_b_follows_and_undo_brings_it_back(page: str) -> None:
    case = PAGES[page]
    app = healthy(open_page(page, **case["parameters"]))
    assert table(app) == {}
    assert app.button(key=f"{case['control'].partition('_')[0]}_undo").disabled
    press(app, "Pin as A")
    pinned = {label: cells[0] for label, cells in table(app).items()}
    assert pinned
    assert all(cells[0] == cells[1] for cells in table(app).values())
    change(app, case["control"], case["after"])
    said = next(m.value for m in app.markdown if m.value.startswith("**From A to B:**"))
    assert (
        said == f"**From A to B:** **{case['label']}** {_shown(case['before'], page)} → "
        f"{_shown(case.get('shown', case['after']), page)}."
    )
    compared = table(app)
    assert {label: cells[0] for label, cells in compared.items()} == pinned
    assert any(cells[0] != cells[1] for cells in compared.values())
    press(app, "Undo")
    assert all(cells[0] == cells[1] for cells in table(app).values())
    press(app, "Redo")
    assert table(app) == compared
    press(app, "Unpin")
    assert table(app) == {}


def _shown(value: object, page: str) -> str:
    return f"{float(str(value)):.3f}" if page == "notation" else str(value)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("rotation", ["**peak signal-to-noise ratio**", "**structural similarity**", "**arm**", "**C16**", "σ = 0.25"]),
        (
            "ct",
            ["**peak signal-to-noise ratio**", "**Filtered backprojection**", "20 views", "**C4**", "turning after it"],
        ),
        ("flow", ["**accuracy**", "of 300 points", "**σ** is the nonlinearity"]),
        ("stability", ["**Lipschitz constant**", "**σ** is the nonlinearity"]),
        ("robustness", ["**ε**", "**adversarial example**", "**Projected gradient descent**"]),
        ("manifolds", ["**manifold**", "**exponential map**", "The largest of 150 points"]),
        ("invertibility", ["**inverse error**", "has 53 bits", "of the points here"]),
        ("optimal_control", ["**costate**", "**control Hamiltonian**", "weights of 40 layers"]),
        ("notation", ["**loss**", "of 200 points", "the ReLU"]),
        ("train", ["**N**", "N = 16 now", "**arm**", "half the mean squared error", "**C4**", "39.9 dB above"]),
    ],
)
def test_terms_are_explained_with_the_numbers_of_the_page(page: str, words: list[str]) -> None:
    app = healthy(open_page(page, **PAGES.get(page, {"parameters": {}})["parameters"]))
    text = "\n".join(markdown.value for markdown in app.markdown)
    assert [word for word in words if word not in text] == []


def test_results_of_training_can_be_pinned(store: Store, engine: object) -> None:
    del engine
    names = [
        finished(store, TrainConfig("stripes", steps=steps, n_train=4), {"psnr_upright": 40.0, "psnr_turned": psnr}).id
        for steps, psnr in ((40, 6.0), (80, 11.5))
    ]
    app = healthy(open_page("train", train_runs=names[0]))
    press(app, "Pin as A")
    assert table(app)["Ordinary, turned"] == ["6.0 dB", "6.0 dB", "0.0 dB"]
    app.session_state["train_runs"] = names[1]
    del app.query_params["train_runs"]
    healthy(app.run())
    assert table(app)["Ordinary, turned"] == ["6.0 dB", "11.5 dB", "+5.5 dB"]
    assert any(m.value == "**From A to B:** **Steps** 40 → 80." for m in app.markdown)
    press(app, next(iter(TRAINED)))
    assert table(app)["Ordinary, turned"][0] == "6.0 dB"
