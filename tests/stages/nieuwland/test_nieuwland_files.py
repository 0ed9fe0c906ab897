"""The files: the same bytes every time, in the shapes that the publishers use, traps included."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import polars as pl
import pytest

from stadspeil.sources.nieuwland import Country, plan, write_country
from stadspeil.sources.nieuwland.publishing import health, key_figures
from stadspeil.sources.nieuwland.publishing.statline import HOST

pytestmark = pytest.mark.slow

YEARS = range(plan.FIRST_YEAR, plan.LAST_YEAR + 1)


def checksums(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(country: Country, tmp_path: Path) -> None:
    assert checksums(write_country(tmp_path).folder) == checksums(country.folder)


@pytest.mark.slow
def test_another_seed_gives_another_country_that_keeps_its_promises_too(country: Country, tmp_path: Path) -> None:
    other = write_country(tmp_path, seed=3)
    assert checksums(other.folder).keys() == checksums(country.folder).keys()
    assert checksums(other.folder) != checksums(country.folder)
    hidden = json.loads(other.truth.read_text())["hidden_poor_buurten"]
    assert sum(each["poverty_pct"] > 1.7 * each["wijk_mean_pct"] for each in hidden) >= len(hidden) - 1


def test_every_file_says_by_its_name_that_it_is_of_nieuwland(country: Country) -> None:
    assert all(path.name.startswith("nieuwland_") for path in country.files)


def test_no_json_file_says_that_it_came_from_a_real_publisher(country: Country) -> None:
    for path in country.files:
        if path.suffix == ".json":
            assert json.loads(path.read_text())["odata.metadata"].startswith(HOST)
            assert "cbs.nl" not in path.read_text().lower()


def test_the_number_behind_a_header_shifts_between_editions() -> None:
    places = {}
    for year in YEARS:
        for header in key_figures.headers_of(year):
            if header.startswith("GemiddeldInkomenPerInwoner_"):
                places[year] = header
    assert len(places) == len(YEARS)
    assert len(set(places.values())) >= 5


@pytest.mark.parametrize("year", YEARS)
def test_headers_are_numbered_in_order_and_unique(year: int) -> None:
    numbered = key_figures.headers_of(year)[2:]
    assert [int(header.rsplit("_", 1)[1]) for header in numbered] == list(range(1, len(numbered) + 1))


def test_headers_of_an_edition_are_those_of_the_real_one(shared_data: Path) -> None:
    real = pl.read_parquet(shared_data / "more" / "kwb_2020_84799NED_TypedDataSet.parquet").columns
    stems = {re.sub(r"_\d+$", "", header) for header in real}
    ours = {re.sub(r"_\d+$", "", header) for header in key_figures.headers_of(2020)}
    assert ours <= stems | {"PercentageBewoond"}


@pytest.mark.parametrize("year", [2009, 2017, 2023])
def test_codes_and_names_are_padded_with_blanks(country: Country, year: int) -> None:
    text = (country.folder / "bestanden" / key_figures.file_name(year)).read_text()
    assert '"NL00      "' in text
    assert '"GM9001    "' in text
    assert f'"{"Nieuwland":<40}"' in text


def test_a_file_of_an_older_year_is_known_by_the_year_and_a_later_one_by_its_table(country: Country) -> None:
    names = {path.name for path in country.files}
    assert {"nieuwland_kwb-2009.csv", "nieuwland_82339NED.csv"} <= names
    text = (country.folder / "bestanden" / key_figures.file_name(2020)).read_text()
    assert f"{HOST}/84799NED/$metadata" in text


def test_the_newest_edition_is_a_first_delivery_without_incomes(published) -> None:
    newest, older = published(key_figures.file_name(2024)), published(key_figures.file_name(2022))
    for name in (
        "GemiddeldInkomenPerInwoner",
        "Nettoarbeidsparticipatie",
        "WmoClienten",
        "GemiddeldAardgasverbruikTotaal",
    ):
        assert newest[name].null_count() == newest.height
        assert older[name].null_count() < older.height
    assert newest["AantalInwoners"].null_count() == 0


def test_the_health_workbooks_have_the_columns_of_the_real_one_all_as_text(country: Country, real_data: Path) -> None:
    real = pl.read_excel(
        real_data / "gezondheid_2020_18plus.xlsx", infer_schema_length=0, drop_empty_cols=False
    ).columns
    for year in health.YEARS:
        path = country.folder / "bestanden" / f"nieuwland_gezondheid_{year}_18plus.xlsx"
        ours = pl.read_excel(path, infer_schema_length=0, drop_empty_cols=False)
        assert ours.columns == real
        assert set(ours["MoeiteMetRondkomen_38"].str.len_chars()) == {8}


@pytest.mark.parametrize(("year", "empty"), [(2016, True), (2020, False)])
def test_a_question_that_was_not_asked_leaves_its_column_empty(country: Country, year: int, empty: bool) -> None:
    path = country.folder / "bestanden" / f"nieuwland_gezondheid_{year}_18plus.xlsx"
    table = pl.read_excel(path, infer_schema_length=0, drop_empty_cols=False)
    assert (table["ErnstigeGeluidhinderDoorBuren_37"].null_count() == table.height) is empty


def test_the_workbooks_carry_no_moment_from_the_clock(country: Country) -> None:
    import zipfile

    for path in country.files:
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert {each.date_time[0] for each in book.infolist()} == {1980}
                assert b"2025-01-01T00:00:00Z" in book.read("docProps/core.xml")


def test_the_status_scores_are_an_export_with_a_mark_in_front_and_padded_cells(
    country: Country, shared_data: Path
) -> None:
    ours = (country.folder / "bestanden" / "nieuwland_SES_WOA_85163NED.csv").read_bytes()
    real = (shared_data / "more" / "SES_WOA_85163NED_2019_Amsterdam.csv").read_bytes()
    assert ours.split(b"\n")[0].strip() == real.split(b"\n")[0].strip()
    assert [len(cell) for cell in ours.split(b"\n")[1].split(b";")[2:]] == [
        len(cell) for cell in real.split(b"\n")[1].split(b";")[2:]
    ]


def test_only_the_smallest_country_can_be_made_so_far(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="klein"):
        write_country(tmp_path, size="midden")  # type: ignore[arg-type]
