"""What networks promise, beside what was measured: a table that the pages share."""

from collections.abc import Mapping, Sequence

import streamlit as st

from structviz.checks import Finding
from structviz.displayed import Displayed, scientific, significant
from structviz.nets import KINDS

__all__ = ["findings_table", "show_findings"]

_RATIOS = ("non-expansive", "lipschitz")


def show_findings(networks: Mapping[str, Sequence[Finding]]) -> None:
    """Show a table of the promises of each network, or say that it makes none.

    Parameters
    ----------
    networks
        What `structviz.checks.audit` found in double precision, by the titles of the networks.
    """
    for title, findings in networks.items():
        if findings:
            st.markdown(f"**{title}**\n\n{findings_table(findings)}")
        else:
            st.markdown(f"**{title}** promises nothing.")
    st.caption(
        "Measured in double precision at random points, and for ratios at the worst pair that a search met. A "
        "measurement can refute a promise and never prove one."
    )


def findings_table(findings: Sequence[Finding]) -> str:
    """The promises of one network as a table in Markdown, with few columns, so that it fits a phone.

    Parameters
    ----------
    findings
        One for each promise.
    """
    lines = ["| Promise | Bound | Measured | Holds |", "|---|---|---|---|"]
    for found in findings:
        words = KINDS[found.claim.kind].replace("|", "\\|")
        bound, measured = _shown(found)
        lines.append(f"| **{found.claim.kind}** {words} | {bound} | {measured} | {'yes' if found.holds else 'no'} |")
    return "\n".join(lines)


def _shown(found: Finding) -> tuple[Displayed, Displayed]:
    """Bound and measurement: a ratio of distances in so many digits that 1 and what exceeds it can be told apart."""
    if found.claim.kind in _RATIOS:
        return significant(found.claim.bound, 4), significant(found.measured, 4)
    return scientific(found.claim.bound), scientific(found.measured)
