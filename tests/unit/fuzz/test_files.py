"""Whatever bytes come, what a reader raises is a sentence: nothing outside the family of `StructVizError` gets out."""

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from structviz import zoo
from structviz.data import read_points
from structviz.decoding import dicom, pictures
from structviz.decoding.chunks import check_png, check_tiff
from structviz.decoding.dicom import decode_slice
from structviz.decoding.dicom_header import check_items
from structviz.decoding.jpeg import read_jpeg_head
from structviz.decoding.pictures import decode_picture
from structviz.decoding.signatures import identify
from structviz.errors import StructVizError
from structviz.tomography import ParallelBeam, StoredSinogram, read_sinogram, write_sinogram
from structviz.zoo.archive import read_archive
from tests.unit.data import dicom_files
from tests.unit.data.upload_files import COLOUR, GREY, encode, ramp, tiff
from tests.unit.fuzz.cases import bounded, damaged, texts, values


@pytest.fixture(scope="module", autouse=True)
def few_pixels() -> Iterator[None]:
    """A picture may be large, but here none need be decoded that is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "MAX_PIXELS", 4096)
        yield


def refused_or_read(read: Callable[[bytes], object], content: bytes) -> None:
    with suppress(StructVizError), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of decoders, about what they make of damage
        read(content)


PICTURES = [
    *(encode(picture, kind) for picture in (COLOUR, GREY) for kind in ("PNG", "JPEG", "WEBP", "TIFF")),
    encode(COLOUR, "JPEG", progressive=True),
    encode(COLOUR, "TIFF", compression="tiff_lzw"),
    tiff(ramp().astype(np.uint16) * 200),
    tiff(ramp(), tile=(16, 16)),
    tiff(ramp(), bigtiff=True, byteorder=">"),
]


@given(damaged(PICTURES))
@bounded(120)
def test_pictures(content: bytes) -> None:
    refused_or_read(lambda content: decode_picture(content, 16), content)


@pytest.mark.parametrize(
    "check", [check_png, check_tiff, read_jpeg_head, check_items, identify], ids=lambda f: f.__name__
)
@given(content=damaged([*PICTURES, dicom_files.encode(dicom_files.dataset(ramp().astype(np.int16)))]))
@bounded(60)
def test_checks_of_headers(check: Callable[[bytes], object], content: bytes) -> None:
    refused_or_read(check, content)


SLICES = [
    dicom_files.encode(dicom_files.dataset(ramp().astype(np.int16), PixelSpacing=[0.7, 0.7])),
    dicom_files.wrapped(dicom_files.UID("1.2.840.10008.1.2.4.90"), b"\xff\x4f\xff\x51" + bytes(40)),
    dicom_files.wrapped(dicom_files.UID("1.2.840.10008.1.2.5")),
]


@given(damaged(SLICES))
@bounded(40)
def test_slices(content: bytes) -> None:
    assert dicom.is_dicom(SLICES[0])
    refused_or_read(lambda content: decode_slice(content, 16), content)


TABLES = [
    b"x,y,label\n0.5,-0.2,0\n-0.1,0.8,1\n0.3,0.3,0\n1,1,1\n",
    "0,5;1,5;a\r\n1,5;2;b\r\n".encode("utf-16"),
    b'# a note\n"x"\ty\tlabel\n1\t2\t0\n3\t4\t1\n',
]


@given(damaged(TABLES))
@bounded(60)
def test_tables(content: bytes) -> None:
    refused_or_read(read_points, content)


@given(texts(200))
@bounded(60)
def test_pasted_tables(text: str) -> None:
    with suppress(StructVizError):
        read_points(f"x,y,label\n{text}")


@cache
def networks() -> dict[str, tuple[bytes, bytes]]:
    found = {}
    for name in ("stripes/ordinary", "flow/wide-xor"):
        path = zoo.PRETRAINED / f"{name}.safetensors"
        found[name] = path.read_bytes(), path.with_suffix(".json").read_bytes()
    return found


@given(damaged([card for _, card in networks().values()]))
@bounded(60)
def test_cards(card: bytes) -> None:
    refused_or_read(lambda card: zoo.check_pair(networks()["stripes/ordinary"][0], card), card)


@given(values(), texts())
@bounded(60)
def test_cards_with_values_of_any_kind(value: object, name: str) -> None:
    """Whatever stands in a field, and whatever a further one is called."""
    good = json.loads(networks()["flow/wide-xor"][1])
    fields = [*good, "config", "network", "metrics", "versions"]
    field = fields[len(repr(value)) % len(fields)]
    for wrong in ({**good, field: value}, {**good, field: {**good["network"], name: value}}):
        with suppress(StructVizError):
            zoo.Card.from_json(json.dumps(wrong)).to_json().encode()  # what is taken can be kept


@given(damaged([weights[:2000] for weights, _ in networks().values()]))
@bounded(60)
def test_weights(start: bytes) -> None:
    weights, card = networks()["stripes/ordinary"]
    refused_or_read(lambda content: zoo.check_pair(content, card), start + weights[2000:])


ARCHIVE = zoo.pack({"stripes/ordinary": zoo.PRETRAINED})


@given(damaged([ARCHIVE[-400:]]))
@bounded(40)
def test_archives(end: bytes) -> None:
    refused_or_read(read_archive, ARCHIVE[:-400] + end)


@cache
def _sinograms(name: str) -> list[bytes]:
    stored = StoredSinogram(torch.ones(1, 1, 6, 11), ParallelBeam(8, 6, 11), 1e4)
    return [write_sinogram(stored, name)]


@pytest.mark.parametrize("name", ["a.npz", "a.tiff", "a.csv"])
@given(some.data())
@bounded(40)
def test_sinograms(name: str, drawn: some.DataObject) -> None:
    content = drawn.draw(damaged(_sinograms(name)))
    refused_or_read(lambda content: read_sinogram(content, name), content)
