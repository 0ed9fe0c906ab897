"""What the API answers is what the files hold: values with margins and ranges, areas, groups, analyses, lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.site import Site

TOWN, FIGURE = "GM9002", "koopwoningen_aandeel"


def asked(client: TestClient, address: str) -> Any:
    answer = client.get(f"/v1{address}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def analysis(site: Site, name: str) -> pl.DataFrame:
    return pl.concat(
        [pl.read_parquet(path) for path in sorted((site.workspace.out / "analyses" / name).glob("*.parquet"))]
    )


@pytest.mark.parametrize("figure", [FIGURE, "thema_veiligheid", "ww"])
def test_values_of_a_figure_are_those_of_the_scores(client: TestClient, scores: pl.DataFrame, figure: str) -> None:
    rows = asked(client, f"/cijfers/{figure}/waarden?jaar=2023&niveau=gemeente")["waarden"]
    own = scores.filter(indicator=figure, year=2023, level="gemeente")
    own = own.filter(boundaries=own["boundaries"].max()).sort("area")
    assert [row["gebied"] for row in rows] == own["area"].to_list()
    assert len(rows) > 5
    for row, score in zip(rows, own.iter_rows(named=True), strict=True):
        assert (row["waarde"], row["n"], row["status"]) == (score["value"], score["n"], score["status"])
        assert (row["rapportcijfer"], row["plaats"], row["plaatsVan"]) == (
            score["mark"],
            score["rank"],
            score["ranked"],
        )
        if score["spread"] is None or score["value"] is None:
            assert row["marge"] is row["laag"] is row["hoog"] is None
        else:
            assert row["marge"] == pytest.approx(1.96 * score["spread"])
            assert row["laag"] == pytest.approx(score["value"] - 1.96 * score["spread"])
            assert row["hoog"] == pytest.approx(score["value"] + 1.96 * score["spread"])


def test_a_place_comes_with_both_its_ranges(client: TestClient, site: Site) -> None:
    ranges = analysis(site, "rank_ranges").filter(area=TOWN)
    by_noise = ranges.filter(pl.col("best_noise").is_not_null()).row(0, named=True)
    by_choices = ranges.filter(pl.col("best_choices").is_not_null()).row(0, named=True)
    for known, keys, names in (
        (by_noise, ("plaatsBesteRuis", "plaatsSlechtsteRuis"), ("best_noise", "worst_noise")),
        (by_choices, ("plaatsBesteKeuzes", "plaatsSlechtsteKeuzes"), ("best_choices", "worst_choices")),
    ):
        question = f"cijfer={known['indicator']}&jaar={known['year']}&grenzen={known['boundaries']}"
        (row,) = asked(client, f"/gebieden/{TOWN}/waarden?{question}")["waarden"]
        assert [row[key] for key in keys] == [known[name] for name in names]
        assert row["plaats"] == known["rank"]


def test_a_value_that_is_secret_says_so_and_has_no_number(client: TestClient, scores: pl.DataFrame) -> None:
    secret = scores.filter(status="geheim").row(0, named=True)
    question = f"jaar={secret['year']}&grenzen={secret['boundaries']}&gebied={secret['area']}"
    (row,) = asked(client, f"/cijfers/{secret['indicator']}/waarden?{question}")["waarden"]
    assert (row["status"], row["waarde"], row["marge"], row["plaats"]) == ("geheim", None, None, None)


def test_without_a_division_there_is_one_row_per_area_and_year(client: TestClient, scores: pl.DataFrame) -> None:
    above = scores.filter(level="gemeente")
    rebuilt = (
        above.filter(pl.struct("indicator", "area", "year").is_duplicated())
        .sort("indicator", "year")
        .row(0, named=True)
    )
    figure, year = rebuilt["indicator"], rebuilt["year"]
    own = above.filter(indicator=figure)
    newest = asked(client, f"/cijfers/{figure}/waarden?niveau=gemeente&limit=20000")["waarden"]
    every = asked(client, f"/cijfers/{figure}/waarden?niveau=gemeente&limit=20000&grenzen=alle")["waarden"]
    assert len(every) == own.height
    assert len({(row["gebied"], row["jaar"]) for row in newest}) == len(newest) < len(every)
    assert {row["grenzen"] for row in newest if row["jaar"] == year} == {own.filter(year=year)["boundaries"].max()}


def test_only_buurten_inside_a_wijk(client: TestClient, areas: pl.DataFrame) -> None:
    wijk = areas.filter(level="wijk", boundaries=2024)["area"].sort()[0]
    own = areas.filter(parent=wijk, boundaries=2024)["area"].sort().to_list()
    values = asked(client, f"/cijfers/inwoners/waarden?jaar=2024&ligtIn={wijk}")["waarden"]
    listed = asked(client, f"/gebieden?ligtIn={wijk}&grenzen=2024")["gebieden"]
    assert [row["gebied"] for row in values] == [row["gebied"] for row in listed] == own


def test_an_area_knows_what_it_lies_in_and_what_lies_in_it(client: TestClient, areas: pl.DataFrame) -> None:
    told = asked(client, f"/gebieden/{TOWN}")
    own = areas.filter(area=TOWN)
    newest = own["boundaries"].max()
    assert told["grenzen"] == newest
    assert told["alleGrenzen"] == own["boundaries"].sort().to_list()
    assert told["ligtIn"] == {"gebied": "NL", "naam": "Nieuwland"}
    inside = areas.filter(parent=TOWN, boundaries=newest).sort("area")
    assert [each["gebied"] for each in told["bevat"]] == inside["area"].to_list()
    first = asked(client, f"/gebieden/{TOWN}?grenzen=2010")
    assert (first["grenzen"], first["naam"]) == (2010, areas.filter(area=TOWN, boundaries=2010)["name"][0])


def test_group_averages(client: TestClient, site: Site) -> None:
    own = pl.concat([pl.read_parquet(path) for path in (site.workspace.out / "group_scores").glob("*.parquet")])
    known = own.filter(pl.col("value").is_not_null(), group="nta", indicator=FIGURE).sort("year", "boundaries")
    rows = asked(client, f"/cijfers/{FIGURE}/groepsgemiddelden?groep=nta&grenzen=alle&limit=1000")["groepsgemiddelden"]
    assert [row["waarde"] for row in rows if row["waarde"] is not None] == known["value"].to_list()
    groups = {each["id"] for each in asked(client, "/groepen")["groepen"]}
    assert set(own["group"]) - {"NL"} <= groups


def test_rows_of_an_analysis_are_those_of_its_file(client: TestClient, site: Site) -> None:
    own = analysis(site, "trends").filter(area=TOWN).sort("area", "indicator")
    rows = asked(client, f"/analyses/trends/rijen?gebied={TOWN}&limit=1000")["rijen"]
    assert rows == own.to_dicts()
    told = asked(client, "/analyses/trends")
    assert [each["naam"] for each in told["kolommen"]] == own.columns
    assert told["vragen"] == ["gebied", "cijfer", "grenzen"]


def test_the_way_back_ends_in_the_publishers_file(client: TestClient, site: Site, scores: pl.DataFrame) -> None:
    told = asked(client, f"/cijfers/{FIGURE}/herkomst/{TOWN}?jaar=2024")
    facts = [fact for step in told["stappen"] for fact in step["feiten"]]
    checksums = {fact["tekst"] for fact in facts if fact["naam"] == "sha256"}
    files = {path.name for path in (site.workspace.raw / "objects").rglob("*") if path.is_file()}
    assert checksums and checksums <= files
    value = scores.filter(indicator=FIGURE, area=TOWN, year=2024)["value"][0]
    shown = f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    assert any(shown in fact["tekst"] for fact in facts if fact["naam"] == "waarde")
    (link, *_) = told["links"]
    snapshot = asked(client, link["href"].partition("/v1")[2])
    assert snapshot["sha256"] in checksums


def test_a_figure_is_what_the_catalogue_says(client: TestClient, site: Site) -> None:
    entry = site.catalogue.indicator("ww")
    told = asked(client, "/cijfers/ww")
    assert (told["titel"], told["definitie"], told["eenheid"], told["bron"]) == (
        entry.title,
        entry.definition,
        entry.unit,
        entry.source,
    )
    assert told["licentie"] == site.catalogue.source(entry.source).licence
    composite = asked(client, "/cijfers/thema_veiligheid")
    assert set(composite["onderdelen"]) == set(site.catalogue.parts_of("thema_veiligheid"))
    every = asked(client, "/cijfers?limit=1000")
    assert every["aantal"] == len(site.catalogue.indicators) + len(site.catalogue.composites)
    shown = asked(client, "/cijfers?limit=1000&metUitkomsten=true")["cijfers"]
    assert {each["id"] for each in shown} == {
        path.name.split("-")[0] for path in Path(site.workspace.out / "atlas" / "by_indicator").glob("*.parquet")
    }
