"""Notes go into every kind of file, and other people's programs find them there; the content stays."""

import csv
import io
import json
import math
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image as PillowImage

from structviz import __version__
from structviz.errors import ConfigError
from structviz.provenance import CITATION, FILE_TYPES, Provenance, read_notes, stamp, write_notes

RECORD = Provenance("notebook", {"level": 0.25, "photons": math.inf, "arms": ("a", "b")}, 3, {"ct/x": "ab" * 32})
NOTES = RECORD.notes()
PIXELS = np.random.default_rng(0).integers(0, 255, (20, 33, 3), dtype=np.uint8)


def picture(kind: str, mode: str = "RGB", frames: int = 1) -> bytes:
    file, first = io.BytesIO(), PillowImage.fromarray(PIXELS).convert(mode)
    others = [PillowImage.fromarray(np.roll(PIXELS, k, axis=0)).convert(mode) for k in range(1, frames)]
    options = {"lossless": True} if kind == "WEBP" else {}
    first.save(file, kind, save_all=frames > 1, append_images=others, **options) if others else first.save(
        file, kind, **options
    )
    return file.getvalue()


def archive(**files: bytes) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w") as found:
        for name, data in files.items():
            found.writestr(name, data)
    return file.getvalue()


def arrays() -> bytes:
    np.savez_compressed(file := io.BytesIO(), x=np.arange(3.0))
    return file.getvalue()


FILES = {
    "a.png": picture("PNG"),
    "a.gif": picture("GIF", frames=3),
    "a.webp": picture("WEBP", frames=3),
    "a.tiff": picture("TIFF", "F"),
    "a.csv": b"x,y\n1,2\n",
    "a.py": b'"""A script."""\n\nprint(1)\n',
    "a.json": b'{"A": [1.5]}',
    "a.html": b"<!DOCTYPE html><html><head><title>t</title></head><body>b</body></html>",
    "a.npz": arrays(),
    "a.zip": archive(a=b"1"),
}


def test_there_is_a_file_of_each_type() -> None:
    assert {f".{name.partition('.')[2]}" for name in FILES} == set(FILE_TYPES)


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_is_read(name: str) -> None:
    assert read_notes(FILES[name], name) == {}
    stamped = stamp(FILES[name], name, RECORD)
    assert read_notes(stamped, name) == NOTES
    assert stamp(FILES[name], name, RECORD) == stamped, "the same record makes the same file"


@pytest.mark.parametrize(("name", "frames"), [("a.png", 1), ("a.gif", 3), ("a.webp", 3), ("a.tiff", 1)])
def test_pillow_finds_the_record_and_the_same_frames(name: str, frames: int) -> None:
    before, after = (PillowImage.open(io.BytesIO(c)) for c in (FILES[name], stamp(FILES[name], name, RECORD)))
    text = {
        "a.png": lambda: getattr(after, "text", {})["structviz"],
        "a.gif": lambda: after.info["comment"].decode(),
        "a.webp": lambda: after.getexif()[0x010E],
        "a.tiff": lambda: after.getexif()[0x010E],
    }[name]()
    assert json.loads(text) == NOTES
    assert getattr(after, "n_frames", 1) == frames
    for k in range(frames):
        before.seek(k)
        after.seek(k)
        mode = "F" if name == "a.tiff" else "RGBA"
        assert np.array_equal(np.asarray(before.convert(mode)), np.asarray(after.convert(mode)))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [True, False])
def test_a_still_webp_gets_the_header_that_it_lacks(mode: str, lossless: bool) -> None:
    image = PillowImage.fromarray(PIXELS).convert(mode)
    if mode == "RGBA":
        image.putalpha(100)
    image.save(file := io.BytesIO(), "WEBP", lossless=lossless)
    content = file.getvalue()
    stamped = stamp(content, "a.webp", RECORD)
    before, after = (PillowImage.open(io.BytesIO(c)) for c in (content, stamped))
    assert after.size == (33, 20)
    assert np.array_equal(np.asarray(before.convert("RGBA")), np.asarray(after.convert("RGBA")))
    assert read_notes(stamped, "a.webp") == NOTES


def test_pandas_numpy_and_csv_read_the_table() -> None:
    table = stamp("1,2\n3,4\n", "a.csv", RECORD).decode()
    assert pd.read_csv(io.StringIO(table), comment="#", header=None).to_numpy().tolist() == [[1, 2], [3, 4]]
    assert np.loadtxt(io.StringIO(table), delimiter=",").tolist() == [[1, 2], [3, 4]]
    rows = csv.reader(line for line in io.StringIO(table) if not line.startswith("#"))
    assert list(rows) == [["1", "2"], ["3", "4"]]
    assert f'# version: "{__version__}"\n' in table


def test_a_script_still_runs_with_its_docstring() -> None:
    found: dict[str, str] = {}
    exec(stamp('"""A script."""\nx = 1\n', "a.py", RECORD), found)
    assert (found["__doc__"], found["x"]) == ("A script.", 1)


def test_numpy_zipfile_and_a_parser_of_html_find_the_record() -> None:
    with np.load(io.BytesIO(stamp(FILES["a.npz"], "a.npz", RECORD))) as found:
        assert found["x"].tolist() == [0, 1, 2]
        assert json.loads(found["provenance"].item()) == NOTES
    with zipfile.ZipFile(io.BytesIO(stamp(FILES["a.zip"], "a.zip", RECORD))) as found:
        assert found.testzip() is None
        assert found.read("a") == b"1"
        assert json.loads(found.read("provenance.json")) == NOTES
    hostile = Provenance("</script><b>", {})
    page = stamp(FILES["a.html"], "a.html", hostile).decode()
    (text,) = re.findall(r'<script type="application/json" id="provenance">(.*?)</script>', page)
    assert json.loads(text) == hostile.notes()
    assert f'<meta name="generator" content="structviz {__version__}">' in page


def test_a_table_and_a_tiff_keep_the_notes_that_they_have() -> None:
    for name in ("a.csv", "a.tiff"):
        twice = stamp(write_notes(FILES[name], name, {"geometry": {"n_views": 3}}), name, RECORD)
        assert read_notes(twice, name) == {**NOTES, "geometry": {"n_views": 3}}


def test_the_record_has_plain_values_only() -> None:
    assert NOTES["settings"] == {"level": 0.25, "photons": "inf", "arms": ["a", "b"]}
    assert NOTES["citation"] == CITATION
    with pytest.raises(ConfigError, match="plain value; got a object"):
        Provenance("x", {"a": object()})


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("a.csv", "a.py")])
def test_what_is_not_of_its_type_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=f"whole file of its type; {name}"):
        stamp(b"[0", name, RECORD)


def test_a_type_without_a_place_for_notes_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"arrays go into \.npz"):
        stamp(b"", "a.npy", RECORD)
