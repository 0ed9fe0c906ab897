"""Which characters our documents can set: a text with any other passes every sum and stops at the PDF."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# Latin with all its accents, Greek, Cyrillic, punctuation, money, fractions, arrows, sums and plain shapes. Left out of
# these are what no font of ours has, and signs that turn the direction of what follows.
_DRAWN = re.compile(
    "[\t\n\u0020-\u007e\u00a0-\u04ff\u1e00-\u1eff\u2000-\u200d\u2010-\u2029\u202f-\u2040\u2042\u2044-\u2052\u2054-\u2064"
    "\u2070-\u20bf\u2100-\u211e\u2120\u2122\u2124\u2126-\u2184\u2190-\u22ff\u25a0-\u25ff\u2713\u2717\ufb00-\ufb04]"
)


def undrawn(value: Any) -> list[str]:
    """Characters that no document can set, in order, each once: of a text, or of all texts in a list or table."""
    texts = (value,) if isinstance(value, str) else _texts(value)
    return list(dict.fromkeys(sign for text in texts for sign in text if not is_drawn(sign)))


def is_drawn(sign: str) -> bool:
    """Whether a document can set a character."""
    return _DRAWN.fullmatch(sign) is not None and unicodedata.category(sign) != "Cn"


def sign_in_words(sign: str) -> str:
    """A character with its number, itself only where it can be seen."""
    number = f"U+{ord(sign):04X}"
    return f"'{sign}' ({number})" if sign.isprintable() else number


def _texts(value: Any) -> list[str]:
    parts = [*value, *value.values()] if isinstance(value, dict) else list(value) if isinstance(value, tuple) else []
    return [each for each in parts if isinstance(each, str)]
