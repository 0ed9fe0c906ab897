"""The texts of the site, in texts/<lang>.toml."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

from stadspeil.report.wording import Wording, wording


@functools.cache
def words_of(lang: str) -> Wording:
    """The words of a language; numbers and units as in the report."""
    content = resources.files("stadspeil.atlas").joinpath("texts", f"{lang}.toml").read_text("utf-8")
    return Wording(lang, {**wording(lang).texts, **tomllib.loads(content)})
