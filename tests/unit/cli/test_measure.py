"""Networks on images of one's own, by a command: the study's figures, the file that says what made it, exit status."""

import io
import json
import math
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image as PillowImage

from structviz import cli, data, zoo
from structviz.jobs import Store
from structviz.studies.rotation import compare

NAME = "images/ordinary-small"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "images"
    place.mkdir()
    for k, name in enumerate(("b.png", "a.png")):
        PillowImage.linear_gradient("L").rotate(90 * k).save(place / name)
    (place / ".hidden").write_bytes(b"")
    return place


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    status = cli.main([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_a_folder_of_images_becomes_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "table.csv"
    arguments = ["measure", str(folder), "--networks", NAME, "--size", "32", "--angle", "30", "--out", str(out)]
    status, values = run_json(capsys, *arguments)
    assert status == 0
    assert [one["name"] for one in values["images"]] == ["a.png", "b.png"]
    image = data.read_image((folder / "a.png").read_bytes(), 32)
    found = compare({NAME: zoo.load(NAME)}, image, math.radians(30), level=0.15)
    assert values["images"][0]["figures"][NAME]["psnr_db"] == pytest.approx(found.arms[NAME][1].psnr)
    frame = pd.read_csv(out, comment="#")
    ours = [value for arm, value in zip(frame["arm"], frame["psnr_db"], strict=True) if arm == NAME]
    assert sum(ours) / len(ours) == pytest.approx(values["summary"][NAME]["psnr_db"]["mean"])
    assert zoo.card(NAME).sha256 in out.read_text()
    assert cli.main(arguments) == 0
    assert "±" in capsys.readouterr().out


def test_what_cannot_be_read_is_named_and_the_rest_is_measured(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "c.png").write_bytes(b"no picture")
    status, values = run_json(capsys, "measure", str(folder), "--networks", NAME, "--size", "32")
    assert (status, len(values["images"]), list(values["refused"])) == (1, 2, ["c.png"])


def test_slices_are_reconstructed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["measure", str(folder / "a.png"), "--networks", "ct/ordinary-small", "--size", "32", "--views", "8"]
    status, values = run_json(capsys, *arguments)
    assert status == 0
    assert set(values["summary"]["ct/ordinary-small"]) == {"psnr_db", "ssim"}


@pytest.mark.parametrize("networks", ["ct/ordinary-small,images/ordinary-small", "flow/resnet-xor"])
def test_networks_that_cannot_be_compared_are_refused(
    networks: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, values = run_json(capsys, "measure", str(folder), "--networks", networks)
    assert status == 2
    assert "all denoisers of one recipe" in values["error"]


def test_a_download_is_imported_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("flow/resnet-xor", "stripes/ordinary")
    download, runs = tmp_path / "download.zip", tmp_path / "runs"
    download.write_bytes(zoo.pack(dict.fromkeys(names, zoo.PRETRAINED)))
    status, values = run_json(capsys, "import", str(download), "--runs", str(runs))
    assert status == 0
    for row, name in zip(values["networks"], names, strict=True):
        card = zoo.card(row["name"], Path(row["folder"]))
        assert card.sha256 == zoo.card(name).sha256
    weights = zoo.PRETRAINED / "stripes" / "ordinary.safetensors"
    status, values = run_json(capsys, "import", str(weights), "--runs", str(runs))
    assert (status, len(values["networks"]), len(Store(runs).networks())) == (0, 1, 3)


def test_a_bad_download_imports_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(file := io.BytesIO(zoo.pack({"stripes/ordinary": zoo.PRETRAINED})), "a") as archive:
        archive.writestr("stripes/more.safetensors", b"x")
    (tmp_path / "a.zip").write_bytes(file.getvalue())
    for path, words in ((tmp_path / "a.zip", "card stripes/more.json is missing"), (tmp_path / "b.zip", "be read")):
        status, values = run_json(capsys, "import", str(path), "--runs", str(tmp_path / "runs"))
        assert status == 2
        assert words in values["error"]
    assert Store(tmp_path / "runs").networks() == ()
