"""The evidence: complete, whole, and with what was taken back beside what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.catalogue import load_catalogue, reference
from stadspeil.catalogue.appraisal_entries import Study
from stadspeil.errors import CatalogueError
from stadspeil.report.retelling import study_tag

ASKED = ("v1", "v1b", "v2", "v3", "v4", "v5", "i1", "i2", "i3", "i4", "i5", "x", "w1", "w2", "w3")
# Who moves and what comes free: what the calibration is held against beside the chains.
MOVES = ("m1", "m2", "m3", "m4", "m5")
GOOD = """
[goed]
statement = "Goed."
statement_en = "Good."
quantity = "ketens"
value = 1
unit = "woningen"
source = "test"
date = "2025"
status = "published"
verified = "source"
use = "target"
"""


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


def test_every_number_of_the_design_is_there(ours):
    assert {id.split("_")[0] for id in ours.evidence} == {*ASKED, *MOVES}


def test_derived_numbers_follow_from_the_published_ones(ours):
    """64.2k new, 44.2k and 26k in the first links, 93k in all."""
    value = {id: each.value for id, each in ours.evidence.items()}
    assert value["v1_vrijgekomen"] == pytest.approx(93 / 64.2, abs=0.005)
    assert value["v1_schakel_1"] == pytest.approx(44.2 / 64.2, abs=0.001)
    assert value["v1_verhouding_2_1"] == pytest.approx(26 / 44.2, abs=0.001)
    assert value["v1b_langste"] == pytest.approx(44.2 / 64.2 / (1 - 26 / 44.2), abs=0.005)
    assert value["v1b_staart"] == pytest.approx((93 - 44.2 - 26) / 64.2, abs=0.001)
    assert value["w2_2019"] == pytest.approx(140 / 62.5, abs=0.001)


def test_withdrawn_numbers_stand_apart_on_the_reference_page(ours):
    page = reference.pages(ours)["evidence.md"]
    standing, gone = page.split("## Withdrawn")
    for each in ours.evidence.values():
        assert (f"`{each.id}`" in gone.split("| Right is |")[1]) >= (each.status == "withdrawn")
        assert (f"| `{each.id}` |" in standing) == (each.status != "withdrawn")


def test_a_short_number_names_one_study(ours):
    """Readers see N37, not the whole id: only results of one publication, or versions of it, share a number."""
    by_number: dict[str, list[Study]] = {}
    for each in ours.studies.values():
        by_number.setdefault(study_tag(each.id), []).append(each)
    for number, studies in by_number.items():
        authors = {each.source.split(",")[0].split(";")[0] for each in studies}
        assert len(authors) == 1, f"{number} names several studies: {', '.join(each.id for each in studies)}"


def own(folder: Path, text: str) -> str:
    (folder / "evidence").mkdir()
    (folder / "evidence" / "eigen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as fault:
        load_catalogue(own=folder)
    return "\n".join(fault.value.problems)


def test_a_town_may_have_evidence_of_its_own(tmp_path: Path):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "eigen.toml").write_text(GOOD, encoding="utf-8")
    assert load_catalogue(own=tmp_path).finding("goed").value == 1.0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("value = 1", "value = 1\nlow = 2\nhigh = 3"), "verwacht gewone getallen van laag naar hoog"),
        (("value = 1", "value = nan"), "verwacht een gewoon getal"),
        (("value = 1", "value = 1\nlow = 0"), "low en high horen bij elkaar"),
        (("value = 1\n", ""), "er is geen value om naast te leggen"),
        (("value = 1", 'value = "veel"'), "verwacht een getal"),
        (('date = "2025"', 'date = "mei"'), "verwacht JJJJ"),
        (('quantity = "ketens"', 'quantity = "Ketens!"'), "moet kleine letters"),
        (('"published"', '"withdrawn"'), "gaat samen met replaced_by"),
        (('"published"', '"withdrawn"'), "gaat samen met reason"),
        (('"published"', '"withdrawn"'), "zet use op none"),
        (('"target"\n', '"target"\nreplaced_by = "v1_vrijgekomen"\n'), "status withdrawn gaat samen met replaced_by"),
        (('"target"\n', '"target"\nreplaced_by = "v1_vrijgekomn"\n'), "bedoelde u 'v1_vrijgekomen'?"),
        (('"target"\n', '"target"\nreplaced_by = "w2_2019"\n'), "is zelf ingetrokken"),
        (('"target"\n', '"target"\nreplaced_by = "v1_vrijgekomen"\n'), "en niet ketens"),
        (('"published"', '"gepubliceerd"'), "kies uit published"),
    ],
)  # fmt: skip
def test_a_wrong_finding_is_named_with_its_place(tmp_path: Path, change: tuple[str, str], sentence: str):
    told = own(tmp_path, GOOD.replace(*change))
    assert sentence in told
    assert "evidence/eigen.toml" in told
