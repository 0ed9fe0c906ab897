"""What stands out: the lines on which a town does best and worst, beyond noise and outside the middle of the field."""

from __future__ import annotations

from collections.abc import Iterable

from stadspeil.catalogue import Catalogue
from stadspeil.report.document import Line, Place
from stadspeil.report.standing import band_of

FAVOURABLE = ("favourable", "very_favourable")
UNFAVOURABLE = ("unfavourable", "very_unfavourable")
# As many as a reader remembers; the first page shows fewer.
SHOWN, ON_FIRST_PAGE = 7, 5


def telling(lines: Iterable[Line], catalogue: Catalogue) -> list[Line]:
    """Lines that may stand out: of a theme with a mark only the parts of that mark.

    Publishers cut one subject into many figures; without this three ways to count drinkers fill the list.
    """
    parts = {part for id in catalogue.composites for part in catalogue.parts_of(id)}
    themes = {catalogue.indicators[part].theme for part in parts if part in catalogue.indicators}
    return [line for line in lines if line.id in parts or catalogue.indicators[line.id].theme not in themes]


def strongest(lines: Iterable[Line], number: int = SHOWN) -> tuple[Line, ...]:
    """Judged lines in the favourable part of the field: those that are so beyond doubt first, then by mark, highest first."""
    found = _in_band(lines, FAVOURABLE)
    return tuple(sorted(found, key=lambda line: (not line.sure, -(line.mark or 0), line.place.share))[:number])


def weakest(lines: Iterable[Line], number: int = SHOWN) -> tuple[Line, ...]:
    """Judged lines in the unfavourable part of the field: those that are so beyond doubt first, then by mark, lowest first."""
    found = _in_band(lines, UNFAVOURABLE)
    return tuple(sorted(found, key=lambda line: (not line.sure, line.mark or 0, -(line.place.share or 0)))[:number])


def _in_band(lines: Iterable[Line], bands: tuple[str, ...]) -> list[Line]:
    return [line for line in lines if line.mark is not None and line.place.band in bands and stays(line, bands)]


def stays(line: Line, bands: tuple[str, ...]) -> bool:
    """Whether every place that is possible lies in these parts of the field; true where the range is not known."""
    if line.possible is None:
        return True
    ends = (Place(rank, 1, line.place.ranked) for rank in line.possible)
    return all(band_of(end, line.judged) in bands for end in ends)
