"""The kinds into which households and dwellings are sorted, once for all three tiers.

Codes are small integers, so that tables, matrices and the arrays of the microsimulation share them; names are the
Dutch terms that a reader sees in tables.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HOUSEHOLD_TYPES = ("alleenstaand", "paar", "gezin", "eenouder")
# Lowest age of the head in each band.
AGE_FROM = (18, 30, 45, 65, 75)
AGE_BANDS = ("18-29", "30-44", "45-64", "65-74", "75+")
# Deciles 0 to 9 of standardized disposable household income in the country, in three groups as CBS prints them:
# the lowest 40 %, the middle 40 %, the highest 20 %.
INCOME_GROUPS = ("laag", "midden", "hoog")
LOWEST_40, HIGHEST_20 = 4, 8

TENURES = ("koop", "corporatie", "particuliere huur")
FORMS = ("eengezins", "meergezins")
PRICES = ("laag", "midden", "hoog")

OWNER, SOCIAL, PRIVATE = range(3)
HOUSE, FLAT = range(2)

SEGMENTS = len(TENURES) * len(FORMS) * len(PRICES)

Codes = NDArray[np.uint8]


def age_band(age: NDArray[np.integer]) -> Codes:
    """Band of the age of the head in years."""
    return np.searchsorted(np.array(AGE_FROM[1:]), age, side="right").astype(np.uint8)


def income_group(decile: NDArray[np.integer]) -> Codes:
    """Group of an income decile (0 to 9)."""
    return np.searchsorted(np.array((LOWEST_40, HIGHEST_20)), decile, side="right").astype(np.uint8)


def household_class(kind: NDArray[np.integer], age: NDArray[np.integer], decile: NDArray[np.integer]) -> Codes:
    """Class 0 to 59: type, then age band, then income group, the last the fastest."""
    return ((kind * len(AGE_BANDS) + age_band(age)) * len(INCOME_GROUPS) + income_group(decile)).astype(np.uint8)


def segment(tenure: NDArray[np.integer], form: NDArray[np.integer], price: NDArray[np.integer]) -> Codes:
    """Segment 0 to 17: tenure, then form, then price, the last the fastest."""
    return ((tenure * len(FORMS) + form) * len(PRICES) + price).astype(np.uint8)


def segment_name(number: int) -> tuple[str, str, str]:
    """Tenure, form and price of a segment, in words."""
    rest, price = divmod(number, len(PRICES))
    tenure, form = divmod(rest, len(FORMS))
    return TENURES[tenure], FORMS[form], PRICES[price]
