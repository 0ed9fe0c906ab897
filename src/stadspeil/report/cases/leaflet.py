"""The business case of a package as pages: one of summary, then the chapters behind it."""

from __future__ import annotations

from stadspeil.report.cases.financing import funds
from stadspeil.report.cases.grounds import assumptions, evidence
from stadspeil.report.cases.hanging import doubts, remarks, sensitivity
from stadspeil.report.cases.material import Case
from stadspeil.report.cases.paying import actors, purse
from stadspeil.report.cases.places import places
from stadspeil.report.cases.summary import summary
from stadspeil.report.leaflets import Leaflet

CHAPTERS = (summary, actors, places, funds, purse, assumptions, evidence, sensitivity, doubts, remarks)


def case_leaflet(case: Case) -> Leaflet:
    """All chapters; the banner stands on every page where package or town is invented."""
    words = case.words
    subtitle = words(
        "case.subtitle", town=case.towns, first=case.run["first"], last=case.last, draws=words.number(case.run["draws"])
    )
    return Leaflet(
        words("case.full_title", title=case.title),
        subtitle,
        words.lang,
        case.invented,
        tuple(make(case) for make in CHAPTERS),
    )
