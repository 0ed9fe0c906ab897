"""What the catalogue and the method say of one thing, in the words of a page: facts, and tables beside them."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, Table, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.report.wording import Wording


@dataclass(frozen=True)
class Fact:
    """One thing that is known. `lang` is set where it is told in another language than the page's; `link` is an address
    of the site without its language, or of a publisher."""

    name: str
    said: str
    lang: str = ""
    link: str = ""


@dataclass(frozen=True)
class Told:
    """All that a page says of one entry. `kind` is the word for what it is."""

    kind: str
    title: str
    reading: str
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...] = ()
    lang: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Telling:
    """A site and the language in which it tells."""

    site: Site
    lang: str

    @property
    def words(self) -> Wording:
        """The words of the language."""
        return words_of(self.lang)

    def text(self, entry: object, name: str) -> tuple[str, str]:
        """A text of an entry in the language of the page, else in Dutch; and the language where that is another."""
        english = str(getattr(entry, f"{name}_en", "")) if self.lang == "en" else ""
        dutch = str(getattr(entry, name))
        return (english, "") if english else (dutch, self.dutch)

    @property
    def dutch(self) -> str:
        """The language of a text that is Dutch only, where the page is not."""
        return "" if self.lang == "nl" else "nl"

    def fact(self, name: str, said: str, lang: str = "", link: str = "") -> Fact:
        """A fact by the key of its name."""
        return Fact(self.words(f"explained.{name}"), said, lang, link)

    def of_entry(self, name: str, entry: object, attribute: str) -> list[Fact]:
        """A text of an entry as a fact; nothing where it has none."""
        said, lang = self.text(entry, attribute)
        return [self.fact(name, said, lang)] if said else []

    def columns(self, *heads: tuple[str, str] | tuple[str, str, int]) -> tuple[Column, ...]:
        """Columns by key and the key of their head; with decimals they hold numbers."""
        made = []
        for key, head, *decimals in heads:
            kind: Any = "number" if decimals else "year" if key in ("jaar", "van", "tot") else "text"
            made.append(Column(key, self.words(f"explained.{head}"), kind, decimals[0] if decimals else 0))
        return tuple(made)

    def table(self, id: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], note: str = "") -> Table:
        """A table with the caption of its id."""
        caption = self.words(f"explained.table_{id}")
        return Table(id, caption, tuple(columns), rows_of([each.key for each in columns], *rows), note)


@functools.cache
def method_sections() -> Mapping[str, Mapping[str, Any]]:
    """The sections of the method by id, in order; made from the spec tests by `make docs`."""
    content = resources.files("stadspeil.atlas").joinpath("method.json").read_text("utf-8")
    return {each["id"]: each for each in json.loads(content)["sections"]}
