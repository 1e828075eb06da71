"""Several images on the rotation and CT pages: a table with mean and spread, rows, refusals and a file."""

import io
import statistics
import zipfile

import pandas as pd
import pytest
from PIL import Image as PillowImage
from streamlit.testing.v1 import AppTest

from structviz.displayed import decibels
from structviz.studies.several import ImageRow, ImageTable, Refused
from structviz.ui.kit.several import ahead, refused_words
from tests.app.exported import offered_files
from tests.app.pages import healthy, open_page
from tests.unit.data import dicom_files


def png(turns: int) -> bytes:
    PillowImage.radial_gradient("L").crop((0, 0, 200, 180 + turns)).save(file := io.BytesIO(), "PNG")
    return file.getvalue()


def upload(app: AppTest, prefix: str, files: dict[str, bytes]) -> AppTest:
    field = app.file_uploader(key=f"{prefix}_several_files")
    field.set_value([(name, content, "image/png") for name, content in files.items()]).run()
    assert not app.exception
    return app


def test_images_on_the_rotation_page(monkeypatch: pytest.MonkeyPatch) -> None:
    apps: list[AppTest] = []

    def opened() -> None:
        app = healthy(open_page("rotation", rot_several="true", rot_source="camera", rot_size="64", rot_angle="45"))
        with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
            archive.writestr("c.png", png(2))
            archive.writestr("notes.txt", b"no picture")
        apps.append(upload(app, "rot", {"a.png": png(0), "b.png": png(1), "more.zip": file.getvalue()}))

    files = offered_files(monkeypatch, opened)
    app = apps[0]
    summary, rows = (app.dataframe[k].value for k in range(2))
    assert list(summary["Arm"]) == ["Noisy", "Ordinary", "Equivariant"]
    assert list(rows["Image"]) == ["a.png", "b.png", "more.zip/c.png"]
    assert "more.zip/notes.txt" in app.warning[0].value or "notes.txt" in app.warning[0].value
    (table,) = [file for file in files if file.name == "several.csv"]
    assert table.record["settings"]["angle"] == 45
    assert set(table.record["networks"]) == {"images/ordinary-small", "images/equivariant-c4-small"}
    frame = pd.read_csv(io.BytesIO(table.make()), comment="#")
    ordinary = frame[frame["arm"] == "ordinary"]
    assert list(rows["Ordinary"]) == [str(decibels(value)) for value in ordinary["psnr_db"]]
    values = ordinary["psnr_db"].tolist()
    mean, spread = decibels(statistics.mean(values)).bare, decibels(statistics.stdev(values))
    assert list(summary["PSNR"])[1] == f"{mean} ± {spread}"


def test_beside_stripes_the_networks_for_photographs_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened() -> None:
        upload(healthy(open_page("rotation", rot_several="true", rot_size="64")), "rot", {"a.png": png(0)})

    (table,) = [file for file in offered_files(monkeypatch, opened) if file.name == "several.csv"]
    assert set(table.record["networks"]) == {"images/ordinary-small", "images/equivariant-c4-small"}


def test_slices_on_the_ct_page_with_one_that_is_refused() -> None:
    app = healthy(open_page("ct", ct_several="true", ct_size="64", ct_views="20", ct_methods=["fbp", "ordinary"]))
    slices = {f"{k}.dcm": dicom_files.ct(1000 + k + dicom_files.ramp()) for k in range(2)}
    upload(app, "ct", {**slices, "bad.dcm": slices["0.dcm"][:500]})
    assert list(app.dataframe[1].value["Image"]) == ["0.dcm", "1.dcm"]
    assert "±" in app.dataframe[0].value["PSNR"][0]
    assert "bad.dcm" in app.warning[-1].value


def test_who_is_ahead_follows_from_the_displayed_numbers() -> None:
    def row(ordinary: float, equivariant: float) -> ImageRow:
        return ImageRow("a", "", {"ordinary": {"psnr_db": ordinary}, "equivariant": {"psnr_db": equivariant}})

    table = ImageTable((row(20.0, 21.0), row(20.04, 20.01), row(22.0, 21.5)))
    assert ahead(table, {}) == (
        "**Equivariant** is ahead of **Ordinary** on 1 of 3 images, equal on 1; the differences go from −0.5 dB "
        "to +1.0 dB."
    )
    one = ahead(ImageTable((row(20.0, 21.0),)), {})
    assert one == "**Equivariant** is ahead of **Ordinary** on 1 of 1 image; the difference is +1.0 dB."
    assert ahead(ImageTable((ImageRow("a", "", {"fbp": {"psnr_db": 1.0}}),)), {}) == ""


def test_only_so_many_refused_files_are_listed() -> None:
    refused = [Refused(f"{k}.png", f"Rule [{k}](there).") for k in range(23)]
    lines = refused_words(refused).splitlines()
    assert lines[0] == "Not in the table:"
    assert lines[1] == "- **0.png**: Rule \\[0\\](there)."
    assert lines[-1] == "- and 3 more files"
    assert len(lines) == 22
    assert len(refused_words(refused[:20]).splitlines()) == 21
