"""Every fault that a publisher can be made to have: the right figures or a clear refusal, and what was there stays.

Each fault is tried twice: on a workspace that already has the figures, and on an empty one.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.sources import SnapshotStore, read_snapshot
from stadspeil.sources.fetching.client import Client, Manners
from stadspeil.sources.fetching.planning import plan
from stadspeil.sources.fetching.running import FetchResult, fetch
from stadspeil.sources.nieuwland.serving import FAULTS, Publishers, serve
from stadspeil.sources.nieuwland.wide import make_country, write_warehouse
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow
KEY = ["area", "year", "boundaries", "field"]
SOURCES = ["cbs_kerncijfers_wijken_buurten", "cbs_regionale_kerncijfers"]
MANNERS = Manners(
    pause_s=0, tries=3, first_wait_s=0.001, longest_wait_s=0.01, read_s=20, total_s=60, most_bytes=30_000_000
)
# Only where the limit on time is what is tested: a machine that is busy is no fault of a publisher.
HURRIED = dataclasses.replace(MANNERS, read_s=2, total_s=0.6)

# What each fault must end in on a workspace that has the figures: 'right' (the same figures), or words of the refusal.
# 'held: ...' is kept apart. The second is for an empty workspace, where it differs: 'right' (all figures that are left),
# or 'partly': some tables may pass, since there is nothing to compare them with.
EXPECTED: dict[str, tuple[str, str]] = {
    "server_error": ("3 keer geprobeerd", ""),
    "storm_429": ("overbelast", ""),
    "retry_after_in_past": ("overbelast", ""),
    "forbidden_html": ("beveiliging in uw netwerk", ""),
    "html_with_200": ("gekregen text/html", ""),
    "html_as_json": ("webpagina", ""),
    "error_text_with_200": ("geen hele JSON", ""),
    "error_json_with_200": ("stuk", ""),
    "not_found": ("deze tabel is er niet meer", ""),
    "row_limit_10000": ("10.000 rijen", ""),
    "redirect_other_host": ("andere plek", ""),
    "redirect_private": ("andere plek", ""),
    "empty_answer": ("geen hele JSON", ""),
    "wrong_content_type": ("image/png", ""),
    "next_link_other_host": ("ander adres", ""),
    "next_link_loop": ("twee keer", ""),
    "next_link_other_table": ("right", ""),
    "repeated_page": ("right", ""),
    "missing_page": ("ontbreken rijen", ""),
    "page_order_changed": ("twee keer", ""),
    "duplicated_rows": ("twee keer", ""),
    "more_rows_than_counted": ("ontbreken rijen", ""),
    "fewer_rows": ("ontbreken rijen", ""),
    "year_missing": ("ontbreken rijen", "partly"),
    "reordered_columns": ("right", ""),
    "changed_suffix": ("right", ""),
    "renamed_column": ("horen niet bij elkaar", ""),
    "all_columns_renamed": ("geen van onze kolommen", ""),
    "column_vanished": ("held: geen enkel getal meer", "right"),
    "extra_dimension_key": ("right", ""),
    "extra_region_level": ("right", ""),
    "unpadded_codes": ("right", ""),
    "table_renamed": ("gevraagd is tabel", ""),
    "metadata_newer_than_data": ("horen niet bij elkaar", ""),
    "modified_meanwhile": ("gewijzigd terwijl", ""),
    "unit_changed_x1000": ("kan niet; mogelijk is", "partly"),
    "unit_told_otherwise": ("right", ""),
    "fraction_for_percent": ("kan niet; mogelijk is", "partly"),
    "special_codes_everywhere": ("held: geen enkel getal meer", "partly"),
    "nulls_in_a_column": ("held: geen enkel getal meer", "right"),
    "infinity": ("geen getal", ""),
    "nan": ("geen getal", ""),
    "words_for_numbers": ("'veel' is geen getal", ""),
    "decimal_comma_texts": ("right", ""),
    "revised_values": ("held: verder dan een herziening", "partly"),
    "boundaries_changed_within_year": ("bestonden niet in de indeling", ""),
    "etag_never_changes": ("right", ""),
    "cut_connection": ("afgebroken", ""),
    "cut_json": ("geen hele JSON", ""),
    "wrong_content_length": ("afgebroken", ""),
    "slow_drip": ("nog niet binnen", ""),
    "gzip_bomb": ("groter dan 30 MB", ""),
    "broken_gzip": ("verkeerd ingepakt", ""),
    "truncated_gzip": ("", ""),
    "wrong_charset": ("geen hele JSON", ""),
    "wrong_checksum": ("right", ""),
    "truncated_file": ("geen hele JSON", ""),
    "flipped_bit": ("", ""),
}


@dataclass(frozen=True)
class Land:
    folder: Path
    catalogue: Catalogue


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Land:
    folder = tmp_path_factory.mktemp("land")
    write_warehouse(make_country("mini"), _smaller(load_catalogue()), folder)
    return Land(folder, _smaller(load_catalogue(own=folder / "overlay")))


def _smaller(catalogue: Catalogue) -> Catalogue:
    """Two sources only, and of the widest a dozen columns with those of which the order matters."""
    wide = catalogue.sources[SOURCES[0]]
    ordered = [each.field for each in wide.columns if each.after][:4]
    wanted = {*(each.field for each in wide.columns[:12]), *ordered, "huishoudens", "huishoudensgrootte", "verweduwd"}
    columns = tuple(each for each in wide.columns if each.field in wanted)
    chosen = {
        SOURCES[0]: dataclasses.replace(wide, columns=columns),
        SOURCES[1]: catalogue.sources[SOURCES[1]],
    }
    return dataclasses.replace(catalogue, sources=chosen)


def fetched(land: Land, workspace: Workspace, publishers: Publishers, since: int = 2023) -> FetchResult:
    register = AreaRegister(land.catalogue.gemeenten, land.catalogue.changes)
    jobs = plan(land.catalogue, register, sources=SOURCES, since=since, newest=2023)
    drips = any("drip" in each.fault.name for each in publishers.switches)
    with Client(publishers=publishers.address, manners=HURRIED if drips else MANNERS) as client:
        return fetch(jobs, workspace, land.catalogue, client, refresh=True)


@pytest.fixture(scope="module")
def sound(land: Land, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("werkmap"))
    with serve(land.folder) as publishers:
        result = fetched(land, workspace, publishers)
    assert result.error() is None
    assert len(result.added) == 2
    return workspace


def cells(land: Land, workspace: Workspace) -> pl.DataFrame:
    store = SnapshotStore(workspace.raw)
    assert store.verify() == []
    parts = [read_snapshot(store, each, land.catalogue).cells for each in store.active()]
    return pl.concat(parts).drop("snapshot", "row").sort(KEY) if parts else pl.DataFrame()


@pytest.fixture(scope="module")
def right(land: Land, sound: Workspace) -> pl.DataFrame:
    return cells(land, sound)


@pytest.fixture
def workspace(sound: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(sound.root, tmp_path / "werkmap")
    return Workspace(tmp_path / "werkmap")


def test_every_fault_has_its_outcome() -> None:
    assert set(EXPECTED) == set(FAULTS)
    assert len(FAULTS) >= 40


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_leaves_the_right_figures_or_the_old(
    name: str, land: Land, workspace: Workspace, right: pl.DataFrame
) -> None:
    expected = EXPECTED[name][0]
    with serve(land.folder, faults=[name]) as publishers:
        result = fetched(land, workspace, publishers)
    assert_frame_equal(cells(land, workspace), right)
    message = fault.message() if (fault := result.error()) else ""
    if expected == "right":
        assert message == ""
    elif expected.startswith("held: "):
        assert result.held
        assert expected.removeprefix("held: ") in message
    else:
        assert expected in message
        assert message


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_puts_nothing_false_into_an_empty_workspace(
    name: str, land: Land, tmp_path: Path, right: pl.DataFrame
) -> None:
    known, alone = EXPECTED[name]
    with serve(land.folder, faults=[name]) as publishers:
        result = fetched(land, Workspace(tmp_path), publishers)
    found = cells(land, Workspace(tmp_path))
    if (alone or known) == "right":
        assert result.error() is None
        assert found.height > 0
    elif alone != "partly":
        assert found.is_empty()
        assert result.error() is not None
    if known == "right":
        assert_frame_equal(found, right)
    if found.height:
        # Whatever the publisher did, none of its special codes became a figure.
        assert found["value"].fill_null(0).min() >= -1000


@pytest.mark.parametrize(
    "name", ["server_error", "storm_429", "retry_after_in_past", "cut_connection", "wrong_content_length"]
)
def test_a_fault_that_passes_is_survived(name: str, land: Land, tmp_path: Path, right: pl.DataFrame) -> None:
    with serve(land.folder, faults=[f"{name}:2"]) as publishers:
        result = fetched(land, Workspace(tmp_path), publishers)
    assert result.error() is None
    assert_frame_equal(cells(land, Workspace(tmp_path)), right)


def test_what_is_whole_is_kept_when_another_table_fails(land: Land, tmp_path: Path) -> None:
    with serve(land.folder, faults=["cut_json::70072ned"]) as publishers:
        result = fetched(land, Workspace(tmp_path), publishers)
    assert [each.source for each in result.added] == ["cbs_kerncijfers_wijken_buurten"]
    fault = result.error()
    assert fault is not None and "70072ned" in fault.message() and "opnieuw" in fault.message()
    with serve(land.folder) as publishers:
        again = fetched(land, Workspace(tmp_path), publishers)
    assert again.error() is None
    assert [each.source for each in SnapshotStore(Workspace(tmp_path).raw).active()] == SOURCES


def test_a_publisher_that_is_down_is_not_asked_for_everything(land: Land, tmp_path: Path) -> None:
    with serve(land.folder, faults=["server_error"]) as publishers:
        result = fetched(land, Workspace(tmp_path), publishers, since=2018)
        asked = len(publishers.asked)
    assert asked == 3 * MANNERS.tries
    assert len(result.failed) == 7
    fault = result.error()
    assert fault is not None and "niet geprobeerd" in fault.message()
