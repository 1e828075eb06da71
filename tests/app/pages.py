"""A page without a browser: open it through the router, see that it is healthy."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from structviz.ui.kit.later import painted_key
from structviz.ui.pages.ct.sections import ROTOR

__all__ = ["APP", "SECONDS", "healthy", "open_page", "open_unpainted", "opener", "title_of"]

APP = Path(__file__).parents[2] / "app.py"
SECONDS = 180


def open_page(page: str, **parameters: str | list[str]) -> AppTest:
    """A page at an address with these parameters, whose first picture has been painted."""
    return _opened(page, parameters, painted=True)


def open_unpainted(page: str, **parameters: str | list[str]) -> AppTest:
    """A page at an address with these parameters, before a browser has painted its first picture."""
    return _opened(page, parameters, painted=False)


def _opened(page: str, parameters: Mapping[str, str | list[str]], painted: bool) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    if painted:
        app.session_state[painted_key(ROTOR)] = True
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"pages/{page}.py").run()


def healthy(app: AppTest) -> AppTest:
    """The page, which shows neither an exception nor an error."""
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app


def title_of(button: Button) -> str:
    """What stands on a button, without the picture of a preset."""
    return button.label.rpartition(") ")[2] if button.label.startswith("![](") else button.label


opener = partial(partial, open_page)
"""For a test file about one page: `open_page = opener("ct")`."""
