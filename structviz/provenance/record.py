"""The record of what made a file."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from structviz import __version__
from structviz.errors import ConfigError
from structviz.provenance.notes import write_notes

__all__ = ["CITATION", "Provenance", "stamp"]

CITATION = f"""@software{{structviz,
  title = {{structviz: seeing structure-preserving deep learning}},
  version = {{{__version__}}},
}}

@article{{celledoni2021structure,
  title = {{Structure-preserving deep learning}},
  author = {{Celledoni, Elena and Ehrhardt, Matthias J. and Etmann, Christian and McLachlan, Robert I. and
            Owren, Brynjulf and Schönlieb, Carola-Bibiane and Sherry, Ferdia}},
  journal = {{European Journal of Applied Mathematics}},
  volume = {{32}},
  number = {{5}},
  pages = {{888--936}},
  year = {{2021}},
}}"""
"""How to cite the app and the paper that the lecture follows, as BibTeX."""


@dataclass(frozen=True)
class Provenance:
    """What made a file, in plain values.

    Attributes
    ----------
    source
        What computed it, for example "rotation page".
    settings
        Everything that decides the content, by name: numbers, texts, None, lists and mappings of these.
    seed
        Of the randomness; None if there is none.
    networks
        The sha256 of the weights of each network that was used, by its name.
    version
        Of structviz.
    citation
        As BibTeX.

    Raises
    ------
    ConfigError
        If a setting is not a plain value.
    """

    source: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    networks: Mapping[str, str] = field(default_factory=dict)
    version: str = __version__
    citation: str = CITATION

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", _plain(self.settings))
        object.__setattr__(self, "networks", dict(self.networks))

    def notes(self) -> dict[str, Any]:
        """The record as JSON values, in the order in which it is written to files."""
        return {
            "software": "structviz",
            "version": self.version,
            "source": self.source,
            "seed": self.seed,
            "settings": self.settings,
            "networks": self.networks,
            "citation": self.citation,
        }


def stamp(content: bytes | str, file_name: str, record: Provenance) -> bytes:
    """A file with the record of what made it inside; its pixels, numbers and programs stay as they are.

    Parameters
    ----------
    content
        The file.
    file_name
        Its ending, one of `FILE_TYPES`, decides where the record goes.
    record
        What made it.

    Returns
    -------
    bytes
        The new file, of the same type, with the record as a note.

    Raises
    ------
    ConfigError
        If files of this type have no place for a record, or the content is not of the type.
    """
    return write_notes(content, file_name, record.notes())


def _plain(value: object) -> Any:
    """The value as JSON has it; JSON has no infinity, so numbers that are not finite become their names."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    raise ConfigError(
        f"A setting in a record is a plain value; got a {type(value).__name__}. Give numbers, texts or lists of these."
    )
