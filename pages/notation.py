"""The notation of the lecture: turn the knobs of a layer (slide 2)."""

from structviz.ui.kit.frame import page_frame
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.pages.notation.choice import PRESETS, NotationChoice
from structviz.ui.pages.notation.sections import formulas, show_network, summary

form = open_page("notation", NotationChoice)
frame = page_frame(form, "What a layer does to the plane", PRESETS)
frame.screen.say("A **layer** is a linear map, a shift and a nonlinearity. Drag the arrows of $A$ and $b$, and watch.")

with guarded():
    choice = form.show()
    with frame.screen.picture:
        show_network(form, choice)
    frame.show(summary(choice))
formulas()
