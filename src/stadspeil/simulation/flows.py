"""The second tier: households by class and area, year by year, as flows; and what made them change.

Every year households age, dissolve, form and move. Who moves leaves a home; what dissolves, is built or stood empty is
room for households that had none. Moves are a gravity model with friction of distance and a taste of each class for each
area, balanced so that everyone who moves arrives and every area takes in what it has room for. NumPy alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]

TERMS = ("veroudering", "opheffing", "vorming", "komst", "vertrek")
FACTORS = ("verhuizen", "vorming", "opheffing", "bouw", "bezetting", "toedeling")
CLOSE, _ROUNDS = 1e-7, 2000


@dataclass(frozen=True)
class Land:
    """Areas and what is done there; m areas, c classes of households, y years.

    households [m, c]   at the start            empty [m]   homes without household at the start
    built, withdrawn [y, m]   homes             friction [g, m, n]  of distance, for each of g groups of classes
    group [c]           group of each class     taste [m, c]  of a class for an area, above zero; 1 for all: none
    fuller [y, m]    room that homes give or take by holding more or fewer households, may be below zero; none where left out
    """

    households: Floats
    empty: Floats
    built: Floats
    withdrawn: Floats
    friction: Floats
    group: NDArray[np.intp]
    taste: Floats
    fuller: Floats | None = None

    @property
    def fuller_or_none(self) -> Floats:
        """`fuller`, noughts where it is left out."""
        return np.zeros_like(self.built) if self.fuller is None else self.fuller


@dataclass(frozen=True)
class Rates:
    """What households do in a year.

    becomes [c, k]  chance that a household of class c is of class k a year later; what is missing of one dissolves;
                    or for each area [m, c, k]
    forms   [c, k]  new households of class k that leave a household of class c
    moves   [c]     share that moves
    """

    becomes: Floats
    forms: Floats
    moves: Floats


@dataclass(frozen=True)
class History:
    """What happened; y years, m areas, c classes.

    households [y + 1, m, c]   empty [y + 1, m]
    terms      TERMS -> [y, m, c]; added up they are the change of each year, to the last household
    waiting    [y, m, c]  households that formed and found no home      moved, within [y]  moves, and those inside an area
    formed     [y, m, c]  new households that found a home, by the area where they began to seek; `vorming` has where they live
    inside     [y, m, c]  who sought and found a home in the area where they were, new households among them
    last       [m, n]     moves of the last year, all classes together
    """

    households: Floats
    empty: Floats
    terms: dict[str, Floats]
    waiting: Floats
    moved: Floats
    within: Floats
    formed: Floats
    inside: Floats
    last: Floats

    def doors(self) -> dict[str, Floats]:
        """As `change`, with moves between areas alone: who forms counts where it began to seek, and as come and gone where
        it found a home elsewhere."""
        told, inside, formed = self.change(), self.inside.sum(axis=0), self.formed.sum(axis=0)
        came, went = told["komst"] + told["vorming"] - inside, told["vertrek"] - formed + inside
        return {**told, "vorming": formed, "komst": came, "vertrek": went}

    def change(self) -> dict[str, Floats]:
        """What each term did over all years, [m, c]."""
        return {name: each.sum(axis=0) for name, each in self.terms.items()}


def run_history(land: Land, rates: Rates, *, strict: bool = True, close: float = CLOSE) -> History:
    """All years of `land.built`. Not strict: where more homes go than become free, households live closer for a while.
    `close`: part of the largest number of places by which arrivals in an area may miss.

    Raises:  QuestionError when inputs cannot be, or (strict) more homes are withdrawn in a year than become free.
    """
    _refuse(land, rates)
    households, empty = land.households.astype(np.float64), land.empty.astype(np.float64)
    waiting = np.zeros_like(households)
    stay = rates.becomes.sum(axis=-1)
    all_households, all_empty, all_waiting = [households], [empty], []
    terms: dict[str, list[Floats]] = {name: [] for name in TERMS}
    moved, within, inside, all_formed = [], [], [], []
    last = np.zeros((len(households), len(households)))
    begin = np.ones(len(households))
    gained = land.built - land.withdrawn + land.fuller_or_none
    for year, more in enumerate(gained):
        dissolved = households * (1 - stay)
        aged = _aged(households, rates.becomes)
        wish = households @ rates.forms + waiting
        out = aged * rates.moves
        room = empty + more + dissolved.sum(axis=1)
        if strict:
            _refuse_short(room, out, year)
        formed = wish * min(1.0, max(float(room.sum()), 0.0) / max(float(wish.sum()), 1e-30))
        seekers = out + formed
        vacant = room + out.sum(axis=1)
        # Who must leave for want of room seeks elsewhere; where nothing is free anywhere all take their own again.
        free = np.maximum(vacant, 0.0)
        free = free if free.sum() > 0 else out.sum(axis=1)
        arrivals = _settle(seekers, free * (seekers.sum() / max(float(free.sum()), 1e-30)), land, begin, close)
        begin = arrivals.column
        settled = arrivals.of(np.divide(formed, seekers, out=np.zeros_like(formed), where=seekers > 0))
        came = arrivals.of(np.ones_like(seekers))
        made = (aged - households + dissolved, -dissolved, settled, came - settled, -out)
        for name, each in zip(TERMS, made, strict=True):
            terms[name].append(each)
        last = arrivals.matrix(out, seekers)
        inside.append(arrivals.inside())
        all_formed.append(formed)
        moved.append(float(out.sum()))
        within.append(float(np.trace(last)))
        waiting = wish - formed
        empty = vacant - came.sum(axis=1)
        households = aged - out + came
        all_households.append(households)
        all_empty.append(empty)
        all_waiting.append(waiting)
    return History(
        np.stack(all_households), np.stack(all_empty), {name: np.stack(each) for name, each in terms.items()},
        np.stack(all_waiting), np.array(moved), np.array(within),
        np.stack(all_formed), np.stack(inside), last,
    )  # fmt: skip


def shares_of_change(
    land: Land, rates: Rates, factors: Sequence[str] = FACTORS, *, close: float = CLOSE
) -> dict[str, Floats]:
    """How much of the change over all years each factor brought, [m, c]: its Shapley value over runs with and without it.

    The terms of a history say through which door households came; this says what would be otherwise without the factor.
    `veroudering` is what is left with all factors off; with the factors it adds up to the whole change.
    """
    ends: dict[frozenset[str], Floats] = {}
    for size in range(len(factors) + 1):
        for chosen in itertools.combinations(factors, size):
            ends[frozenset(chosen)] = run_history(
                *_without(land, rates, set(factors) - set(chosen)), strict=False, close=close
            ).households[-1]
    found = {"veroudering": ends[frozenset()] - land.households}
    for factor in factors:
        others = [each for each in factors if each != factor]
        value = np.zeros_like(land.households)
        for size in range(len(others) + 1):
            weight = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(factors))
            for chosen in itertools.combinations(others, size):
                value += weight * (ends[frozenset((*chosen, factor))] - ends[frozenset(chosen)])
        found[factor] = value
    return found


@dataclass(frozen=True)
class _Settled:
    """Balanced moves: from m to n of class c go row[m, c] friction[m, n] column[n] taste[n, c]."""

    row: Floats
    column: Floats
    land: Land

    def of(self, part: Floats) -> Floats:
        """Arrivals [n, c] of the part [m, c] of those who move."""
        made = np.empty_like(self.row)
        for number, friction in enumerate(self.land.friction):
            chosen = self.land.group == number
            made[:, chosen] = friction.T @ (self.row * part)[:, chosen]
        return made * self.column[:, None] * self.land.taste

    def inside(self) -> Floats:
        """Who ends in the area where they began [m, c]."""
        near = np.stack([np.diagonal(friction) for friction in self.land.friction])[self.land.group]
        return np.asarray(self.row * near.T * self.column[:, None] * self.land.taste)

    def matrix(self, part: Floats, whole: Floats) -> Floats:
        """Moves [m, n] of that part, all classes together."""
        share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
        made = np.zeros((len(part), len(part)))
        for number, friction in enumerate(self.land.friction):
            chosen = self.land.group == number
            made += friction * ((self.row * share)[:, chosen] @ self.land.taste[:, chosen].T)
        return made * self.column[None, :]


def _settle(seekers: Floats, places: Floats, land: Land, begin: Floats, close: float) -> _Settled:
    """Balance: every seeker of every class arrives, and every area takes in its places. `begin`: factors that are near."""
    column = np.where(places > 0, np.where(begin > 0, begin, 1.0), 0.0)
    made = _Settled(np.zeros_like(seekers), column, land)
    for _ in range(_ROUNDS):
        reach = np.empty_like(seekers)
        wanted = column[:, None] * land.taste
        for number, friction in enumerate(land.friction):
            chosen = land.group == number
            reach[:, chosen] = friction @ wanted[:, chosen]
        row = np.divide(seekers, reach, out=np.zeros_like(seekers), where=reach > 0)
        arrived = _Settled(row, column, land).of(np.ones_like(seekers)).sum(axis=1)
        made = _Settled(row, column, land)
        if np.abs(arrived - places).max(initial=0.0) < close * max(float(places.max(initial=0.0)), 1e-30):
            break
        column = column * np.divide(places, arrived, out=np.zeros_like(places), where=arrived > 0)
    return made


def _refuse_short(room: Floats, out: Floats, year: int) -> None:
    """QuestionError where more homes are withdrawn than become free."""
    short = np.flatnonzero(room + out.sum(axis=1) < -1e-9)
    if len(short) or room.sum() < -1e-9:
        where = f"in {len(short)} gebieden" if len(short) else "samen"
        raise QuestionError(
            f"jaar {year + 1} van de stromen",
            f"er worden {where} meer woningen onttrokken dan er vrijkomen",
            "spreid de sloop over meer jaren of gebieden",
        )


def _without(land: Land, rates: Rates, gone: set[str]) -> tuple[Land, Rates]:
    """The same without some factors. Without dissolution who would dissolve stays as they are."""
    if "bouw" in gone:
        land = replace(land, built=np.zeros_like(land.built), withdrawn=np.zeros_like(land.withdrawn))
    if "bezetting" in gone:
        land = replace(land, fuller=None)
    if "toedeling" in gone:
        land = replace(land, taste=np.ones_like(land.taste))
    if "opheffing" in gone:
        rates = replace(rates, becomes=_kept(rates.becomes))
    if "vorming" in gone:
        rates = replace(rates, forms=np.zeros_like(rates.forms))
    if "verhuizen" in gone:
        rates = replace(rates, moves=np.zeros_like(rates.moves))
    return land, rates


def _aged(households: Floats, becomes: Floats) -> Floats:
    """Households [m, c] a year later, with chances for all areas or for each."""
    if becomes.ndim == 2:
        return np.asarray(households @ becomes)
    return np.asarray((households[:, None, :] @ becomes)[:, 0, :])


def _kept(becomes: Floats) -> Floats:
    """The chances when nobody dissolves: who would stays as they are."""
    return np.asarray(becomes + np.eye(becomes.shape[-1]) * (1 - becomes.sum(axis=-1))[..., None])


def _refuse(land: Land, rates: Rates) -> None:
    areas, classes = land.households.shape
    years = len(land.built)
    shapes = {
        "leegstand": (land.empty, (areas,)), "nieuwbouw": (land.built, (years, areas)),
        "onttrekking": (land.withdrawn, (years, areas)), "wrijving": (land.friction, (len(land.friction), areas, areas)),
        "voorkeur": (land.taste, (areas, classes)), "overgangen": (rates.becomes, (classes, classes) if rates.becomes.ndim == 2 else (areas, classes, classes)),
        "vorming": (rates.forms, (classes, classes)), "verhuiskansen": (rates.moves, (classes,)),
        "huishoudens": (land.households, (areas, classes)),
    }  # fmt: skip
    problems = []
    if land.fuller_or_none.shape != (years, areas) or not np.all(np.isfinite(land.fuller_or_none)):
        problems.append(f"bezetting: vorm {land.fuller_or_none.shape} met getallen, verwacht {(years, areas)}")
    for name, (found, wanted) in shapes.items():
        if found.shape != wanted:
            problems.append(f"{name}: vorm {found.shape}, verwacht {wanted}")
        elif not np.all(np.isfinite(found)) or np.any(found < 0):
            problems.append(f"{name}: een getal is negatief of geen getal")
    if not problems:
        if rates.becomes.sum(axis=-1).max() > 1 + 1e-9 or rates.moves.max() > 1:
            problems.append("kansen van een klasse zijn samen meer dan een")
        if land.group.shape != (classes,) or land.group.min() < 0 or land.group.max() >= len(land.friction):
            problems.append(f"groep van wrijving: verwacht een van 0 tot {len(land.friction) - 1} per klasse")
        if np.any(land.taste <= 0) or np.any(land.friction <= 0):
            problems.append("voorkeur en wrijving moeten overal groter dan nul zijn")
    if problems:
        raise QuestionError("stromen van huishoudens", problems, "verbeter de genoemde invoer")
