"""Known errors of publishers: put right where they stand, told, and never wider than they are."""

from __future__ import annotations

import dataclasses
from typing import Any

import polars as pl
import pytest

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.entries import Correction
from stadspeil.errors import CatalogueError, SourceError
from stadspeil.sources import Offered, SnapshotStore, read_snapshot, take_in
from stadspeil.sources.corrections import corrected
from stadspeil.sources.reading import read_file

HEAD = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28;AfstandTotSchool_109\n"
FIELD = "afstand_basisschool_km"


def schools(*distances: str, code: str = "BU063701{:02}") -> bytes:
    rows = [f"{n};{code.format(n)};X;1000;400;{each}" for n, each in enumerate(distances, start=1)]
    return (HEAD + "\n".join(rows) + "\n").encode()


def with_corrections(catalogue: Catalogue, *entries: Correction) -> Catalogue:
    named = {each.id: each for each in entries}
    return dataclasses.replace(catalogue, corrections=named, fingerprint=repr(named))


def of_one(**more: Any) -> Correction:
    given = {
        "id": "proef", "source": "cbs_kerncijfers_wijken_buurten", "edition": "2017", "field": FIELD, "area": "BU06370101",
        "expect": "-1", "becomes": "afgeleid", "value": "0.6", "reason": "typefout", "evidence": "ours", "stated": "hier",
        "date": "2026-11-21",
    }  # fmt: skip
    return Correction(**{**given, **more})


def distances(workspace, catalogue) -> list[tuple[str, float | None, str]]:
    store = SnapshotStore(workspace.raw)
    cells = read_snapshot(store, store.active()[-1], catalogue).cells.filter(field=FIELD)
    return cells.select("area", "value", "status").rows()


def take(content: bytes, workspace, catalogue, name: str = "kwb-2017.csv") -> Any:
    return take_in([Offered(content, name)], workspace, catalogue)


def test_minus_one_kilometer_of_2017_is_secret_and_never_a_number(catalogue, workspace) -> None:
    result = take(schools("0.6", "-1", "-1.0", "."), workspace, catalogue)
    assert distances(workspace, catalogue) == [
        ("BU06370101", 0.6, "waarde"), ("BU06370102", None, "geheim"), ("BU06370103", None, "geheim"),
        ("BU06370104", None, "geheim"),
    ]  # fmt: skip
    assert any("2 keer" in each and "school_afstand_min_een" in each for each in result.remarks)


def test_what_the_publisher_repaired_itself_needs_nothing_where_no_cell_is_named(catalogue, workspace) -> None:
    result = take(schools("0.6", "."), workspace, catalogue)
    assert [value for _, value, _ in distances(workspace, catalogue)] == [0.6, None]
    assert result.remarks == []


@pytest.mark.parametrize(
    ("name", "distance"), [("kwb-2018.csv", "-1"), ("kwb-2017.csv", "-2"), ("kwb-2017.csv", "-1.5")]
)
def test_any_other_impossible_distance_is_refused_as_before(name: str, distance: str, catalogue, workspace) -> None:
    with pytest.raises(SourceError, match="kan niet; mogelijk is 0"):
        take(schools("0.6", distance), workspace, catalogue, name)
    assert SnapshotStore(workspace.raw).active() == []


def test_a_named_cell_gets_its_right_number_with_the_status_of_one_that_was_made(catalogue, workspace) -> None:
    better = with_corrections(catalogue, of_one())
    result = take(schools("-1", "0.8"), workspace, better)
    assert distances(workspace, better)[0] == ("BU06370101", 0.6, "afgeleid")
    assert any("(proef): typefout" in each for each in result.remarks)


def test_of_several_cells_with_the_same_error_only_the_named_one_is_right(catalogue, workspace) -> None:
    with pytest.raises(SourceError, match="kan niet"):
        take(schools("-1", "-1"), workspace, with_corrections(catalogue, of_one()))


def test_a_named_cell_that_was_repaired_stops_the_run_with_its_name(catalogue, workspace) -> None:
    take(schools("0.7", "0.8"), workspace, with_corrections(catalogue))
    better = with_corrections(catalogue, of_one())
    with pytest.raises(CatalogueError, match=r"(?s)'proef'.*BU06370101.*staat 0.7.*hersteld"):
        distances(workspace, better)


def test_a_correction_made_after_an_import_works_on_what_was_kept(catalogue, workspace) -> None:
    take(schools("0.1", "0.8"), workspace, with_corrections(catalogue))
    better = with_corrections(catalogue, of_one(expect="0.1", becomes="geheim", value=""))
    store = SnapshotStore(workspace.raw)
    reading = read_snapshot(store, store.active()[0], better, workspace.parts)
    assert reading.cells.filter(field=FIELD, area="BU06370101")["status"].to_list() == ["geheim"]
    assert store.content(store.active()[0].id) == schools("0.1", "0.8")


def test_a_secret_cell_may_be_the_error_too(catalogue, workspace) -> None:
    better = with_corrections(catalogue, of_one(expect="."))
    take(schools(".", "0.8"), workspace, better)
    assert distances(workspace, better)[0] == ("BU06370101", 0.6, "afgeleid")


def test_the_invented_country_repeats_no_mistake(catalogue) -> None:
    better = with_corrections(catalogue, of_one(area="*", expect="0.6", becomes="geheim", value=""))
    reading = read_file(schools("0.6"), "kwb-2017.csv", better, None, "s")
    assert corrected(reading, better).cells.filter(field=FIELD)["status"].to_list() == ["geheim"]
    reading.cells = reading.cells.with_columns(area=pl.lit("BU90010101"))
    assert corrected(reading, better).cells.filter(field=FIELD)["value"].to_list() == [0.6]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "cbs_kerncijfer"}, "bron 'cbs_kerncijfer' bestaat niet"),
        ({"field": "woz"}, "heeft geen veld 'woz'"),
        ({"edition": "1999"}, "heeft geen editie '1999'"),
        ({"area": "GM637"}, "is geen gebiedscode"),
        ({"value": ""}, "afgeleid gaat samen met value"),
        ({"becomes": "geheim"}, "afgeleid gaat samen met value"),
        ({"value": "0,6"}, "is geen getal"),
        ({"value": "1e9"}, "is geen getal"),
        ({"value": "5000"}, "value 5000 kan niet"),
        ({"date": "21-11-2026"}, "verwacht JJJJ-MM-DD"),
    ],
)
def test_an_entry_that_cannot_be_right_is_told_when_the_catalogue_is_read(
    change: dict[str, str], said: str, tmp_path
) -> None:
    entry = dataclasses.asdict(of_one(**change))
    lines = [f'{key} = "{value}"' for key, value in entry.items() if key not in ("id", "year") and value != ""]
    (tmp_path / "corrections.toml").write_text("\n".join(["[proef]", *lines]))
    with pytest.raises(CatalogueError, match=said):
        load_catalogue(own=tmp_path)
