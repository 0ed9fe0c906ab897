"""The way back from a figure to the file, also where a gemeente took in another under its own name."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.indicators import write_values
from stadspeil.report.lineage import Chain, explain_score
from stadspeil.scores import write_scores
from stadspeil.sources import import_files
from stadspeil.tables import build_tables
from stadspeil.workspace import Workspace

HEAD = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28;PersonenPerSoortUitkeringBijstand_83;GemiddeldInkomenPerInwoner_72\n"
ROWS = "1;GM0439    ;Purmerend;80000;36000;2000;27.0\n2;GM0370    ;Beemster;10000;4000;70;31.0\n3;GM0637    ;Zoetermeer;125000;56000;4000;28.0\n"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Workspace:
    """Three gemeenten of 2021, also on the division of 2022, in which Purmerend has taken in Beemster."""
    folder = tmp_path_factory.mktemp("herkomst")
    path: Path = folder / "85039NED.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    made = Workspace(folder / "werkmap")
    import_files([path], made, catalogue)
    build_tables(made, catalogue)
    write_values(made, catalogue, boundaries=2022)
    write_scores(made, catalogue)
    return made


def facts(chain: Chain, title: str) -> dict[str, str]:
    return next(dict(step.facts) for step in chain.steps if step.title == title)


def test_a_figure_on_its_own_boundaries_rests_on_its_own_cells(workspace, catalogue) -> None:
    chain = explain_score(workspace, catalogue, "bijstand", "GM0439", 2021)
    assert facts(chain, "Waarde")["waarde"].startswith("25 per 1.000")
    assert facts(chain, "Cel bijstand_personen")["plaats"] == "kolom PersonenPerSoortUitkeringBijstand_83, rij 2"
    assert len(facts(chain, "Bestand 85039NED.csv")["sha256"]) == 64


def test_a_figure_on_other_boundaries_shows_the_parts_it_was_summed_from(workspace, catalogue) -> None:
    chain = explain_score(workspace, catalogue, "bijstand", "GM0439", 2021, boundaries=2022)
    assert facts(chain, "Waarde")["waarde"].startswith("23 per 1.000")
    assert facts(chain, "Cel bijstand_personen")["gelezen als"] == "2.000"
    assert facts(chain, "Cel bijstand_personen van deel GM0370")["gelezen als"] == "70"


def test_a_mean_of_a_merged_gemeente_is_refused_and_says_so(workspace, catalogue) -> None:
    chain = explain_score(workspace, catalogue, "inkomen_per_inwoner", "GM0439", 2021, boundaries=2022)
    assert facts(chain, "Waarde")["waarde"] == "geen (status: onmogelijk)"


def test_boundaries_that_were_not_made_are_refused_with_those_that_were(workspace, catalogue) -> None:
    with pytest.raises(QuestionError, match="grenzen van 2024 zijn er niet; wel: 2021, 2022"):
        explain_score(workspace, catalogue, "bijstand", "GM0439", 2021, boundaries=2024)
