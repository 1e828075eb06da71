"""What the CT page says: sentences that follow from its displayed numbers."""

from structviz.displayed import Displayed
from structviz.ui.kit.sentences import compared, joined
from structviz.ui.pages.ct.record import Shown

__all__ = ["about_the_picture", "headline", "what_to_notice", "where_outside"]

_MOST = 4
"""Sentences on what to notice, those on networks of this machine apart."""

_OBJECTS = {
    "chest": "The chest is computer-made, not a patient; its image is {width} wide.",
    "head": "The head is computer-made, not a patient; its image is {width} wide.",
    "ellipses": "The ellipses are computer-made; their image is {width} wide.",
    "slice": "Your slice is {width} wide, as its file says.",
    "picture": "Your picture is {width} wide, as its file says.",
    "stand-in": "Until you choose a file, a computer-made chest stands in; its image is {width} wide.",
}


def headline(shown: Shown) -> str:
    """What it costs the chosen methods that a patient has turned, as measured on the held-out patients."""
    found = [(method, method.cost) for method in shown.methods if method.cost is not None]
    if not found:
        return "X-rays cross a body in a few directions; each method reconstructs an image from what they measure."
    beginning = "X-rays pass a patient from few directions."
    if any(method.learned for method, _ in found):
        beginning = (
            "The networks learnt from chests of patients who lie on their backs. Drag a picture to turn the patient."
        )
    costs = joined([f"{method.words} {_cost(cost)}" for method, cost in found])
    return f"{beginning} On average over {shown.n_test} computer-made test patients at any angle a turn costs {costs}."


def _cost(cost: Displayed) -> str:
    if not cost.value:
        return "nothing"
    return f"{cost}" if cost.value > 0 else f"{cost} (a gain)"


def about_the_picture(shown: Shown) -> str:
    """What is scanned and how, and what the numbers below the pictures count."""
    if shown.width_is_known:
        sentences = [_OBJECTS[shown.object].format(width=shown.width)]
    else:
        what = "slice" if shown.object == "slice" else "picture"
        sentences = [
            f"Your {what} is **taken to be {shown.width} wide**, since its file does not say; change it in the sidebar."
        ]
    if shown.photons is None:
        sentences.append("There is no noise.")
    else:
        passing = f"{shown.passing:,}" if isinstance(shown.passing, int) else shown.passing
        sentences.append(f"Of {shown.photons:,} photons in each ray {passing} pass the thickest part on average.")
    sentences.append(
        "PSNR and SSIM are measured in the inscribed disc, the air around the body included; the peak is 0.5/cm, that "
        "of dense bone."
    )
    sentences += _about_settings(shown)
    return " ".join(sentences)


def _about_settings(shown: Shown) -> list[str]:
    """The settings of the methods that learn nothing, and whose choice they are."""
    chosen = {True: "the best on validation patients for this dose and number of views", False: "as you chose"}
    settings = []
    if shown.method("fbp"):
        settings.append(f"Backprojection uses the filter {shown.filter}, {chosen[shown.filter_is_tuned]}.")
    if shown.method("tv"):
        settings.append(f"Total variation has the weight {shown.weight}, {chosen[shown.weight_is_tuned]}.")
    return settings


def where_outside(shown: Shown) -> str | None:
    """What the networks were not trained for, if something; they run all the same."""
    shipped = [method for method in shown.methods if method.learned and method.key not in shown.local]
    found = []
    if shipped and shipped[0].outside:
        who = "the shipped networks" if shown.local else "the networks"
        found.append(f"Outside what {who} were trained for: {'; '.join(shipped[0].outside)}.")
    for method in shown.methods:
        if method.key in shown.local and method.outside:
            was = f"Outside what {shown.local[method.key].phrase} was trained for"
            found.append(f"{was}: {'; '.join(method.outside)}.")
    return " ".join([*found, "They still run; the numbers show what happens."]) if found else None


def what_to_notice(shown: Shown) -> list[str]:
    """One to four sentences, and one on each network of this machine; each true of what is on the screen."""
    if not shown.methods:
        return ["Choose a method to compare with the truth."]
    turn = [] if shown.upright else [_about_the_turn(shown)]
    said = [*_about_the_lead(shown), *_about_the_best(shown)]
    iterates = _about_iterates(shown)
    room = _MOST - len(said) - len(turn)
    return [*said, *iterates[: max(0, room)], *turn, *_about_own(shown)]


def _about_the_lead(shown: Shown) -> list[str]:
    ahead = shown.lead
    if ahead is None:
        return []
    if not ahead.value:
        words = f"At {shown.turn} the ordinary and the equivariant network are equally good here"
    else:
        leader = "equivariant" if ahead.value > 0 else "ordinary"
        words = f"At {shown.turn} the **{leader}** network is ahead by {abs(ahead)}"
    if shown.upright and shown.object in ("chest", "stand-in") and ahead.value <= 0:
        # What the slide shows is no law, and this picture is not its picture.
        words += ", unlike on the lecture's slide 9, where the equivariant one leads on all four slices of real chests"
    return [f"{words}."]


def _about_the_best(shown: Shown) -> list[str]:
    methods = shown.methods
    best = max(methods, key=lambda method: method.result.value)
    first = f"{best.words[0].upper()}{best.words[1:]}"
    if len(methods) == 1:
        return [f"{first} reaches {best.result}."] if best.key not in shown.local else []
    sentences = []
    if not (shown.lead is not None and len(methods) == 2):
        ties = [method for method in methods if method.result == best.result]
        if len(ties) > 1:
            sentences.append(f"The best, with {best.result} each, are {joined([one.words for one in ties])}.")
        else:
            sentences.append(f"The best is {best.words} with {best.result}.")
    classical = [method for method in methods if not method.learned]
    if classical:
        rival = max(classical, key=lambda method: method.result.value)
        behind = [one.words for one in methods if one.learned and one.result < rival.result]
        if behind:
            verb = "does" if len(behind) == 1 else "do"
            names = joined(behind)
            sentences.append(f"{names[0].upper()}{names[1:]} {verb} not reach {rival.words}, which learns nothing.")
    return sentences


def _about_iterates(shown: Shown) -> list[str]:
    """How far the iteration came, for the last one of the shipped networks."""
    shipped = [method for method in shown.methods if method.learned and method.key not in shown.local]
    for method in reversed(shipped):
        if method.n_steps and method.psnr[0].is_finite:
            name = f"{method.words[0].upper()}{method.words[1:]}"
            return [f"{name} goes from {method.psnr[0]} to {method.result} in {_steps(method.n_steps)}."]
    return []


def _steps(n: int) -> str:
    return "one step" if n == 1 else f"{n} steps"


def _about_the_turn(shown: Shown) -> str:
    """What the angle means for these views and for the equivariant network."""
    equivariant = shown.method("equivariant") is not None
    angle, views = shown.angle, shown.views
    if angle % 90:
        also = "; the equivariant network commutes with quarter turns only" if equivariant else ""
        return f"On a grid of pixels only quarter turns are exact, and {shown.turn} is not one of them{also}."
    if not shown.turns_exactly:
        way = f"views over {shown.range}" if shown.degrees != 180 else f"{views} views"
        return f"With {way} a quarter turn of the object does not permute the views, so nothing is exact here."
    if angle % 180 == 0:
        moved = "A half turn of the object reverses the detectors of every view"
    else:
        moved = (
            f"With {views} views over half a turn, a quarter turn of the object permutes the views and reverses the "
            "detectors of half of them"
        )
    made = ": up to the noise, the equivariant network gives exactly the turned image" if equivariant else ""
    return f"{moved}{made}."


def _about_own(shown: Shown) -> list[str]:
    """What each network of this machine reaches, and which of the two compared ones is away from its training."""
    sentences = []
    for key, network in shown.local.items():
        method = shown.method(key)
        if method is None:
            continue
        shipped = shown.method(network.config.arm)
        words = compared(network, method.result, None if shipped is None else shipped.result)
        away = [who for who, one in (("yours", method), ("the shipped one", shipped)) if one and one.outside]
        if away:
            words += f"; {joined(away)} {'was' if len(away) == 1 else 'were'} trained for other scans"
        sentences.append(f"{words}.")
    return sentences
