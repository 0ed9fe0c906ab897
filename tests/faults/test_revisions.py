"""Deliveries that are wrong, late, double or of something else: what is in use stays right, and every step has a way back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from waiting import LONG

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources import ImportResult, Offered, SnapshotStore, import_files, take_in
from stadspeil.sources.reading import read_file
from stadspeil.sources.revisions import areas_broken, compare, flows_as_cells, parts_broken
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow

HEAD = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28\n"
TOWNS = ("GM0034", "GM0637", "GM0356", "GM0502", "GM0439", "GM0794", "GM1930", "GM0363", "GM0344", "GM0518")
SMALL = {town: tuple(f"BU{town[2:]}{n:04}" for n in range(12)) for town in TOWNS}


def kwb(factor: float = 1.0, areas: tuple[str, ...] = TOWNS, changed: dict[str, str] | None = None) -> bytes:
    rows = []
    for n, code in enumerate(areas, start=1):
        # Twelve buurten of one size together are their gemeente.
        size = (int(code[2:6]) % 90 + 20) * 12 // (12 if code.startswith("BU") else 1)
        rows.append(f"{n};{code};X;{(changed or {}).get(code, str(round(factor * 100 * size)))};{40 * size}")
    return (HEAD + "\n".join(rows) + "\n").encode()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "werkmap")


@pytest.fixture
def take(catalogue: Catalogue, workspace: Workspace) -> Callable[..., ImportResult]:
    def taken(content: bytes, name: str = "84799NED.csv", **more: str) -> ImportResult:
        return take_in([Offered(content, name, **more)], workspace, catalogue)

    return taken


def active(workspace: Workspace) -> list[str]:
    return [each.id for each in SnapshotStore(workspace.raw).active()]


# --- pieces and wholes


def test_two_towns_that_were_fetched_one_after_the_other_both_count(take, workspace) -> None:
    """Each has all gemeenten and its own buurten: together, none is a delivery that lacks rows."""
    first = take(kwb(areas=(*TOWNS, *SMALL["GM0637"])), etag="vraag-1", scope="GM0637")
    second = take(kwb(1.001, areas=(*TOWNS, *SMALL["GM0034"])), etag="vraag-2", scope="GM0034")
    assert (first.held, second.held) == ([], [])
    assert active(workspace) == [first.added[0].id, second.added[0].id]
    assert second.added[0].replaces == ()


def test_the_same_question_with_half_an_answer_is_held(take, workspace) -> None:
    (first,) = take(kwb(areas=(*TOWNS, *SMALL["GM0637"])), etag="vraag-1", scope="GM0637").added
    (held,) = take(kwb(1.001, areas=(*TOWNS, *SMALL["GM0637"][:5])), etag="vraag-1", scope="GM0637").held
    assert any("68 %" in each for each in held.reasons)
    assert active(workspace) == [first.id]


def test_another_question_with_other_units_is_held_by_what_they_share(take, workspace) -> None:
    take(kwb(areas=(*TOWNS, *SMALL["GM0637"])), etag="vraag-1", scope="GM0637")
    (held,) = take(kwb(0.01, areas=(*TOWNS, *SMALL["GM0034"])), etag="vraag-2", scope="GM0034").held
    assert any("eenheid" in each for each in held.reasons)


def test_the_whole_takes_the_place_of_all_its_pieces(take, workspace) -> None:
    """A figure that the publisher withdrew must not live on in a piece that was fetched before."""
    pieces = [
        take(kwb(areas=(*TOWNS, *SMALL[town])), etag=f"vraag-{town}").added[0]
        for town in ("GM0637", "GM0034", "GM0356")
    ]
    everything = tuple(code for town in TOWNS for code in SMALL[town])
    (whole,) = take(kwb(1.002, areas=(*TOWNS, *everything)), etag="vraag-alles").added
    assert active(workspace) == [whole.id]
    assert set(whole.replaces) == {each.id for each in pieces}
    store = SnapshotStore(workspace.raw)
    assert {each.id for each in store.forget(whole.id, back=True)} == {each.id for each in pieces}
    assert set(active(workspace)) == {each.id for each in pieces}


def test_small_buurten_that_come_along_do_not_make_the_old_ones_emptier(take, workspace) -> None:
    take(kwb(areas=(*TOWNS, *SMALL["GM0637"])), etag="vraag-1")
    everything = tuple(code for town in TOWNS for code in SMALL[town])
    secret = {code: "." for code in everything if not code.startswith("BU0637")}
    result = take(kwb(areas=(*TOWNS, *everything), changed=secret), etag="vraag-2")
    assert (len(result.added), result.held) == (1, [])


# --- files that come together, twice, or late


def test_two_deliveries_of_one_edition_in_one_folder_are_not_mixed(catalogue, workspace, tmp_path) -> None:
    folder = tmp_path / "map"
    folder.mkdir()
    (folder / "84799NED-a.csv").write_bytes(kwb())
    (folder / "84799NED-b.csv").write_bytes(kwb(1.01))
    first = import_files([folder], workspace, catalogue)
    assert active(workspace) == [first.added[-1].id]
    assert first.added[-1].parent == first.added[0].id
    assert any("vervangt" in each for each in first.remarks)
    # The same folder again must not bring the old one back.
    again = import_files([folder], workspace, catalogue)
    assert again.added == [] and active(workspace) == [first.added[-1].id]
    assert any("forget" in each and "--back" in each for each in again.remarks)


def test_an_old_file_comes_back_after_the_new_one_is_forgotten(catalogue, workspace, tmp_path, take) -> None:
    (first,) = take(kwb()).added
    (second,) = take(kwb(1.01)).added
    SnapshotStore(workspace.raw).forget(second.id)
    path = tmp_path / "84799NED.csv"
    path.write_bytes(kwb())
    assert [each.id for each in import_files([path], workspace, catalogue).added] == [first.id]


def test_a_publisher_that_goes_back_to_an_older_file_is_followed(take, workspace) -> None:
    ids = [take(kwb(factor)).added[0].id for factor in (1.0, 1.01, 1.0, 1.01, 1.0)]
    assert active(workspace) == [ids[-1]] == [ids[0]]
    store = SnapshotStore(workspace.raw)
    assert store.successor(ids[1]) == store.get(ids[0])
    assert store.sweep(history=True) == []


def test_years_in_one_folder_are_held_against_each_other(catalogue, workspace, tmp_path) -> None:
    for year, factor in ((2017, 1.0), (2018, 1.01), (2019, 0.001)):
        (tmp_path / f"kwb-{year}.csv").write_bytes(kwb(factor))
    result = import_files(sorted(tmp_path.glob("kwb-*.csv")), workspace, catalogue)
    assert [each.edition for each in result.added] == ["2017", "2018"]
    (held,) = result.held
    assert "2019 naast 2018" in held.reasons[0]


def test_an_earlier_year_that_comes_later_is_held_against_the_year_after(take) -> None:
    take(kwb(), "kwb-2019.csv")
    (held,) = take(kwb(0.001), "kwb-2018.csv").held
    assert "2018 naast 2019" in held.reasons[0]


# --- accepting


def test_accepting_what_was_held_against_a_file_that_is_gone_replaces_what_took_its_place(take, workspace) -> None:
    take(kwb())
    (held,) = take(kwb(0.01)).held
    (newer,) = take(kwb(1.01)).added
    accepted = SnapshotStore(workspace.raw).accept(held.id, "CBS telt nu in honderdtallen")
    assert accepted.parent == newer.id
    assert active(workspace) == [held.id]


def test_what_is_held_can_be_thrown_away(take, workspace) -> None:
    (first,) = take(kwb()).added
    (held,) = take(kwb(0.01)).held
    store = SnapshotStore(workspace.raw)
    store.forget(held.id)
    assert store.held() == [] and active(workspace) == [first.id]
    assert len(store.sweep()) == 1


def test_there_is_no_way_back_where_nothing_was_replaced(take, workspace) -> None:
    (first,) = take(kwb()).added
    with pytest.raises(QuestionError, match="verving geen andere"):
        SnapshotStore(workspace.raw).forget(first.id, back=True)
    assert active(workspace) == [first.id]


def test_going_back_to_bytes_that_are_damaged_is_refused(take, workspace) -> None:
    (first,) = take(kwb()).added
    (second,) = take(kwb(1.01)).added
    (workspace.raw / "objects" / "sha256" / first.checksum[:2] / first.checksum).write_bytes(b"stuk")
    with pytest.raises(SourceError, match="controlegetal"):
        SnapshotStore(workspace.raw).forget(second.id, back=True)
    assert active(workspace) == [second.id]


def test_a_report_of_what_is_held_that_changed_by_itself_is_not_believed(take, workspace) -> None:
    take(kwb())
    (held,) = take(kwb(0.01)).held
    path = workspace.raw / "quarantine" / f"{held.id}.json"
    told = json.loads(path.read_text())
    assert told["report"]["changed"] == 10
    assert [each["field"] for each in told["report"]["fields"]] == ["inwoners"]
    assert told["report"]["largest"][0]["new"] < told["report"]["largest"][0]["old"]
    path.write_text(path.read_text().replace('"edition": "2020"', '"edition": "2021"'))
    with pytest.raises(SourceError, match="beschadigd"):
        SnapshotStore(workspace.raw).accept(held.id, "het klopt toch echt wel")


def test_columns_that_went_and_came_stand_in_the_report(take) -> None:
    rows = "".join(f"{n};{code};X;{n * 900};{n * 400};{n + 40}\n" for n, code in enumerate(TOWNS, start=1))
    first, second = (HEAD.replace("_28", f"_28;{column}") + rows for column in ("Koopwoningen_40", "Mannen_6"))
    take(first.encode())
    (held,) = take(second.encode()).held
    assert any("'koopwoningen_pct' heeft bij gemeente geen enkel getal meer" in each for each in held.reasons)
    assert held.report["columns_gone"] == ["koopwoningen_pct"]
    assert held.report["columns_new"] == ["mannen"]


# --- killed, and two at once


def test_an_import_that_is_killed_anywhere_leaves_the_old_or_the_new(catalogue, workspace, take, tmp_path) -> None:
    """The process ends hard at the n-th file that it would publish, for each n."""
    (first,) = take(kwb()).added
    code = (
        "import os, sys; from pathlib import Path; from stadspeil import workspace as w; from stadspeil.sources import store as s;"
        "left = [int(sys.argv[3])]; real = w.published_path\n"
        "import contextlib\n"
        "@contextlib.contextmanager\n"
        "def counted(target):\n"
        "    with real(target) as path:\n"
        "        yield path\n"
        "        left[0] -= 1\n"
        "        if left[0] == 0: os._exit(9)\n"
        "w.published_path = counted\n"
        "from stadspeil.catalogue import load_catalogue; from stadspeil.sources import import_files\n"
        "import_files([Path(sys.argv[2])], w.Workspace(Path(sys.argv[1])), load_catalogue())\n"
    )
    path = tmp_path / "84799NED.csv"
    path.write_bytes(kwb(1.01))
    store, seen = SnapshotStore(workspace.raw), set()
    for place in (1, 2, 3, 4):
        done = subprocess.run([sys.executable, "-c", code, str(workspace.root), str(path), str(place)], check=False)
        (snapshot,) = store.active()
        seen.add((done.returncode, snapshot.id == first.id))
        assert store.content(snapshot.id) in (kwb(), kwb(1.01)) and store.verify() == []
        if snapshot.id != first.id:
            store.forget(snapshot.id, back=True)
            (workspace.raw / "snapshots" / f"{snapshot.id}.json").unlink()
            store.sweep()
    assert (9, True) in seen and any(not old for _, old in seen)


def test_two_deliveries_of_one_edition_at_once_leave_one(workspace, tmp_path) -> None:
    code = (
        "import sys; from pathlib import Path; from stadspeil.catalogue import load_catalogue;"
        "from stadspeil.sources import import_files; from stadspeil.workspace import Workspace;"
        "import_files([Path(sys.argv[2])], Workspace(Path(sys.argv[1])), load_catalogue())"
    )
    paths = [tmp_path / f"84799NED-{name}.csv" for name in "abc"]
    for path, factor in zip(paths, (1.0, 1.01, 1.02), strict=True):
        path.write_bytes(kwb(factor))
    plain = {name: value for name, value in os.environ.items() if name != "STADSPEIL_WORKSPACE"}
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(workspace.root), str(path)], env=plain) for path in paths
    ]
    assert [each.wait(timeout=LONG) for each in running] == [0, 0, 0]
    store = SnapshotStore(workspace.raw)
    assert (len(store.active()), len(store.history())) == (1, 2)


# --- maps and flows


def test_a_map_that_lost_its_gemeenten_is_told_however_many_buurten_there_are() -> None:
    codes = [f"GM{n:04}" for n in range(20)] + [f"BU{n:08}" for n in range(2000)]
    levels = ["gemeente"] * 20 + ["buurt"] * 2000
    old = pl.DataFrame({"area": codes, "level": levels, "boundaries": 2022})
    assert areas_broken(old, old) == ()
    (told,) = areas_broken(old, old.filter(pl.col("level") != "gemeente"))
    assert "0 gebieden van het niveau gemeente; eerst waren dat er 20" in told


def test_flows_are_held_against_each_other_by_where_they_start() -> None:
    def flows(factor: float) -> pl.DataFrame:
        rows = [
            (
                f"GM{a:04}",
                f"GM{b:04}",
                "gemeente",
                2020,
                2020,
                "verhuisd",
                factor * 10 * (a + b),
                None,
                None,
                "waarde",
                "s",
                1,
            )
            for a in range(1, 11)
            for b in range(1, 11)
        ]
        names = ("origin", "destination", "level", "year", "boundaries", "field", "value", "low", "high", "status")
        return pl.DataFrame(rows, schema=[*names, "snapshot", "row"], orient="row")

    fields: dict[str, Any] = {}
    cells = flows_as_cells(flows(1))
    assert cells.height == 10 and cells["value"][0] == 10 * sum(1 + b for b in range(1, 11))
    assert compare(cells, flows_as_cells(flows(1)), fields).changed == 0
    assert compare(cells, flows_as_cells(flows(1.5)), fields).changed == 10


# --- the real key figures with revisions put in


@pytest.fixture(scope="module")
def real(shared_data: Path, catalogue: Catalogue) -> pl.DataFrame:
    path = shared_data / "more" / "kwb_2020_84799NED_TypedDataSet.parquet"
    return read_file(path.read_bytes(), path.name, catalogue, None, "s").cells


def _value(cells: pl.DataFrame, where: pl.Expr, value: pl.Expr | None) -> pl.DataFrame:
    made = pl.lit(None, dtype=pl.Float64) if value is None else value
    changed = cells.with_columns(value=pl.when(where).then(made).otherwise("value"))
    if value is not None:
        return changed
    secret = pl.lit("geheim").cast(cells.schema["status"])
    return changed.with_columns(status=pl.when(where).then(secret).otherwise("status"))


BUURT = pl.col("level") == "buurt"
INJECTED: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], str]] = {
    "three in a hundred buurten are gone": (
        lambda cells: cells.filter(~(BUURT & (pl.col("area").hash(1) % 100 < 3))),
        "gebieden van het niveau buurt",
    ),
    "all wijken are gone": (lambda cells: cells.filter(pl.col("level") != "wijk"), "niveau wijk"),
    "a column is gone": (lambda cells: cells.filter(pl.col("field") != "inwoners_0_15"), "'inwoners_0_15' heeft bij"),
    "eight in a hundred buurten became secret in a column": (
        lambda cells: _value(cells, (pl.col("field") == "huishoudens") & (pl.col("area").hash(2) % 100 < 8), None),
        "'huishoudens' is bij buurt vaker leeg",
    ),
    "distances in meters": (
        lambda cells: _value(cells, pl.col("field") == "afstand_supermarkt_km", pl.col("value") * 1000),
        "'afstand_supermarkt_km' is in het midden 1000 keer",
    ),
    "averages as hundredths": (
        lambda cells: _value(cells, pl.col("field") == "huishoudensgrootte", pl.col("value") / 100),
        "'huishoudensgrootte' is in het midden 0.01 keer",
    ),
    "one gemeente has ten times its people": (
        lambda cells: _value(
            cells, (pl.col("field") == "inwoners") & (pl.col("area") == "GM0637"), pl.col("value") * 10
        ),
        "GM0637 in 2020 van",
    ),
    "the country has half its people": (
        lambda cells: _value(cells, (pl.col("field") == "inwoners") & (pl.col("area") == "NL"), pl.col("value") / 4),
        "NL in 2020 van",
    ),
    "a column with its rows moved by one": (
        lambda cells: _value(
            cells, pl.col("field") == "inwoners", pl.col("value").shift(1).over("field", "level").fill_null(0)
        ),
        "springt in",
    ),
}  # fmt: skip
QUIET: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "itself": lambda cells: cells,
    "one per cent more in every cell of a column": lambda cells: _value(
        cells, pl.col("field") == "afstand_supermarkt_km", pl.col("value") * 1.01
    ),
    "counts rounded anew": lambda cells: _value(
        cells, BUURT & (pl.col("field") == "inwoners"), pl.col("value") + 5 * (pl.col("area").hash(3) % 2)
    ),
    "an empty column that was filled": lambda cells: _value(
        cells, (pl.col("field") == "gemiddeld_inkomen_per_inwoner_1000_eur"), pl.lit(30.0)
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", INJECTED)
def test_an_injected_revision_of_the_real_key_figures_is_held(name: str, real: pl.DataFrame, catalogue) -> None:
    change, said = INJECTED[name]
    broken = compare(real, change(real), catalogue.fields).broken
    assert any(said in each for each in broken), broken


@pytest.mark.slow
@pytest.mark.parametrize("name", QUIET)
def test_an_ordinary_revision_of_the_real_key_figures_is_not(name: str, real: pl.DataFrame, catalogue) -> None:
    made = QUIET[name](real)
    assert compare(real, made, catalogue.fields).broken == ()
    assert parts_broken(made, catalogue.fields) == []


@pytest.mark.slow
def test_buurten_that_were_swapped_between_gemeenten_do_not_add_up(real: pl.DataFrame, catalogue) -> None:
    buurten = real.filter(BUURT)["area"].unique().sort()
    swapped = dict(zip(buurten, [*buurten[500:], *buurten[:500]], strict=True))
    made = real.with_columns(area=pl.col("area").replace(swapped))
    assert any("'inwoners'" in each and "buurten niet op" in each for each in parts_broken(made, catalogue.fields))
