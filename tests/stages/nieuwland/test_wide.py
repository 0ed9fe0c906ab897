"""A wide Nieuwland: invented to the last code, adding up, secret where a publisher would be, and readable by our readers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.areas import AreaRegister, is_invented, register_problems
from stadspeil.areas.small_areas import Division as Listed
from stadspeil.areas.small_areas import link_small_areas
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.sources.cells import area_problems
from stadspeil.sources.delivery import Delivery, pack
from stadspeil.sources.nieuwland.wide import make_country, write_warehouse
from stadspeil.sources.nieuwland.wide.land import Land, make_land
from stadspeil.sources.nieuwland.wide.maps import buurt_shapes, layer
from stadspeil.sources.nieuwland.wide.people import People, populate
from stadspeil.sources.nieuwland.wide.tables import statline_tables
from stadspeil.sources.reading import read_file

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("land")
    write_warehouse(make_country("mini"), load_catalogue(), folder)
    return folder


@pytest.fixture(scope="module")
def catalogue(folder: Path) -> Catalogue:
    return load_catalogue(own=folder / "overlay")


@pytest.fixture(scope="module")
def land() -> Land:
    return make_country("mini").land


@pytest.fixture(scope="module")
def people(land: Land, catalogue: Catalogue) -> People:
    return populate(land, catalogue, np.random.default_rng([1972, 2]))


def table(folder: Path, id: str) -> pl.DataFrame:
    return pl.read_parquet(folder / "statline" / id / "rows.parquet").with_columns(pl.col(pl.String).str.strip_chars())


def stem(rows: pl.DataFrame, name: str) -> str:
    return next(column for column in rows.columns if column.rpartition("_")[0] == name)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(folder: Path, tmp_path: Path) -> None:
    for name, seed in (("zelfde", 1972), ("ander", 1)):
        write_warehouse(make_country("mini", seed), load_catalogue(), tmp_path / name)
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert all((tmp_path / "zelfde" / path).read_bytes() == (folder / path).read_bytes() for path in paths)
    assert any((tmp_path / "ander" / path).read_bytes() != (folder / path).read_bytes() for path in paths)


def test_every_code_is_invented_and_the_names_are_nobodys(land: Land, folder: Path) -> None:
    codes = {
        code for each in land.divisions.values() for code in (*each.gemeente_codes, *each.wijk_codes, *each.buurt_codes)
    }
    assert all(is_invented(str(code)) for code in codes)
    real = set(load_catalogue().gemeenten["name"])
    assert not real & set(land.names.values())
    assert len(set(land.names.values())) == len(land.names)


@pytest.mark.parametrize("size", ["mini", "midden"])
def test_the_register_and_the_changes_tell_one_story(size: str, tmp_path: Path) -> None:
    country = make_country(size)
    write_warehouse(country, load_catalogue(), tmp_path) if size == "mini" else _overlay(country.land, tmp_path)
    catalogue = load_catalogue(own=tmp_path / "overlay")
    assert register_problems(catalogue.gemeenten, catalogue.changes) == []
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    for year, division in country.land.divisions.items():
        invented = {code for code in register.codes(year) if is_invented(code)}
        assert invented == set(division.gemeente_codes.tolist()), year


def _overlay(land: Land, folder: Path) -> None:
    from stadspeil.sources.nieuwland.wide.overlay import overlay_files

    made = populate(land, load_catalogue(), np.random.default_rng(1))
    for name, text in overlay_files(made).items():
        (folder / "overlay" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "overlay" / name).write_text(text)


def test_planted_reorganizations_are_of_every_kind() -> None:
    land = make_land("midden", np.random.default_rng([1972, 1]))
    assert {each.kind for each in land.events} == {"merger", "border"}
    assert any(each.day != "01-01" for each in land.events)
    now = set(land.last.gemeente_codes.tolist())
    kept = [
        each
        for each in land.events
        if each.kind == "merger" and f"GM{each.to_number}" in set(land.divisions[2005].gemeente_codes.tolist())
    ]
    assert kept and all(f"GM{each.to_number}" in now for each in kept)
    flags = np.concatenate([each.flags for each in land.divisions.values()])
    assert {1, 2, 3} <= set(flags.tolist())


def test_gemeenten_are_exact_and_small_areas_rounded_to_five(folder: Path, people: People) -> None:
    rows = table(folder, "85318NED")
    inhabitants = stem(rows, "AantalInwoners")
    whole = rows.filter(pl.col("WijkenEnBuurten") == "NL00")[inhabitants][0]
    towns = rows.filter(pl.col("WijkenEnBuurten").str.starts_with("GM"))
    small = rows.filter(pl.col("WijkenEnBuurten").str.contains("^(WK|BU)"))
    assert whole == towns[inhabitants].sum() == people.of("inwoners", 2022).sum()
    assert (small[inhabitants] % 5 == 0).all()
    men, women = stem(rows, "Mannen"), stem(rows, "Vrouwen")
    assert (towns[men] + towns[women] == towns[inhabitants]).all()


def test_what_is_of_too_few_is_not_given(folder: Path) -> None:
    rows = table(folder, "85318NED")
    inhabitants, share = stem(rows, "AantalInwoners"), stem(rows, "GeboorteRelatief")
    few = rows.filter(pl.col(inhabitants) < 50)
    assert few.height > 0
    assert few[share].null_count() == few.height


def test_position_numbers_shift_between_editions(folder: Path) -> None:
    assert stem(table(folder, "85318NED"), "AantalInwoners") != stem(table(folder, "85618NED"), "AantalInwoners")


def test_maps_are_valid_and_gemeenten_are_the_union_of_their_buurten(land: Land) -> None:
    shapes = buurt_shapes(land)
    assert shapely.is_valid(shapes).all()
    year = land.years[-1]
    towns = json.loads(layer(land, shapes, year, "gemeente"))["features"]
    grounds = [shapely.from_geojson(json.dumps(each["geometry"])) for each in towns]
    assert sum(each.area for each in grounds) == pytest.approx(shapely.area(shapes).sum())
    assert shapely.union_all(grounds).area == pytest.approx(shapely.area(shapes).sum())
    assert {each["properties"]["jrstatcode"] for each in towns} == {
        f"{year}{code}" for code in land.last.gemeente_codes
    }


def test_the_flags_and_maps_lead_every_buurt_back_to_its_own_ground(land: Land, catalogue: Catalogue) -> None:
    """Links between two divisions, against what was planted: the same place in the arrays is the same ground."""
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    shapes = shapely.to_wkb(buurt_shapes(land))
    for year in land.years[1:]:
        before, after = land.divisions[year - 1], land.divisions[year]
        old, new = (
            pl.DataFrame({"area": each.buurt_codes, "name": [""] * land.buurten, "geometry": shapes})
            for each in (before, after)
        )
        flags = dict(zip(after.buurt_codes.tolist(), after.flags.tolist(), strict=True))
        links = link_small_areas(Listed(year - 1, old), Listed(year, new), flags, register)
        truth = dict(zip(before.buurt_codes.tolist(), after.buurt_codes.tolist(), strict=True))
        found = dict(links.filter(pl.col("weight") == 1).select("from_area", "to_area").iter_rows())
        assert found, year
        assert all(truth[old_code] == new_code for old_code, new_code in found.items()), year


@pytest.mark.slow
def test_every_statline_source_is_read_back_without_a_problem(people: People, catalogue: Catalogue) -> None:
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    fetched = [
        each
        for each in catalogue.sources.values()
        if each.status == "connected" and each.fetch and each.fetch.protocol == "statline"
    ]
    assert len(fetched) >= 6
    for source in fetched:
        for made in statline_tables(source, people):
            dated = made.rows.columns
            edition = next((each for each in source.editions if each.statline == made.id), None)
            rows = made.rows
            if edition is not None and edition.period and "Perioden" in dated:
                rows = rows.filter(pl.col("Perioden") == edition.period)
            page = b'{"value":' + rows.with_row_index("ID").write_json().encode() + b"}"
            about = {"DataProperties": json.dumps({"value": made.meta["DataProperties"]}).encode()}
            named = edition.edition if edition and not source.year_column else ""
            packed = pack(Delivery("statline_v3", made.id, named, pages=(page,), about=about))
            reading = read_file(packed, f"{made.id}.levering.zip", catalogue, named or None, "s")
            assert reading.problems == [], made.id
            assert reading.source.id == source.id
            assert reading.cells.height + reading.flows.height > 0
            if reading.cells.height:
                pairs = reading.cells.select("area", "boundaries").unique().iter_rows()
                assert area_problems(pairs, register) == [], made.id


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_any_seed_makes_a_land_in_which_every_buurt_has_one_code_a_year(seed: int) -> None:
    land = make_land("mini", np.random.default_rng(seed))
    for division in land.divisions.values():
        assert len(set(division.buurt_codes.tolist())) == land.buurten
        assert all(
            code[2:6] == town[2:]
            for code, town in zip(division.buurt_codes, division.gemeente_codes[division.gemeente], strict=True)
        )
