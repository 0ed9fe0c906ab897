"""Example addresses of every page of the site, in Dutch: what all tests over "every page" walk along.

A page that is added gets its addresses here; test_guarding fails while it has none. The first address of a page is its
plain state. Further ones are states that look different: another level, a chosen area, an empty answer.
"""

from __future__ import annotations

TOWN = "GM9002"

ADDRESSES: dict[str, tuple[str, ...]] = {
    "start": ("/?kies",),
    "stad": (f"/stad/{TOWN}",),
    "vergelijken": (
        "/vergelijken",
        f"/vergelijken?cijfer=bijstand&gebieden={TOWN},GM9003,GM9005&set=Kust:GM9008,GM9009",
        f"/vergelijken?in={TOWN}&niveau=wijk&thema=werk",
    ),
    "ontwikkeling": (
        f"/ontwikkeling/{TOWN}",
        f"/ontwikkeling/{TOWN}?cijfer=bijstand&weergave=index",
        f"/ontwikkeling/{TOWN}?thema=veiligheid",
        "/ontwikkeling/WK900201?cijfer=bijstand",
    ),
    "zoeken": (
        "/zoeken",
        "/zoeken?q=bijstnad",
    ),
    "kaart": (
        "/kaart",
        "/kaart?cijfer=thema_veiligheid&niveau=buurt",
    ),
    "beneden": (
        f"/beneden-de-wijk/{TOWN}",
        f"/beneden-de-wijk/{TOWN}?thema=winkels",
        f"/beneden-de-wijk/{TOWN}?cijfer=bijstand&alles=ja",
    ),
    "verhuizen": (f"/verhuizen/{TOWN}", "/verhuizen/GM9001"),
    "vernieuwing": (f"/vernieuwing/{TOWN}",),
    "bouwen": ("/bouwen",),
    "bouwen_nieuw": (
        f"/bouwen/nieuw?stad={TOWN}&titel=Proef&rijen=2&1.naam=flats&1.wat=bouwen&1.buurt=BU90020101&1.van=2027-01&1.tot=2027-12&1.aantal=40"
        "&1.eigendom=koop&1.vorm=meergezins&1.prijs=midden&2.wat=slopen&2.van=2028-06&2.tot=2027-01&2.aantal=-5&doe=kijk",
    ),
    "afweging": (
        f"/bouwen/afweging/{TOWN}",
        f"/bouwen/afweging/{TOWN}?sociaal_vrij=35&gelijkheid=0",
        "/bouwen/afweging/GM9001",
    ),
    "afwegen": (f"/afwegen?stad={TOWN}",),
    "pakket": ("/afwegen/wijkaanpak_de_kaden", "/afwegen/wijkaanpak_de_kaden?cijfer=koopwoningen_aandeel"),
    "pakket_nieuw": (
        f"/afwegen/nieuw?stad={TOWN}&titel=Proef&rijen=2&1.ingreep=straatverlichting&1.gebieden=BU90020201,BU90020203&1.van=2027&1.tot=2028"
        "&1.aantal=200&2.ingreep=bijles&2.gebieden=WK900202&2.van=2027&2.tot=2032&2.aantal=80",
        f"/afwegen/nieuw?stad={TOWN}&rijen=2&1.ingreep=straatverlichting&1.van=2027&1.tot=2020&1.aantal=-5&2.gebieden=BU90010101&2.van=abc&doe=kijk",
        f"/afwegen/nieuw?stad={TOWN}",
    ),
    "pakket_vergelijk": ("/afwegen/vergelijk?pakket=sociaal_de_kaden,fysiek_de_kaden", "/afwegen/vergelijk"),
    "ingrepen": ("/afwegen/ingrepen", "/afwegen/ingrepen?soort=veiligheid"),
    "ingreep": ("/afwegen/ingrepen/bijles", "/afwegen/ingrepen/jongerenwerk"),
    "bewijs": (
        "/afwegen/bewijs",
        "/afwegen/bewijs?groep=bijles_toetsscore",
        "/afwegen/bewijs?groep=jongerenwerk_overlast",
    ),
    "fondsen": (
        f"/fondsen?stad={TOWN}",
        f"/fondsen?stad={TOWN}&cijfer=bijstand&grens=5",
        "/fondsen?cijfer=bijstand&grens=veel",
    ),
    "agendas": ("/agenda",),
    "agenda": ("/agenda/agenda_vierlingstad",),
    "lopend": ("/agenda/agenda_vierlingstad/lopend",),
    "bouwen_uitkomst": ("/bouwen/vernieuwing_de_kaden",),
    "uitleg": ("/uitleg",),
    "uitleg-over": (
        "/uitleg/bijstand",
        f"/uitleg/thema_werk?gebied={TOWN}",
        "/uitleg/cbs_kerncijfers_wijken_buurten",
        "/uitleg/methode-pockets",
    ),
    "herkomst": (
        "/herkomst/BU90020500/bijstand",
        f"/herkomst/{TOWN}/thema_werk",
    ),
    "api": ("/api",),
    "eigen": ("/eigen",),
    "eigen_gebieden": (
        "/eigen/gebieden",
        f"/eigen/gebieden?naam=Proef&gebieden={TOWN}%2CGM9001",
        f"/eigen/gebieden?stad={TOWN}&niveau=buurt",
    ),
    "eigen_gewichten": (
        f"/eigen/gewichten/thema_winkels?stad={TOWN}",
        f"/eigen/gewichten/thema_winkels?w.afstand_supermarkt=3&w.afstand_levensmiddelen=1&w.afstand_warenhuis=0&stad={TOWN}",
    ),
    "profiel": (
        f"/gebied/{TOWN}",
        "/gebied/WK900201?thema=alle",
        "/gebied/BU90020100?cijfer=ww",
    ),
}

# Pages that exist only after something was sent; tests/browser/test_sending.py makes and visits them.
SENT_FIRST = frozenset({"eigen_werkboek"})


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


def walked() -> list[tuple[str, str]]:
    """What a browser visits: every state in Dutch, every page in English too. A state brings no new words."""
    return [(name, each) for name, own in ADDRESSES.items() for each in own] + plain("en")
