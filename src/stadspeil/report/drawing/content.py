"""What figures show, before they are drawn: numbers unrounded, titles in the report's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["favourable", "unfavourable", ""]
Verdict = Literal["on", "open", "off"]
Span = tuple[float, float]


# A place in the middle third of the field is on no side.
MIDDLE = (1 / 3, 2 / 3)


def widest(rank: int | None, *ranges: tuple[int, int] | None) -> tuple[int, int] | None:
    """The first and last place that any known range allows, the place itself too; None where no range is known."""
    known = [each for each in ranges if each is not None]
    if rank is None or not known:
        return None
    return min(rank, *(low for low, _ in known)), max(rank, *(high for _, high in known))


def share_of(rank: int, tied: int, ranked: int) -> float:
    """0 for the first place, 1 for the last; a shared place counts as its middle."""
    return (rank - 1 + (tied - 1) / 2) / max(1, ranked - 1)


@dataclass(frozen=True)
class PlaceRow:
    """A place with the places that noise and other choices of method allow; None where that is not known."""

    title: str
    rank: int
    ranked: int
    noise: tuple[int, int] | None = None
    choices: tuple[int, int] | None = None
    tied: int = 1

    @property
    def possible(self) -> tuple[int, int] | None:
        """The one range that is written everywhere: the widest of both, the place itself too; None if unknown."""
        return widest(self.rank, self.noise, self.choices)

    @property
    def side(self) -> Side:
        """The side of the field on which it surely stands.

        '' where the range holds the middle or is not known, and for a place in the middle third: as its color has it.
        """
        if self.possible is None or MIDDLE[0] <= share_of(self.rank, self.tied, self.ranked) <= MIDDLE[1]:
            return ""
        (low, high), middle = self.possible, (self.ranked + 1) / 2
        return "favourable" if high < middle else "unfavourable" if low > middle else ""


@dataclass(frozen=True)
class Places:
    """Places in the field, a row each."""

    rows: tuple[PlaceRow, ...]


@dataclass(frozen=True)
class PlacePanels:
    """Places of several towns, a panel per subject."""

    panels: tuple[tuple[str, Places], ...]


@dataclass(frozen=True)
class Slope:
    """A mark in two years; `beyond` is the side of a change that exceeds its margin, None where no margin is known."""

    title: str
    first_year: int
    last_year: int
    first: float
    last: float
    beyond: Side | None


@dataclass(frozen=True)
class Slopes:
    """Relative marks beside marks on a fixed base, the same subjects in both."""

    relative: tuple[Slope, ...]
    fixed: tuple[Slope, ...]
    base_years: tuple[int, ...]


@dataclass(frozen=True)
class Course:
    """A line of a panel: (year, value, half the 95 % band or None), in order of year."""

    points: tuple[tuple[int, float, float | None], ...]


@dataclass(frozen=True)
class Panel:
    """One figure over the years; `breaks` are years from which figures cannot be held against those before."""

    title: str
    unit: str
    decimals: int
    town: Course
    beside: tuple[tuple[str, Course], ...]
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Panels:
    """Figures over the years; names of the other lines by kind."""

    town: str
    panels: tuple[Panel, ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """A part of a mark, what it adds, and what it would have to be."""

    title: str
    mark: str
    adds: float
    needed: str


@dataclass(frozen=True)
class Waterfall:
    """From the mean to a mark, part by part; the parts add up to the difference. `ends` names the mark."""

    title: str
    mean: float
    steps: tuple[Step, ...]
    ends: str = ""

    @property
    def mark(self) -> float:
        """Where the steps end."""
        return self.mean + sum(each.adds for each in self.steps)


@dataclass(frozen=True)
class Dial:
    """A measure of a mechanism: gaps with the region now and in the goal year, and a verdict; None where unknown."""

    title: str
    verdict: Verdict
    measured: bool
    reason: str
    year: int | None = None
    now: float | None = None
    projection: float | None = None
    interval: Span | None = None


@dataclass(frozen=True)
class Dials:
    """The measures of all mechanisms; level with the region is no more than `tolerance` below it."""

    rows: tuple[Dial, ...]
    tolerance: float
    goal_year: int


Content = Places | PlacePanels | Slopes | Panels | Waterfall | Dials
