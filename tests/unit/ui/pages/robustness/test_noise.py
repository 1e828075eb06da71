"""An attack while it is computed: its steps appear one by one, it can be stopped, and it goes on."""

import pytest
from streamlit.testing.v1 import AppTest

from structviz.data import imagenet_classes
from structviz.studies.robustness.shipped import shipped_noise

SECONDS = 180


def watched() -> None:
    """Shows an attack after 3 steps of the first strength and after 5, then what a visitor has stopped."""
    from dataclasses import replace

    import streamlit as st

    from structviz.studies.robustness.noise import NoiseSearch, NoiseStudy
    from structviz.studies.robustness.shipped import shipped_noise
    from structviz.ui.kit.fair_queue import Place
    from structviz.ui.pages.robustness.noise import _Watch

    class Progress(NoiseSearch):
        found: NoiseStudy | None = None

        def study(self) -> NoiseStudy | None:
            return self.found

    whole = shipped_noise("chelsea", "gibbon")
    progress = Progress(lambda: lambda x: x, whole.photo, None)
    watch = _Watch(st.empty(), progress, lambda: st.session_state.update(stopped=True))
    watch(Place(1, 12.0))
    seen = [0, 3, 5, 5, 7, 9, 11, 13, 15]
    for steps in seen[: st.session_state["looks"]]:
        progress.steps = steps
        n = 2 + steps % 3
        progress.found = replace(whole, radii=whole.radii[:n], probabilities=whole.probabilities[:n])
        watch(Place(0, 2.0))


def test_before_the_first_look_there_is_no_stop() -> None:
    app = AppTest.from_function(watched, default_timeout=SECONDS)
    app.session_state["looks"] = 0
    app.run()
    assert not app.exception
    assert not app.button
    assert not app.caption


def line_of(step: int) -> str:
    k = 1 + step % 3
    share, best = shipped_noise("chelsea", "gibbon").probabilities[k].max(0)
    return f"step {step}, ε = {k / 4:g}/255: {imagenet_classes()[int(best)]}, {100 * share.item():.1f} %"


@pytest.mark.parametrize(("looks", "lines"), [(1, ["0"]), (3, ["0", "3", "5"]), (4, ["0", "3", "5"])])
def test_every_step_has_its_line_once(looks: int, lines: list[str]) -> None:
    app = AppTest.from_function(watched, default_timeout=SECONDS)
    app.session_state["looks"] = looks
    app.run()
    assert not app.exception
    said = app.caption[0].value.split("  \n")
    assert said == [line_of(int(step)) for step in lines]
    assert len(app.button) == 1
    app.button[0].click().run()
    assert app.session_state["stopped"]


def test_the_last_six_lines_stay() -> None:
    app = AppTest.from_function(watched, default_timeout=SECONDS)
    app.session_state["looks"] = 9
    app.run()
    said = app.caption[0].value.split("  \n")
    assert [line.split(",")[0] for line in said] == [f"step {step}" for step in (5, 7, 9, 11, 13, 15)]


def stopped_page() -> None:
    """Asks for an attack that the visitor has stopped after two steps."""
    import streamlit as st

    from structviz.studies.robustness.noise import NoiseSearch, NoiseStudy
    from structviz.studies.robustness.shipped import shipped_noise
    from structviz.ui.pages.robustness import noise
    from structviz.ui.pages.robustness.choice import RobustnessChoice

    class Progress(NoiseSearch):
        def study(self) -> NoiseStudy | None:
            return shipped_noise("coffee", None)

    progress = Progress(lambda: lambda x: x, shipped_noise("coffee", None).photo, None)
    noise.noise_search = lambda *_: ("key", progress)
    noise.noise_study = lambda *_: shipped_noise("rocket", None)
    if "begun" not in st.session_state:
        st.session_state.update(begun=True, robust_stopped=st.session_state["stop_of"])
    found = noise.find_noise(RobustnessChoice(target="goldfish"), st.container())
    st.text(str(found.label == shipped_noise("coffee", None).label))


@pytest.mark.parametrize("stop_of", ["key", "another"])
def test_what_was_stopped_stays_until_the_visitor_goes_on(stop_of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from structviz.ui.pages.robustness import noise

    for name in ("noise_search", "noise_study"):
        monkeypatch.setattr(noise, name, getattr(noise, name))  # put back after the test
    app = AppTest.from_function(stopped_page, default_timeout=SECONDS)
    app.session_state["stop_of"] = stop_of
    app.run()
    assert not app.exception
    assert app.text[0].value == str(stop_of == "key")
    assert len(app.button) == (stop_of == "key")
    if stop_of == "key":
        app.button[0].click().run()
        assert app.text[0].value == "False"
        assert not app.button
