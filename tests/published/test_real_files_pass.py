"""Every real file that we have goes through the readers: its figures are taken, or it is refused for what it is.

The spot figures were read in the files by hand (csv, json) and not with our readers.
"""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import SourceError
from stadspeil.sources.cells import area_problems
from stadspeil.sources.reading import FileReading, read_file

pytestmark = pytest.mark.slow

# File, source, at least so many cells, flows, areas.
READ = [
    ("real/gezondheid_2016_18plus.xlsx", "rivm_gezondheid_wijk_buurt", 300_000, 0, 0),
    ("real/gezondheid_2020_18plus.xlsx", "rivm_gezondheid_wijk_buurt", 300_000, 0, 0),
    ("real/kwb_2021_gemeenten.csv", "cbs_kerncijfers_gemeenten_2021", 15_000, 0, 0),
    ("real/kwb_2021_gemeenten_columns.csv", "cbs_kerncijfers_gemeenten_2021_kolommen", 0, 0, 0),
    ("real/gemeenten_2022.geojson", "pdok_gebiedsindelingen", 0, 0, 345),
    ("more/kwb_2020_84799NED_TypedDataSet.parquet", "cbs_kerncijfers_wijken_buurten", 1_500_000, 0, 0),
    ("more/gemeenten_2020_kerncijfers_nabijheid.csv", "cbs_nabijheid_gemeenten_2020", 20_000, 0, 0),
    ("more/kwb_2023_utrecht.xlsx", "cbs_kerncijfers_werkmap", 5_000, 0, 0),
    ("more/wijken_2022.geojson", "pdok_gebiedsindelingen", 0, 0, 3340),
    ("more/wijken_2022_attributes.csv", "wijken_2022_kenmerken", 20_000, 0, 0),
    ("more/nl_commuting_gemeente_2016_2017.csv", "woon_werk_vervoerwijze_2016", 0, 150_000, 0),
    ("more/gemeenten_per_jaar_2010_2026.csv", "gemeenten_per_jaar", 0, 0, 0),
    ("more/inwoners_gemeente_2017_2026.csv", "inwoners_gemeente", 3_000, 0, 0),
    ("more/gemeente_housing_stock_type_period.csv", "woningvoorraad_periode_verzameld", 13_000, 0, 0),
    ("more/stedin_buurten_2016_housing.csv", "stedin_buurten_2016", 10_000, 0, 0),
    ("more/iv3_summary_gemeente_2017_2026.csv", "gemeentefinancien_iv3", 20_000, 0, 0),
    ("more/iv3_taakvelden.csv", "gemeentefinancien_iv3_taakvelden", 0, 0, 0),
    ("more/kwb_column_crosswalk.csv", "kwb_kolommen_oversteek", 0, 0, 0),
    ("more/SES_WOA_85163NED_2019_Amsterdam.csv", "cbs_ses_woa", 2_000, 0, 0),
    ("more/leefbaarometer_amstelveen_wijken.csv", "leefbaarometer_uitvoer", 300, 0, 0),
    ("more/api/v3/kerncijfers_overijssel_nl.json", "cbs_regionale_kerncijfers", 100, 0, 0),
    ("more/api/v3/verkoopprijzen_alle_regioos_raw.json", "cbs_verkoopprijzen", 1_700, 0, 0),
    ("more/api/v3/woningvoorraad_twenterand_raw.json", "cbs_woningvoorraad", 100, 0, 0),
]  # fmt: skip
REFUSED = [
    ("more/api/v3/verhuizingen_twenterand.json", "Error getting TypedDataSet"),
    ("more/api/v3/regiocodes_omgeving.json", "een lijst van codes; er staan geen cijfers in"),
    ("more/api/v4/meta_0.json", "de lijst van tabellen"),
    ("more/api/v4/meta_1.json", "de inhoudsopgave"),
    ("more/api/v4/meta_2.json", "de inhoudsopgave"),
    ("more/api/v4/meta_3.json", "de uitgever telt 4409 rijen en er staan er 1 in"),
    ("more/api/v4/meta_4.json", "losse waarnemingen"),
    ("more/api/v4/meta_5.json", "de lijst van onderwerpen"),
    ("more/api/v4/meta_6.json", "de lijst van dimensies"),
    ("more/api/v4/meta_7.json", r"de beschrijving van tabel .* \(80072ned\)"),
    ("more/api/v4/meta_8.json", "een lijst van groepen"),
    ("more/api/v4/meta_9.json", "een lijst van codes"),
    ("more/api/v4/meta_10.json", "een lijst van groepen"),
    ("more/api/v4/meta_11.json", "een lijst van codes"),
    ("more/v4_83765NED_Dimensions.parquet", "de lijst van dimensies"),
    ("more/v4_83765NED_MeasureCodes.parquet", "de lijst van onderwerpen"),
    ("more/v4_83765NED_WijkenEnBuurtenGroups.parquet", "een lijst van groepen"),
    ("more/v4_83765NED_Metadata.json", r"de beschrijving van tabel .* \(83765NED\)"),
    ("more/kwb_2020_84799NED_DataProperties.parquet", "de beschrijving van de kolommen"),
    ("more/kwb_2020_84799NED_TableInfos.json", r"de beschrijving van tabel .* \(84799NED\)"),
    ("more/kwb_2025_86165NED_METADATA.json", r"de beschrijving van tabel .* \(86165NED\)"),
    # Ours, not a publisher's: what the study printed, what the literature says, moves by age.
    ("published_ranks.csv", "geen bron die wij kennen"),
    ("evidence.csv", "geen bron die wij kennen"),
    ("cbs_age_moves_2017.csv", "geen bron die wij kennen"),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def read(shared_data: Path, name: str, catalogue: Catalogue) -> FileReading:
    path = shared_data / name
    return read_file(path.read_bytes(), path.name, catalogue, None, "s")


@pytest.mark.parametrize(("name", "source", "cells", "flows", "areas"), READ, ids=[each[0] for each in READ])
def test_a_real_file_is_read(
    shared_data: Path, catalogue: Catalogue, name: str, source: str, cells: int, flows: int, areas: int
) -> None:
    reading = read(shared_data, name, catalogue)
    assert reading.problems == []
    assert reading.source.id == source
    assert reading.cells.height >= cells and reading.flows.height >= flows and reading.areas.height >= areas
    assert reading.rows > 0
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    for frame in (reading.cells, reading.areas):
        pairs = [(str(area), int(year)) for area, year in frame.select("area", "boundaries").unique().iter_rows()]
        assert area_problems(pairs, register) == []


@pytest.mark.parametrize(("name", "said"), REFUSED, ids=[each[0] for each in REFUSED])
def test_what_is_no_table_of_figures_is_refused_for_what_it_is(
    shared_data: Path, catalogue: Catalogue, name: str, said: str
) -> None:
    with pytest.raises(SourceError, match=said):
        reading = read(shared_data, name, catalogue)
        raise SourceError(name, reading.problems or ["gelezen"])


def test_no_real_file_is_left_out(shared_data: Path) -> None:
    named = {each[0] for each in READ} | {name for name, _ in REFUSED}
    there = {str(path.relative_to(shared_data)) for path in shared_data.rglob("*") if path.is_file()}
    assert there - named == {"README.md"}


def by_hand(shared_data: Path, name: str, delimiter: str = ",") -> list[dict[str, str]]:
    with (shared_data / name).open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=delimiter))


def test_every_commuter_is_counted_once(shared_data: Path, catalogue: Catalogue) -> None:
    flows = read(shared_data, "more/nl_commuting_gemeente_2016_2017.csv", catalogue).flows
    rows = by_hand(shared_data, "more/nl_commuting_gemeente_2016_2017.csv")
    assert flows["value"].sum() == pytest.approx(sum(float(row["value"]) for row in rows))
    almere = [float(row["value"]) for row in rows if row["muni_from"] == "GM0034" and row["muni_to"] == "GM0363"]
    asked = flows.filter(pl.col("origin") == "GM0034", pl.col("destination") == "GM0363")
    assert asked["value"].sum() == pytest.approx(sum(almere)) and sum(almere) > 10_000


def test_homes_that_age_together_are_those_of_the_file(shared_data: Path, catalogue: Catalogue) -> None:
    cells = read(shared_data, "more/gemeente_housing_stock_type_period.csv", catalogue).cells
    rows = by_hand(shared_data, "more/gemeente_housing_stock_type_period.csv")
    (row,) = [row for row in rows if row["geo_id"] == "GM0637" and "2023" in row["dataset"]]
    asked = cells.filter(pl.col("area") == "GM0637", pl.col("year") == 2023, pl.col("field") == "rijwoningen_1965_1984")
    assert asked["value"].to_list() == [float(row["present_number_of_terraced_houses_1965_1984"])]


def test_accounts_are_read_and_budgets_are_not(shared_data: Path, catalogue: Catalogue) -> None:
    cells = read(shared_data, "more/iv3_summary_gemeente_2017_2026.csv", catalogue).cells
    rows = by_hand(shared_data, "more/iv3_summary_gemeente_2017_2026.csv")
    (row,) = [row for row in rows if row["gm_code"] == "GM0034" and row["verslagsoort"] == "2020X005"]
    asked = cells.filter(
        pl.col("area") == "GM0034", pl.col("year") == 2020, pl.col("field") == "gemeente_lasten_1000_eur"
    )
    assert asked["value"].to_list() == [float(row["lasten"])]


def test_liveability_is_read_with_its_sign(shared_data: Path, catalogue: Catalogue) -> None:
    cells = read(shared_data, "more/leefbaarometer_amstelveen_wijken.csv", catalogue).cells
    rows = by_hand(shared_data, "more/leefbaarometer_amstelveen_wijken.csv")
    (row,) = [row for row in rows if row["wk_code"] == "WK036201" and row["jaar"] == "2014"]
    asked = cells.filter(
        pl.col("area") == "WK036201", pl.col("year") == 2014, pl.col("field") == "leefbaarheid_woningen"
    )
    assert asked["value"].to_list() == [pytest.approx(float(row["won"]))] and float(row["won"]) < 0


# File, its columns of area and year (or the year itself), one of its columns of figures, our name of that.
COLUMNS = [
    ("real/kwb_2021_gemeenten.csv", "area", "year", "woz_waarde_1000_eur", "woz_waarde_1000_eur"),
    ("more/gemeenten_2020_kerncijfers_nabijheid.csv", "GM_CODE", 2020, "Aantal inwoners", "inwoners"),
    ("more/wijken_2022_attributes.csv", "code", 2022, "dwelling_value", "woz_waarde_1000_eur"),
    ("more/inwoners_gemeente_2017_2026.csv", "gemeente", "jaar", "aantal_inwoners", "inwoners"),
    ("more/stedin_buurten_2016_housing.csv", "geo_id", "analysis_year", "number_of_residences", "woningen"),
    ("more/SES_WOA_85163NED_2019_Amsterdam.csv", "Regiocode (gemeente, wijk, buurt) (code)", "Perioden",
     "SES-WOA/Totaalscore/Gemiddelde score (Getal)", "ses_woa_score"),
    ("more/leefbaarometer_amstelveen_wijken.csv", "wk_code", "jaar", "won", "leefbaarheid_woningen"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "area", "year", "column", "field"), COLUMNS, ids=[each[0] for each in COLUMNS])
def test_a_whole_column_is_what_the_file_says(
    shared_data: Path, catalogue: Catalogue, name: str, area: str, year: str | int, column: str, field: str
) -> None:
    """Every row, read once more by the plainest means: a number where there is one, nothing where there is none."""
    rows = by_hand(shared_data, name, ";" if "SES_WOA" in name else ",")
    wanted = {
        (row[area].strip(), year if isinstance(year, int) else int(row[year])): _number(row[column]) for row in rows
    }
    cells = read(shared_data, name, catalogue).cells.filter(pl.col("field") == field)
    found = {(each, year): value for each, year, value in cells.select("area", "year", "value").iter_rows()}
    assert found == wanted
    assert sum(value is not None for value in wanted.values()) > 0.5 * len(wanted)


def _number(text: str) -> float | None:
    return float(text) if text.strip() not in {"", ".", "NA"} else None


def test_typed_rows_are_what_the_parquet_says(shared_data: Path, catalogue: Catalogue) -> None:
    name = "more/kwb_2020_84799NED_TypedDataSet.parquet"
    raw = pl.read_parquet(shared_data / name, columns=["WijkenEnBuurten", "AantalInwoners_5"])
    wanted = {code.strip(): people for code, people in raw.iter_rows() if code.strip() != "NL00"}
    cells = read(shared_data, name, catalogue).cells.filter(pl.col("field") == "inwoners", pl.col("area") != "NL")
    assert dict(cells.select("area", "value").iter_rows()) == wanted
    assert len(wanted) == 355 + 3177 + 13808


@pytest.mark.slow
def test_a_column_that_was_empty_at_the_first_delivery_is_missing_and_not_zero(
    shared_data: Path, catalogue: Catalogue
) -> None:
    cells = read(shared_data, "more/kwb_2020_84799NED_TypedDataSet.parquet", catalogue).cells
    woz = cells.filter(pl.col("field") == "woz_waarde_1000_eur")
    assert woz.height > 17_000
    assert woz["value"].null_count() == woz.height and woz["status"].unique().to_list() == ["niet_gemeten"]


# Workbook, its column of areas, one of its columns of figures, our name of that, an area and a year.
SHEETS = [
    ("real/gezondheid_2016_18plus.xlsx", "WijkenEnBuurten", "ErvarenGezondheidGoedZeerGoed_4", "gezondheid_goed_pct", "GM0003", 2016),
    ("real/gezondheid_2020_18plus.xlsx", "WijkenEnBuurten", "ErvarenGezondheidGoedZeerGoed_4", "gezondheid_goed_pct", "GM0003", 2020),
    ("more/kwb_2023_utrecht.xlsx", "gwb_code_10", "a_inw", "inwoners", "WK034401", 2023),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "place", "column", "field", "area", "year"), SHEETS, ids=[each[0] for each in SHEETS])
def test_a_workbook_is_what_another_reader_finds_in_it(
    shared_data: Path, catalogue: Catalogue, name: str, place: str, column: str, field: str, area: str, year: int
) -> None:
    book = openpyxl.load_workbook(shared_data / name, read_only=True)
    rows = max(book.worksheets, key=lambda sheet: sheet.max_row).iter_rows(values_only=True)
    headers = [str(each) for each in next(rows)]
    found = next(row for row in rows if str(row[headers.index(place)]).strip() == area)
    book.close()
    cells = read(shared_data, name, catalogue).cells
    asked = cells.filter(pl.col("area") == area, pl.col("year") == year, pl.col("field") == field)
    assert asked["value"].to_list() == [float(found[headers.index(column)])]


@pytest.mark.slow
def test_all_real_files_together_make_one_workspace(shared_data: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    """As one command would: nothing is held, and nothing of one source is taken for another's."""
    from stadspeil.sources import import_files
    from stadspeil.workspace import Workspace

    small = [shared_data / name for name, *_ in READ if "TypedDataSet" not in name and "gezondheid" not in name]
    result = import_files(small, Workspace(tmp_path), catalogue)
    assert len(result.added) == len(small)
    assert result.held == []
