"""The editions inside an area: which counts, by hand, and against a plain loop over rows."""

from __future__ import annotations

import polars as pl
from polars.testing import assert_frame_equal

from stadspeil.atlas.inner import ESTIMATED, INNER, editions_inside, editions_part
from stadspeil.atlas.lines import lines_of
from stadspeil.atlas.profiles.inside import choices_inside
from stadspeil.atlas.site import Site
from stadspeil.contracts import SCORES

ROWS = [
    # Three buurten in 2020, one alone in 2021: the newest that is known of half as many as any is 2020.
    ("BU00010101", 2020, 2020, 1.0), ("BU00010102", 2020, 2020, 2.0), ("BU00010201", 2020, 2020, 3.0),
    ("BU00010201", 2021, 2021, 4.0), ("BU00010101", 2021, 2021, None),
]  # fmt: skip


def made(rows: list[tuple[str, int, int, float | None]]) -> pl.DataFrame:
    told = [{"area": area, "level": "buurt", "year": year, "boundaries": on, "indicator": "x", "value": value}
            for area, year, on, value in rows]  # fmt: skip
    wanted = {name: SCORES.columns[name] for name in ("area", "level", "year", "boundaries", "indicator", "value")}
    return pl.DataFrame(told, schema=wanted)


def test_a_lone_newer_buurt_does_not_set_the_year_of_its_gemeente_but_does_that_of_its_wijk() -> None:
    found = editions_inside(made(ROWS)).rows()
    assert found == [("GM0001", "x", 3, 2020, 2020), ("WK000101", "x", 2, 2020, 2020), ("WK000102", "x", 1, 2021, 2021)]


def test_half_as_many_is_enough() -> None:
    rows = [*ROWS, ("BU00010102", 2021, 2021, 5.0)]
    assert editions_inside(made(rows)).filter(around="GM0001").rows() == [("GM0001", "x", 3, 2021, 2021)]


def test_the_part_of_a_gemeente_holds_what_all_scores_say(site: Site) -> None:
    town = str(site.results.areas.filter(level="gemeente")["area"][0])
    scores = site.results.around(town)
    editions = site.results.prepared(INNER, editions_part(town))
    assert editions.height
    for around, id, areas, year, boundaries in editions.iter_rows():
        prefix = f"BU{around[2:]}"
        known = scores.filter(
            pl.col("area").str.starts_with(prefix) & (pl.col("indicator") == id) & pl.col("value").is_not_null()
        )
        sizes = known.group_by("year", "boundaries").agg(pl.col("area").n_unique())
        wide = [(y, b) for y, b, size in sizes.iter_rows() if 2 * size >= sizes["area"].max()]  # type: ignore[operator]
        assert (areas, (year, boundaries)) == (known["area"].n_unique(), max(wide))
    wanted = editions.select("indicator", "year", "boundaries").unique()
    expected = scores.join(wanted, on=wanted.columns, how="semi")
    found = site.results.prepared(INNER, town)
    assert_frame_equal(found.select(scores.columns), expected, check_row_order=False)
    judged = site.results.inside("estimates", town)
    assert judged.height
    key = ["area", "indicator", "year", "boundaries"]
    told = expected.select(key).join(judged.select(*key, *ESTIMATED), on=key, how="left")
    assert_frame_equal(found.select(*key, *ESTIMATED), told, check_row_order=False)
    id = str(editions["indicator"][0])
    assert_frame_equal(site.results.inner(town, id), found.filter(indicator=id))


def test_figures_of_one_buurt_alone_are_no_choice(site: Site) -> None:
    town = str(site.results.areas.filter(level="gemeente")["area"][0])
    known = lines_of(site, town, "nl")
    scores = site.results.around(town).filter((pl.col("level") == "buurt") & pl.col("value").is_not_null())
    sizes = dict(scores.group_by("indicator").agg(pl.col("area").n_unique()).iter_rows())
    assert set(choices_inside(site, known)) == {id for id, size in sizes.items() if size > 1}
