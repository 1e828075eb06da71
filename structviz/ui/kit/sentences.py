"""Phrases that the sentences of several pages share; numbers come in as they are displayed."""

import re
from collections.abc import Sequence

from structviz.arms import arm_words
from structviz.displayed import Displayed
from structviz.errors import ConfigError
from structviz.ui.kit.networks import TrainedNetwork

__all__ = ["compared", "counted", "joined", "unbroken"]

_BEFORE_UNIT = re.compile(r"(?<=[\d∞]) (?=(?:%|dB|nats|px|ms|s|MB)(?!\w))")
_VALUE = re.compile(r"\b(\w) = (?=[−\d])")


def counted(n: int, noun: str, plural: str = "") -> str:
    """A number of things: "1 point", "2 points", "1,160 photons".

    Parameters
    ----------
    n
        How many.
    noun
        What one of them is called.
    plural
        What several are called, if that does not just end in "s".

    Returns
    -------
    str
        The number, with commas between thousands, and the noun.
    """
    return f"{n:,} {noun if n == 1 else plural or f'{noun}s'}"


def joined(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "a", "a and b", "a, b and c".

    Raises
    ------
    ConfigError
        If there are none: the sentence would have a hole.
    """
    if not names:
        raise ConfigError("A sentence lists at least one name; got none. Leave the sentence out.")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def unbroken(sentence: str) -> str:
    """The sentence, with numbers and their units on one line, and a letter with the number that it stands for.

    Parameters
    ----------
    sentence
        As a record has it, with plain spaces before a unit and about "=".

    Examples
    --------
    >>> unbroken("It has 38.6 % and 12.1 dB.").split(" ")
    ['It', 'has', '38.6\\xa0%', 'and', '12.1\\xa0dB.']
    >>> unbroken("With ε = 4/255").split(" ")
    ['With', 'ε\\xa0=\\xa04/255']
    """
    sentence = _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", sentence)
    return _VALUE.sub("\\1\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}", sentence)


def compared(network: TrainedNetwork, psnr: Displayed, shipped: Displayed | None) -> str:
    """How well a network of this machine does, beside the shipped network of the same arm if that is shown.

    Parameters
    ----------
    network
        Of this machine.
    psnr
        Of its output.
    shipped
        The same of the shipped network of its arm; None if that is not shown.

    Returns
    -------
    str
        Words without a full stop, with the difference in dB if there is one to tell.
    """
    words = f"{network.phrase[0].upper()}{network.phrase[1:]} reaches {psnr}"
    if shipped is None:
        return words
    if psnr == shipped:
        return f"{words}, as much as the shipped {arm_words(network.config.arm)} network"
    side = "above" if psnr > shipped else "below"
    return f"{words}, {abs(psnr.minus(shipped))} {side} the shipped {arm_words(network.config.arm)} network"
