"""The frame of a page: presets above the picture, the key number and what to notice beside it, and below it undo and
pin, explained terms, and what a visitor takes along."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from structviz.displayed import Displayed
from structviz.ui.kit.choice import Choice
from structviz.ui.kit.exports import Item, exports
from structviz.ui.kit.form import Form
from structviz.ui.kit.pin import Toolbar, View, show_pin, toolbar
from structviz.ui.kit.screen import FirstScreen, first_screen
from structviz.ui.kit.terms import Explanation, explain

__all__ = ["Frame", "Summary", "page_frame"]

C = TypeVar("C", bound=Choice)


@dataclass(frozen=True)
class Summary:
    """What a page says of what is chosen.

    Attributes
    ----------
    key_number
        The label of the one number, and the number.
    notice
        What to notice, in sentences.
    view
        What a pin keeps.
    terms
        The terms of the page, with the numbers that are shown.
    items
        Files to take along.
    networks
        The sha256 of the weights of each network on the page, by its name in the zoo.
    left_out
        What the address cannot restore, like "your image".
    """

    key_number: tuple[str, Displayed | str]
    notice: Sequence[str]
    view: View
    terms: Sequence[Explanation]
    items: Sequence[Item]
    networks: Mapping[str, str] = field(default_factory=dict)
    left_out: str | None = None


@dataclass(frozen=True)
class Frame:
    """Places of a page, and its controls."""

    form: Form[Any]
    screen: FirstScreen
    places: Toolbar

    def show(self, summary: Summary) -> None:
        """Put what the page says into its places; terms and exports where the page is now."""
        self.screen.key_number(*summary.key_number)
        self.screen.notice(summary.notice)
        show_pin(self.form, summary.view, self.places)
        explain(summary.terms)
        exports(self.form, *summary.items, networks=summary.networks, left_out=summary.left_out)


def page_frame(
    form: Form[C], title: str, presets: Mapping[str, C], on_apply: Callable[[C], None] | None = None
) -> Frame:
    """Lay out a page, with its presets; the page fills the picture and the sentence, `Frame.show` the rest.

    Parameters
    ----------
    form
        The page's controls, as `open_page` has read them.
    title
        Of the page.
    presets, on_apply
        As for `Form.presets`.

    Returns
    -------
    Frame
        With the form, the first screen, whose picture is still empty, and the toolbar.
    """
    screen = first_screen(title)
    with screen.presets:
        form.presets(presets, on_apply=on_apply)
    return Frame(form, screen, toolbar(form))
