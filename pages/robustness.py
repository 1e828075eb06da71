"""Robustness: fool a real classifier with noise and with a turn (slide 3 of the lecture)."""

from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.kit.pin import toolbar
from structviz.ui.kit.screen import first_screen
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.formulas import formulas
from structviz.ui.pages.robustness.noise import find_noise, show_noise
from structviz.ui.pages.robustness.presets import PRESETS
from structviz.ui.pages.robustness.record import noise_record
from structviz.ui.pages.robustness.sentences import headline, key_number, what_to_notice
from structviz.ui.pages.robustness.turn import reveal_turn, show_turn

form = open_page("robust", RobustnessChoice)
screen = first_screen("A little noise, another class")
with screen.presets:
    form.presets(PRESETS, on_apply=reveal_turn)
places = toolbar(form)

choice = None
with guarded():
    choice = form.show()
    found = find_noise(choice, screen.stage)
    with screen.stage:
        show_noise(form, choice, found)
    seen = noise_record(choice, found)
    screen.say(headline(seen))
    screen.key_number(*key_number(seen))
    screen.notice(what_to_notice(seen))

if choice is not None:
    with guarded():
        show_turn(form, choice)

formulas()
