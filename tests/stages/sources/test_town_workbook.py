"""A town's own figures: the template can be filled in, and every fault is named by its cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources import SnapshotStore, import_files, raw_cell, read_snapshot, write_template
from stadspeil.sources.template import own_indicators

OWN = "tevredenheid_woonomgeving"


@pytest.fixture
def fill(catalogue, tmp_path: Path):
    """A filled-in template: rows for 'Cijfers', rows and map for 'Breed'."""

    def make(long=(), wide=(), mapping=(), name="eigen.xlsx") -> Path:
        path = tmp_path / name
        write_template(path, catalogue)
        book = openpyxl.load_workbook(path)
        for row in long:
            book["Cijfers"].append(list(row))
        for number, row in enumerate(wide):
            for place, cell in enumerate(row, start=1):
                book["Breed"].cell(row=number + 1, column=place, value=cell)
        for row in mapping:
            book["Kolommen"].append(list(row))
        book.save(path)
        return path

    return make


def cells(workspace, catalogue) -> pl.DataFrame:
    held = SnapshotStore(workspace.raw)
    return read_snapshot(held, held.active()[0], catalogue).cells


def test_the_template_is_the_same_every_time_and_lists_what_a_town_may_hand_in(catalogue, tmp_path) -> None:
    write_template(tmp_path / "a.xlsx", catalogue)
    write_template(tmp_path / "b.xlsx", catalogue)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    listed = {row[0] for row in book["Indicatoren"].iter_rows(min_row=2, values_only=True)}
    assert listed == {each.id for each in own_indicators(catalogue)}
    assert OWN in listed


def test_rows_of_cijfers_become_cells_with_their_base(catalogue, workspace, fill) -> None:
    path = fill([("GM0637", 2023, OWN, 8.15, 1200, None, "enquête"), ("BU06370101", 2023, OWN, "7,82", None, None)])
    import_files([path], workspace, catalogue)
    found = {
        (area, field): value
        for area, field, value in cells(workspace, catalogue).select("area", "field", "value").rows()
    }
    assert found == {("GM0637", OWN): 8.15, ("GM0637", f"{OWN}__n"): 1200.0, ("BU06370101", OWN): 7.82}


def test_columns_of_breed_become_the_indicators_that_kolommen_names(catalogue, workspace, fill) -> None:
    other = next(each.id for each in own_indicators(catalogue) if each.id != OWN)
    wide = [("gebied", "jaar", "omgeving", "anders"), ("GM0637", 2023, 8, 7), ("WK063701", 2023, 7.5, None)]
    import_files([fill(wide=wide, mapping=[("omgeving", OWN), ("anders", other)])], workspace, catalogue)
    found = cells(workspace, catalogue)
    assert found.filter(pl.col("status") == "waarde").height == 3
    assert found.filter(pl.col("status") == "niet_gemeten")["area"].to_list() == ["WK063701"]


def test_every_fault_is_named_by_its_cell_and_nothing_is_taken(catalogue, workspace, fill) -> None:
    path = fill([
        ("Zoetermeer", 2023, OWN, 80, None, None),
        ("GM0637", "vorig jaar", OWN, 80, None, None),
        ("GM0637", 2023, "tevredenheid_woonomgevin", 80, None, None),
        ("GM0637", 2023, "bijstand", 80, None, None),
        ("GM0637", 2023, OWN, "veel", None, None),
        ("GM0637", 2023, OWN, 8000, "een paar", None),
    ])  # fmt: skip
    with pytest.raises(SourceError) as caught:
        import_files([path], workspace, catalogue)
    message = str(caught.value)
    for sentence in (
        "Cijfers!A2: gebied 'Zoetermeer' is geen code",
        "Cijfers!B3: jaar 'vorig jaar' is geen jaar",
        f"Cijfers!C4: cijfer 'tevredenheid_woonomgevin' bestaat niet; bedoelde u '{OWN}'?",
        "Cijfers!C5: 'bijstand' komt van cbs_",
        "Cijfers!D6: waarde 'veel' is geen getal",
        "Cijfers!D7: 8000 kan niet",
        "Cijfers!E7: n 'een paar' is geen getal",
    ):
        assert sentence in message
    assert not (workspace.raw / "HEAD.json").exists()


def test_the_same_figure_twice_is_refused_with_both_cells(catalogue, workspace, fill) -> None:
    rows = [("GM0637", 2023, OWN, 8, None, None), ("GM0637", 2023, OWN, 8.1, None, None)]
    with pytest.raises(SourceError, match=r"Cijfers!D3: .* staat ook in Cijfers!D2"):
        import_files([fill(rows)], workspace, catalogue)


def test_a_column_without_a_meaning_is_refused(catalogue, workspace, fill) -> None:
    wide = [("gebied", "jaar", "raadsel"), ("GM0637", 2023, 80)]
    with pytest.raises(SourceError, match="kolom 'raadsel' staat niet in het blad 'Kolommen'"):
        import_files([fill(wide=wide)], workspace, catalogue)


def test_an_empty_template_is_refused(catalogue, workspace, fill) -> None:
    with pytest.raises(SourceError, match="zijn leeg"):
        import_files([fill()], workspace, catalogue)


def test_two_spellings_of_an_area_are_one_area(catalogue, workspace, fill) -> None:
    rows = [("GM0637", 2023, OWN, 8, None, None), ("637", 2023, OWN, 8.1, None, None)]
    with pytest.raises(SourceError, match=r"Cijfers!D3: .* van GM0637 in 2023 staat ook in Cijfers!D2"):
        import_files([fill(rows)], workspace, catalogue)


@pytest.mark.parametrize(
    ("value", "n", "sentence"),
    [
        (-99997, None, "Cijfers!D2: waarde -99997 is een code voor 'onbekend'"),
        ("1e999", None, "Cijfers!D2: waarde '1e999' is geen getal"),
        (8, 0, "Cijfers!E2: n is 0; laat de cel leeg"),
        (8, -5, "Cijfers!E2: n is -5"),
    ],
)
def test_an_odd_number_is_refused(catalogue, workspace, fill, value, n, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        import_files([fill([("GM0637", 2023, OWN, value, n, None)])], workspace, catalogue)
    assert sentence in str(caught.value)


def test_a_margin_becomes_a_cell_beside_its_value(catalogue, workspace, fill) -> None:
    import_files([fill([("GM0637", 2023, OWN, 8.15, 1200, "0,2", None)])], workspace, catalogue)
    found = dict(cells(workspace, catalogue).select("field", "value").iter_rows())
    assert found == {OWN: 8.15, f"{OWN}__n": 1200.0, f"{OWN}__marge": 0.2}
    held = SnapshotStore(workspace.raw)
    assert raw_cell(held, held.active()[0], f"{OWN}__marge", 2) == "0,2"


def test_wrong_margins_are_named_by_cell_all_at_once(catalogue, workspace, fill) -> None:
    """Not above zero; no number; without a value; wider than all that can be (1 to 10)."""
    rows = [
        ("GM0637", 2020, OWN, 8, None, 0),
        ("GM0637", 2021, OWN, 8, None, "ruim"),
        ("GM0637", 2022, OWN, None, None, 0.2),
        ("GM0637", 2023, OWN, 8, None, 95),
    ]
    with pytest.raises(SourceError) as caught:
        import_files([fill(rows)], workspace, catalogue)
    for sentence in (
        "Cijfers!F2: marge is 0; laat de cel leeg",
        "Cijfers!F3: marge 'ruim' is geen getal",
        "Cijfers!F4: een marge zonder waarde",
        "Cijfers!F5: marge 95 is breder dan alles wat kan (1 tot 10)",
    ):
        assert sentence in str(caught.value)
    assert len(caught.value.problems) == 4


def test_a_figure_under_no_header_is_not_lost_in_silence(catalogue, workspace, fill) -> None:
    wide = [("gebied", "jaar", None, "omgeving"), ("GM0637", 2023, 7, 8)]
    with pytest.raises(SourceError, match="Breed!C2: '7' staat in een kolom zonder kop"):
        import_files([fill(wide=wide, mapping=[("omgeving", OWN)])], workspace, catalogue)


def test_a_towns_own_figure_can_be_seen_as_it_stands_in_the_workbook(catalogue, workspace, fill) -> None:
    import_files([fill([("GM0637", 2023, OWN, "8,10", 1200, None)])], workspace, catalogue)
    held = SnapshotStore(workspace.raw)
    (snapshot,) = held.active()
    assert raw_cell(held, snapshot, OWN, 2) == "8,10"
    assert raw_cell(held, snapshot, f"{OWN}__n", 2) == "1200"
    assert snapshot.columns[OWN] == "Cijfers: waarde"
    with pytest.raises(QuestionError):
        raw_cell(held, snapshot, OWN, 3)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("GM0999", 2023, OWN, 8), "Cijfers!A2: gemeente GM0999 bestond niet in 2023"),
        (("BU03980101", 2023, OWN, 8), "Cijfers!A2: gemeente GM0398 bestond niet in 2023"),
        (("PV28", 2023, OWN, 8), "Cijfers!A2: gebied 'PV28' is geen code"),
        (("GM0637", 2023, OWN, "#DIV/0!"), "Cijfers!D2: waarde '#DIV/0!' is geen getal"),
    ],
)
def test_an_area_that_was_not_there_and_a_failed_formula_are_named_by_cell(
    catalogue, workspace, fill, row, sentence: str
) -> None:
    with pytest.raises(SourceError) as caught:
        import_files([fill([(*row, None, None)])], workspace, catalogue)
    assert sentence in str(caught.value)


def test_an_address_is_that_of_the_sheet_also_beside_an_empty_column(catalogue, workspace, fill) -> None:
    path = fill([("GM0637", 2023, OWN, "veel", None, None)])
    book = openpyxl.load_workbook(path)
    book["Cijfers"].insert_cols(1)
    book.save(path)
    with pytest.raises(SourceError, match="Cijfers!E2: waarde 'veel' is geen getal"):
        import_files([path], workspace, catalogue)
