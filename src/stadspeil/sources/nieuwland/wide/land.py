"""The ground of a wide Nieuwland: buurten on a lattice, the wijken and gemeenten they form, and what becomes of those.

A buurt's ground never changes; its gemeente, wijk and number do. Everything is an array over the buurten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Strings = NDArray[np.str_]
Size = Literal["mini", "midden", "nederland"]

# Gemeenten now, buurten (columns and rows of the lattice), first and last year.
SIZES: dict[str, tuple[int, int, int, int, int]] = {
    "mini": (8, 12, 10, 2018, 2024),
    "midden": (60, 50, 48, 2005, 2024),
    "nederland": (342, 121, 120, 2005, 2024),
}
BUURTEN_PER_WIJK = 4.4
# The box of the small Nieuwland: open sea, no real land in it.
WEST, SOUTH, EAST, NORTH = 3.42, 53.72, 4.28, 54.18
FIRST_NUMBER = 9001
MERGED_SHARE, RENUMBERED_SHARE, REDRAWN_SHARE, BORDER_MOVES = 0.22, 0.06, 0.03, 0.02


@dataclass(frozen=True)
class Event:
    """A reorganisation. `kind` as in changes.csv; weight of inhabitants is filled in when people are known."""

    year: int
    from_number: int
    to_number: int
    kind: Literal["merger", "border"]
    day: str = "01-01"


@dataclass(frozen=True)
class Division:
    """The division of 1 January of a year. Arrays over buurten, except the lists of codes.

    `gemeente` and `wijk` are places in `gemeente_codes` and `wijk_codes`; `flags` are the publisher's change flags:
    1 the same as a year before, 2 another code for the same ground, 3 other ground.
    """

    year: int
    gemeente: Ints
    wijk: Ints
    gemeente_codes: Strings
    wijk_codes: Strings
    buurt_codes: Strings
    flags: Ints
    wijk_flags: Ints


@dataclass(frozen=True)
class Land:
    """All ground and all divisions. `corners` are the lattice's points in degrees: (rows + 1, columns + 1, 2)."""

    size: str
    columns: int
    rows: int
    years: tuple[int, ...]
    corners: Floats
    divisions: dict[int, Division]
    names: dict[int, str]
    lives: dict[int, tuple[int, int]]
    events: tuple[Event, ...]
    town: Ints
    built: Ints
    is_new_town: NDArray[np.bool_]
    redrawn: tuple[int, ...]

    @property
    def buurten(self) -> int:
        return self.columns * self.rows

    @property
    def last(self) -> Division:
        return self.divisions[self.years[-1]]


def make_land(size: str, rng: np.random.Generator) -> Land:
    """A land of one of the sizes."""
    count, columns, rows, first, final = SIZES[size]
    years = tuple(range(first, final + 1))
    corners = _corners(columns, rows, rng)
    blocks = _cut((0, rows, 0, columns), count, rng)
    town = np.zeros(rows * columns, dtype=np.int64)
    for place, block in enumerate(blocks):
        town[_cells(block, columns)] = place
    wijk = _wijken(blocks, columns, rng)
    new_towns = _new_towns(count)
    built = _built(town, new_towns, rng)
    stories = _Stories(count, years, blocks, wijk, town, columns, rng)
    divisions: dict[int, Division] = {}
    for year in years:
        divisions[year] = stories.division(year, divisions.get(year - 1))
    return Land(
        size, columns, rows, years, corners, divisions, _names(stories.numbers, rng), stories.lives, tuple(stories.events),
        town, built, new_towns, tuple(int(stories.numbers_now[each]) for each in stories.redrawn),
    )  # fmt: skip


def _corners(columns: int, rows: int, rng: np.random.Generator) -> Floats:
    """Points of the lattice, each moved by less than half a cell so that no two lines cross."""
    east, north = np.meshgrid(np.linspace(WEST, EAST, columns + 1), np.linspace(SOUTH, NORTH, rows + 1))
    step = np.array([(EAST - WEST) / columns, (NORTH - SOUTH) / rows])
    moved = rng.uniform(-0.28, 0.28, (rows + 1, columns + 1, 2)) * step
    return np.round(np.stack([east, north], axis=-1) + moved, 6)


def _cut(block: tuple[int, int, int, int], parts: int, rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """A rectangle of cells cut into so many rectangles of unequal size."""
    if parts <= 1:
        return [block]
    top, bottom, left, right = block
    height, width = bottom - top, right - left
    first = max(1, min(parts - 1, round(parts * float(rng.uniform(0.35, 0.65)))))
    share = first / parts * float(rng.uniform(0.8, 1.25))
    if height >= width:
        at = top + int(np.clip(round(height * share), 1, height - 1))
        halves = (top, at, left, right), (at, bottom, left, right)
    else:
        at = left + int(np.clip(round(width * share), 1, width - 1))
        halves = (top, bottom, left, at), (top, bottom, at, right)
    sizes = [(each[1] - each[0]) * (each[3] - each[2]) for each in halves]
    first = min(first, sizes[0])
    second = min(parts - first, sizes[1])
    first = min(parts - second, sizes[0])
    return _cut(halves[0], first, rng) + _cut(halves[1], second, rng)


def _cells(block: tuple[int, int, int, int], columns: int) -> Ints:
    top, bottom, left, right = block
    return (np.arange(top, bottom)[:, None] * columns + np.arange(left, right)[None, :]).ravel()


def _wijken(blocks: list[tuple[int, int, int, int]], columns: int, rng: np.random.Generator) -> Ints:
    """Number of each buurt's wijk within its gemeente, from 0."""
    cells = sum((b[1] - b[0]) * (b[3] - b[2]) for b in blocks)
    wijk = np.zeros(cells, dtype=np.int64)
    for block in blocks:
        size = (block[1] - block[0]) * (block[3] - block[2])
        for number, part in enumerate(_cut(block, max(1, round(size / BUURTEN_PER_WIJK)), rng)):
            wijk[_cells(part, columns)] = number
    return wijk


def _new_towns(count: int) -> NDArray[np.bool_]:
    """Every eighth gemeente, and at least two: built in one go."""
    return np.arange(count) % 8 == 1


def _built(town: Ints, new_towns: NDArray[np.bool_], rng: np.random.Generator) -> Ints:
    """The year in which most of a buurt was built."""
    count = len(new_towns)
    start = np.where(new_towns, rng.integers(1966, 1980, count), rng.integers(1900, 1960, count))
    span = np.where(new_towns, 22, 105)
    year = start[town] + rng.beta(1.6, 1.9, len(town)) * span[town]
    return np.rint(np.clip(year, 1890, 2019)).astype(np.int64)


class _Stories:
    """Which gemeente has which number in which year, and which buurten change their own."""

    def __init__(
        self,
        count: int,
        years: tuple[int, ...],
        blocks: list[tuple[int, int, int, int]],
        wijk: Ints,
        town: Ints,
        columns: int,
        rng: np.random.Generator,
    ) -> None:
        self.years, self.wijk, self.town = years, wijk, town
        self.events: list[Event] = []
        self.lives: dict[int, tuple[int, int]] = {}
        first, last = years[0], years[-1]
        middle = list(range(first + 2, last))
        spare = iter(range(FIRST_NUMBER + count, FIRST_NUMBER + 898 - count))
        self.numbers_now = np.arange(FIRST_NUMBER, FIRST_NUMBER + count)
        # Per gemeente: the year of its merger and the numbers of its two parts before; 0 when it always was one.
        self.merger = np.zeros(count, dtype=np.int64)
        self.parts = np.zeros((count, 2), dtype=np.int64)
        self.second_part = np.zeros(len(town), dtype=bool)
        wijken = np.array([wijk[town == place].max() + 1 for place in range(count)])
        able = np.flatnonzero(wijken >= 2)
        for order, place in enumerate(able[: max(2, round(MERGED_SHARE * count))]):
            year = middle[order * 7 % len(middle)]
            kept = order % 3 == 1
            numbers = (int(self.numbers_now[place]) if kept else next(spare), next(spare))
            self.merger[place], self.parts[place] = year, numbers
            self.second_part |= (town == place) & (wijk >= wijken[place] // 2)
            # One merger in the middle of a year: it counts in the division of the year after.
            day = f"{year - 1}-03-24" if order == 2 else f"{year}-01-01"
            for number in numbers:
                if number != self.numbers_now[place]:
                    self.events.append(Event(int(day[:4]), number, int(self.numbers_now[place]), "merger", day[5:]))
                    self.lives[number] = (0, year - 1)
            self.lives[int(self.numbers_now[place])] = (0 if kept else year, 0)
        for number in self.numbers_now.tolist():
            self.lives.setdefault(number, (0, 0))
        rest = [place for place in range(count) if not self.merger[place]]
        self.renumbered = {
            place: middle[(3 * order + 1) % len(middle)]
            for order, place in enumerate(rest[2 :: max(2, round(1 / RENUMBERED_SHARE))])
        }
        self.redrawn = {
            place: middle[(5 * order + 2) % len(middle)]
            for order, place in enumerate(rest[3 :: max(2, round(1 / REDRAWN_SHARE))])
            if place not in self.renumbered
        }
        self.moved = self._border_moves(rest, columns, middle, count)
        self.numbers = sorted({*self.lives})

    def _border_moves(self, rest: list[int], columns: int, middle: list[int], count: int) -> dict[int, tuple[int, int]]:
        """Buurten that went over to the gemeente on their right: cell -> (year, gemeente before)."""
        moved: dict[int, tuple[int, int]] = {}
        taken: set[int] = set()
        for place in rest[5:]:
            if len(moved) >= max(1, round(BORDER_MOVES * count)):
                break
            here = np.flatnonzero(self.town == place)
            right = here[(here % columns) < columns - 1] + 1
            beside = [int(cell) for cell in right if self.town[cell] != place and not self.merger[self.town[cell]]]
            beside = [
                cell for cell in beside if np.sum((self.town == self.town[cell]) & (self.wijk == self.wijk[cell])) > 1
            ]
            beside = [
                cell for cell in beside if not {place, int(self.town[cell])} & {*taken, *self.renumbered, *self.redrawn}
            ]
            if not beside:
                continue
            cell = beside[0]
            year = middle[(2 * len(moved) + 3) % len(middle)]
            moved[cell] = (year, place)
            taken |= {place, int(self.town[cell])}
            numbers = int(self.numbers_now[place]), int(self.numbers_now[self.town[cell]])
            self.events.append(Event(year, *numbers, "border"))
        return moved

    def division(self, year: int, before: Division | None) -> Division:
        """The division of a year, with what changed since the year before."""
        number, wijk = self.numbers_now[self.town].copy(), self.wijk.copy()
        for place in np.flatnonzero(self.merger > year).tolist():
            inside = self.town == place
            second = inside & self.second_part
            number[inside & ~second], number[second] = self.parts[place]
            wijk[second] -= wijk[second].min()
        for cell, (since, place) in self.moved.items():
            if year < since:
                number[cell] = self.numbers_now[place]
                wijk[cell] = self.wijk[self.town == place].max()
        # Wijken of a renumbered gemeente had other numbers before; of a redrawn one other ground under the same number.
        for place, since in self.renumbered.items():
            if year < since:
                wijk[self.town == place] += 20
        for place, since in self.redrawn.items():
            if year < since:
                inside = np.flatnonzero(self.town == place)
                wijk[inside] = np.roll(wijk[inside], 1)
        gemeente_codes, gemeente = np.unique(np.char.add("GM", number.astype(str)), return_inverse=True)
        key = number * 100 + wijk
        wijk_keys, wijk_place = np.unique(key, return_inverse=True)
        wijk_codes = np.char.add("WK", np.char.zfill(wijk_keys.astype(str), 6))
        order = _order_within(wijk_place)
        buurt_codes = np.char.add(
            np.char.add("BU", np.char.zfill(key.astype(str), 6)), np.char.zfill(order.astype(str), 2)
        )
        flags = _flags(buurt_codes, before.buurt_codes if before is not None else buurt_codes, self._redrawn_in(year))
        redrawn = self._redrawn_in(year)
        wijk_flags = _wijk_flags(wijk_place, wijk_codes, before, redrawn)
        return Division(year, gemeente, wijk_place, gemeente_codes, wijk_codes, buurt_codes, flags, wijk_flags)

    def _redrawn_in(self, year: int) -> NDArray[np.bool_]:
        """Buurten whose wijk got other ground in this year."""
        places = [place for place, since in self.redrawn.items() if since == year]
        return np.isin(self.town, places)


def _order_within(groups: Ints) -> Ints:
    """Number of each element within its group, from 0, in order of place."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.r_[True, groups[order][1:] != groups[order][:-1]])
    within = np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
    found = np.empty_like(within)
    found[order] = within
    return found


def _flags(now: Strings, before: Strings, redrawn: NDArray[np.bool_]) -> Ints:
    """Buurten are never cut: the same ground has the same code (1), another (2), or a code that had other ground (3)."""
    had = np.isin(now, before) & (now != before)
    return np.where(now == before, 1, np.where(had | redrawn, 3, 2)).astype(np.int64)


def _wijk_flags(wijk: Ints, codes: Strings, before: Division | None, redrawn: NDArray[np.bool_]) -> Ints:
    if before is None:
        return np.ones(len(codes), dtype=np.int64)
    found = np.ones(len(codes), dtype=np.int64)
    old_codes = before.wijk_codes[before.wijk]
    for place in range(len(codes)):
        inside = wijk == place
        old = np.unique(old_codes[inside])
        same_ground = len(old) == 1 and np.array_equal(inside, old_codes == old[0])
        if not same_ground:
            found[place] = 3
        elif old[0] != codes[place]:
            found[place] = 3 if codes[place] in before.wijk_codes else 2
    return found


_STARTS = (
    "Wisse", "Velde", "Polder", "Grauw", "Zilver", "Ooster", "Wester", "Noorder", "Zuider", "Linde", "Water", "Hooge",
    "Lage", "Rijs", "Elze", "Berke", "Duin", "Meer", "Zand", "Klei", "Horst", "Kraan", "Reiger", "Eems", "Vliet", "Stroom",
    "Kogge", "Bries", "Schelp", "Wad", "Terp", "Ganze", "Otter", "Bever", "Wilgen", "Essen", "Olmen", "Heide", "Brem", "Varen",
)  # fmt: skip
_ENDS = (
    "wisse", "oord", "horn", "meden", "drecht", "zijl", "kapelle", "veld", "hoven", "broeke", "monde", "werve", "koog",
    "burg", "stede", "haven", "lande", "woude", "terwijk", "dijke", "kerke", "wold", "muide",
)  # fmt: skip


def _names(numbers: list[int], rng: np.random.Generator) -> dict[int, str]:
    """Made-up names, none twice. The word Nieuwlands stands before all that may sound like a real place."""
    pairs = [f"{start}{end}" for start in _STARTS for end in _ENDS if not start.lower().startswith(end)]
    chosen = rng.permutation(len(pairs))[: len(numbers)]
    return {
        number: f"{pairs[place]} aan Zee" if number % 11 == 0 else f"{pairs[place]}-in-Zee"
        for number, place in zip(numbers, chosen.tolist(), strict=True)
    }
