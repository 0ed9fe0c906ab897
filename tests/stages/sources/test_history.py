"""A store with a history: what replaces what, what is held, and how one gets out of it again."""

from __future__ import annotations

import dataclasses
import json

import pytest

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Correction
from stadspeil.errors import CatalogueError, QuestionError, SourceError
from stadspeil.sources import Offered, SnapshotStore, import_files, read_snapshot, take_in
from stadspeil.workspace import Workspace

HEAD = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28\n"
TOWNS = ("GM0034", "GM0637", "GM0356", "GM0502", "GM0439", "GM0794", "GM1930", "GM0363", "GM0344", "GM0518")


def kwb(factor: float = 1.0, towns: tuple[str, ...] = TOWNS) -> bytes:
    rows = [
        f"{n};{code}    ;X;{round(factor * 1000 * (n + 90))};{40 * (n + 90)}" for n, code in enumerate(towns, start=1)
    ]
    return (HEAD + "\n".join(rows) + "\n").encode()


def take(content: bytes, workspace: Workspace, catalogue: Catalogue, accept: str = "", **more: str):
    return take_in([Offered(content, "84799NED.csv", **more)], workspace, catalogue, accept)


def active(workspace: Workspace) -> list[str]:
    return [each.id for each in SnapshotStore(workspace.raw).active()]


def test_a_revision_takes_its_parents_place_and_the_parent_stays_in_the_history(catalogue, workspace) -> None:
    (first,) = take(kwb(), workspace, catalogue, address="https://opendata.cbs.nl/x", etag='"1"', modified="2021").added
    (second,) = take(kwb(1.01), workspace, catalogue).added
    store = SnapshotStore(workspace.raw)
    assert active(workspace) == [second.id]
    assert second.parent == first.id
    assert [each.id for each in store.history()] == [first.id]
    assert (store.get(first.id).address, store.get(first.id).modified) == ("https://opendata.cbs.nl/x", "2021")
    assert store.content(first.id) == kwb()


def test_the_same_bytes_again_change_nothing(catalogue, workspace) -> None:
    take(kwb(), workspace, catalogue)
    again = take(kwb(), workspace, catalogue)
    assert (again.added, len(again.known)) == ([], 1)


def test_a_piece_stands_beside_the_whole_and_the_whole_replaces_the_piece(catalogue, workspace) -> None:
    (piece,) = take(kwb(towns=TOWNS[:2]), workspace, catalogue).added
    (whole,) = take(kwb(), workspace, catalogue).added
    assert whole.parent == piece.id
    (other,) = take(kwb(1.001, towns=TOWNS[:3]), workspace, catalogue).added
    assert other.parent == ""
    assert active(workspace) == [whole.id, other.id]


def test_a_delivery_that_lacks_areas_is_held_and_what_was_there_stays(catalogue, workspace) -> None:
    (first,) = take(kwb(), workspace, catalogue).added
    result = take(kwb(towns=TOWNS[:8]), workspace, catalogue)
    assert result.added == []
    assert active(workspace) == [first.id]
    (held,) = SnapshotStore(workspace.raw).held()
    assert any("80 %" in each for each in held.reasons)
    (fault,) = result.faults()
    assert "snapshots accept" in fault.message() and held.id in fault.message()


def test_what_is_held_is_accepted_with_a_reason_that_stays(catalogue, workspace) -> None:
    take(kwb(), workspace, catalogue)
    (held,) = take(kwb(0.001), workspace, catalogue).held
    store = SnapshotStore(workspace.raw)
    with pytest.raises(QuestionError, match="minstens 10"):
        store.accept(held.id, "klopt")
    accepted = store.accept(held.id, "CBS telt nu in duizenden")
    assert active(workspace) == [held.id]
    assert store.get(held.id).accepted == accepted.accepted == "CBS telt nu in duizenden"
    assert store.held() == []
    with pytest.raises(QuestionError, match="niet vastgehouden"):
        store.accept(held.id, "nog een keer proberen")


def test_accepting_at_once_says_why_in_the_manifest(catalogue, workspace) -> None:
    take(kwb(), workspace, catalogue)
    (taken,) = take(kwb(0.001), workspace, catalogue, accept="CBS telt nu in duizenden").added
    assert taken.accepted == "CBS telt nu in duizenden"
    with pytest.raises(QuestionError, match="minstens 10"):
        take(kwb(0.002), workspace, catalogue, accept="ja")


def test_the_same_held_delivery_offered_again_is_held_again(catalogue, workspace) -> None:
    take(kwb(), workspace, catalogue)
    for _ in range(2):
        assert len(take(kwb(0.001), workspace, catalogue).held) == 1
    assert len(SnapshotStore(workspace.raw).held()) == 1


def test_a_wrong_edition_is_forgotten_and_may_come_again(catalogue, workspace) -> None:
    (wrong,) = take(kwb(), workspace, catalogue).added
    store = SnapshotStore(workspace.raw)
    store.forget(wrong.id)
    assert active(workspace) == []
    assert len(take(kwb(), workspace, catalogue).added) == 1
    with pytest.raises(QuestionError, match="niet in gebruik"):
        store.forget("bestaat-niet")


def test_sweeping_takes_only_what_nothing_names(catalogue, workspace) -> None:
    take(kwb(), workspace, catalogue)
    take(kwb(1.01), workspace, catalogue)
    store = SnapshotStore(workspace.raw)
    assert store.sweep() == []
    stray = workspace.raw / "objects" / "sha256" / "ab" / ("ab" * 32)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"los")
    assert store.sweep(dry_run=True) == [stray] and stray.exists()
    assert store.sweep() == [stray] and not stray.exists()
    assert store.sweep(history=True) == []
    (third,) = take(kwb(1.02), workspace, catalogue).added
    # A manifest and its bytes; the parent of what is in use stays, or nobody could see what changed.
    assert len(store.sweep(history=True)) == 2
    assert [each.id for each in store.history()] == [third.parent] and store.verify() == []


def test_a_snapshot_is_found_by_the_start_of_its_id(catalogue, workspace) -> None:
    (first,) = take(kwb(), workspace, catalogue).added
    (second,) = take(kwb(1.01), workspace, catalogue).added
    store = SnapshotStore(workspace.raw)
    assert store.find(first.id[:-2]).id == first.id
    with pytest.raises(QuestionError, match="kan op 2"):
        store.find("cbs_kerncijfers")
    with pytest.raises(QuestionError, match="is er niet"):
        store.find("zoek")
    assert store.find(second.id) == second


def test_a_manifest_of_before_still_loads(catalogue, workspace) -> None:
    (first,) = take(kwb(), workspace, catalogue).added
    path = workspace.raw / "snapshots" / f"{first.id}.json"
    told = json.loads(path.read_text())
    for name in ("etag", "modified", "schema", "parent", "scope", "accepted", "sum"):
        del told[name]
    path.write_text(json.dumps(told))
    assert SnapshotStore(workspace.raw).get(first.id) == dataclasses.replace(first, schema="")


def test_a_manifest_that_changed_by_itself_is_not_believed(catalogue, workspace) -> None:
    (first,) = take(kwb(), workspace, catalogue).added
    path = workspace.raw / "snapshots" / f"{first.id}.json"
    path.write_text(path.read_text().replace('"edition": "2020"', '"edition": "2021"'))
    with pytest.raises(SourceError, match="controlegetal"):
        SnapshotStore(workspace.raw).active()


def test_files_with_one_that_is_held_keep_the_others(catalogue, workspace, write) -> None:
    take(kwb(), workspace, catalogue)
    paths = [write("84799NED.csv", kwb(0.001).decode()), write("85039NED.csv", kwb(1.02).decode())]
    result = import_files(paths, workspace, catalogue)
    assert [each.edition for each in result.added] == ["2021"]
    assert len(result.held) == 1


# --- corrections


def correction(**more) -> Correction:
    given = {
        "id": "proef", "source": "cbs_kerncijfers_wijken_buurten", "edition": "2020", "field": "inwoners", "area": "GM0637",
        "expect": "92000", "becomes": "afgeleid", "value": "126000", "reason": "typefout", "evidence": "ours", "stated": "hier",
        "date": "2026-11-21",
    }  # fmt: skip
    return Correction(**{**given, **more})


def with_correction(catalogue: Catalogue, entry: Correction) -> Catalogue:
    return dataclasses.replace(catalogue, corrections={entry.id: entry}, fingerprint="verbeterd")


def figure(workspace, catalogue, area: str = "GM0637") -> tuple[float | None, str]:
    store = SnapshotStore(workspace.raw)
    (snapshot,) = store.active()
    reading = read_snapshot(store, snapshot, catalogue)
    cells = reading.cells.filter(area=area, field="inwoners")
    return cells["value"][0], cells["status"][0]


def test_a_known_error_is_put_right_and_told(catalogue, workspace) -> None:
    better = with_correction(catalogue, correction())
    result = take(kwb(), workspace, better)
    assert figure(workspace, better) == (126_000.0, "afgeleid")
    assert any("verbeterd (proef): typefout" in each for each in result.remarks)


def test_a_correction_of_every_such_cell_takes_the_number_away(catalogue, workspace) -> None:
    better = with_correction(catalogue, correction(area="*", expect="92000", becomes="geheim", value=""))
    take(kwb(), workspace, better)
    assert figure(workspace, better) == (None, "geheim")
    assert figure(workspace, better, "GM0034") == (91_000.0, "waarde")


def test_a_correction_stops_the_run_when_the_publisher_has_repaired_it(catalogue, workspace) -> None:
    take(kwb(), workspace, catalogue)
    repaired = with_correction(catalogue, correction(expect="91999"))
    with pytest.raises(CatalogueError, match="heeft de uitgever dit hersteld"):
        figure(workspace, repaired)
    with pytest.raises(SourceError, match="heeft de uitgever dit hersteld"):
        take(kwb(1.001), workspace, repaired)


@pytest.mark.parametrize("elsewhere", [{"edition": "2021"}, {"area": "GM1680"}, {"source": "cbs_ses_woa"}])
def test_a_correction_of_something_else_does_nothing(catalogue, workspace, elsewhere: dict[str, str]) -> None:
    better = with_correction(catalogue, correction(**elsewhere))
    take(kwb(), workspace, better)
    assert figure(workspace, better) == (92_000.0, "waarde")
