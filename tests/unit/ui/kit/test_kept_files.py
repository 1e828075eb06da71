"""What pages keep of files: each content counts once, for as long as it lives, and who keeps most gives way."""

import copy
import gc
from dataclasses import dataclass, replace

import pytest

from structviz.errors import ImageError
from structviz.ui.kit.kept_files import IN_ALL, KEPT, OF_ONE, Content, Holder, KeptFiles
from structviz.ui.kit.uploads import UploadedFile

ADA, BOB, EVE = (Holder(f"visitor {name}", name) for name in ("ada", "bob", "eve"))


def kept(files: KeptFiles, *holders: Holder, size: int = 10) -> list[Content]:
    contents = []
    for k, holder in enumerate(holders):
        contents.append(Content(bytes([k]) * size))
        files.keep(contents[-1], holder)
    return contents


def sizes(contents: list[Content]) -> list[int]:
    return [content.size for content in contents]


def test_a_visitor_keeps_so_many_bytes_and_the_oldest_go_first() -> None:
    files = KeptFiles(of_one=30, in_all=1000)
    contents = kept(files, ADA, BOB, ADA, ADA, ADA, ADA)
    assert sizes(contents) == [0, 10, 0, 10, 10, 10]
    assert files.total() == 40
    assert contents[-1].data == bytes([5]) * 10
    with pytest.raises(ImageError, match="yours gave way to another's: choose it again"):
        _ = contents[0].data


def test_who_keeps_most_gives_way_to_a_newcomer() -> None:
    files = KeptFiles(of_one=50, in_all=60)
    contents = kept(files, ADA, EVE, EVE, EVE, EVE, EVE, BOB)
    assert sizes(contents) == [10, 0, 10, 10, 10, 10, 10]
    assert sizes([*contents, *kept(files, BOB, BOB)]) == [10, 0, 0, 0, 10, 10, 10, 10, 10]


def test_one_address_with_many_names_takes_nothing_from_others() -> None:
    files = KeptFiles(of_one=50, in_all=60)
    honest = kept(files, ADA, ADA)
    names = kept(files, *(Holder("203.0.113.7", f"name {k}") for k in range(20)))
    assert sizes(honest) == [10, 10]
    assert sum(sizes(names)) == 40


def test_what_nobody_holds_any_more_does_not_count() -> None:
    files = KeptFiles(of_one=30, in_all=1000)
    contents = kept(files, ADA, ADA, ADA)
    assert files.total() == 30
    del contents[0]
    gc.collect()
    assert files.total() == 20
    contents += kept(files, ADA)
    assert sizes(contents) == [10, 10, 10]


def test_a_file_counts_once() -> None:
    files = KeptFiles(of_one=30, in_all=1000)
    (content,) = kept(files, ADA)
    for _ in range(5):
        files.keep(content, ADA)
    assert files.total() == 10


@dataclass(frozen=True)
class Page:
    """A choice with a file."""

    upload: UploadedFile | None = None
    size: int = 64


def test_files_of_choices_share_their_bytes() -> None:
    file = UploadedFile.of(b"content", "a.png")
    page = replace(Page(file), size=128)
    assert page.upload is file
    assert UploadedFile.of(b"content") == file
    assert hash(UploadedFile.of(b"content")) == hash(file)
    assert "content" not in repr(file)
    before = KEPT.total()
    file.keep()
    assert KEPT.total() == before + 7
    file.held.drop()
    with pytest.raises(ImageError, match="choose it again"):
        _ = file.content
    assert KEPT.total() == before


def test_a_copy_of_a_choice_holds_no_second_copy_of_its_files() -> None:
    file = UploadedFile.of(b"content")
    assert copy.deepcopy(Page(file)).upload == file
    assert copy.deepcopy(Page(file)).upload.held is file.held  # pyright: ignore[reportOptionalMemberAccess]


def test_the_limits_leave_room_for_ten_greedy_visitors() -> None:
    assert IN_ALL >= 10 * OF_ONE
