"""Controls of a form as handles of a component in the browser: what a hand can move beside a picture.

The control itself stays where it is declared, for the keyboard, for the address and for screen readers.
"""

from typing import Any

from structviz.errors import ConfigError
from structviz.ui.kit.choice import Number, One
from structviz.ui.kit.form import Form

__all__ = ["handle"]


def handle(form: Form[Any], name: str, label: str, prefix: str = "") -> dict[str, Any]:
    """A control as the browser takes it: its values, and what they are called.

    Parameters
    ----------
    form
        Has the control.
    name
        Of the control: a number, or one of several values.
    label
        A short one, since there is little room beside a picture.
    prefix
        Stands before the value, like "× ".

    Returns
    -------
    dict
        Name, label, title and prefix, with `options` and `slides`, or with `low`, `high` and `step`.

    Raises
    ------
    ConfigError
        If a handle cannot stand for a control of this kind.
    """
    control, values = form.controls[name], form.values()
    head = {"name": name, "label": label, "title": control.title(values), "prefix": prefix}
    if isinstance(control, One):
        options = [[value, title] for value, title in control.titles(values).items()]
        return {**head, "options": options, "slides": control.kind == "select_slider"}
    if isinstance(control, Number):
        low, high = control.limits(values)
        return {**head, "low": low, "high": high, "step": control.step or 1}
    raise ConfigError(f"A handle moves a number or one of several values; {name!r} is {type(control).__name__}.")
