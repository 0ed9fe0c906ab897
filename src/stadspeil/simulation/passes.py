"""The loops over all households or all dwellings, compiled as those of `kernels` are and under the same rules."""

from __future__ import annotations

import numpy as np
from numba import njit

from stadspeil.simulation.classes import age_band
from stadspeil.simulation.kernels import DECILES
from stadspeil.simulation.randomness import mix
from stadspeil.simulation.world import NEVER, NOBODY, NOWHERE

EVENTS = 7  # of life that meet a household, see `demography`
FIXED = 2.0**32
_YEARS, _LONGEST, _BLOCK = 40, 3000.0, 1024
ADULTS = np.array([1, 2, 2, 1], np.int32)
BAND = age_band(np.arange(256)).astype(np.int32)
_SHIFT_11 = np.uint64(11)


@njit(cache=True, nogil=True)
def reprice(homes, region_of_buurt, sizes, factors):  # type: ignore[no-untyped-def]
    """Multiply costs by factors[region, tenure, size]."""
    for home in range(len(homes.cost)):
        floor, size = homes.floor[home], 0
        while size < len(sizes) and floor >= sizes[size]:
            size += 1
        homes.cost[home] *= factors[region_of_buurt[homes.buurt[home]], homes.tenure[home], size]


@njit(cache=True, nogil=True)
def candidates(people, alive, chances, keys, reach, start, stop):  # type: ignore[no-untyped-def]
    """Households by type and age of the head [4 x 256], and of each of EVENTS events those that it may meet: rows and
    their draw against their chance.

    chances[event, kind x age] is that of one year; who draws more than `reach` times its chance is left out. Rows go in
    blocks that stay in the cache, event by event: so loops are those that a processor does many at a time.
    """
    rows, scores = np.empty((EVENTS, stop - start), np.int32), np.empty((EVENTS, stop - start), np.float64)
    counts, most, people_of = np.zeros(EVENTS, np.int64), reach * chances, np.zeros(chances.shape[1], np.int64)
    mixed, own = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint64)
    drawn, hits = np.empty(_BLOCK, np.float64), np.empty(_BLOCK, np.uint64)
    for first in range(start, stop, _BLOCK):
        size = min(_BLOCK, stop - first)
        for place in range(size):
            mixed[place] = mix(np.uint64(people.number[first + place]))
            own[place] = (np.uint64(people.kind[first + place]) << np.uint64(8)) | np.uint64(people.age[first + place])
        for place in range(size):
            people_of[own[place]] += alive[first + place]
        for event in range(EVENTS):
            key, limits, found = keys[event], most[event], np.uint64(0)
            for place in range(size):
                drawn[place] = (float(mix(mixed[place] ^ key) >> _SHIFT_11) + 0.5) * 2.0**-53
            for place in range(size):
                hits[found] = place
                found += np.uint64(drawn[place] < limits[own[place]])
            for place in hits[:found]:
                if alive[first + np.int64(place)]:
                    count = counts[event]
                    rows[event, count] = first + np.int64(place)
                    scores[event, count] = drawn[place] / chances[event, own[place]]
                    counts[event] += 1
    return people_of, [(rows[event, : counts[event]], scores[event, : counts[event]]) for event in range(EVENTS)]


@njit(cache=True, nogil=True)
def offered(vacancy, ready, clearing, month):  # type: ignore[no-untyped-def]
    """Dwellings that have an open vacancy, are ready, and are not being cleared."""
    homes, count = np.empty(len(vacancy), np.int32), 0
    for home in range(len(vacancy)):
        if vacancy[home] >= 0 and ready[home] <= month and month < clearing[home]:
            homes[count] = home
            count += 1
    return homes[:count].copy()


@njit(cache=True, nogil=True)
def count_incomes(kind, age, decile, income, alive, bands):  # type: ignore[no-untyped-def]
    """Households by type x age band and decile, and their number and income in euros by type and decile."""
    counts, euros = np.zeros((4 * bands, DECILES), np.int64), np.zeros((4, DECILES), np.int64)
    for row in range(len(kind)):
        if alive[row]:
            counts[kind[row] * bands + BAND[age[row]], decile[row]] += 1
            euros[kind[row], decile[row]] += np.int64(np.rint(np.float64(income[row]) * 1000.0))
    return counts, euros


@njit(cache=True, nogil=True)
def most_likely(odds, need, smallest):  # type: ignore[no-untyped-def]
    """The largest chance to begin to seek, and a hair more, by crowding (none, as much as can be), type, age band and
    years in the dwelling [2, 4, 5, _YEARS]; the last column holds for all who have been there longer. `smallest`: the
    least floor of a dwelling."""
    most = np.empty((2, 4, 5, _YEARS))
    for kind in range(4):
        crowded = max(odds[10] * np.log(max(need[kind] / smallest, 1.0)), 0.0)
        for years in range(_YEARS):
            last = _LONGEST if years == _YEARS - 1 else 2.0 + years
            stayed = max(odds[9] * np.log((1.0 + years) / 6.0), odds[9] * np.log(last / 6.0))
            for band in range(5):
                logit = odds[0] + odds[1 + band] + max(odds[6], odds[7], odds[8]) + stayed
                most[0, kind, band, years] = 1.0 / (1.0 + np.exp(-logit)) + 1e-9
                most[1, kind, band, years] = 1.0 / (1.0 + np.exp(-logit - crowded)) + 1e-9
    return most


@njit(cache=True, nogil=True)
def begin_search(people, alive, homes, need, odds, likely, key, key_month, month, start, stop):  # type: ignore[no-untyped-def]
    """Households with a dwelling that begin to seek this year, and in which of its months.

    odds: level, five of age bands, three of tenures, duration, crowding (log-odds), and the most that they can add up to.
    likely: see `most_likely`. Who draws more is put aside, first before its dwelling is looked up, then without crowding.
    """
    rows, months = np.empty(stop - start, np.int32), np.empty(stop - start, np.int16)
    count, most = np.uint64(0), 1.0 / (1.0 + np.exp(-odds[11]))
    for row in range(start, stop):
        drawn = (float(mix(mix(np.uint64(people.number[row])) ^ key) >> _SHIFT_11) + 0.5) * 2.0**-53
        at_home = alive[row] and people.dwelling[row] != NOWHERE and people.searching[row] == NEVER
        years = np.uint64(min(max(month - people.since[row], 0) // 12, _YEARS - 1))
        reach = likely[1, np.uint64(people.kind[row]), BAND[people.age[row]], years]
        rows[count] = row
        count += np.uint64((drawn <= reach) & (drawn <= most) & at_home)
    begun = 0
    for place in range(count):
        row = rows[place]
        mixed, home = mix(np.uint64(people.number[row])), people.dwelling[row]
        drawn = (float(mix(mixed ^ key) >> _SHIFT_11) + 0.5) * 2.0**-53
        kind, band, stayed = people.kind[row], BAND[people.age[row]], max(month - people.since[row], 0)
        floor, wanted = homes.floor[home], need[kind]
        if floor >= wanted and drawn > likely[0, kind, band, min(stayed // 12, _YEARS - 1)]:
            continue
        logit = odds[0] + odds[1 + band] + odds[6 + homes.tenure[home]]
        logit += odds[9] * np.log((1.0 + stayed / 12.0) / 6.0)
        if floor < wanted:
            logit += odds[10] * np.log(wanted / floor)
        if drawn * (1.0 + np.exp(-logit)) < 1.0:
            rows[begun] = row
            months[begun] = np.int16(12.0 * (float(mix(mixed ^ key_month) >> _SHIFT_11) * 2.0**-53))
            begun += 1
    return rows[:begun], months[:begun]


@njit(cache=True, nogil=True)
def count_buurten(people, alive, homes, at_home, buurten, start, stop):  # type: ignore[no-untyped-def]
    """Add up households by buurt. Columns of counts: 0 households, 1 persons, 2-5 types, 6-10 age bands, 11-20 deciles,
    21-23 tenures, 24 children x 100, 25 persons of 75 and over; euros: sum of income in euros. `at_home`: children at
    home under 18 per 100, by age of the head."""
    counts, euros = np.zeros((buurten, 26), np.int32), np.zeros(buurten, np.int64)
    rows, buurt_of, tenure_of = np.empty(_BLOCK, np.int64), np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint64)
    for first in range(start, stop, _BLOCK):
        size = np.uint64(0)
        for row in range(first, min(first + _BLOCK, stop)):
            rows[size] = row
            size += np.uint64(alive[row] and people.dwelling[row] != NOWHERE)
        # Dwellings lie anywhere in memory: to look up many together is faster than one after the other.
        for place in range(size):
            home = people.dwelling[rows[place]]
            buurt_of[place], tenure_of[place] = homes.buurt[home], homes.tenure[home]
        for place in range(size):
            row, buurt = rows[place], buurt_of[place]
            kind, age, persons = np.uint64(people.kind[row]), people.age[row], people.persons[row]
            line, adults = counts[buurt], ADULTS[kind]
            line[0] += 1
            line[1] += persons
            line[np.uint64(2) + kind] += 1
            line[np.uint64(6 + BAND[age])] += 1
            line[np.uint64(11 + people.decile[row])] += 1
            line[np.uint64(21) + tenure_of[place]] += 1
            line[24] += (persons - adults) * at_home[age] * (kind >= 2)
            line[25] += adults * (age >= 75)
            euros[buurt] += np.int64(people.income[row] * 1000.0 + 0.5)
    return counts, euros


@njit(cache=True, nogil=True)
def count_homes(homes, household, from_month, until_month, month, buurten):  # type: ignore[no-untyped-def]
    """Dwellings that stand in a month, by buurt, and of those the ones without a household."""
    stands, empty = np.zeros(buurten, np.int64), np.zeros(buurten, np.int64)
    for home in range(len(household)):
        if from_month[home] <= month and until_month[home] > month:
            stands[homes.buurt[home]] += 1
            empty[homes.buurt[home]] += household[home] == NOBODY
    return stands, empty
