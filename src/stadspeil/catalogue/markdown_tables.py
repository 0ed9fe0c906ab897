"""Tables in Markdown, as reference pages print them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def table_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A table as lines, with bars inside cells escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
