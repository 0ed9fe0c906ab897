"""`stadspeil simulate` as a user runs it on Nieuwland: words on stderr, tables on stdout, nothing that chance made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stadspeil.cli.demo import simulated_by_demo
from stadspeil.cli.sessions import open_session
from stadspeil.cli.simulating import Choices, asked_of
from stadspeil.errors import QuestionError
from stadspeil.sources.nieuwland.overlay import overlay_files
from stadspeil.sources.nieuwland.programmes import programme_files

QUICK = ("--pairs", "2", "--years", "3", "--executor", "serial")
PROGRAMME = ("--programme", "vernieuwing_de_kaden")


@pytest.fixture(scope="module")
def workspace(demo: Path) -> Path:
    root = demo / "werkmap"
    for name, text in programme_files().items():
        (root / "catalogue" / name).parent.mkdir(exist_ok=True)
        (root / "catalogue" / name).write_text(text, encoding="utf-8")
    return root


def choices(**changes: object) -> Choices:
    given = {
        "programme": "zoetermeer_voorbeeld", "town": "", "region": False, "beside": (), "pairs": 3, "years": 4, "seed": 5,
        "realized": "100", "fixed": False, "year": None,
    }  # fmt: skip
    return Choices(**{**given, **changes})  # type: ignore[arg-type]


def test_the_town_is_the_programmes_and_others_come_beside_it(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    plain = asked_of(session, choices(town="Zoetermeer"))
    assert plain.towns == plain.told == ("GM0637",)
    with_others = asked_of(session, choices(beside=("Delft",), region=True))
    assert with_others.told == ("GM0637", "GM0503")
    assert set(with_others.towns) == {"GM0637", "GM0503", *session.catalogue.regions["GM0637"].members}
    assert asked_of(session, choices(realized="60-90")).realized == (0.6, 0.9)


def test_what_the_demo_simulated_is_what_it_says_to_ask(tmp_path: Path) -> None:
    for name, text in overlay_files().items():
        (tmp_path / "catalogue" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "catalogue" / name).write_text(text, encoding="utf-8")
    session = open_session(tmp_path)
    said = choices(programme=PROGRAMME[1], pairs=6, years=6, seed=2026)
    assert asked_of(session, said) == simulated_by_demo(session.catalogue)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"town": "Almere"}, "gaat over GM0637, niet over Almere"),
        ({"programme": "niets"}, "bestaat niet in de catalogus"),
        ({"beside": ("Nergens",)}, "Nergens"),
        ({"realized": "veel"}, "geen percentage"),
    ],
)
def test_a_question_that_cannot_be_is_refused(changes: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=said):
        asked_of(open_session(tmp_path), choices(**changes))


def test_a_workspace_without_figures_lacks_its_margins(stadspeil, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = stadspeil("simulate", "--programme", "zoetermeer_voorbeeld", "--workspace", tmp_path / "leeg", *QUICK)
    assert done.returncode == 13 and "Traceback" not in done.stderr
    assert "Wat te doen" in done.stderr
    assert not (tmp_path / "leeg").exists()


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(workspace: Path, stadspeil) -> None:  # type: ignore[no-untyped-def]
    before = sorted(workspace.rglob("*"))
    done = stadspeil("simulate", *PROGRAMME, "--dry-run", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    assert "huishoudens en" in done.stderr and "30 paren van 10 jaar" in done.stderr and "MB per werker" in done.stderr
    assert done.stdout == "" and sorted(workspace.rglob("*")) == before


def test_a_run_tells_both_kinds_of_chain_and_hides_chance(workspace: Path, stadspeil) -> None:  # type: ignore[no-untyped-def]
    done = stadspeil("simulate", *PROGRAMME, *QUICK, "--json", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    for words in (
        "verzonnen", "Ketens, gevolgd (geen effect", "Ketens, als verschil", "niet geschat op microdata",
        "niet te onderscheiden van toeval", "loopt tot 2027-12; de simulatie eindigt voor 2027-01",
    ):  # fmt: skip
        assert words in done.stderr, words
    rows = json.loads(done.stdout)
    hidden = [row for row in rows if not row["shown"]]
    assert hidden and all(row[name] is None for row in hidden for name in ("mean", "low", "middle", "high", "error"))
    assert {row["level"] for row in rows} == {"buurt", "wijk", "gemeente", "locaties", "omgeving"}
    again = stadspeil("simulate", *PROGRAMME, *QUICK, "--table", "fit", "--csv", "--workspace", workspace)
    assert "de vorige uitkomst blijft staan" in again.stderr
    assert again.stdout.startswith("margin,group")


def test_runs_are_held_against_own_figures_and_one_that_was_taken_back_warns(  # type: ignore[no-untyped-def]
    workspace: Path, stadspeil, tmp_path: Path
) -> None:
    own = tmp_path / "doelen.csv"
    own.write_text(
        "quantity;value;low;high;source\nvrijgekomen_per_nieuwe_woning;2,4;;;krant\naandeel_starters;0,2;0,1;0,3;eigen\n",
        encoding="utf-8",
    )
    done = stadspeil("simulate", *PROGRAMME, *QUICK, "--targets", own, "--json", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    for words in ("regel 2: 2.4 is een ingetrokken cijfer", "juist is 1,45", "Drie wijzen om een hele keten", "Tijd: "):
        assert words in done.stderr, words
    rows = json.loads(done.stdout)
    assert [row["bron"] for row in rows[:2]] == ["krant", "eigen"]
    assert rows[0]["doel"] == 2.4 and rows[0]["oordeel"] == "erbuiten"
    within = next(row for row in rows if row["grootheid"] == "aandeel_binnen_gemeente")
    assert within["oordeel"] == "hier niet te tellen", "only one gemeente takes part"
    shown = stadspeil("simulate", *PROGRAMME, *QUICK, "--table", "moments", "--workspace", workspace)
    assert "verhuisde_huishoudens_per_jaar" in shown.stdout and "erbuiten" in shown.stdout
    own.write_text("quantity;value\niets;1\n", encoding="utf-8")
    wrong = stadspeil("simulate", *PROGRAMME, *QUICK, "--targets", own, "--workspace", workspace)
    assert wrong.returncode == 12 and "grootheid 'iets' staat niet in het bewijs" in wrong.stderr


def test_explain_names_seeds_coefficients_and_snapshots(workspace: Path, stadspeil) -> None:  # type: ignore[no-untyped-def]
    stadspeil("simulate", *PROGRAMME, *QUICK, "--workspace", workspace)
    place = ("--area", "passage", "--workspace", workspace)
    told = stadspeil("explain", "eigendom:particuliere huur", "--programme", "vernieuwing_de_kaden", *place).stdout
    for words in ("BU90020101", "toeval per paar", "sim_stay_cost", "controlegetal", "passage_huur", "Verzonnen"):
        assert words in told, words
    for figure, words in (("inkomn", "bedoelde u 'inkomen'?"), ("inkomensgroep:rijk", "kies uit laag, midden, hoog")):
        done = stadspeil("explain", figure, "--programme", "vernieuwing_de_kaden", *place)
        assert done.returncode == 13 and words in done.stderr


def test_check_names_a_buurt_of_a_programme_that_is_not_there(workspace: Path, stadspeil) -> None:  # type: ignore[no-untyped-def]
    good = stadspeil("check", "--workspace", workspace)
    assert "plannen van de werkmap in orde: 2 programma's" in good.stderr
    path = workspace / "catalogue" / "programmes" / "uitleg_de_oevers.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("BU90020902", "BU90020909"), encoding="utf-8")
    done = stadspeil("check", "--workspace", workspace)
    path.write_text(text, encoding="utf-8")
    assert done.returncode == 10
    assert (
        "[sites.oevers_huizen]: buurt BU90020909 bestaat niet in GM9002" in done.stderr and "Vaartzoom" in done.stderr
    )


def test_history_tells_a_town_and_names_one_that_it_does_not_have(stadspeil, workspace: Path) -> None:
    done = stadspeil("history", "--town", "GM9002", "--draws", "2", "--json", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    assert "Geteld: van 2011 tot 2024" in done.stderr and "verzonnen" in done.stderr
    rows = json.loads(done.stdout)
    whole = [row for row in rows if row["household"] == row["age"] == "alle" and row["told"] == "oorzaak"]
    assert sum(row["value"] for row in whole) == pytest.approx(whole[0]["after"] - whole[0]["before"], abs=1e-6)
    lost = stadspeil("history", "--town", "BU90020200", "--draws", "2", "--workspace", workspace)
    assert lost.returncode == 13 and "geen gemeente" in lost.stderr
