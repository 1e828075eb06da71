"""Figures of several images: each as the study has it, files that fail beside them, limits, mean and spread."""

import io
import json
import math
import statistics
import tracemalloc
import zipfile
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image as PillowImage

from structviz import data, zoo
from structviz.studies import several
from structviz.studies.ct import Method, Scan, acquire_scan, classical_method, reconstruct
from structviz.studies.rotation import compare
from structviz.studies.several import ImageRow, NamedFile, Refused, denoising, image_table, reconstructing, unpacked
from tests.unit.data import dicom_files

NETS = {"ordinary": zoo.load("images/ordinary-small")}


def png(seed: int) -> bytes:
    image = data.ellipses(1, 40, torch.Generator().manual_seed(seed))[0, 0]
    PillowImage.fromarray((255 * image.numpy()).astype(np.uint8)).save(file := io.BytesIO(), "PNG")
    return file.getvalue()


def several_generator(seed: int):
    import torch

    return torch.Generator().manual_seed(seed)


def zipped(**files: bytes) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


FILES = [NamedFile("a.png", png(0)), NamedFile("bad.png", b"no picture"), NamedFile("b#.png", png(1))]


def test_each_image_has_the_figures_of_the_study_and_a_bad_file_stops_nothing() -> None:
    seen: list[str] = []
    measure = denoising(NETS, 32, math.pi / 3, "gaussian", 0.2, 5)
    table = image_table(FILES, measure, lambda row: seen.append(row.name))
    assert seen == ["a.png", "bad.png", "b#.png"]
    assert [row.name for row in table.rows] == ["a.png", "b#.png"]
    assert [one.name for one in table.refused] == ["bad.png"]
    for row, file in zip(table.rows, (FILES[0], FILES[2]), strict=True):
        found = compare(NETS, data.read_image(file.content, 32), math.pi / 3, "gaussian", 0.2, 5)
        assert row.sha256 == file.sha256
        assert row.figures["noisy"]["psnr_db"] == found.noisy[1].psnr
        assert row.figures["ordinary"] == {
            "psnr_db": found.arms["ordinary"][1].psnr,
            "ssim": found.arms["ordinary"][1].ssim,
            "psnr_upright_db": found.arms["ordinary"][0].psnr,
            "equivariance_error": found.equivariance_errors["ordinary"],
        }
    values = [row.figures["ordinary"]["ssim"] for row in table.rows]
    summed = table.summary()["ordinary"]["ssim"]
    assert (summed.mean, summed.spread, summed.n) == (statistics.mean(values), statistics.stdev(values), 2)


def test_the_table_is_read_by_others() -> None:
    table = image_table(FILES, denoising(NETS, 32))
    content = table.to_csv().decode()
    frame = pd.read_csv(io.StringIO(content), comment="#")
    assert list(frame["file"]) == ["a.png", "a.png", "b.png", "b.png"]
    assert list(frame["arm"]) == ["noisy", "ordinary"] * 2
    ours = [value for arm, value in zip(frame["arm"], frame["psnr_db"], strict=True) if arm == "ordinary"]
    summary = json.loads(content.splitlines()[0].removeprefix("# summary: "))
    assert summary["ordinary"]["psnr_db"]["mean"] == pytest.approx(sum(ours) / len(ours), rel=1e-5)
    assert "bad.png" in json.loads(content.splitlines()[1].removeprefix("# refused: "))


def test_one_image_has_no_spread_and_none_no_summary() -> None:
    assert math.isnan(image_table(FILES[:1], denoising({}, 32)).summary()["noisy"]["ssim"].spread)
    empty = image_table(FILES[1:2], denoising({}, 32))
    assert empty.summary() == {}
    assert empty.to_csv().decode().endswith("file,sha256,arm\n")


def test_slices_are_scanned_at_their_own_width() -> None:
    wide, narrow = (dicom_files.ct(1000 + dicom_files.ramp(), PixelSpacing=[mm, mm]) for mm in (5.0, 2.0))
    seen: list[Scan] = []

    def methods(scan: Scan) -> Mapping[str, Method]:
        seen.append(scan)
        return {"fbp": classical_method("fbp", scan.geometry)}

    scan = Scan(image_size=32, n_views=12, n_photons=1e3, seed=4)
    files = [NamedFile("wide.dcm", wide), NamedFile("narrow.dcm", narrow), NamedFile("a.png", png(0))]
    table = image_table(files, reconstructing(methods, scan, math.pi / 2, width=30))
    assert [one.field_of_view for one in seen] == pytest.approx([20, 8, 30])
    for row, file, this in zip(table.rows, files, seen, strict=True):
        acquired = acquire_scan(this, data.read_scan(file.content, 64).image, math.pi / 2)
        found = reconstruct(classical_method("fbp", this.geometry), acquired)
        assert row.figures == {"fbp": {"psnr_db": found.psnr[-1], "ssim": found.ssim[-1]}}


def test_archives_are_unpacked_within_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped(**{"s/2.png": b"2", "s/1.png": b"1", "s/": b"", ".hidden": b"", "provenance.json": b"{}"})
    images, refused = unpacked([NamedFile("s.zip", archive), NamedFile("3.png", b"3")])
    assert [(one.name, one.content) for one in images] == [
        ("s.zip/1.png", b"1"),
        ("s.zip/2.png", b"2"),
        ("3.png", b"3"),
    ]
    assert refused == []
    _, refused = unpacked([NamedFile("cut.zip", archive[:60])])
    assert refused[0].name == "cut.zip"
    many = [NamedFile(f"{k}", b"12345") for k in range(several.MOST_FILES + 2)]
    images, refused = unpacked(many)
    assert len(images) == several.MOST_FILES
    assert [one.name for one in refused] == ["50", "51"]
    monkeypatch.setattr(several, "MOST_TOTAL", 12)
    images, refused = unpacked(many[:4])
    assert (len(images), len(refused)) == (2, 2)


def test_a_bomb_is_not_unpacked() -> None:
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.png", bytes(30_000_000))
    (image,), _ = unpacked([NamedFile("bomb.zip", file.getvalue())])
    assert len(image.content) == 10_000_001
    assert isinstance(several.measured(image, denoising({}, 32)), Refused)
    assert isinstance(several.measured(FILES[0], denoising({}, 32)), ImageRow)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_unpacks_at_once_is_refused(method: int) -> None:
    """Of such a file, 2 kB became 3 GB before the first byte was returned."""
    with zipfile.ZipFile(file := io.BytesIO(), "w", method) as archive:
        archive.writestr("a.png", bytes(60_000_000))
    content = file.getvalue()
    tracemalloc.start()
    try:
        images, refused = unpacked([NamedFile("a.zip", content)])
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    assert images == []
    assert refused[0].name == "a.zip/a.png"
    assert "must be stored or deflated" in refused[0].sentence


def test_what_no_table_can_hold_is_not_unpacked() -> None:
    """An archive of 1 MB with a hundred files of 10 MB of zeros took 1 GB and 13 s, again at each run of the page."""
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(60):
            archive.writestr(f"{k:02}.png", bytes(2_000_000))
    content = file.getvalue()
    tracemalloc.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(several, "MOST_TOTAL", 7_000_000)
            images, refused = unpacked([NamedFile("a.zip", content)])
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()
    assert (len(images), len(refused)) == (3, 57)


def test_files_that_turn_out_to_be_damaged_count_as_well() -> None:
    """Otherwise each of them would be unpacked, whatever the limit."""
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_STORED) as archive:
        for k in range(9):
            archive.writestr(f"{k}.png", b"soundness" * 1000)
    damaged = file.getvalue().replace(b"soundness" * 1000, b"unsoundly" * 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(several, "MOST_TOTAL", 20_000)
        images, refused = unpacked([NamedFile("a.zip", damaged)])
    assert images == []
    assert sum("Bad CRC" in one.sentence for one in refused) == 2
    assert sum("All images have at most" in one.sentence for one in refused) == 7


def test_entries_are_counted_before_they_become_objects() -> None:
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        for k in range(1001):
            archive.writestr(f".{k}", b"")
    assert unpacked([NamedFile("a.zip", file.getvalue())]) == (
        [],
        [Refused("a.zip", "An archive has at most 1,000 files; this one has 1,001. Leave some out.")],
    )
