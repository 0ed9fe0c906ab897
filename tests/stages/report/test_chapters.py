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
from stadspeil.contracts import AREAS, SCORES, VALUES, empty
from stadspeil.report.chapters import Shown, analysis_tables, build_chapters
from stadspeil.report.document import Chapter, Drawing, Grid
from stadspeil.report.drawing.content import Dials, Panels, Places, Slopes, Waterfall
from stadspeil.report.leaflets import brief, buurt_sheet, leaflet_pdf, overview
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
         "years": 6, "broken": False, "country_change": -1.0},
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
            assert "2016: 30,0\u00a0per 1.000 ±\u00a01,6" in found[0].alt
