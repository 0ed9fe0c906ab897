"""What tests of money share: a frame, one effect, one stream, and measures that cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from appraisal_grounds import CODES

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.streams import Effect, Stream
from stadspeil.catalogue.appraisal_entries import CostLine, Intervention, Measure

FRAME = Frame(first=2026, years=10, draws=400)


def effect(**changes: Any) -> Effect:
    """Ten burglaries per 1000 fewer in the first buurt, in all years, by a study of strength A."""
    frame = changes.pop("frame", FRAME)
    given: dict[str, Any] = {
        "measure": "straatverlichting", "line": "inbraak", "indicator": "woninginbraken", "part": "zittend",
        "size": np.full(frame.draws, -10.0), "at": np.array([1.0, 0.0, 0.0, 0.0, 0.0]), "profile": np.ones(frame.years),
        "home": np.array([0]), "trace": ("eigen:proef",), "unit_value": "woninginbraken", "strength": "A",
    }  # fmt: skip
    return Effect(**(given | changes))


def stream(**changes: Any) -> Stream:
    """A hundred euros of benefits a year for residents."""
    frame = changes.pop("frame", FRAME)
    given: dict[str, Any] = {
        "measure": "a", "line": "een", "side": "baten", "amount": np.full(frame.draws, 100.0),
        "profile": np.ones(frame.years), "shares": {"bewoners": 1.0}, "trace": ("kengetal:proef",),
    }  # fmt: skip
    return Stream(**(given | changes))


def cost_line(**changes: Any) -> CostLine:
    """A fixed hundred euros once, in prices of 2026, without optimism, paid by the municipality."""
    given: dict[str, Any] = {
        "id": "bouw", "title": "Bouw", "per": "vast", "timing": "eenmalig", "low": 100.0, "mode": 100.0, "high": 100.0,
        "price_year": 2026, "bearer": "gemeente", "optimism": "geen", "source": "proef", "date": "2026-11-26",
        "evidence": "ours",
    }  # fmt: skip
    return CostLine(**(given | changes))


def intervention(*costs: CostLine, **changes: Any) -> Intervention:
    """Something that is built in a year."""
    given: dict[str, Any] = {
        "id": "proef", "title": "Proef", "title_en": "Trial", "domain": "fysiek", "what": "proef", "for_whom": "iedereen",
        "mechanisms": (), "hoofdlijnen": (), "dose_unit": "woning", "full_dose": "woningen", "reach": (1.0, 1.0, 1.0),
        "making": 1, "running": 0, "conditions": (), "risk_of_nothing": "geen", "date": "2026-11-26",
        "evidence_note": "geen", "costs": costs or (cost_line(),),
    }  # fmt: skip
    return Intervention(**(given | changes))


def measure(**changes: Any) -> Measure:
    """The trial in the first buurt in 2026, ten homes."""
    given: dict[str, Any] = {
        "id": "proef", "intervention": "proef", "areas": (CODES[0],), "first": 2026, "last": 2026, "dose": 10.0,
    }  # fmt: skip
    return Measure(**(given | changes))
