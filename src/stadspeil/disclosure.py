"""The one door through which figures and texts leave: nothing that goes out may act or tell more than it should.

For now it guards texts in tables that a spreadsheet opens; the rules for small numbers join it with the signals.
"""

from __future__ import annotations

import unicodedata

# A spreadsheet runs a cell that begins with one of these, also in their full-width form and after blanks.
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n\0")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


def safe_cell(text: str) -> str:
    """The text as it may stand in a CSV or workbook: with an apostrophe before it where it would run as a formula.

    Source: OWASP, CSV injection; threat T16 of our list.
    """
    seen = unicodedata.normalize("NFKC", text).lstrip(f" {_INVISIBLE}")
    if seen and (seen[0] in _STARTS_A_FORMULA or text[:1] in _STARTS_A_FORMULA):
        return f"'{text}"
    return text
