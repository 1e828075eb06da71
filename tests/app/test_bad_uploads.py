"""A file that cannot be used leaves nothing under its name: what was chosen before stays, and a sentence says so."""

import numpy as np
import pytest
from pydicom.uid import JPEGExtended12Bit
from streamlit.testing.v1 import AppTest

from benchmarks.hostile_files import items, scans, tile_width_of_letters
from structviz.ui.kit.choice import Choice, Upload
from structviz.ui.kit.file_field import shown_name
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.flow.choice import OWN, SOURCES
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.rotation.choice import RotationChoice
from tests.app.pages import healthy, open_page
from tests.unit.data import dicom_files
from tests.unit.data.upload_files import COLOUR, GREY, encode, png, tiff

SLICE = dicom_files.ct(1000 + dicom_files.ramp())
LARGE = encode(COLOUR.resize((96, 80)))
POINTS = b"x,y,label\n0.5,-0.2,0\n-0.1,0.8,1\n"


def stand_in(choice: type[Choice], field: str = "upload") -> str:
    """What a page says as long as there is no file."""
    control = choice.controls()[field]
    assert isinstance(control, Upload)
    return control.stand_in


PAGES = {
    "image": (
        "rotation",
        {"rot_source": "own", "rot_size": "64"},
        "rot_upload",
        encode(GREY),
        stand_in(RotationChoice),
        ".png",
    ),
    "scan": (
        "ct",
        {"ct_phantom": "own", "ct_size": "64", "ct_methods": "fbp"},
        "ct_upload",
        SLICE,
        stand_in(ScanChoice),
        ".dcm",
    ),
    "photograph": ("robustness", {"robust_photo": "own"}, "robust_upload", LARGE, stand_in(RobustnessChoice), ".png"),
    "part": (
        "invertibility",
        {"inv_photographs": "true", "inv_photo": "own"},
        "inv_own_photo",
        LARGE,
        stand_in(InvertibilityChoice, "own_photo"),
        ".png",
    ),
    "steered": (
        "optimal_control",
        {"control_dataset": "own"},
        "control_own",
        POINTS,
        stand_in(ControlChoice, "own"),
        ".csv",
    ),
    "points": ("flow", {"flow_source": SOURCES[OWN]}, "flow_own", POINTS, "points before stay", ".csv"),
}
_PICTURES = [
    b"this is no picture",
    encode(GREY)[:60],
    tiff(np.full((40, 40), np.nan, np.float32)),
    tile_width_of_letters(),
    scans(64, 3_478),
    png(20_000, 20_000, b""),
]
_TABLES = [
    b"\xff\xfe\x00",
    b"x,y,label\n1,2,0\n",
    b"x,y,label\n1,inf,0\n0,0,1\n",
    b"x,y,label\n" + b"9" * 400 + b",0,1\n0,0,0\n",
    b"x,y,label\n" + b"0,0,1\n" * 300_000,
]
BAD = {
    "image": _PICTURES,
    "photograph": _PICTURES,
    "part": _PICTURES,
    "scan": [
        SLICE[:600],
        b"\0" * 128 + b"DICM",
        encode(GREY)[:60],
        dicom_files.wrapped(JPEGExtended12Bit, scans(64, 3_478)),
        items(20_000),
    ],
    "points": _TABLES,
    "steered": _TABLES,
}
"""Files that are damaged, and files made to cost time or memory."""


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("kind", PAGES)
def test_a_bad_file_leaves_the_choice_before(kind: str) -> None:
    page, parameters, key, good, shown, ending = PAGES[kind]
    app = healthy(open_page(page, **parameters))
    for content in BAD[kind][:1]:
        upload(app, f"first bad{ending}", content)
        assert app.error[0].value.startswith(f"“first bad{ending}” is not used. ")
        assert shown in app.error[0].value
        assert shown not in [caption.value for caption in app.caption], "it is said once"
        assert key not in app.session_state or app.session_state[key] is None
    before = healthy(upload(app, f"good{ending}", good)).session_state[key]
    assert before is not None
    for content in BAD[kind]:
        upload(app, f"bad{ending}", content)
        (error,) = app.error
        assert error.value.startswith(f"“bad{ending}” is not used. ")
        assert error.value.endswith((f"“good{ending}” stays.", "The points before stay."))
        assert app.session_state[key] == before
        assert app.file_uploader[0].value is None, "its name stands nowhere"
    healthy(upload(app, f"good again{ending}", good))


def test_the_name_of_a_file_is_text_in_a_sentence() -> None:
    assert shown_name("a `b` [c](http://d).png") == "a b c(httpd).png"
    assert shown_name("*") == "file"
    assert len(shown_name("x" * 500 + ".dcm")) <= 40
