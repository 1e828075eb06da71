"""Defects of what travels to the browser, and of pages that work without a server."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_PACKET = "tests/unit/figures/test_packet.py"
_PIXELS = "tests/unit/figures/test_pixels.py"
_HOME = "tests/unit/ui/pages/rotation/test_take_home.py"
_GALLERY = "tests/unit/ui/test_gallery.py"
_OWN_WORKER = "structviz/ui/browser/src/rotor_page/own_worker.js"

DEFECTS = (
    Defect(
        name="planes-not-turned",
        breaks="Bytes are deflated as they are, but are said to lie in planes.",
        file="structviz/figures/packet.py",
        old="padded.reshape(-1, planes).T.tobytes()",
        new="padded.reshape(-1, planes).tobytes()",
        tests=_PACKET,
    ),
    Defect(
        name="planes-inflated-as-rows",
        breaks="Inflated planes stay planes.",
        file="structviz/figures/packet.py",
        old='arranged.reshape(head["planes"], -1).T.tobytes()',
        new='arranged.reshape(-1, head["planes"]).T.tobytes()',
        tests=_PACKET,
    ),
    Defect(
        name="planes-in-the-browser",
        breaks="The browser begins each plane one byte late.",
        file="structviz/ui/browser/src/runtime/packet.js",
        old="to = plane, end",
        new="to = (plane + 1) % planes, end",
        tests="tests/js/runtime/packet.test.js",
    ),
    Defect(
        name="mask-lost",
        breaks="A picture loses its transparent pixels.",
        file="structviz/figures/pixels.py",
        old="(pixels[..., 3] == 255).all()",
        new="(pixels[..., 3] <= 255).all()",
        tests=_PIXELS,
    ),
    Defect(
        name="red-for-all",
        breaks="Colours become the grey of their red.",
        file="structviz/figures/pixels.py",
        old="(pixels[..., :3] == pixels[..., :1]).all()",
        new="(pixels[..., :1] == pixels[..., :1]).all()",
        tests=_PIXELS,
    ),
    Defect(
        name="task-not-repeated",
        breaks="A worker that takes over never hears of its networks.",
        file=_OWN_WORKER,
        old="[this.sent[0], message]",
        new="[message]",
        tests="tests/js/rotor_page/own_worker.test.js",
    ),
    Defect(
        name="ended-worker-speaks",
        breaks="A worker on the page's own thread answers after its end.",
        file=_OWN_WORKER,
        old="if (!this.ended) this.tell({ data });",
        new="this.tell({ data });",
        tests="tests/js/rotor_page/own_worker.test.js",
    ),
    Defect(
        name="size-not-counted",
        breaks="A file to take home may have any size.",
        file="structviz/ui/pages/rotation/take_home.py",
        old="if n_bytes <= MOST_BYTES:",
        new="if n_bytes > MOST_BYTES:",
        tests=_HOME,
    ),
    Defect(
        name="missing-unnamed",
        breaks="What a file leaves out is named among what it has.",
        file="structviz/ui/pages/rotation/take_home.py",
        old="if arm not in shown]",
        new="if arm in shown]",
        tests=_HOME,
    ),
    Defect(
        name="gallery-over-others",
        breaks="A gallery is written over what a folder holds.",
        file="structviz/ui/gallery.py",
        old="if inside is not None:",
        new="if inside is None and False:",
        tests=_GALLERY,
    ),
    Defect(
        name="gallery-of-any-size",
        breaks="The size of the last file alone is counted.",
        file="structviz/ui/gallery.py",
        old="n_bytes += len(file.content)",
        new="n_bytes = len(file.content)",
        tests=_GALLERY,
    ),
    Defect(
        name="gallery-link-astray",
        breaks="A card of the first page leads beside its chapter.",
        file="structviz/ui/gallery.py",
        old='_card(f"{name}/index.html", _drawn',
        new='_card(f"{name}.html", _drawn',
        tests=_GALLERY,
    ),
)
