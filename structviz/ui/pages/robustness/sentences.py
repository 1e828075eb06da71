"""What to notice about attacks and turns: sentences that follow from records of displayed numbers."""

from structviz.ui.kit.sentences import counted
from structviz.ui.pages.robustness.record import NoiseRecord, TurnRecord

__all__ = ["headline", "key_number", "what_to_notice", "what_turns"]


def headline(record: NoiseRecord) -> str:
    """The one sentence."""
    if record.succeeds:
        return (
            f"Noise that nobody would see turns {record.photo} into **{record.found}** for a real classifier. "
            "Move the slider, choose another class, or turn the photograph below."
        )
    if record.is_fooled:
        return (
            f"With this noise a real classifier no longer sees **{record.clean}**, though not yet {record.target}. "
            "Move the slider: more noise helps the attack."
        )
    return (
        f"A real classifier sees **{record.clean}** in {record.photo}, and this noise does not change it. "
        "Move the slider: how much noise does it take?"
    )


def key_number(record: NoiseRecord) -> tuple[str, str]:
    """The one number and what it is."""
    return f"{_capital(record.found)}, ε = {record.eps}/255", str(record.share)


def what_to_notice(record: NoiseRecord) -> list[str]:
    """Three to five sentences about the photograph on the screen."""
    seen = [f"Without noise the most probable class is {record.clean}, {record.clean_share}."]
    if float(record.eps) == 0:
        seen.append("No noise is added yet.")
    elif record.is_fooled:
        seen.append(
            f"No colour of any pixel changes by more than ε = {record.eps}/255, and it is "
            f"{record.found}, {record.share}."
        )
    else:
        seen.append(f"With ε = {record.eps}/255 it is still {record.found}, {record.share}.")
    goal = "the class is left" if record.target is None else f"{record.target} is the most probable class"
    if record.first is not None:
        seen.append(f"The weakest noise here with which {goal} has ε = {record.first}/255.")
    else:
        seen.append(f"Up to ε = {record.most}/255 this attack finds no noise with which {goal}: that is no proof.")
    if not record.is_whole:
        seen.append(f"The attack was stopped after {record.steps} of {counted(record.all_steps, 'step')}.")
    if record.is_own:
        seen.append("Of your image the central square is used, resized to 224 × 224 pixels.")
    return seen


def what_turns(record: TurnRecord) -> list[str]:
    """What to notice about the photograph that turns."""
    upright = f"Upright, {record.photo} is {record.clean} with {record.clean_share}"
    here = f"; turned by {record.angle}, the most probable class is {record.found} with {record.share}"
    seen = [f"{upright}{here if float(record.angle) else ''}."]
    if not record.survives:
        seen.append(
            f"It keeps its class at {record.kept} of {record.n_angles} angles. The worst one that a search between "
            f"them found is {record.between}: {record.between_found}, {record.between_share}."
        )
    elif record.is_fooled_between:
        seen.append(
            f"It keeps its class at all {record.n_angles} angles, and loses it between them: at {record.between} it is "
            f"{record.between_found} with {record.between_share}. A look at some angles proves nothing of the others."
        )
    else:
        seen.append(
            f"It keeps its class at all {record.n_angles} angles, and a search between them found nothing worse than "
            f"{record.between}, with {record.between_share}. Nothing promises this: other photographs fail."
        )
    return seen


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
