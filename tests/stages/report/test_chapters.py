"""Chapters from analyses: sentences that never say more than the interval allows."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import polars as pl
import pytest
from pypdf import PdfReader

from stadspeil.analyses.tables import ANALYSES
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import AREAS, VALUES, empty
from stadspeil.report.chapters import Shown, analysis_tables, build_chapters
from stadspeil.report.document import Chapter, Grid
from stadspeil.report.leaflets import brief, buurt_sheet, leaflet_pdf, overview
from stadspeil.report.model import Material, report_model
from stadspeil.report.wording import LANGUAGES, wording

TOWN = "GM0637"


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
    assert "Van 1 cijfers is de marge niet bekend" in told


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
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def value(area: str, number: float, spread: float | None) -> dict[str, Any]:
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[area[:2]]
    return {
        "area": area, "level": level, "year": 2020, "boundaries": 2020, "indicator": "bijstand", "value": number,
        "spread": spread, "n": 900.0, "status": "waarde", "method": "published",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "spread", "said"),
    [(60.0, 8.0, "aantoonbaar hoger"), (30.0, 8.0, "geen aantoonbaar verschil"), (60.0, None, "marge onbekend")],
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
    for other in {"aantoonbaar hoger", "geen aantoonbaar verschil", "marge onbekend"} - {said}:
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
        "Van 2 verschillen is de marge bekend; 1 daarvan" in told
        and "Van 1 verschillen is de marge niet bekend" in told
    )
    (row,) = [line for line in told.splitlines() if line.startswith("Bijstand (2016")]
    assert row.endswith("| +3,0 | +1,0 | +2,0 ±\u00a01,0") and "8,0" not in told and "9,0" not in told


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
