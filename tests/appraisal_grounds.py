"""A small invented town for tests of the appraisal: four buurten on a line, 400 metres apart, and a benchmark of five."""

from __future__ import annotations

from typing import Any

import numpy as np

from stadspeil.appraisal.frame import Benchmark, Ground
from stadspeil.scores.marks import fit_scale

CODES = ("BU90010101", "BU90010102", "BU90010201", "BU90010202")
PEOPLE = np.array([1000.0, 3000.0, 2000.0, 2000.0])
TOWNS = ("GM9001", "GM9002", "GM9003", "GM9004", "GM9005")


def benchmark(direction: Any, values: np.ndarray, small: np.ndarray) -> Benchmark:
    """A benchmark of five gemeenten and the buurten given."""
    return Benchmark(direction, TOWNS, values, fit_scale(values, direction), fit_scale(small, direction))


def ground(**changes: Any) -> Ground:
    """Four buurten in two wijken: burglaries per 1000, house value and recipients of bijstand."""
    burglaries = np.array([8.0, 4.0, 6.0, 2.0])
    value = np.array([200.0, 300.0, 250.0, 400.0])
    given: dict[str, Any] = {
        "codes": CODES, "names": ("Aan", "Bij", "Cel", "Dal"), "towns": ("GM9001",) * 4,
        "wijken": ("WK900101", "WK900101", "WK900102", "WK900102"),
        "middles": np.array([[0.0, 0.0], [400.0, 0.0], [800.0, 0.0], [1200.0, 0.0]]),
        "counted": {
            "inwoner": PEOPLE, "huishouden": PEOPLE / 2, "woning": PEOPLE / 2, "leerling": PEOPLE / 10,
            "jongere": PEOPLE / 8,
        },
        "levels": {"woninginbraken": burglaries, "woz_waarde": value, "bijstand": np.array([60.0, 20.0, 30.0, 10.0])},
        "spreads": {"woninginbraken": 2.0, "woz_waarde": 80.0, "bijstand": 20.0},
        "gaps": {"woninginbraken": np.array([4.0, 0.0, 2.0, 0.0])},
        "fields": {
            "woninginbraken": benchmark("lower_is_better", np.array([5.0, 3.0, 4.0, 6.0, 7.0]), burglaries),
            "bijstand": benchmark("lower_is_better", np.array([28.75, 20.0, 30.0, 40.0, 50.0]), np.array([60.0, 20, 30, 10])),
        },
        "years": dict.fromkeys(("woninginbraken", "woz_waarde", "bijstand"), (2024, 2024)),
    }  # fmt: skip
    return Ground(**(given | changes))
