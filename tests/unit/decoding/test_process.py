"""The process that decodes: what hangs, swells or dies is killed, and the next file is read."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from structviz.decoding import process
from structviz.decoding.pictures import decode_picture
from structviz.decoding.process import Decoder, receive, send
from structviz.errors import ImageError
from tests.unit.data.upload_files import COLOUR, GREY, encode, png


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    decoder = Decoder(seconds=20, memory=process.MEMORY, patience=0.2)
    yield decoder
    decoder.close()


def test_another_process_decodes_as_this_one_does(decoder: Decoder) -> None:
    for content in (encode(GREY), encode(COLOUR, "JPEG"), encode(COLOUR, "TIFF")):
        image, width = decoder.decode("picture", content, 20)
        np.testing.assert_array_equal(image, decode_picture(content, 20))
        assert width is None
        assert image.flags.writeable  # torch would warn of a tensor on what must not be written


def test_refusals_cross_over_and_the_process_stays(decoder: Decoder) -> None:
    decoder.decode("picture", encode(GREY), 16)
    before = decoder._process
    with pytest.raises(ImageError, match="SVG"):
        decoder.decode("picture", b"<svg/>", 16)
    assert decoder._process is before
    assert decoder.decode("picture", encode(GREY), 16)[0].shape == (16, 16)


def test_what_takes_too_long_is_killed(decoder: Decoder) -> None:
    slow = Decoder(seconds=0.05)  # a process does not even start in this time
    began = time.perf_counter()
    with pytest.raises(ImageError, match=r"within 0\.05 seconds"):
        slow.decode("picture", encode(GREY), 16)
    assert time.perf_counter() - began < 5
    assert slow._process is None
    slow._seconds = 20
    assert slow.decode("picture", encode(GREY), 16)[0].shape == (16, 16)
    slow.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what is mapped")
def test_what_swells_gets_a_sentence() -> None:
    small = Decoder(seconds=20, memory=100_000_000)
    try:
        with pytest.raises(ImageError, match="memory"):
            small.decode("picture", png(4800, 4800, bytes(4801 * 4800)), 16)
        assert small.decode("picture", encode(GREY), 16)[0].shape == (16, 16)
    finally:
        small.close()


def test_a_process_that_died_is_replaced(decoder: Decoder) -> None:
    decoder.decode("picture", encode(GREY), 16)
    assert decoder._process is not None
    decoder._process.kill()
    decoder._process.wait()
    assert decoder.decode("picture", encode(GREY), 16)[0].shape == (16, 16)


def test_nobody_waits_for_the_file_of_another_for_ever(decoder: Decoder) -> None:
    with decoder._turns.take(["other"], 0), pytest.raises(ImageError, match=r"in front for 0\.2 seconds"):
        decoder.decode("picture", encode(GREY), 16)
    assert decoder.decode("picture", encode(GREY), 16)[0].shape == (16, 16)


def test_files_of_several_visitors_do_not_mix(decoder: Decoder) -> None:
    decoder._patience = 20
    found: dict[int, float] = {}

    def read(level: int) -> None:
        content = encode(PIL.Image.new("L", (32, 32), level))
        found[level] = float(decoder.decode("picture", content, 16 + level)[0].mean())

    threads = [threading.Thread(target=read, args=(level,)) for level in range(0, 200, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {level: pytest.approx(level / 255, abs=1e-6) for level in range(0, 200, 20)}


def test_the_decoder_knows_whose_file_it_reads(decoder: Decoder) -> None:
    with process.reading_for(["visitor a", "address 7"]):
        decoder.decode("picture", encode(GREY), 16)
    decoder.decode("picture", encode(GREY), 16)
    assert decoder._turns.used("visitor a") > 0
    assert decoder._turns.used("visitor a") == pytest.approx(decoder._turns.used("address 7"), rel=1e-3)
    assert decoder._turns.used("visitor b") == 0


def test_messages_end_where_they_say() -> None:
    stream = BytesIO()
    send(stream, {"a": "ä\n"}, b"\n\0body\n")
    send(stream, {})
    stream.seek(0)
    assert receive(stream) == ({"a": "ä\n", "n_bytes": 7}, b"\n\0body\n")
    assert receive(stream) == ({"n_bytes": 0}, b"")
    assert receive(stream) is None
    whole = stream.getvalue()
    assert receive(BytesIO(whole[:10])) is None
    assert receive(BytesIO(whole[: whole.index(b"body")])) is None


def test_the_process_needs_neither_torch_nor_the_folder_it_starts_in(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('a stranger was imported')")
    code = (
        "import sys, os\n"
        "from structviz.decoding.process import Decoder\n"
        f"os.chdir({str(tmp_path)!r})\n"
        f"print(Decoder().decode('picture', {encode(GREY)!r}, 2)[0].shape, 'torch' in sys.modules)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(process.__file__).parents[2]
    )
    assert run.stdout.split("\n")[0] == "(2, 2) False"
