"""Method: below the wijk, where averages hide what there is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import norm

from stadspeil.analyses.clusters import (
    QUADRANTS,
    hot_spots,
    hot_spots_tested,
    local_clusters,
    neighbours_of,
    normal_scores,
)
from stadspeil.analyses.hidden_buurten import pocket_test
from stadspeil.analyses.likeness import adjusted_rand, most_alike, typology
from stadspeil.analyses.nested_split import entropy_of_groups, mutual_information, nested_split, split_per_gemeente
from stadspeil.analyses.shrunken import shrink_shares

title = "Buurten in nagebootste landen"
chapter = "Beneden de wijk"
order = 30
says = """In nagebootste landen is bekend welke buurten afwijken. Daar wordt gemeten hoeveel ervan worden gevonden, en
hoeveel vondsten onterecht zijn."""
formula = ""
source = "docs/explanation/below-the-wijk.md; docs/decisions/0012-what-counts-as-hidden.md."
NAN = float("nan")


# --- the split of inequality


countries = st.integers(2, 40).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(0.1, 100), min_size=n, max_size=n),
        st.lists(st.floats(1, 5000), min_size=n, max_size=n),
        st.lists(st.integers(0, 9), min_size=n, max_size=n),
    )
)


@given(countries, st.sampled_from(["theil", "mld", "variance"]))
def test_parts_add_up_and_halving_a_buurt_changes_nothing(country: tuple[list[float], ...], measure: str) -> None:
    values, weights, wijken = (np.array(each) for each in country)
    gemeenten = wijken // 3
    split = nested_split(values, weights, gemeenten, wijken, measure)
    plain = nested_split(values, weights, np.zeros_like(wijken), np.zeros_like(wijken), measure)
    assert split.total == pytest.approx(plain.within_wijken, abs=1e-9)
    halved = nested_split(
        np.append(values, values[0]),
        np.append(np.concatenate([[weights[0] / 2], weights[1:]]), weights[0] / 2),
        np.append(gemeenten, gemeenten[0]),
        np.append(wijken, wijken[0]),
        measure,
    )
    for part in ("total", "between_gemeenten", "between_wijken", "within_wijken"):
        assert getattr(halved, part) == pytest.approx(getattr(split, part), abs=1e-8)
        assert getattr(split, part) > -1e-9


def test_theil_of_one_to_six_by_its_definition() -> None:
    """Groups of two; tests/published holds the split against another package."""
    values, groups = np.arange(1.0, 7), np.array([0, 0, 1, 1, 2, 2])
    split = nested_split(values, np.ones(6), np.zeros(6, int), groups)
    shares = values / values.sum()
    total = float((shares * np.log(6 * shares)).sum())
    between = sum(float(shares[i : i + 2].sum()) * np.log(3 * float(shares[i : i + 2].sum())) for i in (0, 2, 4))
    assert split.total == pytest.approx(total) and split.between_wijken == pytest.approx(between)


def test_each_gemeente_apart_is_the_country_of_that_gemeente_alone() -> None:
    rng = np.random.default_rng(1)
    values, weights, wijken = rng.lognormal(3, 0.4, 60), rng.uniform(100, 900, 60), rng.integers(0, 12, 60)
    gemeenten = wijken // 4
    found = split_per_gemeente(values, weights, gemeenten, wijken)
    for number, code in enumerate(found.codes):
        own = gemeenten == code
        alone = nested_split(values[own], weights[own], gemeenten[own], wijken[own])
        assert found.within_wijken[number] == pytest.approx(alone.within_wijken)
        assert found.between_wijken[number] == pytest.approx(alone.between_wijken)


def test_noise_is_not_counted_as_inequality() -> None:
    """Ten thousand buurten that are all alike, measured with noise of variance 4."""
    rng = np.random.default_rng(2)
    n = 10_000
    values, wijken = 20 + 2 * rng.normal(size=n), np.arange(n) // 5
    raw = nested_split(values, np.ones(n), wijken // 10, wijken, "variance")
    net = nested_split(values, np.ones(n), wijken // 10, wijken, "variance", noise=np.full(n, 4.0))
    assert raw.within_wijken == pytest.approx(3.2, abs=0.15)
    assert net.within_wijken == pytest.approx(0, abs=0.15)


def test_segregation_adds_up_and_has_no_bias_where_chance_divides_people() -> None:
    rng = np.random.default_rng(3)
    wijken = np.arange(400) // 5
    raw, net = [], []
    for _ in range(20):
        counts = rng.multinomial(50, [0.6, 0.4], 400).astype(float)
        split = mutual_information(counts, wijken // 8, wijken)
        shares = counts / counts.sum(axis=1, keepdims=True)
        own = -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=1).mean()
        raw.append(entropy_of_groups(counts) - own)
        net.append(split.total)
        assert split.total == pytest.approx(split.between_gemeenten + split.between_wijken + split.within_wijken)
    assert np.mean(raw) > 0.009 and abs(np.mean(net)) < 0.0007


# --- hidden buurten


def country(rng: np.random.Generator, effect: float) -> tuple[np.ndarray, ...]:
    """14,500 buurten with ordinary differences and, in one of fifty, a planted one."""
    wijk = rng.integers(0, 3300, 14_500)
    people = rng.lognormal(6.07, 0.8, 14_500).clip(50).astype(int)
    hidden = rng.random(14_500) < 0.02
    share = 0.1 + 0.02 * rng.normal(size=3300)[wijk] + 0.01 * rng.normal(size=14_500) + effect * hidden
    measured = rng.binomial(people, share.clip(0.005, 0.95)) / people
    spread = np.sqrt((measured * (1 - measured) + 1 / people) / people)
    return measured, spread, people.astype(float), wijk, hidden


def test_planted_pockets_are_found_with_few_false_ones() -> None:
    """Over countries, at 300 people or more: at least eight of ten are found, at most one in ten found is false."""
    recall, false = [], []
    for seed in range(8):
        measured, spread, people, wijk, hidden = country(np.random.default_rng(seed), 0.10)
        found = pocket_test(measured, spread, people, wijk, per=1.0).found
        large = people >= 300
        recall.append((found & hidden & large).sum() / (hidden & large).sum())
        false.append((found & ~hidden & large).sum() / (found & large).sum())
    assert min(recall) >= 0.8
    assert np.mean(false) <= 0.1


def test_a_country_of_ordinary_differences_has_next_to_none() -> None:
    measured, spread, people, wijk, _ = country(np.random.default_rng(5), 0.0)
    assert pocket_test(measured, spread, people, wijk, per=1.0).found.sum() <= 5


def test_a_small_buurt_needs_a_larger_difference() -> None:
    measured, spread, people, wijk, _ = country(np.random.default_rng(6), 0.1)
    found = pocket_test(measured, spread, people, wijk, per=1.0)
    small, large = people < 150, people > 1000
    least = [np.abs(found.difference[found.found & each]).min() for each in (small, large)]
    assert least[0] > least[1]


def test_a_buurt_alone_in_its_wijk_or_without_noise_cannot_be_tested() -> None:
    values, spread = np.full(40, 10.0), np.full(40, 1.0)
    wijk = np.arange(40) // 2
    wijk[0] = 99
    spread[5] = NAN
    found = pocket_test(values, spread, np.full(40, 500.0), wijk)
    assert np.isnan(found.p[[0, 1, 4, 5]]).all() and not np.isnan(found.p[6:]).any()


def test_a_pocket_does_not_make_pockets_of_its_neighbours() -> None:
    rng = np.random.default_rng(7)
    values = 10 + 0.3 * rng.normal(size=300)
    values[0] = 40
    found = pocket_test(values, np.full(300, 0.5), np.full(300, 500.0), np.arange(300) // 3).found
    assert found[0] and not found[1:3].any()


# --- clusters


def lattice(size: int) -> sparse.csr_array:
    cells = [shapely.to_wkb(shapely.box(x, y, x + 1, y + 1)) for x in range(size) for y in range(size)]
    return neighbours_of(cells)


def test_neighbours_share_a_border_or_a_corner() -> None:
    assert lattice(3).sum(axis=1).tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert neighbours_of([None, shapely.to_wkb(shapely.box(0, 0, 1, 1))]).sum() == 0


def test_exact_moments_are_those_of_many_permutations() -> None:
    rng = np.random.default_rng(8)
    values, neighbours = rng.lognormal(size=(64, 1)), lattice(8)
    found = local_clusters(values, neighbours)
    own, near = 27, neighbours[[27]].indices
    others = np.delete(found.score[:, 0], own)
    drawn = np.array([rng.choice(others, len(near), replace=False).mean() for _ in range(20_000)])
    lag = found.score[near, 0].mean()
    assert found.lag[own, 0] == pytest.approx(lag)
    assert found.z[own, 0] == pytest.approx((lag - drawn.mean()) / drawn.std(), abs=0.05)


@pytest.mark.parametrize("skewed", [False, True])
def test_noise_is_called_a_cluster_as_often_as_promised(skewed: bool) -> None:
    rng, neighbours = np.random.default_rng(9), lattice(40)
    values = rng.lognormal(size=(1600, 40)) if skewed else rng.normal(size=(1600, 40))
    found = local_clusters(values, neighbours)
    assert (found.p < 0.05).mean() == pytest.approx(0.05, abs=0.006)
    assert (found.p < 0.001).mean() == pytest.approx(0.001, abs=0.0009)
    # Whole fields without any discovery: at 5 % most of forty.
    assert (found.found.sum(axis=0) == 0).mean() > 0.8


def test_one_that_stands_out_is_named_by_both_sides() -> None:
    rng, neighbours = np.random.default_rng(10), lattice(20)
    values = rng.normal(size=(400, 1))
    near = neighbours[[210]].indices
    values[near], values[210] = -6, 6
    found = local_clusters(values, neighbours)
    assert QUADRANTS[found.quadrant[210, 0]] == "hoog-laag" and found.found[210, 0]


def test_hot_spots_have_the_moments_of_getis_and_ord() -> None:
    rng, neighbours = np.random.default_rng(11), lattice(30)
    z = hot_spots(rng.normal(size=(900, 30)), neighbours)
    assert z.mean() == pytest.approx(0, abs=0.05) and z.std() == pytest.approx(1, abs=0.03)


def test_a_hot_corner_is_found_and_a_shuffled_map_has_next_to_none() -> None:
    side = 30
    squares = [shapely.to_wkb(shapely.box(x, y, x + 1, y + 1)) for x in range(side) for y in range(side)]
    neighbours, rng = neighbours_of(squares), np.random.default_rng(3)
    noise = rng.normal(size=(side * side, 20))
    assert hot_spots_tested(noise, neighbours).found.mean() < 0.001
    warm = noise.copy().reshape(side, side, 20)
    warm[:5, :5] += 2.5
    made = hot_spots_tested(warm.reshape(side * side, 20), neighbours)
    inside = np.zeros((side, side), bool)
    inside[:6, :6] = True
    found = made.found.reshape(side, side, 20)
    assert found[1:4, 1:4].mean() > 0.95 and (made.z[made.found] > 0).mean() > 0.95
    assert found[~inside].sum() < 0.08 * found.sum()


def test_a_spot_needs_a_neighbour_with_a_value() -> None:
    neighbours = sparse.csr_array(np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]]))
    made = hot_spots_tested(np.array([[1.0], [2], [9]]), neighbours)
    assert np.isnan(made.p[2, 0]) and not made.found[2, 0]
    assert made.p[0, 0] == pytest.approx(2 * norm.sf(abs(made.z[0, 0])))


def test_missing_areas_have_no_cluster_and_are_nobodys_neighbour() -> None:
    values = np.arange(9.0)[:, None]
    values[4] = NAN
    found = local_clusters(values, lattice(3))
    assert found.quadrant[4, 0] == -1 and np.isnan(found.p[4, 0])
    assert found.lag[0, 0] == pytest.approx(normal_scores(values)[[1, 3], 0].mean())


# --- shrunken values


def simulated(seed: int = 12) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    wijk = rng.integers(0, 1200, 6000)
    gemeente = wijk // 10
    people = rng.lognormal(6.07, 0.8, 6000).clip(40).astype(int)
    hidden = rng.random(6000) < 0.015
    share = 0.12 + 0.02 * rng.normal(size=121)[gemeente] + 0.015 * rng.normal(size=6000) + 0.12 * hidden
    share = share.clip(0.01, 0.9)
    return rng.binomial(people, share) / people, people.astype(float), gemeente, wijk, share, hidden


def test_shrunken_shares_are_nearer_to_the_truth_and_pockets_keep_most_of_their_distance() -> None:
    raw, people, gemeente, wijk, share, hidden = simulated()
    found = shrink_shares(raw, people, gemeente, threshold=0.2)
    error = [np.sqrt(((each - share) ** 2).mean()) for each in (raw, found.shrunken)]
    assert error[1] < 0.85 * error[0]
    to_wijk = np.bincount(wijk, people * raw)[wijk] / np.bincount(wijk, people)[wijk]
    pull = [abs((each - share)[hidden].mean()) for each in (found.shrunken, to_wijk)]
    assert pull[0] < 0.25 * pull[1]
    assert found.pull == pytest.approx(found.shrunken - raw)


def test_ninety_percent_intervals_hold_ninety_percent() -> None:
    raw, people, gemeente, _, share, _ = simulated(13)
    found = shrink_shares(raw, people, gemeente, threshold=0.2)
    assert ((found.low <= share) & (share <= found.high)).mean() == pytest.approx(0.9, abs=0.03)


def test_many_counts_of_nobody_do_not_make_all_buurten_alike() -> None:
    """A small share, rounded to tens: a fifth of the counts is zero, with more noise than all differences together."""
    rng = np.random.default_rng(17)
    people = rng.integers(40, 900, 500).astype(float)
    share = 0.025 * np.exp(0.5 * rng.normal(size=500))
    raw = np.rint(rng.binomial(people.astype(int), share) / 10) * 10 / people
    assert (raw == 0).mean() > 0.15
    found = shrink_shares(raw, people, np.zeros(500, int), threshold=0.05, rounding=100 / 12)
    large = people > 500
    assert found.shrunken[large].std() > 0.3 * share[large].std()
    assert np.corrcoef(found.shrunken[large], share[large])[0, 1] > 0.5
    assert np.sqrt(((found.shrunken - share) ** 2).mean()) < 0.8 * np.sqrt(((raw - share) ** 2).mean())


def test_the_chance_of_exceeding_a_threshold_means_what_it_says() -> None:
    raw, people, gemeente, _, share, _ = simulated(14)
    found = shrink_shares(raw, people, gemeente, threshold=0.14)
    for low, high in ((0.2, 0.4), (0.6, 0.8)):
        some = (found.above > low) & (found.above < high)
        assert (share[some] > 0.14).mean() == pytest.approx((low + high) / 2, abs=0.12)


# --- likeness


def test_planted_kinds_are_found_and_called_stable() -> None:
    rng = np.random.default_rng(15)
    kind = rng.integers(0, 3, 300)
    values = rng.normal(size=(300, 4)) * 0.3 + np.array([[0, 0, 0, 0], [3, 3, 0, 0], [0, 0, 3, 3]])[kind]
    values[0, 2] = NAN
    found = typology(values, 3, rng)
    assert found.kind[0] == -1
    assert adjusted_rand(kind[1:], found.kind[1:]) > 0.95 and found.agreement > 0.9
    assert (np.diff(np.bincount(found.kind[1:])) <= 0).all()


def test_kinds_of_noise_are_called_unstable() -> None:
    rng = np.random.default_rng(16)
    assert typology(rng.normal(size=(300, 5)), 4, rng).agreement < 0.6


def test_the_nearest_is_named_first_and_never_itself_or_one_that_is_not_allowed() -> None:
    values = np.array([[0.0, 0], [1, 0], [0.1, 0], [9, 9], [0.2, NAN]])
    allowed = np.array([True, True, True, True, True])
    nearest, distance = most_alike(values, 0, 2, allowed)
    assert nearest.tolist() == [2, 1] and (np.diff(distance) >= 0).all()
    assert most_alike(values, 0, 2, allowed & (np.arange(5) != 2))[0].tolist() == [1, 3]
