"""The workspace's own catalogue for Nieuwland: its gemeenten, merger, groups, regions, programmes and worked case."""

from __future__ import annotations

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.case_files import case_files
from stadspeil.sources.nieuwland.programmes import programme_files
from stadspeil.sources.nieuwland.publishing.areas import gemeente_names

_MADE_UP = "verzonnen voor de demo van Stadspeil"

# The same ids as in our catalogue, so that everything that asks for a group works on Nieuwland too.
_GROUPS: dict[str, tuple[str, str, str, str, tuple[int, ...]]] = {
    "nta": ("New Towns van Nieuwland (verzonnen)", "New Towns of Nieuwland (invented)", "New Towns", "New Towns", (9002, 9003)),
    "overige_new_towns": (
        "Groeidorp van Nieuwland (verzonnen)", "Overspill village of Nieuwland (invented)", "Groeidorp", "Overspill village",
        (9011,),
    ),
    "oude_suburbs": (
        "Oude suburb van Nieuwland (verzonnen)", "Old suburb of Nieuwland (invented)", "Oude suburb", "Old suburb", (9004,),
    ),
    "old_towns": (
        "Oude steden van Nieuwland (verzonnen)", "Old towns of Nieuwland (invented)", "Oude steden", "Old towns",
        (9005, 9006, 9007),
    ),
}  # fmt: skip
_REGIONS: dict[int, tuple[int, ...]] = {
    9002: (9001, 9002, 9003, 9008, 9009),
    9003: (9001, 9002, 9003, 9004, 9006, 9014),
}
_DOMINANT = 9001


def overlay_files() -> dict[str, str]:
    """Text per file, by its path in the catalogue folder."""
    return {
        "areas/gemeenten.csv": _gemeenten(),
        "areas/changes.csv": _changes(),
        "groups.toml": _groups(),
        "regions.toml": _regions(),
        **programme_files(),
        **case_files(),
    }


def _gemeenten() -> str:
    rows = ["code,name,province,first,last,evidence"]
    for number, name in gemeente_names(merged=True).items():
        first = str(plan.MERGER_YEAR) if number == plan.PARTED else ""
        rows.append(f"GM{number},{name},Nieuwland,{first},,ours")
    rows += [f"GM{number},{name},Nieuwland,,{plan.MERGER_YEAR - 1},ours" for number, name in plan.PARTS]
    return "\n".join([rows[0], *sorted(rows[1:])]) + "\n"


def _changes() -> str:
    rows = ["date,from_code,to_code,kind,weight,evidence,source,note"]
    for number, _ in plan.PARTS:
        rows.append(f"{plan.MERGER_YEAR}-01-01,GM{number},GM{plan.PARTED},merger,1,ours,{_MADE_UP},")
    return "\n".join(rows) + "\n"


def _groups() -> str:
    entries = ["# Verzonnen: de groepen van Nieuwland, met dezelfde namen als de groepen van de studie."]
    for order, (id, (title, title_en, short, short_en, members)) in enumerate(_GROUPS.items(), start=1):
        entries.append(
            f'[{id}]\ntitle = "{title}"\ntitle_en = "{title_en}"\nshort = "{short}"\nshort_en = "{short_en}"\norder = {order}\n'
            f'members = [{_quoted(members)}]\nevidence = "ours"\nsource = "{_MADE_UP}"'
        )
    return "\n\n".join(entries) + "\n"


def _regions() -> str:
    names = gemeente_names(merged=True)
    entries = ["# Verzonnen: de regio's van de New Towns van Nieuwland."]
    for number, members in _REGIONS.items():
        entries.append(
            f'[GM{number}]\ntitle = "Regio van {names[number]} (verzonnen)"\ntitle_en = "Region of {names[number]} (invented)"\n'
            f'dominant = "GM{_DOMINANT}"\nmembers = [{_quoted(members)}]\nevidence = "ours"\nsource = "{_MADE_UP}"\n'
            f'dominant_evidence = "ours"'
        )
    return "\n\n".join(entries) + "\n"


def _quoted(numbers: tuple[int, ...]) -> str:
    return ", ".join(f'"GM{number}"' for number in numbers)
