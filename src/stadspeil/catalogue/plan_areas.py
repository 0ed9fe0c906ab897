"""Wijken and buurten that plans name, against those that a workspace knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stadspeil.catalogue.appraisal_entries import Agenda, Package

_NEAREST = 3


def unknown_in_package(entry: Package, names: Mapping[str, str]) -> Iterator[str]:
    """Measures in areas that are not among those known (code -> name); none where the town has none, or for a form."""
    for measure in () if entry.template else entry.measures:
        for code in measure.areas:
            for sentence in _unknown(code, names):
                yield f"packages/{entry.id}.toml [measures.{measure.id}]: {sentence}"


def unknown_in_agenda(entry: Agenda, names: Mapping[str, str]) -> Iterator[str]:
    """Floors of buurten that are not among those known."""
    for name in entry.floors:
        kind, _, code = name.partition(":")
        if kind != "buurt":
            continue
        for sentence in _unknown(code, names):
            yield f"agendas/{entry.id}.toml: floors: {sentence}"


def _unknown(code: str, names: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a wijk or buurt; of a town of which none are known nothing can be said."""
    level = {"WK": "wijk", "BU": "buurt"}.get(code[:2], "")
    known = [each for each in names if each[:6] == code[:6]]
    if level and known and code not in names:
        alike = sorted(known, key=lambda each: (abs(int(each[2:], 36) - int(code[2:], 36)), each))[:_NEAREST]
        shown = ", ".join(f"{each} ({names[each]})" for each in alike)
        yield f"{level} {code} bestaat niet in GM{code[2:6]}; het dichtst bij: {shown}"
