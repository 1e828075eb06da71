"""Tables: in Markdown, which a page shows, and as CSV, which a visitor takes along."""

import csv
import io
from collections.abc import Iterable, Sequence

import streamlit as st

__all__ = ["csv_table", "markdown_table", "show_tables"]


def csv_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table with these columns; numbers have nine digits, as many as tell those of single precision apart.

    Examples
    --------
    >>> csv_table(["k", "h"], [[1, 0.5]])
    'k,h\\n1,0.5\\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([[f"{cell:.9g}" if isinstance(cell, float) else cell for cell in row] for row in rows])
    return out.getvalue()


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
