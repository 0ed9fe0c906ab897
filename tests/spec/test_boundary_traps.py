"""The traps of Dutch boundaries, each with what our own catalogue says about it.

A code that stays is not ground that stays, a change in the course of a year counts from the next division, and a wijk
may be cut in twelve without any list saying so.
"""

from pathlib import Path

import polars as pl
import pytest

from stadspeil.areas import AreaRegister, rebase_cells
from stadspeil.areas.coverage import coverage_of
from stadspeil.areas.small_areas import Division, link_small_areas
from stadspeil.areas.small_series import breaks_of, links_to, rebase_small_cells
from stadspeil.catalogue.area_files import read_changes, read_gemeenten
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS

title = "Valkuilen van grenzen"
chapter = "Gebieden door de jaren"
order = 30
says = """Een code die blijft, is nog geen grond die blijft. Deze proeven houden de bekende valkuilen van Nederlandse
grenzen vast, zoals Oudenhoorn, Beemster en de wijken van Almere."""
formula = ""
source = "De gebiedsindelingen van CBS; catalogue/areas/changes.csv."

AREAS = Path(__file__).parents[2] / "catalogue" / "areas"
FIELDS = {
    "inwoners": Field("inwoners", "Inwoners", "personen", "count", (0, 1e9)),
    "koop_pct": Field("koop_pct", "Aandeel koop", "%", "share", (0, 100)),
}


@pytest.fixture(scope="module")
def register():
    return AreaRegister(read_gemeenten(AREAS / "gemeenten.csv"), read_changes(AREAS / "changes.csv"))


def figures(register, given, year, to_boundaries):
    """Figures {(code, field): number} of a year, on other boundaries, as {(code, field): (number, status)}."""
    rows = [
        (code, "gemeente", year, year, field, value, None, None, "waarde", "s", number)
        for number, ((code, field), value) in enumerate(given.items())
    ]
    cells = pl.DataFrame(rows, schema=dict(CELLS.columns), orient="row")
    moved = rebase_cells(cells, FIELDS, register, to_boundaries)
    return {
        (area, field): (value, status)
        for area, field, value, status in moved.select("area", "field", "value", "status").iter_rows()
    }


def fates(register, year, to_boundaries):
    """What becomes of every gemeente of a year."""
    codes = sorted(register.codes(year))
    present = pl.DataFrame(
        {"source": "x", "edition": "x", "area": codes, "level": "gemeente"}
    ).with_columns(boundaries=pl.lit(year, dtype=pl.Int16))  # fmt: skip
    coverage = coverage_of(present, to_boundaries, register)
    return dict(coverage.select("area", pl.col("fate").cast(pl.String)).iter_rows())


@pytest.mark.parametrize(
    ("code", "before", "after", "why"),
    [
        ("GM1930", 2017, 2018, "Nissewaard gave Oudenhoorn away"),
        ("GM0530", 2017, 2018, "Hellevoetsluis took Oudenhoorn"),
        ("GM0439", 2021, 2022, "Purmerend took Beemster"),
        ("GM0394", 2018, 2019, "Haarlemmermeer took Haarlemmerliede en Spaarnwoude"),
        ("GM0363", 2022, 2023, "Amsterdam took Weesp"),
    ],
)
def test_a_code_that_stays_though_its_ground_does_not_is_touched(register, code, before, after, why):
    assert register.exists(code, before) and register.exists(code, after), why
    assert register.touched(code, before, after), why
    assert code not in register.unchanged(before, after), why
    assert not register.touched(code, before - 1, before), "the year before, nothing happened"
    assert fates(register, before, after)[code] in ("merged", "split")


def test_oudenhoorn_moved_without_any_change_of_code(register):
    assert register.codes(2017) - register.codes(2018) == {
        code for code in register.codes(2017) if not register.exists(code, 2018)
    }
    assert {"GM1930", "GM0530"} <= register.codes(2017) & register.codes(2018)
    moved = figures(
        register, {("GM1930", "inwoners"): 85_000.0, ("GM0530", "inwoners"): 39_000.0, ("GM1930", "koop_pct"): 50.0},
        2017, 2018,
    )  # fmt: skip
    left, _ = moved["GM1930", "inwoners"]
    came, status = moved["GM0530", "inwoners"]
    assert 83_600 < left < 84_100 and left + came == pytest.approx(124_000)
    assert (status, moved["GM1930", "koop_pct"]) == ("afgeleid", (None, "onmogelijk"))


def test_purmerend_of_2021_is_not_purmerend_of_2022(register):
    given = {("GM0439", "inwoners"): 81_000.0, ("GM0370", "inwoners"): 10_000.0, ("GM0439", "koop_pct"): 60.0}
    moved = figures(register, given, 2021, 2022)
    assert moved["GM0439", "inwoners"] == (91_000.0, "afgeleid")
    assert moved["GM0439", "koop_pct"] == (None, "onmogelijk")
    assert ("GM0370", "inwoners") not in moved


def test_purmerend_without_a_figure_of_beemster_has_none_on_the_new_ground(register):
    assert figures(register, {("GM0439", "inwoners"): 81_000.0}, 2021, 2022) == {
        ("GM0439", "inwoners"): (None, "niet_gemeten")
    }


def test_haarlemmermeer_kept_its_code_and_took_a_neighbour(register):
    given = {("GM0394", "inwoners"): 148_000.0, ("GM0393", "inwoners"): 6_000.0}
    assert figures(register, given, 2018, 2019) == {("GM0394", "inwoners"): (154_000.0, "afgeleid")}


def test_nissewaard_of_2015_is_spijkenisse_and_bernisse(register):
    given = {("GM0612", "inwoners"): 72_000.0, ("GM0568", "inwoners"): 12_000.0}
    assert figures(register, given, 2014, 2015) == {("GM1930", "inwoners"): (84_000.0, "afgeleid")}
    assert (fates(register, 2014, 2015)["GM0612"], fates(register, 2014, 2015)["GM0568"]) == ("merged", "merged")


def test_vijfheerenlanden_took_gemeenten_of_two_provinces(register):
    parts = {"GM0545": "Leerdam", "GM0620": "Vianen", "GM0707": "Zederik"}
    assert {code: register.name(code) for code in parts} == parts
    assert {code: register.province(code) for code in parts} == {
        "GM0545": "Zuid-Holland", "GM0620": "Utrecht", "GM0707": "Zuid-Holland"
    }  # fmt: skip
    assert register.province("GM1961") == "Utrecht"
    given = {(code, "inwoners"): 20_000.0 for code in parts}
    assert figures(register, given, 2018, 2019) == {("GM1961", "inwoners"): (60_000.0, "afgeleid")}


def test_a_change_in_the_course_of_a_year_counts_from_the_next_first_of_january(register):
    """Weesp went to Amsterdam on 24 March 2022, Rozenburg to Rotterdam on 18 March 2010."""
    assert [register.exists("GM0457", year) for year in (2021, 2022, 2023)] == [True, True, False]
    assert [register.exists("GM0600", year) for year in (2009, 2010, 2011)] == [True, True, False]
    assert not register.touched("GM0363", 2021, 2022) and register.touched("GM0363", 2022, 2023)


def test_the_maps_of_2022_still_have_weesp_and_no_longer_beemster(register, shared_data):
    gemeenten = (shared_data / "real" / "gemeenten_2022.geojson").read_text(encoding="utf-8")
    wijken = (shared_data / "more" / "wijken_2022_attributes.csv").read_text(encoding="utf-8")
    assert ('"GM0457"' in gemeenten, '"GM0370"' in gemeenten, gemeenten.count('"statcode"')) == (True, False, 345)
    assert sum(line.startswith("WK0457") for line in wijken.splitlines()) == 8
    assert ("GM0457" in register.codes(2022), "GM0370" in register.codes(2022)) == (True, False)
    assert len(register.codes(2022)) == 345


@pytest.fixture(scope="module")
def almere(shared_data):
    """Almere's wijken before and after it was cut anew; those of 2020 stood until 2021."""
    rows = pl.read_parquet(shared_data / "more" / "kwb_2020_84799NED_TypedDataSet.parquet").select(
        area=pl.col("WijkenEnBuurten").str.strip_chars()
    )
    before = rows.filter(pl.col("area").str.starts_with("WK0034")).with_columns(name=pl.lit(""))
    wijken = pl.read_csv(shared_data / "more" / "wijken_2022_attributes.csv").select(area="code", name="name")
    after = wijken.filter(pl.col("area").str.starts_with("WK0034"))
    return Division(2021, before), Division(2022, after)


def test_a_series_of_almere_s_wijken_breaks_in_2022(register, almere):
    before, after = almere
    assert (before.areas.height, after.areas.height) == (6, 71)
    links = link_small_areas(before, after, dict.fromkeys(after.areas["area"], 3), register)
    rows = [
        (area, "wijk", division.boundaries, division.boundaries, "inwoners", 30_000.0, None, None, "waarde", "s", row)
        for division in almere
        for row, area in enumerate(division.areas["area"])
    ]
    cells = pl.DataFrame(rows, schema=dict(CELLS.columns), orient="row")
    series = rebase_small_cells(cells, FIELDS, links_to([links], 2022), 2022)
    assert set(series.breaks["first_year_after"]) == {2022} and series.breaks.height == 71
    by_year = dict(series.cells.group_by("year").agg(pl.col("value").count()).iter_rows())
    assert by_year == {2021: 0, 2022: 71}


def test_all_six_codes_of_almere_live_on_with_other_ground_and_addresses_betray_a_wrong_flag(register, almere):
    """WK003402 had 110,000 inhabitants and is De Werven alone since 2022; a flag 1 on it must not be believed."""
    before, after = almere
    kept = sorted(set(before.areas["area"]) & set(after.areas["area"]))
    assert len(kept) == 6
    share = 1 / after.areas.height
    weights = pl.DataFrame(
        [("WK003402", new, share) for new in after.areas["area"]],
        schema=["from_area", "to_area", "weight"], orient="row",
    )  # fmt: skip
    flags = {**dict.fromkeys(after.areas["area"], 3), "WK003402": 1}
    breaks = breaks_of(link_small_areas(before, after, flags, register, weights))
    reasons = dict(breaks.select("area", "reason").iter_rows())
    assert len(reasons) == 71
    assert reasons["WK003402"] == "De Werven: volgens de uitgever ongewijzigd, maar volgens de gewichten bleef 1,4 %"
