"""Random effects on a grid: against integration in two dimensions, against its own draws, and what may not enter."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.measured import Measured, library_of
from stadspeil.appraisal.pooling import as_families, beliefs_of, pooled, posterior_of, predict
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


@pytest.fixture(scope="module")
def beliefs(ours):
    return beliefs_of(ours)


def study(name: str, effect: float, error: float, strength: str = "A", country: str = "NL", **more) -> Measured:
    half = 1.96 * error
    given = {"unit": "sd", "status": "active"} | more
    return Measured(
        name, "proef", effect=effect, low=effect - half, high=effect + half, strength=strength, country=country, **given
    )


SOME = [
    study("a", 0.40, 0.10),
    study("b", 0.10, 0.15, "B"),
    study("c", -0.05, 0.20, "C", "US"),
    study("d", 0.6, 0.3, "D"),
]


def noise_given(tau, found, error, share, beliefs):
    """Variances of studies at one tau: what a design hides is a share of the square of what is expected of the pool, which
    in turn follows from those variances. Solved by bisection where the package repeats."""

    def variances(square):
        return error**2 + share**2 * (square + tau**2 + error**2)

    def surplus(square):
        precision = 1 / (variances(square) + tau**2)
        total = precision.sum() + beliefs.mean**-2
        return (precision @ found / total) ** 2 + 1 / total - square

    return variances(optimize.brentq(surplus, 0.0, 100.0, xtol=1e-14))


def by_integration(studies, beliefs):
    """Mean and standard deviation of mu, and the mean of tau, by integrating the posterior density in two dimensions."""
    found = np.array([beliefs.trust[each.strength] * each.effect for each in studies])
    error = np.array([(each.high - each.low) / beliefs.interval for each in studies])
    share = np.array([beliefs.bias[each.strength] / beliefs.trust[each.strength] for each in studies])

    mean, tau = (np.linspace(*ends, 1201) for ends in ((-2.5, 2.5), (0.0, 1.4)))
    density = np.exp(-(mean[:, None] ** 2) / (2 * beliefs.mean**2) - tau[None, :] ** 2 / (2 * beliefs.spread**2))
    noise = np.array([noise_given(each, found, error, share, beliefs) for each in tau]).T
    for effect, variance in zip(found, noise, strict=True):
        density = density * stats.norm.pdf(effect, mean[:, None], np.sqrt(variance[None, :] + tau[None, :] ** 2))

    def integral(weight):
        return integrate.simpson(integrate.simpson(weight * density, x=tau, axis=1), x=mean)

    mass = integral(np.ones_like(density))
    middle = integral(np.broadcast_to(mean[:, None], density.shape)) / mass
    square = integral(np.broadcast_to(mean[:, None] ** 2, density.shape)) / mass
    return middle, math.sqrt(square - middle**2), integral(np.broadcast_to(tau[None, :], density.shape)) / mass


@pytest.mark.parametrize("studies", [SOME[:1], SOME[:2], SOME])
def test_the_grid_agrees_with_integration_in_two_dimensions(studies, beliefs):
    found = posterior_of(studies, beliefs)
    mean, deviation, between = by_integration(studies, beliefs)
    assert found.mean == pytest.approx(mean, abs=2e-4)
    assert found.mean_sd == pytest.approx(deviation, abs=5e-4)
    assert found.between == pytest.approx(between, abs=5e-4)


def test_without_spread_between_places_it_is_the_conjugate_case(beliefs):
    """Precisions 100 and 4: 0.4 * 100 / 104."""
    found = posterior_of([study("a", 0.4, 0.1)], replace(beliefs, spread=0.0))
    assert found.mean == pytest.approx(0.4 * 100 / 104, rel=1e-9)
    assert found.mean_sd == pytest.approx(104**-0.5, rel=1e-9)
    assert found.given == pytest.approx((100 / 104,))


def test_draws_have_the_moments_and_percentiles_that_the_grid_says(beliefs):
    found = posterior_of(SOME, beliefs)
    drawn = found.draw(np.random.default_rng(1), 400_000)
    assert drawn.mean() == pytest.approx(found.mean, abs=4 * found.place_sd / 400_000**0.5)
    assert drawn.std() == pytest.approx(found.place_sd, rel=0.01)
    assert np.quantile(drawn, [0.05, 0.95]) == pytest.approx(found.reach, abs=0.012)


def test_a_new_place_is_wider_than_the_mean_and_wider_from_abroad(beliefs):
    here, there = (posterior_of([study("a", 0.4, 0.1, country=each)], beliefs) for each in ("NL", "US"))
    assert here.mean_sd == there.mean_sd < here.place_sd < there.place_sd
    assert here.mean == pytest.approx(there.mean)


def test_weaker_designs_shrink_more(beliefs):
    means = [posterior_of([study("a", 0.4, 0.1, each)], beliefs).mean for each in "ABCD"]
    assert means == sorted(means, reverse=True)
    assert means[3] < means[0] * beliefs.trust["D"] / beliefs.trust["A"]


def test_a_weak_study_that_reports_little_is_no_surer_than_one_that_reports_much(beliefs):
    """What a design hides is a share of what is true, not of what the study itself says: both weigh the same."""
    found = posterior_of([study("a", 0.05, 0.1, "D"), study("b", 0.9, 0.1, "D")], beliefs)
    assert found.given[0] == pytest.approx(found.given[1])


def test_one_weak_study_by_hand(beliefs):
    """Without spread between places: y = 0.35 x 0.4, and v so that v = e^2 + (0.4 / 0.35)^2 (E mu^2 + e^2)."""
    found = posterior_of([study("a", 0.4, 0.1, "D")], replace(beliefs, spread=0.0))
    square = found.mean**2 + found.mean_sd**2
    variance = 0.1**2 + (0.4 / 0.35) ** 2 * (square + 0.1**2)
    assert found.mean == pytest.approx(0.14 / variance / (1 / variance + 4), rel=1e-6)
    assert found.mean_sd == pytest.approx((1 / variance + 4) ** -0.5, rel=1e-6)


def test_a_null_stays_a_null_whatever_its_design(beliefs):
    assert [posterior_of([study("a", 0.0, 0.1, each)], beliefs).mean for each in "ABCD"] == pytest.approx([0.0] * 4)


def test_the_order_of_studies_changes_nothing(beliefs):
    answers = {
        (found.mean, found.place_sd, tuple(found.draw(np.random.default_rng(3), 5)))
        for order in itertools.permutations(SOME)
        for found in [posterior_of(order, beliefs)]
    }
    assert len(answers) == 1


@settings(max_examples=60, deadline=None)
@given(
    effects=st.lists(st.floats(0.05, 0.9), min_size=1, max_size=6),
    error=st.floats(0.02, 0.4),
)
def test_another_null_moves_the_mean_towards_zero(effects, error, beliefs):
    """Studies that are equally precise, so that none drowns the others."""
    studies = [study(f"s{number}", effect, error) for number, effect in enumerate(effects)]
    before = posterior_of(studies, beliefs).mean
    after = posterior_of([*studies, study("nul", 0.0, error)], beliefs).mean
    assert 0 < after < before


@settings(max_examples=40, deadline=None)
@given(factor=st.floats(0.01, 1000), effects=st.lists(st.floats(-0.9, 0.9), min_size=1, max_size=5))
def test_another_unit_of_money_changes_nothing_but_the_unit(factor, effects, beliefs):
    one, other = (
        posterior_of([study(f"s{n}", size * each, size * 0.2, unit="euro") for n, each in enumerate(effects)], beliefs)
        for size in (1.0, factor)
    )
    assert other.mean == pytest.approx(factor * one.mean, rel=1e-6, abs=1e-9 * factor)
    assert other.place_sd == pytest.approx(factor * one.place_sd, rel=1e-6)


def test_studies_of_one_program_count_once(beliefs):
    twice = [study("a", 0.4, 0.1), study("b", 0.4, 0.1, family="a")]
    alone = posterior_of([study("a", 0.4, 0.1)], beliefs)
    merged = as_families(twice)
    assert [each.ids for each in merged] == [("a", "b")]
    assert posterior_of(merged, beliefs).mean_sd == pytest.approx(alone.mean_sd)
    assert posterior_of(twice, beliefs).mean_sd < alone.mean_sd


def test_a_program_in_a_circle_ends(beliefs):
    round_ = [study("a", 0.4, 0.1, family="b"), study("b", 0.4, 0.1, family="a")]
    assert sum(len(each.ids) for each in as_families(round_)) == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            study("w", 0.4, 0.1, status="withdrawn", replaced_by="a"),
            "w is ingetrokken en telt niet mee; wat nu geldt staat in a",
        ),
        (study("w", 0.4, 0.1, status="gap"), "w is een gat in het bewijs"),
        (study("w", 0.4, 0.1, unit="percent"), "een groep heeft een eenheid"),
        (replace(study("w", 0.4, 0.1), low=None), "w noemt een grootte zonder bereik"),
        (replace(study("w", 0.4, 0.1), effect=None), "w toont niets aan"),
        (replace(study("w", 0.4, 0.1), unit="sign", effect=None), "w noemt alleen een richting"),
    ],
)
def test_what_does_not_stand_is_refused_by_name(wrong, sentence, beliefs):
    with pytest.raises(QuestionError, match="studies samennemen") as caught:
        posterior_of([study("a", 0.4, 0.1), wrong], beliefs)
    assert sentence in caught.value.message()


def test_nothing_withdrawn_is_in_any_prediction_of_ours(ours):
    gone = {id for id, each in ours.studies.items() if each.status == "withdrawn"}
    assert gone >= {"e19_bijles_2020", "e30_verhuisketens_2019"}
    used: set[str] = set()
    for pool in {each.pool for each in ours.studies.values()}:
        try:
            found = predict(pool, ours, Frame(2026, 5, draws=10))
        except QuestionError:
            continue
        used |= set(found.studies)
        assert found.trace and {each.split(":")[0] for each in found.trace} == {"studie", "parameter"}
    assert used and not used & gone


def test_tutoring_rests_on_the_number_of_2024_and_names_the_one_it_leaves_out(ours):
    found = predict("bijles_toetsscore", ours, Frame(2026, 20))
    assert found.studies == ("e18_bijles_rekenen", "e19_bijles_2024")
    assert found.left_out["e19_bijles_2020"].endswith("e19_bijles_2024")
    assert 0.2 < found.mean < 0.288 and found.strength == "A"
    assert found.size.shape == (10_000,)


def test_the_broad_package_expects_nothing(ours):
    found = predict("breed_sociaal_pakket", ours, Frame(2026, 20))
    assert found.mean == pytest.approx(0.0, abs=1e-12)
    assert np.mean(found.size > 0) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("pool", "sentence"),
    [
        (
            "verhuisketens",
            "e30_verhuisketens_2019 is ingetrokken en telt niet mee; wat nu geldt staat in v1_vrijgekomen",
        ),
        ("jongerenwerk_overlast", "is een gat in het bewijs: niemand mat het"),
        ("verkoop_misdrijven", "noemt alleen een richting, geen grootte"),
        ("bijles_toetscore", "bestaat niet; bedoelde u 'bijles_toetsscore'?"),
    ],
)
def test_a_pool_that_says_nothing_is_refused_with_the_reason(pool, sentence, ours):
    with pytest.raises(QuestionError) as caught:
        predict(pool, ours, Frame(2026, 20))
    assert sentence in caught.value.message()


def test_draws_go_by_the_name_of_the_pool(ours):
    frame = Frame(2026, 20, draws=50)
    one = predict("bijles_toetsscore", ours, frame).size
    predict("vve_toetsscore", ours, frame)
    assert np.array_equal(one, predict("bijles_toetsscore", ours, frame).size)
    assert not np.array_equal(one, predict("bijles_toetsscore", ours, replace(frame, seed=1)).size)


def test_twelve_studies_and_ten_thousand_draws_take_less_than_half_a_second_of_processor_time(beliefs):
    studies = [study(f"s{number}", 0.05 * number, 0.1 + 0.01 * number) for number in range(12)]
    started = time.process_time()
    posterior_of(studies, beliefs).draw(np.random.default_rng(1), 10_000)
    assert time.process_time() - started < 0.5


def test_the_strength_of_a_pool_is_that_of_most_of_its_weight(ours, beliefs):
    library = library_of(ours.studies)
    assert pooled("fysieke_investering_woningprijs", library, beliefs).strength == "A"
    assert pooled("straatverlichting_misdrijven", library, beliefs).strength == "B"
