"""Sentences on a trade-off: on both sides of what the intervals allow, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import AREAS, empty
from stadspeil.report.chapters import Shown, build_chapters
from stadspeil.report.document import Chapter, Drawing, Grid
from stadspeil.report.weighed_words import (
    confirmed_sentences,
    judged_sentences,
    lacking_sentence,
    met_sentence,
    options_of,
    order_sentences,
)
from stadspeil.report.wording import LANGUAGES, wording
from stadspeil.simulation.balance import OPTIONS, SIMULATED, TRADE_OFFS
from stadspeil.simulation.distinguishing import DISTINCTIONS
from stadspeil.simulation.surrogate import CHAINS as FIRST_TIER
from stadspeil.simulation.surrogate import CRITERIA
from stadspeil.simulation.weighed import Weighed

TOWN = "GM0637"
Spans = dict[str, tuple[float, float, float]]


def weighed(chains: Spans, runs: Spans | None = None, **account: Any) -> Weighed:
    """Two mixes that are alike, with these intervals on `sociaal_vrij`."""
    rows = []
    for tier, spans in ((FIRST_TIER, chains), (SIMULATED, runs or {})):
        for option, (low, middle, high) in spans.items():
            rows += [
                {"option": option, "criterion": each, "tier": tier, "mean": middle, "low": low, "middle": middle, "high": high,
                 "draws": 4, "shown": True, "beaten": False}
                for each in CRITERIA
            ]  # fmt: skip
    options = [
        {"option": each, "site": "haven", "buurt": "BU06370101", "tenure": "koop", "form": "eengezins", "price": "hoog", "homes": 90, "shown": True}
        for each in chains
    ]  # fmt: skip
    apart = [
        {"option": "m001", "other": "m002", "criterion": each, "tier": FIRST_TIER, "low": -1.0, "middle": 0.0, "high": 1.0, "apart": False}
        for each in CRITERIA
    ]  # fmt: skip
    told = {
        "asked": {"town": TOWN, "homes": 90, "years": 5, "confirm": 4, "sites": "l.csv", "shares": [], "region": True, "seed": 1},
        "tried": 300, "unbeaten": 80, "sentences": [], "towns": [TOWN, "GM0518"], **account,
    }  # fmt: skip
    return Weighed(
        TOWN, told, pl.DataFrame(options, schema=dict(OPTIONS.columns)), pl.DataFrame(rows, schema=dict(TRADE_OFFS.columns)),
        pl.DataFrame(apart, schema=dict(DISTINCTIONS.columns)),
    )  # fmt: skip


CHAINS: Spans = {"m001": (10, 20, 30), "m002": (10, 20, 30)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("span", "over", "under"),
    [((31, 40, 50), True, False), ((30, 40, 50), False, False), ((1, 5, 9), False, True), ((1, 5, 10), False, False)],
)
def test_runs_lie_over_or_under_the_chains_only_with_their_whole_interval(
    lang: str, span: tuple[float, float, float], over: bool, under: bool
) -> None:
    words = wording(lang)
    said = " ".join(confirmed_sentences(weighed(CHAINS, {"m001": span, "m002": (10, 20, 30)}), words))
    title = words("weighed.criterion.treden")
    assert (words("weighed.more_in_runs", title=title, number=1) in said) is over
    assert (words("weighed.less_in_runs", title=title, number=1) in said) is under


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("apart", "ordered"), [(4, False), (5, True)])
def test_mixes_are_called_alike_only_where_no_more_are_apart_than_by_chance(
    lang: str, apart: int, ordered: bool
) -> None:
    """Of ten pairs two come apart by chance alone, outside the 10th to the 90th percentile, and with two deviations 4.5."""
    words, found = wording(lang), weighed(CHAINS)
    rows = [
        {**found.distinctions.row(0, named=True), "option": f"a{at}", "criterion": each, "apart": each != "treden" or at < apart}
        for at in range(10) for each in CRITERIA
    ]  # fmt: skip
    found = replace(found, distinctions=pl.DataFrame(rows, schema=dict(DISTINCTIONS.columns)))
    titles = words.listing([f"‘{words('weighed.criterion.treden')}’"])
    assert order_sentences(found, words) == ([] if ordered else [words("weighed.unordered", titles=titles)])
    by_runs = replace(found, distinctions=found.distinctions.with_columns(tier=pl.lit(SIMULATED)))
    # Of runs one in twenty.
    assert order_sentences(by_runs, words) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_lacking_is_told_only_where_treads_show_it(lang: str) -> None:
    words = wording(lang)
    some = weighed(CHAINS, lacking={"year": 2023, "homes": {"eengezins": 1200.4, "meergezins": 0.0}})
    assert words("weighed.lacks_eengezins", number=words.number(1200)) in lacking_sentence(some, words)
    assert words("weighed.lacks_meergezins", number=0) not in lacking_sentence(some, words)
    none = weighed(CHAINS, lacking={"year": 2023, "homes": {"eengezins": 0.0, "meergezins": 0.0}})
    assert lacking_sentence(none, words) == words("weighed.treads_none", year=2023)
    assert lacking_sentence(weighed(CHAINS, lacking=None), words) == words("weighed.treads_rest")
    assert lacking_sentence(weighed(CHAINS, lacking=None, towns=[TOWN]), words) == words("weighed.treads_unknown")
    assert lacking_sentence(weighed(CHAINS), words) == ""


@pytest.mark.parametrize(("least", "numbers"), [(9, "2 0 0 0"), (15, "0 2 0 0"), (25, "0 0 2 0"), (31, "0 0 0 2")])
def test_a_question_is_counted_by_how_surely_it_is_met(least: float, numbers: str) -> None:
    said = met_sentence(options_of(weighed(CHAINS)), {"treden": least}, wording("en"))
    sure, likely, unlikely, out = numbers.split()
    for part in (f"{sure} almost surely", f"{likely} more likely", f"{unlikely} less likely", f"{out} hardly"):
        assert part in said


def chapter(found: Weighed | None, lang: str = "nl") -> Chapter | None:
    shown = Shown(TOWN, load_catalogue(), {}, empty(AREAS), {}, {}, weighed=found)
    return next((each for each in build_chapters(shown, wording(lang)) if each.id == "weighed"), None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chapter_shows_the_trade_off_and_what_cannot_be_told_apart(lang: str) -> None:
    made = chapter(weighed(CHAINS), lang)
    assert made is not None
    grids = [part for part in made.parts if isinstance(part, Grid)]
    assert grids[1].rows[0][1:] == (wording(lang)("weighed.span", middle="20", low="10", high="30"),) * 2
    assert len(grids[1].rows) == len(CRITERIA) and grids[0].rows[0][:2] == ("m001", "90")
    assert any(isinstance(part, Drawing) for part in made.parts)
    assert wording(lang)("weighed.alike", pairs=1, alike=1) in made.parts
    assert wording(lang)("weighed.not_confirmed") in made.parts


def test_without_a_trade_off_there_is_no_chapter() -> None:
    assert chapter(None) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_which_tier_judged_is_told_count_by_count_and_nothing_of_an_older_outcome(lang: str) -> None:
    words = wording(lang)
    mixed = {each: "ketens" if each == "regio" else "stromen" for each in CRITERIA}
    said = judged_sentences(weighed(CHAINS, judged_by=mixed, flows_lack=""), words)
    titles = {each: words(f"weighed.criterion.{each}") for each in CRITERIA}
    before, _, after = said[0].partition(titles["sociaal_vrij"])
    assert all(titles[each] in before for each in ("treden", "gelijkheid", "blijvers")) and titles["regio"] in after
    assert said[1] == words("weighed.level")
    chains = dict.fromkeys(CRITERIA, "ketens")
    assert judged_sentences(weighed(CHAINS, judged_by=chains, flows_lack="x"), words)[0] == words(
        "weighed.judged_by_chains"
    )
    assert judged_sentences(weighed(CHAINS, judged_by=chains, flows_lack=""), words)[0] == words(
        "weighed.judged_all_chains"
    )
    assert judged_sentences(weighed(CHAINS), words) == []
