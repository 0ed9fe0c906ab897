"""The planted truths: what a method that looks at the published figures ought to find, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import history, plan, stock
from stadspeil.sources.nieuwland.calibration import REFERENCE_YEAR
from stadspeil.sources.nieuwland.figures import YEARS, Figures
from stadspeil.sources.nieuwland.publishing.areas import Division, Gazetteer, wijk_digits

Floats = NDArray[np.float64]

POVERTY = "huishoudens_laag_inkomen_pct"
# A buurt is hidden when it is this many times as poor as the country while its wijk is at most so many times.
HIDDEN_BUURT, HIDDEN_WIJK = 1.9, 1.15
_TRUE_FIGURES = (
    "inwoners", "huishoudens", "bijstand_personen", "wmo_clienten", POVERTY, "inkomen_per_inwoner_1000_eur",
    "woz_waarde_1000_eur", "koopwoningen_pct", "MoeiteMetRondkomen",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """All that the truths are told from. `untold` are low-income shares had no slide or renewal been planted."""

    figures: Figures
    gazetteer: Gazetteer
    stock: stock.Stock
    history: history.History
    untold: Floats


def tell_truth(known: Known) -> dict[str, Any]:
    """All truths, ready for JSON."""
    return {
        "what": "Nieuwland is verzonnen. Dit bestand zegt wat erin is gelegd, zodat methoden beoordeeld kunnen worden.",
        "indicator": POVERTY,
        "hidden_poor_buurten": _hidden(known),
        "sliding_buurten": [
            _story(known, buurt, start, {"appeal_per_year": -rate, "years": stock.SLIDE_YEARS})
            for buurt, (start, rate) in zip(known.stock.planted.sliding, stock.SLIDES, strict=True)
        ],
        "renewed_buurten": [
            _story(known, buurt, start, {"appeal_lift": lift, "owner_share_shift": stock.RENEWAL_OWNER_SHIFT})
            for buurt, (start, lift) in zip(known.stock.planted.renewed, stock.RENEWALS, strict=True)
        ],
        "selective_moves": _moves(known),
        "merger": {
            "date": f"{plan.MERGER_YEAR}-01-01",
            "from": [f"GM{number}" for number, _ in plan.PARTS],
            "to": f"GM{plan.PARTED}",
        },
        "true_values": _values(known),
        "expected_counts": _expected(known),
    }


def _hidden(known: Known) -> list[dict[str, Any]]:
    division = known.gazetteer.division(REFERENCE_YEAR)
    levels = dict(
        zip(division.codes, known.figures.over(division.members, POVERTY, REFERENCE_YEAR).tolist(), strict=True)
    )
    found = []
    for buurt in known.stock.planted.hidden:
        code = known.gazetteer.buurt_code(buurt)
        wijk = f"WK{wijk_digits(int(known.gazetteer.sites.wijk[buurt]), merged=True)}"
        found.append(
            {
                "buurt": code, "name": known.gazetteer.names[buurt], "year": REFERENCE_YEAR,
                "poverty_pct": _short(levels[code]), "wijk": wijk, "wijk_mean_pct": _short(levels[wijk]),
                "country_mean_pct": _short(levels["NL"]),
                "poverty_pct_by_year": _by_year(known.figures.values[POVERTY][buurt]),
            }
        )  # fmt: skip
    return found


def _story(known: Known, buurt: int, start: int, planted: dict[str, float]) -> dict[str, Any]:
    told, untold = known.figures.values[POVERTY][buurt], known.untold[buurt]
    since = start <= YEARS
    effect = told - untold
    return {
        "buurt": known.gazetteer.buurt_code(buurt), "name": known.gazetteer.names[buurt], "start_year": start,
        "planted": planted,
        "effect_pp_per_year": _short(float(np.polyfit(YEARS[since], effect[since], 1)[0]), 3),
        "effect_pp_in_last_year": _short(float(effect[-1])),
        "poverty_pct_by_year": _by_year(told),
        "poverty_pct_without_by_year": _by_year(untold),
    }  # fmt: skip


def _moves(known: Known) -> dict[str, Any]:
    balances: dict[str, Any] = {}
    for place, gemeente in enumerate(plan.GEMEENTEN):
        came, went = known.history.arrived[place], known.history.left[place]
        balances[f"GM{gemeente.number}"] = {
            "arrived_by_year": {str(year): _whole(came[i]) for i, year in enumerate(YEARS.tolist())},
            "left_by_year": {str(year): _whole(went[i]) for i, year in enumerate(YEARS.tolist())},
            "balance_total": _whole((came - went).sum(axis=0)),
        }
    return {
        "income_groups": list(history.INCOME_GROUPS),
        "new_towns": [f"GM{number}" for number in plan.NEW_TOWNS],
        "leaving_multiplier_in_new_towns": history.NEW_TOWN_LEAVE,
        "new_town_appeal_lost_per_year": stock.NEW_TOWN_FADING,
        "persons_over_gemeente_borders": balances,
    }


def _values(known: Known) -> dict[str, Any]:
    """Unrounded figures of the reference year and its neighbors, for wijken and buurten too."""
    found: dict[str, Any] = {}
    for year in (2012, 2016, 2020, REFERENCE_YEAR, 2023):
        division: Division = known.gazetteer.division(year)
        for name in _TRUE_FIGURES:
            values = known.figures.over(division.members, name, year).tolist()
            given = {
                code: _short(value, 3) for code, value in zip(division.codes, values, strict=True) if value == value
            }
            found.setdefault(name, {})[str(year)] = given
    return found


def _expected(known: Known) -> dict[str, Any]:
    """What counts of buurten were drawn around: the truth behind the chance in them, against which margins are judged."""
    division = known.gazetteer.division(REFERENCE_YEAR).only("buurt")
    when = REFERENCE_YEAR - plan.FIRST_YEAR
    return {
        name: {
            str(REFERENCE_YEAR): {
                code: _short(value, 3)
                for code, value in zip(division.codes, (division.members @ counts[:, when]).tolist(), strict=True)
            }
        }
        for name, counts in known.figures.expected.items()
    }


def _by_year(values: Floats) -> dict[str, float]:
    return {str(year): _short(value, 3) for year, value in zip(YEARS.tolist(), values.tolist(), strict=True)}


def _whole(values: Floats) -> list[int]:
    return [int(value) for value in np.rint(values)]


def _short(value: float, decimals: int = 2) -> float:
    return round(value, decimals) + 0.0
