"""What a mix of new homes would do, in milliseconds: the first tier's chain laid over the buurten of a town.

New homes free homes (tier 0); a part of those lies in the town, nearer buurten more; who leaves them has the income of
who moves into the kind above, who fills them that of who lives in such homes now. The same draws of chances serve all
mixes, so that differences between mixes are surer than each mix. A handful is to be confirmed by the third tier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import FORMS, INCOME_GROUPS, PRICES, SEGMENTS, SOCIAL, income_group, segment
from stadspeil.simulation.vacancy_chain import Chain, Prepared, prepare
from stadspeil.simulation.world import NEVER, NOBODY, World

Floats = NDArray[np.float64]

# Higher is better on each.
CRITERIA = ("treden", "gelijkheid", "blijvers", "sociaal_vrij", "regio")
CRITERIA_TITLES = {
    "treden": "ontbrekende treden gevuld, woningen",
    "gelijkheid": "minder verschil tussen buurten, procentpunt lage inkomens",
    "blijvers": "hogere inkomens die er door de ketens in bestaande woningen bij komen, min wie vertrekt, huishoudens",
    "sociaal_vrij": "corporatiewoningen die in de gemeente vrijkomen, woningen",
    "regio": "woningen die elders in de regio vrijkomen, woningen",
}
CHAINS = "ketens"
_LOW, _HIGH = 0, 2
_TENURE = np.arange(SEGMENTS) // (len(FORMS) * len(PRICES))
_AT_ONCE = 200


@dataclass(frozen=True)
class Town:
    """What is known of a town; b buurten.

    codes       of buurten                      stock [b, 18]     homes by segment
    income [b, 3]    households by income group  enters [18, 3]   income groups of who lives in a segment, adding up to one
    missing [18]     homes that are missing of each segment: the treads      distance [b, b]  km between middles
    """

    codes: tuple[str, ...]
    stock: Floats
    income: Floats
    enters: Floats
    missing: Floats
    distance: Floats


def town_of(world: World, town: str, missing: Floats | None = None) -> Town:
    """A town of a population. Without `missing` the treads are what it has less of than the rest of the population.

    Raises:  QuestionError when the population does not have the town.
    """
    places, homes, people = world.places, world.dwellings, world.households
    if town not in places.town_codes:
        raise QuestionError(f"gemeente {town}", "zit niet in de bevolking", "neem de gemeente op in de bevolking")
    inside = places.town == places.town_codes.index(town)
    stands = (homes.from_month <= 0) & (homes.until_month == NEVER)
    kind = segment(homes.tenure, homes.form, homes.price).astype(np.intp)
    buurten = len(places.codes)
    stock = np.bincount(homes.buurt[stands] * SEGMENTS + kind[stands], minlength=buurten * SEGMENTS).reshape(
        buurten, -1
    )
    lived = homes.household != NOBODY
    group = income_group(people.decile[homes.household[lived]]).astype(np.intp)
    groups = len(INCOME_GROUPS)
    income = np.bincount(homes.buurt[lived] * groups + group, minlength=buurten * groups).reshape(buurten, -1)
    enters = np.bincount(kind[lived] * groups + group, minlength=SEGMENTS * groups).reshape(SEGMENTS, -1) + 1e-3
    spots = np.stack([places.east, places.north], axis=1)[inside].astype(np.float64)
    ours = stock[inside].astype(np.float64)
    lacking = shortfall(ours.sum(axis=0), stock[~inside].sum(axis=0).astype(np.float64)) if missing is None else missing
    return Town(
        tuple(np.array(places.codes)[inside]), ours, income[inside].astype(np.float64),
        enters / enters.sum(axis=1, keepdims=True), lacking,
        np.sqrt(((spots[:, None] - spots[None]) ** 2).sum(axis=2)),
    )  # fmt: skip


def shortfall(stock: Floats, others: Floats) -> Floats:
    """Homes of each segment that a town has less of than it would with the shares of others."""
    if others.sum() <= 0:
        return np.zeros_like(stock)
    return np.maximum(others / others.sum() * stock.sum() - stock, 0)


@dataclass(frozen=True)
class Surrogate:
    """A town with draws of what is not known for sure; index 0 of the first axis of each is the middle.

    local [d, 18]  share of freed homes of a segment that lies in the town      near [d, b, b]  weight of distance
    """

    town: Town
    prepared: Prepared
    local: Floats
    near: Floats

    @property
    def tiers(self) -> dict[str, str]:
        """Which tier judges each criterion."""
        return dict.fromkeys(CRITERIA, CHAINS)

    def by_tier(self, homes: Floats, sites: NDArray[np.intp]) -> dict[str, Floats]:
        """Scores as each tier sees them."""
        return {CHAINS: self.scores(homes, sites)}

    def scores(self, homes: Floats, sites: NDArray[np.intp]) -> Floats:
        """CRITERIA of mixes: homes[n, sites, 18], `sites` the row of each site's buurt. Shape [n, draws, criteria]."""
        parts = [self._scores(homes[at : at + _AT_ONCE], sites) for at in range(0, len(homes), _AT_ONCE)]
        return np.concatenate(parts)

    def _scores(self, homes: Floats, sites: NDArray[np.intp]) -> Floats:
        town = self.town
        built = homes.sum(axis=1)
        freed = np.einsum("ns,dsk->ndk", built, self.prepared.freed)
        inside = freed * self.local
        treads = np.minimum(town.missing, built[:, None] + inside).sum(axis=2)
        change = self._changes(homes, sites, built, inside)
        before = apart(town.income[:, _LOW], town.income.sum(axis=1))
        after_all = town.income + change
        lies_in = (np.arange(len(town.codes))[:, None] == sites[None, :]).astype(np.float64)
        added = np.einsum("bi,nig->nbg", lies_in, homes @ town.enters)
        after_all = np.maximum(after_all + added[:, None], 0)
        equal = before - apart(after_all[..., _LOW], after_all.sum(axis=3))
        # Net over buurten: a sum of losses alone would grow with chance in the third tier, and not here.
        gone = change[..., _HIGH].sum(axis=2)
        social = inside[..., _TENURE == SOCIAL].sum(axis=2)
        return np.stack([treads, equal, gone, social, (freed - inside).sum(axis=2)], axis=2)

    def _changes(self, homes: Floats, sites: NDArray[np.intp], built: Floats, inside: Floats) -> Floats:
        """Change of households by income group in existing homes, [n, d, b, 3]: who fills what came free, less who left."""
        town, chain = self.town, self.prepared.chain
        # Who frees a home of kind k moved into kind s: new homes and freed ones, as the chain links them.
        later = self.prepared.freed[0]
        into = np.einsum("ns,sk->nsk", built, chain.first_onward) + np.einsum("ns,sk->nsk", built @ later, chain.onward)
        whom = np.einsum("nsk,sg->nkg", into, town.enters) / np.maximum(into.sum(axis=1), 1e-30)[:, :, None]
        gains = town.enters[None] - whom
        weight = homes.sum(axis=2) / np.maximum(built.sum(axis=1), 1e-30)[:, None]
        pull = np.einsum("ni,dib->ndb", weight, self.near[:, sites])
        share = town.stock.T[None, None] * pull[:, :, None, :]
        share = share / np.maximum(share.sum(axis=3, keepdims=True), 1e-30)
        leaving = (share * inside[..., None]).swapaxes(2, 3)
        return np.asarray(leaving @ gains[:, None])


def surrogate_of(
    town: Town, chain: Chain, catalogue: Catalogue, rng: np.random.Generator, draws: int = 60
) -> Surrogate:
    """The town with a chain and so many draws: of the chain's chances, of what stays in town, and of what distance does."""
    local = np.empty((draws + 1, SEGMENTS))
    for tenure in range(3):
        id = "balans_binnen_corporatie" if tenure == SOCIAL else "balans_binnen_koop"
        local[:, tenure == _TENURE] = _believed(catalogue, id, rng, draws)[:, None]
    slope = _believed(catalogue, "balans_helling", rng, draws)
    near = np.exp(-slope[:, None, None] * town.distance[None])
    return Surrogate(town, prepare(chain, rng, draws), local, near)


def _believed(catalogue: Catalogue, id: str, rng: np.random.Generator, draws: int) -> Floats:
    """The value of a parameter, then draws over the range in which it is believed."""
    entry = catalogue.parameters[id]
    low, high = entry.believed
    return np.concatenate([[entry.value], rng.uniform(low, high, draws)])


def apart(low: Floats, households: Floats) -> Floats:
    """Standard deviation over buurten of the share of low incomes, weighed by households, in percentage points."""
    total = np.maximum(households, 1e-30)
    share = 100 * low / total
    weight = total / total.sum(axis=-1, keepdims=True)
    mean = (weight * share).sum(axis=-1, keepdims=True)
    return np.sqrt((weight * (share - mean) ** 2).sum(axis=-1))
