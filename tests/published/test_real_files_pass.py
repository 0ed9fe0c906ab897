"""Every real file that we have goes through the readers: its figures are taken, or it is refused for what it is.

The spot figures were read in the files by hand (csv, json) and not with our readers.
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import SourceError
from stadspeil.sources.cells import area_problems
from stadspeil.sources.reading import FileReading, read_file

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
    ("more/api/v3/regiocodes_omgeving.json", "geen bron die wij kennen"),
    ("more/api/v4/meta_4.json", "geen bron die wij kennen"),
    ("more/api/v4/meta_7.json", "geen lijst met rijen"),
    ("more/v4_83765NED_MeasureCodes.parquet", "geen bron die wij kennen"),
    ("more/v4_83765NED_Metadata.json", "geen lijst met rijen"),
    ("more/kwb_2020_84799NED_DataProperties.parquet", "geen bron die wij kennen"),
    ("more/kwb_2020_84799NED_TableInfos.json", "geen lijst met rijen"),
    ("more/kwb_2025_86165NED_METADATA.json", "geen lijst met rijen"),
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


def by_hand(shared_data: Path, name: str) -> list[dict[str, str]]:
    with (shared_data / name).open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


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


def test_all_real_files_together_make_one_workspace(shared_data: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    """As one command would: nothing is held, and nothing of one source is taken for another's."""
    from stadspeil.sources import import_files
    from stadspeil.workspace import Workspace

    small = [shared_data / name for name, *_ in READ if "TypedDataSet" not in name and "gezondheid" not in name]
    result = import_files(small, Workspace(tmp_path), catalogue)
    assert len(result.added) == len(small)
    assert result.held == []
