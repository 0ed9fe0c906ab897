"""The loops that numba compiles. Each works on a stretch of rows and writes only there, so that threads never meet.

Chance comes in as hashes (`randomness`), never as a sequence; sums are whole numbers; the best is the largest, with a
hash between equals. So no result hangs on the order of rows or on how many threads there are.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from stadspeil.simulation.classes import HOUSE, OWNER, PRIVATE, SOCIAL
from stadspeil.simulation.randomness import SECOND, STEP, mix
from stadspeil.simulation.world import NEVER, NOWHERE

AGE_GROUPS = 3  # 18-29, 30-64, 65 and over: as tastes differ
DECILES = 10
NO_HOME, URGENT = 1, 2
NOTHING = -1
STRIDE_BITS = 24
# Distance counts in steps of a quarter of a kilometer; beyond the last step it counts no more.
STEPS_OF_KM, LAST_STEP = np.float32(4), np.float32(1599)
_SHIFT_48, _SHIFT_33, _SHIFT_32 = np.uint64(48), np.uint64(33), np.uint64(32)
_SHIFT_29, _SHIFT_11 = np.uint64(29), np.uint64(11)
_LOW_32 = np.uint64(0xFFFFFFFF)
_LAST = 0xFFFFFFFF
_AT_ONCE = np.uint64(4)
# Counters without a sign: an index that may be negative costs a test each time.
_KINDS, _GROUPS = np.uint64(4), np.uint64(AGE_GROUPS)
# Columns of `Glances.lines` after those of type and age group.
_MEAN, _EAST, _NORTH, _COST, LINE = 12, 13, 14, 15, 16

# A household that seeks, in one cache line: gathering its attributes each month would cost more than choosing.
SEEKER = np.dtype(
    [
        ("mixed", "u8"), ("row", "i4"), ("stay", "f4"), ("east", "f4"), ("north", "f4"), ("owner", "f4"),
        ("social", "f4"), ("private", "f4"), ("queue", "f4"), ("town", "i2"), ("began", "i2"), ("choice_class", "u1"),
        ("kind", "u1"), ("flags", "u1"),
    ],
    align=True,
)  # fmt: skip
# A dwelling on offer.
OFFER = np.dtype(
    [
        ("mixed", "u8"), ("home", "i4"), ("east", "f4"), ("north", "f4"), ("cost", "f4"), ("floor", "f4"),
        ("appeal", "f4"), ("mean_decile", "f4"), ("buurt", "i4"), ("town", "i2"), ("tenure", "u1"), ("form", "u1"),
        ("groups", "u1"), ("local", "u1"),
    ],
    align=True,
)  # fmt: skip


class Tastes(NamedTuple):
    """What a dwelling is worth to a class of households: see `choice.tastes_of`."""

    tenure: NDArray[np.float32]
    house: NDArray[np.float32]
    need: NDArray[np.float32]
    income: NDArray[np.float32]
    size: np.float32
    cost: np.float32
    quality: np.float32
    gap: np.float32


class HomeColumns(NamedTuple):
    """Columns of dwellings and of their buurten that a search record needs."""

    buurt: NDArray[np.int32]
    tenure: NDArray[np.uint8]
    form: NDArray[np.uint8]
    cost: NDArray[np.float32]
    floor: NDArray[np.float32]
    quality: NDArray[np.float32]
    east: NDArray[np.float32]
    north: NDArray[np.float32]
    appeal: NDArray[np.float32]
    mean_decile: NDArray[np.float32]


class PeopleColumns(NamedTuple):
    """Columns of households that a search record needs."""

    number: NDArray[np.int64]
    kind: NDArray[np.uint8]
    age: NDArray[np.uint8]
    decile: NDArray[np.uint8]
    persons: NDArray[np.uint8]
    income: NDArray[np.float32]
    dwelling: NDArray[np.int32]
    since: NDArray[np.int16]
    town: NDArray[np.int32]
    searching: NDArray[np.int16]
    urgent: NDArray[np.bool_]


class Means(NamedTuple):
    """What limits a household, see parameters of the same name."""

    limit_single: np.float32
    limit_more: np.float32
    suitable_single: np.float32
    suitable_more: np.float32
    suitable_rent: np.float32
    mortgage: np.float32
    equity: np.float32
    rent: np.float32
    no_home: np.float32
    stay_cost: np.float32
    urgent_push: np.float32


class Glances(NamedTuple):
    """What a look at an offer needs, close together.

    mixed, cost, tenure  of offers
    lines    a row of 64 bytes for each offer: the part of its worth that does not hang on income, by type and age
             group; then its mean decile, east, north, cost
    burdens  weight of housing costs by class of households
    """

    mixed: NDArray[np.uint64]
    cost: NDArray[np.float32]
    tenure: NDArray[np.uint8]
    lines: NDArray[np.float32]
    burdens: NDArray[np.float32]


class Market(NamedTuple):
    """Where a seeker looks this month, and what counts beside the worth of a dwelling.

    starts   first offer of each slot (offers are in order of slots), one more at the end
    glances  of offers
    gap      weight of the distance in income decile
    rings    per town, for the town, its region and all: first slot, number of slots, step between looks, looks
    shift    per town: bonus of the own town less ln of the chance to be seen, for offers in town, region and elsewhere
    gumbels  quantiles of taste       far  disutility of distance, by steps
    weights  of queue (social), purse (owner), purse (private), and head start of who has no home, per tenure
    """

    starts: NDArray[np.int32]
    glances: Glances
    gap: np.float32
    rings: NDArray[np.int64]
    shift: NDArray[np.float32]
    gumbels: NDArray[np.float32]
    far: NDArray[np.float32]
    weights: NDArray[np.float32]
    key_taste: np.uint64
    key_slots: np.uint64
    key_stay: np.uint64
    key_tie: np.uint64
    month: np.int64


@njit(cache=True, inline="always")
def _worth(tastes, kind, group, decile, tenure, form, cost, room, appeal, mean_decile):  # type: ignore[no-untyped-def]
    """Utility of a dwelling to a class of households; `room` is ln of floor to need."""
    worth = tastes.tenure[tenure, group] + tastes.size * room + tastes.quality * appeal
    if form == HOUSE:
        worth += tastes.house[kind, group]
    share = cost * np.float32(0.012) / tastes.income[kind, decile]
    return worth - tastes.cost * share - tastes.gap * abs(mean_decile - np.float32(decile))


@njit(cache=True, inline="always")
def _room(tastes, kind, floor):  # type: ignore[no-untyped-def]
    return np.log(min(floor / tastes.need[kind], np.float32(1.5)))


@njit(cache=True, inline="always")
def _age_group(age):  # type: ignore[no-untyped-def]
    return 0 if age < 30 else (1 if age < 65 else 2)


@njit(cache=True, nogil=True)
def lines_of(offers, tastes, start, stop, lines):  # type: ignore[no-untyped-def]
    """Fill the rows of offers `start` to `stop` of `Glances.lines`."""
    of_form = np.zeros((2, 4, AGE_GROUPS), np.float32)
    of_form[1] = tastes.house
    for row in range(start, stop):
        offer = offers[row]
        appeal, tenure, form = tastes.quality * offer.appeal, np.uint64(offer.tenure), np.uint64(offer.form == HOUSE)
        for kind in range(_KINDS):
            room = tastes.size * _room(tastes, kind, offer.floor)
            for group in range(_GROUPS):
                worth = tastes.tenure[tenure, group] + appeal + room + of_form[form, kind, group]
                lines[row, kind * _GROUPS + group] = worth
        lines[row, _MEAN], lines[row, _COST] = offer.mean_decile, offer.cost
        lines[row, _EAST], lines[row, _NORTH] = offer.east, offer.north


@njit(cache=True, nogil=True)
def slots_of(town, mixed, first, size):  # type: ignore[no-untyped-def]
    """Slots of dwellings by their gemeente and hashed number, of gemeenten whose slots begin at `first`."""
    slot = np.empty(len(town), np.int32)
    for each in range(len(town)):
        spread = mixed[each] ^ (mixed[each] >> _SHIFT_29)
        slot[each] = first[town[each]] + np.int32(spread & np.uint64(size[town[each]] - 1))
    return slot


@njit(cache=True, nogil=True)
def in_slots(slot, number, slots):  # type: ignore[no-untyped-def]
    """Places of dwellings in order of slot and then of number; and how many are in the slots before each."""
    starts, order = np.zeros(slots + 1, np.int32), np.empty(len(slot), np.int32)
    for each in slot:
        starts[each + 1] += 1
    for each in range(slots):
        starts[each + 1] += starts[each]
    filled = starts.copy()
    for each in range(len(slot)):
        first, at = starts[slot[each]], filled[slot[each]]
        filled[slot[each]] += 1
        while at > first and number[order[at - 1]] > number[each]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = each
    return order, starts


@njit(cache=True, nogil=True)
def fill_offers(offers, table, homes, order, mixed, towns, groups, key_local, local_share):  # type: ignore[no-untyped-def]
    """Write the records of dwellings on offer; `homes`, `mixed` and `towns` are as they came, and `order` of records."""
    for place in range(len(order)):
        each = order[place]
        offer, home, number = offers[place], homes[each], mixed[each]
        buurt = table.buurt[home]
        offer.mixed, offer.home, offer.buurt, offer.town = number, home, buurt, towns[each]
        offer.east, offer.north, offer.mean_decile = table.east[buurt], table.north[buurt], table.mean_decile[buurt]
        offer.cost, offer.floor, offer.tenure, offer.form = (
            table.cost[home], table.floor[home], table.tenure[home], table.form[home],
        )  # fmt: skip
        offer.appeal, offer.groups = table.quality[home] + table.appeal[buurt], groups[home]
        drawn = (float(mix(number ^ key_local) >> _SHIFT_11) + 0.5) * 2.0**-53
        offer.local = 1 if drawn < local_share else 0


@njit(cache=True, nogil=True)
def describe(book, places, start, stop, people, homes, tastes, means, towns_east, towns_north, registered, month):  # type: ignore[no-untyped-def]
    """Make the records anew that stand in `places[start:stop]` of the book of seekers; `row` is filled already."""
    for place in places[start:stop]:
        seeker = book[place]
        row = seeker.row
        kind, age, home = people.kind[row], people.age[row], people.dwelling[row]
        income, alone = people.income[row], people.persons[row] == 1
        group = _age_group(age)
        seeker.mixed = mix(np.uint64(people.number[row]))
        seeker.kind = kind
        seeker.choice_class = (kind * AGE_GROUPS + group) * DECILES + people.decile[row]
        seeker.town, seeker.began = people.town[row], people.searching[row]
        seeker.flags = (NO_HOME if home == NOWHERE else 0) | (URGENT if people.urgent[row] else 0)
        monthly = income * np.float32(1000 / 12)
        seeker.owner, seeker.private = means.mortgage * monthly, means.rent * monthly
        seeker.social = np.float32(0.0)
        if income <= (means.suitable_single if alone else means.suitable_more):
            seeker.social = means.suitable_rent
        elif income <= (means.limit_single if alone else means.limit_more):
            seeker.social = np.float32(1e9)
        if home == NOWHERE:
            seeker.stay = means.no_home
            seeker.east, seeker.north = towns_east[seeker.town], towns_north[seeker.town]
        else:
            buurt, tenure, cost = homes.buurt[home], homes.tenure[home], homes.cost[home]
            seeker.east, seeker.north = homes.east[buurt], homes.north[buurt]
            seeker.stay = means.stay_cost + _worth(
                tastes, kind, group, people.decile[row], tenure, homes.form[home], cost,
                _room(tastes, kind, homes.floor[home]), homes.quality[home] + homes.appeal[buurt],
                homes.mean_decile[buurt],
            )  # fmt: skip
            if tenure == OWNER:
                years = min(max(month - people.since[row], 0) / 240.0, 1.0)
                seeker.owner += np.float32(means.equity * cost * years)
        if people.urgent[row]:
            seeker.stay -= means.urgent_push
        drawn = float(mix(seeker.mixed ^ registered) >> _SHIFT_11) * 2.0**-53
        seeker.queue = min(max(int(age) - 18, 0), 15) * drawn - people.searching[row] / 12.0


@njit(cache=True, nogil=True)
def keep(book, count, searching, stale):  # type: ignore[no-untyped-def]
    """Close up the first `count` records of the book: who seeks no more is dropped. The number left, and the places of
    records that must be made anew, whose mark is taken off."""
    kept, changed, places = 0, 0, np.empty(count, np.int64)
    for place in range(count):
        row = book[place].row
        if searching[row] == NEVER:
            continue
        if kept != place:
            book[kept] = book[place]
        if stale[row]:
            stale[row] = False
            places[changed] = kept
            changed += 1
        kept += 1
    return kept, places[:changed]


@njit(cache=True, inline="always")
def _pair(one, other, key):  # type: ignore[no-untyped-def]
    """Hash of a household and a dwelling; its highest 16 bits place a taste."""
    x = (one ^ other ^ key) * STEP
    x = (x ^ (x >> _SHIFT_32)) * SECOND
    return x ^ (x >> _SHIFT_33)


@njit(cache=True, inline="always")
def _limit(seeker, tenure):  # type: ignore[no-untyped-def]
    return seeker.owner if tenure == OWNER else (seeker.social if tenure == SOCIAL else seeker.private)


@njit(cache=True, inline="always")
def _look(own, town, market, seen):  # type: ignore[no-untyped-def]
    """Offers that a seeker sees this month, written to `seen`; how many."""
    starts, rings, key = market.starts, market.rings, market.key_slots
    count = np.uint64(0)
    for ring in range(3):
        first, size, stride = rings[town, 4 * ring], rings[town, 4 * ring + 1], rings[town, 4 * ring + 2]
        drawn = mix((own + np.uint64(ring + 1) * STEP) ^ key) & _LOW_32
        point = np.int64((drawn * np.uint64(size)) >> _SHIFT_32) << STRIDE_BITS
        for _ in range(rings[town, 4 * ring + 3]):
            slot = point >> STRIDE_BITS
            slot = first + (slot if slot < size else slot - size)
            point += stride
            # Few slots hold more than four: four places are written at once, and only as many count as are held.
            row = starts[np.uint64(slot)]
            held = starts[np.uint64(slot + 1)] - row
            for more in range(_AT_ONCE):
                seen[count + more] = row + np.int32(more)
            if held > np.int32(_AT_ONCE):
                for more in range(_AT_ONCE, np.uint64(held)):
                    seen[count + more] = row + np.int32(more)
            count += np.uint64(held)
    return count


@njit(cache=True, inline="always")
def _possible(seeker, market, seen, count, limits):  # type: ignore[no-untyped-def]
    """Close up `seen`: what a seeker cannot pay or may not have is put aside. How many are left."""
    cost, tenure = market.glances.cost, market.glances.tenure
    limits[OWNER], limits[SOCIAL], limits[PRIVATE] = seeker.owner, seeker.social, seeker.private
    possible = np.uint64(0)
    for look in range(count):
        row = seen[look]
        seen[possible] = row
        possible += np.uint64(cost[row] <= limits[tenure[row]])
    return possible


@njit(cache=True, inline="always")
def rank_of_worth(value, look):  # type: ignore[no-untyped-def]
    """A whole number that is larger where a value is, and of equal values where `look` (0 and up) is smaller."""
    bits = np.float32(value).view(np.int32)
    in_order = bits ^ ((bits >> np.int32(31)) & np.int32(0x7FFFFFFF))
    return (np.int64(in_order) << 32) | np.int64(np.uint32(_LAST) - np.uint32(look))


@njit(cache=True, inline="always")
def _best(seeker, market, seen, possible):  # type: ignore[no-untyped-def]
    """The row of `seen` that is worth most to a seeker, or NOTHING where staying is.

    The loop writes nothing and knows no branch, so that the compiler takes several offers at a time.
    """
    mixed, _, _, lines, burdens = market.glances
    gumbels, key_taste, far, gap = market.gumbels, market.key_taste, market.far, market.gap
    starts, rings, town = market.starts, market.rings, seeker.town
    own, cell = seeker.mixed, np.uint64(seeker.choice_class // DECILES)
    burden, decile = burdens[seeker.choice_class], np.float32(seeker.choice_class % DECILES)
    own_east, own_north = seeker.east, seeker.north
    here, near, away = market.shift[town, 0], market.shift[town, 1], market.shift[town, 2]
    # Offers are in order of slots, and slots of gemeente and region: where an offer is follows from its row.
    first_own, first_near = np.uint32(starts[rings[town, 0]]), np.uint32(starts[rings[town, 4]])
    of_own = np.uint32(starts[rings[town, 0] + rings[town, 1]]) - first_own
    of_near = np.uint32(starts[rings[town, 4] + rings[town, 5]]) - first_near
    best = rank_of_worth(seeker.stay + gumbels[mix(own ^ market.key_stay) >> _SHIFT_48], 0)
    for look in range(possible):
        row = seen[look]
        shift = near if np.uint32(row - first_near) < of_near else away
        shift = here if np.uint32(row - first_own) < of_own else shift
        east, north = lines[row, _EAST] - own_east, lines[row, _NORTH] - own_north
        steps = np.uint64(np.int32(min(math.sqrt(east * east + north * north) * STEPS_OF_KM, LAST_STEP)))
        taste = gumbels[_pair(own, mixed[row], key_taste) >> _SHIFT_48]
        worth = lines[row, cell] - burden * lines[row, _COST] - gap * abs(lines[row, _MEAN] - decile)
        best = max(best, rank_of_worth(shift + (worth - far[steps] + taste), look + np.uint64(1)))
    found = np.int64(_LAST) - (best & np.int64(_LAST))
    return np.int64(seen[np.uint64(found - 1)]) if found else np.int64(NOTHING)


@njit(cache=True, nogil=True)
def choose(seekers, start, stop, offers, market, chosen, scores):  # type: ignore[no-untyped-def]
    """The offer that each seeker wants most (NOTHING: it stays), and the score by which who lets or sells ranks it.

    Slots of a ring are looked at in equal steps from a place drawn for the month: each slot is seen with the same
    chance, and none twice. What a seeker cannot pay or may not have is put aside before anything else is asked of it.
    """
    seen, limits = np.empty(3 * len(offers) + _AT_ONCE, np.uint32), np.empty(3, np.float32)
    for place in range(start, stop):
        seeker = seekers[place]
        count = _look(seeker.mixed, seeker.town, market, seen)
        chosen[place] = _best(seeker, market, seen, _possible(seeker, market, seen, count, limits))
    # Apart, for what was chosen lies anywhere: here many are fetched at a time.
    for place in range(start, stop):
        if chosen[place] != NOTHING:
            scores[place] = _score(seekers[place], offers[chosen[place]], market)


@njit(cache=True, inline="always")
def _score(seeker, offer, market):  # type: ignore[no-untyped-def]
    """Order of a seeker for an offer: target group, urgency, own inhabitants; then queue or purse with
    chance; then a hash. One whole number, so that the largest is the same in any order."""
    tie = _pair(seeker.mixed, offer.mixed, market.key_tie)
    luck = market.gumbels[tie >> _SHIFT_48]
    merit = luck + (market.weights[1, offer.tenure] if seeker.flags & NO_HOME else np.float32(0.0))
    first = 0
    if offer.tenure == SOCIAL:
        merit += market.weights[0, SOCIAL] * (seeker.queue + np.float32(market.month / 12.0))
        first = (2 if seeker.flags & URGENT else 0) + (1 if offer.local and seeker.town == offer.town else 0)
    else:
        merit += market.weights[0, offer.tenure] * np.log(_limit(seeker, offer.tenure) / max(offer.cost, np.float32(1)))
    if offer.groups and (offer.groups >> seeker.kind) & 1:
        first += 4
    level = np.int64(
        min(max((merit + np.float32(64.0)) / np.float32(128.0), np.float32(0.0)), np.float32(0.999)) * 2**28
    )
    return (np.int64(first) << 59) | (level << 31) | np.int64((tie >> np.uint64(16)) & np.uint64(0x7FFFFFFF))


@njit(cache=True, nogil=True)
def award(seekers, chosen, scores, winners, best):  # type: ignore[no-untyped-def]
    """For each offer the place in the book of the seeker with the highest score, or NOTHING."""
    for place in range(len(chosen)):
        offer = chosen[place]
        if offer == NOTHING:
            continue
        holder = winners[offer]
        if (
            holder == NOTHING
            or scores[place] > best[offer]
            or (scores[place] == best[offer] and seekers[place].mixed > seekers[holder].mixed)
        ):
            winners[offer], best[offer] = place, scores[place]


@njit(cache=True, nogil=True)
def tired(book, people, alive, month, housed_waits, others_wait):  # type: ignore[no-untyped-def]
    """Of those in the book: who has a home and has sought for so long, and who has none and has waited for so long.
    Who is urgent goes on. A search never begins earlier than the book says, and who lost its home since is urgent; so
    who has sought too short by the book is not looked up."""
    housed, others = np.empty(len(book), np.int32), np.empty(len(book), np.int32)
    count, other = 0, 0
    soonest = min(housed_waits, others_wait)
    for place in range(len(book)):
        seeker = book[place]
        if month - seeker.began < (soonest if seeker.flags & NO_HOME else housed_waits):
            continue
        row = seeker.row
        waited = month - people.searching[row]
        if not alive[row] or people.searching[row] == NEVER or people.urgent[row]:
            continue
        if people.dwelling[row] != NOWHERE:
            if waited >= housed_waits:
                housed[count] = row
                count += 1
        elif waited >= others_wait:
            others[other] = row
            other += 1
    return housed[:count], others[:other]
