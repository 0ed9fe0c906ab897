"""Intervals against planted truths: worlds whose studies and truth are drawn as the library believes, and as it does not.

A world: what works on average and how far places lie apart, studies of that, and one place more. The studies go through
pooling and through the effects of a package; the truth in that place goes through arithmetic by hand. In nine of ten
worlds the truth must lie inside the 90 % interval.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest
from appraisal_grounds import CODES, ground
from appraisal_packages import intervention, line, measure, package
from invented_studies import OURS, Design, Nature, studied, truly_reached, world

from stadspeil.appraisal.effects import effects_of
from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.measured import Measured, library_of, measured_of
from stadspeil.appraisal.pooling import beliefs_of, pooled, posterior_of
from stadspeil.catalogue.appraisal_entries import EffectUnit
from stadspeil.sources.nieuwland.working import LINES, LISTED

pytestmark = pytest.mark.slow
WORLDS, DRAWS, NOMINAL = 400, 2000, 0.90
BELIEFS, REACH, SPREAD = beliefs_of(OURS), (0.6, 0.75, 0.9), 2.0
# The ceiling is another rule: here nothing reaches it.
FREE = np.full(4, 1e6)
POOLS: dict[str, tuple[tuple[Design, ...], EffectUnit, float]] = {
    "one trial": ((Design(),), "sd", 1.0),
    "five trials": ((Design(),) * 5, "sd", 1.0),
    "eight trials abroad": ((Design(error=0.06, country="US"),) * 8, "sd", 1.0),
    "four matched comparisons": ((Design("B", 0.12),) * 4, "sd", 1.0),
    "three designs, two countries": (
        (Design(), Design("B", country="US"), Design("C", 0.15), Design("B", 0.08, "UK")), "sd", 1.0,
    ),
    "three trials in percent": ((Design(), Design(), Design(error=0.15)), "percent", 40.0),
    "four weak designs": ((Design("C", 0.12),) * 4, "sd", 1.0),
    "three accounts": ((Design("D", 0.12),) * 3, "sd", 1.0),
    "twelve accounts": ((Design("D", 0.12),) * 12, "sd", 1.0),
    "four weak designs in percent": ((Design("C", 0.12),) * 4, "percent", 40.0),
}  # fmt: skip
# Of standard deviations: here the assumptions of the library hold, to the letter where nothing is hidden.
SOUND = [name for name, (designs, unit, _) in POOLS.items() if unit == "sd" and designs[0].strength in "AB"]
WEAK = [name for name, (designs, _, _) in POOLS.items() if designs[0].strength in "CD"]


@functools.cache
def coverage(name: str, nature: str = "as believed") -> tuple[float, float]:
    """Share of worlds whose truth lies inside the interval of the effect, and inside that of the mean over places."""
    designs, unit, scale = POOLS[name]
    what = intervention(line(), reach=REACH)
    land = ground(spreads={"woninginbraken": SPREAD}, gaps={"woninginbraken": FREE})
    units = -SPREAD if unit == "sd" else -0.01
    inside = about_mean = 0
    for number in range(WORLDS):
        rng = np.random.default_rng([number, *name.encode()])
        made = world(rng, designs, BELIEFS, unit=unit, scale=scale, nature=NATURES[nature])
        catalogue = dataclasses.replace(studied(OURS, made.studies), interventions={"proef": what})
        effects = effects_of(package(measure()), land, Frame(2027, 20, DRAWS, seed=number), catalogue)
        (found,) = (each for each in effects if each.part == "zittend")
        truth = made.here * truly_reached(rng, REACH) * units
        low, high = np.percentile(found.size, (5, 95))
        inside += bool(low <= truth <= high)
        mean = pooled("proef", library_of({each.id: each for each in made.studies}), BELIEFS).posterior
        half = 1.645 * mean.mean_sd * REACH[1] * abs(units)
        about_mean += bool(abs(mean.mean * REACH[1] * units - truth) <= half)
    return inside / WORLDS, about_mean / WORLDS


NATURES = {
    "as believed": Nature(),
    "weak designs overstate nothing": Nature(trust={"C": 1.0}, bias={"C": 0.0}),
    "weak designs overstate twice as much": Nature(trust={"C": 0.3}),
    "weak designs hide three times as much": Nature(bias={"C": 0.6}),
    "trials overstate by half": Nature(trust={"A": 0.67}),
    "trials hide half their effect": Nature(bias={"A": 0.5}),
    "here as where it was studied": Nature(as_studied=True),
}


def error(worlds: int) -> float:
    """Standard error of a share of so many worlds at the nominal rate."""
    return float(np.sqrt(NOMINAL * (1 - NOMINAL) / worlds))


@pytest.mark.parametrize("name", SOUND)
def test_the_truth_lies_inside_the_interval_at_the_nominal_rate(name: str) -> None:
    assert coverage(name)[0] == pytest.approx(NOMINAL, abs=2.5 * error(WORLDS))


def test_over_all_sound_pools_together_the_rate_is_nominal_within_a_finer_margin() -> None:
    rate = float(np.mean([coverage(name)[0] for name in SOUND]))
    assert rate == pytest.approx(NOMINAL, abs=2.5 * error(WORLDS * len(SOUND)))


@pytest.mark.parametrize("name", SOUND)
def test_an_interval_of_the_mean_covers_too_little_and_less_the_more_studies_there_are(name: str) -> None:
    """Negative control: who gives a town the interval of the mean over places promises too much."""
    assert coverage(name)[1] < NOMINAL - 4 * error(WORLDS)
    assert coverage("five trials")[1] < coverage("one trial")[1] - 0.1


def test_where_the_scale_is_read_from_the_studies_the_interval_is_a_little_too_wide() -> None:
    """Percentages have no scale of their own: twice the largest bound that a study names, which is more than the truth."""
    assert 0.90 < coverage("three trials in percent")[0] < 0.97


@pytest.mark.parametrize("name", WEAK)
def test_where_all_studies_are_weak_the_interval_covers_too(name: str) -> None:
    """What is hidden is not normal, so that the margin is wider than that of chance."""
    assert 0.86 - 2.5 * error(WORLDS) < coverage(name)[0] < 0.95


def test_over_all_weak_pools_together_the_rate_is_nearly_nominal() -> None:
    assert 0.85 < np.mean([coverage(name)[0] for name in WEAK]) < 0.925


@pytest.mark.parametrize(("name", "before"), [("four weak designs", 0.84), ("three accounts", 0.71)])
def test_a_bias_that_follows_what_each_study_reports_covers_too_little(name: str, before: float) -> None:
    """Negative control: the error of each study grown by a share of its own report, as the library once did."""
    designs, unit, scale = POOLS[name]
    inside = 0
    for number in range(WORLDS):
        made = world(np.random.default_rng([number, *name.encode()]), designs, BELIEFS, unit=unit, scale=scale)
        grown = [grown_by_itself(measured_of(each)) for each in made.studies]
        low, high = posterior_of(grown, dataclasses.replace(BELIEFS, bias=dict.fromkeys("ABCD", 0.0))).reach
        inside += bool(low <= made.here <= high)
    assert inside / WORLDS == pytest.approx(before, abs=0.04)
    assert coverage(name)[0] > inside / WORLDS


def grown_by_itself(study: Measured) -> Measured:
    """A study whose interval holds a share of its own effect beside its error."""
    effect, low, high = study.size
    half = BELIEFS.interval / 2 * np.hypot((high - low) / BELIEFS.interval, BELIEFS.bias[study.strength] * effect)
    return dataclasses.replace(study, low=effect - half, high=effect + half)


@pytest.mark.parametrize(
    ("name", "nature", "low", "high"),
    [
        ("four weak designs", "weak designs overstate nothing", 0.60, 0.77),
        ("four weak designs", "weak designs overstate twice as much", 0.83, 0.93),
        ("four weak designs", "weak designs hide three times as much", 0.82, 0.94),
        ("five trials", "trials overstate by half", 0.84, 0.94),
        ("five trials", "trials hide half their effect", 0.87, 0.97),
        ("five trials", "here as where it was studied", 0.90, 0.98),
        ("eight trials abroad", "here as where it was studied", 0.95, 1.00),
    ],
)
def test_what_the_interval_is_worth_where_designs_are_not_as_believed(
    name: str, nature: str, low: float, high: float
) -> None:
    assert low <= coverage(name, nature)[0] <= high


def restudied(number: int, rng: np.random.Generator) -> tuple[list, dict[str, float]]:
    """For every pool of the case as many studies anew, as strong, wide and far away as ours; and what is true here."""
    library, studies, here = library_of(OURS.studies), [], {}
    for pool in sorted({each.kind for each in LINES}):
        ours = pooled(pool, library, BELIEFS).studies
        scale = (
            1.0 if ours[0].unit == "sd"
            else 2.0 * max(BELIEFS.trust[each.strength] * abs(bound) for each in ours for bound in each.size)
        )  # fmt: skip
        designs = [
            Design(each.strength, (each.size[2] - each.size[1]) / BELIEFS.interval / scale, each.country)
            for each in ours
        ]
        made = world(rng, designs, BELIEFS, unit=ours[0].unit, scale=scale, pool=pool)
        studies += made.studies
        here[pool] = made.here
    return studies, here


@functools.cache
def case_coverage() -> dict[str, float]:
    """Per line of the worked case of Nieuwland the share of worlds whose truth lies inside its interval."""
    indicators = {each.indicator for each in LINES}
    land = ground(
        levels=dict.fromkeys(indicators, np.array([80.0, 20.0, 30.0, 10.0])), spreads=dict.fromkeys(indicators, SPREAD),
        gaps=dict.fromkeys(indicators, FREE), fields={},
    )  # fmt: skip
    names = list(dict.fromkeys(each.intervention for each in LINES if each.intervention != LISTED))
    whole = package(
        *(measure(id=name, intervention=name, areas=(CODES[0],), dose=1e6) for name in names), labelled=True
    )
    inside = dict.fromkeys((f"{each.intervention}.{each.line}" for each in LINES), 0)
    for number in range(WORLDS):
        rng = np.random.default_rng([number, 77])
        studies, here = restudied(number, rng)
        reached = {name: truly_reached(rng, OURS.interventions[name].reach) for name in names}
        effects = effects_of(whole, land, Frame(2027, 20, DRAWS, seed=number), studied(OURS, studies))
        for each in LINES:
            key = f"{each.intervention}.{each.line}"
            (found,) = (
                one for one in effects
                if one.part == "etiket" == each.line
                or (one.measure, one.line, one.part) == (each.intervention, each.line, "zittend")
            )  # fmt: skip
            truth = by_hand(each, here[each.kind], reached.get(each.intervention, 1.0))
            low, high = np.percentile(found.size, (5, 95))
            inside[key] += bool(low - 1e-9 <= truth <= high + 1e-9)
    return {key: count / WORLDS for key, count in inside.items()}


def by_hand(each, here: float, reached: float) -> float:
    """The true change of residents at a full dose, in the units in which an effect has its size."""
    if each.intervention == LISTED:
        return here / 100
    entry = OURS.interventions[each.intervention]
    (told,) = (one for one in entry.effects if one.id == each.line)
    unit = next(study.unit for study in OURS.studies.values() if study.pool == told.pool and study.unit != "sign")
    per = {
        "sd": told.spread or SPREAD, "percent": 0.01, "per_participant": OURS.indicators[told.indicator].per, "points": 1.0,
    }[unit]  # fmt: skip
    left = (1 - told.deadweight) * (1 - told.leakage) * (1 - told.displacement) * (1 - told.composition)
    whole = here * told.factor * reached * per
    return (min(whole, told.ceiling) if told.ceiling else whole) * left


def test_every_line_of_the_case_covers_its_truth_at_the_nominal_rate() -> None:
    """The studies of ours anew in every world; the one weak pool and the scales read from data cost a little."""
    found = case_coverage()
    assert np.mean(list(found.values())) == pytest.approx(NOMINAL, abs=0.02)
    assert min(found.values()) > 0.84
    assert max(found.values()) < 0.96
