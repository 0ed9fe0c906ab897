"""Where a change of a mean or a share comes from: who came, who left, households formed and dissolved, and those who stayed.

The identity is exact. With N0, N1 persons and means Y0, Y1 before and after, I arrived, O left, F formed, D dissolved
and S stayed (N1 = N0 + I + F - O - D):

    Y1 - Y0 = I/N1 (Y_I - Y0) - O/N1 (Y_O - Y0) + F/N1 (Y_F - Y0) - D/N1 (Y_D - Y0) + S/N1 (Y_S1 - Y_S0)

What is not published is an interval of what is possible, never a guess; rounding is an interval too. Each part is then
narrowed by the others, because together they must give the published change.
"""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("instroom", "uitstroom", "vorming", "opheffing", "blijvers")


@dataclass(frozen=True)
class Bounds:
    """A number of which only the bounds are known; equal bounds are the number itself."""

    low: float
    high: float

    @classmethod
    def of(cls, value: float, rounding: float = 0.0) -> Bounds:
        """A published number, rounded to a step."""
        return cls(value - rounding / 2, value + rounding / 2)

    @property
    def middle(self) -> float:
        """Halfway."""
        return (self.low + self.high) / 2

    @property
    def width(self) -> float:
        """How much is not known."""
        return self.high - self.low

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Bounds) -> Bounds:
        return Bounds(self.low - other.high, self.high - other.low)

    def times(self, factor: float) -> Bounds:
        """A multiple; a negative factor turns the bounds around."""
        ends = factor * self.low, factor * self.high
        return Bounds(min(ends), max(ends))

    def within(self, other: Bounds) -> Bounds:
        """What both allow; the other's nearest end where they contradict each other by rounding."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Bounds(low, high) if low <= high else Bounds(high, low)


@dataclass(frozen=True)
class Turnover:
    """Persons of a gemeente in a year by what happened to them, and the means of each, as far as published.

    `stayed_before` and `stayed_after` are None where nothing but the total tells of those who stayed.
    """

    persons: float
    arrived: float
    left: float
    formed: float
    dissolved: float
    before: Bounds
    after: Bounds
    of_arrived: Bounds
    of_left: Bounds
    of_formed: Bounds
    of_dissolved: Bounds
    stayed_before: Bounds | None = None
    stayed_after: Bounds | None = None

    @property
    def persons_after(self) -> float:
        """How many there are at the end."""
        return self.persons + self.arrived + self.formed - self.left - self.dissolved

    @property
    def stayed(self) -> float:
        """How many were there at both ends."""
        return self.persons - self.left - self.dissolved


@dataclass(frozen=True)
class Decomposition:
    """The change and its parts; `rest` is what the parts leave over, zero to rounding where all are published."""

    change: Bounds
    parts: dict[str, Bounds]
    rest: Bounds


def decompose(turnover: Turnover) -> Decomposition:
    """The parts of a change. Parts that are published exactly are exact; the others carry their bounds."""
    n = turnover.persons_after
    change = turnover.after - turnover.before
    found = {
        "instroom": (turnover.of_arrived - turnover.before).times(turnover.arrived / n),
        "uitstroom": (turnover.of_left - turnover.before).times(-turnover.left / n),
        "vorming": (turnover.of_formed - turnover.before).times(turnover.formed / n),
        "opheffing": (turnover.of_dissolved - turnover.before).times(-turnover.dissolved / n),
    }
    others = _sum(list(found.values()))
    if turnover.stayed_before is None or turnover.stayed_after is None:
        found["blijvers"] = change - others
    else:
        found["blijvers"] = (turnover.stayed_after - turnover.stayed_before).times(turnover.stayed / n)
    rest = change - _sum(list(found.values()))
    return Decomposition(change, _narrowed(change, found), rest)


def _sum(parts: list[Bounds]) -> Bounds:
    total = Bounds(0.0, 0.0)
    for each in parts:
        total = total + each
    return total


def _narrowed(change: Bounds, parts: dict[str, Bounds]) -> dict[str, Bounds]:
    """Each part within what the change less all other parts allows."""
    found = {}
    for name, part in parts.items():
        others = _sum([each for other, each in parts.items() if other != name])
        found[name] = part.within(change - others)
    return found


def part_of(count: float, whole: float, others: float) -> Bounds:
    """How many of `count` persons may belong to a group that has `whole` members of `whole + others` (Frechet)."""
    return Bounds(max(0.0, count - others), min(count, whole))
