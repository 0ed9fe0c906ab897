"""Dutch left on an English page: words that English does not have, outside what is marked as Dutch or as code."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Common in any Dutch sentence and no English word, so that names of towns and sources do not count.
WORDS = frozenset(
    [
        "het",
        "een",
        "niet",
        "geen",
        "wordt",
        "worden",
        "zijn",
        "naar",
        "ook",
        "maar",
        "deze",
        "nog",
        "wat",
        "wie",
        "waar",
        "jaar",
        "zonder",
        "moet",
        "kan",
        "wij",
        "uw",
        "hij",
        "zij",
        "omdat",
        "woningen",
        "verzonnen",
        "maatregel",
        "maatregelen",
        "opbrengst",
        "kosten",
        "baten",
        "kans",
        "gebied",
        "gebieden",
        "ingreep",
        "vul",
        "kies",
        "bekend",
    ]
)
_VOID = frozenset({"br", "img", "input", "meta", "link", "hr", "path", "rect", "circle", "line", "use", "wbr"})
_CODE = frozenset({"script", "style", "code", "pre", "textarea"})
_TOLD = ("aria-label", "alt", "title", "placeholder")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in _VOID:
            self.open.append((tag, told.get("lang") or ""))
        if tag != "iframe":
            for name in _TOLD:
                self._judge(told.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        tags = [each for each, _ in self.open]
        if tag in tags:
            del self.open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        self._judge(data)

    def _judge(self, text: str) -> None:
        tongue = next((lang for _, lang in reversed(self.open) if lang), "")
        if (
            tongue != "nl"
            and not any(tag in _CODE for tag, _ in self.open)
            and WORDS & set(re.findall(r"[a-z]+", text))
        ):
            self.found.append(" ".join(text.split()))


def dutch_on(page: str) -> list[str]:
    """Texts of a page that hold Dutch words without saying so, in order."""
    reader = _Reader()
    reader.feed(page)
    return list(dict.fromkeys(reader.found))
