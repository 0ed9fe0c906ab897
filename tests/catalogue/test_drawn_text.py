"""A text that our documents cannot set is refused where it stands, and every character that passes can be set."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from agendas import PACKAGE, own_catalogue

from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.drawn_text import is_drawn, undrawn
from stadspeil.errors import CatalogueError
from stadspeil.report.pdf import _compiled


def test_every_character_that_passes_is_set_in_plain_bold_and_italic() -> None:
    drawn = [sign for sign in map(chr, range(sys.maxunicode + 1)) if is_drawn(sign)]
    assert len(drawn) > 1500
    page = (
        '#set document(title: "x")\n#set text(font: "Source Sans Pro")\n#let a = json("a.json")\n#a\n\n*#(a)*\n\n_#(a)_'
    )
    files = {"main.typ": page.encode(), "a.json": json.dumps(" ".join(drawn)).encode()}
    assert _compiled(files, format="pdf", pdf_standards=["ua-1"]).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text", ["Zoë, Curaçao, Łódź, Şükrü", "€ 5 – ‘zo’ … ½ × 3 ≤ 7 → 10 m²", "e\u0301", "CO₂\tn\n", "ﬁets"]
)
def test_what_people_write_passes(text: str) -> None:
    assert undrawn(text) == []


@pytest.mark.parametrize("sign", ["\U0001f600", "中", "\x07", "\x1b", "\x00", "\x85", "\u202e", "\u0600", "\U000e0001"])
def test_what_no_font_of_ours_has_does_not(sign: str) -> None:
    assert undrawn(f"a{sign}b{sign}") == [sign]
    assert undrawn(("a", f"b{sign}")) == undrawn({f"a{sign}": 1.0}) == undrawn({"a": sign}) == [sign]


def problems(own: Path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=own)
    return list(caught.value.problems)


def test_each_is_named_with_its_place_in_a_package(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    text = PACKAGE.replace('"Proef."', '"Proef \U0001f600 中."').replace('"Let op."', '"Let\\u0007op."')
    (tmp_path / "packages" / "proef.toml").write_text(text, encoding="utf-8")
    found = problems(tmp_path)
    assert len(found) == 3
    assert found[0].startswith(
        "packages/proef.toml:16 [measures.een]: veld 'note' heeft het teken U+0007, dat onze lettertypen"
    )
    assert found[1].startswith("packages/proef.toml:8: veld 'goal' heeft het teken '\U0001f600' (U+1F600)")
    assert found[2].startswith("packages/proef.toml:8: veld 'goal' heeft het teken '中' (U+4E2D)")


def test_each_is_named_with_its_place_in_an_agenda(tmp_path: Path) -> None:
    found = problems(own_catalogue(tmp_path, old='title = "Bijles"', new='title = "Bijles \U0001f600"'))
    assert any("[projects.bijles]: veld 'title' heeft het teken" in each for each in found)
