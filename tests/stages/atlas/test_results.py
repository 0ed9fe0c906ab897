"""Results as pages ask for them: the same rows whichever way they are read, and forgotten when they are made anew."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from stadspeil.atlas.preparing import part_of
from stadspeil.atlas.results import Results
from stadspeil.atlas.site import Site
from stadspeil.indicators.by_area import owner_code, owner_of
from stadspeil.shelf import Part, read_shelf, write_shelf
from stadspeil.workspace import Workspace

TOWN = "GM9002"


@pytest.fixture
def results(site: Site) -> Results:
    return Results(site.workspace, site.catalogue)


def test_one_area_is_read_alone_as_it_is_read_among_others(site: Site) -> None:
    buurt = next(each for each in site.results.areas["area"] if each.startswith(f"BU{TOWN[2:]}"))
    for area in (TOWN, buurt, "NL"):
        alone, among = (Results(site.workspace, site.catalogue) for _ in range(2))
        among.around(area)
        assert alone.of_area(area).height > 0
        assert_frame_equal(alone.of_area(area), among.of_area(area))
        assert_frame_equal(
            alone.of_area(area), read_whole(site.workspace).filter(pl.col("area") == area), check_row_order=False
        )


def test_one_year_is_read_alone_as_it_is_read_among_others(site: Site) -> None:
    figure = site.results.indicators[0]
    whole = Results(site.workspace, site.catalogue)
    for year in whole.of_indicator(figure)["year"].unique():
        alone = Results(site.workspace, site.catalogue)
        for level in ("gemeente", "buurt"):
            assert_frame_equal(alone.edition(figure, year, level), whole.edition(figure, year, level))


def test_what_is_not_there_is_an_empty_table(results: Results) -> None:
    assert results.of_area("GM0000").height == 0
    assert results.of_indicator("geen").height == 0
    assert results.edition("geen", 2020, "gemeente").height == 0
    assert results.edition(results.indicators[0], 1900, "gemeente").columns == list(results.of_area(TOWN).columns)
    # Seen in use: the page below the wijk of a gemeente without a tested buurt was a fault of ours.
    for empty_of in (lambda town: results.inside("pockets", town), results.ground):
        assert empty_of(TOWN).height
        assert empty_of("GM0000").height == 0
        assert empty_of("GM0000").schema == empty_of(TOWN).schema


def test_a_composite_without_ranks_gives_no_gemeente_a_place(site: Site, tmp_path: Path) -> None:
    results = copied(site, tmp_path)
    folder = results.workspace.out / "atlas" / "by_indicator"
    kept, other = "thema_zorg", "thema_winkels"
    assert {kept, other} <= set(results.placed_composites)
    rows = read_shelf(folder, {"indicator": [kept, other]})
    rows = rows.with_columns(rank=pl.when(pl.col("indicator") == kept).then("rank"))
    made = sorted(rows.partition_by("indicator", "year", as_dict=True).items())
    write_shelf(folder, [Part(part_of(id, year), own, {"indicator": [id], "year": [year]}) for (id, year), own in made])
    results._seen = (-10.0, results._seen[1])
    assert results.placed_composites == (kept,)
    assert set(results.indicators) == {kept, other}


def test_the_owner_of_one_code_is_the_owner_of_a_column() -> None:
    codes = ["GM0637", "WK063701", "BU06370101", "NL", "AM11"]
    assert [owner_code(each) for each in codes] == pl.select(owner_of(pl.Series(codes))).to_series().to_list()


def test_what_was_made_once_is_kept_until_results_are_others(site: Site, tmp_path: Path) -> None:
    results = copied(site, tmp_path)
    made: list[int] = []
    for _ in range(3):
        assert results.remembered("a", lambda: made.append(1) or len(made)) == 1
    first, name = results.version, results.names[TOWN]
    folder = results.workspace.tables / "areas"
    areas = read_shelf(folder).with_columns(
        name=pl.when(pl.col("area") == TOWN).then(pl.lit("Nieuw")).otherwise("name")
    )
    write_shelf(folder, [Part("all", areas)])
    results._seen = (-10.0, results._seen[1])
    assert results.version != first
    assert (name, results.names[TOWN]) == ("Vierlingstad", "Nieuw")
    assert results.remembered("a", lambda: made.append(1) or len(made)) == 2


def test_new_analyses_make_another_version_and_a_touched_file_does_not(site: Site, tmp_path: Path) -> None:
    results = copied(site, tmp_path)
    first = results.version
    mark = results.workspace.out / "analyses" / "run.json.key"
    told = mark.read_bytes()
    mark.write_bytes(told)
    results._seen = (-10.0, results._seen[1])
    assert results.version == first
    mark.write_bytes(b"other")
    results._seen = (-10.0, results._seen[1])
    assert results.version != first


def test_parts_that_were_made_anew_since_the_last_look_are_found(site: Site, tmp_path: Path) -> None:
    results = copied(site, tmp_path)
    figure = results.indicators[0]
    before = results.edition(figure, int(results.of_indicator(figure)["year"].max()), "gemeente")
    results._kept.clear()
    folder = results.workspace.out / "atlas" / "by_indicator"
    rows = read_shelf(folder, {"indicator": [figure]}).with_columns(value=pl.col("value") + 1)
    years = sorted(rows.partition_by("year", as_dict=True).items())
    write_shelf(
        folder, [Part(part_of(figure, year), own, {"indicator": [figure], "year": [year]}) for (year,), own in years]
    )
    after = results.edition(figure, int(before["year"][0]), "gemeente")
    assert after["value"].drop_nulls().to_list() == pytest.approx([each + 1 for each in before["value"].drop_nulls()])


def test_no_more_is_kept_than_there_is_room_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadspeil.atlas.results.KEPT_BYTES", 200_000)
    results = Results(site.workspace, site.catalogue)
    for figure in results.indicators[:20]:
        results.of_indicator(figure)
        assert results._size == sum(each.estimated_size() for each in results._kept.values())
        assert results._size <= 200_000 or len(results._kept) == 1


def read_whole(workspace: Workspace) -> pl.DataFrame:
    return read_shelf(workspace.out / "scores")


def copied(site: Site, folder: Path) -> Results:
    for name in ("out/atlas/by_indicator", "out/atlas/by_area", "out/group_scores", "tables/areas"):
        shutil.copytree(site.workspace.root / name, folder / name)
    (folder / "out" / "analyses").mkdir()
    shutil.copy(site.workspace.out / "analyses" / "run.json.key", folder / "out" / "analyses")
    made: Any = Results(Workspace(folder), site.catalogue)
    return made


def test_some_columns_and_one_edition_around_an_area_are_those_of_all(site: Site) -> None:
    results = Results(site.workspace, site.catalogue)
    whole = site.results.around(TOWN)
    row = whole.filter(level="buurt").filter(pl.col("value").is_not_null()).row(0, named=True)
    edition = {name: row[name] for name in ("indicator", "year", "boundaries")}
    found = results.edition_around(row["area"], **edition)
    assert found["level"].n_unique() > 1
    assert_frame_equal(found, whole.filter(**edition))
    columns = ("area", "indicator", "spread")
    wanted = {"level": ["buurt"], "year": [row["year"], row["year"] - 1]}
    expected = whole.filter((pl.col("level") == "buurt") & pl.col("year").is_in(wanted["year"])).select(columns)
    assert_frame_equal(results.columns_around(row["area"], columns, wanted), expected)
    assert results.columns_around("GM9999", columns).schema == expected.schema
