"""The texts of the site, in texts/<lang>/<page>.toml: each file brings the tables of one page."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any

from stadspeil.report.wording import Wording, wording

LANGUAGES = ("nl", "en")


@functools.cache
def words_of(lang: str) -> Wording:
    """The words of a language; numbers and units as in the report."""
    told: dict[str, Any] = dict(wording(lang).texts)
    for file in sorted(
        resources.files("stadspeil.atlas").joinpath("texts", lang).iterdir(), key=lambda each: each.name
    ):
        told |= tomllib.loads(file.read_text("utf-8"))
    return Wording(lang, told)
