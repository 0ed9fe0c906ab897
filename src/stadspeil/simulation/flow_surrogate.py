"""What a mix of new homes would do by the second tier, in milliseconds: new homes as room in flows of households by class.

Every household that seeks arrives and every home that is free is filled (doubly constrained gravity, `around`). Who fills
a new home follows: by class, and by the buurt or gemeente it comes from. What it leaves is filled in the same way, link
by link. All of this is linear in the homes of a mix, so it is done once per site and kind of home; a mix is a sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError
from stadspeil.simulation.around import Balanced, Surroundings, balance
from stadspeil.simulation.classes import FORMS, INCOME_GROUPS, PRICES, SEGMENTS, SOCIAL
from stadspeil.simulation.surrogate import CRITERIA, Town, apart

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

FLOWS = "stromen"
# Links that are followed; of a hundred new homes less than one is freed in all later ones together.
LINKS = 12
_LOW, _HIGH = 0, 2
_GROUPS = len(INCOME_GROUPS)
_SOCIAL = np.arange(SEGMENTS) // (len(FORMS) * len(PRICES)) == SOCIAL
_AT_ONCE = 100


@dataclass(frozen=True)
class Response:
    """What one new home on a site sets in motion; d draws, j = sites x 18 kinds, b buurten of the town.

    inside [d, j, 18]  homes freed in the town     outside [d, j]  homes freed elsewhere
    change [d, j, b, 3]  households by income group in homes of a buurt that stood      moved_in [d, j, 3]  in the new home
    """

    inside: Floats
    outside: Floats
    change: Floats
    moved_in: Floats


@dataclass(frozen=True)
class FlowSurrogate:
    """A town with the response of its sites; index 0 of the draws is the middle. `rows`: buurten of the sites."""

    town: Town
    rows: Rows
    response: Response

    @property
    def tiers(self) -> dict[str, str]:
        """Which tier judges each criterion."""
        return dict.fromkeys(CRITERIA, FLOWS)

    def by_tier(self, homes: Floats, sites: Rows) -> dict[str, Floats]:
        """Scores as each tier sees them."""
        return {FLOWS: self.scores(homes, sites)}

    def scores(self, homes: Floats, sites: Rows) -> Floats:
        """CRITERIA of mixes: homes[n, sites, 18], `sites` the row of each site's buurt. Shape [n, draws, criteria].

        Raises:  QuestionError for sites that the response was not made for.
        """
        if not np.array_equal(sites, self.rows):
            raise QuestionError(
                "afweging met stromen", "de locaties zijn andere dan waarvoor de stromen gemaakt zijn",
                "dit is een fout in het programma; meld het",
            )  # fmt: skip
        parts = [self._scores(homes[at : at + _AT_ONCE]) for at in range(0, len(homes), _AT_ONCE)]
        return np.concatenate(parts)

    def _scores(self, homes: Floats) -> Floats:
        town, found = self.town, self.response
        flat, built = homes.reshape(len(homes), -1), homes.sum(axis=1)
        inside = np.tensordot(flat, found.inside, (1, 1))
        change = np.tensordot(flat, found.change, (1, 1))
        treads = np.minimum(town.missing, built[:, None] + inside).sum(axis=2)
        before = apart(town.income[:, _LOW], town.income.sum(axis=1))
        lies_in = (np.arange(len(town.codes))[:, None] == self.rows[None, :]).astype(np.float64)
        moved_in = found.moved_in.reshape(-1, len(self.rows), SEGMENTS, _GROUPS)
        added = np.einsum("bi,nidg->ndbg", lies_in, np.einsum("nik,dikg->nidg", homes, moved_in), optimize=True)
        after = np.maximum(town.income + change + added, 0)
        equal = before - apart(after[..., _LOW], after.sum(axis=3))
        gone, social = change[..., _HIGH].sum(axis=2), inside[..., _SOCIAL].sum(axis=2)
        return np.stack([treads, equal, gone, social, flat @ found.outside.T], axis=2)


def flow_surrogate_of(
    town: Town, beliefs: Sequence[Surroundings], rows: Rows, yearly: Floats, levels: Floats, mix: Floats
) -> FlowSurrogate:
    """The town with the response of its sites.

    beliefs  what surrounds it: as believed most, then otherwise; draws take the others in turn
    yearly [sites, 18]  homes that a mix adds in a year in the mean, which count as room in the balance
    levels [draws]  homes that a home of the country's `mix` frees in all: the part of movers that leaves an empty home is set to it
    """
    added = np.zeros((len(beliefs[0].households), SEGMENTS))
    np.add.at(added, rows, yearly)
    made: list[_Links] = []
    begin: Balanced | None = None
    for each in beliefs:
        found = balance(each, added, begin)
        begin = begin or found
        made.append(_links(found, rows, len(town.codes), mix))
    turns = [0, *(1 + draw % max(len(made) - 1, 1) for draw in range(len(levels) - 1))]
    turns = [min(turn, len(made) - 1) for turn in turns]
    parts = [made[turn].weighed(float(level)) for turn, level in zip(turns, levels, strict=True)]
    return FlowSurrogate(town, rows, Response(*(np.stack(each) for each in zip(*parts, strict=True))))


@dataclass(frozen=True)
class _Links:
    """Of one balance, by link l: homes freed inside [l, j, 18] and outside [l, j], who came [l, j, b, 3] and went, and of the
    country's mix homes freed [l]. As if everyone who moves leaves an empty home."""

    inside: Floats
    outside: Floats
    came: Floats
    went: Floats
    country: Floats

    def weighed(self, level: float) -> tuple[Floats, Floats, Floats, Floats]:
        """One draw of Response, with the links as short as the level asks."""
        part = _part_that_frees(self.country, level)
        weights = part ** np.arange(1, len(self.country) + 1)
        change = np.tensordot(weights[:-1], self.came[1:], 1) - np.tensordot(weights, self.went, 1)
        moved_in = self.came[0].sum(axis=1)
        return np.tensordot(weights, self.inside, 1), weights @ self.outside, change, moved_in


def _links(made: Balanced, rows: Rows, buurten: int, mix: Floats) -> _Links:
    """A home of each kind on each site, and the country's mix where homes of the town stand, followed."""
    count = len(rows) * SEGMENTS
    stands = made.around.households[:buurten].sum(axis=2)
    vacant = np.zeros((count + 1, len(made.around.households), SEGMENTS))
    vacant[np.arange(count), np.repeat(rows, SEGMENTS), np.tile(np.arange(SEGMENTS), len(rows))] = 1.0
    vacant[count, :buurten] = mix * stands / np.maximum(stands.sum(axis=0), 1e-30)
    inside, outside, came, went, country = [], [], [], [], []
    for arrive, leave, homes in made.links(vacant, LINKS):
        inside.append(homes[:count, :buurten].sum(axis=1))
        outside.append(homes[:count, buurten:].sum(axis=(1, 2)))
        came.append(_by_income(arrive[:count, :buurten]))
        went.append(_by_income(leave[:count, :buurten]))
        country.append(homes[count].sum())
    return _Links(np.stack(inside), np.stack(outside), np.stack(came), np.stack(went), np.array(country))


def _part_that_frees(links: Floats, level: float) -> float:
    """Part of those who move that leaves an empty home, such that all links together free `level` homes; the others leave
    somebody behind, or have moved in with somebody."""
    low, high = 0.0, 2.0
    powers = np.arange(1, len(links) + 1)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if (middle**powers * links).sum() < level else (low, middle)
    return (low + high) / 2


def _by_income(classes: Floats) -> Floats:
    """Classes [..., 60] as income groups [..., 3]: of a class the income is the fastest."""
    return np.asarray(classes.reshape(*classes.shape[:-1], -1, _GROUPS).sum(axis=-2))
