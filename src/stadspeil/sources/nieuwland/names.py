"""Names of buurten, as a Dutch town would give them in the period in which it built them."""

from __future__ import annotations

import numpy as np

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.geometry import Sites

# Streets of a buurt were named after one theme; the theme tells the period.
_THEMES: dict[plan.Kind, tuple[str, ...]] = {
    "centrum": (
        "Kerkbuurt", "Vismarkt", "Lakenhal", "Walkwartier", "Gasthuisbuurt", "Korenkade", "Waagplein", "Stadspoort",
        "Nonnenhof", "Grachtengordel", "Bierkaai", "Sint-Annabuurt", "Markt en omgeving", "Turfkade", "Raamveld",
        "Veerpoort",
    ),
    "vooroorlogs": (
        "Oranjebuurt", "Schildersbuurt", "Zeeheldenbuurt", "Bloemenbuurt", "Burgemeestersbuurt", "Indische Buurt",
        "Staatsliedenbuurt", "Dichtersbuurt", "Transvaalkwartier", "Admiralenbuurt", "Stationskwartier", "Parkbuurt",
        "Molenbuurt", "Bomenbuurt", "Vogelbuurt", "Geuzenbuurt", "Rijnbuurt", "Singelkwartier",
    ),
    "wederopbouw": (
        "Componistenbuurt", "Kruidenbuurt", "Heidebuurt", "Professorenbuurt", "Provinciebuurt", "Verzetsheldenbuurt",
        "Rivierenbuurt", "Graanbuurt", "Vlinderbuurt", "Uitvindersbuurt", "Eilandenbuurt", "Edelstenenbuurt",
        "Waterschapsbuurt", "Ambachtenbuurt", "Fruitbuurt", "Landenbuurt", "Zilverbuurt", "Plantenbuurt",
        "Struikenbuurt", "Kastelenbuurt", "Dierenriem", "Zwaluwbuurt", "Grassenbuurt", "Noordzeebuurt",
    ),
    "hoogbouw": (
        "Planetenbuurt", "Sterrenbuurt", "Europabuurt", "Werelddelenbuurt", "Muziekbuurt", "Ruimtevaartbuurt",
        "Bergenbuurt", "Zuidflank", "Noordflank", "Scheikundebuurt", "Hoogzijde", "Hoofdstedenbuurt", "Sportbuurt",
        "Zeeënbuurt", "Dansbuurt", "Windstreken", "Toneelbuurt", "Nobelbuurt",
    ),
    "bloemkool": (
        "Hofjesbuurt", "Gaardenbuurt", "Akkerbuurt", "Weidebuurt", "Korenbuurt", "Kampenbuurt", "Hagenbuurt",
        "Dreven", "Meentbuurt", "Gildenbuurt", "Wardenbuurt", "Kruidentuin", "Horsten", "Veldenbuurt", "Tuinenbuurt",
        "Beemden", "Marken", "Schorenbuurt", "Wierden", "Essenbuurt", "Brinkenbuurt",
    ),
    "jaren80": (
        "Filmbuurt", "Schrijversbuurt", "Regenboogbuurt", "Klipperbuurt", "Zeilenbuurt", "Meridiaan", "Seizoenenbuurt",
        "Tropenbuurt", "Stedenbuurt", "Architectenbuurt", "Beeldhouwersbuurt", "Oeverbuurt", "Kadebuurt", "Loodsbuurt",
        "Munten", "Stuurboord", "Bakboord", "Wilgenbos", "Hazelaar", "Zuiderzon", "Avondrood",
    ),
    "stadshart": ("Forum", "Passage", "Stadhuiskwartier", "Hartzijde Noord", "Hartzijde Zuid", "Theaterkwartier"),
    "vinex": (
        "Waterrijk", "Parkrijk", "Zonnepolder", "De Terpen", "Rietlanden-Oost", "Eilandenrijk", "Nieuwe Singels",
        "Boomgaard", "De Oevers", "Vaartzoom", "Polderpark", "Lanenrijk", "De Landerijen", "Zonnekade",
    ),
    "nieuw": ("Pakhuizen", "Werfkwartier", "Kraanspoor", "Havenkop", "De Loodsen", "Lichtfabriek", "Dokzijde"),
    "villa": (
        "Lommerrijk", "Beukenhof", "Landgoederen", "Zonneheuvel", "Bosrand-Zuid", "Eikenlaan", "Hertenkamp",
        "Vijverpark", "Rododendronlaan", "Duinzicht", "Hoge Laan", "Wandelbos", "Oranjehof", "Parklaan",
    ),
    "dorp": (
        "Kern", "Dorpsrand", "Kerkeind", "Nieuwe Kamp", "Achterom", "Molenweg en omgeving", "Westerend", "Oosterend",
        "De Brink", "Zuideinde",
    ),
    "buiten": ("Gehucht",),
    "werk": ("Bedrijventerrein Noord", "Bedrijventerrein Zuid", "Handelskade"),
}  # fmt: skip
_BEARINGS = ("Oost", "Noordoost", "Noord", "Noordwest", "West", "Zuidwest", "Zuid", "Zuidoost")


def name_buurten(rng: np.random.Generator, sites: Sites) -> tuple[str, ...]:
    """A name per buurt; no two in one gemeente are the same."""
    taken: dict[int, set[str]] = {}
    found = []
    drawers = {kind: [themes[i] for i in rng.permutation(len(themes))] for kind, themes in _THEMES.items()}
    turns: dict[str, int] = {}
    for buurt in range(sites.count):
        wijk = plan.WIJKEN[int(sites.wijk[buurt])]
        used = taken.setdefault(wijk.gemeente, set())
        if sites.rural[buurt]:
            name = f"Buitengebied {wijk.name} {_bearing(sites, buurt, wijk)}"
        else:
            name = _themed(wijk, drawers[wijk.kind], turns, used)
        name = _unlike(name, used)
        used.add(name)
        found.append(name)
    return tuple(found)


def _themed(wijk: plan.Wijk, themes: list[str], turns: dict[str, int], used: set[str]) -> str:
    if wijk.kind in ("dorp", "buiten", "werk"):
        own = turns.get(wijk.name, 0)
        turns[wijk.name] = own + 1
        return f"{wijk.name} {themes[own % len(themes)]}" if wijk.kind != "dorp" or own else f"{wijk.name} Kern"
    for _ in themes:
        turn = turns.get(wijk.kind, 0)
        turns[wijk.kind] = turn + 1
        if themes[turn % len(themes)] not in used:
            return themes[turn % len(themes)]
    return f"{wijk.name} {themes[0]}"


def _bearing(sites: Sites, buurt: int, wijk: plan.Wijk) -> str:
    angle = np.arctan2(sites.y[buurt] - wijk.y, sites.x[buurt] - wijk.x)
    return _BEARINGS[round(float(angle) / (np.pi / 4)) % 8]


def _unlike(name: str, used: set[str]) -> str:
    for addition in ("", *(f" {number}" for number in range(2, 30))):
        if name + addition not in used:
            return name + addition
    return f"{name} {len(used)}"
