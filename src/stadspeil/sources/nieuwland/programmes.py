"""Building programmes of Nieuwland, for its workspace's own catalogue. Towns, buurten, homes and months are invented."""

from __future__ import annotations

_HEAD = """# Verzonnen: Vierlingstad bestaat niet, en dus ook dit programma niet.
title = "{title}"
title_en = "{title_en}"
town = "GM9002"
status = "verzonnen voor de demo"
status_en = "invented for the demo"
source = "verzonnen voor de demo van Stadspeil"
invented = true
"""
# Name, act, buurt, first and last month, homes, tenure, form, price, and what else there is to say.
_Row = tuple[str, str, str, str, str, int, str, str, str, str]
_RENEWAL: tuple[_Row, ...] = (
    ("dansbuurt_sloop", "slopen", "BU90020200", "2027-01", "2027-12", 120, "corporatie", "meergezins", "laag",
     "return_right = true"),
    ("dansbuurt_huur", "bouwen", "BU90020200", "2028-06", "2029-03", 80, "corporatie", "meergezins", "laag",
     'floor = 65\non = "dansbuurt_sloop"'),
    ("dansbuurt_koop", "bouwen", "BU90020200", "2028-06", "2029-12", 140, "koop", "meergezins", "midden",
     'floor = 80\non = "dansbuurt_sloop"'),
    ("muziekbuurt_renovatie", "renoveren", "BU90020201", "2027-06", "2028-11", 90, "corporatie", "meergezins", "laag",
     "return_right = true"),
    ("toneelbuurt_verkoop", "verkopen", "BU90020203", "2026-01", "2030-12", 60, "corporatie", "meergezins", "laag", ""),
    ("passage_huur", "bouwen", "BU90020101", "2026-06", "2027-12", 180, "particuliere huur", "meergezins", "midden",
     'floor = 60\ngroups = ["alleenstaand", "paar"]'),
)  # fmt: skip
_EXTENSION: tuple[_Row, ...] = (
    ("oevers_huizen", "bouwen", "BU90020902", "2026-01", "2029-12", 400, "koop", "eengezins", "hoog", "floor = 135"),
    (
        "oevers_flats",
        "bouwen",
        "BU90020902",
        "2027-01",
        "2029-12",
        100,
        "corporatie",
        "meergezins",
        "laag",
        "floor = 60",
    ),
)


def programme_files() -> dict[str, str]:
    """Text per file, by its path in the catalogue folder."""
    return {
        "programmes/vernieuwing_de_kaden.toml": _file("Vernieuwing van De Kaden", "Renewal of De Kaden", _RENEWAL),
        "programmes/uitleg_de_oevers.toml": _file("Uitleg bij De Oevers", "Extension at De Oevers", _EXTENSION),
    }


def _file(title: str, title_en: str, rows: tuple[_Row, ...]) -> str:
    parts = [_HEAD.format(title=f"{title} (verzonnen)", title_en=f"{title_en} (invented)")]
    for name, act, buurt, first, last, homes, tenure, form, price, rest in rows:
        lines = [
            f"[sites.{name}]", f'act = "{act}"', f'buurt = "{buurt}"', f'first = "{first}"', f'last = "{last}"',
            f"homes = {homes}", f'tenure = "{tenure}"', f'form = "{form}"', f'price = "{price}"',
        ]  # fmt: skip
        parts.append("\n".join([*lines, rest] if rest else lines) + "\n")
    return "\n".join(parts)
