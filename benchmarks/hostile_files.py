"""What do files cost that are made to cost time or memory? Run as `python -m benchmarks.hostile_files`.

Each file is read in a fresh process, as the app reads an upload. The table has the seconds until there is an image or a
sentence, and the most memory of the process that decodes and, beyond what it had before, of the one that asked: that
of the app. The first lines are honest files. No file may take more than 10 s or 1 GB.
"""

import json
import re
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import psutil
from pydicom.uid import JPEG2000Lossless, JPEGExtended12Bit

from structviz import data
from structviz.errors import StructVizError
from tests.unit.data.dicom_files import ct, ramp, wrapped
from tests.unit.data.upload_files import COLOUR, GREY, encode, png
from tests.unit.decoding.test_hostile import SHAPE, tags
from tests.unit.decoding.test_hostile_dicom import jpeg2000

ROOT = Path(__file__).parents[1]
MOST_SECONDS, MOST_BYTES = 10.0, 1e9
SIZE = 128


def tile_width_of_letters() -> bytes:
    """A TIFF file of which a tile is text wide."""
    return tags(*SHAPE, (322, 2, 4, b"aaaa"), (323, 4, 1, struct.pack("<L", 2**32 - 1)), body=bytes(1024))


def pieces(tag: int, n: int) -> bytes:
    """A TIFF file of many strips or tiles."""
    return tags(*SHAPE, (tag, 4, n, struct.pack("<L", 8))) + bytes(4 * n)


def notes(n: int) -> bytes:
    """A PNG file of many notes."""
    picture = png(32, 32, (b"\0" + bytes(32)) * 32)
    return picture[:33] + (b"\0\0\0\0tEXt" + struct.pack(">L", zlib.crc32(b"tEXt"))) * n + picture[33:]


def photograph(side: int, kind: str, **options: Any) -> bytes:
    """As many details as a photograph has at most."""
    values = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return encode(PIL.Image.fromarray(values), kind, **options)


def scans(side: int, n: int) -> bytes:
    """A progressive JPEG file of one grey, whose last scan stands there again and again."""
    content = encode(PIL.Image.new("L", (side, side), 90), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * n + content[-2:]


def flat(side: int, mode: str = "L", kind: str = "PNG", **options: Any) -> bytes:
    """A file of one grey."""
    file = BytesIO()
    PIL.Image.new(mode, (side, side)).save(file, kind, **options)
    return file.getvalue()


def items(n: int) -> bytes:
    """A DICOM file of many empty items."""
    content, listed = ct(ramp()), b"\xfe\xff\x00\xe0\0\0\0\0" * n
    sequence = b"\x09\x00\x01\x10SQ\0\0" + len(listed).to_bytes(4, "little") + listed
    return content[: content.index(b"\x28\x00\x02\x00US")] + sequence + content[1000:]


def entries(n: int) -> bytes:
    """A DICOM file of many empty entries."""
    content = ct(ramp())
    return content[: content.index(b"\x08\x00\x16\x00")] + b"\x09\x00\x01\x10LO\0\0" * n


PICTURES: dict[str, Callable[[], bytes]] = {
    "photograph, 12 MP, JPEG": lambda: photograph(3500, "JPEG"),
    "photograph, 12 MP, progressive JPEG": lambda: photograph(3500, "JPEG", progressive=True),
    "TIFF, tiles as wide as 'aaaa'": tile_width_of_letters,
    "TIFF, 2,000,000 strips": lambda: pieces(273, 2_000_000),
    "TIFF, 1,000,000 tiles": lambda: pieces(324, 1_000_000),
    "JPEG, 3,478 scans": lambda: scans(64, 3_478),
    "JPEG, 223,932 scans": lambda: scans(64, 223_932),
    "JPEG, 23.9 MP, 96 scans": lambda: scans(4890, 90),
    "JPEG, 1,000,000 notes": lambda: encode(GREY, "JPEG")[:2] + b"\xff\xfe\0\2" * 1_000_000,
    "PNG, 500,000 notes": lambda: notes(500_000),
    "PNG, 23.9 MP, RGBA": lambda: flat(4890, "RGBA"),
    "WebP, 23.9 MP, without loss": lambda: flat(4890, "RGB", "WEBP", lossless=True),
    "PNG, 20,000² of one grey": lambda: flat(20_000),
    "JPEG 2000, 9,400² RGBA": lambda: jpeg2000(PIL.Image.new("RGBA", (9400, 9400))),
    "WebP, cut off": lambda: encode(COLOUR, "WEBP")[:-20],
}
SLICES: dict[str, Callable[[], bytes]] = {
    "DICOM, honest": lambda: ct(ramp()),
    "DICOM, 500,000 empty items": lambda: items(500_000),
    "DICOM, 1,200,000 empty entries": lambda: entries(1_200_000),
    "DICOM, JPEG of 110,488 scans": lambda: wrapped(JPEGExtended12Bit, scans(64, 110_488)),
    "DICOM, JPEG 2000 of 9,400² RGBA": lambda: wrapped(
        JPEG2000Lossless, jpeg2000(PIL.Image.new("RGBA", (9400, 9400)), no_jp2=True)
    ),
}


def read(name: str, path: Path) -> dict[str, Any]:
    """Read a file in this process: seconds, bytes of the process that decodes and of this one, and what was said."""
    content, before = path.read_bytes(), peak(psutil.Process().pid)
    began, said = time.perf_counter(), "read"
    try:
        data.read_image(content, SIZE) if name in PICTURES else data.read_dicom(content, SIZE)
    except StructVizError as error:
        said = str(error)
    seconds = time.perf_counter() - began
    decoders = [peak(child.pid) for child in psutil.Process().children()]
    own = peak(psutil.Process().pid) - before
    return {"seconds": seconds, "decoder": max(decoders, default=0), "app": own, "said": said, "bytes": len(content)}


def peak(pid: int) -> int:
    """The most memory that a process has had, in bytes, where Linux tells."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace"))
    return int(found.group(1)) * 1024 if found else 0


def main() -> None:
    """Print the table."""
    print(f"{'':38}{'bytes':>11}{'s':>7}{'decoder, MB':>13}{'app, MB':>9}  answer")
    failed = []
    for name, make in {**PICTURES, **SLICES}.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(make())
            words = [sys.executable, "-m", "benchmarks.hostile_files", name, str(path)]
            found = json.loads(subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        sizes = f"{found['decoder'] / 1e6:>13.0f}{found['app'] / 1e6:>9.0f}"
        print(f"{name:38}{found['bytes']:>11,}{found['seconds']:>7.2f}{sizes}  {found['said'][:90]}", flush=True)
        if found["seconds"] > MOST_SECONDS or max(found["decoder"], found["app"]) > MOST_BYTES:
            failed.append(name)
    print(f"\nAbove {MOST_SECONDS:g} s or {MOST_BYTES / 1e9:g} GB: {', '.join(failed) or 'none'}.")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(read(sys.argv[1], Path(sys.argv[2]))))
    else:
        main()
