"""Mixes of new homes that a town may choose from: lots of homes, each on a site and of a kind, within what is allowed.

A mix is a row of lots. Each lot has a site and a segment; totals of homes hold by construction, and limits of sites and
tenures are kept by every change.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import FORMS, PRICES, SEGMENTS, TENURES, segment_name
from stadspeil.simulation.programme import Programme, Step

Ints = NDArray[np.intp]

MOST_LOTS = 60
_FEWEST_LOTS = 20
# Points tried per mix that is wanted, and after how many without any it is given up.
_TRIES, _GIVEN_UP = 20, 200
_TENURE = np.arange(SEGMENTS) // (len(FORMS) * len(PRICES))


@dataclass(frozen=True)
class BuildingSite:
    """Where can be built: most homes, first and last month of delivery (counts from January of year 0), and which
    segments; none: all."""

    id: str
    buurt: str
    most: int
    first: int
    last: int
    segments: tuple[int, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What a town sets: how many homes, on which sites, and the least and most share of each tenure (0 to 1)."""

    town: str
    homes: int
    sites: tuple[BuildingSite, ...]
    least: tuple[float, float, float] = (0.0, 0.0, 0.0)
    most: tuple[float, float, float] = (1.0, 1.0, 1.0)
    allowed: NDArray[np.bool_] = field(init=False)
    sizes: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        allowed = np.zeros((len(self.sites), SEGMENTS), dtype=bool)
        for row, site in enumerate(self.sites):
            known = [each for each in site.segments if 0 <= each < SEGMENTS]
            allowed[row, known or slice(None)] = True
        lots = _lots(self.homes, [site.most for site in self.sites])
        object.__setattr__(self, "allowed", allowed)
        object.__setattr__(self, "sizes", np.full(lots, self.homes // lots) + (np.arange(lots) < self.homes % lots))


@dataclass(frozen=True)
class Mixes:
    """n mixes of l lots: site[n, l] and segment[n, l]."""

    site: Ints
    segment: Ints

    def homes(self, limits: Limits) -> NDArray[np.float64]:
        """Homes [n, sites, segments]."""
        made = np.zeros((len(self.site), len(limits.sites), SEGMENTS))
        rows = np.broadcast_to(np.arange(len(self.site))[:, None], self.site.shape)
        np.add.at(made, (rows, self.site, self.segment), np.broadcast_to(limits.sizes, self.site.shape))
        return made

    def joined(self, other: Mixes) -> Mixes:
        """These and others, each mix once."""
        site, kind = np.concatenate([self.site, other.site]), np.concatenate([self.segment, other.segment])
        order = np.sort(site * SEGMENTS + kind, axis=1)
        _, first = np.unique(order, axis=0, return_index=True)
        return Mixes(site[np.sort(first)], kind[np.sort(first)])

    def chosen(self, rows: Ints | NDArray[np.bool_]) -> Mixes:
        """Some of them."""
        return Mixes(self.site[rows], self.segment[rows])


def refuse_limits(limits: Limits) -> None:
    """A QuestionError with all that cannot be met."""
    problems = []
    room = sum(site.most for site in limits.sites)
    if limits.homes < 1:
        problems.append(f"{limits.homes} woningen; verwacht ten minste een")
    if room < limits.homes:
        problems.append(f"de locaties bieden plaats aan {room} woningen, gevraagd zijn er {limits.homes}")
    if len({site.id for site in limits.sites}) < len(limits.sites):
        problems.append("twee locaties hebben dezelfde naam")
    for site in limits.sites:
        if site.most < 1 or site.last < site.first:
            problems.append(
                f"locatie '{site.id}': verwacht plaats voor ten minste een woning, en een eind na het begin"
            )
        wrong = [each for each in site.segments if not 0 <= each < SEGMENTS]
        if wrong:
            problems.append(f"locatie '{site.id}': segment {wrong[0]} bestaat niet; kies uit 0 tot {SEGMENTS - 1}")
    for name, least, most in zip(TENURES, limits.least, limits.most, strict=True):
        if not 0 <= least <= most <= 1:
            problems.append(
                f"aandeel {name}: ten minste {least:g} en ten hoogste {most:g}; verwacht 0 tot 1, laag voor hoog"
            )
    if not problems and not (sum(limits.least) <= 1 + 1e-9 and sum(limits.most) >= 1 - 1e-9):
        problems.append("de aandelen van koop, corporatie en particuliere huur kunnen samen geen 100 % zijn")
    if problems:
        raise QuestionError("grenzen van het programma", problems, "verruim de grenzen of vraag minder woningen")


def keeps(limits: Limits, mixes: Mixes) -> NDArray[np.bool_]:
    """Which mixes keep all limits. A share may be off by half a lot."""
    homes = mixes.homes(limits)
    most = np.array([site.most for site in limits.sites])
    fits = np.all(homes.sum(axis=2) <= most + 1e-9, axis=1) & np.all((homes == 0) | limits.allowed[None], axis=(1, 2))
    shares = (
        np.stack([homes[..., tenure == _TENURE].sum(axis=(1, 2)) for tenure in range(len(TENURES))], axis=1)
        / limits.homes
    )
    slack = limits.sizes.max() / limits.homes / 2 + 1e-9
    return fits & np.all((shares >= np.array(limits.least) - slack) & (shares <= np.array(limits.most) + slack), axis=1)


def sampled(limits: Limits, count: int, rng: np.random.Generator) -> Mixes:
    """Mixes strewn over all that is allowed: shares of tenures and sites by a low-discrepancy sequence, kinds by lot.

    Raises:  QuestionError when no mix keeps the limits, or they cannot be met.
    """
    refuse_limits(limits)
    tenures, sites = len(TENURES), len(limits.sites)
    found: list[tuple[Ints, Ints]] = []
    points = _strewn(count * _TRIES, tenures + sites, rng.random())
    for number, point in enumerate(points):
        made = _one(limits, point[:tenures], point[tenures:], rng)
        if made is not None:
            found.append(made)
        if len(found) == count or (not found and number > _GIVEN_UP):
            break
    made_all = Mixes(np.array([each[0] for each in found], dtype=np.intp).reshape(-1, len(limits.sizes)),
                     np.array([each[1] for each in found], dtype=np.intp).reshape(-1, len(limits.sizes)))  # fmt: skip
    good = made_all.chosen(keeps(limits, made_all)) if len(found) else made_all
    if not len(good.site):
        raise QuestionError(
            "grenzen van het programma", "geen enkele mix past binnen locaties, soorten en aandelen samen",
            "sta op de locaties meer soorten toe, of verruim de aandelen",
        )  # fmt: skip
    return good


def changed(limits: Limits, mixes: Mixes, count: int, rng: np.random.Generator) -> Mixes:
    """New mixes near given ones: lots of another parent, swapped, moved to another site or made another kind."""
    rows = rng.integers(0, len(mixes.site), count)
    site, kind = mixes.site[rows].copy(), mixes.segment[rows].copy()
    other = mixes.chosen(rng.integers(0, len(mixes.site), count))
    cross = (rng.random((count, 1)) < 0.5) & (rng.random(site.shape) < 0.3)
    site, kind = np.where(cross, other.site, site), np.where(cross, other.segment, kind)
    lots = site.shape[1]
    for _ in range(3):
        each = np.arange(count)
        one, two = rng.integers(0, lots, count), rng.integers(0, lots, count)
        act = rng.integers(0, 4, count)
        swapped = act == 0
        kind[each[swapped], one[swapped]], kind[each[swapped], two[swapped]] = (
            kind[each[swapped], two[swapped]], kind[each[swapped], one[swapped]],
        )  # fmt: skip
        moved = act == 1
        site[each[moved], one[moved]] = rng.integers(0, len(limits.sites), int(moved.sum()))
        other_kind = act == 2
        within = kind[each, one] // (SEGMENTS // len(TENURES)) * (SEGMENTS // len(TENURES)) + rng.integers(
            0, SEGMENTS // len(TENURES), count
        )
        kind[each[other_kind], one[other_kind]] = within[other_kind]
        any_kind = act == 3
        kind[each[any_kind], one[any_kind]] = rng.integers(0, SEGMENTS, int(any_kind.sum()))
    made = Mixes(site, kind)
    return made.chosen(keeps(limits, made))


def programme_of_mix(limits: Limits, mixes: Mixes, row: int, id: str) -> Programme:
    """One mix as a programme that can be simulated: a step per site and kind."""
    homes = mixes.chosen(np.array([row])).homes(limits)[0]
    steps = []
    for number, site in enumerate(limits.sites):
        for kind in np.flatnonzero(homes[number]):
            rest, price = divmod(int(kind), len(PRICES))
            tenure, form = divmod(rest, len(FORMS))
            name = f"{site.id}: {' '.join(segment_name(int(kind)))}"
            steps.append(
                Step("bouwen", name, site.buurt, site.first, site.last, int(homes[number, kind]), tenure, form, price)
            )
    return Programme(
        id, f"Mogelijkheid {id}", limits.town, tuple(steps), "gezocht met 'stadspeil balance'", "verkenning"
    )


def _lots(homes: int, rooms: list[int]) -> int:
    """How many lots: about sixty, or so many that sites which must be filled can be; with one home each it always can."""
    if homes < 1:
        return 1
    usual = min(MOST_LOTS, homes)
    for lots in (*range(usual, min(_FEWEST_LOTS, usual) - 1, -1), *range(usual + 1, homes + 1)):
        if sum(room // -(-homes // lots) for room in rooms) >= lots:
            return lots
    return usual


def _strewn(count: int, dimensions: int, start: float) -> NDArray[np.float64]:
    """Points that fill the unit cube evenly: steps of powers of the generalized golden ratio (Roberts 2018)."""
    golden = 2.0
    for _ in range(40):
        golden = (1 + golden) ** (1 / (dimensions + 1))
    return (start + np.arange(1, count + 1)[:, None] * golden ** -np.arange(1, dimensions + 1)[None, :]) % 1.0


def _one(
    limits: Limits, tenures: NDArray[np.float64], sites: NDArray[np.float64], rng: np.random.Generator
) -> tuple[Ints, Ints] | None:
    """A mix with about those shares, or none where kinds and sites do not match."""
    least, most = np.array(limits.least), np.array(limits.most)
    wish = -np.log(np.maximum(tenures, 1e-9))
    share = least + (1 - least.sum()) * wish / wish.sum()
    if np.any(share > most + 1e-9):
        share = np.minimum(share, most)
        room = most - share
        share = share + (1 - share.sum()) * room / max(float(room.sum()), 1e-30)
    lots = len(limits.sizes)
    of_tenure = _whole(share * lots, lots)
    capacity = np.array([site.most for site in limits.sites]) / limits.sizes.max()
    fill = _filled(-np.log(np.maximum(sites, 1e-9)), np.floor(capacity), lots)
    if fill is None:
        return None
    where = rng.permutation(np.repeat(np.arange(len(limits.sites)), fill))
    tenure = np.repeat(np.arange(len(TENURES)), of_tenure)
    can = np.stack([limits.allowed[:, each == _TENURE].any(axis=1) for each in range(len(TENURES))], axis=1)
    for _ in range(4 * lots):
        wrong = np.flatnonzero(~can[where, tenure])
        if not len(wrong):
            break
        lot, other = int(rng.choice(wrong)), int(rng.integers(lots))
        where[lot], where[other] = where[other], where[lot]
    if np.any(~can[where, tenure]):
        return None
    weights = rng.exponential(size=(len(limits.sites), SEGMENTS))
    chances = weights[where] * limits.allowed[where] * (_TENURE[None, :] == tenure[:, None])
    return where, (chances.cumsum(axis=1) / chances.sum(axis=1, keepdims=True) > rng.random((lots, 1))).argmax(axis=1)


def _whole(shares: NDArray[np.float64], total: int) -> Ints:
    """Whole numbers that add up to a total, by largest remainder."""
    made = np.floor(shares + 1e-9).astype(np.intp)
    for each in np.argsort(-(shares - made), kind="stable")[: total - int(made.sum())]:
        made[each] += 1
    return made


def _filled(wish: NDArray[np.float64], capacity: NDArray[np.float64], lots: int) -> Ints | None:
    """Lots per site in proportion to a wish, never above capacity."""
    if capacity.sum() < lots:
        return None
    made = np.zeros(len(wish))
    for _ in range(len(wish) + 1):
        open_ = made < capacity - 1e-9
        if lots - made.sum() < 1e-9 or not open_.any():
            break
        made = np.minimum(made + np.where(open_, wish, 0) / wish[open_].sum() * (lots - made.sum()), capacity)
    whole = np.floor(made + 1e-9).astype(np.intp)
    for each in np.argsort(-(made - whole), kind="stable"):
        if whole.sum() < lots and whole[each] < capacity[each]:
            whole[each] += 1
    while whole.sum() < lots:
        whole[int(np.argmax(capacity - whole))] += 1
    return whole
