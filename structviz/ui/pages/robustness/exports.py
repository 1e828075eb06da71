"""What can be taken along from the page of robustness."""

import csv
import io
from functools import partial

from PIL import Image as PillowImage

from structviz.data import imagenet_classes
from structviz.figures.adversarial import bytes_of, triple_png
from structviz.figures.pixels import png
from structviz.studies.robustness.noise import NoiseStudy
from structviz.studies.robustness.shipped import CLASSIFIER
from structviz.ui.kit.exports import Item
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import ANYTHING, shown_photo
from structviz.ui.pages.robustness.record import NoiseRecord
from structviz.ui.pages.robustness.results import digest, eight_bit_attack, known_noise, turn_study, whole_levels

__all__ = ["attacked_png", "digests", "items", "noise_csv", "script", "turn_csv"]

_OWN = "my-image.png"


def digests() -> dict[str, str]:
    """The network of the page, with the digest of its weights."""
    return {CLASSIFIER: digest()}


def noise_csv(study: NoiseStudy) -> str:
    """The most probable class with each strength, and the probabilities of the first class and of the target."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = imagenet_classes()
    wanted = [] if study.target is None else [study.target]
    writer.writerow(["epsilon_255", "class", "probability", names[study.label], *(names[k] for k in wanted)])
    for radius, shares in zip(study.radii, study.probabilities, strict=True):
        best = int(shares.argmax())
        values = (shares[k].item() for k in (best, study.label, *wanted))
        writer.writerow([f"{255 * radius:g}", names[best], *(f"{value:.5f}" for value in values)])
    return out.getvalue()


def turn_csv(choice: RobustnessChoice) -> str:
    """The most probable class at each angle, and the probability of the upright one."""
    study = turn_study(choice)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names, n = imagenet_classes(), len(study.probabilities)
    writer.writerow(["degrees", "class", "probability", names[study.label]])
    for k, shares in enumerate(study.probabilities):
        best = int(shares.argmax())
        writer.writerow([f"{360 * k / n:g}", names[best], *(f"{shares[j].item():.5f}" for j in (best, study.label))])
    return out.getvalue()


def attacked_png(choice: RobustnessChoice, study: NoiseStudy) -> bytes:
    """The attacked photograph as a file of 8 bits, whose rounding is part of the attack.

    Parameters
    ----------
    choice
        What was asked for.
    study
        What was found for it.
    """
    return png(PillowImage.fromarray(bytes_of(eight_bit_attack(choice, study))))


def script(choice: RobustnessChoice) -> str:
    """Python that computes the numbers on the page."""
    target = None if choice.target == ANYTHING else choice.target
    lines = [
        "import torch",
        "",
        "from structviz import data, zoo",
        "from structviz.displayed import percent",
    ]
    if known_noise(choice) is not None:
        lines += [
            "from structviz.studies.robustness.shipped import shipped_noise",
            "",
            f'net, names = zoo.load("{CLASSIFIER}"), data.imagenet_classes()',
            f'found = shipped_noise("{shown_photo(choice)}", {target!r})',
        ]
    else:
        photo = f'data.photograph("{shown_photo(choice)}")'
        if choice.is_own:
            photo = f'attacks.eight_bit(data.read_colour_image(Path("{_OWN}").read_bytes(), 224))'
            lines = ["from pathlib import Path", "", *lines]
            lines[4] = "from structviz import attacks, data, zoo"
        lines += [
            "from structviz.studies.robustness.noise import NoiseSearch",
            "",
            f'net, names = zoo.load("{CLASSIFIER}"), data.imagenet_classes()',
            f"target = {'None' if target is None else f'names.index({target!r})'}",
            "# Rounding depends on the number of threads, and the steps of an attack enlarge it: another machine may",
            "# find a noise of the same strength with another probability.",
            f"found = NoiseSearch(lambda: net, {photo}, target).compute()",
        ]
    lines += [
        f"k = found.frame({choice.epsilon:g} / 255)",
        "with torch.no_grad():",
        "    both = torch.cat([found.photo, found.attacked(k)])",
        "    shares, classes = net(both).softmax(dim=1).max(dim=1)",
        'for words, share, number in zip(("without noise", "with it"), shares.tolist(), classes.tolist()):',
        '    print(f"{words}: {names[number]}, {percent(share)}")',
    ]
    return "\n".join(lines) + "\n"


def items(choice: RobustnessChoice, study: NoiseStudy, record: NoiseRecord) -> list[Item]:
    """The files of the page.

    Parameters
    ----------
    choice
        What was asked for.
    study, record
        What was found for it, and what is said of it.

    Returns
    -------
    list of Item
        Pictures first, then tables and a program; each is made when it is asked for.
    """
    k = study.frame(choice.epsilon / 255)
    titles = (
        f"{record.clean}, {record.clean_share}",
        f"noise, ε = {record.eps}/255",
        f"{record.found}, {record.share}",
    )
    triple = partial(triple_png, study.photo, study.noises[study.which[k]], study.radii[k], titles)
    attacked = partial(attacked_png, choice, study)
    return [
        Item("Sum (PNG)", triple, "sum.png", "image/png"),
        Item(f"Attacked image, ε = {whole_levels(choice)}/255 (PNG)", attacked, "attacked.png", "image/png"),
        Item("Strengths (CSV)", partial(noise_csv, study), "noise.csv", "text/csv"),
        Item("Angles (CSV)", partial(turn_csv, choice), "turn.csv", "text/csv"),
        Item("Script (Python)", partial(script, choice), "robustness.py", "text/x-python"),
    ]
