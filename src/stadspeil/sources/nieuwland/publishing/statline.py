"""StatLine's two row formats: the typed csv of a download and the JSON of the old OData service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Not CBS's address, so that nobody takes these rows for theirs; `.invalid` can never exist.
HOST = "https://nieuwland.invalid/ODataApi/OData"


@dataclass(frozen=True)
class TextColumn:
    """A column of texts, blank-padded to a width as StatLine does."""

    header: str
    texts: Sequence[str]
    width: int = 0


@dataclass(frozen=True)
class NumberColumn:
    """A column of printed numbers; None where there is none."""

    header: str
    texts: Sequence[str | None]


Column = TextColumn | NumberColumn


def row_numbers(count: int) -> NumberColumn:
    """The column ID: rows counted from nought."""
    return NumberColumn("ID", [str(number) for number in range(count)])


def number_headers(stems: Sequence[str], first: int = 1) -> list[str]:
    """Headers with the position number that StatLine puts behind them: it shifts when a column comes or goes."""
    return [f"{stem}_{position}" for position, stem in enumerate(stems, start=first)]


def write_csv(columns: Sequence[Column]) -> bytes:
    """Rows with semicolons, quoted texts and a padded dot where a number is not given."""
    printed = []
    for column in columns:
        if isinstance(column, TextColumn):
            printed.append([f'"{text:<{column.width}}"' for text in column.texts])
        else:
            printed.append(["       ." if text is None else text for text in column.texts])
    head = ";".join(f'"{column.header}"' for column in columns)
    return ("\r\n".join([head, *map(";".join, zip(*printed, strict=True))]) + "\r\n").encode()


def write_json(table: str, columns: Sequence[Column]) -> bytes:
    """Rows as the OData v3 service gives them, with the table named in `odata.metadata`."""
    printed = []
    for column in columns:
        name = f'"{column.header}":'
        if isinstance(column, TextColumn):
            printed.append([f'{name}"{text:<{column.width}}"' for text in column.texts])
        else:
            printed.append([f"{name}{'null' if text is None else text}" for text in column.texts])
    rows = "\n    },{\n      ".join(map(",".join, zip(*printed, strict=True)))
    address = f"{HOST}/{table}/$metadata#Cbs.OData.WebAPI.TypedDataSet"
    return f'{{\n  "odata.metadata":"{address}","value":[\n    {{\n      {rows}\n    }}\n  ]\n}}\n'.encode()
