"""Wijken and buurten through the years, by small examples.

The examples lie in one gemeente, Stad, of which the publisher's list and flags of 2019 follow on those of 2018. In the
drawings an old or new side that nobody knows is a dash. Squares on a line stand for maps.
"""

import polars as pl
import pytest
import shapely

from stadspeil.areas import AreaRegister
from stadspeil.areas.coverage import coverage_lines, coverage_of
from stadspeil.areas.small_areas import LINKS, Division, check_links, link_small_areas, same_links, shares_of_counts
from stadspeil.areas.small_series import (
    breaks_of,
    chain_to,
    compose_links,
    links_to,
    rebase_small_cells,
    yearly_links,
)
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS
from stadspeil.errors import ContractError, QuestionError

title = "Wijken en buurten op dezelfde grenzen"
chapter = "Gebieden door de jaren"
order = 20
says = """Wijken en buurten veranderen vaker dan gemeenten. Een gebied houdt zijn reeks alleen waar kaart, code of
adressen laten zien dat het dezelfde grond is; anders is er een breuk, en over een breuk wordt niet gerekend."""
formula = ""
source = "docs/explanation/areas-and-boundaries.md."

FIELDS = {
    "inwoners": Field("inwoners", "Inwoners", "personen", "count", (0, 1e9)),
    "koop_pct": Field("koop_pct", "Aandeel koop", "%", "share", (0, 100)),
}


@pytest.fixture
def register():
    gemeenten = [
        ("GM0001", "Stad", "P", None, None, "ours"),
        ("GM0002", "Dorp", "P", None, 2018, "ours"),
    ]
    changes = [("2019-01-01", "GM0002", "GM0001", "merger", 1.0, "ours", "x", "")]
    return AreaRegister(
        pl.DataFrame(gemeenten, schema=GEMEENTEN_SCHEMA, orient="row"),
        pl.DataFrame(changes, schema={**CHANGES_SCHEMA, "date": pl.String}, orient="row").with_columns(
            pl.col("date").str.to_date()
        ),
    )


def buurt(letter, gemeente="0001"):
    """BU00010100 for a, BU00010101 for b, ... so that drawings stay readable."""
    return f"BU{gemeente}01{ord(letter) - ord('a'):02d}"


def ground(start, end):
    return shapely.to_wkb(shapely.box(5 + start / 1000, 52, 5 + end / 1000, 52.001))


def division(year, *areas):
    """Areas as (code, name[, start, end[, dwellings]]) on the line."""
    rows = [
        (code, name, ground(*rest[:2]) if len(rest) >= 2 else None, rest[2] if len(rest) > 2 else None)
        for code, name, *rest in areas
    ]
    schema = {"area": pl.String, "name": pl.String, "geometry": pl.Binary, "dwellings": pl.Float64}
    return Division(year, pl.DataFrame(rows, schema=schema, orient="row"))


def shares(*rows):
    return pl.DataFrame(rows, schema=["from_area", "to_area", "weight"], orient="row")


def drawn(links):
    """What a drawing shows of links: old, new, weight, basis."""
    return {
        (old or "-", new or "-"): (weight, basis)
        for old, new, weight, basis in links.select("from_area", "to_area", "weight", "basis").iter_rows()
    }


A, B, C, D = (buurt(letter) for letter in "abcd")


def test_flag_1_is_the_same_area_also_under_another_name(register):
    before, after = division(2018, (A, "Noord")), division(2019, (A, "Noorderpark"))
    assert drawn(link_small_areas(before, after, {A: 1}, register)) == {(A, A): (1.0, "same")}


def test_flag_2_finds_the_old_code_on_the_map(register):
    before = division(2018, (A, "Noord", 0, 10), (B, "Zuid", 10, 20))
    after = division(2019, (C, "Oude Haven", 0, 10), (B, "Zuid", 10, 20))
    links = link_small_areas(before, after, {C: 2, B: 1}, register)
    assert drawn(links) == {(A, C): (1.0, "recoded"), (B, B): (1.0, "same")}


def test_two_codes_that_were_swapped_are_not_mistaken_for_the_same(register):
    before = division(2018, (A, "Noord", 0, 10), (B, "Zuid", 10, 20))
    after = division(2019, (B, "Noord", 0, 10), (A, "Zuid", 10, 20))
    links = link_small_areas(before, after, {A: 2, B: 2}, register)
    assert drawn(links) == {(A, B): (1.0, "recoded"), (B, A): (1.0, "recoded")}


def test_flag_2_on_maps_that_show_other_ground_stays_unknown(register):
    before, after = division(2018, (A, "Noord", 0, 10)), division(2019, (C, "Noord", 0, 9))
    links = link_small_areas(before, after, {C: 2}, register)
    assert drawn(links) == {(A, "-"): (None, "unknown"), ("-", C): (None, "unknown")}


def test_without_a_map_an_equal_name_in_the_gemeente_will_do(register):
    links = link_small_areas(division(2018, (A, "De Eng")), division(2019, (C, "de eng")), {C: 2}, register)
    assert drawn(links) == {(A, C): (1.0, "name")}


def test_a_name_that_two_old_areas_have_is_not_chosen_between(register):
    before = division(2018, (A, "Verspreide huizen"), (B, "Verspreide huizen"))
    links = link_small_areas(before, division(2019, (C, "Verspreide huizen")), {C: 2}, register)
    assert set(links["weight"]) == {None}


def test_a_name_that_two_new_areas_have_is_not_chosen_between(register):
    after = division(2019, (C, "De Eng"), (D, "De Eng"))
    links = link_small_areas(division(2018, (A, "De Eng")), after, {C: 2, D: 2}, register)
    assert set(links["weight"]) == {None}


def test_editions_that_name_every_buurt_after_its_gemeente_prove_nothing(register):
    before, after = division(2018, (A, "Stad"), (B, "Stad")), division(2019, (A, "Stad"), (C, "Stad"))
    links = link_small_areas(before, after, {A: 1, C: 2}, register)
    assert drawn(links) == {(A, A): (1.0, "same"), (B, "-"): (None, "unknown"), ("-", C): (None, "unknown")}
    nameless = link_small_areas(division(2018, (A, "")), division(2019, (C, "")), {C: 2}, register)
    assert set(nameless["weight"]) == {None}


def test_an_equal_name_elsewhere_in_the_country_is_no_evidence(register):
    elsewhere = buurt("a", "0777")
    links = link_small_areas(division(2018, (elsewhere, "Centrum")), division(2019, (C, "Centrum")), {C: 2}, register)
    assert set(links["weight"]) == {None}


def test_buurten_of_a_merged_gemeente_follow_it(register):
    village = buurt("a", "0002")
    links = link_small_areas(division(2018, (village, "Kern")), division(2019, (C, "Kern")), {C: 2}, register)
    assert drawn(links) == {(village, C): (1.0, "name")}


def test_flag_3_with_weights_divides_the_old_area(register):
    before = division(2018, (A, "Noord"), (B, "Zuid"))
    after = division(2019, (A, "Noord"), (B, "Zuid"), (C, "Midden"))
    weights = shares((A, A, 0.7), (A, C, 0.3), (B, B, 0.9), (B, C, 0.1))
    assert drawn(link_small_areas(before, after, {A: 3, B: 3, C: 3}, register, weights)) == {
        (A, A): (0.7, "dwellings"), (A, C): (0.3, "dwellings"), (B, B): (0.9, "dwellings"), (B, C): (0.1, "dwellings"),
    }  # fmt: skip


def test_flag_3_without_weights_is_a_break_though_the_code_stayed(register):
    before, after = division(2018, (A, "Noord", 0, 10)), division(2019, (A, "Noord", 0, 8))
    links = link_small_areas(before, after, {A: 3}, register)
    assert drawn(links) == {(A, "-"): (None, "unknown"), ("-", A): (None, "unknown")}
    assert breaks_of(links).rows() == [
        (A, 2019, 2019, "Noord: grens gewijzigd in 2019 en er zijn geen gewichten van woningen of adressen")
    ]


def test_land_divides_only_when_asked_and_is_called_so(register):
    before = division(2018, (A, "Noord", 0, 10))
    after = division(2019, (A, "Noord", 0, 8), (C, "Midden", 8, 10))
    flags = {A: 3, C: 3}
    assert set(link_small_areas(before, after, flags, register)["weight"]) == {None}
    asked = link_small_areas(before, after, flags, register, area_weights=True)
    assert {pair: (round(weight, 6), basis) for pair, (weight, basis) in drawn(asked).items()} == {
        (A, A): (0.8, "geometry"), (A, C): (0.2, "geometry")
    }  # fmt: skip
    assert set(asked["reason"]) == {"geschat naar oppervlakte"}


def test_land_that_lies_partly_outside_every_changed_area_is_not_divided(register):
    before, after = division(2018, (A, "Noord", 0, 10)), division(2019, (A, "Noord", 0, 8))
    assert set(link_small_areas(before, after, {A: 3}, register, area_weights=True)["weight"]) == {None}


def test_an_old_area_that_was_lost_makes_every_counted_neighbour_doubtful(register):
    before = division(2018, (A, "Noord"), (B, "Zuid"))
    after = division(2019, (A, "Noord"))
    links = link_small_areas(before, after, {A: 3}, register, shares((A, A, 1.0)))
    assert drawn(links)["-", A] == (None, "unknown")
    assert breaks_of(links)["reason"].to_list() == [
        f"het oude gebied {B} is niet teruggevonden en kan hierin zijn opgegaan"
    ]


def test_an_old_area_without_homes_may_be_lost(register):
    before = division(2018, (A, "Noord", 0, 10, 100.0), (B, "Water", 10, 20, 0.0))
    after = division(2019, (A, "Noord", 0, 20, 100.0))
    links = link_small_areas(before, after, {A: 3}, register, shares((A, A, 1.0)))
    assert drawn(links) == {(A, A): (1.0, "dwellings"), (B, "-"): (None, "unknown")}


def test_a_flag_1_on_a_code_that_is_new_is_not_believed(register):
    links = link_small_areas(division(2018, (A, "Noord")), division(2019, (C, "Noord")), {C: 1}, register)
    assert breaks_of(links)["reason"].to_list() == [
        "Noord: volgens de uitgever ongewijzigd, maar deze code bestond in 2018 niet"
    ]


def test_a_flag_1_that_the_weights_contradict_is_a_break_and_a_stray_address_is_not(register):
    before = division(2018, (A, "Noord"), (B, "Zuid"))
    after = division(2019, (A, "Noord"), (B, "Zuid"))
    flags = {A: 1, B: 1}
    strayed = link_small_areas(before, after, flags, register, shares((A, A, 0.99), (A, B, 0.01)))
    assert drawn(strayed) == {(A, A): (1.0, "same"), (B, B): (1.0, "same")}
    moved = link_small_areas(before, after, flags, register, shares((A, A, 0.6), (A, B, 0.4)))
    assert (drawn(moved)["-", A], drawn(moved)[B, B]) == ((None, "unknown"), (1.0, "same"))
    assert "bleef 60,0 %" in breaks_of(moved)["reason"][0]


def test_without_a_flag_only_the_map_convinces(register):
    before = division(2018, (A, "Noord", 0, 10), (B, "Zuid"))
    after = division(2019, (A, "Noord", 0, 10), (B, "Zuid"))
    links = link_small_areas(before, after, {A: None}, register)
    assert drawn(links) == {(A, A): (1.0, "same"), (B, "-"): (None, "unknown"), ("-", B): (None, "unknown")}


def test_codes_may_have_letters(register):
    odd = "BU0001AA0B"
    links = link_small_areas(division(2022, (odd, "Nieuw")), division(2023, (odd, "Nieuw")), {odd: 1}, register)
    assert drawn(links) == {(odd, odd): (1.0, "same")}


def test_everything_that_is_wrong_with_the_lists_is_told_at_once(register):
    before = division(2018, (A, "Noord"), (A, "Noord"))
    after = division(2020, (A, "Noord"), ("WK000101", "Wijk"))
    weights = shares((A, A, 0.5), (D, A, 1.0))
    with pytest.raises(ContractError) as caught:
        link_small_areas(before, after, {A: 4}, register, weights)
    told = "\n".join(caught.value.problems)
    for piece in ("dubbel", "door elkaar", "geen opeenvolgende jaren", "gevonden: 4", "0.5000", D):
        assert piece in told


def test_counts_of_addresses_become_shares():
    counts = pl.DataFrame({"from_area": [A, A, B], "to_area": [A, C, B], "count": [30, 10, 0]})
    assert shares_of_counts(counts).rows() == [(A, A, 0.75), (A, C, 0.25)]


def step(year, *rows):
    """Links drawn as (old, new, weight, basis); None for a side or weight that nobody knows."""
    full = [
        (old, new, year, year + 1, weight, basis, year + 1 if weight is None else None, "" if weight else "onbekend")
        for old, new, weight, basis in rows
    ]
    return pl.DataFrame(full, schema=dict(LINKS.columns), orient="row")


def test_two_steps_are_the_product_of_their_weights():
    first = step(2016, (A, A, 0.5, "dwellings"), (A, B, 0.5, "dwellings"))
    second = step(2017, (A, C, 1.0, "recoded"), (B, C, 0.2, "dwellings"), (B, D, 0.8, "dwellings"))
    assert drawn(compose_links(first, second)) == {(A, C): (0.6, "dwellings"), (A, D): (0.4, "dwellings")}


def test_a_break_stays_a_break_through_every_later_step():
    first = step(2016, (A, None, None, "unknown"), (None, B, None, "unknown"), (C, C, 1.0, "same"))
    second = step(2017, (B, D, 1.0, "recoded"), (C, C, 1.0, "same"))
    composed = compose_links(first, second)
    assert drawn(composed) == {
        (A, "-"): (None, "unknown"), ("-", D): (None, "unknown"), (C, C): (1.0, "same"),
    }  # fmt: skip
    assert breaks_of(composed).select("area", "first_year_after").rows() == [(D, 2017)]


def test_of_two_breaks_the_last_counts():
    first = step(2016, (None, A, None, "unknown"), (A, None, None, "unknown"))
    second = step(2017, (None, A, None, "unknown"), (A, None, None, "unknown"))
    assert breaks_of(compose_links(first, second))["first_year_after"].to_list() == [2018]


def test_steps_that_do_not_join_are_refused():
    with pytest.raises(QuestionError, match="sluit niet aan"):
        compose_links(step(2016, (A, A, 1.0, "same")), step(2018, (A, A, 1.0, "same")))
    with pytest.raises(ContractError, match=B):
        compose_links(step(2016, (A, B, 1.0, "recoded")), step(2017, (A, A, 1.0, "same")))
    with pytest.raises(QuestionError, match="tot en met 2017"):
        links_to([step(2016, (A, A, 1.0, "same"))], 2020)


def test_weights_that_do_not_add_up_are_refused():
    with pytest.raises(ContractError, match=r"tellen op tot 0\.9000"):
        check_links(step(2016, (A, A, 0.9, "dwellings")), "proef")


def cells(year, *rows):
    """Cells drawn as (area, field, value); a text is a status."""
    full = [
        (area, "wijk" if area.startswith("WK") else "buurt", year, year, name, None if isinstance(value, str) else value,
         None, None, value if isinstance(value, str) else "waarde", f"s{year}", number)
        for number, (area, name, value) in enumerate(rows)
    ]  # fmt: skip
    return pl.DataFrame(full, schema=dict(CELLS.columns), orient="row")


def figures(series):
    return {
        (area, field): (value, status)
        for area, field, value, status in series.cells.select("area", "field", "value", "status").iter_rows()
    }


def test_a_recoded_area_keeps_every_figure_under_its_new_code():
    given = cells(2018, (A, "inwoners", 120.0), (A, "koop_pct", 40.0))
    series = rebase_small_cells(given, FIELDS, step(2018, (A, C, 1.0, "recoded")), 2019)
    assert figures(series) == {(C, "inwoners"): (120.0, "waarde"), (C, "koop_pct"): (40.0, "waarde")}
    assert set(series.cells["boundaries"]) == {2019} and set(series.cells["year"]) == {2018}


def test_counts_are_divided_and_shares_refused():
    links = step(2018, (A, A, 0.75, "dwellings"), (A, C, 0.25, "dwellings"), (B, C, 1.0, "dwellings"))
    given = cells(2018, (A, "inwoners", 100.0), (B, "inwoners", 50.0), (A, "koop_pct", 40.0), (B, "koop_pct", 60.0))
    assert figures(rebase_small_cells(given, FIELDS, links, 2019)) == {
        (A, "inwoners"): (75.0, "afgeleid"), (C, "inwoners"): (75.0, "afgeleid"),
        (A, "koop_pct"): (None, "onmogelijk"), (C, "koop_pct"): (None, "onmogelijk"),
    }  # fmt: skip


def test_a_secret_part_makes_the_sum_secret():
    links = step(2018, (A, C, 1.0, "dwellings"), (B, C, 1.0, "dwellings"))
    given = cells(2018, (A, "inwoners", 100.0), (B, "inwoners", "geheim"))
    assert figures(rebase_small_cells(given, FIELDS, links, 2019)) == {(C, "inwoners"): (None, "geheim")}


def test_before_a_break_there_is_no_number_and_after_it_there_is():
    links = links_to(
        [step(2018, (A, None, None, "unknown"), (None, A, None, "unknown")), step(2019, (A, A, 1.0, "same"))], 2020
    )
    given = pl.concat([cells(year, (A, "inwoners", 100.0)) for year in (2018, 2019, 2020)])
    series = rebase_small_cells(given, FIELDS, links, 2020)
    assert series.cells.sort("year").select("year", "value", "status").rows() == [
        (2018, None, "onmogelijk"), (2019, 100.0, "waarde"), (2020, 100.0, "waarde"),
    ]  # fmt: skip
    assert series.breaks.select("area", "boundaries", "first_year_after").rows() == [(A, 2020, 2019)]


def test_a_known_part_beside_an_unknown_one_is_no_sum():
    links = step(2018, (A, C, 1.0, "dwellings"), (None, C, None, "unknown"), (B, None, None, "unknown"))
    given = cells(2018, (A, "inwoners", 100.0), (B, "inwoners", 50.0))
    assert figures(rebase_small_cells(given, FIELDS, links, 2019)) == {(C, "inwoners"): (None, "onmogelijk")}


def test_wijken_and_buurten_are_rebased_together_and_keep_their_level():
    wijk = "WK000101"
    links = pl.concat([step(2018, (wijk, wijk, 1.0, "dwellings")), same_links([A], 2018).with_columns(
        to_boundaries=pl.lit(2019, dtype=pl.Int16))])  # fmt: skip
    given = cells(2018, (wijk, "inwoners", 900.0), (A, "inwoners", 100.0))
    moved = rebase_small_cells(given, FIELDS, links, 2019).cells.sort("area")
    assert moved.select("area", "level", "status").rows() == [(A, "buurt", "waarde"), (wijk, "wijk", "afgeleid")]


@pytest.mark.parametrize(
    ("given", "to", "sentence"),
    [
        (cells(2020, (A, "inwoners", 1.0)), 2019, "niet terug te delen"),
        (cells(2018, (B, "inwoners", 1.0)), 2019, "hebben geen koppeling naar 2019: " + B),
        (cells(2018, (A, "onbekend", 1.0)), 2019, "veld 'onbekend'"),
        (
            cells(2018, (A, "inwoners", 1.0)).with_columns(level=pl.lit("gemeente", CELLS.columns["level"])),
            2019,
            "alleen",
        ),
    ],
)
def test_what_cannot_be_recomputed_is_refused_in_words(given, to, sentence):
    with pytest.raises((QuestionError, ContractError), match=sentence):
        rebase_small_cells(given, FIELDS, step(2018, (A, A, 1.0, "same")), to)


def test_years_without_a_list_or_flags_give_no_step_and_a_gap_ends_the_chain(register):
    rows = [(A, "buurt", "Noord", year, None) for year in (2015, 2016, 2018, 2019, 2020)]
    rows += [("WK000101", "wijk", "Wijk", year, None) for year in (2019, 2020)]
    areas = pl.DataFrame(rows, schema=["area", "level", "name", "boundaries", "geometry"], orient="row")
    flags = pl.DataFrame(
        [(A, 2016, 1), (A, 2019, 1), (A, 2020, 3), ("WK000101", 2020, 1)],
        schema=["area", "boundaries", "flag"], orient="row",
    )  # fmt: skip
    steps = yearly_links(areas, flags, register)
    assert [(each["to_area"][0], each["to_boundaries"][0]) for each in steps if each["to_area"][0]] == [
        ("WK000101", 2020), (A, 2016), (A, 2019)
    ]  # fmt: skip
    buurten = steps[1:]
    assert [each["from_boundaries"][0] for each in chain_to(buurten, 2020)] == [2018, 2019]
    assert chain_to(buurten, 2021) == []


def test_coverage_tells_what_became_of_every_small_area(register):
    links = step(
        2018, (A, A, 1.0, "same"), (B, C, 1.0, "recoded"), (D, buurt("e"), 0.5, "dwellings"),
        (D, buurt("f"), 0.5, "dwellings"), (buurt("g"), buurt("g"), 1.0, "dwellings"), (buurt("h"), None, None, "unknown"),
    )  # fmt: skip
    areas = [A, B, D, buurt("g"), buurt("h"), buurt("z")]
    present = pl.DataFrame({"source": "cbs", "edition": "2018", "area": areas, "level": "buurt"}).with_columns(
        boundaries=pl.lit(2018, dtype=pl.Int16)
    )
    (line,) = coverage_lines(coverage_of(present, 2019, register, links), 2019, {buurt("h"): "Haven"})
    assert line.counts == {"same": 1, "recoded": 1, "merged": 1, "split": 1, "unmatched": 2, "absent": 0}
    assert [(gap.reason, gap.examples) for gap in line.gaps] == [
        ("onbekend", (f"{buurt('h')} Haven",)), ("staat niet in de lijst van 2018", (buurt("z"),)),
    ]  # fmt: skip
    (unlinked,) = coverage_lines(coverage_of(present, 2019, register), 2019, {})
    assert unlinked.counts["unmatched"] == 6 and "geen wijzigingsvlaggen" in unlinked.gaps[0].reason


def test_a_part_that_goes_to_a_broken_area_is_not_matched(register):
    links = step(2018, (A, C, 1.0, "dwellings"), (None, C, None, "unknown"))
    present = pl.DataFrame({"source": "cbs", "edition": "", "area": [A], "level": "buurt"}).with_columns(
        boundaries=pl.lit(2018, dtype=pl.Int16)
    )
    assert coverage_of(present, 2019, register, links).select("fate", "reason").rows() == [("unmatched", "onbekend")]
