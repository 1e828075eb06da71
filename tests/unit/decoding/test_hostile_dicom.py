"""DICOM files made to cost time or memory."""

import time
from io import BytesIO

import numpy as np
import PIL.Image
import pytest

from structviz import data
from structviz.errors import ImageError

pytest.importorskip("pydicom", reason="needs the extra: pip install pydicom")

from pydicom.uid import JPEG2000, UID, JPEG2000Lossless, JPEGBaseline8Bit, JPEGExtended12Bit

from structviz.decoding.dicom import decode_slice
from tests.unit.data.dicom_files import ct, dataset, encode, ramp, wrapped
from tests.unit.decoding.test_hostile import progressive


def refusal(content: bytes) -> str:
    began = time.perf_counter()
    with pytest.raises(ImageError) as caught:
        data.read_dicom(content, 32)
    assert time.perf_counter() - began < 10
    return str(caught.value)


def jpeg2000(picture: PIL.Image.Image, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG2000", **options)
    return file.getvalue()


@pytest.mark.parametrize("tag", [b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00"])
def test_items_are_counted_before_they_become_objects(tag: bytes) -> None:
    content = ct(ramp())
    # A private sequence of 500,000 empty items in front of the pixels.
    items = (tag + bytes(4)) * 500_000
    sequence = b"\x09\x00\x01\x10SQ\0\0" + len(items).to_bytes(4, "little") + items
    assert "500,000" in refusal(content[: content.index(b"\x28\x00\x02\x00US")] + sequence + content[1000:])


def test_entries_without_end_are_bounded_in_time() -> None:
    content = ct(ramp())
    start = content.index(b"\x08\x00\x16\x00")
    flood = b"\x09\x00\x01\x10LO\0\0" * 1_200_000
    began = time.perf_counter()
    with pytest.raises(ImageError):
        data.read_dicom(content[:start] + flood, 32)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("syntax", [JPEG2000, JPEG2000Lossless])
@pytest.mark.parametrize("mode", ["L", "RGBA"])
@pytest.mark.parametrize("codestream", [True, False])
def test_a_large_jpeg_2000_in_a_small_slice_is_refused(
    syntax: UID, mode: str, codestream: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = jpeg2000(PIL.Image.new(mode, (1200, 1200)), no_jp2=codestream)
    monkeypatch.setattr("pydicom.dataset.Dataset.pixel_array", property(lambda _: pytest.fail("decoded")))
    with pytest.raises(ImageError, match="40 × 40 are announced and 1200"):
        decode_slice(wrapped(syntax, picture), 32)


def test_colours_of_jpeg_2000_count() -> None:
    picture = jpeg2000(PIL.Image.new("RGBA", (40, 40)), no_jp2=True)
    assert "40 × 160 came" in refusal(wrapped(JPEG2000Lossless, picture))


def test_scans_within_a_slice_are_counted() -> None:
    assert "scans" in refusal(wrapped(JPEGExtended12Bit, progressive(5_000)))
    assert "64 × 64 came" in refusal(wrapped(JPEGBaseline8Bit, progressive(1)))


def test_a_sound_jpeg_2000_is_read() -> None:
    values = ramp()
    slice_ = dataset(values)
    assert encode(slice_)
    image = PIL.Image.fromarray(values)
    content = wrapped(JPEG2000Lossless, jpeg2000(image, no_jp2=True))
    found, _ = decode_slice(content, 40)
    np.testing.assert_allclose(found, np.clip((values.astype(np.float64) - 1024) / 1000 + 1, 0, None), atol=1e-6)
