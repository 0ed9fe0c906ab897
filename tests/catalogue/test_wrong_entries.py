"""A town's own entries that cannot be: every one is named with its file, its entry and what to do, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import CatalogueError

GROUPS = """
[buren]
title = "Buren"
title_en = "Neighbours"
members = ["GM0637", "GM0398", "GM9999"]
before = { GM0530 = "GM0530" }
evidence = "ours"
source = "test"
"""
COMPOSITES = """
[kring_een]
title = "Een"
title_en = "One"
definition = "Een."
definition_en = "One."
parts = ["kring_twee", "bijstand"]

[kring_twee]
title = "Twee"
title_en = "Two"
definition = "Twee."
definition_en = "Two."
parts = ["kring_een"]

[scheef]
title = "Scheef"
title_en = "Skewed"
definition = "Scheef."
definition_en = "Skewed."
parts = ["bijstand", "inwoners"]
weights = "declared"
weight = { bijstand = -1, bijstnd = 2 }
"""


@pytest.fixture
def problems(tmp_path: Path) -> list[str]:
    (tmp_path / "groups.toml").write_text(GROUPS, encoding="utf-8")
    (tmp_path / "composites.toml").write_text(COMPOSITES, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=tmp_path)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("groups.toml:2 [buren]", "gemeente 'GM9999' staat niet in areas/gemeenten.csv"),
        ("groups.toml:2 [buren]", "'GM0398' (Heerhugowaard) bestaat sinds 2022 niet meer en ging op in GM1980 (Dijk en Waard)"),
        ("groups.toml:2 [buren]", "before noemt 'GM0530', maar die is geen lid"),
        ("composites.toml:2 [kring_een]", "bestaat via zijn delen uit zichzelf"),
        ("composites.toml:9 [kring_twee]", "bestaat via zijn delen uit zichzelf"),
        ("composites.toml:16 [scheef]", "deel 'inwoners' is neutraal en heeft dus geen rapportcijfer"),
        ("composites.toml:16 [scheef]", "gewicht van 'bijstand' is -1; verwacht 0 of meer"),
        ("composites.toml:16 [scheef]", "gewicht van 'bijstnd', maar dat is geen deel; bedoelde u 'bijstand'?"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named(problems: list[str], entry: str, sentence: str) -> None:
    assert [each for each in problems if entry in each and sentence in each], problems


def test_a_member_that_is_still_there_is_no_problem(problems: list[str]) -> None:
    assert not [each for each in problems if "GM0637" in each]
