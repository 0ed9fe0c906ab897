"""The business case: figures as the tables have them, a summary of one page, sums that a changed cell breaks."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pypdf
import pytest
from pdf_words import words_by_page
from pptx import Presentation

from stadspeil.appraisal.ground import ground_of
from stadspeil.appraisal.store import TABLES, Asked, appraise_package
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.appraisal_entries import Measure, Package
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.contracts import empty
from stadspeil.errors import QuestionError
from stadspeil.report.cases.agenda_files import agenda_slides, agenda_workbook
from stadspeil.report.cases.agenda_material import AgendaCase
from stadspeil.report.cases.agenda_pages import agenda_leaflet, knowing, no_award, proof
from stadspeil.report.cases.grounds import assumptions, unit_values
from stadspeil.report.cases.hanging import box_sentence, switching_sentences
from stadspeil.report.cases.leaflet import case_leaflet
from stadspeil.report.cases.material import Case, case_of, parted, years_said
from stadspeil.report.cases.paying import actors, ask_sentences, loses, purse, wins
from stadspeil.report.cases.places import places
from stadspeil.report.cases.publication import write_case
from stadspeil.report.cases.slides import case_slides, intervals_chart
from stadspeil.report.cases.summary import unproven
from stadspeil.report.cases.telling import exact, input_name, input_unit, side
from stadspeil.report.cases.workbook import case_workbook
from stadspeil.report.deck import Deck
from stadspeil.report.document import Grid, Heading
from stadspeil.report.drawing.intervals import IntervalRow, Intervals
from stadspeil.report.leaflets import leaflet_pdf
from stadspeil.report.wording import LANGUAGES, lowered, wording
from stadspeil.workspace import Workspace

PACKAGE = Package(
    id="proef", title="Proef (verzonnen)", title_en="Trial (invented)", town="GM9002", stage="plan", status="voorbeeld",
    source="verzonnen", goal="De wijk wordt prettiger.", invented=True,
    measures=(
        Measure("licht", "straatverlichting", ("WK900202",), 2027, 2028, 300.0),
        Measure("bijles", "bijles", ("WK900202",), 2027, 2034, 150.0),
        Measure("renovatie", "renovatie_energie", ("WK900202",), 2027, 2030, 400.0),
        Measure("jongeren", "jongerenwerk", ("WK900202",), 2027, 2032, 4.0),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(demo: Path) -> tuple[Workspace, Catalogue]:
    workspace = Workspace(demo / "werkmap")
    ours = load_catalogue(own=workspace.own_catalogue)
    catalogue = dataclasses.replace(ours, packages={**ours.packages, PACKAGE.id: PACKAGE})
    appraise_package(workspace, catalogue, Asked(PACKAGE.id, draws=1000))
    return workspace, catalogue


@pytest.fixture(scope="module")
def case(place: tuple[Workspace, Catalogue]) -> Case:
    return case_of(*place, PACKAGE.id)


def table(place: tuple[Workspace, Catalogue], name: str) -> pl.DataFrame:
    """A table read apart from the code that tells it."""
    folder = place[0].out / "appraisal" / PACKAGE.id / name
    return pl.concat([pl.read_parquet(each) for each in sorted(folder.glob("*.parquet"))])


def pages(case: Case) -> list[str]:
    return words_by_page(leaflet_pdf(case_leaflet(case)))


# --- the pages


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_is_one_page_and_invented_stands_on_every_page(
    place: tuple[Workspace, Catalogue], lang: str
) -> None:
    words, found = wording(lang), pages(case_of(*place, PACKAGE.id, lang))
    for key in ("what", "costs", "brings", "beyond_euros", "ask", "risks", "doubts"):
        assert words(f"case.summary.{key}") in found[0]
    assert words("case.actors.title") not in found[0] and words("case.actors.title") in found[1]
    assert all(words("document.banner") in page for page in found)


def test_the_pages_hold_the_figures_of_the_tables(place: tuple[Workspace, Catalogue], case: Case) -> None:
    text = " ".join(" ".join(pages(case)).split())
    outcomes = table(place, "outcomes").filter(rules="nl")
    for figure in ("kosten", "baten", "netto"):
        (row,) = outcomes.filter(figure=figure).to_dicts()
        for name in ("mean", "low", "high"):
            assert f"{row[name] / 1e6:.1f}".replace(".", ",").replace("-", "\u2212") in text, (figure, name)
    for study in table(place, "evidence").filter(pl.col("weight") > 0)["study"]:
        assert case.catalogue.studies[study].source.split(",")[0][:20] in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_that_is_missing_is_printed_as_code(place: tuple[Workspace, Catalogue], lang: str) -> None:
    case = case_of(*place, PACKAGE.id, lang)
    bare = dataclasses.replace(case, tables={name: empty(TABLES[name]) if name in ("changes", "inputs", "funds", "evidence", "mechanisms", "displaced") else each
                                             for name, each in case.tables.items()})  # fmt: skip
    for each in (case, bare):
        for chapter in case_leaflet(each).chapters:
            for part in chapter.parts:
                told = (
                    part
                    if isinstance(part, str)
                    else " ".join(" ".join(row) for row in part.rows)
                    if isinstance(part, Grid)
                    else ""
                )
                assert not re.search(r"\bNone\b|\bnan\b|[{}]", told), (chapter.id, told)


def test_a_package_that_was_not_weighed_is_refused(place: tuple[Workspace, Catalogue], tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="stadspeil appraise --package proef"):
        write_case(Workspace(tmp_path), place[1], PACKAGE.id)


def test_equal_cases_give_equal_bytes(place: tuple[Workspace, Catalogue], tmp_path: Path) -> None:
    first, again = (write_case(*place, PACKAGE.id, out=tmp_path / name) for name in ("a", "b"))
    assert [each.name for each in first] == [f"afweging-proef-nl{ending}" for ending in (".pdf", ".xlsx", ".pptx")]
    assert [each.read_bytes() for each in first] == [each.read_bytes() for each in again]


# --- what may be said


def changed(case: Case, name: str, low: float, high: float, **wanted: str) -> Case:
    """The case with another interval in some rows of a table."""
    hit = pl.all_horizontal(pl.col(column) == value for column, value in wanted.items())
    made = case.tables[name].with_columns(
        pl.when(hit).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        for column, value in (("mean", (low + high) / 2), ("low", low), ("high", high), ("shown", low > 0 or high < 0))
    )
    return dataclasses.replace(case, tables={**case.tables, name: made})


@pytest.mark.parametrize(("low", "high"), [(-2e6, -1e6), (-2e6, 1e5), (-1e5, 2e6), (1e6, 2e6)])
def test_a_party_wins_or_loses_only_with_its_whole_interval(case: Case, low: float, high: float) -> None:
    made = changed(case, "ledger", low, high, actor="bewoners", entry="saldo")
    assert ("bewoners" in dict(wins(made))) == (low > 0)
    assert ("bewoners" in dict(loses(made))) == (high < 0)
    told = [part for part in actors(made).parts if isinstance(part, str)]
    free = made.words("case.actors.free", actors="#").split("#")[0]
    assert any(each.startswith(free) and "bewoners" in each for each in told) == (low > 0)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("low", "high", "said"), [(1e6, 2e6, "back"), (-1e5, 2e6, "open"), (-2e6, -1e6, "costs")])
def test_the_state_gains_or_loses_only_with_the_whole_interval(
    place: tuple[Workspace, Catalogue], lang: str, low: float, high: float, said: str
) -> None:
    case = case_of(*place, PACKAGE.id, lang)
    gain = {"mean": (low + high) / 2, "low": low, "middle": 0.0, "high": high}
    made = dataclasses.replace(case, run={**case.run, "ask": {**case.run["ask"], "euro": 5e6, "state_gain": gain}})
    told = " ".join(ask_sentences(made))
    heads = {key: case.words(f"case.ask.{key}", span="#").split("#")[0] for key in ("back", "open", "costs")}
    assert [key for key, head in heads.items() if head and head in told] == [said]


@pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better", "neutral"])
@pytest.mark.parametrize(("low", "high"), [(-2.0, -1.0), (-1.0, 1.0), (1.0, 2.0)])
def test_a_change_has_a_color_only_where_its_interval_leaves_out_nought(
    direction: str, low: float, high: float
) -> None:
    row = {"mean": (low + high) / 2 or 0.1, "low": low, "high": high, "shown": low > 0 or high < 0}
    good = (low > 0) == (direction == "higher_is_better")
    wanted = "" if direction == "neutral" or low < 0 < high else "favourable" if good else "unfavourable"
    assert side(row, direction) == wanted


@pytest.mark.parametrize(("times", "far"), [(9.0, False), (11.0, True), (0.2, False), (0.05, True)])
def test_what_turns_the_outcome_is_called_far_beyond_ten_times(case: Case, times: float, far: bool) -> None:
    rows = case.tables["inputs"].head(1).with_columns(used=pl.lit(2.0), switching=pl.lit(2.0 * times))
    made = dataclasses.replace(case, tables={**case.tables, "inputs": rows})
    told = switching_sentences(made)
    assert (told[0] == case.words("case.hanging.far", number="10")) == far
    assert case.words.number(times, 1) in told[-1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_box_of_the_worst_fifth_is_told_from_its_numbers(place: tuple[Workspace, Catalogue], lang: str) -> None:
    case = case_of(*place, PACKAGE.id, lang)
    box = {
        "limits": {"bereik:x": [None, 2.5, 1], "pool:y": [0.5, None, 1]},
        "coverage": 0.6,
        "density": 0.7,
        "base": 0.2,
    }
    told = box_sentence(dataclasses.replace(case, run={**case.run, "worst_box": box}))
    below, above = {"nl": ("onder 2,5", "boven 0,5"), "en": ("below 2.5", "above 0.5")}[lang]
    for said in (below, above, "60%", "70%", "20%"):
        assert said in told
    assert all(input_unit(name, case) in told for name in box["limits"])
    assert box_sentence(dataclasses.replace(case, run={**case.run, "worst_box": None})) == case.words(
        "case.hanging.no_box"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_rests_on_one_pool_is_named_by_all_that_rests_on_it(place: tuple[Workspace, Catalogue], lang: str) -> None:
    """Light, one pool: three figures. Where the area stands on a list no measure is said to name it."""
    case = case_of(*place, PACKAGE.id, lang)
    light = input_name("pool:straatverlichting_misdrijven", case)
    titles = [case.indicator(each) for each in ("woninginbraken", "vernielingen", "fietsdiefstallen")]
    assert all(lowered(each) in light for each in (*titles, case.measure("licht")))
    listed = dataclasses.replace(case, package=dataclasses.replace(PACKAGE, labelled=True))
    loss = input_name("pool:etiket_woningprijs", listed)
    assert loss == case.words("case.input.listed") and lowered(case.measure("bijles")) not in loss
    assert listed.measure("openbare_lijst") == case.words("case.listed")
    rule = Measure("regel", "selectieve_toewijzing", ("WK900202",), 2027, 2028, 300.0)
    naming = dataclasses.replace(case, package=dataclasses.replace(PACKAGE, measures=(*PACKAGE.measures, rule)))
    assert lowered(naming.measure("regel")) in input_name("pool:etiket_woningprijs", naming)
    assert input_name("pool:vve_toetsscore", case).startswith(case.words("case.input.pool"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_changes_in_deviations_of_pupils_do_not_claim_the_unit_of_the_advice(
    place: tuple[Workspace, Catalogue], lang: str
) -> None:
    case = case_of(*place, PACKAGE.id, lang)
    captions = [each.caption for each in places(case).parts if isinstance(each, Grid)]
    (advice,) = [each for each in captions if each.startswith(case.indicator("schooladvies"))]
    assert case.words("case.pupils_only") in advice and "index" not in advice
    book = openpyxl.load_workbook(io.BytesIO(case_workbook(case)))
    rows = list(book[case.words("case.sheets.effects").partition("|")[0]].iter_rows(values_only=True))
    assert {row[4] for row in rows if row[2] == "schooladvies"} == {case.words("case.pupils")}


def test_sizes_of_inputs_have_no_more_digits_than_an_estimate_knows(case: Case) -> None:
    raw = case.rows("inputs")
    assert any(float(f"{row['used']:.3g}") != row["used"] for row in raw)
    book = openpyxl.load_workbook(io.BytesIO(case_workbook(case)))
    rows = list(book[case.words("case.sheets.inputs").partition("|")[0]].iter_rows(values_only=True))
    used = {row[0]: row[4] for row in rows}
    for row in raw:
        assert used[row["input"]] == float(f"{row['used']:.3g}")
    large = [{**raw[0], "used": 48_274_695.4, "switching": 7_241_204.3}]
    dear = dataclasses.replace(
        case, tables={**case.tables, "inputs": pl.DataFrame(large, schema=case.tables["inputs"].schema)}
    )
    (told,) = [each for each in switching_sentences(dear) if "naar" in each]
    assert "van 48.300.000 naar 7.240.000" in told


def test_a_package_of_two_towns_names_both(case: Case) -> None:
    names = dict(case.catalogue.gemeenten.select("code", "name").iter_rows())
    both = dataclasses.replace(case, package=dataclasses.replace(case.package, towns=("GM9002", "GM9003")))
    leaflet = case_leaflet(both)
    assert all(names[each] in leaflet.subtitle for each in ("GM9002", "GM9003"))
    assert names["GM9003"] in str(leaflet.chapters[0].parts) and names["GM9003"] not in case_leaflet(case).subtitle


def test_accounts_that_were_read_but_not_analysed_are_not_called_missing(place: tuple[Workspace, Catalogue]) -> None:
    case = case_of(*place, PACKAGE.id, "nl")
    bare = dataclasses.replace(case, purse=case.purse.clear(), planned=case.planned.clear(), over=case.over.clear())
    assert "nog niet naast die van andere" in str(purse(with_room(bare, 29.4e6)).parts)
    assert "is hier niet" in str(purse(with_room(bare, None)).parts)


def with_room(case: Case, room: float | None) -> Case:
    return dataclasses.replace(case, run={**case.run, "means": {**case.run["means"], "room": room}})


def test_numbers_are_written_as_far_as_they_are_known() -> None:
    words = wording("nl")
    assert [exact(each, words) for each in (0.0225, 250.0, 0.3)] == ["0,0225", "250", "0,3"]
    assert parted("eigen:a; b; kosten:x/y") == ["eigen:a; b", "kosten:x/y"]


def test_a_buurt_whose_own_figure_is_withheld_is_not_printed(case: Case) -> None:
    changes = case.tables["changes"]
    rows = changes.filter(indicator="vernielingen", level="buurt", part="alles").sort(
        pl.col("mean").abs(), descending=True
    )
    area = rows["area"][0]
    made = changes.with_columns(
        base=pl.when((pl.col("area") == area) & (pl.col("indicator") == "vernielingen"))
        .then(None)
        .otherwise(pl.col("base"))
    )

    def printed(told: Case) -> str:
        (grid,) = (
            each
            for each in places(told).parts
            if isinstance(each, Grid) and case.indicator("vernielingen") in each.caption
        )
        return " ".join(row[0] for row in grid.rows)

    without = dataclasses.replace(case, tables={**case.tables, "changes": made})
    assert case.area(area) in printed(case) and case.area(area) not in printed(without)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("gained", [(4e6, 3e6, 5e6), (-4e6, -5e6, -3e6), (0.0, 0.0, 0.0)])
def test_what_a_payer_loses_is_not_told_as_a_gain(
    place: tuple[Workspace, Catalogue], lang: str, gained: tuple[float, float, float]
) -> None:
    mean, low, high = gained
    case = changed(case_of(*place, PACKAGE.id, lang), "ledger", low, high, actor="gemeente", entry="baten")
    ledger = case.tables["ledger"].with_columns(
        mean=pl.when(actor="gemeente", entry="baten").then(pl.lit(mean)).otherwise("mean")
    )
    case, words = dataclasses.replace(case, tables={**case.tables, "ledger": ledger}), wording(lang)
    (told,) = (
        each for each in actors(case).parts if isinstance(each, str) and each.startswith(f"{case.actor('gemeente')}:")
    )
    kind = "pays_only" if not mean else "pays_loses" if mean < 0 else "pays"
    lead = words(f"case.actors.{kind}", actor=case.actor("gemeente"), paid="@", gained="@", lost="@").split("@")[1]
    assert lead in told and f"({words.euros(3e6)}" in told if mean else lead in told
    assert words.euros(-4e6) not in told


def test_buurten_are_counted_once_and_a_wijk_as_its_buurten(case: Case) -> None:
    """A package that names a wijk and two buurten of it acts in as many buurten as the wijk has."""
    inside = [each for each in case.run["names"] if each.startswith("BU900202")]
    also = Measure("groen", "groen_en_opruimen", (inside[0], inside[1]), 2027, 2028, 1.0)
    package = dataclasses.replace(PACKAGE, measures=(*PACKAGE.measures, also))
    told = " ".join(
        each
        for each in case_leaflet(dataclasses.replace(case, package=package)).chapters[0].parts
        if isinstance(each, str)
    )
    assert len(inside) > 2 and f"in {len(inside)} buurten;" in told
    one = dataclasses.replace(PACKAGE, measures=(dataclasses.replace(also, areas=(inside[0],)),))
    assert "in 1 buurt;" in str(case_leaflet(dataclasses.replace(case, package=one)).chapters[0].parts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_now_has_its_year(place: tuple[Workspace, Catalogue], lang: str) -> None:
    case = case_of(*place, PACKAGE.id, lang)
    town = ground_of(place[0], place[1], (PACKAGE.town,))
    (grid, *_) = (each for each in places(case).parts if isinstance(each, Grid))
    indicator = next(each for each in case.run["measured"] if case.indicator(each) in grid.caption)
    first, last = town.years[indicator]
    told = str(last) if first == last else f"{first}\u2060\u2013\u2060{last}"
    assert case.measured(indicator) == told and f"{told}. " in grid.caption
    assert case.measured("bestaat_niet") == ""
    older = dataclasses.replace(case, run={key: each for key, each in case.run.items() if key != "measured"})
    assert wording(lang)("case.places.now") + ":" not in str(
        [each for each in places(older).parts if isinstance(each, Grid)]
    )


def test_a_span_of_years_is_told_where_buurten_differ() -> None:
    assert years_said({"measured": {"a": [2019, 2021], "b": [2021, 2021]}}, "b") == "2021"
    assert years_said({"measured": {"a": [2019, 2021]}}, "a") == "2019\u2060\u2013\u20602021"


def test_only_what_no_effect_is_proven_of_and_changes_no_homes_is_costs_only(case: Case) -> None:
    """A station area adds homes: who comes to live there is told by the simulation, so it is more than costs."""
    station = Measure("knoop", "stationsgebied", ("BU90020101",), 2027, 2032, 100.0)
    package = dataclasses.replace(PACKAGE, measures=(*PACKAGE.measures, station))
    entries = case.catalogue.interventions
    assert not entries["stationsgebied"].effects and not entries["jongerenwerk"].effects
    assert unproven(dataclasses.replace(case, package=package)) == [entries["jongerenwerk"].title]


# --- the workbook


def evaluated(content: bytes, change: Callable[[Any], None] | None = None) -> dict[str, tuple[float, str]]:
    """Difference and verdict of every check, by our own evaluation of the formulas after a change of some cells."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    if change is not None:
        change(book)
    sheet = book["Controles"]
    found = {}
    for row in range(3, sheet.max_row + 1):
        gap, verdict = value_of(book, "Controles", f"D{row}"), value_of(book, "Controles", f"F{row}")
        found[str(sheet[f"A{row}"].value)] = (float(gap), str(verdict))
    return found


def value_of(book: Any, sheet: str, cell: str) -> Any:
    seen = book.__dict__.setdefault("seen", {})
    if (sheet, cell) not in seen:
        value = book[sheet][cell].value
        formula = isinstance(value, str) and value.startswith("=")
        seen[sheet, cell] = computed(book, sheet, value[1:]) if formula else value
    return seen[sheet, cell]


def computed(book: Any, sheet: str, text: str) -> Any:
    """A formula of sums, products and verdicts: references become calls, and the rest is arithmetic."""

    def cells(first: str, last: str | None, of: str) -> Any:
        if last is None:
            return value_of(book, of, first) or 0
        return [value_of(book, of, each.coordinate) for row in book[of][f"{first}:{last}"] for each in row]

    def reference(found: re.Match[str]) -> str:
        of = found["sheet"] or sheet
        return f"CELLS({found['first'].replace('$', '')!r},{(found['last'] or '').replace('$', '') or None!r},{of!r})"

    pattern = r"(?:'(?P<sheet>[^']+)'!)?(?P<first>\$?[A-Z]{1,2}\$?\d+)(?::(?P<last>\$?[A-Z]{1,2}\$?\d+))?"
    parts = re.split(r'("[^"]*")', text)
    python = "".join(
        each if each.startswith('"') else re.sub(pattern, reference, each).replace("^", "**") for each in parts
    )
    python = re.sub(r"(?<![<>=!])=(?!=)", "==", python.replace("<=", "<\0")).replace("<\0", "<=")
    functions = {
        "CELLS": cells, "SUM": sum, "ABS": abs, "IF": lambda test, yes, no: yes if test else no,
        "MAX": lambda *each: max(each[0] if isinstance(each[0], list) else each), "MIN": min,
        "SUMPRODUCT": lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
        "SUMIFS": lambda a, b, wanted: sum(x for x, key in zip(a, b, strict=True) if key == wanted),
        "COUNTIF": lambda a, wanted: sum(each == wanted for each in a),
    }  # fmt: skip
    return eval(python, {"__builtins__": {}}, functions)


def test_every_check_of_the_workbook_meets_by_another_evaluation(case: Case) -> None:
    content = case_workbook(case)
    found = evaluated(content)
    assert len(found) > 15 and {verdict for _, verdict in found.values()} == {"OK"}
    kept = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Controles"]
    assert {row[5].value for row in kept.iter_rows(min_row=3)} == {"OK"}


def test_a_sheet_without_rows_is_said_to_be_empty_and_no_other(case: Case) -> None:
    """Who opens a sheet with nothing but headings must not think that something went wrong."""
    nothing = dataclasses.replace(case, tables={**case.tables, "displaced": case.tables["displaced"].clear()})
    for each, empties in ((case, set()), (nothing, {"Verplaatst"})):
        book = openpyxl.load_workbook(io.BytesIO(case_workbook(each)))
        said = [str(row[0].value) for row in book["Lees mij"].iter_rows()]
        found = {line.partition(":")[0] for line in said if line.endswith("Dit blad is leeg: hiervan is er niets.")}
        assert found == empties


def heads_of(case: Case, lang: str, sheet: str) -> dict[str, tuple[str, str]]:
    """Meaning and unit of the columns of a sheet, by their heads, as the workbook lists them."""
    book = openpyxl.load_workbook(io.BytesIO(case_workbook(case)))
    rows = book[wording(lang)("workbook.columns")].iter_rows(values_only=True)
    return {str(row[1]): (str(row[2] or ""), str(row[3] or "")) for row in rows if row[0] == sheet}


@pytest.mark.parametrize(
    ("lang", "sheet", "known", "ends"),
    [
        ("nl", "Aannames", "Hoe bekend", ("Laagste", "Hoogste")),
        ("en", "Assumptions", "How known", ("Lowest", "Highest")),
    ],
)
def test_ends_of_what_is_drawn_are_not_called_percentiles(
    place: tuple[Workspace, Catalogue], lang: str, sheet: str, known: str, ends: tuple[str, str]
) -> None:
    case = case_of(*place, PACKAGE.id, lang)
    heads = heads_of(case, lang, sheet)
    assert {known, *ends} <= heads.keys() and heads[known][1] == ""
    assert not any("5%" in f"{head} {meaning}" for head, (meaning, _) in heads.items())
    table = openpyxl.load_workbook(io.BytesIO(case_workbook(case)))[sheet]
    names = {str(each.value): place for place, each in enumerate(table[2])}
    lines = {
        f"{title_in(entry, lang)}: {text_in(line, 'title', lang)}": line
        for entry in case.catalogue.interventions.values()
        for line in entry.costs
    }
    told = [row for row in table.iter_rows(min_row=3, values_only=True) if row[0] == case.words("case.kind.cost")]
    assert told
    for row in told:
        line = lines[str(row[2])]
        assert (row[names[ends[0]]], row[names[ends[1]]]) == (line.low, line.high)
        assert row[names[known]] == case.words(f"case.mark.{line.evidence}")


@pytest.mark.parametrize(("lang", "sheet"), [("nl", "Bewijs"), ("en", "Evidence")])
def test_whether_a_study_holds_is_said_in_words(place: tuple[Workspace, Catalogue], lang: str, sheet: str) -> None:
    case, words = case_of(*place, PACKAGE.id, lang), wording(lang)
    table = openpyxl.load_workbook(io.BytesIO(case_workbook(case)))[sheet]
    names = {str(each.value): place for place, each in enumerate(table[2])}
    status = names[words("case.columns.status").split("|")[0]]
    told = {str(row[1]): row[status] for row in table.iter_rows(min_row=3, values_only=True)}
    assert told["e19_bijles_2020"] == words("case.study_status.withdrawn")
    assert told["e18_bijles_rekenen"] == words("case.study_status.active")


@pytest.mark.parametrize(("lang", "sheet"), [("nl", "Regelingen"), ("en", "Schemes")])
def test_a_verdict_on_a_scheme_is_not_explained_as_a_check(
    place: tuple[Workspace, Catalogue], lang: str, sheet: str
) -> None:
    heads = heads_of(case_of(*place, PACKAGE.id, lang), lang, sheet)
    words = wording(lang)
    said = " ".join(f"{head} {meaning}" for head, (meaning, _) in heads.items())
    assert words("case.verdict.niet_te_zeggen") in said
    assert "5%" not in said and words("case.check.wrong") not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_column_that_leaves_its_unit_to_another_has_that_beside_it(
    place: tuple[Workspace, Catalogue], lang: str
) -> None:
    case, words = case_of(*place, PACKAGE.id, lang), wording(lang)
    elsewhere = words("case.columns.mean").split("|")[2]
    for text in words.texts["case"]["sheets"].values():
        sheet = str(text).partition("|")[0]
        heads = heads_of(case, lang, sheet)
        assert heads
        if any(unit == elsewhere for _, unit in heads.values()):
            assert words("case.columns.unit").split("|")[0] in heads, sheet


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_worth_something_once_is_not_said_to_be_so_each_year(
    place: tuple[Workspace, Catalogue], lang: str
) -> None:
    case, words = case_of(*place, PACKAGE.id, lang), wording(lang)
    once = [each for each in unit_values(case) if each.once]
    assert once
    grids = [each for each in assumptions(case).parts if isinstance(each, Grid)]
    (grid,) = (each for each in grids if each.caption == words("case.grounds.values_caption"))
    for value in unit_values(case):
        per = words(f"case.per.{value.per}")
        said = words("case.grounds.once", per=per) if value.once else per
        assert f"{title_in(value, lang)} ({said})" in {row[0] for row in grid.rows}


CHANGES = {
    "Kasstromen": ("F6", "Kasstromen keer factor geven de kosten"),
    "Grootboek": ("H3", "Kasstromen geven het saldo van Gemeente"),
    "Verplaatst": ("E3", "Wat licht/"),
    "Aandelen": ("D3", "Aandelen van"),
    "Samenvatting": ("C6", "Kasstromen geven baten min kosten"),
}


@pytest.mark.parametrize("sheet", CHANGES)
def test_a_changed_cell_makes_its_check_fail(case: Case, sheet: str) -> None:
    cell, wanted = CHANGES[sheet]

    def change(book: Any) -> None:
        book[sheet][cell].value = book[sheet][cell].value + 5000

    found = evaluated(case_workbook(case), change)
    failing = {name for name, (_, verdict) in found.items() if verdict == "FOUT"}
    assert any(name.startswith(wanted) for name in failing)
    assert "Aantal controles dat niet klopt" in failing


# --- the slides


def test_slides_are_few_with_native_charts_of_the_tables(place: tuple[Workspace, Catalogue], case: Case) -> None:
    slides = list(Presentation(io.BytesIO(case_slides(case))).slides)
    assert 6 <= len(slides) <= 9
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) >= 2
    ledger = charts[0].plots[0]
    shown = {
        str(category).split(":")[0]: next(value for value in values if value is not None)
        for category, *values in zip(ledger.categories, *(each.values for each in ledger.series), strict=True)
    }
    for row in table(place, "ledger").filter(entry="saldo").to_dicts():
        if row["low"] or row["high"]:
            assert shown[case.actor(row["actor"])] == pytest.approx(row["mean"] / 1e6)
    for slide in slides:
        assert slide.shapes.title.text.strip() and any(shape.name == "banner" for shape in slide.shapes)


# --- the tables behind it


def test_cash_flows_with_the_factors_of_their_rates_are_the_outcome(
    place: tuple[Workspace, Catalogue], case: Case
) -> None:
    flows, catalogue = table(place, "flows"), place[1]
    net = sum(
        (row["benefits"] - row["costs"]) / (1 + catalogue.parameter(f"rate_{row['rate']}")) ** (row["year"] - 2027)
        for row in flows.to_dicts()
    )
    (wanted,) = table(place, "outcomes").filter(rules="nl", figure="netto")["mean"]
    assert net == pytest.approx(wanted, rel=1e-9)


def test_what_is_displaced_adds_up_to_nothing_in_the_table(place: tuple[Workspace, Catalogue]) -> None:
    sums = (
        table(place, "displaced")
        .group_by("measure", "line")
        .agg(pl.col("units").sum(), size=pl.col("units").abs().sum())
    )
    assert sums.height and (sums["units"].abs() < 1e-9 * sums["size"]).all()


# --- the agenda


def agenda_case(lang: str, **changes: Any) -> AgendaCase:
    """An agenda of two projects, by hand."""
    plan = {"project": ["a", "b"], "title": ["Aa", "Bb"], "existing": [False, False], "must": [False, False], "start": [2027, None], "end": [2029, None],
            "costs_eur": [3e6, 2e6], "worth_eur": [1e6, -1e6], "worth_low_eur": [2e5, -2e6], "worth_high_eur": [2e6, -5e5], "chance": [0.97, 0.01],
            "ranked_start": [2027, None], "core_index": [1.0, 0.0], "place": ["kern", "buiten"], "waits_for": ["", ""], "trace": ["eigen:x", "eigen:y"]}  # fmt: skip
    from stadspeil.appraisal.portfolio.tables import TABLES as AGENDA_TABLES

    tables = {name: empty(contract) for name, contract in AGENDA_TABLES.items()}
    tables["plan"] = pl.DataFrame(plan, schema=dict(AGENDA_TABLES["plan"].columns))
    tables |= {
        name: pl.DataFrame(rows, schema=dict(AGENDA_TABLES[name].columns))
        for name, rows in changes.pop("tables", {}).items()
    }
    run = {"title": "Proef", "town": "GM9002", "first": 2027, "years": 10, "invented": True, "worth": 1e6, "tail": 5e5, "bound": 1.01e6, "gap": 0.0099,
           "proof": "binnen de marge", "ranked_breaks": [], "ranked_loss": 0.05, "ranked_worth": 9.5e5, "scenarios": 10, "possible": 10, "core_plans": 1,
           "without": [], "perfect": 1e5, "lam": 0.0, "largest_regret": 1.0, "inputs": {"agenda": {"budgets": []}}, **changes}  # fmt: skip
    return AgendaCase("proef", load_catalogue(), run, tables, (), wording(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("shown", [True, False])
def test_what_to_find_out_first_is_named_only_beyond_chance(lang: str, shown: bool) -> None:
    rows = {"input": ["opbrengst van Aa"], "worth_eur": [5e5], "by_chance_eur": [1e5], "shown": [shown]}
    told = knowing(agenda_case(lang, tables={"knowing": rows}))
    assert ("opbrengst van Aa" in told) == shown
    assert (told == wording(lang)("case_agenda.know_nothing")) != shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_agenda_says_on_which_money_it_counts_and_what_few_scenarios_are_worth(lang: str) -> None:
    budgets = [{"id": "gemeente", "title": "Gemeente", "chance": 1.0}, {"id": "regio_deals", "title": "Regio Deal", "chance": 0.7}]  # fmt: skip
    unsure, words = agenda_case(lang, inputs={"agenda": {"budgets": budgets}}), wording(lang)
    told = no_award(unsure)
    assert unsure.purse("regio_deals") in told and words.chance(0.7) in told and unsure.purse("gemeente") not in told
    assert words("case_agenda.comes", purses="").split(":")[0] not in no_award(agenda_case(lang))
    (first, *_) = agenda_leaflet(agenda_case(lang, scenarios=19)).chapters
    (enough, *_) = agenda_leaflet(agenda_case(lang, scenarios=20)).chapters
    assert words("case_agenda.few") in str(first.parts) and words("case_agenda.few") not in str(enough.parts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plan_for_the_worst_scenarios_is_not_proven_to_be_worth_the_most(lang: str) -> None:
    words = wording(lang)
    told = proof(agenda_case(lang, lam=0.5, bound=3e5, gap=0.01, ranked_worth=1.2e6, ranked_loss=-0.2))
    assert words.euros(3e5) not in told and words("case.percent", number=words.number(50, 1)) in told
    assert words("case_agenda.ranking_more", worth=words.euros(1.2e6)) in told
    plain = proof(agenda_case(lang))
    assert words.euros(1.01e6) in plain


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("loss", [0.05, 0.0])
def test_ranking_is_said_to_lose_only_where_it_does(lang: str, loss: float) -> None:
    (first, *_) = agenda_leaflet(agenda_case(lang, ranked_loss=loss)).chapters
    told = " ".join(each for each in first.parts if isinstance(each, str))
    words = wording(lang)
    head = words(
        "case_agenda.ranking_loses", worth=words.euros(9.5e5), loss=words("case.percent", number=words.number(5, 1))
    )
    assert (head in told) == (loss > 0)
    assert not any(isinstance(each, Heading) and not each.text for each in first.parts)


@pytest.mark.parametrize(
    ("lang", "lead", "said"),
    [("nl", 1, "wacht op bijstand > 45; de aanloop is 1 jaar."), ("en", 1, "waits for social assistance > 45; the lead is 1 year."), ("en", 2, "the lead is 2 years.")],
)  # fmt: skip
def test_a_figure_that_is_waited_for_has_its_title_and_a_lead_of_one_year_is_no_plural(
    lang: str, lead: int, said: str
) -> None:
    rows = {"project": ["a"], "title": ["Aa"], "trigger": ["bijstand > 45"], "lead": [lead], "decide_by": [None], "option_eur": [None]}  # fmt: skip
    case = agenda_case(lang)
    blank = {name: [None] for name in case.tables["pathways"].columns}
    pathways = pl.DataFrame({**blank, **rows}, schema=case.tables["pathways"].schema)
    (told,) = (each for each in agenda_leaflet(dataclasses.replace(case, tables={**case.tables, "pathways": pathways})).chapters if each.id == "waiting")  # fmt: skip
    assert said in str(told.parts[-1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_an_agenda_brings_names_its_areas_and_leaves_out_what_rounds_to_nothing(lang: str) -> None:
    rows = {
        "of": ["buurt:BU90020101", "buurt:BU90020103", "buurt:BU90020200"],
        "points": [0.0, 0.25, 0.0],
        "floor": [None, None, 0.1],
    }
    case = dataclasses.replace(
        agenda_case(lang, tables={"marks": rows}), names={"BU90020103": "Passage", "BU90020200": "Dansbuurt"}
    )
    for chapter in agenda_leaflet(case).chapters:
        assert "BU9002" not in str(chapter)
    (holds,) = (each for each in agenda_leaflet(case).chapters if each.id == "holds")
    assert "Passage" in str(holds) and "Dansbuurt" in str(holds)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_of_a_long_agenda_is_one_page(lang: str) -> None:
    case = agenda_case(lang)
    plan = pl.concat([case.tables["plan"].with_columns(project=pl.lit(f"p{at}"), title=pl.lit(f"Een project met een lange naam, nummer {at}"))
                      for at in range(60)])  # fmt: skip
    touching = {"apart": 1.2e6, "lost": 2e5, "lost_pairs": 3e5, "room": 1e5, "together_low": 1e5, "together_high": 2e6}
    long = dataclasses.replace(case, run={**case.run, **touching}, tables={**case.tables, "plan": plan})
    found = pypdf.PdfReader(io.BytesIO(leaflet_pdf(agenda_leaflet(long)))).pages
    words = wording(lang)
    assert words("case_agenda.summary.knowing") in found[0].extract_text()
    assert words("case_agenda.timeline") in found[1].extract_text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_agenda_in_which_nothing_is_worth_its_costs_still_has_slides(lang: str) -> None:
    case = agenda_case(lang)
    nothing = pl.lit(None)
    plan = case.tables["plan"].with_columns(start=nothing.cast(pl.Int64), end=nothing.cast(pl.Int64))
    idle = dataclasses.replace(case, tables={**case.tables, "plan": plan})
    (first, *_) = agenda_leaflet(idle).chapters
    assert wording(lang)("case_agenda.none_done", all=plan.height) in str(first)
    assert (
        len(Presentation(io.BytesIO(agenda_slides(idle))).slides)
        == len(Presentation(io.BytesIO(agenda_slides(case))).slides) - 1
    )


@pytest.mark.parametrize(("high", "wide"), [(0.5, True), (-0.05, False)])
def test_a_bar_of_almost_nought_does_not_fill_the_slide(high: float, wide: bool) -> None:
    deck = Deck(wording("nl"), False)
    rows = (IntervalRow("", "Verschillen", -0.1, -0.5, high),)
    intervals_chart(deck, "Wat er verandert", "punten", Intervals(rows, "legt in", "houdt over", decimals=2))
    (chart,) = (each.chart for each in deck.deck.slides[0].shapes if each.has_chart)
    assert (chart.value_axis.minimum_scale == -0.5 and chart.value_axis.maximum_scale == 0.5) == wide


@pytest.mark.parametrize("lang", LANGUAGES)
def test_projects_that_touch_are_told_together_and_their_sums_are_checked(lang: str) -> None:
    """One project worth 1.2 million apart of which 0.2 is lost; pairs said 0.3 and one pair was too small to weigh."""
    touching = {
        "apart": 1e6,
        "lost": 2e5,
        "lost_pairs": 3e5,
        "room": 1e5,
        "together_low": 1e5,
        "together_high": 2e6,
        "worth": 8e5,
    }
    pairs = {"project": ["a", "a"], "other": ["b", "c"], "title": ["Aa", "Aa"], "other_title": ["Bb", "Cc"], "lost_eur": [3e5, 10.0],
             "weighed": [True, False], "indicators": ["bijstand, woninginbraken", "bijstand"], "areas": ["BU1, BU2", "BU1"]}  # fmt: skip
    case = agenda_case(lang, tables={"pairs": pairs}, **touching)
    words, chapters = wording(lang), {each.id: each for each in agenda_leaflet(case).chapters}
    grid = next(each for each in chapters["together"].parts if isinstance(each, Grid))
    assert len(grid.rows) == 2 and grid.rows[0][1:3] == ("Bb", words.number(0.3, 2)) and grid.rows[0][4] == "2"
    assert any(words.euros(1e6) in each for each in chapters["summary"].parts if isinstance(each, str))
    if lang == "nl":
        found = evaluated(agenda_workbook(case))
        named = [found[words(f"case_agenda.check.{each}")] for each in ("worth", "together", "pairs")]
        assert [verdict for _, verdict in named] == ["OK"] * 3
        wrong = evaluated(agenda_workbook(agenda_case(lang, tables={"pairs": pairs}, **{**touching, "lost": 1e5})))
        assert wrong[words("case_agenda.check.together")][1] != "OK"
    assert "together" not in {each.id for each in agenda_leaflet(agenda_case(lang)).chapters}
