"""The notation of the lecture: turn the knobs of a layer (slide 2)."""

from structviz.ui.kit.exports import Item, exports
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.kit.pin import show_pin, toolbar
from structviz.ui.kit.screen import first_screen
from structviz.ui.kit.terms import explain
from structviz.ui.pages.notation.choice import PRESETS, NotationChoice
from structviz.ui.pages.notation.compared import explanations, view_of
from structviz.ui.pages.notation.sections import formulas, script, show_network, weights_json
from structviz.ui.pages.notation.sentences import record_of, what_to_notice

form = open_page("notation", NotationChoice)
screen = first_screen("What a layer does to the plane")
screen.say("A **layer** is a linear map, a shift and a nonlinearity. Drag the arrows of $A$ and $b$, and watch.")
with screen.presets:
    form.presets(PRESETS)
places = toolbar(form)

with guarded():
    choice = form.show()
    with screen.stage:
        show_network(form, choice)
    seen = record_of(choice)
    screen.key_number("Closer to their own ring", seen.accuracy)
    screen.notice(what_to_notice(seen))
    show_pin(form, view_of(choice, seen), places)
    explain(explanations(choice, seen))
    exports(
        form,
        Item("Weights (JSON)", lambda: weights_json(choice), "network.json", "application/json"),
        Item("Script (Python)", lambda: script(choice), "notation.py", "text/x-python"),
        networks={},
    )
formulas()
