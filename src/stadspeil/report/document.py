"""What a report says, before anything is drawn: frozen dataclasses that PDF and workbook both read.

Numbers stand here unrounded and unformatted, texts in the report's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from stadspeil.report.drawing.content import Content, share_of, widest

# Of a place in the field. 'middle' stays uncoloured; '' is no place at all.
Band = Literal["very_favourable", "favourable", "middle", "unfavourable", "very_unfavourable",
               "very_high", "high", "low", "very_low", ""]  # fmt: skip
Kind = Literal["group", "region_net", "region_gross", "country"]


@dataclass(frozen=True)
class Place:
    """A place in the field. `rank` is None where there is none; then `reason` says why, as a key of the texts.

    `noise` and `choices` are the first and last place that noise of the values and other choices of method allow;
    `margin_known` says whether that of the value is.
    """

    rank: int | None = None
    tied: int = 1
    ranked: int = 0
    band: Band = ""
    reason: str = ""
    noise: tuple[int, int] | None = None
    choices: tuple[int, int] | None = None
    margin_known: bool = True

    @property
    def shade(self) -> str:
        """The band, with 'unsure' behind it where neither a margin nor a range is known: then it is an edge, no color."""
        sure = self.margin_known or self.possible is not None
        return self.band if sure or self.band in ("", "middle") else f"{self.band} unsure"

    @property
    def possible(self) -> tuple[int, int] | None:
        """The places that noise or other choices allow: the widest of both, the place itself too; None if unknown."""
        return widest(self.rank, self.noise, self.choices)

    @property
    def unsure(self) -> bool:
        """Whether a range that is known holds the middle of the field: then it stands on neither side for sure."""
        return self.possible is not None and self.possible[0] <= (self.ranked + 1) / 2 <= self.possible[1]

    @property
    def last(self) -> int | None:
        """The last place of a shared one."""
        return None if self.rank is None else self.rank + self.tied - 1

    @property
    def share(self) -> float | None:
        """0 for the first place, 1 for the last; a shared place counts as its middle."""
        if self.rank is None:
            return None
        return share_of(self.rank, self.tied, self.ranked)


@dataclass(frozen=True)
class Town:
    """A gemeente with a column in the figures; the report's own comes first."""

    code: str
    name: str


@dataclass(frozen=True)
class Comparison:
    """A group, region or the country with a marker in the figures."""

    id: str
    kind: Kind
    title: str
    short: str
    members: tuple[str, ...]
    evidence: str
    source: str


@dataclass(frozen=True)
class Average:
    """What a comparison averages for one line, and the place that average would take."""

    value: float | None = None
    mark: float | None = None
    rank: int | None = None
    ranked: int | None = None
    members: int = 0
    present: int = 0


@dataclass(frozen=True)
class Line:
    """One indicator or composite of the town, in the year that the report shows.

    `margin` and `mark_margin` are half a 95 % interval; None where the noise is not known.
    `averages` follows Report.comparisons; `places` and `company` (value and mark) follow Report.towns; `sources` counts
    from 1 in Report.sources.
    """

    id: str
    title: str
    definition: str
    unit: str
    decimals: int
    direction: str
    composite: bool
    year: int
    boundaries: int
    value: float | None
    margin: float | None
    n: float | None
    mark: float | None
    mark_margin: float | None
    status: str
    place: Place
    places: tuple[Place, ...]
    company: tuple[tuple[float | None, float | None], ...]
    averages: tuple[Average, ...]
    sources: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def possible(self) -> tuple[int, int] | None:
        """The places that noise and other choices allow; None where no one knows."""
        return self.place.possible

    @property
    def sure(self) -> bool:
        """Whether what its color says is demonstrable: never where neither a margin nor a range is known."""
        return self.place.band not in ("", "middle") and (self.margin is not None or self.possible is not None)

    @property
    def judged(self) -> bool:
        """Whether it has a favourable side."""
        return self.direction != "neutral"

    @property
    def shown(self) -> bool:
        """Whether it has a number."""
        return self.value is not None


@dataclass(frozen=True)
class Lacking:
    """An indicator without a number for the town: the title and the reason, a sentence or a word of it."""

    id: str
    title: str
    reason: str


@dataclass(frozen=True)
class Section:
    """A theme: its mark, its lines, and what it cannot show."""

    id: str
    title: str
    note: str
    composite: Line | None
    judged: tuple[Line, ...]
    neutral: tuple[Line, ...]
    lacking: tuple[Lacking, ...]
    not_imported: tuple[Lacking, ...]
    planned: tuple[Lacking, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines with a number."""
        return (*self.judged, *self.neutral)


@dataclass(frozen=True)
class SourceLine:
    """One snapshot that the workspace works with."""

    number: int
    source: str
    title: str
    publisher: str
    edition: str
    table_id: str
    boundaries: str
    file_name: str
    rows: int
    licence: str
    checksum: str
    snapshot: str
    homepage: str
    used: bool


@dataclass(frozen=True)
class HistoryRow:
    """One row of SCORES of the town, as it stands there; `reported` where the report shows it.

    `averages` follows Report.comparisons.
    """

    id: str
    title: str
    theme: str
    direction: str
    unit: str
    decimals: int
    year: int
    boundaries: int
    value: float | None
    spread: float | None
    n: float | None
    mark: float | None
    rank: int | None
    tied: int | None
    ranked: int | None
    status: str
    note: str
    source: str
    snapshots: str
    reported: bool
    mark_spread: float | None = None
    source_title: str = ""
    averages: tuple[Average, ...] = ()


@dataclass(frozen=True)
class Definition:
    """What one id of the catalogue means: `sort` as in the catalogue or 'composite'; `state` shown, lacking or planned."""

    id: str
    title: str
    definition: str
    theme: str
    sort: str
    unit: str
    direction: str
    made_of: str
    levels: str
    source: str
    publisher: str
    state: str
    note: str


@dataclass(frozen=True)
class Grid:
    """A table of a chapter, written out. `widths` are lengths as Typst writes them; numbers stand right.

    `bands` colors cells by the names of Band, a row per row; empty: none.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[str, ...]
    right: tuple[bool, ...]
    bands: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Heading:
    """A heading within a chapter."""

    text: str


@dataclass(frozen=True)
class Drawing:
    """A drawing of a chapter as SVG, with its caption and what it shows in words.

    `content` is what it shows as numbers, for who draws it again (slides); None where it is a picture only. Then
    `landscape` may hold the same for a page that is wider than high.
    """

    svg: str
    caption: str
    alt: str
    content: Content | None = None
    landscape: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter from the analyses: paragraphs, headings and tables in order, in the report's language."""

    id: str
    title: str
    parts: tuple[str | Heading | Grid | Drawing, ...]
    new_page: bool = False


@dataclass(frozen=True)
class Report:
    """The Staat van de stad of one town."""

    town: Town
    lang: str
    invented: bool
    towns: tuple[Town, ...]
    towns_title: str
    own_group: int | None
    comparisons: tuple[Comparison, ...]
    member_names: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    silent: tuple[Section, ...]
    composites: tuple[Line, ...]
    strongest: tuple[Line, ...]
    weakest: tuple[Line, ...]
    sources: tuple[SourceLine, ...]
    remarks: tuple[str, ...]
    history: tuple[HistoryRow, ...]
    parameters: dict[str, float]
    chapters: tuple[Chapter, ...] = ()
    summary: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def all_sections(self) -> tuple[Section, ...]:
        """All themes: those with figures, then those without."""
        return (*self.sections, *self.silent)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All indicators with a number, in the order of the report."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def themes(self) -> tuple[Line, ...]:
        """The marks of the themes that have one."""
        found = (section.composite for section in self.sections)
        return tuple(line for line in found if line is not None and line.mark is not None)

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of the figures shown."""
        years = [line.year for line in self.lines]
        return (min(years), max(years)) if years else None
