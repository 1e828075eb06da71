"""Notes in tables, scripts, JSON files and pages."""

import json
import re
from typing import Any

__all__ = ["read_comments", "read_html", "read_json", "write_comments", "write_html", "write_json"]

_COMMENT = re.compile(r"# (?P<name>[a-z_]+): (?P<value>.+)")
_ENTRY = "provenance"
_SCRIPT = re.compile(rf'<script type="application/json" id="{_ENTRY}">(.*?)</script>', re.S)
_END_OF_HEAD = "</head>"


def write_comments(content: bytes, notes: dict[str, Any]) -> bytes:
    """Comment lines before everything else; a value never has a line break."""
    lines = (f"# {name}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}\n" for name, value in notes.items())
    return "".join(lines).encode() + content


def read_comments(content: bytes) -> dict[str, Any]:
    """The comment lines at the beginning."""
    notes: dict[str, Any] = {}
    for line in content.decode().splitlines():
        if not line.startswith("#"):
            break
        if found := _COMMENT.fullmatch(line):
            notes[found["name"]] = json.loads(found["value"])
    return notes


def write_json(content: bytes, notes: dict[str, Any]) -> bytes:
    """An entry of the outermost object."""
    values = json.loads(content)
    if not isinstance(values, dict):
        raise ValueError("its outermost value is no object")
    return json.dumps({**values, _ENTRY: notes}, indent=2, ensure_ascii=False).encode()


def read_json(content: bytes) -> dict[str, Any]:
    """The entry of the outermost object."""
    values = json.loads(content)
    return values.get(_ENTRY, {}) if isinstance(values, dict) else {}


def write_html(content: bytes, notes: dict[str, Any]) -> bytes:
    """An element with JSON in the head, and the name of the program that made the page."""
    page = content.decode()
    before, end, after = page.partition(_END_OF_HEAD)
    if not end:
        raise ValueError("it has no head")
    # No text of a note may end the element.
    text = json.dumps(notes, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    generator = " ".join(str(notes[name]) for name in ("software", "version") if name in notes)
    meta = f'<meta name="generator" content="{generator}">\n' if generator else ""
    return f'{before}{meta}<script type="application/json" id="{_ENTRY}">{text}</script>\n{end}{after}'.encode()


def read_html(content: bytes) -> dict[str, Any]:
    """The element with JSON."""
    found = _SCRIPT.search(content.decode())
    return json.loads(found[1]) if found else {}
