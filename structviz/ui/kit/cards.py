"""Cards that are links as a whole."""

import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

__all__ = ["card_container", "card_style"]

# The card's one link is stretched over it: a click anywhere follows it, the keyboard finds it once, and a screen reader
# reads its own name. What stands between the card and the link must not hold the stretched part back.
_STYLE = """<style>
[class*="st-key-card_"] { position: relative; }
[class*="st-key-card_opens"] :is(div, span):not([data-testid="stImage"] *) { position: static; }
[class*="st-key-card_opens"]:hover { border-color: #0072B2; }
[class*="st-key-card_opens"] [data-testid="stPageLink"] a { padding-inline: 0; background: none; }
[class*="st-key-card_opens"] [data-testid="stPageLink"] a * { white-space: normal; overflow: visible; }
[class*="st-key-card_opens"] [data-testid="stPageLink"] a p { font-size: 1.15rem; line-height: 1.25; }
[class*="st-key-card_opens_large"] [data-testid="stPageLink"] a p { font-size: 1.6rem; }
[class*="st-key-card_opens"] [data-testid="stPageLink"] a::after {
  content: ""; position: absolute; inset: 0; border-radius: 0.5rem;
}
[class*="st-key-card_opens"] [data-testid="stPageLink"] a:focus-visible { outline: none; box-shadow: none; }
[class*="st-key-card_opens"] [data-testid="stPageLink"] a:focus-visible::after {
  outline: 3px solid #0072B2; outline-offset: 2px;
}
[class*="st-key-card_"] [data-testid="stElementToolbar"] { display: none; }
[class*="st-key-card_opens_large"] { border-width: 3px; border-color: #0072B2; }
</style>"""


def card_style() -> None:
    """Say once on a page how its cards look."""
    st.html(_STYLE)


def card_container(title: str, *, opens: bool, large: bool = False) -> DeltaGenerator:
    """The frame of a card, to be filled.

    Parameters
    ----------
    title
        Different for each card of the page.
    opens
        Whether the card holds a link, to which all of it then belongs; one at most.
    large
        Whether it stands out among the others.

    Returns
    -------
    container
        Of Streamlit, as high as the other cards of its row.
    """
    kind = ("opens_large" if large else "opens") if opens else "rests"
    name = re.sub(r"\W+", "-", title.lower())
    return st.container(border=True, height="stretch", vertical_alignment="distribute", key=f"card_{kind}_{name}")
