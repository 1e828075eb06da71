"""Tables in Markdown, which a page shows and a test reads."""

from collections.abc import Iterable, Sequence

__all__ = ["markdown_table"]


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
