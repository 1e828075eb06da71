"""What a page sends once its first picture is seen.

A browser paints Streamlit's elements when no message follows for a moment. Films and slices of a megabyte, sent in
the same run, would keep the first picture waiting until all of them are there.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from structviz.ui.browser.painted import report_painted
from structviz.ui.kit.guard import guarded

__all__ = ["painted_key", "send_later"]


def painted_key(picture: str) -> str:
    """The entry of the session that says that a picture has been painted in this visit.

    Parameters
    ----------
    picture
        Key of the component that draws it.
    """
    return f"{picture}_painted"


def send_later(sends: Sequence[Callable[[], object]], picture: str) -> None:
    """Send what is large: the last thing that a page does.

    In the first run of a page in a visit nothing goes yet; a run of this part alone follows as soon as the browser has
    painted the picture. Later runs send at once. Where one of `sends` fails, its place says so, and the others go on.

    Parameters
    ----------
    sends
        Each puts something invisible on the page, as `structviz.ui.browser.component.send_payload` does.
    picture
        Key of the component that draws the page's first picture. Its script says so in its `drawn_channel`.
    """
    is_painted = painted_key(picture)

    def follow_paint() -> None:
        st.session_state[is_painted] = True

    @st.fragment
    def part() -> None:
        if is_painted not in st.session_state:
            report_painted(picture, follow_paint, key=f"{picture}_first")
            return
        for send in sends:
            with guarded():
                send()

    part()
