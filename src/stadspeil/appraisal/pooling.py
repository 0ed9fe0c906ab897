"""What a new place may expect of an intervention: studies of one pool taken together by random effects, exactly.

    y_i ~ N(mu, v_i + tau^2)     mu ~ N(0, m^2)     tau ~ half normal(s)     new place ~ N(mu, tau^2 + transfer^2)
    v_i = e_i^2 + b_i^2 (E[mu^2 | tau] + tau^2 + e_i^2)

y_i is what the study found times the trust in its design, e_i its error, b_i what the design may hide as a share of what
is true: of what is true, and not of what the study itself reports, or the one that reports little by chance would seem
surest. E[mu^2 | tau] is that of the whole pool, found by repetition. Given tau everything is normal, so that only tau
needs a grid: cells of equal prior mass, weighed by their likelihood. What comes out is the distribution of a new place,
which is wider than that of the mean. See docs/explanation/evidence.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.measured import Measured, library_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import EffectUnit, Strength
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]
CELLS, ROUNDS = 600, 200
STRENGTHS: tuple[Strength, ...] = ("A", "B", "C", "D")
HOME = "NL"


@dataclass(frozen=True)
class Beliefs:
    """What is thought before any study is read; all of it parameters `pooling_*`.

    trust, bias       by strength: share of the effect that counts, extra error as a share of what was reported
    mean, spread      of the prior, in standard deviations (elsewhere times the scale of the pool)
    transfer_spread, transfer_mean, abroad   how much wider a new place is
    interval          width of a study's interval in standard errors
    """

    trust: Mapping[Strength, float]
    bias: Mapping[Strength, float]
    mean: float
    spread: float
    transfer_spread: float
    transfer_mean: float
    abroad: float
    interval: float


@dataclass(frozen=True)
class Posterior:
    """What the studies of a pool say together, exact on the grid of tau.

    tau       cells of the grid           weights   their posterior mass, sums to 1
    means, variances   of the mean effect given tau     foreign   share of the weight that is not Dutch, given tau
    given     what each study weighs, in the order of the studies; the rest up to 1 is the prior's
    """

    tau: Floats
    weights: Floats
    means: Floats
    variances: Floats
    foreign: Floats
    given: tuple[float, ...]
    prior_spread: float
    beliefs: Beliefs

    @property
    def mean(self) -> float:
        """Expected effect, of the mean and of a new place alike."""
        return float(self.weights @ self.means)

    @property
    def mean_sd(self) -> float:
        """Standard deviation of the mean effect over places."""
        return math.sqrt(float(self.weights @ (self.variances + self.means**2)) - self.mean**2)

    @property
    def between(self) -> float:
        """Expected standard deviation between places."""
        return float(self.weights @ self.tau)

    @property
    def place_variances(self) -> Floats:
        """Variance of the effect in a new place given tau, transfer included."""
        beliefs, deviation = self.beliefs, np.sqrt(self.variances)
        ratio, square = self.means / deviation, self.variances + self.means**2
        # E|mu| of a normal, for the square of a*tau + b*|mu|.
        absolute = deviation * math.sqrt(2 / math.pi) * np.exp(-(ratio**2) / 2) + self.means * (1 - 2 * ndtr(-ratio))
        stretch = 1.0 + (beliefs.abroad - 1.0) * self.foreign
        widened: Floats = stretch**2 * (
            (beliefs.transfer_spread * self.tau) ** 2
            + 2 * beliefs.transfer_spread * beliefs.transfer_mean * self.tau * absolute
            + beliefs.transfer_mean**2 * square
        )
        return self.variances + self.tau**2 + widened

    @property
    def place_sd(self) -> float:
        """Standard deviation of the effect in a new place."""
        return math.sqrt(float(self.weights @ (self.place_variances + self.means**2)) - self.mean**2)

    @property
    def reach(self) -> tuple[float, float]:
        """Where nine of ten new places lie: the fifth and ninety-fifth percentile."""
        deviations = np.sqrt(self.place_variances)

        def above(value: float, share: float) -> float:
            return float(self.weights @ ndtr((value - self.means) / deviations)) - share

        far = 12 * float(deviations.max()) + float(np.abs(self.means).max())
        low, high = (float(brentq(above, -far, far, args=(share,))) for share in (0.05, 0.95))
        return low, high

    def draw(self, source: np.random.Generator, draws: int) -> Floats:
        """Effects in a new place, one per draw."""
        cell = np.minimum(np.searchsorted(np.cumsum(self.weights), source.random(draws)), self.tau.size - 1)
        within = (cell + source.random(draws)) / self.tau.size
        tau = _half_normal(within, self.prior_spread)
        mean = self.means[cell] + np.sqrt(self.variances[cell]) * source.standard_normal(draws)
        stretch = 1.0 + (self.beliefs.abroad - 1.0) * self.foreign[cell]
        transfer = stretch * (self.beliefs.transfer_spread * tau + self.beliefs.transfer_mean * np.abs(mean))
        drawn: Floats = mean + np.sqrt(tau**2 + transfer**2) * source.standard_normal(draws)
        return drawn


@dataclass(frozen=True)
class Pooled:
    """A pool: its studies, what they say together, and which were left out and why (Dutch sentences by id)."""

    pool: str
    unit: EffectUnit
    studies: tuple[Measured, ...]
    left_out: Mapping[str, str]
    strength: Strength
    posterior: Posterior

    @property
    def trace(self) -> tuple[str, ...]:
        """What it rests on."""
        used = [id for each in self.studies for id in each.ids]
        return (*(f"studie:{id}" for id in used), *(f"parameter:{id}" for id in sorted(PARAMETERS)))


@dataclass(frozen=True)
class Predicted:
    """The effect in a new place.

    size      S draws, in the unit of the pool; positive is favorable unless the unit is 'points'
    between   expected standard deviation between places     strength   that of most of the weight
    trace     'studie:<id>' and 'parameter:<id>', never empty
    """

    pool: str
    unit: EffectUnit
    size: Floats
    mean: float
    between: float
    strength: Strength
    studies: tuple[str, ...]
    trace: tuple[str, ...]
    left_out: Mapping[str, str]


def pool_draw(pool: str) -> str:
    """The name of the draws of what a pool says of a new place: one draw, whatever measures and lines rest on it."""
    return f"pool:{pool}"


def predict(pool: str, catalogue: Catalogue, frame: Frame) -> Predicted:
    """What the studies of a pool say that a new place may expect, drawn by the name of the pool.

    Raises:  QuestionError where the pool does not exist, or no study of it has a size that still stands.
    """
    found = pooled(pool, library_of(catalogue.studies), beliefs_of(catalogue))
    return Predicted(
        pool=pool,
        unit=found.unit,
        size=found.posterior.draw(frame.source(pool_draw(pool)), frame.draws),
        mean=found.posterior.mean,
        between=found.posterior.between,
        strength=found.strength,
        studies=tuple(id for each in found.studies for id in each.ids),
        trace=found.trace,
        left_out=found.left_out,
    )


def pool_unit(pool: str, catalogue: Catalogue) -> EffectUnit | Literal[""]:
    """What the studies of a pool count in: those with a size, for a gap or a direction has no unit. None: no such study."""
    usable = (each for each in library_of(catalogue.studies).values() if each.pool == pool and not each.why_not)
    return next((each.unit for each in usable), "")


def pooled(pool: str, library: Mapping[str, Measured], beliefs: Beliefs) -> Pooled:
    """The studies of a pool taken together, those of one program counted once.

    Raises:  QuestionError where the pool does not exist, or no study of it has a size that still stands.
    """
    inside = [each for each in library.values() if each.pool == pool]
    if not inside:
        known = sorted({each.pool for each in library.values()})
        raise QuestionError(
            f"groep van studies '{pool}'", f"bestaat niet{near_match(pool, known)}", "zie 'stadspeil evidence'"
        )
    left_out = {each.id: each.why_not for each in inside if each.why_not}
    usable = [each for each in inside if not each.why_not]
    if not usable:
        raise QuestionError(
            f"groep van studies '{pool}'",
            [f"{id} {reason}" for id, reason in left_out.items()],
            "reken met een eigen grootte (override, met bron), of voeg een studie toe in catalogue/evidence/effects",
        )
    studies = as_families(usable)
    posterior = posterior_of(studies, beliefs)
    return Pooled(pool, studies[0].unit, studies, left_out, _strength(studies, posterior.given), posterior)


def posterior_of(studies: Sequence[Measured], beliefs: Beliefs) -> Posterior:
    """Random effects of independent studies with a size, on a grid of tau. The order of studies changes nothing.

    Raises:  QuestionError where a study is withdrawn, has no size, or counts in another unit.
    """
    _refuse(studies)
    ordered = sorted(studies, key=lambda each: each.id)
    scale = _scale(ordered, beliefs)
    prior, spread = beliefs.mean * scale, beliefs.spread * scale
    tau = _half_normal((np.arange(CELLS) + 0.5) / CELLS, spread)
    found = np.array([beliefs.trust[each.strength] * each.size[0] for each in ordered])
    precision = 1.0 / (_noise(ordered, found, tau, prior, beliefs) + tau[None, :] ** 2)
    total = precision.sum(axis=0) + prior**-2.0
    means = (precision * found[:, None]).sum(axis=0) / total
    fit = 0.5 * (
        np.log(precision).sum(axis=0) - np.log(total) - (precision * found[:, None] ** 2).sum(axis=0) + total * means**2
    )
    weights = np.exp(fit - fit.max())
    weights /= weights.sum()
    abroad = np.array([each.country != HOME for each in ordered])
    foreign = (precision * abroad[:, None]).sum(axis=0) / precision.sum(axis=0)
    given = dict(zip((each.id for each in ordered), (precision / total) @ weights, strict=True))
    return Posterior(
        tau, weights, means, 1.0 / total, foreign, tuple(float(given[each.id]) for each in studies), spread, beliefs
    )


def as_families(studies: Sequence[Measured]) -> tuple[Measured, ...]:
    """Studies of one program as one: the mean of what they found, the widest interval, the weakest design."""
    known = {each.id: each for each in studies}
    grouped: dict[str, list[Measured]] = {}
    for each in studies:
        grouped.setdefault(_root(each, known), []).append(each)
    return tuple(_merged(kin) for _, kin in sorted(grouped.items()))


def beliefs_of(catalogue: Catalogue) -> Beliefs:
    """The beliefs of the catalogue."""
    return beliefs_from({id: catalogue.parameter(id) for id in PARAMETERS})


def beliefs_from(values: Mapping[str, float]) -> Beliefs:
    """Beliefs from the values of parameters `pooling_*` by id."""
    return Beliefs(
        trust={each: values[f"pooling_trust_{each.lower()}"] for each in STRENGTHS},
        bias={each: values[f"pooling_bias_{each.lower()}"] for each in STRENGTHS},
        mean=values["pooling_prior_mean"],
        spread=values["pooling_prior_spread"],
        transfer_spread=values["pooling_transfer_spread"],
        transfer_mean=values["pooling_transfer_mean"],
        abroad=values["pooling_abroad"],
        interval=values["pooling_interval"],
    )


PARAMETERS = (
    *(f"pooling_{kind}_{each.lower()}" for kind in ("trust", "bias") for each in STRENGTHS),
    "pooling_prior_mean", "pooling_prior_spread", "pooling_transfer_spread", "pooling_transfer_mean", "pooling_abroad",
    "pooling_interval",
)  # fmt: skip


def _noise(
    studies: Sequence[Measured], found: Floats, tau: Floats, prior: float, beliefs: Beliefs
) -> NDArray[np.float64]:
    """Variance of each study around what is true where it was done, by cell of tau (studies x cells): its error, and what
    its design may hide as a share of what is true."""
    error = np.array([((each.size[2] - each.size[1]) / beliefs.interval) ** 2 for each in studies])[:, None]
    hidden = np.array([(beliefs.bias[each.strength] / beliefs.trust[each.strength]) ** 2 for each in studies])[:, None]
    square = np.full(tau.size, float((found**2).mean()))
    noise: Floats = error + hidden * (square + tau**2 + error)
    for _ in range(ROUNDS):
        precision = 1.0 / (noise + tau**2)
        total = precision.sum(axis=0) + prior**-2.0
        square = ((precision * found[:, None]).sum(axis=0) / total) ** 2 + 1.0 / total
        before, noise = noise, error + hidden * (square + tau**2 + error)
        if np.allclose(noise, before, rtol=1e-10, atol=0.0):
            break
    return noise


def _scale(studies: Sequence[Measured], beliefs: Beliefs) -> float:
    """Units of the pool per standard deviation of the prior: 1 for sd, else twice the largest bound that a study names, for
    as much as its design is trusted."""
    if studies[0].unit == "sd":
        return 1.0
    return 2.0 * max(beliefs.trust[each.strength] * abs(bound) for each in studies for bound in each.size)


def _refuse(studies: Sequence[Measured]) -> None:
    wrong = [f"{each.id} {each.why_not}" for each in studies if each.why_not]
    units = sorted({each.unit for each in studies})
    if len(units) > 1:
        wrong.append(f"de studies tellen in {' en '.join(units)}; een groep heeft een eenheid")
    if not studies:
        wrong.append("er is geen studie om samen te nemen")
    if wrong:
        raise QuestionError("studies samennemen", wrong, "laat de genoemde studies weg")


def _root(study: Measured, known: Mapping[str, Measured]) -> str:
    """The first study of a program: a chain of `family` inside the pool, at most as long as there are studies."""
    id = study.id
    for _ in known:
        parent = known[id].family if id in known else ""
        if not parent or parent not in known:
            break
        id = parent
    return id


def _merged(kin: Sequence[Measured]) -> Measured:
    if len(kin) == 1:
        return kin[0]
    effects, widths = [each.size[0] for each in kin], [each.size[2] - each.size[1] for each in kin]
    middle, half = sum(effects) / len(effects), max(widths) / 2
    first = min(kin, key=lambda each: each.id)
    return Measured(
        id=first.id, pool=first.pool, unit=first.unit, effect=middle, low=middle - half, high=middle + half,
        strength=max(each.strength for each in kin),
        country=first.country if len({each.country for each in kin}) == 1 else "", status="active",
        also=tuple(sorted({id for each in kin for id in each.ids} - {first.id})),
    )  # fmt: skip


def _strength(studies: Sequence[Measured], given: Sequence[float]) -> Strength:
    """The strength that at least half of the weight has or passes."""
    half, passed = sum(given) / 2, 0.0
    for strength in STRENGTHS:
        passed += sum(weight for each, weight in zip(studies, given, strict=True) if each.strength == strength)
        if passed >= half - 1e-12:
            return strength
    return STRENGTHS[-1]


def _half_normal(mass: Floats, spread: float) -> Floats:
    """Where the half normal distribution has so much mass below it."""
    found: Floats = spread * ndtri(0.5 + 0.5 * np.clip(mass, 0.0, 1.0 - 1e-12))
    return found
