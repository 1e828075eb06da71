"""The files that a page offers, made as a click makes them, and what other programs find in them."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from PIL import Image as PillowImage
from skimage import io as skimage_io

__all__ = ["Offered", "offered_files"]


@dataclass(frozen=True)
class Offered:
    """A file behind a button."""

    title: str
    name: str
    make: Callable[[], bytes]

    @property
    def record(self) -> dict[str, Any]:
        """What another program than structviz finds in it."""
        return _READERS[self.name.rpartition(".")[2]](self.make())


def offered_files(monkeypatch: pytest.MonkeyPatch, opened: Callable[[], object]) -> list[Offered]:
    """Open a page; return the files of all its buttons."""
    found: dict[str, Offered] = {}

    def button(label: str, data: Callable[[], bytes], file_name: str, mime: str, **_: Any) -> bool:
        found[label] = Offered(label, file_name, data)
        return False

    monkeypatch.setattr(st, "download_button", button)
    opened()
    return list(found.values())


def _picture(content: bytes) -> dict[str, Any]:
    with PillowImage.open(io.BytesIO(content)) as picture:
        picture.load()
        if picture.format == "PNG":
            return json.loads(getattr(picture, "text", {})["structviz"])
        if picture.format == "GIF":
            return json.loads(picture.info["comment"])
        return json.loads(picture.getexif()[0x010E])


def _tiff(content: bytes) -> dict[str, Any]:
    assert skimage_io.imread(io.BytesIO(content)).dtype == np.float32
    return _picture(content)


def _table(content: bytes) -> dict[str, Any]:
    text = content.decode()
    frame = pd.read_csv(io.StringIO(text), comment="#")
    rows = list(csv.reader(line for line in io.StringIO(text) if not line.startswith("#")))
    assert frame.shape == (len(rows) - 1, len(rows[0]))
    return _comments(content)


def _comments(content: bytes) -> dict[str, Any]:
    lines = re.findall(r"^# (\w+): (.*)$", content.decode(), re.M)
    return {name: json.loads(value) for name, value in lines}


def _arrays(content: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return json.loads(arrays["provenance"].item())


def _archive(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return json.loads(archive.read("provenance.json"))


class _Page(HTMLParser):
    """Finds the element with the record."""

    text = ""
    inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script" and ("id", "provenance") in attrs

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "script"


def _page(content: bytes) -> dict[str, Any]:
    parser = _Page()
    parser.feed(content.decode())
    return json.loads(parser.text)


_READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "png": _picture,
    "gif": _picture,
    "webp": _picture,
    "tiff": _tiff,
    "csv": _table,
    "py": _comments,
    "npz": _arrays,
    "zip": _archive,
    "html": _page,
    "json": lambda content: json.loads(content)["provenance"],
}
