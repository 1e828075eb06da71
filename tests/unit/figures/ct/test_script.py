"""The script of the CT page gives the figures of the study, for shipped networks, other settings and own files."""

import io
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from structviz import data, zoo
from structviz.displayed import decibels
from structviz.figures.ct.script import script
from structviz.studies.ct import Scan, acquire_scan, classical_method, learned_method, reconstruct

SMALL = Scan(n_views=20, image_size=64, n_photons=math.inf, patient=3)


def printed(code: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    exec(code, {})
    return capsys.readouterr().out.splitlines()


def test_it_prints_what_the_study_finds(capsys: pytest.CaptureFixture[str]) -> None:
    code = script(SMALL, 30, {"fbp": {"filter": "hann"}}, {"equivariant": "ct/equivariant-small"})
    acquired = acquire_scan(SMALL, angle=math.radians(30))
    methods = (
        classical_method("fbp", SMALL.geometry, filter="hann"),
        learned_method(zoo.load("ct/equivariant-small"), SMALL.geometry),
    )
    found = [reconstruct(method, acquired) for method in methods]
    assert printed(code, capsys) == [
        f"{name}: {decibels(one.psnr[-1])}, SSIM {one.ssim[-1]:.3f}"
        for name, one in zip(("fbp", "equivariant"), found, strict=True)
    ]


def test_own_files_and_networks_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = io.BytesIO()
    PillowImage.fromarray((255 * np.eye(90)).astype(np.uint8)).save(file, "PNG")
    (tmp_path / "scan.dcm").write_bytes(file.getvalue())
    monkeypatch.chdir(tmp_path)
    own = Scan(phantom=None, n_views=20, image_size=64)
    code = script(own, 0, {}, {"local-1": "ct/ordinary-small"}, ["local-1"])
    (tmp_path / "weights.zip").write_bytes(zoo.pack({"ct/ordinary-small": zoo.PRETRAINED}))
    x = data.read_scan(file.getvalue(), 128).image
    method = learned_method(zoo.load("ct/ordinary-small"), own.geometry)
    found = reconstruct(method, acquire_scan(own, x))
    assert printed(code, capsys) == [f"local-1: {decibels(found.psnr[-1])}, SSIM {found.ssim[-1]:.3f}"]
