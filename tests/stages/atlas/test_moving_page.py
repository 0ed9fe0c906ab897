"""The page on moving: its numbers are those of the analyses, and what cannot be told is not told."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from stadspeil.analyses.flows import MISSING
from stadspeil.analyses.store import read_analysis
from stadspeil.atlas.moving_tables import commuting_table
from stadspeil.atlas.pages.moving import Moving, _reading, moving_page
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.cli.verbs import app
from stadspeil.errors import QuestionError
from stadspeil.report.drawing.intervals import IntervalRow
from stadspeil.report.moving import NAMES, heavier, side_of, span_words, steps, tread_words

TOWN = "GM9002"
SIDES = {
    "nl": ("meer mensen dan", "meer mensen weg", "niet aantoonbaar"),
    "en": ("came to", "left", "cannot be demonstrated"),
}


def page(site: Site, lang: str = "nl", town: str = TOWN) -> View:
    return moving_page(site, Asked(lang, f"/verhuizen/{town}", {"stad": town}, {}))


def own(site: Site) -> Moving:
    return Moving(**{name: read_analysis(site.workspace, name).filter(pl.col("area") == TOWN) for name in NAMES})


def balance(arrived: float, left: float, low: float, high: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "area": [TOWN], "year": [2024], "boundaries": [2024], "family": ["allen"], "group": ["allen"], "arrived": [arrived],
            "left": [left], "balance": [arrived - left], "balance_low": [low], "balance_high": [high],
        }
    )  # fmt: skip


def index(group: str, value: float, half: float) -> dict[str, object]:
    return {"family": "inkomen", "group": group, "index": value, "low": value - half, "high": value + half}


def test_the_tables_hold_what_the_analyses_give(site: Site) -> None:
    view, known = page(site), own(site)
    assert known.moves.height and known.treads.height and known.ties.height
    years = {row["jaar"]: row for row in view.table("jaren").rows}
    for row in known.moves.filter(pl.col("family") == "allen").iter_rows(named=True):
        assert years[row["year"]]["saldo"] == row["arrived"] - row["left"]
        assert (years[row["year"]]["laag"], years[row["year"]]["hoog"]) == (row["balance_low"], row["balance_high"])
    assert [row["index"] for row in view.table("selectiviteit").rows] == known.selectivity["index"].to_list()
    assert len(view.table("treden").rows) == known.treads.height
    last = known.ties["year"].max()
    assert sum(float(row["gekomen"] or 0) for row in view.table("banden").rows) == pytest.approx(
        known.ties.filter(pl.col("year") == last)["arrived"].sum()
    )


def test_the_mean_of_the_towns_is_taken_over_the_members(site: Site) -> None:
    members = site.catalogue.groups["nta"].members
    table = read_analysis(site.workspace, "moves").filter(pl.col("family") == "allen")
    year = int(table["year"].max() or 0)
    wanted = table.filter((pl.col("year") == year) & pl.col("area").is_in(list(members)))["within_pct"].mean()
    (told,) = [row["groep_steden"] for row in page(site).table("jaren").rows if row["jaar"] == year]
    assert told == pytest.approx(wanted)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("low", "high", "said"), [(1, 40, 0), (-40, -1, 1), (-40, 1, 2), (0, 40, 2), (-40, 0, 2)])
def test_a_balance_has_a_direction_only_where_its_interval_leaves_out_nought(
    site: Site, lang: str, low: float, high: float, said: int
) -> None:
    rows = replace(own(site), moves=balance(500, 500 - (low + high) / 2, low, high))
    sentence = _reading(site, rows, "Teststad", words_of(lang)).partition(";")[0]
    assert side_of(low, high) == ("more_came", "more_left", "open")[said]
    assert SIDES[lang][said] in sentence
    assert ("demonstr" in sentence or "aantoonbaar" in sentence) == (said == 2)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_group_is_called_selective_where_its_interval_holds_nought(site: Site, lang: str) -> None:
    """A large index with a wide interval stays silent; a small sure one is told."""
    words = words_of(lang)
    rows = pl.DataFrame([index("laag", 0.9, 1.0), index("midden", -0.05, 0.02), index("hoog", -0.8, 0.8)])
    comes, goes = heavier(rows)
    assert comes is None and goes is not None and goes["group"] == "midden"
    sentence = _reading(site, replace(own(site), selectivity=rows), "Teststad", words)
    assert words("moving.groups.inkomen_midden") in sentence
    assert words("moving.groups.inkomen_hoog") not in sentence and words("moving.groups.inkomen_laag") not in sentence
    nobody = _reading(site, replace(own(site), selectivity=rows.filter(group="hoog")), "Teststad", words)
    assert words("moving.no_group") in nobody


def test_the_verdict_of_the_table_follows_the_interval_and_not_the_word_beside_it(site: Site) -> None:
    for row in page(site).table("selectiviteit").rows:
        sure = float(row["laag"] or 0) > 0 or float(row["hoog"] or 0) < 0
        assert ("zwaarder" in str(row["oordeel"])) == sure


def test_treads_that_cannot_be_told_are_not_told(site: Site) -> None:
    treads = own(site).treads
    view = page(site)
    (drawn,) = [each for each in view.pictures if each.id == "treden"]
    beside = treads.filter(pl.col("group") == "nta")
    counted = dict(beside["verdict"].value_counts().iter_rows())
    for verdict, kind in (
        ("ontbreekt", "missing"),
        ("ruim", "ample"),
        ("niet te zeggen", "open"),
        ("alle woningen passen", "all_fit"),
    ):
        assert drawn.svg.count(f'<rect class="{kind}"') == counted.get(verdict, 0)
    unknown = treads.with_columns(verdict=pl.lit("niet te zeggen"))
    (only,) = list(tread_words(unknown, "de groep", words_of("nl")))
    assert only.startswith("Van de 80 treden ontbreken er 0 en zijn er 0 ruim; van 80")


def test_treads_of_the_same_homes_are_one_sentence(site: Site) -> None:
    treads = own(site).treads
    rows = treads.filter((pl.col("group") == "nta") & (pl.col("income") == "alle"))
    found = steps(treads)
    assert sum(each.number for each in found) == rows.height == 20
    families = [each for each in found if ("gezin", ("18-29", "30-44", "45-64", "65-74", "75+")) in each.kinds]
    assert len(families) == 1 and "eenouder" in dict(families[0].kinds)


def test_every_cell_of_the_grid_says_in_words_what_it_says_in_color(site: Site) -> None:
    (drawn,) = [each for each in page(site, "en").pictures if each.id == "treden"]
    for kind, word in (("missing", "missing"), ("ample", "ample"), ("open", "cannot be said"), ("all_fit", "all fit")):
        assert drawn.svg.count(f'<rect class="{kind}"') == len(re.findall(rf">\S {word}</text>", drawn.svg))


def test_income_parts_are_told_as_bounds_unless_exact(site: Site) -> None:
    for row in page(site).table("inkomen").rows:
        assert (row["precies"] is None) == (row["zekerheid"] == "begrensd")
        assert float(row["laag"] or 0) <= float(row["hoog"] or 0)
    (drawn,) = [each for each in page(site).pictures if each.id == "inkomen"]
    parts = own(site).income_parts.filter((pl.col("measured") == "aandeel_hoog") & (pl.col("part") != "verandering"))
    newest = parts.filter(pl.col("year") == pl.col("year").max())
    assert drawn.svg.count('class="bounded"') == newest.filter(pl.col("certainty") == "begrensd").height
    assert drawn.svg.count('class="exact"') == newest.filter(pl.col("certainty") == "precies").height


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1.0, 1.0, "1"),
        (1.0, 2.0, "1 tot 2"),
        (1.0, None, "ten minste 1"),
        (None, 2.0, "ten hoogste 2"),
        (None, None, "–"),
    ],
)
def test_a_bound_that_is_not_there_is_said_to_be_open(low: float | None, high: float | None, said: str) -> None:
    assert span_words(low, high, words_of("nl")) == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_known_is_said_with_what_to_fetch(site: Site, lang: str) -> None:
    view = page(site, lang)
    known = own(site)
    assert view.more["absent"] == known.absent
    asked = {str(row["hoe"]) for row in view.table("ontbreekt").rows}
    for name in known.absent:
        assert any(id in each for id in MISSING[name] for each in asked)
    nothing = Moving(**{name: getattr(known, name).clear() for name in NAMES})
    assert words_of(lang)("movers.reading_none", town="Teststad") == _reading(site, nothing, "Teststad", words_of(lang))


def test_commuting_alone_is_told_and_no_more(site: Site) -> None:
    """As on the real files: no moves, but the flows of commuters."""
    nothing = Moving(**{name: getattr(own(site), name).clear() for name in NAMES})
    row = {
        "area": TOWN, "year": 2016, "boundaries": 2016, "workers": 1000.0, "own_pct": 29.4, "largest_to": "GM9001",
        "largest_pct": 23.2, "both_ways_pct": 31.5, "unique_rank": 125, "ranked": 390,
    }  # fmt: skip
    sentence = _reading(site, replace(nothing, commuting=pl.DataFrame([row])), "Teststad", words_of("nl"))
    assert "29%" in sentence and "23%" in sentence and site.name("GM9001") in sentence and "niet bekend" in sentence
    # Vlieland in the real file: nobody goes elsewhere, so no gemeente "draws most: 0 %".
    alone = pl.DataFrame([row | {"own_pct": 100.0, "largest_pct": 0.0}])
    sentence = _reading(site, replace(nothing, commuting=alone), "Teststad", words_of("nl"))
    assert "100%" in sentence and site.name("GM9001") not in sentence
    alone = alone.with_columns(pl.lit(2016, pl.Int16).alias("boundaries"), pl.lit(0.0).alias("jobs"))
    assert commuting_table(site, alone, words_of("nl")).rows[0]["meest_naar"] is None


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_command_that_gets_what_is_missing_is_one_that_works(lang: str) -> None:
    told = words_of(lang)("movers.fetched", id="cbs_huishoudens")
    command = told[: told.index(",")].removeprefix("stadspeil ").split()
    answer = CliRunner().invoke(app, [*command, "--help"])
    assert answer.exit_code == 0
    assert command == ["fetch", "--source", "cbs_huishoudens"]


def test_a_gemeente_without_a_region_has_no_treads_and_says_why(site: Site, client: TestClient) -> None:
    other = next(code for code, _ in site.towns() if code not in site.catalogue.regions)
    view = page(site, "nl", other)
    assert {"treads", "ties"} <= set(view.more["absent"])
    assert "regions.toml" in client.get(f"/verhuizen/{other}").text


def test_a_buurt_has_no_page_of_its_own(site: Site) -> None:
    with pytest.raises(QuestionError, match="geen gemeente"):
        page(site, town="BU90020100")


def test_the_page_is_in_the_menu_and_answers(client: TestClient) -> None:
    answer = client.get(f"/verhuizen/{TOWN}", headers={"cookie": f"stad={TOWN}"})
    assert answer.status_code == 200 and "Verhuizen" in answer.text


@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [(0.0018, 0.04, 3), (0.01, 0.04, 2), (-0.04, -0.0001, 4), (-0.001, 0.04, 2), (0.0, 0.04, 2)],
)
def test_an_interval_without_nought_is_not_written_as_if_it_began_there(low: float, high: float, decimals: int) -> None:
    """Nought itself is written with the usual decimals: such an interval leaves nothing out."""
    assert IntervalRow("", "", (low + high) / 2, low, high).decimals(2) == decimals
