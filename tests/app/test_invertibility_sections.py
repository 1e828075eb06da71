"""The sections of the invertibility page on densities, photographs and memory, without a browser."""

import pytest

from structviz import zoo
from structviz.data import toy_split
from structviz.displayed import number
from structviz.nets import InvertibleMap
from structviz.ui.pages.invertibility.densities import FLOWS, density_study, flow_name, learned_flow
from structviz.ui.pages.invertibility.density import density_png, density_script
from structviz.ui.pages.invertibility.presets import PRESETS
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("invertibility")


def words(app: object) -> str:
    return " ".join(element.value for element in app.markdown)  # pyright: ignore


@pytest.mark.parametrize("kind", FLOWS)
def test_a_density_is_shown_with_the_likelihood_of_points_that_were_held_out(kind: str) -> None:
    app = healthy(open_page(inv_density="true", inv_flow=FLOWS[kind], inv_dataset="Exclusive or"))
    net = zoo.load(flow_name(kind, "xor"))
    assert isinstance(net, InvertibleMap)
    _, (held_out, _) = toy_split("xor", 2, 5000, seed=0)
    nats = number(net.log_prob(held_out[:2000]).mean().item(), 2, " nats")
    assert f"2,000 held-out points have a log-likelihood of {nats} each on average" in words(app)
    cell = data_of(app, "cell")
    assert len(cell["layers"]) == net.n_layers
    assert cell["cell"] == [0.3, 0.4, 0.2]


def test_points_on_a_line_have_no_density_and_the_page_says_so() -> None:
    app = healthy(open_page(inv_density="true", inv_dataset="Donut on a line"))
    assert "no density in the plane" in app.info[0].value


@pytest.mark.parametrize("wrong", ["1,2", "0,0,0.01", "0,0,1", "9,0,0.1", "a,b,c"])
def test_a_cell_that_cannot_be_is_left_out(wrong: str) -> None:
    app = healthy(open_page(inv_density="true", inv_cell=wrong))
    assert "inv_cell" in app.toast[0].value
    assert data_of(app, "cell")["cell"] == [0.3, 0.4, 0.2]


def test_memory_is_measured_when_a_visitor_asks_for_it() -> None:
    app = healthy(open_page(inv_memory="true"))
    assert "times as many multiplications" not in words(app)
    app.button(key="inv_measure_memory").click().run(timeout=60)
    assert "1.67 times as many multiplications" in words(healthy(app))


def test_a_photograph_comes_back_and_an_edit_is_said() -> None:
    app = healthy(open_page(inv_photographs="true"))
    assert "no pixel of 256 grey levels differs" in words(app)
    assert "Nothing is edited yet" in words(app)
    app = healthy(open_page(inv_photographs="true", inv_factor="0.0"))
    assert "12,288 numbers of it (75 %), the fine details, are multiplied by 0.00" in words(app)


def test_presets_open_the_sections() -> None:
    assert any(preset.density for preset in PRESETS.values())
    assert any(preset.photographs for preset in PRESETS.values())


def test_the_script_computes_the_likelihood_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    exec(density_script("affine", "xor"), {})
    said = capsys.readouterr().out
    study = density_study(learned_flow("affine", "xor"))
    assert f"{study.nats['flow']:.2f} nats" in said
    assert "probability of the plane: 1.0" in said
    assert density_png(study, "exact")[1:4] == b"PNG"
