"""A file that cannot be used leaves nothing under its name: what was chosen before stays, and a sentence says so."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.kit.choice import Choice, Upload
from structviz.ui.kit.file_field import shown_name
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.flow.choice import OWN, SOURCES
from structviz.ui.pages.rotation.choice import RotationChoice
from tests.app.pages import healthy, open_page
from tests.unit.data import dicom_files
from tests.unit.data.upload_files import GREY, encode, tiff

SLICE = dicom_files.ct(1000 + dicom_files.ramp())
POINTS = b"x,y,label\n0.5,-0.2,0\n-0.1,0.8,1\n"


def stand_in(choice: type[Choice]) -> str:
    """What a page says as long as there is no file."""
    control = choice.controls()["upload"]
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
    "points": ("flow", {"flow_source": SOURCES[OWN]}, "flow_own", POINTS, "points before stay", ".csv"),
}
BAD = {
    "image": [b"this is no picture", encode(GREY)[:60], tiff(np.full((40, 40), np.nan, np.float32))],
    "scan": [SLICE[:600], b"\0" * 128 + b"DICM", encode(GREY)[:60]],
    "points": [b"\xff\xfe\x00", b"x,y,label\n1,2,0\n", b"x,y,label\n1,inf,0\n0,0,1\n"],
}


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
