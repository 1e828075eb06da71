"""Every control of every page, with every value that its declaration allows and several that it does not.

A tiny page shows nothing but the controls; a case opens it with values for all of them in the address.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.kit.choice import Choice, Control, Many, Networks, Number, One, Text, Toggle, Upload, Values
from structviz.ui.kit.literal import as_code
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.notation.choice import NotationChoice
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.runs.choice import RunsChoice
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.train.choice import TrainChoice
from tests.app.pages import healthy, opener


@dataclass(frozen=True)
class Page:
    """A page on declared controls.

    Attributes
    ----------
    name, prefix, choice
        Its file, the prefix of its parameters, and its choice.
    texts
        Some allowed texts of each `Text`.
    fast
        Parameters with which the whole page opens quickly.
    """

    name: str
    prefix: str
    choice: type[Choice]
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fast: Mapping[str, str] = field(default_factory=dict)


PAGES = (
    Page("rotation", "rot", RotationChoice),
    Page(
        "ct",
        "ct",
        ScanChoice,
        {"line": ["0.1,0.2,0.3,0.4", "0, 0, 1, 1", ""]},
        {"ct_size": "64", "ct_views": "20", "ct_methods": "FBP"},
    ),
    Page("train", "train", TrainChoice, {"runs": ["20260101-000000-abcdef", "a-run,another", ""]}),
    Page("flow", "flow", FlowChoice, fast={"flow_source": "Exclusive or", "flow_compare": "plain network and ResNet"}),
    Page("runs", "runs", RunsChoice),
    Page(
        "invertibility",
        "inv",
        InvertibilityChoice,
        {"probe": ["0.5,-0.25", "0,0"], "cell": ["0.5,-0.25,0.1", "0,0,0.3"]},
    ),
    Page("notation", "notation", NotationChoice, {"theta": ["1,0,0,1,0,0", "1,0,0,1,0,0;2,0,0,2,1,1"]}),
    Page("optimal_control", "control", ControlChoice, {"probe": ["0.5,-0.25", "0,0"]}),
    Page("stability", "stability", StabilityChoice, {"pair": ["0.1,0.2,0.3,0.4", "3,3,-3,-3"]}),
    Page(
        "manifolds",
        "manifolds",
        ManifoldsChoice,
        {"point": ["0,0,1", "2,0,-1"], "view": ["-120,-40", "0,86"], "body_view": ["10,20", "0,0"]},
    ),
    Page("robustness", "robust", RobustnessChoice),
)
FEW = 50
"""Longer lists are tried at both ends."""

IDS = [page.name for page in PAGES]


def addressed(page: Page) -> dict[str, Control]:
    """The controls that the address can set; networks say themselves which are not there."""
    controls = page.choice.controls().items()
    return {name: control for name, control in controls if control.address and not isinstance(control, Networks)}


def allowed(page: Page, name: str, values: Values) -> list[tuple[Any, list[str]]]:
    """Every value of a control, of a number some, with its texts; values and titles of options both."""
    control = addressed(page)[name]
    match control:
        case One():
            titles = list(control.titles(values).items())
            titles = titles if len(titles) <= FEW else [*titles[:2], *titles[-2:]]
            return [(value, [text]) for value, title in titles for text in dict.fromkeys((title, str(value)))]
        case Many():
            titles = control.titles(values)
            single = [((value,), [title]) for value, title in titles.items()]
            return [*single, (tuple(titles), list(titles.values())), ((), [""])]
        case Number():
            low, high = control.limits(values)
            middle = (low + high) // 2 if control.whole else (low + high) / 2
            nothing = [(None, [""])] if control.open_title else []
            return [*((number, [f"{number:.12g}"]) for number in (low, middle, high)), *nothing]
        case Toggle():
            return [(True, ["true"]), (False, ["false"])]
        case Text():
            return [(text, [text]) for text in page.texts[name]]
    raise AssertionError(f"{name} is a {type(control).__name__}, for which this test has no values")


def refused(page: Page, name: str, values: Values) -> list[list[str]]:
    """Several texts that are no values of a control."""
    control = addressed(page)[name]
    found = [["no such value"], ["true", "false", "true"], ["a\n\n![b](https://c.example/d.png)"]]
    if isinstance(control, One) and not control.optional:
        found += [[""]]
    if isinstance(control, Number):
        low, high = control.limits(values)
        found += [[f"{low - 1:.12g}"], [f"{high + 1:.12g}"], ["nan"], ["1e999"], ["-inf"], ["9" * 400], ["0x1"]]
        found += [[f"{low + 0.5:.12g}"]] if control.whole else [[f"{high + 0.001:.12g}"]]
    if isinstance(control, Text):
        found += [["9" * (control.most + 1)]]
        found += [] if control.optional else [[""]]
    return found


def rounds(page: Page) -> Iterator[dict[str, tuple[Any, list[str]]]]:
    """A value for each control that applies, again and again, until each has had each."""
    controls, covered, total, chance = addressed(page), set(), set(), Random(0)
    for turn in count():
        values, picked = page.choice.defaults(), {}
        for name, control in controls.items():
            if not control.is_applicable(values):
                continue
            samples = allowed(page, name, values)
            total |= {(name, *texts) for _, texts in samples}
            fresh = [sample for sample in samples if (name, *sample[1]) not in covered]
            if not fresh and control.follow is not None:  # others depend on it: go where most is still to be shown
                samples = [max(samples, key=partial(_to_be_shown, page, controls, covered, values, name))]
            value, texts = picked[name] = fresh[0] if fresh else chance.choice(samples)
            covered.add((name, *texts))
            values[name] = value
        yield picked
        if covered == total:
            break
        assert turn < 100, f"Never shown: {sorted(total - covered)[:5]}"
    assert {name for name, *_ in covered} == set(controls), "each control applies in some round"


def _to_be_shown(
    page: Page,
    controls: Mapping[str, Control],
    covered: set[tuple[str, ...]],
    values: Values,
    name: str,
    sample: tuple[Any, list[str]],
) -> int:
    """How many values of controls have not been shown, and could be next to a value of this one.

    Other controls may depend on a later one that depends on this one: of that the most promising value counts.
    """

    def missing(beside: Values) -> int:
        applicable = [other for other, control in controls.items() if control.is_applicable(beside)]
        return sum((other, *texts) not in covered for other in applicable for _, texts in allowed(page, other, beside))

    beside = {**values, name: sample[0]}
    names = list(controls)
    later = [
        {**beside, other: value}
        for other in names[names.index(name) + 1 :]
        if controls[other].follow is not None and controls[other].is_applicable(beside)
        for value, _ in allowed(page, other, beside)
    ]
    return max(map(missing, [beside, *later]))


def controls_only(prefix: str, module: str, name: str) -> None:
    import importlib

    import streamlit as st

    from structviz.ui.kit.choice import Networks, Section, Upload
    from structviz.ui.kit.form import Form

    form = Form(prefix, getattr(importlib.import_module(module), name))
    form.warn_ignored()
    for control_name, control in form.controls.items():
        if isinstance(control, Section):
            with form.section(control_name):
                pass
        elif control.place != "browser" and not isinstance(control, Upload | Networks):
            form.ask(control_name)
    st.session_state["choice"] = form.choice()


def open_controls(page: Page, parameters: Mapping[str, list[str]]) -> AppTest:
    where = {"prefix": page.prefix, "module": page.choice.__module__, "name": page.choice.__name__}
    app = AppTest.from_function(controls_only, default_timeout=60, kwargs=where)
    for name, texts in parameters.items():
        app.query_params[f"{page.prefix}_{name}"] = texts
    return healthy(app.run())


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_what_is_allowed_is_chosen_without_a_word(page: Page) -> None:
    for picked in rounds(page):
        app = open_controls(page, {name: texts for name, (_, texts) in picked.items()})
        expected = page.choice(**{name: value for name, (value, _) in picked.items()})
        assert app.session_state["choice"] == expected
        assert app.toast == []
        assert healthy(app.run()).session_state["choice"] == expected, "the next run sees the same"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_what_is_not_allowed_is_named_and_leaves_the_default(page: Page) -> None:
    defaults = page.choice.defaults()
    samples = {name: refused(page, name, defaults) for name in addressed(page)}
    for turn in range(max(map(len, samples.values()))):
        asked = {name: texts[turn] for name, texts in samples.items() if turn < len(texts)}
        app = open_controls(page, asked)
        assert app.session_state["choice"] == page.choice()
        (toast,) = app.toast
        named = [as_code(f"{page.prefix}_{name}={', '.join(texts)}") for name, texts in asked.items()]
        rest = f" and {len(named) - 5} more" if len(named) > 5 else ""
        assert f"offer: {'; '.join(named[:5])}{rest}. The defaults" in toast.value
        assert healthy(app.run()).toast == []
        assert app.session_state["choice"] == page.choice()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_page_opens_with_an_address_that_means_nothing(page: Page) -> None:
    app = opener(page.name)(**page.fast, **{f"{page.prefix}_no_such_control": "1"})
    (toast,) = healthy(app).toast
    assert f"`{page.prefix}_no_such_control=1`" in toast.value


def test_uploads_cannot_be_in_the_address() -> None:
    uploads = [c for page in PAGES for c in page.choice.controls().values() if isinstance(c, Upload)]
    assert uploads
    assert not any(upload.address for upload in uploads)
