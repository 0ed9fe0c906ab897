"""Small files in the publishers' own shapes, made here."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.workspace import Workspace

HEALTH = (
    "ID", "Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "Gemeentenaam_1", "ErvarenGezondheidGoedZeerGoed_4",
    "ErnstigeGeluidhinderDoorBuren_37", "MoeiteMetRondkomen_38",
)  # fmt: skip


def health_row(code: str, noise: str | None = "     7.7", period: str = "2020JJ00", **changes: str) -> list[object]:
    """A row as RIVM gives it: padded texts, the key of the age group as a number."""
    row = [1, 20300, "MW00000", code.ljust(10), period, "Naam".ljust(20), "    78.0", noise, "    14.0"]
    for name, value in changes.items():
        row[[each.split("_")[0] for each in HEALTH].index(name)] = value
    return row


def workbook(rows: Sequence[Sequence[object]], *sheets: str, above: int = 0) -> bytes:
    """An xlsx with these rows on every sheet, under `above` empty ones; None is an empty cell."""
    return sheets_of({name: [*([()] * above), *rows] for name in sheets or ("50120NED_UntypedDataSet",)})


def sheets_of(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """An xlsx with sheets of rows; the same rows give the same bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell is not None:
                        page.write(number, place, cell)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "werkmap")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Write a file to offer to an import."""

    def make(name: str, content: bytes | str) -> Path:
        path = tmp_path / "aangeboden" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make
