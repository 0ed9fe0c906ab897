"""What stands out: the lines on which a town does best and worst, beyond noise and outside the middle of the field."""

from __future__ import annotations

from collections.abc import Iterable

from stadspeil.report.document import Line

FAVOURABLE = ("favourable", "very_favourable")
UNFAVOURABLE = ("unfavourable", "very_unfavourable")
# As many as a reader remembers; the first page shows fewer.
SHOWN, ON_FIRST_PAGE = 7, 5


def strongest(lines: Iterable[Line], number: int = SHOWN) -> tuple[Line, ...]:
    """Judged lines in the favourable part of the field, highest mark first."""
    return tuple(sorted(_in_band(lines, FAVOURABLE), key=lambda line: (-(line.mark or 0), line.place.share))[:number])


def weakest(lines: Iterable[Line], number: int = SHOWN) -> tuple[Line, ...]:
    """Judged lines in the unfavourable part of the field, lowest mark first."""
    return tuple(
        sorted(_in_band(lines, UNFAVOURABLE), key=lambda line: (line.mark or 0, -(line.place.share or 0)))[:number]
    )


def _in_band(lines: Iterable[Line], bands: tuple[str, ...]) -> list[Line]:
    return [line for line in lines if line.mark is not None and line.place.band in bands]
