"""Sentences on simulated programmes say what pairs of runs tell, on both sides of the limit of chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.tables import ANALYSES
from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import AREAS, empty
from stadspeil.report.chapters import Shown, analysis_tables, build_chapters
from stadspeil.report.document import Chapter, Drawing, Grid, Heading
from stadspeil.report.renewal_words import wave_reading
from stadspeil.report.simulated_words import (
    effect_sentence,
    erosion_sentences,
    homeless_sentence,
    reading,
    shift_sentences,
)
from stadspeil.report.wording import LANGUAGES, wording
from stadspeil.simulation.chaining import ALL_LINKS
from stadspeil.simulation.reading import Outcome
from stadspeil.simulation.summing import spread_over_pairs
from stadspeil.simulation.tables import CHAINS, EFFECTS, FIT, SHIFT_ROOM, SPREADS
from stadspeil.workspace import code_fingerprint

TOWN, NEAR, FAR = "GM0637", "BU06370001", "BU06370002"
# Two standard errors of four pairs are 3.18 standard errors (Student's t): a mean of 1 needs an error below 0.314.
SURE, UNSURE = (0.9, 1.1, 0.9, 1.1), (-0.4, 2.4, -0.4, 2.4)


def spread(values: Sequence[float]) -> dict[str, Any]:
    """The columns of a row as the method makes them from pairs."""
    told = spread_over_pairs(np.array(values, dtype=np.float64))
    numbers = {name: float(getattr(told, name)) for name in ("mean", "low", "middle", "high", "error")}
    return {**numbers, "pairs": len(values), "shown": bool(told.shown)}


def chain(method: str, figure: str, values: Sequence[float], **more: object) -> dict[str, Any]:
    return {"method": method, "link": ALL_LINKS, "figure": figure, "group": "alle", **more, **spread(values)}


def effect(area: str, values: Sequence[float], figure: str = "personen", group: str = "alle") -> dict[str, Any]:
    level = "buurt" if area.startswith("BU") else "gemeente"
    return {
        "area": area,
        "level": level,
        "years": 5,
        "figure": figure,
        "group": group,
        "without": 10.0,
        **spread(values),
    }


def outcome(
    chains: Sequence[Mapping[str, Any]] = (), effects: Sequence[Mapping[str, Any]] = (), shift: Sequence[Mapping[str, Any]] = (),
    pairs: int = 4, around: Sequence[str] = (NEAR,),
) -> Outcome:  # fmt: skip
    def table(rows: Sequence[Mapping[str, Any]], contract: Any) -> pl.DataFrame:
        return pl.DataFrame(list(rows), schema=dict(contract.columns)) if rows else empty(contract)

    run = {
        "programme": {"id": "proef", "title": "Proef", "town": TOWN, "status": "proef", "invented": False, "steps": [
            {"act": "bouwen", "site": "nieuw", "buurt": FAR, "homes": 70},
        ]},
        "seeds": list(range(pairs)), "names": {NEAR: "Naastbuurt", FAR: "Bouwbuurt", TOWN: "Zoetermeer"}, "around": list(around),
        "start": 2020, "invented": False, "tested_together": True, "inputs": {"pairs": pairs, "asked": {"programme": "proef", "towns": [TOWN], "told": [TOWN], "years": 5, "seed": 1}},
    }  # fmt: skip
    return Outcome("proef", run, table(effects or [effect(TOWN, UNSURE)], EFFECTS), table(chains, CHAINS), table(shift, SHIFT_ROOM),
                   empty(SPREADS), empty(FIT))  # fmt: skip


def chapter(of: Outcome, lang: str) -> Chapter:
    shown = Shown(TOWN, load_catalogue(), {}, empty(AREAS), {}, {}, outcomes=(of,))
    return next(each for each in build_chapters(shown, wording(lang)) if each.id == "programmes")


def printed(made: Chapter) -> str:
    told = []
    for part in made.parts:
        if isinstance(part, Grid):
            told += [" | ".join(row) for row in part.rows]
        elif not isinstance(part, Drawing):
            told.append(part.text if isinstance(part, Heading) else part)
    return "\n".join(told)


def test_chains_are_told_only_on_one_side_of_their_limit() -> None:
    words = wording("nl")
    freed, moves, homeless = "vrijgekomen woningen", "verhuizingen", "zonder eigen woning"
    sure = outcome([chain("gevolgd", freed, SURE), chain("verschil", moves, SURE), chain("verschil", homeless, SURE)])
    said = reading(sure, words)
    assert "naar schatting 1,00 (0,90 tot 1,10)" in said and "1,00 (0,90 tot 1,10) verhuizingen meer" in said
    assert "huishoudens meer geen" in homeless_sentence(sure, words)
    down = tuple(-each for each in SURE)
    fewer = outcome([chain("gevolgd", freed, SURE), chain("verschil", moves, down), chain("verschil", homeless, down)])
    assert "1,00 (0,90 tot 1,10) verhuizingen minder" in reading(fewer, words)
    assert "huishoudens minder geen" in homeless_sentence(fewer, words)
    unsure = outcome(
        [chain("gevolgd", freed, UNSURE), chain("verschil", moves, UNSURE), chain("verschil", homeless, UNSURE)]
    )
    for lang in LANGUAGES:
        told = f"{reading(unsure, wording(lang))} {homeless_sentence(unsure, wording(lang))}"
        assert told.count(wording(lang)("simulated.chance")) == 3
        assert not any(each.isdigit() for each in told)
    one = outcome([chain("gevolgd", freed, SURE[:1]), chain("verschil", moves, SURE[:1])], pairs=1)
    assert reading(one, words) == words("simulated.reading_one_pair")
    assert reading(outcome(), words) == words("simulated.reading_none")


def test_the_side_of_an_effect_is_that_of_its_mean_in_sentence_and_numbers() -> None:
    row = {
        "figure": "ouderen",
        "group": "alle",
        "area": FAR,
        "years": 5,
        "mean": -0.4,
        "low": -1.0,
        "middle": 0.0,
        "high": 0.0,
    }
    assert "0,00 (0,00 tot 1,00) personen minder" in effect_sentence(row, outcome(), wording("nl"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chapter_names_three_effects_that_may_be_shown_and_no_other(lang: str) -> None:
    words = wording(lang)
    sizes = {"personen": 8.0, "huishoudens": 6.0, "kinderen": -4.0, "leegstand": 2.0}
    clear = [
        effect(FAR, [size * each for each in (0.9 + 0.01 * at, 1.1, 0.9, 1.1)], figure)
        for at, (figure, size) in enumerate(sizes.items())
    ]
    of = outcome(effects=[*clear, effect(NEAR, UNSURE, "ouderen"), effect(NEAR, UNSURE, "personen")])
    told = printed(chapter(of, lang))
    named = [figure for figure in (*sizes, "ouderen") if f"{words(f'simulated.figure.{figure}')}," in told]
    assert len(named) == 3 and "ouderen" not in named
    assert words("simulated.masked", of=6, shown=4, years=5, wrongly=0) in told
    of.run["tested_together"] = False
    assert words("simulated.masked_each", of=6, shown=4, years=5, wrongly=0) in printed(chapter(of, lang))
    assert "Naastbuurt" not in told
    nothing = printed(chapter(outcome(effects=[effect(NEAR, UNSURE)]), lang))
    assert words("simulated.strongest_none") in nothing
    assert words("simulated.masked_one_pair") in printed(chapter(outcome(pairs=1), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_outcome_of_other_code_says_so_and_how_to_make_it_anew(lang: str) -> None:
    said = wording(lang)("simulated.older", command="stadspeil simulate --programme proef --pairs 4 --years 5 --seed 1")
    older = outcome()
    assert said in printed(chapter(older, lang))
    ours = replace(older, run={**older.run, "code": code_fingerprint()})
    assert said not in printed(chapter(ours, lang))


def test_schuifruimte_is_told_where_somebody_must_leave() -> None:
    rows = [
        {"site": site, "years": 5, "reach": "in de gemeente", "needed": needed, **spread(values)}
        for site, needed, values in (("sloop_a", 40, (30.0, 32.0, 31.0, 31.0)), ("sloop_b", 0, (0.0, 0.0, 0.0, 0.0)))
    ]
    words = wording("nl")
    said = list(shift_sentences(outcome(shift=rows), 5, words))
    assert "40 huishoudens moeten weg" in said[0] and "in de gemeente 31 (30 tot 32)" in said[0]
    assert said[1] == "sloop b: binnen 5 jaar hoeft hier nog niemand weg."
    told = printed(chapter(outcome(shift=rows), "nl"))
    assert "sloop a | 40 | in de gemeente | 31 (30 tot 32)" in told
    assert said[1] in told


def test_erosion_is_a_warning_only_where_the_fall_may_be_shown() -> None:
    words = wording("nl")
    fall = [-each for each in SURE]
    left = effect(NEAR, (5.0, 5.5, 5.0, 5.5), "vertrokken", "hoog")
    large = {**effect(NEAR, UNSURE, "huishoudens"), "without": 100.0}
    found = erosion_sentences(outcome(effects=[effect(NEAR, fall, "inkomensgroep_pct", "hoog"), left, large]), 5, words)
    assert len(found) == 1
    assert "In Naastbuurt" in found[0] and "1,00 (0,90 tot 1,10) procentpunt minder" in found[0] and "5,2" in found[0]
    for values in (UNSURE, [-each for each in UNSURE], SURE):
        none = erosion_sentences(outcome(effects=[effect(NEAR, values, "inkomensgroep_pct", "hoog"), large]), 5, words)
        assert none == [words("simulated.erosion_none", number=1, least=100)]
    small = {**large, "without": 99.0}
    untold = erosion_sentences(outcome(effects=[effect(NEAR, fall, "inkomensgroep_pct", "hoog"), small]), 5, words)
    assert untold == none
    assert erosion_sentences(outcome(around=()), 5, words) == [words("simulated.erosion_nowhere")]


@pytest.mark.parametrize(("low", "sure"), [(1.11, True), (1.1, False), (0.9, False)])
def test_a_wave_is_told_only_where_its_low_end_stands_out(low: float, sure: bool) -> None:
    peak = {"first": 2040, "last": 2049, "cost": 100.0, "cost_low": 80.0, "cost_high": 130.0, "times": 1.5, "times_low": low, "times_high": 1.8}  # fmt: skip
    words = wording("nl")
    assert ("keer zo veel" in wave_reading(peak, "Teststad", words)) == sure
    assert "niet bekend" in wave_reading(None, "Teststad", words)


def test_the_chapter_of_the_wave_draws_public_works_and_not_homes() -> None:
    wave = [
        {"area": TOWN, "level": "gemeente", "year": 2024, "boundaries": 2024, "payer": "gemeente", "asset": asset, "first": first,
         "last": first + 4, "units": 1.0, "cost": cost, "cost_low": cost / 2, "cost_high": 2 * cost}
        for asset, cost in (("riolering", 10.0), ("woning_renovatie", 900.0)) for first in (2030, 2035)
    ]  # fmt: skip
    peaks = [{"area": TOWN, "level": "gemeente", "year": 2024, "boundaries": 2024, "first": 2030, "last": 2039, "cost": 20.0, "cost_low": 10.0,
              "cost_high": 40.0, "times": 1.5, "times_low": 1.2, "times_high": 1.9, "dearest_year": 2.0, "spread_level": 1.5, "bundle_works": ""}]  # fmt: skip
    tables = {
        name: pl.DataFrame([{column: row.get(column) for column in ANALYSES[name].columns} for row in rows], schema=dict(ANALYSES[name].columns))
        for name, rows in (("renewal_wave", wave), ("renewal_peaks", peaks))
    }  # fmt: skip
    shown = Shown(TOWN, load_catalogue(), tables, empty(AREAS), {}, {}, town_name="Zoetermeer")
    made = {each.id: each for each in build_chapters(shown, wording("nl"))}["renewal"]
    (drawing,) = [part for part in made.parts if isinstance(part, Drawing)]
    assert "Riolering" in drawing.alt and "enovatie" not in drawing.alt
    assert drawing.svg.count('class="bar"') == 2
    assert "Zoetermeer" in str(made.parts[0])


def test_the_workbook_has_every_effect_and_no_number_that_may_not_be_shown() -> None:
    of = outcome(effects=[effect(FAR, SURE), effect(NEAR, UNSURE)])
    shown = Shown(TOWN, load_catalogue(), {}, empty(AREAS), {}, {}, outcomes=(of,))
    told = {row["area"]: row for row in analysis_tables(shown)["programme_effects"].iter_rows(named=True)}
    assert (told[FAR]["middle"], told[FAR]["name"]) == (pytest.approx(1.0), "Bouwbuurt")
    assert (told[NEAR]["low"], told[NEAR]["middle"], told[NEAR]["high"], told[NEAR]["shown"]) == (
        None,
        None,
        None,
        False,
    )
