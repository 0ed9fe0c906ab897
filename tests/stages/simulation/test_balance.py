"""Programmes that weigh up: who beats whom by hand, limits that hold whatever is tried, and a front without losers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.balance import SIMULATED, Effort, balanced
from stadspeil.simulation.classes import OWNER, SOCIAL
from stadspeil.simulation.dominance import beats, front, spread_out
from stadspeil.simulation.mixes import BuildingSite, Limits, Mixes, changed, keeps, programme_of_mix, sampled
from stadspeil.simulation.national_chain import national_chain, national_mix
from stadspeil.simulation.surrogate import CHAINS, CRITERIA, Town, shortfall, surrogate_of


def sure(*rows: tuple[float, ...]) -> np.ndarray:
    """Scores without doubt: ten draws alike."""
    return np.repeat(np.array(rows)[:, None, :], 10, axis=1)


def test_by_hand():
    """(3, 1) and (1, 3) stand; (2, 2) too; (1, 1) is beaten by all of them, (3, 0) by the first."""
    assert front(sure((3, 1), (1, 3), (2, 2), (1, 1), (3, 0))).tolist() == [True, True, True, False, False]


def test_equal_options_do_not_beat_each_other():
    assert front(sure((1, 2), (1, 2))).all()


def test_an_option_is_only_beaten_when_the_interval_of_the_difference_says_so():
    """Two criteria; the first option is better on both in the mean, on the second by less than chance."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(2, 400))
    apart = np.stack(
        [np.stack([5 + noise[0], 1.2 + noise[1]], axis=1), np.stack([4 + noise[0], 1.0 - noise[1]], axis=1)]
    )
    assert front(apart).tolist() == [True, True]
    # With the same noise in both the difference is sure, however wide each is.
    together = np.stack(
        [np.stack([5 + noise[0], 1.2 + noise[1]], axis=1), np.stack([4 + noise[0], 1.0 + noise[1]], axis=1)]
    )
    assert front(together).tolist() == [True, False]


@st.composite
def noisy(draw):
    options, criteria = draw(st.integers(1, 25)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    means = rng.integers(0, 4, (options, 1, criteria)).astype(float)
    return means + draw(st.sampled_from([0.0, 0.1, 1.0])) * rng.normal(size=(options, 30, criteria))


@settings(max_examples=150, deadline=None)
@given(noisy())
def test_the_front_holds_no_option_that_another_of_it_beats_and_leaves_out_only_beaten_ones(scores):
    inside = front(scores)
    rows = np.flatnonzero(inside)
    assert len(rows)
    one, two = (each.ravel() for each in np.meshgrid(rows, rows, indexing="ij"))
    assert not np.any(beats(scores, one, two))
    for out in np.flatnonzero(~inside):
        assert np.any(beats(scores, rows, np.full(len(rows), out)))


@settings(max_examples=80, deadline=None)
@given(noisy(), st.integers(0, 1000))
def test_adding_an_option_that_the_front_beats_changes_nothing(scores, seed):
    inside = front(scores)
    rows = np.flatnonzero(inside)
    best = rows[seed % len(rows)]
    worse = scores[best] - 0.01 - np.random.default_rng(seed).random(scores.shape[1:])
    again = front(np.concatenate([scores, worse[None]]))
    assert again[:-1].tolist() == inside.tolist()
    assert not again[-1]


@settings(max_examples=60, deadline=None)
@given(noisy(), st.randoms(use_true_random=False))
def test_the_order_and_the_units_do_not_matter(scores, random):
    order = list(range(len(scores)))
    random.shuffle(order)
    units = np.array([10.0 ** random.randint(-2, 3) for _ in range(scores.shape[2])])
    assert front(scores[order])[np.argsort(order)].tolist() == front(scores).tolist()
    assert front(scores * units).tolist() == front(scores).tolist()


def test_scores_that_are_no_numbers_are_a_fault():
    with pytest.raises(QuestionError, match="geen getal"):
        front(np.full((2, 3, 2), np.nan))


def test_a_handful_shows_the_reach():
    scores = sure((10, 0), (9, 1), (5, 5), (1, 9), (0, 10))
    assert set(spread_out(scores, np.ones(5, bool), 3)) == {0, 2, 4}


SITES = (
    BuildingSite("haven", "BU00010001", 300, 24300, 24340), BuildingSite("veld", "BU00010002", 200, 24310, 24350, (0, 1, 2, 6, 7)),
)  # fmt: skip
LIMITS = Limits("GM0001", 400, SITES, (0.2, 0.3, 0.0), (0.6, 0.5, 0.3))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 900), st.integers(0, 1000), st.floats(0, 0.3), st.floats(0, 0.3))
def test_limits_hold_for_whatever_is_strewn_or_tried(homes, seed, owner, social):
    sites = (replace(SITES[0], most=600), replace(SITES[1], most=500))
    limits = Limits("GM0001", homes, sites, (owner, social, 0.0), (0.9, 0.9, 0.9))
    rng = np.random.default_rng(seed)
    mixes = sampled(limits, 10, rng)
    for made in (mixes, changed(limits, mixes, 30, rng)):
        assert np.all(keeps(limits, made))
        counted = made.homes(limits)
        assert counted.sum(axis=(1, 2)) == pytest.approx(homes)
        assert np.all(counted.sum(axis=2) <= [600, 500])
        assert not counted[:, 1, [3, 4, 5, 8, 9, 12, 17]].any()
        lot = max(1, -(-homes // 60))
        assert np.all(counted[..., :6].sum(axis=(1, 2)) >= owner * homes - lot)
        assert np.all(counted[..., 6:12].sum(axis=(1, 2)) >= social * homes - lot)


@pytest.mark.parametrize(
    ("homes", "rooms"), [(400, (300, 100)), (408, (311, 97)), (7, (4, 3)), (1, (1, 5)), (3000, (2990, 11))]
)
def test_sites_that_must_be_filled_are(homes, rooms):
    sites = (replace(SITES[0], most=rooms[0]), replace(SITES[1], most=rooms[1], segments=()))
    limits = Limits("GM0001", homes, sites)
    built = sampled(limits, 3, np.random.default_rng(1)).homes(limits).sum(axis=2)
    assert built.sum(axis=1) == pytest.approx(homes)
    assert np.all(built <= rooms)


def test_what_is_strewn_reaches_the_corners_of_what_is_allowed():
    homes = sampled(LIMITS, 200, np.random.default_rng(3)).homes(LIMITS)
    owner = homes[..., :6].sum(axis=(1, 2)) / 400
    assert owner.min() < 0.30 and owner.max() > 0.55
    haven = homes[:, 0].sum(axis=1)
    assert haven.min() < 230 and haven.max() > 275


@pytest.mark.parametrize(
    ("change", "said"),
    [({"homes": 600}, "bieden plaats aan 500 woningen"), ({"homes": 0}, "ten minste een"),
     ({"least": (0.6, 0.6, 0.0), "most": (1.0, 1.0, 1.0)}, "samen geen 100 %"),
     ({"least": (0.7, 0.0, 0.0)}, "aandeel koop"), ({"sites": (SITES[0], SITES[0])}, "dezelfde naam"),
     ({"sites": (replace(SITES[0], last=0), SITES[1])}, "een eind na het begin"),
     ({"sites": (replace(SITES[0], segments=(40,)), SITES[1])}, "segment 40 bestaat niet"),
     ({"sites": (replace(SITES[0], most=400, segments=(12,)), replace(SITES[1], most=1))}, "geen enkele mix")],
)  # fmt: skip
def test_limits_that_cannot_be_met_are_named(change, said):
    with pytest.raises(QuestionError, match=said):
        sampled(replace(LIMITS, **change), 5, np.random.default_rng(1))


def test_a_mix_becomes_a_programme_with_a_step_per_site_and_kind():
    site, kind = np.zeros((1, 60), int), np.full((1, 60), 2)
    kind[0, :30] = 9
    programme = programme_of_mix(LIMITS, Mixes(site, kind), 0, "m001")
    assert programme.built == 400
    assert [(step.tenure, step.form, step.price, step.buurt) for step in programme.steps] == [
        (OWNER, 0, 2, "BU00010001"), (SOCIAL, 1, 0, "BU00010001"),
    ]  # fmt: skip
    assert len({step.site for step in programme.steps}) == 2


@pytest.fixture(scope="module")
def town() -> Town:
    """Three buurten in a row, 1 km apart: poor with social flats, mixed, rich with dear houses."""
    stock = np.zeros((3, 18))
    stock[0, [9, 10]], stock[1, [1, 6, 15]], stock[2, [2, 1]] = (800, 200), (500, 300, 200), (700, 300)
    enters = np.tile([0.3, 0.4, 0.3], (18, 1))
    enters[6:12], enters[2], enters[5] = (0.8, 0.19, 0.01), (0.02, 0.28, 0.7), (0.1, 0.3, 0.6)
    income = stock @ enters
    missing = np.zeros(18)
    missing[[1, 4, 6]] = 150, 100, 50
    return Town(("BU00010001", "BU00010002", "BU00010003"), stock, income, enters, missing,
                np.abs(np.arange(3)[:, None] - np.arange(3)[None]).astype(float))  # fmt: skip


@pytest.fixture(scope="module")
def surrogate(town):
    ours = load_catalogue()
    return surrogate_of(town, national_chain(ours), ours, np.random.default_rng(5), 40)


def scored(surrogate, kind: int, site: int, homes: float = 100) -> dict[str, float]:
    mix = np.zeros((1, 1, 18))
    mix[0, 0, kind] = homes
    return dict(zip(CRITERIA, surrogate.scores(mix, np.array([site]))[0, 0], strict=True))


def test_freed_homes_are_those_of_the_chain_split_over_town_and_region(surrogate):
    freed = surrogate.prepared.freed[0, 2] * 100
    local = surrogate.local[0]
    found = scored(surrogate, 2, 0)
    assert found["regio"] == pytest.approx((freed * (1 - local)).sum())
    assert found["sociaal_vrij"] == pytest.approx((freed * local)[6:12].sum())
    assert found["treden"] == pytest.approx(
        np.minimum(surrogate.town.missing, np.eye(18)[2] * 100 + freed * local).sum()
    )


def test_a_missing_tread_is_filled_once(surrogate):
    few, many = scored(surrogate, 6, 1, 40)["treden"], scored(surrogate, 6, 1, 400)["treden"]
    assert few >= 40
    assert many < 400


def test_dear_homes_in_the_poor_buurt_bring_buurten_together_and_in_the_rich_one_apart(surrogate):
    assert scored(surrogate, 2, 0)["gelijkheid"] > 0 > scored(surrogate, 2, 2)["gelijkheid"]
    assert scored(surrogate, 9, 2)["gelijkheid"] > scored(surrogate, 9, 0)["gelijkheid"]


def test_dear_homes_draw_the_better_off_from_the_buurten_around(surrogate):
    """Who moves into a new dear home leaves a home that a poorer household fills: that is the warning on erosion."""
    assert scored(surrogate, 2, 1)["blijvers"] < min(scored(surrogate, 9, 1)["blijvers"], 0)


def test_nothing_built_changes_nothing(surrogate):
    assert surrogate.scores(np.zeros((1, 1, 18)), np.array([0]))[0] == pytest.approx(0, abs=1e-9)


def test_social_homes_free_social_homes(surrogate):
    assert scored(surrogate, 9, 1)["sociaal_vrij"] > scored(surrogate, 2, 1)["sociaal_vrij"]


def test_a_shortfall_is_what_the_shares_of_others_would_give():
    """Others half and half; of 100 homes the town has 80 and 20."""
    assert shortfall(np.array([80.0, 20]), np.array([500.0, 500])).tolist() == [0, 30]
    assert shortfall(np.array([80.0, 20]), np.zeros(2)).tolist() == [0, 0]


SMALL = Effort(strewn=60, rounds=2, tried=40, told=12, confirmed=4)


def test_the_front_of_a_town_keeps_its_limits_and_shows_a_trade_off(surrogate):
    found = balanced(LIMITS, surrogate, np.random.default_rng(2), effort=SMALL)
    totals = found.options.group_by("option").agg(pl.col("homes").sum())
    assert totals["homes"].unique().to_list() == [400]
    by_tenure = found.options.group_by("option", "tenure").agg(pl.col("homes").sum())
    social = by_tenure.filter(tenure="corporatie")["homes"]
    assert social.min() >= 0.3 * 400 - 7 and social.max() <= 0.5 * 400 + 7
    assert found.options["option"].n_unique() == min(found.unbeaten, 12) <= found.unbeaten <= found.tried
    assert set(found.trade_offs["tier"]) == {CHAINS}
    assert len(found.programmes) == 4
    assert {each.built for each in found.programmes} == {400}
    assert "geen advies" in found.remarks[0] and "niets bevestigd" in found.remarks[1]
    best = found.trade_offs.sort("mean", descending=True).group_by("criterion", maintain_order=True).first()
    assert best["option"].n_unique() > 1


def test_no_strewn_mix_beats_one_of_the_front(surrogate):
    rng = np.random.default_rng(2)
    found = balanced(LIMITS, surrogate, rng, effort=SMALL)
    of_front = np.stack([
        as_homes(found.options.filter(option=name)) for name in found.options["option"].unique(maintain_order=True)
    ])  # fmt: skip
    strewn = sampled(LIMITS, 60, np.random.default_rng(2)).homes(LIMITS)
    scores = surrogate.scores(np.concatenate([of_front, strewn]), np.array([0, 1]))
    count = len(of_front)
    one, two = (each.ravel() for each in np.meshgrid(np.arange(count, len(scores)), np.arange(count), indexing="ij"))
    assert not np.any(beats(scores, one, two))


def as_homes(options: pl.DataFrame) -> np.ndarray:
    from stadspeil.simulation.classes import SEGMENTS, segment_name

    names = [segment_name(kind) for kind in range(SEGMENTS)]
    made = np.zeros((2, SEGMENTS))
    for row in options.iter_rows(named=True):
        made[
            [each.id for each in SITES].index(row["site"]), names.index((row["tenure"], row["form"], row["price"]))
        ] = row["homes"]
    return made


def test_equal_generators_give_equal_fronts(surrogate):
    one, two = (balanced(LIMITS, surrogate, np.random.default_rng(9), effort=SMALL) for _ in range(2))
    assert one.options.equals(two.options)
    assert one.trade_offs.equals(two.trade_offs)


def test_the_third_tier_may_disagree(surrogate):
    """A confirmation in which all but the first programme is worse on all counts: they are marked, not dropped."""
    calls = []

    def confirm(programme):
        calls.append(programme.id)
        return {name: np.full(12, -float(len(calls))) for name in CRITERIA}

    found = balanced(LIMITS, surrogate, np.random.default_rng(2), effort=SMALL, confirm=confirm)
    simulated = found.trade_offs.filter(tier=SIMULATED)
    assert calls == [each.id for each in found.programmes]
    assert simulated.filter(~pl.col("beaten"))["option"].unique().to_list() == [calls[0]]
    assert "3 daarvan" in found.remarks[1]


def test_a_site_outside_the_town_is_refused(surrogate):
    odd = replace(LIMITS, sites=(SITES[0], replace(SITES[1], buurt="BU99990001")))
    with pytest.raises(QuestionError, match="BU99990001"):
        balanced(odd, surrogate, np.random.default_rng(1), effort=SMALL)


def test_the_mix_of_the_country_adds_up():
    assert national_mix(load_catalogue()).sum() == pytest.approx(1)
