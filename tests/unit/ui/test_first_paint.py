"""What the HTML says in advance: the style sheet, and modules with all that they import."""

from pathlib import Path

import streamlit

from structviz.ui.first_paint import ELEMENTS, early_head, modules_of
from structviz.ui.kit.screen import STYLE
from structviz.ui.link_previews import page_html
from structviz.ui.sitemap import PAGES

SCRIPTS = Path(streamlit.__file__).with_name("static") / "static" / "js"


def test_modules_come_with_what_they_import_each_once(tmp_path: Path) -> None:
    files = {
        "Html.a1.js": 'import{t as e}from"./shared.b2.js";import"./side.c3.js";',
        "Slider.d4.js": 'import{o}from"./shared.b2.js";',
        "shared.b2.js": 'import{x}from"./side.c3.js";const words="./words.js"',
        "side.c3.js": 'import{y}from"./shared.b2.js"',
        "other.e5.js": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = modules_of(["Html", "Slider", "Gone"], tmp_path)
    assert sorted(found) == ["Html.a1.js", "Slider.d4.js", "shared.b2.js", "side.c3.js"]


def test_the_elements_are_those_of_this_streamlit() -> None:
    assert [name for name in ELEMENTS if not list(SCRIPTS.glob(f"{name}.*.js"))] == []


def test_every_page_has_the_style_sheet_and_no_module_twice() -> None:
    html = page_html(PAGES[0], "here", "picture")
    assert STYLE.read_text(encoding="utf-8") in html
    names = [part.split('"')[0] for part in html.split('href="./static/js/')[1:]]
    assert len(names) == len(set(names)) > len(ELEMENTS)
    assert all((SCRIPTS / name).is_file() for name in names)
    assert 'href="./static/js/Html.' in early_head("")
