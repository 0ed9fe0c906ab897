"""Euros, chances and small changes in words: always with their interval, and never more digits than they carry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from stadspeil.report.wording import BOND, MINUS, Wording

_MILLION, _SURE = 999_500.0, 0.005
_MOST_DECIMALS = 4
Spread = Mapping[str, Any]


def euro(amount: float | None, words: Wording) -> str:
    """An amount: '€ 1,2 mln', '€ 340.000', '€ −15.000'."""
    if amount is None:
        return words.number(None)
    size = abs(amount)
    sign = MINUS if amount < 0 and round(size) else ""
    if size >= _MILLION:
        return words("appraise.millions", sign=sign, size=words.number(size / 1e6, 1 if size < 1e8 else 0))
    step = 10_000 if size >= 100_000 else 1_000 if size >= 10_000 else 100 if size >= 1_000 else 1
    return f"€{BOND}{sign}{words.number(round(size / step) * step)}"


def between(spread: Spread, words: Wording) -> str:
    """The interval: '€ 36,4 mln tot € 61,3 mln'."""
    return words("appraise.between", low=euro(spread["low"], words), high=euro(spread["high"], words))


def percent(share: float, words: Wording) -> str:
    """A chance; never nothing and never everything, as draws cannot tell."""
    if share < _SURE:
        return words("appraise.hardly")
    return words("appraise.nearly") if share > 1 - _SURE else f"{words.number(100 * share)}%"


def decimals_for(*sizes: float | None) -> int:
    """Decimals by which the largest of some numbers has two digits that tell."""
    largest = max((abs(each) for each in sizes if each is not None), default=0.0)
    return min(max(1 - math.floor(math.log10(largest)), 0), _MOST_DECIMALS) if largest > 0 else 0


def change(spread: Spread, unit: str, words: Wording) -> str:
    """A change with its interval: '−0,12 (−0,18 tot −0,05) %'."""
    decimals = decimals_for(spread["low"], spread["high"])
    low, middle, high = (words.signed(spread[name], decimals) for name in ("low", "mean", "high"))
    return words("appraise.change", middle=middle, low=low, high=high, unit=words.unit(unit)).strip()


def verdict(spread: Spread, favourable: int, words: Wording) -> str:
    """Whether a change is told apart from nothing, and on which side. `favourable`: 1 more is better, -1 less, 0 neither."""
    if not spread["shown"]:
        return words("appraise.not_shown")
    if not favourable:
        return words("appraise.shown_more" if spread["mean"] > 0 else "appraise.shown_less")
    return words("appraise.shown_good" if spread["mean"] * favourable > 0 else "appraise.shown_bad")
