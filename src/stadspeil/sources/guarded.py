"""What a file may be before any parser sees it: limits against bombs, and plain words about damage."""

from __future__ import annotations

import copy
import functools
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

MEGABYTE = 1_000_000
LARGEST_FILE = 200 * MEGABYTE
LARGEST_WORKBOOK = 20 * MEGABYTE
LARGEST_UNPACKED = 250 * MEGABYTE
MOST_ENTRIES = 2_000
LARGEST_RATIO = 100
MOST_ROWS = 200_000
MOST_COLUMNS = 500
# The reader lays a sheet out whole, so two far corners cost as much as a full sheet.
MOST_CELLS = 6_000_000
_CHUNK = 1 << 20
_OVERLAP = 4_096
_LONGEST_NUMBER = 12
# The reader also takes single quotes, blanks, small letters and leading zeros; so must we.
_CELL = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]*)0*(\d*)\s*["']""")
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_TEXT_PARTS = (".xml", ".rels")
# How a part in UTF-16 starts, whatever its name.
_WIDE_LETTERS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


@functools.lru_cache(maxsize=2)
def workbook_problems(content: bytes) -> tuple[str, ...]:
    """Why an xlsx file may not be opened; nothing when it may. Reads in pieces and never unpacks it whole."""
    return tuple(_workbook_problems(content))


def _workbook_problems(content: bytes) -> list[str]:
    if len(content) > LARGEST_WORKBOOK:
        return [
            f"het werkboek is {len(content) / MEGABYTE:.0f} MB; meer dan {LARGEST_WORKBOOK / MEGABYTE:.0f} MB lezen wij niet"
        ]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _archive_problems(archive) or list(_content_problems(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        return [f"het werkboek is beschadigd of afgebroken ({fault}); haal het opnieuw op"]


def _archive_problems(archive: zipfile.ZipFile) -> list[str]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        return [f"het werkboek bestaat uit {len(entries)} delen; hooguit {MOST_ENTRIES} is gewoon"]
    problems = []
    if archive.comment:
        # A second table of contents can hide in it, and the reader might follow that one.
        problems.append("achter het werkboek staat een zipcommentaar; bewaar het opnieuw met Excel of LibreOffice")
    unpacked = sum(each.file_size for each in entries)
    if unpacked > LARGEST_UNPACKED:
        problems.append(
            f"uitgepakt zou het werkboek {unpacked / MEGABYTE:.0f} MB zijn; hooguit {LARGEST_UNPACKED / MEGABYTE:.0f} MB"
        )
    for each in entries:
        if each.flag_bits & 1:
            problems.append(f"deel '{each.filename}' is versleuteld; bewaar het werkboek zonder wachtwoord")
        if stat.S_ISLNK(each.external_attr >> 16):
            problems.append(f"deel '{each.filename}' is een verwijzing; dat hoort niet in een werkboek")
        if each.filename.lower().endswith((".zip", ".xlsx", ".xlsm", ".docx")):
            problems.append(f"deel '{each.filename}' is zelf een archief; dat hoort niet in een werkboek")
        if each.file_size > MEGABYTE and each.file_size > LARGEST_RATIO * max(1, each.compress_size):
            problems.append(
                f"deel '{each.filename}' is verdacht sterk ingepakt ({each.file_size // max(1, each.compress_size)} keer)"
            )
    if "[Content_Types].xml" not in {each.filename for each in entries}:
        problems.append("dit is een zipbestand, maar geen Excel-werkboek; pak het eerst uit")
    return problems


def _content_problems(archive: zipfile.ZipFile) -> Iterator[str]:
    # All parts are looked at: a workbook may give a sheet any name, picture.png too.
    for entry in archive.infolist():
        row, column, unsafe, foreign = 0, 0, False, False
        textual = entry.filename.lower().endswith(_TEXT_PARTS)
        for number, piece in enumerate(pieces(archive, entry)):
            unsafe = unsafe or _ENTITY.search(piece) is not None
            foreign = foreign or (textual and b"\0" in piece) or (number == 0 and piece.startswith(_WIDE_LETTERS))
            if not entry.filename.endswith(".rels"):
                far_row, far_column = _corner(piece)
                row, column = max(row, far_row), max(column, far_column)
        if foreign:
            yield f"deel '{entry.filename}' is geen UTF-8; bewaar het werkboek opnieuw met Excel of LibreOffice"
        if unsafe:
            yield f"deel '{entry.filename}' bevat een XML-entiteit; dat is in een werkboek nooit nodig"
        if row > MOST_ROWS or column > MOST_COLUMNS or row * column > MOST_CELLS:
            yield (
                f"blad '{entry.filename}' loopt tot rij {row} en kolom {column}; hooguit {MOST_ROWS} rijen, "
                f"{MOST_COLUMNS} kolommen en {MOST_CELLS} cellen lezen wij"
            )


def _corner(piece: bytes) -> tuple[int, int]:
    """The furthest row and column of the cells in a piece of XML."""
    names = set(_CELL.findall(piece))
    letters = {each for each, _ in names if each}
    row = max((int(number[:_LONGEST_NUMBER]) for _, number in names if number), default=0)
    return row, max((column_number(each) for each in letters), default=0)


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked entry in pieces that overlap a little, so that nothing is missed on a cut."""
    tail = b""
    read = 0
    # Python stops where the entry says it ends, but the reader of workbooks does not: so we read on as well.
    to_the_end = copy.copy(entry)
    to_the_end.file_size = 1 << 62
    with archive.open(to_the_end) as opened:
        while piece := opened.read(_CHUNK):
            read += len(piece)
            if read > LARGEST_UNPACKED:
                raise zipfile.BadZipFile("een deel is groter dan het zelf opgeeft")
            yield tail + piece
            tail = piece[-_OVERLAP:]
    if read != entry.file_size:
        raise zipfile.BadZipFile("een deel is niet zo groot als het zelf opgeeft")


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters[:_LONGEST_NUMBER].upper():
        number = number * 26 + letter - 64
    return number
