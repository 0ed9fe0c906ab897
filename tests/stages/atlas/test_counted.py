"""What counts in the mark of a theme is what the mark was made from: the weights that are shown give it back."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.counted import Part, counted_said, parts_counted
from stadspeil.atlas.lines import AreaLines, lines_of
from stadspeil.atlas.pages.profile import profile
from stadspeil.atlas.pages.town import town
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked
from stadspeil.atlas.words import words_of
from stadspeil.report.document import Line

TOWN, BUURT = "GM9002", "BU90020100"
NL = words_of("nl")


def theme(known: AreaLines, id: str) -> Line:
    """The line of a theme's mark."""
    return next(line for line in known.themes if line.id == id)


def of_work(site: Site, code: str) -> tuple[Part, ...]:
    """What counts in the mark of work, asked for that theme alone."""
    known = lines_of(site, code, "nl")
    return parts_counted(site, known, [theme(known, "thema_werk")], "nl")["thema_werk"]


def test_a_theme_asked_alone_counts_what_it_does_beside_the_others(site: Site) -> None:
    known = lines_of(site, BUURT, "nl")
    assert parts_counted(site, known, known.themes, "nl")["thema_werk"] == of_work(site, BUURT)


@pytest.mark.parametrize("code", [TOWN, "WK900201", BUURT])
def test_shares_and_marks_give_the_mark_of_every_theme(site: Site, code: str) -> None:
    known = lines_of(site, code, "nl")
    counted = parts_counted(site, known, known.themes, "nl")
    assert len(known.themes) > 8
    for line in known.themes:
        shares = [(each.share or 0, each.mark or 0) for each in counted[line.id] if each.counts]
        assert sum(share for share, _ in shares) == pytest.approx(1)
        assert sum(share * mark for share, mark in shares) == pytest.approx(line.mark, abs=1e-6), line.id
        covered = sum(each.counts for each in counted[line.id]) / len(counted[line.id])
        assert covered == pytest.approx(known.rows[line.id]["coverage"])


def test_a_mark_of_another_division_does_not_count_in_that_of_a_buurt(site: Site) -> None:
    """Of wijken and buurten no older division counts: a part of last year alone would be a mark of another area."""
    counted = {each.id: each for each in of_work(site, BUURT)}
    assert not counted["nettoarbeidsparticipatie"].counts
    own = {each.id: each for each in of_work(site, TOWN)}
    assert own["nettoarbeidsparticipatie"].counts


def test_sentences_name_weight_and_what_lacks(site: Site) -> None:
    known = lines_of(site, BUURT, "nl")
    line = theme(known, "thema_werk")
    counts, lacks = counted_said(of_work(site, BUURT), line, site, NL)
    assert "3 cijfers mee, elk voor 33,3%" in counts and "Bijstand" in counts and "participatie" not in counts
    assert "Netto arbeidsparticipatie" in lacks and "over de andere verdeeld" in lacks


def test_profile_marks_the_rows_that_count_and_no_others(site: Site) -> None:
    view = profile(site, Asked("nl", f"/gebied/{TOWN}", {"gebied": TOWN}, {"thema": "veiligheid"}))
    section = next(each for each in view.more["sections"] if each["id"] == "veiligheid")
    assert set(section["counts"].values()) == {"telt mee: 25%"} and len(section["counts"]) == 4
    assert len(section["rows"]) > 4 and section["counted"][-1] == NL("counted.others")


def test_a_download_of_the_start_says_it_too(site: Site, client: TestClient) -> None:
    answer = client.get(f"/stad/{TOWN}?als=csv&tabel=telt_mee").content.decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(answer), delimiter=";"))
    safe = [row for row in told if row["id"] in ("mishandelingen", "vernielingen")]
    assert [(row["gewicht_pct"], row["telt"]) for row in safe] == [("25,0", "ja"), ("25,0", "ja")], told[:3]
    page = client.get(f"/en/stad/{TOWN}").text
    assert "4 figures count in the mark of this theme here, each for 25%" in page
    assert len(town(site, Asked("en", f"/en/stad/{TOWN}", {"stad": TOWN})).more["counted"]) > 8
