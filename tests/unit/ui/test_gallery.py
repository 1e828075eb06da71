"""The static gallery: complete, the same each time, and refused with a sentence where it cannot be written."""

import json
import re
from pathlib import Path
from types import MappingProxyType

import pytest

from structviz.cli import main
from structviz.errors import ConfigError
from structviz.provenance import read_notes
from structviz.ui import gallery as module
from structviz.ui.gallery import gallery, write_gallery
from structviz.ui.gallery_files import FILES, PageFiles
from structviz.ui.kit.thumbnails import picture_of
from structviz.ui.pages.rotation.presets import PRESETS

TITLE = "The lecture's stripes"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all files that compute, one."""
    rotation = FILES["rotation"]
    one = PageFiles(rotation.prefix, lambda: {TITLE: PRESETS[TITLE]}, rotation.make)
    monkeypatch.setattr(module, "FILES", MappingProxyType({"rotation": one}))


def test_all_links_lead_to_files_of_the_gallery_and_nothing_leads_out(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "gallery"
    n_bytes = write_gallery(folder, ["rotation", "ct"])
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.html")}
    assert set(files) == {
        "index.html",
        "rotation/index.html",
        "rotation/the-lecture-s-stripes.html",
        "ct/index.html",
    }
    assert n_bytes == sum(path.stat().st_size for path in files.values())
    for name, path in files.items():
        page = path.read_text(encoding="utf-8")
        links = re.findall(r'href="(.+?)"', page)
        assert links, name
        assert all((path.parent / link).is_file() for link in links), links
        assert all(source.startswith("data:image/") for source in re.findall(r'src="(.+?)"', page))
        assert not re.search(r"@import|url\(|import\(|fetch\(", page)
        assert "default-src 'none'" in page
    notes = read_notes(files["rotation/the-lecture-s-stripes.html"].read_bytes(), "a.html")
    assert notes["settings"]["angle"] == 90
    assert set(notes["networks"]) == {"stripes/ordinary", "stripes/equivariant"}
    assert 'href="index.html">Rotated images</a>' in files["rotation/the-lecture-s-stripes.html"].read_text()
    assert "structviz app" in files["ct/index.html"].read_text(), "what has no file is a picture that says so"


def test_a_gallery_is_the_same_each_time() -> None:
    one, other = ([(file.path, file.content) for file in gallery(["rotation"])] for _ in range(2))
    assert one == other


def test_only_a_new_or_empty_folder_that_can_be_written_to_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_gallery(tmp_path / "empty", ["notation"])
    with pytest.raises(ConfigError, match=r"new or empty folder; .*empty holds .+\. Name another folder"):
        write_gallery(tmp_path / "empty", ["notation"])
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ConfigError, match=r"a folder that can be written to; .* cannot: .+\. Name another folder"):
            write_gallery(place, ["notation"])
    with pytest.raises(ConfigError, match=r"Pages of a gallery are notation, .*rotation.*; got rota\. Choose"):
        write_gallery(tmp_path / "other", ["rota"])
    monkeypatch.setattr(module, "MOST_BYTES", 1 + max(len(file.content) for file in gallery(["rotation"])))
    with pytest.raises(ConfigError, match=r"at most 0\.\d+ MB; with .+ it has .+ MB\. Choose fewer pages with --pages"):
        write_gallery(tmp_path / "third", ["rotation"])


def test_the_command_says_where_the_gallery_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", "--out", str(tmp_path / "site"), "--pages", "notation,ct", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["index"] == str(tmp_path / "site" / "index.html")
    assert found["bytes"] == sum(path.stat().st_size for path in (tmp_path / "site").rglob("*.html"))
    assert main(["site", "--out", str(tmp_path / "site")]) == 2
    assert "holds" in capsys.readouterr().err


@pytest.mark.parametrize("name", FILES)
def test_every_file_belongs_to_a_preset_with_a_small_picture(name: str) -> None:
    choices = FILES[name].choices()
    assert choices
    assert all(picture_of(FILES[name].prefix, title, choice) for title, choice in choices.items())
