"""Defects of the limits on files of strangers."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_HOSTILE = "tests/unit/decoding/test_hostile.py"
_DICOM = "tests/unit/decoding/test_hostile_dicom.py"
_PROCESS = "tests/unit/decoding/test_process.py"
_TURNS = "tests/unit/decoding/test_turns.py"
_ARCHIVE = "tests/unit/zoo/test_archive.py"
_SEVERAL = "tests/unit/studies/test_several.py"
_WEIGHTS = "tests/unit/zoo/test_hostile_weights.py"

DEFECTS = (
    Defect(
        name="scans-uncounted",
        breaks="A JPEG image may be gone over any number of times.",
        file="structviz/decoding/jpeg.py",
        old="            scans += 1\n",
        new="            scans = 1\n",
        tests=_HOSTILE,
    ),
    Defect(
        name="segments-by-mark-alone",
        breaks="The mark of a scan within a note counts as a scan.",
        file="structviz/decoding/jpeg.py",
        old="        place += int.from_bytes(content[place : place + 2])",
        new="        place += 2",
        tests=_HOSTILE,
    ),
    Defect(
        name="tags-of-letters",
        breaks="The width of a tile may be a text.",
        file="structviz/decoding/chunks.py",
        old="_WHOLE = {1, 3, 4, 13, 16}",
        new="_WHOLE = {1, 2, 3, 4, 13, 16}",
        tests=_HOSTILE,
    ),
    Defect(
        name="tags-in-the-wrong-order-of-bytes",
        breaks="Tags of big-endian files are read as little-endian ones.",
        file="structviz/decoding/chunks.py",
        old='"<" if content.startswith(b"II") else ">"',
        new='"<"',
        tests=_HOSTILE,
    ),
    Defect(
        name="tags-without-sum",
        breaks="Tags may share their bytes, so that a small file announces gigabytes.",
        file="structviz/decoding/chunks.py",
        old="total += count *",
        new="total = count *",
        tests=_HOSTILE,
    ),
    Defect(
        name="items-of-one-order",
        breaks="Items of big-endian DICOM files are not counted.",
        file="structviz/decoding/dicom_header.py",
        old="n = max(map(content.count, _ITEM_MARKS))",
        new="n = content.count(_ITEM_MARKS[0])",
        tests=_DICOM,
    ),
    Defect(
        name="jpeg-2000-bands",
        breaks="Colours of a JPEG 2000 stream do not count.",
        file="structviz/decoding/dicom_header.py",
        old="(right - left) * max(bands, 1), bottom - top",
        new="right - left, bottom - top",
        tests=_DICOM,
    ),
    Defect(
        name="stream-unchecked",
        breaks="A JPEG stream within a slice may have any number of scans.",
        file="structviz/decoding/dicom_header.py",
        old='if stream.startswith(b"\\xff\\xd8"):',
        new='if stream.startswith(b"\\xff\\xd9"):',
        tests=_DICOM,
    ),
    Defect(
        name="no-end-of-patience",
        breaks="The time of a file has no end.",
        file="structviz/decoding/process.py",
        old="        too_long.start()\n",
        new="        too_long.daemon = True\n",
        tests=_PROCESS,
    ),
    Defect(
        name="no-limit-of-memory",
        breaks="The process may ask for any amount of memory.",
        file="structviz/decoding/worker.py",
        old="resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, n_bytes))",
        new="resource.getrlimit(resource.RLIMIT_DATA)",
        tests=_PROCESS,
    ),
    Defect(
        name="several-at-a-time",
        breaks="Files of several visitors go to the process at once.",
        file="structviz/decoding/turns.py",
        old="            if not self._taken:",
        new="            if True:",
        tests=_TURNS,
    ),
    Defect(
        name="first-come",
        breaks="Whoever uploads one costly file after the other keeps everybody else waiting.",
        file="structviz/decoding/turns.py",
        old="sum(self._used_by(name, now) for name in one.names)",
        new="0",
        tests=_TURNS,
    ),
    Defect(
        name="addresses-do-not-count",
        breaks="A new name is a new visitor, wherever it comes from.",
        file="structviz/decoding/turns.py",
        old="            for name in names:\n",
        new="            for name in names[:1]:\n",
        tests=_TURNS,
    ),
    Defect(
        name="never-forgotten",
        breaks="Who has uploaded much once waits for ever.",
        file="structviz/decoding/turns.py",
        old="return seconds * 0.5 ** ((now - counted) / HALF_LIFE)",
        new="return seconds",
        tests=_TURNS,
    ),
    Defect(
        name="whose-file",
        breaks="All files are of one visitor.",
        file="structviz/decoding/process.py",
        old="    token = _readers.set(tuple(names))",
        new='    token = _readers.set(("",))',
        tests=_PROCESS,
    ),
    Defect(
        name="colour-swapped",
        breaks="Red and blue of an upload are swapped.",
        file="structviz/decoding/grey.py",
        old="for index in range(3)]), paper",
        new="for index in (2, 1, 0)]), paper",
        tests="tests/unit/data/test_uploads.py::test_colours_are_kept_where_they_are_asked_for",
    ),
    Defect(
        name="archives-of-any-method",
        breaks="A kilobyte of bzip2 becomes gigabytes in the process of the app.",
        file="structviz/zipped.py",
        old="if entry.compress_type not in _METHODS:",
        new="if entry.compress_type > 99:",
        tests=f"{_ARCHIVE} {_SEVERAL}",
    ),
    Defect(
        name="entries-uncounted",
        breaks="An archive may list any number of files.",
        file="structviz/zipped.py",
        old="return content.count(_ENTRY)",
        new="return 1 if _ENTRY in content else 0",
        tests=f"{_ARCHIVE} {_SEVERAL}",
    ),
    Defect(
        name="damaged-members-are-free",
        breaks="Files of an archive that turn out to be damaged do not count against the limit of bytes.",
        file="structviz/studies/several.py",
        old="                left -= found.size  # also of a file that turns out to be damaged: it has been unpacked\n"
        "                image = found.read()\n"
        "                if isinstance(image, NamedFile):\n",
        new="                image = found.read()\n"
        "                if isinstance(image, NamedFile):\n"
        "                    left -= found.size\n",
        tests=_SEVERAL,
    ),
    Defect(
        name="unpacked-before-it-is-weighed",
        breaks="A file of an archive is unpacked though the table has no room for it.",
        file="structviz/studies/several.py",
        old="elif found.size > left:",
        new="elif len(getattr(found.read(), 'content', b'')) > left:",
        tests=_SEVERAL,
    ),
    Defect(
        name="shapes-of-any-length",
        breaks="The header of weights may have half a million sides, whose product takes half a minute.",
        file="structviz/zoo/weights.py",
        old="    if len(sides) > _MOST_AXES:",
        new="    if len(sides) > 10**9:",
        tests=_WEIGHTS,
    ),
    Defect(
        name="sides-of-any-size",
        breaks="A number in the header of weights may have thousands of digits.",
        file="structviz/zoo/weights.py",
        old="or not 0 <= value <= _MOST_SIDE:",
        new="or not 0 <= value:",
        tests=_WEIGHTS,
    ),
)
