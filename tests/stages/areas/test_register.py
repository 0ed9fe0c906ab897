from datetime import date

import polars as pl
import pytest

from stadspeil.areas import AreaRegister, register_problems
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.errors import QuestionError


def small_register(lives, changes):
    gemeenten = [(code, f"Plaats {code}", "P", first, last, "ours") for code, first, last in lives]
    rows = [(day, old, new, kind, weight, "ours", "x", "") for day, old, new, kind, weight in changes]
    return AreaRegister(
        pl.DataFrame(gemeenten, schema=GEMEENTEN_SCHEMA, orient="row"),
        pl.DataFrame(rows, schema=CHANGES_SCHEMA, orient="row"),
    )


UNKNOWN_SPLIT = small_register(
    [("GM0001", None, 2014), ("GM0002", None, None), ("GM0003", None, None)],
    [(date(2015, 1, 1), "GM0001", "GM0002", "split", None), (date(2015, 1, 1), "GM0001", "GM0003", "split", None)],
)


def test_a_gemeente_exists_from_its_first_to_its_last_boundary_year(register):
    years = [year for year in range(2012, 2027) if register.exists("GM1930", year)]
    assert years[0] == 2015


def test_a_merged_gemeente_is_gone_in_the_year_of_the_merger(register):
    assert (register.exists("GM0370", 2021), register.exists("GM0370", 2022)) == (True, False)


def test_a_merger_in_the_course_of_a_year_counts_from_the_next_first_of_january(register):
    assert (register.exists("GM0457", 2022), register.exists("GM0457", 2023)) == (True, False)


def test_an_unknown_code_does_not_exist(register):
    assert not register.exists("GM0000", 2024)


def test_beemster_touched_purmerend_though_its_code_stayed(register):
    assert register.touched("GM0439", 2021, 2022)


def test_oudenhoorn_touched_nissewaard_though_no_code_changed(register):
    assert (register.touched("GM1930", 2017, 2018), register.touched("GM0530", 2017, 2018)) == (True, True)


def test_zoetermeer_was_never_touched(register):
    assert not register.touched("GM0637", 2004, 2026)


def test_touched_reads_the_same_in_both_directions(register):
    assert register.touched("GM0439", 2024, 2020) == register.touched("GM0439", 2020, 2024)


def test_nothing_is_touched_within_a_year(register):
    assert not any(register.touched(code, 2022, 2022) for code in register.codes(2022))


def test_a_rename_keeps_the_ground(register):
    assert register.unchanged(2015, 2016)["GM1921"] == "GM1940"


def test_the_weights_of_nissewaard_give_oudenhoorn_to_voorne_aan_zee(register):
    weights = register.weights(2016, 2024).filter(pl.col("from_code") == "GM1930")
    assert dict(weights.select("to_code", "weight").iter_rows()) == pytest.approx({"GM1930": 0.987, "GM1992": 0.013})


def test_weights_cannot_run_backwards(register):
    with pytest.raises(QuestionError, match="latere indeling"):
        register.weights(2024, 2016)


def test_years_before_the_oldest_list_are_refused(register):
    with pytest.raises(QuestionError, match="2004"):
        register.codes(2003)


def test_an_unknown_split_has_weights_without_a_number():
    weights = UNKNOWN_SPLIT.weights(2014, 2015).filter(pl.col("from_code") == "GM0001")
    assert weights["weight"].to_list() == [None, None]


def test_an_unknown_split_is_known_again_when_its_parts_come_together():
    day = date(2020, 1, 1)
    register = small_register(
        [("GM0001", None, 2014), ("GM0002", None, 2019), ("GM0003", None, 2019), ("GM0004", 2020, None)],
        [
            (date(2015, 1, 1), "GM0001", "GM0002", "split", None),
            (date(2015, 1, 1), "GM0001", "GM0003", "split", None),
            (day, "GM0002", "GM0004", "merger", 1.0), (day, "GM0003", "GM0004", "merger", 1.0),
        ],
    )  # fmt: skip
    assert register.weights(2014, 2020)["weight"].to_list() == [1.0, 1.0, 1.0]


def test_a_group_member_before_its_merger_is_the_part_that_is_meant(register):
    assert register.members_in(["GM1980"], 2021, {"GM1980": "GM0398"}) == ("GM0398",)


def test_a_group_member_without_a_named_part_becomes_all_its_parts(register):
    assert register.members_in(["GM1992"], 2022) == ("GM0501", "GM0530", "GM0614")


def test_a_member_whose_code_stayed_stands_for_itself(register):
    assert register.members_in(["GM0439"], 2020) == ("GM0439",)


def test_a_whole_region_brings_the_parts_that_a_surviving_code_took_in(register):
    assert register.members_in(["GM0439"], 2020, whole=True) == ("GM0439", "GM0370")


def test_a_member_that_is_gone_becomes_the_gemeente_that_took_most_of_it(register):
    assert register.members_in(["GM0612", "GM0055"], 2024) == ("GM1930", "GM0080")


def test_two_members_that_merged_count_once(register):
    assert register.members_in(["GM0398", "GM0416"], 2024) == ("GM1980",)


def test_a_member_that_was_divided_in_unknown_parts_is_refused():
    with pytest.raises(QuestionError, match="verdeeld"):
        UNKNOWN_SPLIT.members_in(["GM0001"], 2015)


def test_history_tells_every_change_of_a_gemeente(register):
    told = [(change.boundaries, change.from_code, change.kind) for change in register.history("GM1930")]
    assert told == [(2015, "GM0568", "merger"), (2015, "GM0612", "merger"), (2018, "GM1930", "border")]


def test_leerdam_lay_in_zuid_holland_and_vijfheerenlanden_lies_in_utrecht(register):
    assert (register.province("GM0545"), register.province("GM1961")) == ("Zuid-Holland", "Utrecht")


@pytest.mark.parametrize(
    ("lives", "changes", "sentence"),
    [
        ([("GM0001", None, 2014)], [], "zegt niet waarin"),
        ([("GM0001", 2015, None)], [], "zegt niet waaruit"),
        ([("GM0001", None, None), ("GM0002", None, None)],
         [(date(2015, 1, 1), "GM0001", "GM0002", "merger", 1.0)], "bestaat nog"),
        ([("GM0001", None, 2014)], [(date(2015, 1, 1), "GM0001", "GM0009", "merger", 1.0)], "niet in gemeenten.csv"),
        ([("GM0001", None, 2014), ("GM0002", 2016, None)],
         [(date(2015, 1, 1), "GM0001", "GM0002", "rename", 1.0)], "GM0002 bestaat in 2015 niet"),
    ],
)  # fmt: skip
def test_lists_that_contradict_each_other_are_told(lives, changes, sentence):
    gemeenten = [(code, f"Plaats {code}", "P", first, last, "ours") for code, first, last in lives]
    rows = [(day, old, new, kind, weight, "ours", "x", "") for day, old, new, kind, weight in changes]
    problems = register_problems(
        pl.DataFrame(gemeenten, schema=GEMEENTEN_SCHEMA, orient="row"),
        pl.DataFrame(rows, schema=CHANGES_SCHEMA, orient="row"),
    )
    assert sentence in "\n".join(problems)
