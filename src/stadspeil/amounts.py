"""How numbers, euros and chances are written, in Dutch and English: on screen, in reports and on the site alike."""

from __future__ import annotations

import math
from collections.abc import Sequence

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
# A space that does not break: between a number and its unit.
BOND = "\N{NO-BREAK SPACE}"
# What does not show and does not break: between the minus and the sign of euros, where a line may break otherwise.
JOIN = "\N{WORD JOINER}"
_MOST_DECIMALS = 4
# Thousands and decimal signs of one language as the other writes them; the same both ways.
SIGNS = str.maketrans(",.", ".,")
_EURO = {"nl": f"€{BOND}", "en": "€"}
_LARGE = {
    "nl": ((1e9, f"{BOND}mld"), (1e6, f"{BOND}mln")),
    "en": ((1e9, f"{BOND}billion"), (1e6, f"{BOND}million")),
}
_HARDLY = {"nl": "minder dan 1%", "en": "less than 1%"}
_NEARLY = {"nl": "meer dan 99%", "en": "more than 99%"}


def number(value: float | None, decimals: int = 0, lang: str = "nl") -> str:
    """A number with the thousands and decimal signs of the language; a dash for none."""
    if value is None:
        return DASH
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", MINUS)
    return text.translate(SIGNS) if lang == "nl" else text


def counted(count: int, one: str, more: str, lang: str = "nl") -> str:
    """A number of things with the word that goes with it: '1 maatregel', '0 maatregelen', '1.200 maatregelen'."""
    return f"{number(count, 0, lang)} {one if count == 1 else more}"


def decimals_for(*sizes: float | None) -> int:
    """Decimals by which the largest of some numbers has two digits that tell, at most four."""
    largest = max((abs(each) for each in sizes if each is not None), default=0.0)
    return min(max(1 - math.floor(math.log10(largest)), 0), _MOST_DECIMALS) if largest > 0 else 0


def plain(value: float | None, lang: str = "nl") -> str:
    """A number with two digits that tell, and none behind the comma from ten."""
    return number(value, decimals_for(value), lang)


def rough(value: float | None, lang: str = "nl") -> str:
    """A number of an estimate: like `plain`, and of large ones no more than three digits that tell."""
    return plain(significant(value), lang)


def significant(value: float | None) -> float | None:
    """A number rounded to three digits that tell: no estimate knows more."""
    return None if value is None else float(f"{value:.3g}")


def listed(items: Sequence[str], word: str) -> str:
    """'a, b en c', with the word before the last."""
    return " ".join((", ".join(items[:-1]), word, items[-1])) if len(items) > 1 else "".join(items)


def euros(amount: float | None, lang: str = "nl") -> str:
    """An amount with no more digits than it carries: '€ 1,2 mld', '€ 1,2 mln', '€ 340.000', '€ −15.000'; a dash for none.

    Two or three digits tell: a tenth of a million or a billion, whole ones from a hundred; below, steps of ten thousand,
    a thousand or a hundred, and single euros under a thousand.
    """
    if amount is None:
        return DASH
    for size, word in _LARGE[lang]:
        part = amount / size
        if abs(part) >= 0.9995:
            return _signed(number(part, 1 if abs(part) < 99.95 else 0, lang), lang) + word
    step = next((each for least, each in ((100_000, 10_000), (10_000, 1_000), (1_000, 100)) if abs(amount) >= least), 1)
    return _signed(number(round(amount / step) * step, 0, lang), lang)


def _signed(said: str, lang: str) -> str:
    """With the euro sign: English sets the minus before it, Dutch after."""
    if lang == "en" and said.startswith(MINUS):
        return f"{MINUS}{JOIN}{_EURO[lang]}{said.removeprefix(MINUS)}"
    return f"{_EURO[lang]}{said}"


def chance(share: float | None, lang: str = "nl") -> str:
    """A chance in whole percents, and never nothing or all of it: no count of draws can tell that. A dash for none."""
    if share is None:
        return DASH
    if share < 0.01:
        return _HARDLY[lang]
    return _NEARLY[lang] if share > 0.99 else f"{number(100 * share, 0, lang)}%"
