"""Chapters from analyses: sentences that never say more than the interval allows."""

from __future__ import annotations

import dataclasses
from typing import Any

import polars as pl
import pytest
from pdf_words import words_by_page

from stadspeil.analyses.tables import ANALYSES, NEVER_SHOWN
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import AREAS, SCORES, VALUES, empty
from stadspeil.report.buurt_sheet import buurt_sheet
from stadspeil.report.chapters import Shown, analysis_tables, build_chapters
from stadspeil.report.document import Chapter, Drawing, Grid
from stadspeil.report.drawing.content import Dials, Panels, Places, Slopes, Waterfall
from stadspeil.report.leaflets import brief, leaflet_pdf, overview
from stadspeil.report.model import Material, report_model
from stadspeil.report.wording import LANGUAGES, wording

TOWN = "GM0637"
# Of a line these chapters only ask whether it is there.
LINE: Any = object()


@pytest.fixture(scope="module")
def ours() -> Catalogue:
    return load_catalogue()


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    contract = ANALYSES[name]
    made = [{column: row.get(column) for column in contract.columns} for row in rows]
    return pl.DataFrame(made, schema=dict(contract.columns))


def chapters(ours: Catalogue, lang: str = "nl", **analyses: pl.DataFrame) -> dict[str, Chapter]:
    shown = Shown(TOWN, ours, analyses, empty(AREAS), {}, {})
    return {each.id: each for each in build_chapters(shown, wording(lang))}


def text(chapter: Chapter) -> str:
    found = []
    for part in chapter.parts:
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, Grid):
            found += [" | ".join(row) for row in part.rows]
    return "\n".join(found)


def trend(verdict: str, change: float, margin: float) -> pl.DataFrame:
    return table(
        "trends",
        {"area": TOWN, "indicator": "bijstand", "boundaries": 2021, "first_year": 2016, "last_year": 2021, "first": 30.0,
         "last": 30 + change, "change": change, "low": change - margin, "high": change + margin, "verdict": verdict,
         "scale": "waarde", "years": 6, "broken": False, "country_change": -1.0},
    )  # fmt: skip


def test_without_analyses_there_are_no_chapters(ours: Catalogue) -> None:
    assert chapters(ours) == {}
    assert chapters(ours, **{name: empty(contract) for name, contract in ANALYSES.items()}) == {}


@pytest.mark.parametrize(
    ("verdict", "change", "margin", "said"),
    [("gestegen", 4.0, 1.0, "gestegen"), ("gedaald", -4.0, 1.0, "gedaald"),
     ("geen aantoonbare verandering", 0.5, 1.0, "niet aantoonbaar")],
)  # fmt: skip
def test_a_change_is_named_with_its_margin(
    ours: Catalogue, verdict: str, change: float, margin: float, said: str
) -> None:
    told = text(chapters(ours, trends=trend(verdict, change, margin))["development"])
    row = next(line for line in told.splitlines() if line.startswith("Bijstand"))
    assert row.endswith(f"| {said}") and "±\u00a01,0" in row


def test_of_a_change_without_a_margin_nothing_is_said(ours: Catalogue) -> None:
    rows = trend("onbekende marge", 4.0, 1.0)
    told = text(chapters(ours, trends=rows)["development"])
    assert "gestegen" not in told and "Daarvan wordt hier niets gezegd" in told


def mechanism(**more: Any) -> pl.DataFrame:
    given = {
        "area": TOWN, "mechanism": "sociaaleconomische_kracht", "measured": "mechanisme_sociaaleconomische_kracht",
        "baseline_year": 2019, "year": 2024, "years": 6, "value": 5.8, "baseline": 5.9, "region": 6.5, "gap": -0.7,
        "baseline_gap": -0.6, "goal_year": 2040, "verdict": "niet te zeggen", "reason": "interval_both",
        "projection": -0.5, "low": -1.5, "high": 0.5,
    }  # fmt: skip
    return table("mechanisms", {**given, **more})


@pytest.mark.parametrize(
    ("verdict", "reason", "said", "never"),
    [("niet te zeggen", "interval_both", "Niet te zeggen", "Van koers"), ("van koers", "interval_below", "Van koers", "Op koers"),
     ("op koers", "interval_above", "Op koers", "Van koers")],
)  # fmt: skip
def test_a_verdict_comes_with_its_reason_and_its_interval(
    ours: Catalogue, verdict: str, reason: str, said: str, never: str
) -> None:
    told = text(chapters(ours, mechanisms=mechanism(verdict=verdict, reason=reason))["mechanisms"])
    assert said in told and never not in told
    assert "90% kans op −1,5 tot 0,5" in told


def test_a_range_is_told_beside_each_place_and_what_it_hangs_on(ours: Catalogue) -> None:
    rows = table(
        "rank_ranges",
        {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "rank": 269, "ranked": 352,
         "best_choices": 200, "middle_choices": 264, "worst_choices": 300, "lowest_tenth": 0.0, "hangs_on": "gewichten"},
        {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "ww", "rank": 215, "ranked": 352,
         "best_noise": 50, "worst_noise": 337, "best_noise_own": 85, "worst_noise_own": 327},
        {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "moeite_met_rondkomen", "rank": 9, "ranked": 352},
    )  # fmt: skip
    told = text(chapters(ours, rank_ranges=rows)["certainty"])
    assert "269 van 352 | 200 tot 300" in told and "215 van 352 | 50 tot 337 | 85 tot 327" in told
    assert "hangen vooral af van een keuze: de gewichten" in told
    assert "Van 1 cijfer is de marge niet bekend" in told


def pocket(**more: Any) -> dict[str, Any]:
    return {
        "area": "BU06370101", "year": 2020, "boundaries": 2020, "indicator": "bijstand", "value": 60.0, "rest": 20.0,
        "wijk_value": 25.0, "difference": 40.0, "error": 10.0, "ordinary": 8.0, "p": 0.0001, "base": 900.0, "found": True,
        "unfavourable": True, "wijk_hides": True, "signals": 1, **more,
    }  # fmt: skip


def test_a_hidden_buurt_is_told_with_the_rest_of_its_wijk_and_its_margin(ours: Catalogue) -> None:
    told = text(chapters(ours, pockets=table("pockets", pocket()))["below"])
    assert "BU06370101 | Bijstand (2020) | 60,0 | 20,0 | ±\u00a016,4 | ja" in told
    assert "Bij 1 daarvan valt de wijk zelf niet op" in told


def test_what_is_within_noise_or_favourable_is_not_told_as_a_problem(ours: Catalogue) -> None:
    rows = table("pockets", pocket(found=False), pocket(area="BU06370102", unfavourable=False))
    told = text(chapters(ours, pockets=rows)["below"])
    assert "BU0637" not in told and "Geen enkele buurt wijkt" in told


def pair(other: str, **more: Any) -> dict[str, Any]:
    return {
        "area": TOWN, "other": other, "kind": "group", "year": 2021, "boundaries": 2021, "indicator": "thema_werk",
        "value": 6.0, "other_value": 5.0, "difference": 1.0, "verdict": "onbekend", "ahead_choices": 0.62, **more,
    }  # fmt: skip


RANGE = {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "rank": 269, "ranked": 352,
         "best_choices": 200, "worst_choices": 300}  # fmt: skip


def test_who_is_ahead_is_a_chance_and_no_difference_where_the_margin_is_unknown(ours: Catalogue) -> None:
    rows = table("pairs", pair("GM0034"), pair("GM0794", ahead_choices=0.001))
    told = text(chapters(ours, rank_ranges=table("rank_ranges", RANGE), pairs=rows)["certainty"])
    assert "Werk | 62% | minder dan 1%" in told and "Van geen enkel verschil is de marge bekend" in told
    assert "Aantoonbaar" not in told and "aantoonbaar gunstig" not in told


def test_demonstrable_differences_with_a_town_are_counted_by_side(ours: Catalogue) -> None:
    known = {"error": 0.2, "ahead_noise": 0.9}
    rows = table(
        "pairs", pair("GM0034", **known, verdict="hoger", favourable=True),
        pair("GM0034", indicator="bijstand", ahead_choices=None, **known, verdict="hoger", favourable=False),
        pair("GM0034", indicator="ww", ahead_choices=None, **known, verdict="gelijk"),
    )  # fmt: skip
    told = text(chapters(ours, rank_ranges=table("rank_ranges", RANGE), pairs=rows)["certainty"])
    assert "Almere | groep | 3 | 1 | 1 | 1" in told


def group_test(indicator: str, found: bool, **more: Any) -> dict[str, Any]:
    return {
        "group": "nta", "other": "rest", "year": 2021, "boundaries": 2021, "indicator": indicator, "mean": 9.0,
        "other_mean": 6.0, "difference": 3.0, "p": 0.001, "exact": False, "g": 1.2, "g_low": 0.6, "g_high": 1.8,
        "members": 7, "others": 345, "found": found, **more,
    }  # fmt: skip


def test_only_found_differences_of_the_group_are_told_the_largest_first(ours: Catalogue) -> None:
    rows = table(
        "group_tests", group_test("bijstand", True), group_test("ww", True, g=-1.9, g_low=-2.5, g_high=-1.3, difference=-3.0),
        group_test("thema_werk", False, g=9.0), group_test("bijstand", False, other="old_towns"),
        group_test("ww", True, group="old_towns"),
    )  # fmt: skip
    told = text(chapters(ours, group_tests=rows)["beside"])
    assert "Van 3 cijfers verschillen er 2 aantoonbaar" in told and "0 van 1 cijfer" in told
    lines = [line for line in told.splitlines() if " | " in line]
    assert [line.split(" | ")[0] for line in lines] == ["WW (2021)", "Bijstand (2021)"]
    assert lines[0].endswith("−1,9 ±\u00a00,6 | aantoonbaar lager") and "Werk (2021)" not in told


@pytest.mark.parametrize(
    ("mark", "error", "verdict", "said"),
    [(6.0, None, "onbekend", "tussen de tweelingen"), (4.0, None, "onbekend", "buiten de tweelingen, marge onbekend"),
     (4.0, 0.1, "lager", "aantoonbaar lager"), (6.0, 0.9, "gelijk", "geen aantoonbaar verschil")],
)  # fmt: skip
def test_beside_twins_nothing_is_called_a_difference_without_its_margin(
    ours: Catalogue, mark: float, error: float | None, verdict: str, said: str
) -> None:
    twins = table(
        "twins", {"area": TOWN, "twin": "GM0479", "boundaries": 2021, "nearness": 1, "distance": 0.3, "dimensions": 6}
    )
    gaps = table(
        "twin_gaps",
        {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "mark": mark, "twins_mark": 6.2,
         "lowest": 5.0, "highest": 7.0, "present": 5, "difference": mark - 6.2, "error": error, "verdict": verdict},
    )  # fmt: skip
    told = text(chapters(ours, twins=twins, twin_gaps=gaps)["beside"])
    assert "Zaanstad" in told and told.splitlines()[-1].endswith(f"| {said}")
    assert ("aantoonbaar" in told.splitlines()[-1]) == (error is not None)


def apart(area: str, **more: Any) -> dict[str, Any]:
    return {
        "area": area, "year": 2020, "boundaries": 2020, "family": "leeftijd", "h": 0.02, "total": 0.03,
        "between_wijken": 0.02, "within_wijken": 0.01, "chance": 0.001, "entropy": 1.5, "people": 1000.0, "buurten": 20,
        "left_out": 0.0, **more,
    }  # fmt: skip


def test_separation_is_told_with_the_country_beside_it(ours: Catalogue) -> None:
    rows = table("segregation", apart("NL", between_wijken=0.01), apart(TOWN), apart("GM0034", h=0.06))
    told = text(chapters(ours, segregation=rows)["below"])
    assert "daarvan ligt 33% binnen wijken. Voor alle gemeenten samen is dat 50%." in told
    assert "leeftijd (2020) | 2,0% | 4,0% | 33% | 50%" in told and "tellen niet mee" not in told


def test_separation_that_chance_explains_has_no_share(ours: Catalogue) -> None:
    rows = table(
        "segregation", apart("NL"), apart(TOWN, h=0.0001, between_wijken=0.0002, within_wijken=-0.0001, left_out=0.12)
    )
    told = text(chapters(ours, segregation=rows)["below"])
    assert "| 0,0% | 0,0% | te klein | 33%" in told and "hoogstens 12% van de stad" in told
    assert "Het sterkst gescheiden" not in told


def test_a_gap_with_the_region_is_told_with_what_is_known_of_its_margin(ours: Catalogue) -> None:
    told = text(chapters(ours, mechanisms=mechanism())["mechanisms"])
    assert "Het verschil is −0,70." in told and "De marge van dat verschil is niet bekend." in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_chapters_can_be_said_in_both_languages(ours: Catalogue, lang: str) -> None:
    made = chapters(
        ours, lang, mechanisms=mechanism(), trends=trend("gestegen", 4.0, 1.0), pockets=table("pockets", pocket())
    )
    assert set(made) == {"mechanisms", "development", "below"}
    assert all("{" not in text(each) for each in made.values())


def test_the_workbook_gets_every_row_of_the_town_and_of_no_other(ours: Catalogue) -> None:
    rows = table("pockets", pocket(), pocket(area="BU03630101"))
    shown = Shown(TOWN, ours, {"pockets": rows, "mechanisms": mechanism()}, empty(AREAS), {}, {})
    tables = analysis_tables(shown)
    assert tables["pockets"]["area"].to_list() == ["BU06370101"] and tables["mechanisms"].height == 1


# --- leaflets


def pages_of(content: bytes) -> list[str]:
    return [" ".join(page.split()) for page in words_by_page(content)]


def value(area: str, number: float, spread: float | None) -> dict[str, Any]:
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[area[:2]]
    return {
        "area": area, "level": level, "year": 2020, "boundaries": 2020, "indicator": "bijstand", "value": number,
        "spread": spread, "n": 900.0, "status": "waarde", "method": "published",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "spread", "said"),
    [(60.0, 8.0, " hoger"), (30.0, 8.0, "niet aantoonbaar"), (60.0, None, "daarom niet te zeggen")],
)
def test_a_buurt_sheet_is_one_page_and_claims_only_what_exceeds_its_margin(
    ours: Catalogue, number: float, spread: float | None, said: str
) -> None:
    rows = [value("BU06370101", number, spread), value("WK063701", 25.0, 1.0), value("GM0637", 24.0, 0.3)]
    values = pl.DataFrame(
        [{name: row.get(name) for name in VALUES.columns} for row in rows], schema=dict(VALUES.columns)
    )
    pages = pages_of(leaflet_pdf(buurt_sheet("BU06370101", "Centrum", values, ours, "nl", False)))
    assert len(pages) == 1 and said in pages[0]
    for other in {" hoger", "niet aantoonbaar", "daarom niet te zeggen"} - {said}:
        assert other not in pages[0]


def test_a_secret_value_never_reaches_the_sheet(ours: Catalogue) -> None:
    rows = [{**value("BU06370101", 1.0, 1.0), "value": None, "status": "geheim"}]
    values = pl.DataFrame(
        [{name: row.get(name) for name in VALUES.columns} for row in rows], schema=dict(VALUES.columns)
    )
    assert (
        "geen beoordeelde cijfers" in pages_of(leaflet_pdf(buurt_sheet("BU06370101", "X", values, ours, "nl", True)))[0]
    )


@pytest.mark.parametrize("invented", [True, False])
def test_brief_and_overview_name_the_town_and_say_what_is_invented(
    material: Material, catalogue: Catalogue, country: Any, invented: bool
) -> None:
    report = dataclasses.replace(report_model(material, catalogue, country.town), invented=invented)
    for leaflet in (brief(report, catalogue), overview([report, report], "Proef", catalogue)):
        content = leaflet_pdf(leaflet)
        pages = pages_of(content)
        assert len(pages) <= 2 and report.town.name in pages[0]
        assert all(("Verzonnen gegevens" in page) == invented for page in pages)
        assert leaflet_pdf(leaflet) == content


# --- trends beside groups, moves between fifths, what moves first


def gap(verdict: str, difference: float, margin: float, group: str = "nta", kind: str = "group") -> dict[str, Any]:
    return {"area": TOWN, "indicator": "bijstand", "group": group, "kind": kind, "scale": "waarde", "first_year": 2016,
            "last_year": 2021, "own_change": 3.0, "group_change": 3.0 - difference, "difference": difference,
            "low": difference - margin, "high": difference + margin, "verdict": verdict, "members": 7, "present": 7}  # fmt: skip


def test_a_change_beside_a_group_is_told_only_where_it_is_demonstrable(ours: Catalogue) -> None:
    rows = table("trend_gaps", gap("hoger", 2.0, 1.0), gap("gelijk", 0.9, 1.0, "NL", "country"),
                 gap("onbekend", 9.0, 0.0, f"{TOWN}:net", "region_net"), gap("hoger", 8.0, 1.0, f"{TOWN}:gross", "region_gross"))  # fmt: skip
    told = text(chapters(ours, trends=trend("gestegen", 3.0, 1.0), trend_gaps=rows)["development"])
    assert (
        "Van 2 verschillen is de marge bekend; 1 daarvan" in told and "Van 1 verschil is de marge niet bekend" in told
    )
    (row,) = [line for line in told.splitlines() if line.startswith("Bijstand (2016")]
    assert row.endswith("| +3,0 | +2,0 ±\u00a01,0 | – | –") and "8,0" not in told and "9,0" not in told


def test_a_figure_that_was_measured_otherwise_is_named_with_its_year(ours: Catalogue) -> None:
    rows = trend("gestegen", 4.0, 1.0).with_columns(
        broken=pl.lit(True), broken_by=pl.lit("definitie"), break_year=pl.lit(2016, dtype=pl.Int16)
    )
    told = text(chapters(ours, trends=rows)["development"])
    assert "De manier van meten veranderde bij bijstand (vanaf 2016)" in told and "grenswijziging" not in told
    moved = rows.with_columns(broken_by=pl.lit("grenzen"))
    told = text(chapters(ours, trends=moved)["development"])
    assert "grenswijziging" in told and "manier van meten" not in told


def test_a_composite_is_named_as_a_fixed_mark(ours: Catalogue) -> None:
    rows = trend("gestegen", 0.44, 0.03).with_columns(indicator=pl.lit("thema_werk"), scale=pl.lit("vast cijfer"))
    told = text(chapters(ours, trends=rows)["development"])
    assert "Werk (vast cijfer)" in told and "+0,44 ±\u00a00,03" in told and "heeft geen ontwikkeling" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_moves_are_told_beside_what_chance_alone_moves(ours: Catalogue, lang: str) -> None:
    cells = [
        {"level": level, "indicator": "bijstand", "first_year": 2019, "last_year": 2024, "boundaries": 2024, "areas": 100,
         "from_fifth": one, "to_fifth": other, "share": 0.6 if one == other else 0.1,
         "share_by_noise": noise and (0.8 if one == other else 0.05)}
        for level, noise in (("gemeente", True), ("buurt", None)) for one in range(1, 6) for other in range(1, 6)
    ]  # fmt: skip
    told = text(
        chapters(ours, lang, trends=trend("gestegen", 3.0, 1.0), transitions=table("transitions", *cells))[
            "development"
        ]
    )
    assert "40%" in told and "20%" in told
    # Of buurten the noise is unknown: nothing is said of them.
    assert [line for line in told.splitlines() if line.endswith("| 60% | 80%")] and "5 jaar" not in told


def lead_row(verdict: str, agrees: bool | None = None, **more: Any) -> dict[str, Any]:
    sizes = {
        f"{name}{end}": value
        for name in ("ahead", "behind")
        for end, value in (("", 0.3), ("_low", 0.1), ("_high", 0.5))
    }
    return {"arrow": "verhuisdynamiek__thema_sociale_cohesie", "cause_measured": "verhuismobiliteit",
            "effect_measured": "thema_sociale_cohesie", "first_year": 2012, "last_year": 2020, "years": 9,
            "gemeenten": 300, "verdict": verdict, "agrees": agrees, **sizes, **more}  # fmt: skip


OF_CAUSE = (
    "oorza",
    "veroorz",
    "gevolg",
    "effect",
    "cause",
    "leidt tot",
    "leads to",
    "daardoor",
    "therefore",
    "because",
    "doordat",
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("verdict", "agrees", "nl", "en"),
    [("loopt vooruit", True, "zoals de pijl zegt", "as the arrow says"),
     ("loopt vooruit", False, "andersom dan de pijl", "the other way than the arrow"),
     ("loopt achter", None, "het eind loopt vooruit", "the end moves first"),
     ("niets aantoonbaars", None, "niets aantoonbaars", "nothing demonstrable")],
)  # fmt: skip
def test_what_moves_first_is_told_without_a_word_of_cause(
    ours: Catalogue, lang: str, verdict: str, agrees: bool | None, nl: str, en: str
) -> None:
    made = table("mechanisms", {"area": TOWN, "mechanism": "adaptief_vermogen", "measured": "", "years": 0, "goal_year": 2040,
                                "verdict": "niet te zeggen", "reason": "qualitative"})  # fmt: skip
    rows = table("lead_lag", lead_row(verdict, agrees), lead_row("te kort", effect_measured="x"),
                 lead_row("zelfde delen", effect_measured="y"))  # fmt: skip
    chapter = chapters(ours, lang, mechanisms=made, lead_lag=rows)["mechanisms"]
    titles = [getattr(part, "text", "") for part in chapter.parts]
    start = max(titles.index(title) for title in titles if title in ("Wat beweegt eerst?", "What moves first?"))
    told = text(Chapter("", "", chapter.parts[start + 1 :]))
    assert (nl if lang == "nl" else en) in told and "+0" in told
    assert not [word for word in OF_CAUSE if word in told.lower()]
    assert ("geen bewijs" if lang == "nl" else "no proof") in told


def inside(**more: Any) -> dict[str, pl.DataFrame]:
    place = {"year": 2024, "boundaries": 2024, "field": "leefbaarheid_afwijking"}
    buurten = [
        {"area": "BU06370101", **place, "squares": 40, "value": 0.1, "spread": 0.2, "tested": True, "pockets": 2,
         "pockets_unfavourable": 1, "looks_average": True, "buurt_hides": True, **more},
        {"area": "BU06370102", **place, "squares": 5, "value": 0.1, "spread": 0.1, "tested": False, "pockets": 0,
         "pockets_unfavourable": 0, "looks_average": True, "buurt_hides": False},
        {"area": "BU05180101", **place, "squares": 40, "value": 0.1, "spread": 0.2, "tested": True, "pockets": 1,
         "pockets_unfavourable": 1, "looks_average": True, "buurt_hides": True},
    ]  # fmt: skip
    split = {"area": TOWN, **place, "squares": 45, "total": 0.05, "between_wijken": 0.02, "between_buurten": 0.01,
             "within_buurten": 0.02, "within_buurten_pct": 40.0}  # fmt: skip
    spot = {"area": "BU06370101", **place, "pocket": 1, "squares": 4, "value": -0.3, "rest": 0.15, "difference": -0.45,
            "error": 0.1, "unfavourable": True, "buurt_hides": True, "most": "leefbaarheid_onveiligheid"}  # fmt: skip
    square = {"square": "E0951N4412", "area": "BU06370101", **place, "value": -0.3, "found": True}
    return {
        "grid_buurten": table("grid_buurten", *buurten), "grid_splits": table("grid_splits", split),
        "grid_pockets": table("grid_pockets", spot), "grid_squares": table("grid_squares", square),
    }  # fmt: skip


def test_a_spot_inside_a_buurt_is_told_of_the_buurt_with_its_margin_and_no_square_is_named(ours: Catalogue) -> None:
    told = text(chapters(ours, **inside())["below"])
    assert "ligt 40% binnen buurten" in told and "Bij 1 daarvan valt de buurt zelf niet op" in told
    assert "Van 1 getoetste buurt heeft er 1 een plek" in told
    assert "BU06370101 | 40 | 1 | −0,45 ±\u00a00,16 | overlast en onveiligheid | ja" in told
    assert "E0951N4412" not in told and "BU0518" not in told


def test_without_a_spot_nothing_is_pointed_at_and_untested_is_not_fine(ours: Catalogue) -> None:
    none = text(chapters(ours, **inside(pockets_unfavourable=0, buurt_hides=False))["below"])
    assert "heeft er geen een aantoonbare plek" in none and "BU0637" not in none
    untested = text(chapters(ours, **inside(tested=False))["below"])
    assert "te weinig vakken om te toetsen" in untested and "geen een aantoonbare" not in untested


@pytest.mark.parametrize("lang", LANGUAGES)
def test_inside_the_buurten_can_be_said_in_both_languages_and_the_workbook_has_buurten_only(
    ours: Catalogue, lang: str
) -> None:
    assert "{" not in text(chapters(ours, lang, **inside())["below"])
    shown = Shown(TOWN, ours, inside(), empty(AREAS), {}, {})
    assert set(analysis_tables(shown)) == {"grid_splits", "grid_buurten"}
    words = wording(lang)
    for name in ("grid_splits", "grid_buurten"):
        assert all(words(f"analysis_columns.{column}") for column in ANALYSES[name].columns)


def test_a_report_is_never_even_given_squares() -> None:
    assert NEVER_SHOWN == ("grid_squares",)
    assert "square" in ANALYSES["grid_squares"].columns
    assert not any("square" in ANALYSES[name].columns for name in ANALYSES if name not in NEVER_SHOWN)


def drawn(chapter: Chapter, kind: type) -> list[Drawing]:
    return [part for part in chapter.parts if isinstance(part, Drawing) and isinstance(part.content, kind)]


def step(part: str, adds: float, **more: Any) -> dict[str, Any]:
    return {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "part": part, "mark": 6.5 + 4 * adds,
            "weight": 0.25, "adds": adds, "place_wanted": 200, **more}  # fmt: skip


def test_a_composite_is_drawn_step_by_step_to_its_mark(ours: Catalogue) -> None:
    rows = table("steps", step("ww", 0.2), step("bijstand", -0.5), step("arbeidsongeschiktheid", 0.1))
    (drawing,) = drawn(chapters(ours, steps=rows)["composition"], Waterfall)
    content = drawing.content
    assert isinstance(content, Waterfall)
    assert [each.adds for each in content.steps] == [-0.5, 0.1, 0.2]
    assert content.mark == pytest.approx(6.5 - 0.2) and "cijfer 6,3" in drawing.caption
    assert all(said in drawing.alt for said in ("\u22120,50", "+0,10", "+0,20", "6,3"))


def test_a_value_that_cannot_be_is_never_wanted(ours: Catalogue) -> None:
    wanted = {"mark_wanted": 9.0, "mark": 7.0}
    rows = table(
        "steps", step("ww", 0.2, **wanted, value_wanted=-0.4), step("bijstand", 0.1, **wanted, value_wanted=5.0)
    )
    (drawing,) = drawn(chapters(ours, steps=rows)["composition"], Waterfall)
    needed = {each.title: each.needed for each in drawing.content.steps}  # type: ignore[union-attr]
    assert needed["WW"] == "\u2013" and needed["Bijstand"].startswith("9,0 (5")


def test_the_ranges_of_composites_are_drawn(ours: Catalogue) -> None:
    rows = table("rank_ranges", {
        "area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "rank": 269, "ranked": 352,
        "best_choices": 200, "worst_choices": 300, "lowest_tenth": 0.0, "best_noise": 250, "worst_noise": 280,
    })  # fmt: skip
    (drawing,) = drawn(chapters(ours, rank_ranges=rows)["certainty"], Places)
    assert "statistisch onderscheidbaar 250 tot 280; bandbreedte bij andere keuzes 200 tot 300" in drawing.alt


def test_the_dials_hold_each_measure_with_its_reason(ours: Catalogue) -> None:
    (drawing,) = drawn(chapters(ours, mechanisms=mechanism())["mechanisms"], Dials)
    assert "90% kans op \u22121,50 tot +0,50" in drawing.alt and "niet te zeggen" in drawing.alt
    (bare,) = drawn(
        chapters(ours, mechanisms=mechanism(projection=None, low=None, high=None, reason="too_few_years"))[
            "mechanisms"
        ],
        Dials,
    )
    assert "te weinig gemeten" in bare.alt and "90% kans" not in bare.alt


def series(*rows: tuple[str, int, float | None, float | None, float | None, float | None]) -> pl.DataFrame:
    made = [(TOWN, "gemeente", year, year, id, value, spread, None, "waarde", mark, noise, 1, 1, 300, 1.0, "")
            for id, year, value, spread, mark, noise in rows]  # fmt: skip
    return pl.DataFrame(made, schema=dict(SCORES.columns), orient="row")


def real(year: int, mark: float, fixed: float, spread: float | None) -> dict[str, Any]:
    return {"area": TOWN, "year": year, "boundaries": year, "indicator": "thema_werk", "level": "gemeente",
            "base_year": 2019, "mark": mark, "fixed_mark": fixed, "fixed_spread": spread}  # fmt: skip


def test_a_mark_of_two_years_has_a_color_only_beyond_its_margin(ours: Catalogue) -> None:
    marks = table("real_marks", real(2015, 5.0, 5.0, 0.1), real(2020, 5.1, 6.0, 0.1))
    known = series(("thema_werk", 2015, None, None, 5.0, 0.1), ("thema_werk", 2020, None, None, 5.1, 0.1))
    shown = Shown(
        TOWN, ours, {"real_marks": marks, "trends": trend("gestegen", 4, 1)}, empty(AREAS), {}, {}, series=known
    )
    made = {each.id: each for each in build_chapters(shown, wording("nl"))}
    (drawing,) = drawn(made["development"], Slopes)
    content = drawing.content
    assert isinstance(content, Slopes)
    # 1.645 times the root of two squares of 0.1 is 0.23: a tenth is within it, a whole point beyond.
    assert content.relative[0].beyond == "" and content.fixed[0].beyond == "favourable"
    assert "5,0 \u2192 5,1, geen aantoonbare verandering" in drawing.alt and "aantoonbaar hoger" in drawing.alt


def test_a_figure_of_two_years_has_no_panel_and_one_of_three_has(ours: Catalogue) -> None:
    rows = [("bijstand", 2016 + each, 30.0 + each, 1.0, None, None) for each in range(3)]
    long = trend("gestegen", 4, 1).with_columns(years=pl.lit(3, pl.Int32))
    for number, expected in ((2, 0), (3, 1)):
        analyses = {"trends": long.with_columns(years=pl.lit(number, pl.Int32))}
        shown = Shown(TOWN, ours, analyses, empty(AREAS), {"bijstand": LINE}, {},
                      series=series(*rows[:number]), town_name="Zoetermeer")  # fmt: skip
        made = {each.id: each for each in build_chapters(shown, wording("nl"))}
        found = drawn(made["development"], Panels)
        assert len(found) == expected
        if found:
            assert "2016: 30,0\u00a0per 1.000 ±\u00a02,0" in found[0].alt
