"""A whole store as one file: whole into another workspace, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from stadspeil.errors import SourceError
from stadspeil.sources import Offered, SnapshotStore, carrying, take_in
from stadspeil.sources.carrying import export_store, import_store
from stadspeil.workspace import Workspace

HEAD = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28\n"
TOWNS = ("GM0034", "GM0637", "GM0356", "GM0502", "GM0439", "GM0794", "GM1930", "GM0363", "GM0344", "GM0518")


def kwb(factor: float = 1.0, towns: tuple[str, ...] = TOWNS) -> bytes:
    rows = [
        f"{n};{code}    ;X;{round(factor * 1000 * (n + 90))};{40 * (n + 90)}" for n, code in enumerate(towns, start=1)
    ]
    return (HEAD + "\n".join(rows) + "\n").encode()


def take(content: bytes, workspace: Workspace, catalogue, name: str = "84799NED.csv", **more: str):
    return take_in([Offered(content, name, **more)], workspace, catalogue)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "elders")


@pytest.fixture
def packed(catalogue, workspace, tmp_path) -> Path:
    """A store with two editions, one of them revised, as a file."""
    take(kwb(), workspace, catalogue, address="https://opendata.cbs.nl/x", modified="2021-03-01")
    take(kwb(1.01), workspace, catalogue)
    take(kwb(1.02), workspace, catalogue, "85039NED.csv")
    export_store(SnapshotStore(workspace.raw), tmp_path / "opslag.zip")
    return tmp_path / "opslag.zip"


def test_a_store_goes_into_another_workspace_as_it_was(packed, catalogue, workspace, elsewhere, tmp_path) -> None:
    store, other = SnapshotStore(workspace.raw), SnapshotStore(elsewhere.raw)
    carried = import_store(packed, elsewhere, catalogue)
    assert [each.id for each in carried.added] == [each.id for each in store.active()]
    assert other.active() == store.active()
    assert other.verify() == [] and other.history() == []
    assert other.content(carried.added[0].id) == kwb(1.01)
    again = import_store(packed, elsewhere, catalogue)
    assert (again.added, again.known, again.held) == ([], 2, [])


def test_the_same_store_gives_the_same_bytes(packed, workspace, tmp_path) -> None:
    export_store(SnapshotStore(workspace.raw), tmp_path / "nogeens.zip")
    assert packed.read_bytes() == (tmp_path / "nogeens.zip").read_bytes()


def test_history_travels_where_it_is_asked_for(packed, catalogue, workspace, elsewhere, tmp_path) -> None:
    store, other = SnapshotStore(workspace.raw), SnapshotStore(elsewhere.raw)
    assert export_store(store, tmp_path / "alles.zip", history=True) == 3
    carried = import_store(tmp_path / "alles.zip", elsewhere, catalogue)
    assert (len(carried.added), carried.history) == (2, 1)
    assert other.history() == store.history()
    assert other.content_of(other.history()[0]) == kwb()


def test_a_damaged_store_is_not_written_out(packed, workspace, tmp_path) -> None:
    store = SnapshotStore(workspace.raw)
    (workspace.raw / "objects" / "sha256").joinpath(
        store.active()[0].checksum[:2], store.active()[0].checksum
    ).write_bytes(b"stuk")
    with pytest.raises(SourceError, match="controlegetal"):
        export_store(store, tmp_path / "nieuw.zip")
    assert not (tmp_path / "nieuw.zip").exists()


def test_a_revision_replaces_its_parent_in_the_other_workspace_too(packed, catalogue, elsewhere) -> None:
    take(kwb(), elsewhere, catalogue)
    carried = import_store(packed, elsewhere, catalogue)
    assert len(carried.added) == 2
    assert [each.parent != "" for each in SnapshotStore(elsewhere.raw).active()] == [True, False]


def test_another_version_than_the_one_here_is_compared_before_it_counts(packed, catalogue, elsewhere) -> None:
    (mine,) = take(kwb(1.005), elsewhere, catalogue).added
    import_store(packed, elsewhere, catalogue)
    active = SnapshotStore(elsewhere.raw).active()
    assert mine.id not in {each.id for each in active}
    assert sorted(each.edition for each in active) == ["2020", "2021"]
    assert [each.parent for each in active if each.edition == "2020"] == [mine.id]


def test_another_version_that_changes_too_much_is_held_and_the_rest_comes_in(packed, catalogue, elsewhere) -> None:
    (mine,) = take(kwb(100.0, TOWNS[:8]), elsewhere, catalogue).added
    carried = import_store(packed, elsewhere, catalogue)
    assert [each.edition for each in carried.added] == ["2021"]
    (held,) = carried.held
    assert any("eenheid" in each for each in held.reasons)
    assert mine.id in {each.id for each in SnapshotStore(elsewhere.raw).active()}


def test_what_was_accepted_with_a_reason_there_is_accepted_here(catalogue, workspace, elsewhere, tmp_path) -> None:
    take(kwb(), workspace, catalogue)
    (held,) = take(kwb(0.001), workspace, catalogue).held
    SnapshotStore(workspace.raw).accept(held.id, "CBS telt nu in duizenden")
    export_store(SnapshotStore(workspace.raw), tmp_path / "opslag.zip")
    take(kwb(1.004), elsewhere, catalogue)
    (taken,) = import_store(tmp_path / "opslag.zip", elsewhere, catalogue).added
    assert taken.accepted == "CBS telt nu in duizenden"


# --- what is no store, or no whole one


def remade(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    path.with_name("bedorven.zip").write_bytes(made.getvalue())
    return path.with_name("bedorven.zip")


def first(parts: dict[str, bytes], start: str) -> str:
    return next(name for name in parts if name.startswith(start))


def other_bytes(parts: dict[str, bytes]) -> None:
    parts[first(parts, "objects/")] = b"anders"


def lacking_bytes(parts: dict[str, bytes]) -> None:
    del parts[first(parts, "objects/")]


def lacking_manifest(parts: dict[str, bytes]) -> None:
    del parts[first(parts, "snapshots/")]


def other_file_under_a_known_id(parts: dict[str, bytes]) -> None:
    name = first(parts, "snapshots/")
    parts["objects/" + hashlib.sha256(b"anders").hexdigest()] = b"anders"
    parts[name] = json.dumps({**json.loads(parts[name]), "checksum": hashlib.sha256(b"anders").hexdigest()}).encode()


def foreign_id(parts: dict[str, bytes]) -> None:
    name = first(parts, "snapshots/")
    parts[name] = json.dumps({**json.loads(parts[name]), "id": "../../HEAD"}).encode()


def years_as_text(parts: dict[str, bytes]) -> None:
    name = first(parts, "snapshots/")
    parts[name] = json.dumps({**json.loads(parts[name]), "years": ["2020"], "invented": "nee"}).encode()


def head_of_numbers(parts: dict[str, bytes]) -> None:
    parts["HEAD.json"] = b"[1, 2]"


def added(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: b"{}"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (other_bytes, "controlegetal"),
        (lacking_bytes, "het bestand zelf ontbreekt"),
        (lacking_manifest, "het manifest ontbreekt"),
        (other_file_under_a_known_id, "noemt een ander bestand"),
        (foreign_id, "manifest is van iets anders"),
        (years_as_text, "van een ander soort dan verwacht: .*years"),
        (head_of_numbers, "lijst van momentopnamen klopt niet"),
        (lambda parts: parts.pop("HEAD.json"), "geen hele opslag"),
        (added("../buiten.json"), "hoort er niet in"),
        (added("objects/../../x"), "hoort er niet in"),
        (added("snapshots/../x.json"), "hoort er niet in"),
        (added("/etc/passwd"), "hoort er niet in"),
        (added("leesmij.txt"), "hoort er niet in"),
    ],
)
def test_a_spoiled_store_is_refused_and_nothing_is_written(packed, catalogue, elsewhere, change, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        import_store(remade(packed, change), elsewhere, catalogue)
    assert not any(path.is_file() for path in elsewhere.root.rglob("*"))


def test_a_file_that_is_cut_off_or_something_else_is_told_in_words(packed, catalogue, elsewhere, tmp_path) -> None:
    (tmp_path / "kapot.zip").write_bytes(packed.read_bytes()[:-30])
    (tmp_path / "tekst.zip").write_text("geen zip")
    for name in ("kapot.zip", "tekst.zip", "is-er-niet.zip"):
        with pytest.raises(SourceError, match="geen hele opslag"):
            import_store(tmp_path / name, elsewhere, catalogue)


def test_a_bomb_is_refused_before_it_is_unpacked(packed, catalogue, elsewhere, monkeypatch) -> None:
    bomb = remade(packed, lambda parts: parts.update({"objects/" + "0" * 64: bytes(50_000_000)}))
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(SourceError, match="kan niet kloppen"):
        import_store(bomb, elsewhere, catalogue)


def test_a_name_that_stands_in_it_twice_is_refused(packed, catalogue, elsewhere) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("HEAD.json", b"[]")
    with pytest.raises(SourceError, match="dubbel"):
        import_store(packed, elsewhere, catalogue)


def test_every_flipped_byte_is_found_or_does_no_harm(packed, catalogue, tmp_path) -> None:
    """A zip has bytes that say nothing (attributes of a file); what comes in is right all the same."""
    content = packed.read_bytes()
    target = packed.with_name("geflipt.zip")
    came_in = 0
    for place in range(0, len(content), max(len(content) // 150, 1)):
        changed = bytearray(content)
        changed[place] ^= 0x10
        target.write_bytes(bytes(changed))
        elsewhere = Workspace(tmp_path / f"elders{place}")
        try:
            import_store(target, elsewhere, catalogue)
        except SourceError:
            continue
        came_in += 1
        store = SnapshotStore(elsewhere.raw)
        assert store.verify() == []
        assert sorted(store.content(each.id) for each in store.active()) == sorted([kwb(1.01), kwb(1.02)])
    assert came_in < len(content) // 20


def test_a_store_that_ends_halfway_leaves_what_was_in_use(packed, catalogue, elsewhere, monkeypatch) -> None:
    (mine,) = take(kwb(), elsewhere, catalogue, "86165NED.csv").added

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(carrying.SnapshotStore, "use", die)
    with pytest.raises(KeyboardInterrupt):
        import_store(packed, elsewhere, catalogue)
    monkeypatch.undo()
    assert [each.id for each in SnapshotStore(elsewhere.raw).active()] == [mine.id]
    assert len(import_store(packed, elsewhere, catalogue).added) == 2
