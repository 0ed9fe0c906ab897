"""What a reader typed in a form, on its way to a file: as one line, as a name, as text of TOML."""

from __future__ import annotations

import json
import re
import unicodedata


def plain_name(text: str) -> str:
    """Small letters, digits and _ as the catalogue wants them, beginning with a letter; '' of nothing."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", flat).strip("_")
    return name if not name or name[0].isalpha() else f"locatie_{name}"


def one_line(text: str, long: int) -> str:
    """At most so many characters on one line, without signs that cannot be seen."""
    return " ".join("".join(each for each in text if each.isprintable()).split())[:long]


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)
