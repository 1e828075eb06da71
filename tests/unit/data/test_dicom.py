"""DICOM slices: the right attenuation, or one sentence."""

import logging
import sys
import warnings
from collections.abc import Callable
from io import BytesIO

import numpy as np
import PIL.Image
import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.data import uploads
from structviz.decoding import dicom_header
from structviz.decoding.dicom import decode_slice
from structviz.errors import ConfigError, ImageError
from tests.unit.data import upload_files

pytest.importorskip("pydicom", reason="needs the extra: pip install pydicom")

from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    RLELossless,
)

from tests.unit.data.dicom_files import PATIENT, ct, dataset, encode, ramp, wrapped

EXPECTED = data.from_hounsfield(torch.from_numpy(ramp().astype(np.float32) - 1024))


def refusal(content: bytes, read: Callable[[bytes, int], object] = data.read_dicom) -> str:
    with pytest.raises(ImageError) as caught:
        read(content, 32)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert message.count(". ") == 0
    assert "but" in message
    assert ": " in message
    return message


def test_stored_values_become_attenuation() -> None:
    image = data.read_dicom(ct(ramp()), 40)
    assert image.shape == (1, 1, 40, 40)
    assert image.dtype == torch.float32
    assert_close(image[0, 0], EXPECTED)
    assert float(data.to_hounsfield(image[0, 0, 0, 1])) == pytest.approx(
        19 - 1024 if 19 - 1024 > -1000 else -1000, abs=0.1
    )


def test_water_is_water() -> None:
    values = np.zeros((32, 32), dtype=np.int16)
    values[:16] = 500
    image = data.read_dicom(ct(values, RescaleSlope=2, RescaleIntercept=-1000), 32)
    assert_close(image[0, 0, :16], torch.full((16, 32), data.MU_WATER))
    assert_close(image[0, 0, 16:], torch.zeros(16, 32))


def test_signed_values_and_fractions() -> None:
    values = ramp().astype(np.int16) - 1000
    image = data.read_dicom(ct(values, RescaleSlope="0.5", RescaleIntercept="12.25"), 40)
    assert_close(image[0, 0], data.from_hounsfield(torch.from_numpy(values * 0.5 + 12.25).float()))


def test_eight_bits_and_both_monochromes() -> None:
    values = (ramp() // 16).astype(np.uint8)
    for colours in ("MONOCHROME1", "MONOCHROME2"):  # how to show it; the numbers mean the same
        image = data.read_dicom(ct(values, PhotometricInterpretation=colours, RescaleSlope=16), 40)
        assert_close(image[0, 0], data.from_hounsfield(torch.from_numpy(values * 16.0 - 1024).float()))


@pytest.mark.parametrize(("stored", "hounsfield"), [(-2000, -1000), (-1010, -1000), (3071, 3071), (20_000, 3071)])
def test_what_no_scanner_measures_is_cut_off(stored: int, hounsfield: int) -> None:
    values = np.zeros((32, 32), dtype=np.int16)
    values[3, 4] = stored
    image = data.read_dicom(ct(values, RescaleIntercept=0), 32)
    assert float(data.to_hounsfield(image)[0, 0, 3, 4]) == pytest.approx(hounsfield, abs=1e-2)
    assert float(image[0, 0, 0, 0]) == pytest.approx(data.MU_WATER)


def test_areas_are_averaged() -> None:
    image = data.read_dicom(ct(ramp(64, 64)), 16)
    fine = data.read_dicom(ct(ramp(64, 64)), 64)
    assert_close(image, torch.nn.functional.avg_pool2d(fine, 4), rtol=1e-5, atol=1e-7)
    odd = data.read_dicom(ct(ramp(64, 64)), 23)
    assert float(odd.mean()) == pytest.approx(float(fine.mean()), rel=1e-5)
    assert float(odd.min()) >= float(fine.min())
    thirds = data.read_dicom(ct(ramp(64, 64)), 96)
    assert_close(thirds[..., ::3, ::3], fine[..., ::2, ::2], rtol=1e-5, atol=1e-7)
    larger = data.read_dicom(ct(ramp(64, 64)), 128)
    assert_close(torch.nn.functional.avg_pool2d(larger, 2), fine, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("rows", "columns"), [(40, 60), (61, 40)])
def test_oblong_slices_stand_in_air(rows: int, columns: int) -> None:
    side = max(rows, columns)
    values = ramp(rows, columns) + 100
    image = data.read_dicom(ct(values), side)[0, 0]
    top, left = (side - rows) // 2, (side - columns) // 2
    expected = torch.zeros(side, side)
    inside = torch.from_numpy(values.astype(np.float32) - 1024)
    expected[top : top + rows, left : left + columns] = data.from_hounsfield(inside)
    assert_close(image, expected)


def test_oblong_pixels_are_as_high_and_wide_as_the_header_says() -> None:
    """Rows 2 mm apart and columns 1 mm: twice as high as wide."""
    scan = data.read_scan(ct(ramp() + 1100, PixelSpacing=[2, 1]), 80)
    assert scan.width == pytest.approx(8.0), "40 rows of 2 mm"
    inside = torch.zeros(80, 80)
    inside[:, 20:60] = data.from_hounsfield(
        torch.from_numpy((ramp() + 1100).astype(np.float32) - 1024)
    ).repeat_interleave(2, 0)
    assert_close(scan.image[0, 0], inside)
    lying = data.read_scan(ct(ramp() + 1100, PixelSpacing=[1, 2]), 80)
    assert lying.width == pytest.approx(8.0)
    assert_close(lying.image[0, 0, 20:60].bool(), torch.ones(40, 80, dtype=torch.bool))
    assert not lying.image[0, 0, :20].any()


@pytest.mark.parametrize(
    ("shape", "apart", "width"),
    [
        ((40, 40), [0.5, 0.5], 2.0),
        ((512, 512), ["0.9765625", "0.9765625"], 50.0),
        ((512, 512), ["0.166015625", "0.166015625"], 8.5),
        ((60, 40), [1, 1], 6.0),
        ((40, 60), [1, 0.9], 5.4),
        ((33, 41), [0.7, 0.61], 41 * 0.061),
    ],
    ids=str,
)
def test_a_slice_is_as_wide_as_its_pixels_together(shape: tuple[int, int], apart: list, width: float) -> None:
    scan = data.read_scan(ct(ramp(*shape) % 3000, PixelSpacing=apart), 64)
    assert scan.width == pytest.approx(width, rel=1e-6)
    mass = float(data.read_dicom(ct(ramp(*shape) % 3000), 512).mean()) * max(shape) ** 2
    area = float(scan.image.mean()) * width**2 * 100 / (float(apart[0]) * float(apart[1]))
    assert area == pytest.approx(mass, rel=1e-4), "attenuation is moved, not made"


@pytest.mark.parametrize(
    "apart",
    [None, "", [1], [1, 2, 3], [0, 1], [1, -1], ["1e-9", "1e-9"], [1000, 1000], ["1e400", "1"]],
    ids=str,
)
def test_without_a_sound_spacing_nobody_knows_the_width(apart: object) -> None:
    scan = data.read_scan(ct(ramp(), PixelSpacing=apart, ImagerPixelSpacing=[0.5, 0.5]), 40)
    assert scan.width is None, "a detector's spacing is not the patient's"
    assert_close(scan.image[0, 0], EXPECTED)


def test_a_spacing_that_is_no_number_is_none() -> None:
    content = ct(ramp(), PixelSpacing=["1.25", "1.25"]).replace(b"1.25\\1.25 ", b"one\\two   ")
    assert b"one" in content
    assert data.read_scan(content, 40).width is None


def test_pictures_do_not_tell_how_wide_they_are() -> None:
    assert data.read_scan(upload_files.encode(PIL.Image.radial_gradient("L")), 32).width is None


def test_run_lengths_and_implicit_entries_are_read() -> None:
    compressed = dataset(ramp())
    compressed.compress(RLELossless)
    implicit = dataset(ramp())
    implicit.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    for content in (encode(compressed), encode(implicit)):
        assert_close(data.read_dicom(content, 40)[0, 0], EXPECTED)


def _jpeg2000(values: np.ndarray) -> bytes:
    file = BytesIO()
    PIL.Image.fromarray(values).save(file, "JPEG2000", irreversible=False, no_jp2=True)
    return file.getvalue()


def test_jpeg_2000_is_read() -> None:
    assert_close(data.read_dicom(wrapped(JPEG2000Lossless, _jpeg2000(ramp())), 40)[0, 0], EXPECTED)


def _cut(share: float) -> bytes:
    content = ct(ramp())
    return content[: int(share * len(content))]


def _colour() -> bytes:
    return ct(ramp(), SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0)


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"", "0 bytes"),
        (b"DICM" + bytes(200), "mark DICM"),
        (bytes(128) + b"DICM", "no rows"),
        (ct(ramp(), PixelData=None, Rows=40), "none"),
        (ct(ramp(), PixelData=b""), "none"),
        (ct(ramp(), Rows=None), "no rows"),
        (ct(ramp(), NumberOfFrames=7), "7"),
        (ct(ramp(), NumberOfFrames=-1), "-1"),
        (_colour(), "RGB"),
        (ct(ramp(), PhotometricInterpretation="PALETTE COLOR"), "PALETTE"),
        (ct(ramp(), Modality="MR"), "MR"),
        (ct(ramp(), Modality=None), "unknown"),
        (ct(ramp(), RescaleSlope=None), "none"),
        (ct(ramp(), RescaleType="Z_EFF"), "Z_EFF"),
        (ct(ramp(), RescaleSlope=0), "they are 0.0 and"),
        (ct(ramp(), RescaleSlope="NaN"), "NaN"),
        (ct(ramp(), RescaleIntercept="inf"), "inf"),
        (ct(ramp(), RescaleSlope=["1", "2"]), "1"),
        (ct(ramp(), RescaleSlope=""), "none"),
        (ct(ramp(31, 64)), "31 × 64"),
        (ct(ramp(), Rows=0), "0 × 40"),
        (ct(ramp(), Rows=65_535, Columns=65_535), "65535 × 65535"),
        (ct(ramp(), Rows=80), f"{2 * 40 * 40} of {2 * 80 * 40}"),
        (ct(np.full((32, 32), 7, dtype=np.uint16)), "-1017 HU"),
        (ct(np.arange(32 * 32, dtype=np.uint16).reshape(32, 32), RescaleIntercept=5000), "3071 HU"),
        (ct(ramp(), BitsAllocated=12), "cannot be decoded"),
        (_cut(0.99), "of 3200 bytes"),
        (_cut(0.03), "DICM"),
        (wrapped(JPEGLosslessSV1), "JPEG Lossless"),
        (wrapped(UID("1.2.840.10008.1.2.4.102")), "MPEG-4"),
        (wrapped(UID("1.2.3.4")), "1.2.3.4"),
        (bytes(uploads.MAX_BYTES + 100_000), "10.1 MB"),
    ],
)
def test_the_message_says_what_came(content: bytes, came: str) -> None:
    assert came in refusal(content)


def test_files_are_refused_wherever_they_end() -> None:
    for content in (ct(ramp()), wrapped(JPEG2000Lossless, _jpeg2000(ramp()))):
        for end in [*range(1, 700), *range(700, len(content), 97)]:
            refusal(content[:end])


def test_deflated_files_are_refused_before_they_are_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    slice_ = dataset(ramp())
    slice_.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    content = encode(slice_)
    monkeypatch.setattr("zlib.decompress", lambda *_: pytest.fail("inflated"))
    assert "Deflated" in refusal(content, decode_slice)


def test_huge_headers_are_refused_before_the_pixels_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pydicom.dataset.Dataset.pixel_array", property(lambda _: pytest.fail("decoded")))
    assert "5000 × 5000" in refusal(ct(ramp(), Rows=5000, Columns=5000), decode_slice)
    assert "multiple" not in refusal(ct(ramp(), NumberOfFrames=1000), decode_slice)


def test_long_compressed_pixels_are_refused() -> None:
    assert "4.1 MB" in refusal(wrapped(RLELossless, bytes(4_100_000)))


def test_a_picture_larger_than_its_header_is_refused() -> None:
    assert "40 × 40 are announced and 100 × 100 came" in refusal(wrapped(JPEG2000Lossless, _jpeg2000(ramp(100, 100))))


def test_a_missing_pydicom_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    content = ct(ramp())
    monkeypatch.setitem(sys.modules, "pydicom", None)
    assert "pip install pydicom" in refusal(content, decode_slice)


def test_what_stands_in_the_header_stays_one_printable_word() -> None:
    message = refusal(ct(ramp(), RescaleType="A\nB" + "C" * 40))
    assert "ABC" in message
    assert "C" * 20 not in message


def test_nothing_of_the_patient_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    content = ct(ramp())
    assert PATIENT.encode() in content
    with caplog.at_level(logging.DEBUG):
        scan = data.read_scan(content, 32)
        message = refusal(ct(ramp(), Modality="MR", PatientID="12\n34", StudyDate="not a date"))
    assert set(vars(scan)) == {"image", "hounsfield", "width"}
    assert "Doe" not in message + caplog.text


def test_nothing_global_changes() -> None:
    before = list(warnings.filters)
    decode_slice(ct(ramp()), 32)
    with pytest.raises(ImageError):
        decode_slice(_cut(0.5), 32)
    assert list(warnings.filters) == before


@pytest.mark.parametrize("size", [0, 10**6])
def test_sizes_are_bounded(size: int) -> None:
    with pytest.raises(ConfigError, match="size must be"):
        data.read_dicom(ct(ramp()), size)


@pytest.mark.usefixtures("without_shape_checks")
def test_only_bytes_are_read() -> None:
    with pytest.raises(ConfigError, match="it is a str"):
        data.read_scan("slice.dcm", 16)  # pyright: ignore[reportArgumentType]


def test_scans_from_dicom_are_calibrated() -> None:
    scan = data.read_scan(ct(ramp()), 40)
    assert scan.hounsfield
    assert_close(scan.image[0, 0], EXPECTED)


def test_scans_from_pictures_are_grey_values() -> None:
    content = upload_files.encode(upload_files.GREY)
    scan = data.read_scan(content, 32)
    assert not scan.hounsfield
    assert_close(scan.image, data.MU_SCALE * data.read_image(content, 32))
    deep = ramp() * 20
    scan = data.read_scan(upload_files.tiff(deep), 40)
    assert_close(scan.image[0, 0], data.MU_SCALE * torch.from_numpy(deep / 65535).float(), rtol=0, atol=1e-7)


def test_pictures_without_contrast_are_no_objects() -> None:
    assert "equal" in refusal(upload_files.encode(PIL.Image.new("L", (40, 40), 100)), data.read_scan)
    assert "mark" not in refusal(b"nonsense" * 100, data.read_scan)


CASES = 300


def _damaged(content: bytes, rng: np.random.Generator) -> bytes:
    broken = bytearray(content)
    if rng.random() < 0.2:
        return bytes(broken[: rng.integers(len(broken))])
    for _ in range(rng.choice([1, 2, 4, 16])):
        # The header is where damage matters most, beyond the empty preamble.
        place = 128 + rng.integers(min(len(broken) - 128, int(rng.choice([300, 600, len(broken)]))))
        broken[place] = rng.choice([0, 1, 255, int(rng.integers(256))])
    return bytes(broken)


def test_damage_gives_an_image_or_a_sentence() -> None:
    rng = np.random.default_rng(20211)
    compressed = dataset(ramp())
    compressed.compress(RLELossless)
    files = [ct(ramp()), encode(compressed), ct(ramp(33, 50).astype(np.int16), RescaleType="HU")]
    refused = 0
    for case in range(CASES):
        content = _damaged(files[case % len(files)], rng)
        try:
            image = data.read_dicom(content, 16)
        except ImageError:
            refused += 1
        else:
            assert image.shape == (1, 1, 16, 16)
            assert torch.all((image >= 0) & (image <= data.from_hounsfield(torch.tensor(3071.0)) + 1e-6))
    assert 0.1 * CASES < refused < 0.95 * CASES  # the damage is neither harmless nor always fatal


def test_the_limits_themselves_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert data.read_dicom(ct(ramp(32, 32)), 8).shape == (1, 1, 8, 8)
    monkeypatch.setattr(dicom_header, "MAX_SIDE", 40)
    assert decode_slice(ct(ramp()), 8)[0].shape == (8, 8)
    assert "32 to 40" in refusal(ct(ramp(41, 40)), decode_slice)
