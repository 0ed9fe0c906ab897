"""What households of a class do in a year, for the second tier: chances of the third tier, set to what the country shows.

A class is a kind of household and an age band of its head: twenty, kind first. The chances of the microsimulation are
averaged over the ages of a band; then the flows between classes are scaled, as little as can be, so that the households
of the country in each class go from the first year to the last as was published (iterative proportional fitting: the nearest
flows with those sums). So the mix of the country is met, and the ways between the classes keep their proportion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import AGE_BANDS, AGE_FROM, HOUSEHOLD_TYPES
from stadspeil.simulation.demography import ALONE, COUPLE, FAMILY, ONE_PARENT, Chances, chances_of
from stadspeil.simulation.randomness import Purpose
from stadspeil.simulation.rules import Rules

Floats = NDArray[np.float64]
BANDS = len(AGE_BANDS)
CLASSES = len(HOUSEHOLD_TYPES) * BANDS
# Heads of the oldest band; few live longer.
_OLDEST = 96
# Part of the children who leave that is the last of a family, and of a lone parent: most have one or two.
_LAST_CHILD = {FAMILY: 0.45, ONE_PARENT: 0.6}
# Households that come from abroad, by kind; two in five have a head under 30 (ages 20 to 44 in the microsimulation).
_ARRIVING_KINDS = (0.65, 0.15, 0.15, 0.05)
_ARRIVING_YOUNG = 0.4
_ROUNDS, _TURNS, _CLOSE, _GENTLY = 500, 100, 1e-3, 0.1


def prior_chances(rules: Rules) -> tuple[Floats, Floats]:
    """What the microsimulation believes: chances [c, c] to be of another class a year later, and new households [c, c].

    What is missing of a row dissolves: the last one died or went to an institution, moved in with another, or left the
    country. New households are children who leave home, those who part, and arrivals from abroad.
    """
    mean = {purpose: _by_band(chance) for purpose, chance in chances_of(rules).items()}
    death, home, abroad, parts, leaves, union, birth = (
        mean[each] for each in (Purpose.DEATH, Purpose.INSTITUTION, Purpose.EMIGRATION, Purpose.SEPARATION,
                                Purpose.LEAVING_HOME, Purpose.UNION, Purpose.BIRTH)
    )  # fmt: skip
    kinds = len(HOUSEHOLD_TYPES)
    to = np.zeros((kinds, kinds, BANDS))
    to[ALONE, COUPLE], to[ALONE, ONE_PARENT] = union[ALONE] / 2, birth[ALONE]
    to[COUPLE, ALONE] = death[COUPLE] + home[COUPLE] + parts[COUPLE]
    to[COUPLE, FAMILY] = birth[COUPLE]
    to[FAMILY, ONE_PARENT] = death[FAMILY] + parts[FAMILY]
    to[FAMILY, COUPLE] = _LAST_CHILD[FAMILY] * leaves[FAMILY]
    to[ONE_PARENT, FAMILY] = union[ONE_PARENT] / 2
    to[ONE_PARENT, ALONE] = death[ONE_PARENT] + _LAST_CHILD[ONE_PARENT] * leaves[ONE_PARENT]
    gone = abroad + union / 2
    gone[ALONE] += death[ALONE] + home[ALONE]
    stays = np.maximum(1 - gone - to.sum(axis=1), 0.0)
    older = np.array([_weights(band)[-1] for band in range(BANDS - 1)] + [0.0])
    becomes, forms = np.zeros((CLASSES, CLASSES)), np.zeros((CLASSES, CLASSES))
    for kind in range(kinds):
        for band in range(BANDS):
            row = kind * BANDS + band
            for after in range(kinds):
                chance = stays[kind, band] if after == kind else to[kind, after, band]
                becomes[row, after * BANDS + band] += chance * (1 - older[band])
                becomes[row, after * BANDS + min(band + 1, BANDS - 1)] += chance * older[band]
            forms[row, ALONE * BANDS] += leaves[kind, band]
            forms[row, ALONE * BANDS + band] += parts[kind, band]
            for after, part in enumerate(_ARRIVING_KINDS):
                forms[row, after * BANDS] += rules.immigration * part * _ARRIVING_YOUNG
                forms[row, after * BANDS + 1] += rules.immigration * part * (1 - _ARRIVING_YOUNG)
    return becomes, forms


def fitted_chances(prior: tuple[Floats, Floats], households: Floats) -> tuple[Floats, Floats]:
    """The chances nearest to the prior under which a country that begins as it did ends as it did.

    Shape:   households [y + 1, c] of the country, by year.
    """
    before, after = households[:-1].sum(axis=0), households[1:].sum(axis=0)
    wanted, total = households[-1], after.sum()
    found = prior
    for _ in range(_TURNS):
        found = _scaled(prior, before, after)
        made = households[0]
        for _ in range(len(households) - 1):
            made = made @ found[0] + made @ found[1]
        # How many there are follows from the homes; here only the mix is set.
        miss = _ratio(wanted, made * (wanted.sum() / made.sum()))
        if np.abs(miss[wanted > 0] - 1).max(initial=0.0) < _CLOSE:
            break
        after = after * miss**_GENTLY
        after = after * (total / after.sum())
    return found


def chances_by_area(becomes: Floats, older: Floats) -> Floats:
    """The chances of the country for each area, [m, c, c]: who is in the last years of a band leaves it sooner.

    Shape:   becomes [c, c]; older [m, bands - 1], how many are in the last years of each band against the country, NaN where
             that is not known: there as in the country. What households become besides stays as it was.
    """
    kinds = len(HOUSEHOLD_TYPES)
    factor = np.concatenate([np.where(np.isfinite(older), older, 1.0), np.ones((len(older), 1))], axis=1)
    found = np.repeat(becomes[None], len(older), axis=0).reshape(len(older), kinds, BANDS, kinds, BANDS)
    for band in range(BANDS - 1):
        ages, stays = found[:, :, band, :, band + 1].copy(), found[:, :, band, :, band].copy()
        # Nobody leaves twice: what stays is never below nothing.
        more = np.minimum(ages * (factor[:, band, None, None] - 1), stays)
        found[:, :, band, :, band + 1], found[:, :, band, :, band] = ages + more, stays - more
    return found.reshape(len(older), CLASSES, CLASSES)


def _scaled(prior: tuple[Floats, Floats], before: Floats, after: Floats) -> tuple[Floats, Floats]:
    """The flows nearest to the prior that leave `before` and give `after`, as chances."""
    becomes, forms = prior
    begun = before @ forms
    table = np.zeros((CLASSES + 1, CLASSES + 1))
    table[:CLASSES, :CLASSES] = before[:, None] * becomes
    table[:CLASSES, CLASSES] = before * np.maximum(1 - becomes.sum(axis=1), 0.0)
    table[CLASSES, :CLASSES] = begun
    # A class that grows out of nothing in the prior: everything is a little possible.
    table[:CLASSES, :CLASSES] += 1e-9 * before[:, None]
    for _ in range(_ROUNDS):
        table[:CLASSES] *= _ratio(before, table[:CLASSES].sum(axis=1))[:, None]
        factor = _ratio(after, table[:, :CLASSES].sum(axis=0))
        table[:, :CLASSES] *= factor[None, :]
        if np.abs(factor[after > 0] - 1).max(initial=0.0) < 1e-9:
            break
    rows = np.maximum(table[:CLASSES].sum(axis=1), 1e-30)
    return (
        np.where(before[:, None] > 0, table[:CLASSES, :CLASSES] / rows[:, None], becomes),
        forms * _ratio(table[CLASSES, :CLASSES], begun)[None, :],
    )


def _by_band(chance: Chances) -> Floats:
    """Mean over the ages of each band [kinds, bands]."""
    found = np.zeros((len(chance), BANDS))
    for band, first in enumerate(AGE_FROM):
        weights = _weights(band)
        found[:, band] = chance[:, first : first + len(weights)] @ weights
    return found


def _weights(band: int) -> Floats:
    """How heads of a band spread over its ages: in the youngest few are 18, in the oldest few are over 90."""
    last = AGE_FROM[band + 1] if band + 1 < BANDS else _OLDEST
    count = last - AGE_FROM[band]
    if band == 0:
        weights = np.arange(1.0, count + 1)
    elif band == BANDS - 1:
        weights = np.arange(float(count), 0, -1)
    else:
        weights = np.ones(count)
    return np.asarray(weights / weights.sum())


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.ones_like(wanted), where=found > 0)
