"""Snapshots: kept byte for byte, found damaged, mended by offering the same file again."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.errors import SourceError
from stadspeil.sources import SnapshotStore, import_files

KWB = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28\n1;GM0637;Zoetermeer;125000;56000\n"


@pytest.fixture
def path(write) -> Path:
    return write("84799NED.csv", KWB)


@pytest.fixture
def store(path, catalogue, workspace) -> SnapshotStore:
    import_files([path], workspace, catalogue)
    return SnapshotStore(workspace.raw)


def the_object(workspace) -> Path:
    (found,) = (each for each in (workspace.raw / "objects").rglob("*") if each.is_file())
    return found


def test_a_snapshot_says_where_it_is_from_and_what_it_holds(store) -> None:
    (snapshot,) = store.active()
    assert (snapshot.source, snapshot.edition, snapshot.boundaries) == ("cbs_kerncijfers_wijken_buurten", "2020", 2020)
    assert (snapshot.years, snapshot.rows, snapshot.areas, snapshot.invented) == ((2020,), 1, 1, False)
    assert snapshot.columns["inwoners"] == "AantalInwoners_5"
    assert store.content(snapshot.id) == KWB.encode()


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"iets anders"), Path.unlink])
def test_what_is_damaged_or_gone_is_found_and_mended_by_the_same_file(
    damage, store, path, catalogue, workspace
) -> None:
    damage(the_object(workspace))
    assert len(store.verify()) == 1
    result = import_files([path], workspace, catalogue)
    assert (len(result.known), len(result.added)) == (1, 0)
    assert store.verify() == []
    assert store.content(store.active()[0].id) == KWB.encode()


def test_a_damaged_manifest_and_list_are_told_in_words(store, workspace) -> None:
    (manifest,) = (workspace.raw / "snapshots").iterdir()
    manifest.write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match="het manifest is niet te lezen"):
        store.active()
    (workspace.raw / "HEAD.json").write_text("[", encoding="utf-8")
    with pytest.raises(SourceError, match="lijst van ingelezen bestanden is beschadigd"):
        store.active()


def test_nothing_new_writes_nothing(store, path, catalogue, workspace) -> None:
    before = {each: each.stat().st_mtime_ns for each in workspace.root.rglob("*") if each.is_file()}
    import_files([path], workspace, catalogue)
    after = {each: each.stat().st_mtime_ns for each in workspace.root.rglob("*") if each.is_file()}
    before.pop(workspace.raw / ".lock")
    after.pop(workspace.raw / ".lock")
    assert after == before
