"""Example addresses of every page of the site, in Dutch: what all tests over "every page" walk along.

A page that is added gets its addresses here; test_guarding fails while it has none. The first address of a page is its
plain state. Further ones are states that look different: another level, a chosen area, an empty answer.
"""

from __future__ import annotations

TOWN = "GM9002"

ADDRESSES: dict[str, tuple[str, ...]] = {
    "start": ("/?kies",),
    "stad": (f"/stad/{TOWN}",),
    "profiel": (f"/gebied/{TOWN}", "/gebied/WK900201?thema=alle", "/gebied/BU90020100?cijfer=ww"),
    "beneden": (f"/beneden-de-wijk/{TOWN}",),
    "uitleg": ("/uitleg",),
    "uitleg-over": ("/uitleg/bijstand", "/uitleg/thema_werk"),
    "herkomst": (f"/herkomst/{TOWN}/bijstand", f"/herkomst/{TOWN}/thema_werk"),
    "vergelijken": ("/vergelijken",),
    "zoeken": ("/zoeken", "/zoeken?q=bijstnad"),
    "kaart": ("/kaart", "/kaart?cijfer=thema_veiligheid&niveau=buurt"),
    "api": ("/api",),
}


def in_language(address: str, lang: str) -> str:
    """The same view in a language."""
    if lang == "nl":
        return address
    path, mark, query = address.partition("?")
    return f"/en{path}".rstrip("/") + mark + query


def every() -> list[tuple[str, str]]:
    """Page and address, in both languages, in the order of the registry."""
    return [(name, in_language(each, lang)) for name, own in ADDRESSES.items() for each in own for lang in ("nl", "en")]


def plain(lang: str = "nl") -> list[tuple[str, str]]:
    """Page and its first address."""
    return [(name, in_language(own[0], lang)) for name, own in ADDRESSES.items()]
