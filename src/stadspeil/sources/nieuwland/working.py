"""What measures truly do in Nieuwland: planted, so that the intervals of an appraisal can be held against it.

The rule of the country. A kind of measure works so well on average and differs so much from place to place: two numbers
that were made up here (`KINDS`), not read from any pool of studies. What it does in one place is drawn once,

    here = average + apart * z,   z standard normal,

and of those for whom it is meant a share is truly reached, drawn evenly between two bounds (`REACHED`). Dice go by name,
so that another line shakes none that was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

RULE = (
    "here = average + apart * z per soort maatregel (z standaard normaal); reached gelijkmatig tussen twee grenzen; de ware "
    "verandering van een volle dosis is here * reached, in de eenheid van de soort"
)


@dataclass(frozen=True)
class Kind:
    """A kind of measure: how it is counted, how well it works on average, and how far places lie apart."""

    unit: str
    average: float
    apart: float

    def here(self, rng: np.random.Generator) -> float:
        """What it does in one place."""
        return self.average + self.apart * float(rng.standard_normal())


@dataclass(frozen=True)
class Line:
    """One effect of the worked case: the intervention, its line, what changes, and the kind of measure that it is. What comes
    of being on a list is of no intervention but of the package: `LISTED`."""

    intervention: str
    line: str
    indicator: str
    kind: str


LISTED = "aanwijzing"
# Invented. Named as pools of studies are, so that both can be laid side by side.
KINDS = {
    "bijles_toetsscore": Kind("sd", 0.22, 0.10),
    "breed_sociaal_pakket": Kind("sd", 0.02, 0.10),
    "herstructurering_leefbaarheid": Kind("sd", 0.14, 0.15),
    "verkoop_leefbaarheid": Kind("sd", 0.04, 0.12),
    "fysieke_investering_woningprijs": Kind("percent", 2.6, 1.8),
    "etiket_woningprijs": Kind("percent", -3.2, 1.5),
    "straatverlichting_misdrijven": Kind("percent", 9.0, 7.0),
    "opruimen_vandalisme": Kind("percent", 24.0, 20.0),
    "begeleiding_naar_werk": Kind("per_participant", 0.006, 0.012),
    "energiebesparing_gas_meer": Kind("percent", 17.0, 8.0),
    "woningverbetering_gezondheid_bewoners": Kind("sd", 0.03, 0.10),
    "schoolgebouw_toetsscore": Kind("sd", 0.03, 0.08),
    "herinrichting_30_ongevallen": Kind("percent", 9.0, 5.0),
}
LINES = (
    Line("bijles", "toetsscore", "schooladvies", "bijles_toetsscore"),
    Line("sociaal_pakket", "samenhang", "leefbaarheid_sociale_samenhang", "breed_sociaal_pakket"),
    Line("sociaal_pakket", "overlast", "leefbaarheid_overlast_onveiligheid", "breed_sociaal_pakket"),
    Line(LISTED, "etiket", "woz_waarde", "etiket_woningprijs"),
    Line("herstructurering", "leefbaarheid", "leefbaarheid_overlast_onveiligheid", "herstructurering_leefbaarheid"),
    Line("verkoop_sociale_huur", "leefbaarheid", "leefbaarheid_overlast_onveiligheid", "verkoop_leefbaarheid"),
    Line("renovatie_energie", "woningprijs", "woz_waarde", "fysieke_investering_woningprijs"),
    Line("renovatie_energie", "gasverbruik", "aardgas", "energiebesparing_gas_meer"),
    Line("renovatie_energie", "gezondheid", "gezondheid_goed", "woningverbetering_gezondheid_bewoners"),
    Line("schoolgebouw", "toetsscore", "schooladvies", "schoolgebouw_toetsscore"),
    Line("straatverlichting", "woninginbraken", "woninginbraken", "straatverlichting_misdrijven"),
    Line("straatverlichting", "vernielingen", "vernielingen", "straatverlichting_misdrijven"),
    Line("straatverlichting", "fietsdiefstallen", "fietsdiefstallen", "straatverlichting_misdrijven"),
    Line("openbare_ruimte", "ongevallen", "verkeersongevallen", "herinrichting_30_ongevallen"),
    Line("groen_en_opruimen", "vernielingen", "vernielingen", "opruimen_vandalisme"),
    Line("begeleiding_naar_werk", "bijstand", "bijstand", "begeleiding_naar_werk"),
)  # fmt: skip
# Share of those for whom it is meant; what is named reaches everybody there.
REACHED = {
    "bijles": (0.65, 0.85), "sociaal_pakket": (0.82, 0.98), "herstructurering": (0.91, 0.99),
    "verkoop_sociale_huur": (0.84, 0.96), "renovatie_energie": (0.70, 0.90), "straatverlichting": (0.82, 0.98),
    "schoolgebouw": (0.91, 0.99), "openbare_ruimte": (0.84, 0.96), "groen_en_opruimen": (0.75, 0.95),
    "begeleiding_naar_werk": (0.82, 0.98),
}  # fmt: skip


def planted(seed: int) -> Iterator[dict[str, Any]]:
    """What every line truly does in De Kaden, in the unit of its kind, where the dose is full."""
    for each in LINES:
        kind = KINDS[each.kind]
        here = kind.here(_dice(seed, each.kind))
        low, high = REACHED[each.intervention] if each.intervention != LISTED else (1.0, 1.0)
        reached = low + (high - low) * float(_dice(seed, f"bereik:{each.intervention}").random())
        yield {
            "intervention": each.intervention, "line": each.line, "indicator": each.indicator, "pool": each.kind,
            "unit": kind.unit, "average": kind.average, "apart": kind.apart, "here": round(here, 5),
            "reached": round(reached, 4), "change_at_full_dose": round(here * reached, 5),
        }  # fmt: skip


def _dice(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, 13, *name.encode()])
