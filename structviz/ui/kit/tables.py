"""Tables in Markdown, which a page shows and a test reads."""

from collections.abc import Iterable, Sequence

import streamlit as st

__all__ = ["markdown_table", "show_tables"]


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table with these columns.

    Examples
    --------
    >>> print(markdown_table(["k", "h"], [["1", "0.5"]]))
    | k | h |
    |---|---|
    | 1 | 0.5 |
    """
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def show_tables(tables: Sequence[str]) -> None:
    """Show narrow tables side by side; on a phone one stands below the other."""
    for column, table in zip(st.columns(len(tables), gap="medium"), tables, strict=True):
        column.markdown(table)
