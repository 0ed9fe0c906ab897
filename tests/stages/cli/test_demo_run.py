"""The command on Nieuwland, as a newcomer meets it."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]
INDICATOR = "ernstige_geluidhinder_buren"
pytestmark = pytest.mark.slow

# Decimal comma and minus sign as they are printed, to those of a program.
PLAIN = str.maketrans({",": ".", "\N{MINUS SIGN}": "-"})


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def here(demo: Path) -> list[str]:
    return ["--workspace", str(demo / "werkmap")]


def test_the_demo_leaves_a_pdf_and_a_workbook_per_new_town(demo: Path) -> None:
    out = demo / "werkmap" / "out"
    pdfs, books = sorted(out.glob("rapport-*-nl.pdf")), sorted(out.glob("rapport-*-nl.xlsx"))
    assert len(pdfs) == len(books) >= 2
    assert all(each.read_bytes().startswith(b"%PDF-") for each in pdfs)


def test_a_second_run_of_build_and_score_changes_no_byte(demo: Path, here: list[str], stadspeil: Command) -> None:
    paths = sorted((demo / "werkmap").rglob("*.parquet"))
    before = {path: path.read_bytes() for path in paths}
    build, score = stadspeil("build", *here), stadspeil("score", *here)
    assert (build.returncode, score.returncode) == (0, 0)
    assert "niets veranderd" in build.stderr
    assert "niets veranderd" in score.stderr
    assert {path: path.read_bytes() for path in paths} == before


def test_export_gives_one_row_per_gemeente_with_mark_and_rank(here: list[str], stadspeil: Command) -> None:
    words = ("export", "scores", "--level", "gemeente", "--indicator", INDICATOR, "--year", "2020", "--csv")
    rows = rows_of(stadspeil(*words, *here).stdout)
    assert len(rows) == 12
    assert {"area", "year", "value", "mark", "rank"} <= set(rows[0])
    by_value = sorted(rows, key=lambda row: float(row["value"]))
    assert [int(row["rank"]) for row in by_value] == sorted(int(row["rank"]) for row in rows)
    assert abs(sum(float(row["mark"]) for row in rows) / 12 - 6.5) < 1e-6


def test_export_within_a_gemeente_gives_all_that_lies_in_it_and_nothing_else(
    here: list[str], stadspeil: Command
) -> None:
    everything = rows_of(stadspeil("export", "areas", "--csv", *here).stdout)
    inside = rows_of(stadspeil("export", "areas", "--within", "Vierlingstad", "--csv", *here).stdout)
    # By parents, not by codes: from the gemeente down.
    wijken = {each["area"] for each in everything if each["parent"] == "GM9002"}
    buurten = {each["area"] for each in everything if each["parent"] in wijken}
    assert len(buurten) > len(wijken) > 1
    assert {each["area"] for each in inside} == {"GM9002"} | wijken | buurten
    wijk = min(wijken)
    of_wijk = rows_of(stadspeil("export", "areas", "--within", wijk, "--level", "buurt", "--csv", *here).stdout)
    assert {each["area"] for each in of_wijk} == {each["area"] for each in everything if each["parent"] == wijk}


def test_export_within_is_refused_where_no_row_is_of_an_area(here: list[str], stadspeil: Command) -> None:
    done = stadspeil("export", "groups", "--within", "GM9002", *here)
    assert done.returncode != 0
    assert "laat --within weg" in done.stderr


def test_export_as_json_holds_the_same_rows(here: list[str], stadspeil: Command) -> None:
    words = ("export", "scores", "--level", "gemeente", "--indicator", INDICATOR, "--year", "2020")
    as_csv, as_json = stadspeil(*words, "--csv", *here).stdout, stadspeil(*words, "--json", *here).stdout
    assert [each["area"] for each in json.loads(as_json)] == [each["area"] for each in rows_of(as_csv)]


def test_explain_goes_from_the_mark_to_the_text_in_the_file(demo: Path, here: list[str], stadspeil: Command) -> None:
    done = stadspeil("explain", INDICATOR, "--area", "GM9001", "--year", "2020", *here)
    words = [
        "VERZONNEN",
        "Rapportcijfer",
        "Waarde",
        "Cel geluidhinder_buren_ernstig_pct",
        "in het bestand",
        "rij ",
        "sha256",
    ]
    places = [done.stdout.find(word) for word in words]
    assert done.returncode == 0, done.stderr
    assert -1 not in places, done.stdout
    assert places == sorted(places)


def test_explain_of_a_composite_adds_up_to_its_mark(here: list[str], stadspeil: Command) -> None:
    done = stadspeil("explain", "thema_gezondheid", "--area", "GM9001", "--year", "2020", "--json", *here)
    assert done.returncode == 0, done.stderr
    mark, parts = json.loads(done.stdout)["steps"]
    shown = float(dict(mark["facts"])["rapportcijfer"].translate(PLAIN))
    shares = [
        float(fact.split("draagt ")[1].split(" ")[0].translate(PLAIN)) for _, fact in parts["facts"] if "draagt" in fact
    ]  # fmt: skip
    assert 6.5 + sum(shares) == pytest.approx(shown, abs=0.01 + 0.0005 * len(shares))


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("export", "scores", "--indicator", "ernstige_geluidhinder_bure"), 13, "bedoelde u 'ernstige_geluidhinder_buren'?"),
        (("export", "scores", "--indicator", INDICATOR, "--year", "1999"), 13, "jaren: "),
        (("explain", INDICATOR, "--area", "GM9001", "--year", "1999"), 13, "jaar 1999 is er niet; wel: "),
        (("report", "--town", "Nergenshuizen"), 13, "Nergenshuizen"),
        (("import", "bestaat-niet.csv"), 12, "bestaat-niet.csv"),
        (("list", "indicators", "--theme", "geluk"), 13, "thema 'geluk'"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_gets_one_message_and_its_exit_code(
    words: tuple[str, ...], code: int, sentence: str, here: list[str], stadspeil: Command
) -> None:
    done = stadspeil(*words, *here)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_check_finds_everything_in_order(here: list[str], stadspeil: Command) -> None:
    done = stadspeil("check", *here)
    assert done.returncode == 0, done.stderr
    told = [line.split(" in orde")[0] for line in done.stderr.splitlines() if " in orde" in line]
    assert told == [
        "catalogus",
        "bewijs",
        "afweging",
        "momentopnamen",
        "tabellen en uitkomsten",
        "plannen van de werkmap",
    ]


def test_the_demo_refuses_a_folder_that_is_not_its_own(tmp_path: Path, stadspeil: Command) -> None:
    (tmp_path / "dierbaar.txt").write_text("x")
    done = stadspeil("demo", "--folder", tmp_path)
    assert done.returncode == 13
    assert (tmp_path / "dierbaar.txt").exists()


def test_the_template_is_written_and_an_empty_one_is_refused_plainly(tmp_path: Path, stadspeil: Command) -> None:
    book = tmp_path / "eigen.xlsx"
    assert stadspeil("template", "--out", book, "--workspace", tmp_path / "werkmap").returncode == 0
    done = stadspeil("import", book, "--workspace", tmp_path / "werkmap")
    assert done.returncode == 12
    assert "eigen.xlsx" in done.stderr


def test_the_remarks_that_a_build_counts_can_be_read(here: list[str], stadspeil: Command) -> None:
    counted = int(stadspeil("build", *here).stderr.split("Opmerkingen bij de gegevens: ")[1].split(".")[0])
    assert counted == len(rows_of(stadspeil("list", "remarks", "--csv", *here).stdout))
    assert counted > 0


def test_the_version_is_shown(stadspeil_process: Command) -> None:
    from stadspeil import __version__

    assert stadspeil_process("--version").stdout == f"stadspeil {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("export", "scores", "--level", "gemeente", "--indicator", INDICATOR, "--year", "2020", "--csv"),
        ("explain", "thema_gezondheid", "--area", "GM9001", "--year", "2020"),
        ("report", "--town", "Nergenshuizen"),
        ("export", "scores", "--jaar", "2020"),
        ("check",),
    ],
)
def test_a_process_of_its_own_says_the_same_as_the_command_in_this_one(
    words: tuple[str, ...], here: list[str], stadspeil: Command, stadspeil_process: Command
) -> None:
    """Most tests save themselves the start of a process; that may hide nothing that a user meets."""
    inside, outside = stadspeil(*words, *here), stadspeil_process(*words, *here)
    assert (inside.returncode, inside.stdout) == (outside.returncode, outside.stdout)
    assert inside.stderr.splitlines()[-1:] == outside.stderr.splitlines()[-1:]


def test_scores_made_a_year_at_a_time_are_those_of_all_years_at_once(demo: Path) -> None:
    from polars.testing import assert_frame_equal

    from stadspeil.areas import AreaRegister
    from stadspeil.catalogue import load_catalogue
    from stadspeil.scores.scoring import score_values
    from stadspeil.shelf import read_shelf

    work = demo / "werkmap"
    catalogue = load_catalogue(own=work / "catalogue")
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    areas = read_shelf(work / "tables" / "areas", columns=["area", "level", "boundaries"])
    at_once = score_values(read_shelf(work / "out" / "values"), catalogue, register, areas)
    key = ["indicator", "area", "year", "boundaries"]
    assert_frame_equal(read_shelf(work / "out" / "scores").sort(key), at_once.scores.sort(key))
    groups = ["group", "kind", "indicator", "year", "boundaries"]
    assert_frame_equal(read_shelf(work / "out" / "group_scores").sort(groups), at_once.group_scores.sort(groups))


def test_planted_hidden_buurten_are_found_and_no_others(demo: Path, here: list[str], stadspeil: Command) -> None:
    """Of low incomes: at least eight of ten, and at most one in ten of what is found neither planted poor nor sliding."""
    truth = json.loads((demo / "truth.json").read_text())
    hidden = {each["buurt"] for each in truth["hidden_poor_buurten"]}
    sliding = {each["buurt"] for each in truth["sliding_buurten"]}
    rows = rows_of(
        stadspeil("export", "pockets", "--indicator", "huishoudens_laag_inkomen_aandeel", "--csv", *here).stdout
    )
    yes = {"true", "True", "ja"}
    found = {
        row["area"]
        for row in rows
        if row["found"] in yes and row["unfavourable"] in yes and row["wijk_hides"] in yes and float(row["base"]) >= 300
    }
    large = {row["area"] for row in rows if float(row["base"]) >= 300}
    assert len(found & hidden) >= 0.8 * len(hidden & large)
    assert len(found - hidden - sliding) <= 0.1 * len(found)


def test_analyse_again_changes_no_byte_and_says_so(demo: Path, here: list[str], stadspeil: Command) -> None:
    paths = sorted((demo / "werkmap" / "out" / "analyses").rglob("*.parquet"))
    before = {path: path.read_bytes() for path in paths}
    done = stadspeil("analyse", *here)
    assert done.returncode == 0 and "niets veranderd" in done.stderr
    assert before and {path: path.read_bytes() for path in paths} == before


def test_every_place_lies_in_its_own_range_by_noise(here: list[str], stadspeil: Command) -> None:
    rows = rows_of(stadspeil("export", "ranges", "--csv", *here).stdout)
    known = [row for row in rows if row["best_noise"]]
    assert len(known) > 100 and any(row["best_choices"] for row in rows)
    for row in known:
        assert int(row["best_noise"]) <= int(row["best_noise_own"]) <= int(row["rank"])
        assert int(row["worst_noise"]) >= int(row["worst_noise_own"])


def test_steps_of_each_composite_add_up_to_its_distance_from_the_mean(here: list[str], stadspeil: Command) -> None:
    steps = rows_of(stadspeil("export", "steps", "--csv", *here).stdout)
    words = ("export", "scores", "--level", "gemeente", "--csv")
    marks = {(row["area"], row["indicator"], row["year"], row["boundaries"]): row["mark"]
             for row in rows_of(stadspeil(*words, *here).stdout)}  # fmt: skip
    sums: dict[tuple[str, ...], float] = {}
    for row in steps:
        key = (row["area"], row["indicator"], row["year"], row["boundaries"])
        sums[key] = sums.get(key, 0.0) + float(row["adds"])
    assert len(sums) > 50
    assert all(abs(total - (float(marks[key]) - 6.5)) < 1e-6 for key, total in sums.items())


def test_two_equal_workspaces_do_not_differ(demo: Path, stadspeil: Command) -> None:
    here = str(demo / "werkmap")
    done = stadspeil("diff", here, here, "--csv")
    assert done.returncode == 0 and "; 0 verschillen" in done.stderr
    assert rows_of(done.stdout) == []


def test_brief_overview_and_sheet_are_written(demo: Path, here: list[str], stadspeil: Command, tmp_path: Path) -> None:
    asked = (("--group", "nta"), ("--town", "GM9002", "--brief"), ("--buurt", "BU90010600"))
    for words in asked:
        done = stadspeil("report", *words, "--out", str(tmp_path), *here)
        assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.pdf"))) == 3
    wrong = stadspeil("report", "--town", "GM9002", "--group", "nta", *here)
    assert wrong.returncode != 0
    unknown = stadspeil("report", "--buurt", "BU99999999", *here)
    assert unknown.returncode == 13 and "geen cijfers" in unknown.stderr


def test_gemeenten_beside_others_can_be_exported(here: list[str], stadspeil: Command) -> None:
    tenths = rows_of(stadspeil("export", "acceptability", "--csv", *here).stdout)
    assert all(abs(sum(float(row[f"tenth_{each}"]) for each in range(1, 11)) - 1) < 1e-9 for row in tenths)
    pairs = rows_of(stadspeil("export", "pairs", "--area", "GM9002", "--csv", *here).stdout)
    assert {row["kind"] for row in pairs} == {"group", "region_net"}
    there = {
        row["indicator"]: row["ahead_choices"] for row in pairs if row["other"] == "GM9003" and row["ahead_choices"]
    }
    other = rows_of(stadspeil("export", "pairs", "--area", "GM9003", "--csv", *here).stdout)
    back = {
        row["indicator"]: row["ahead_choices"] for row in other if row["other"] == "GM9002" and row["ahead_choices"]
    }
    assert there.keys() == back.keys() and len(there) > 5
    assert all(abs(float(there[id]) + float(back[id]) - 1) < 1e-9 for id in there)
    tests = rows_of(stadspeil("export", "group_tests", "--csv", *here).stdout)
    assert {row["other"] for row in tests} >= {"rest"} and all(0 < float(row["p"]) <= 1 for row in tests)


def test_separation_adds_up_for_every_family(here: list[str], stadspeil: Command) -> None:
    rows = rows_of(stadspeil("export", "segregation", "--csv", *here).stdout)
    for row in rows:
        parts = [float(row[name] or 0) for name in ("between_gemeenten", "between_wijken", "within_wijken")]
        assert abs(sum(parts) - float(row["total"])) < 1e-9
    country = {row["family"]: row for row in rows if row["area"] == "NL"}
    assert {"leeftijd", "huishoudens", "herkomst", "eigendom", "inkomen"} <= set(country)
    uneven = rows_of(stadspeil("export", "dissimilarity", "--csv", *here).stdout)
    assert all(0 <= float(row["d"]) <= 1 and float(row["d_by_chance"]) > 0 for row in uneven)


def test_explain_reach_names_what_each_part_must_be(here: list[str], stadspeil: Command) -> None:
    done = stadspeil("explain", "thema_werk", "--area", "GM9002", "--reach", "10", *here)
    assert done.returncode == 0, done.stderr
    assert "Wat plaats 10 vraagt" in done.stdout and "alle delen samen" in done.stdout
    assert "ook andere gemeenten bewegen" in done.stdout and "VERZONNEN" in done.stdout
    there = stadspeil("explain", "thema_werk", "--area", "GM9002", "--reach", "12", *here)
    assert "niets: de gemeente staat al op plaats" in there.stdout
    beyond = stadspeil("explain", "thema_werk", "--area", "GM9002", "--reach", "99", *here)
    assert beyond.returncode == 13 and "van 1 tot 12" in beyond.stderr
    wrong = stadspeil("explain", "thema_werk", "--area", "GM9002", "--reach", "3", "--year", "2020", *here)
    assert wrong.returncode == 2 and "nieuwste jaar" in wrong.stderr


def test_squares_are_only_given_of_a_place_that_is_named(here: list[str], stadspeil: Command) -> None:
    refused = stadspeil("export", "grid_squares", "--csv", *here)
    assert refused.returncode == 13 and "--area" in refused.stderr
    given = stadspeil("export", "grid_squares", "--area", "GM9002", "--csv", *here)
    rows = rows_of(given.stdout)
    assert rows and all(row["area"].startswith("BU9002") for row in rows)
    assert "ter plaatse" in given.stderr


def test_no_square_gets_into_values_areas_or_a_document(here: list[str], stadspeil: Command) -> None:
    root = Path(here[1])
    for name in ("out/values", "out/scores", "tables/areas"):
        parts = sorted((root / name).rglob("*.parquet"))
        assert parts
        for part in parts:
            assert not pl.scan_parquet(part).select(pl.col("area").str.contains("^E[0-9]{4}N")).collect()["area"].any()
    books = sorted(root.glob("out/rapport-*.xlsx"))
    assert books
    for book in books:
        with zipfile.ZipFile(book) as archive:
            assert not re.search(rb"E\d{4}N\d{4}", archive.read("xl/sharedStrings.xml"))
