"""The page of the renewal wave: what it says is what the analysis gives, and no more than its range allows."""

from __future__ import annotations

import polars as pl
import pytest
from starlette.testclient import TestClient

from stadspeil.analyses.store import read_analysis
from stadspeil.analyses.tables import ANALYSES
from stadspeil.atlas.pages.renewal import renewal_page
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.renewal_words import wave_reading
from stadspeil.shelf import has_shelf

TOWN = "GM9002"


def page(site: Site, lang: str = "nl", town: str = TOWN) -> View:
    return renewal_page(site, Asked(lang, f"/vernieuwing/{town}", {"stad": town}, {}))


def peak(**changed: float) -> dict[str, object]:
    return {
        "first": 2040, "last": 2049, "cost": 100.0, "cost_low": 80.0, "cost_high": 130.0, "times": 1.5, "times_low": 1.2,
        "times_high": 1.8, **changed,
    }  # fmt: skip


def test_the_table_holds_what_the_analysis_gives(site: Site) -> None:
    wave = read_analysis(site.workspace, "renewal_wave").filter(pl.col("area") == TOWN)
    assert wave.height
    rows = page(site).table("golf").rows
    assert sum(float(row["kosten"] or 0) for row in rows) == pytest.approx(wave["cost"].sum())
    assert len(rows) == wave.height


@pytest.mark.parametrize("name", ["renewal_stock", "renewal_wave", "renewal_peaks"])
def test_a_page_reads_one_gemeente_not_the_country(site: Site, name: str) -> None:
    """Prepared with a part per gemeente, of the same rows."""
    assert has_shelf(site.workspace.out / "atlas" / name)
    key = list(ANALYSES[name].key)
    own = read_analysis(site.workspace, name).filter(pl.col("area").str.slice(2, 4) == TOWN[2:6])
    assert own.height and site.results.inside(name, TOWN).sort(key).equals(own.sort(key))


def test_homes_of_the_table_are_those_of_the_publisher(site: Site) -> None:
    stock = page(site).table("bouwjaren").rows
    cells = pl.read_parquet(sorted((site.workspace.tables / "woningvoorraad").glob("*.parquet")))
    newest = cells.filter((pl.col("area") == TOWN) & (pl.col("field") == "woningen")).sort("year")["value"][-1]
    told = sum(float(row["eengezins"] or 0) + float(row["meergezins"] or 0) for row in stock)
    assert told == pytest.approx(newest, rel=1e-6)
    assert sum(float(row["deel"] or 0) for row in stock) == pytest.approx(100)


def test_every_buurt_with_homes_has_a_peak(site: Site) -> None:
    peaks = read_analysis(site.workspace, "renewal_peaks").filter(
        (pl.col("level") == "buurt") & pl.col("area").str.starts_with("BU9002") & (pl.col("cost") > 0)
    )
    shown = page(site).table("buurten").rows
    assert {row["gebied"] for row in shown} == set(peaks["area"])
    firsts = [int(row["van"] or 0) for row in shown]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize(("low", "sure"), [(1.2, True), (1.1, False), (0.9, False)])
def test_a_wave_is_told_only_where_its_low_end_stands_out(low: float, sure: bool) -> None:
    said = wave_reading(peak(times_low=low), "Teststad", words_of("nl"))
    assert ("keer zo veel" in said) == sure
    assert "2040" in said and "100" in said


def test_a_town_without_building_years_says_so(site: Site) -> None:
    assert "niet bekend" in wave_reading(None, "Teststad", words_of("nl"))


def test_a_buurt_has_no_page_of_its_own(site: Site) -> None:
    with pytest.raises(QuestionError, match="geen gemeente"):
        page(site, town="BU90020100")


def test_the_slide_gets_the_middles_of_the_drawing(site: Site) -> None:
    view = page(site, "en")
    (chart,) = view.series
    rows = view.table("golf").rows
    sewers = [float(row["kosten"] or 0) for row in rows if row["id"] == "riolering"]
    assert list(chart.numbers["Sewers"]) == pytest.approx(sewers)


def test_the_page_is_in_the_menu_and_answers(client: TestClient) -> None:
    answer = client.get(f"/vernieuwing/{TOWN}", headers={"cookie": f"stad={TOWN}"})
    assert answer.status_code == 200
    assert "Vernieuwing" in answer.text
