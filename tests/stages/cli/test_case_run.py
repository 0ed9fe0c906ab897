"""The worked case of Nieuwland and the empty form, with the command as a newcomer meets them."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from stadspeil.appraisal.store import command_of
from stadspeil.shelf import read_shelf
from stadspeil.sources.nieuwland.case_files import CASE, case_files
from stadspeil.workspace import made_by_other

Command = Callable[..., "subprocess.CompletedProcess[str]"]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(demo: Path) -> Path:
    """The workspace of the demo with the case in its catalogue, also where the demo is older than the case."""
    workspace = demo / "werkmap"
    for name, text in case_files().items():
        path = workspace / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return workspace


def own(town: Path, name: str, text: str) -> None:
    (town / "catalogue" / "packages" / f"{name}.toml").write_text(text, encoding="utf-8")


def tables(town: Path, name: str) -> dict[str, pl.DataFrame]:
    folder = town / "out" / "appraisal" / name
    found = {each.name: read_shelf(each) for each in sorted(folder.iterdir()) if each.is_dir()}
    return {
        key: table.sort([name for name, kind in table.schema.items() if kind != pl.Float64])
        for key, table in found.items()
    }


def test_the_form_is_listed_as_a_form_and_is_not_computed(town: Path, stadspeil: Command) -> None:
    listed = stadspeil("list", "packages", "--csv", "--workspace", str(town)).stdout
    told = {row["id"]: row for row in csv.DictReader(io.StringIO(listed))}
    assert told["sjabloon_wijkaanpak"]["template"] == "ja"
    assert told["sjabloon_wijkaanpak"]["first"] == ""
    assert told[CASE]["template"] == ""
    refused = stadspeil("appraise", "--package", "sjabloon_wijkaanpak", "--workspace", str(town))
    assert refused.returncode == 13
    assert "is een leeg sjabloon: de cijfers van uw stad staan er nog niet in" in refused.stderr


def test_the_order_of_measures_in_the_file_changes_no_table(town: Path, stadspeil: Command) -> None:
    text = case_files()[f"packages/{CASE}.toml"]
    head, *blocks = re.split(r"\n(?=\[measures\.)", text)
    assert list(tomllib.loads(text)["measures"]) == [each.split(".")[1].split("]")[0] for each in blocks]
    words = ("appraise", "--package", CASE, "--draws", "500", "--workspace", str(town))
    assert stadspeil(*words).returncode == 0
    straight = tables(town, CASE)
    own(town, CASE, "\n".join([head, *(f"{each.rstrip()}\n" for each in blocks[::-1])]))
    done = stadspeil(*words)
    own(town, CASE, text)
    assert "niets veranderd" not in done.stdout + done.stderr
    turned = tables(town, CASE)
    assert set(straight) == set(turned)
    for name, table in straight.items():
        # Sums over measures are added up in another order, so that their last digit may differ.
        assert_frame_equal(table, turned[name], rel_tol=1e-9, abs_tol=1e-6)


def test_an_own_size_is_printed(town: Path, stadspeil: Command) -> None:
    text = case_files()["packages/sociaal_de_kaden.toml"]
    heading = '[measures.wijkprogramma]\nintervention = "sociaal_pakket"\n'
    assert heading in text
    more = 'override = { overlast = 0.02 }\nsource = "eigen enquete van 2025"\n'
    own(town, "met_eigen_grootte", text.replace(heading, heading + more))
    done = stadspeil("appraise", "--package", "met_eigen_grootte", "--draws", "300", "--workspace", str(town))
    assert done.returncode == 0, done.stderr
    told = done.stdout + done.stderr
    assert "eigen grootte: 'overlast' van maatregel 'wijkprogramma' is 0.02" in told
    assert "eigen enquete van 2025" in told
    kept = json.loads((town / "out" / "appraisal" / "met_eigen_grootte" / "run.json").read_text("utf-8"))
    assert not made_by_other(kept) and command_of(kept) == "stadspeil appraise --package met_eigen_grootte --draws 300"
    assert 0 < kept["means"]["costs"]["low"] < kept["means"]["costs"]["high"]


def test_no_effect_of_the_case_falls_out_for_want_of_figures(town: Path, stadspeil: Command) -> None:
    if "leefbaarheid_sociale_samenhang" not in read_shelf(town / "out" / "scores")["indicator"].to_list():
        pytest.skip("this demo was made before Nieuwland had a Leefbaarometer")
    for name in sorted(
        each.removeprefix("packages/").removesuffix(".toml") for each in case_files() if "packages" in each
    ):
        done = stadspeil("appraise", "--package", name, "--draws", "300", "--workspace", str(town))
        assert done.returncode == 0, done.stderr
        assert "telt niet mee" not in done.stdout + done.stderr


def test_the_agenda_of_the_case_is_ordered_with_a_proof(town: Path, stadspeil: Command) -> None:
    words = ("agenda", "agenda_vierlingstad", "--scenarios", "0", "--no-front", "--gap", "2", "--workspace", str(town))
    done = stadspeil(*words)
    assert done.returncode == 0, done.stderr
    told = done.stdout + done.stderr
    assert "Let op: deze agenda is verzonnen" in told
    assert "Bewijs: " in told
    assert "Een nieuwe school voor De Kaden" in told
    assert "wacht op bijstand > 45" in told
