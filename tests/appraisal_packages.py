"""Packages, interventions and studies made up for tests of the appraisal."""

from __future__ import annotations

import dataclasses
from typing import Any

from appraisal_grounds import CODES

from stadspeil.appraisal.frame import Frame
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.appraisal_entries import CostLine, EffectLine, Intervention, Measure, Package, Study

FRAME = Frame(2027, 20, 400)
TOWN = "GM9001"


def study(**given: Any) -> Study:
    """See the defaults."""
    told = {
        "id": "proef", "intervention": "proef", "intervention_en": "trial", "outcome": "proef", "outcome_en": "trial",
        "pool": "proef", "unit": "points", "sign": "+", "interval_basis": "proef", "design": "proef", "strength": "A",
        "country": "NL", "transfer": "proef", "source": "proef", "provenance": "proef", "status": "active", "year": 2020,
        "effect": 2.0, "low": 1.0, "high": 3.0,
    }  # fmt: skip
    return Study(**(told | given))


def intervention(*lines: EffectLine, **given: Any) -> Intervention:
    """See the defaults."""
    told = {
        "id": "proef", "title": "Proef", "title_en": "Trial", "domain": "sociaal", "what": "proef", "for_whom": "allen",
        "mechanisms": (), "hoofdlijnen": (), "dose_unit": "stuk", "full_dose": "100", "reach": (1.0, 1.0, 1.0),
        "making": 1, "running": 5, "conditions": (), "risk_of_nothing": "niets", "date": "2026-11-26",
        "evidence_note": "verzonnen", "effects": lines,
    }  # fmt: skip
    return Intervention(**(told | given))


def line(**given: Any) -> EffectLine:
    """See the defaults."""
    told = {"id": "inbraak", "indicator": "woninginbraken", "pool": "proef", "factor": -1.0, "ramp": 1.0}
    return EffectLine(**(told | given))


def measure(**given: Any) -> Measure:
    """See the defaults."""
    told = {
        "id": "aanpak", "intervention": "proef", "areas": (CODES[0],), "first": 2027, "last": 2031, "dose": 100.0,
    }  # fmt: skip
    return Measure(**(told | given))


def package(*measures: Measure, **given: Any) -> Package:
    """See the defaults."""
    told = {
        "id": "pakket", "title": "Pakket", "title_en": "Package", "town": TOWN, "stage": "gecontracteerd",
        "status": "proef", "source": "proef", "goal": "proef", "measures": measures,
    }  # fmt: skip
    return Package(**(told | given))


def catalogue_with(*interventions: Intervention, studies: tuple[Study, ...] = ()) -> Catalogue:
    """See the defaults."""
    ours = load_catalogue()
    more = {each.id: each for each in (studies or (study(),))}
    return dataclasses.replace(
        ours, interventions={each.id: each for each in interventions}, studies={**ours.studies, **more}
    )


def cost(**given: Any) -> CostLine:
    """A hundred euro per unit, once, paid by the municipality, in prices of the first year."""
    told = {
        "id": "eenmalig", "title": "Proef", "per": "eenheid", "timing": "eenmalig", "low": 100.0, "mode": 100.0,
        "high": 100.0, "price_year": FRAME.first, "bearer": "gemeente", "optimism": "geen", "source": "proef",
        "date": "2026-11-26", "evidence": "ours",
    }  # fmt: skip
    return CostLine(**(told | given))
