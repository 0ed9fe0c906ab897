"""Euros, chances and small changes in words: always with their interval, and never more digits than they carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadspeil.amounts import decimals_for
from stadspeil.report.wording import Wording

Spread = Mapping[str, Any]


def between(spread: Spread, words: Wording) -> str:
    """The interval: '€ 36,4 mln tot € 61,3 mln'."""
    return words("appraise.between", low=words.euros(spread["low"]), high=words.euros(spread["high"]))


def change(spread: Spread, unit: str, words: Wording) -> str:
    """A change with its interval and a unit in the language of the page: '−0,12 (−0,18 tot −0,05) %'."""
    decimals = decimals_for(spread["low"], spread["high"])
    low, middle, high = (words.signed(spread[name], decimals) for name in ("low", "mean", "high"))
    return words("appraise.change", middle=middle, low=low, high=high, unit=unit).strip()


def verdict(spread: Spread, favourable: int, words: Wording) -> str:
    """Whether a change is told apart from nothing, and on which side. `favourable`: 1 more is better, -1 less, 0 neither."""
    if not spread["shown"]:
        return words("appraise.not_shown")
    if not favourable:
        return words("appraise.shown_more" if spread["mean"] > 0 else "appraise.shown_less")
    return words("appraise.shown_good" if spread["mean"] * favourable > 0 else "appraise.shown_bad")
