"""The catalogue files that go with a wide Nieuwland: its gemeenten, reorganisations, groups and regions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stadspeil.sources.nieuwland.wide.people import People

_MADE_UP = "verzonnen voor Stadspeil"
_GROUPS = {
    "nta": ("New Towns van Nieuwland (verzonnen)", "New Towns of Nieuwland (invented)", "New Towns"),
    "overige_new_towns": ("Overige New Towns van Nieuwland (verzonnen)", "Other New Towns of Nieuwland (invented)", "Overige New Towns"),
    "oude_suburbs": ("Oude suburbs van Nieuwland (verzonnen)", "Old suburbs of Nieuwland (invented)", "Oude suburbs"),
    "old_towns": ("Oude steden van Nieuwland (verzonnen)", "Old towns of Nieuwland (invented)", "Oude steden"),
}  # fmt: skip


def overlay_files(people: People) -> dict[str, str]:
    """Text of every file, by its path in the catalogue folder."""
    groups = group_members(people)
    return {
        "areas/gemeenten.csv": _gemeenten(people),
        "areas/changes.csv": _changes(people),
        "groups.toml": _groups(groups),
        "regions.toml": _regions(people, groups["nta"]),
    }


def group_members(people: People) -> dict[str, list[str]]:
    """Codes of the gemeenten of today in each group: New Towns, small New Towns, suburbs, old towns."""
    land = people.land
    size = _sizes(people)
    codes = _codes_now(people)
    new = [place for place in np.argsort(-size).tolist() if land.is_new_town[place]]
    old = [place for place in np.argsort(-size).tolist() if not land.is_new_town[place]]
    cut = max(1, min(7, len(new) - 1))
    chosen = {
        "nta": new[:cut],
        "overige_new_towns": new[cut : cut + 5],
        "oude_suburbs": old[2:5],
        "old_towns": old[:2] + old[5:8],
    }
    return {name: [codes[place] for place in places] for name, places in chosen.items()}


def _codes_now(people: People) -> list[str]:
    division = people.land.last
    found: dict[int, str] = {}
    for cell, place in enumerate(people.land.town.tolist()):
        found.setdefault(place, str(division.gemeente_codes[division.gemeente[cell]]))
    return [found[place] for place in sorted(found)]


def _sizes(people: People) -> np.ndarray:
    return np.bincount(people.land.town, people.inhabitants[:, -1])


def _gemeenten(people: People) -> str:
    rows = ["code,name,province,first,last,evidence"]
    for number, (first, last) in sorted(people.land.lives.items()):
        rows.append(f"GM{number},{people.land.names[number]},Nieuwland,{first or ''},{last or ''},ours")
    return "\n".join(rows) + "\n"


def _changes(people: People) -> str:
    """With the share of inhabitants that went over; of a merger that is everyone."""
    land = people.land
    rows = ["date,from_code,to_code,kind,weight,evidence,source,note"]
    for each in sorted(land.events, key=lambda each: (each.year, each.from_number, each.to_number)):
        weight = 1.0
        if each.kind == "border":
            before, after = land.divisions[each.year - 1], land.divisions[each.year]
            was = before.gemeente_codes[before.gemeente] == f"GM{each.from_number}"
            now = after.gemeente_codes[after.gemeente] == f"GM{each.to_number}"
            people_then = people.of("inwoners", each.year)
            weight = float((people_then * (was & now)).sum() / max((people_then * was).sum(), 1))
            if weight <= 0:
                # Nobody lived there: a weight must be something, and this changes no figure.
                weight = 0.000001
        rows.append(
            f"{each.year}-{each.day},GM{each.from_number},GM{each.to_number},{each.kind},{weight:.6f},ours,{_MADE_UP},"
        )
    return "\n".join(rows) + "\n"


def _groups(groups: dict[str, list[str]]) -> str:
    entries = ["# Verzonnen: de groepen van Nieuwland, met dezelfde namen als de groepen van de studie."]
    for order, (id, (title, title_en, short)) in enumerate(_GROUPS.items(), start=1):
        if groups[id]:
            entries.append(
                f'[{id}]\ntitle = "{title}"\ntitle_en = "{title_en}"\nshort = "{short}"\nshort_en = "{short}"\norder = {order}\n'
                f'members = [{_quoted(groups[id])}]\nevidence = "ours"\nsource = "{_MADE_UP}"'
            )
    return "\n\n".join(entries) + "\n"


def _regions(people: People, towns: Sequence[str]) -> str:
    """Of each New Town the gemeenten around it, with the largest of them as the dominant one."""
    land, codes, size = people.land, _codes_now(people), _sizes(people)
    middles = land.corners[:-1, :-1].reshape(-1, 2)
    spots = np.stack([np.bincount(land.town, middles[:, axis]) / np.bincount(land.town) for axis in (0, 1)], axis=1)
    entries = ["# Verzonnen: de regio's van de New Towns van Nieuwland."]
    for town in towns:
        place = codes.index(town)
        near = np.argsort(((spots - spots[place]) ** 2).sum(axis=1))[: min(10, max(3, len(codes) // 2))].tolist()
        dominant = max((each for each in near if each != place), key=lambda each: size[each])
        name = land.names[int(town[2:])]
        entries.append(
            f'[{town}]\ntitle = "Regio van {name} (verzonnen)"\ntitle_en = "Region of {name} (invented)"\n'
            f'dominant = "{codes[dominant]}"\nmembers = [{_quoted([codes[each] for each in near])}]\nevidence = "ours"\n'
            f'source = "{_MADE_UP}"\ndominant_evidence = "ours"'
        )
    return "\n\n".join(entries) + "\n"


def _quoted(codes: Sequence[str]) -> str:
    return ", ".join(f'"{code}"' for code in codes)
