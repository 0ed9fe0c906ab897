"""Area codes as text: NL, GM0637, WK063701, BU06370101; what they say about level and parent."""

from __future__ import annotations

import re

from stadspeil.errors import QuestionError

COUNTRY = "NL"

_COUNTRY_WORDS = frozenset({"NL", "NL00", "NL01", "NEDERLAND"})
# Since 2022 wijken and buurten may have letters (WK0363AA), so only the gemeente's part is digits by rule.
_PATTERNS = {
    "gemeente": re.compile(r"GM\d{4}", re.ASCII),
    "wijk": re.compile(r"WK\d{4}[0-9A-Z]{2}", re.ASCII),
    "buurt": re.compile(r"BU\d{4}[0-9A-Z]{4}", re.ASCII),
    "regio": re.compile(r"(PV|CR|LD)\d{2}", re.ASCII),
}
# Nieuwland, our invented country, has codes that Statistics Netherlands does not give out.
_INVENTED = range(9001, 9900)


def normalize_code(text: str) -> str:
    """The code as we write it: stripped, upper case, country as NL, leading zeros back.

    A bare number is taken by its length: up to 4 digits a gemeente, 5 or 6 a wijk, 7 or 8 a buurt, because
    spreadsheets drop both prefix and leading zeros.

    Raises:  QuestionError if no code can be made of it.
    """
    code = text.strip().upper()
    if code in _COUNTRY_WORDS:
        return COUNTRY
    if code.isascii() and code.isdigit() and len(code) <= 8:
        code = _from_digits(code)
    elif re.fullmatch(r"GM\d{1,3}", code, re.ASCII):
        code = f"GM{code[2:].zfill(4)}"
    if not is_code(code):
        raise QuestionError(
            f"gebied '{text}'",
            "is geen code van een gemeente, wijk of buurt",
            "geef een code als GM0637, WK063701 of BU06370101, of NL voor het hele land",
        )
    return code


def is_code(text: str) -> bool:
    """Whether the text is a code exactly as we write it."""
    return text == COUNTRY or any(pattern.fullmatch(text) for pattern in _PATTERNS.values())


def level_of(code: str) -> str:
    """land, regio, gemeente, wijk or buurt."""
    if code == COUNTRY:
        return "land"
    for level, pattern in _PATTERNS.items():
        if pattern.fullmatch(code):
            return level
    raise QuestionError(f"gebied '{code}'", "het niveau is niet te lezen uit deze code", "geef een code als GM0637")


def parent_of(code: str) -> str | None:
    """The area one level up: buurt, wijk, gemeente, country. The country has none."""
    level = level_of(code)
    if level == "buurt":
        return f"WK{code[2:8]}"
    if level == "wijk":
        return f"GM{code[2:6]}"
    return None if level == "land" else COUNTRY


def gemeente_of(code: str) -> str:
    """The gemeente of a gemeente, wijk or buurt."""
    if level_of(code) not in ("gemeente", "wijk", "buurt"):
        raise QuestionError(f"gebied '{code}'", "ligt niet in één gemeente", "geef een gemeente, wijk of buurt")
    return f"GM{code[2:6]}"


def is_invented(code: str) -> bool:
    """Whether the area lies in Nieuwland."""
    return level_of(code) in ("gemeente", "wijk", "buurt") and int(code[2:6]) in _INVENTED


def _from_digits(digits: str) -> str:
    if len(digits) <= 4:
        return f"GM{digits.zfill(4)}"
    return f"WK{digits.zfill(6)}" if len(digits) <= 6 else f"BU{digits.zfill(8)}"
