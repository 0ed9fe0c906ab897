"""Our ranks from the real files, held against those that the study *Zorgen voor New Towns* printed.

What does not hold is here too, as a strict expected failure with its reason: should it begin to hold, we want to know.
"""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.indicators import write_values
from stadspeil.report import reproduction
from stadspeil.report.flow_figures import own_town_scores
from stadspeil.scores import write_scores
from stadspeil.shelf import read_shelf
from stadspeil.sources import import_files
from stadspeil.tables import build_tables
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow

TOWNS = ("GM0356", "GM0034", "GM0637", "GM0439", "GM1930", "GM0502", "GM0794")
COMMUTING = "nl_commuting_gemeente_2016_2017.csv"
NOISE, PARTICIPATION = "Weinig geluidshinder door buren", "Netto participatiegraad"
# The study ranks 337 gemeenten of about 2023, with Beemster in Purmerend and without the Wadden islands; ours are the
# 352 of 2021. On the study's set, its shares weighted by inhabitants, Almere lies 5 and Purmerend 0 places from its
# tie range, Helmond 15. Whole percents do the rest: 26 to 39 gemeenten share each of these places.
# Income is held against standardized disposable household income (correlation 0.77). Gross income per inhabitant, the
# other candidate, correlates 0.21: the study says 'besteedbaar', but we knew both numbers when we chose.
OTHER_FIELD = {"GM0034": "11 places", "GM0439": "16 places", "GM0794": "18 places"}


@pytest.fixture(scope="module")
def found(shared_data, tmp_path_factory):
    """Comparisons by printed row, from the real files through the whole program."""
    workspace, catalogue = Workspace(tmp_path_factory.mktemp("real")), load_catalogue()
    import_files([*sorted((shared_data / "real").glob("*")), shared_data / "more" / COMMUTING], workspace, catalogue)
    build_tables(workspace, catalogue)
    write_values(workspace, catalogue)
    write_scores(workspace, catalogue)
    scores, groups = (read_shelf(workspace.out / name) for name in ("scores", "group_scores"))
    tables = (pl.concat([scores, own_town_scores(read_shelf(workspace.tables / "woonwerkstromen"))]), groups)
    compared = reproduction
    rows = compared.comparisons(*tables, catalogue, shared_data / "published_ranks.csv")
    print(compared.comparison_table(rows))
    return {each.row: each for each in rows}


@pytest.mark.parametrize("town", TOWNS)
def test_noise_from_neighbours_2020_lies_within_twelve_places(found, town):
    assert found[NOISE].year == 2020
    assert found[NOISE].towns[town].distance <= 12


@pytest.mark.parametrize(
    "town",
    [
        pytest.param(town, marks=pytest.mark.xfail(strict=True, reason=f"{OTHER_FIELD[town]} off; another field"))
        if town in OTHER_FIELD
        else town
        for town in TOWNS
    ],
)
def test_net_participation_2021_lies_within_eight_places_of_the_shared_place(found, town):
    assert found[PARTICIPATION].year == 2021
    assert found[PARTICIPATION].towns[town].distance <= 8


@pytest.mark.parametrize(
    "row", ["Weinig bijstandsgerechtigden", "Weinig arbeidsongeschikten", "Besteedbaar inkomen per inwoner"]
)
def test_the_seven_stand_in_about_the_printed_order(found, row):
    assert found[row].correlation >= 0.75


def test_the_average_new_town_stands_among_the_noisiest_as_printed(found):
    assert found[NOISE].average.distance <= 12


def test_who_works_in_the_own_town_stands_in_exactly_the_printed_order(found):
    """Chance gives one row this in 1 of 5,040, and twelve rows were held up: it supports the columns' inferred order.

    All seven stand higher with us, Purmerend by far the most (76 places): 2016, before Beemster joined it.
    """
    own = found["% werkend in eigen gemeente"]
    assert (own.year, own.correlation) == (2016, pytest.approx(1.0))
    assert all(place.shift < 0 for place in own.towns.values())
