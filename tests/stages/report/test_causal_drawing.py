"""The drawing of the causal map: every arrow once, told apart without color, the same each time."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from stadspeil.analyses.causal_map import hypotheses
from stadspeil.catalogue import load_catalogue
from stadspeil.report.causal_drawing import causal_map_svg


def test_every_arrow_is_drawn_with_its_sign_and_its_doubt() -> None:
    catalogue = load_catalogue()
    drawing = causal_map_svg(catalogue)
    ElementTree.fromstring(drawing)
    arrows = re.findall(r'<path d="M[^/]*marker-end="url\(#(\w+)\)"', drawing)
    signs = [each.sign for each in catalogue.arrows.values()]
    assert arrows.count("plus") == signs.count("+") and arrows.count("minus") == signs.count("-")
    assert drawing.count("stroke-dasharray") == len(hypotheses(catalogue.arrows))
    assert causal_map_svg(catalogue) == drawing


def test_no_title_is_cut() -> None:
    catalogue = load_catalogue()
    assert not any("\u2026" in causal_map_svg(catalogue, lang) for lang in ("nl", "en"))


def test_boxes_do_not_cover_each_other_and_stay_on_the_sheet() -> None:
    drawing = causal_map_svg(load_catalogue(), "en")
    boxes = [
        tuple(map(float, each))
        for each in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"', drawing)
    ]
    assert len(boxes) > 15
    for number, (left, top, wide, high) in enumerate(boxes):
        assert left >= 0 and top >= 0 and left + wide <= 1000 and top + high <= 760
        for other_left, other_top, *_ in boxes[number + 1 :]:
            assert abs(left - other_left) >= wide or abs(top - other_top) >= high
