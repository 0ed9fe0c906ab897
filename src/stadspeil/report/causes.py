"""Why a figure changed: other data, another division, an entry of the catalogue, the method, or other gemeenten.

A value rests on its snapshots, its entry and the program. A mark and a place rest on the value, the parameters and
everybody else's value. A composite rests on its parts: it takes their cause where they agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import summed
from stadspeil.report.differences import CAUSES, Differences, Side, changed, joined
from stadspeil.report.provenance import snapshots_of

Row = Mapping[str, Any]
# A whole list of parts in a cell is no longer read.
_NAMED = 5


def differences(old: Side, new: Side, area: str = "") -> Differences:
    """All that differs between two sides, the largest moves of places first; of one AREA, or of all.

    The field is always that of all areas: what others did moves the place of one.
    """
    both = joined(old, new)
    rows = changed(both)
    shown = both.filter(pl.col("area") == area) if area else both
    if area:
        rows = rows.filter(pl.col("area") == area)
    told = _Reasons(old, new, both).of(rows.to_dicts())
    moved = (pl.col("rank_new") - pl.col("rank_old")).abs()
    table = (
        rows.with_columns(
            pl.Series("cause", [cause for cause, _ in told], dtype=pl.String),
            pl.Series("why", [why for _, why in told], dtype=pl.String),
        )
        .sort(moved, descending=True, nulls_last=True, maintain_order=True)
        .select(
            "area", "indicator", "year", "cause", "why", "value_old", "value_new", "mark_old", "mark_new", "rank_old",
            "rank_new", "boundaries_old", "boundaries_new",
        )
    )  # fmt: skip
    return Differences(table, _counted(table), tuple(_sentences(old, new, shown, table)))


def _counted(table: pl.DataFrame) -> pl.DataFrame:
    """How many figures each cause moved, and by how many places at most."""
    move = (pl.col("rank_new") - pl.col("rank_old")).abs()
    # What came by way of parts counts with what happened to the parts.
    root = pl.col("why").str.replace(r"^via [^:]*: ", "").str.replace(r"^via .*$", "via onderdelen")
    return (
        table.with_columns(why=root)
        .group_by("cause", "why")
        .agg(figures=pl.len(), indicators=pl.col("indicator").n_unique(), largest_move=move.max())
        .sort(
            pl.col("cause").replace_strict({name: i for i, name in enumerate(CAUSES)}),
            -pl.col("figures").cast(pl.Int64),
            "why",
        )
    )


def _sentences(old: Side, new: Side, both: pl.DataFrame, table: pl.DataFrame) -> list[str]:
    found = [f"{both.height} cijfers vergeleken; {table.height} verschillen"]
    counts = dict(table.group_by("cause").len().iter_rows())
    found += [f"{cause}: {counts[cause]}" for cause in CAUSES if cause in counts]
    gone, came = _apart(old.run.get("snapshots", ()), new.run.get("snapshots", ()))
    found += [f"momentopname erbij: {each}" for each in came] + [f"momentopname weg: {each}" for each in gone]
    found += [f"catalogus anders: {each}" for each in _entries_apart(old.run, new.run)]
    if old.run.get("catalogue") != new.run.get("catalogue") and not (old.run.get("entries") and new.run.get("entries")):
        found.append("de catalogus is anders; welke regel, is in een van beide werkmappen niet bewaard")
    if old.run.get("code") != new.run.get("code"):
        found.append(f"het programma is anders: {_program(old.run, new.run)}")
    return found


def _apart(old: Iterable[str], new: Iterable[str]) -> tuple[list[str], list[str]]:
    return sorted(set(old) - set(new)), sorted(set(new) - set(old))


def _entries_apart(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    one, other = old.get("entries") or {}, new.get("entries") or {}
    if not one or not other:
        return []
    return [_entry_told(name, one, other) for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


_KINDS = {
    "indicator": "cijfer", "composite": "samengesteld cijfer", "source": "bron", "field": "veld", "group": "groep",
    "region": "regio", "parameter": "parameter", "correction": "correcties van bron",
}  # fmt: skip


def _entry_told(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    kind, _, id = name.partition(" ")
    told = f"{_KINDS[kind]} {id}"
    if name not in old or name not in new:
        return f"{told} {'is nieuw' if name not in old else 'is weg'}"
    return f"{told}: {old[name]} → {new[name]}" if kind == "parameter" else f"{told} is anders"


def _program(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    one, other = (f"{run.get('version', '?')} ({str(run.get('code', ''))[:8]})" for run in (old, new))
    return f"{one} → {other}"


@dataclass(frozen=True)
class _Field:
    """What happened to all areas of a figure in a year."""

    changed: int
    came: int
    went: int

    @property
    def told(self) -> str:
        """In words; empty if nothing."""
        parts = ((self.changed, "met een andere waarde"), (self.came, "erbij"), (self.went, "weg"))
        found = [f"{number} {word}" for number, word in parts if number]
        return f"andere gebieden: {', '.join(found)}" if found else ""


class _Reasons:
    """Finds causes; remembers what holds for all areas of a figure."""

    def __init__(self, old: Side, new: Side, both: pl.DataFrame) -> None:
        self.old, self.new = old, new
        self.entries = _changed_names(old.run, new.run)
        self.parameters = "; ".join(each for each in _entries_apart(old.run, new.run) if each.startswith("parameter "))
        self.vague = bool(old.run.get("catalogue") != new.run.get("catalogue")) and not (
            old.run.get("entries") and new.run.get("entries")
        )
        self.program = "" if old.run.get("code") == new.run.get("code") else f"programma {_program(old.run, new.run)}"
        self.carry = int(new.catalogue.parameter("carry_years")) if "carry_years" in new.catalogue.parameters else 0
        fields = both.group_by("indicator", "year", "level").agg(
            pl.col("value_differs").filter(~pl.col("came") & ~pl.col("went")).sum().alias("changed"),
            pl.col("came").sum(), pl.col("went").sum(),
        )  # fmt: skip
        self.fields = {
            (row["indicator"], row["year"], row["level"]): _Field(row["changed"], row["came"], row["went"])
            for row in fields.to_dicts()
        }
        self._texts: dict[tuple[Any, ...], tuple[str, str]] = {}

    def of(self, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Cause and why per row; parts before what is made of them."""
        found: dict[tuple[str, str, int], tuple[str, str]] = {}
        by_area: dict[tuple[str, str], list[tuple[int, str]]] = {}
        order = sorted(range(len(rows)), key=lambda i: self._depth(rows[i]["indicator"]))
        for i in order:
            row = rows[i]
            key = (row["area"], row["indicator"], row["year"])
            if row["indicator"] in self._composites():
                parts = [
                    (part, *found[row["area"], part, year])
                    for part in self._parts(row["indicator"])
                    for year, _ in by_area.get((row["area"], part), [])
                    if row["year"] - self.carry <= year <= row["year"]
                ]
                found[key] = self._composite(row, parts)
            else:
                found[key] = self._indicator(row)
            by_area.setdefault((row["area"], row["indicator"]), []).append((row["year"], found[key][0]))
        return [found[row["area"], row["indicator"], row["year"]] for row in rows]

    def _composites(self) -> Collection[str]:
        return self.new.catalogue.composites.keys() | self.old.catalogue.composites.keys()

    def _parts(self, id: str) -> tuple[str, ...]:
        found = [each.catalogue.parts_of(id) for each in (self.old, self.new) if id in each.catalogue.composites]
        return tuple(dict.fromkeys(part for parts in found for part in parts))

    def _depth(self, id: str) -> int:
        if id not in self._composites():
            return 0
        return 1 + max((self._depth(part) for part in self._parts(id)), default=0)

    def _indicator(self, row: Row) -> tuple[str, str]:
        snapshots, entry = self._texts_of(row)
        if row["came"]:
            return "nieuw", snapshots or entry or "stond er niet"
        if row["went"]:
            return "vervallen", snapshots or entry or "staat er niet meer"
        if row["moved"]:
            told = f"indeling {row['boundaries_old']} → {row['boundaries_new']}"
            return "grenzen", "; ".join(each for each in (told, snapshots) if each)
        if row["value_differs"]:
            if snapshots:
                return "gegevens", "; ".join(each for each in (snapshots, entry) if each)
            if self.old.year != self.new.year:
                return "gegevens", "een ander jaar uit hetzelfde bestand"
            return self._by_method(entry, "waarde anders bij gelijke bestanden, catalogus en programma")
        return self._by_place(row, entry)

    def _by_method(self, entry: str, otherwise: str) -> tuple[str, str]:
        if entry:
            return "catalogus", entry
        if self.vague:
            return "methode", "de catalogus is anders"
        if self.program:
            return "methode", self.program
        return "onbekend", otherwise

    def _by_place(self, row: Row, entry: str) -> tuple[str, str]:
        """The value is the same: the way of marking changed, or others did."""
        others = self.fields[row["indicator"], row["year"], row["level"]].told
        method = "; ".join(each for each in (entry, self.parameters) if each)
        if (method or self.vague) and others:
            return "methode en veld", f"{method or 'de catalogus is anders'}; {others}"
        if method:
            return ("catalogus" if entry else "methode"), method
        if others:
            return "veld", others + (f"; ook {self.program}" if self.program else "")
        return self._by_method("", "plaats anders bij gelijke waarden, catalogus en programma")

    def _composite(self, row: Row, parts: list[tuple[str, str, str]]) -> tuple[str, str]:
        """The cause of its parts where they agree; else their list."""
        entry = self._entry_text(row["indicator"])
        causes = {cause for _, cause, _ in parts}
        named = list(dict.fromkeys(f"{part} ({cause})" if len(causes) > 1 else part for part, cause, _ in parts))
        via = f"via {', '.join(named[:_NAMED])}" + (f" en {len(named) - _NAMED} meer" if len(named) > _NAMED else "")
        told = "; ".join(each for each in (entry, via if parts else "") if each)
        if row["came"] or row["went"]:
            return ("nieuw" if row["came"] else "vervallen"), told or "te weinig onderdelen"
        if row["moved"]:
            return "grenzen", f"indeling {row['boundaries_old']} → {row['boundaries_new']}"
        if entry:
            return "catalogus", told
        if not parts:
            return self._by_place(row, "")
        if len(causes) == 1:
            whys = {why for _, _, why in parts}
            return causes.pop(), f"{via}: {whys.pop()}" if len(whys) == 1 else via
        return "onderdelen", via

    def _texts_of(self, row: Row) -> tuple[str, str]:
        """What happened to the snapshots of a figure, and to its entries."""
        key = (row["indicator"], row["year"], row["boundaries_old"], row["boundaries_new"])
        if key not in self._texts:
            one = self._snapshots(self.old, row, "boundaries_old")
            other = self._snapshots(self.new, row, "boundaries_new")
            gone, came = _apart(one, other)
            if gone and came:
                text = f"momentopname {', '.join(gone)} vervangen door {', '.join(came)}"
            else:
                text = f"momentopname erbij: {', '.join(came)}" if came else ""
                text = f"momentopname weg: {', '.join(gone)}" if gone else text
            self._texts[key] = (text, self._entry_text(row["indicator"], {*one, *other}))
        return self._texts[key]

    @staticmethod
    def _snapshots(side: Side, row: Row, name: str) -> set[str]:
        entry = side.catalogue.indicators.get(row["indicator"])
        if entry is None or row[name] is None:
            return set()
        year = row["year"] if side.year is None else side.year
        return snapshots_of(entry, side.cells, year, row[name])

    def _entry_text(self, id: str, snapshots: Collection[str] = ()) -> str:
        """The entries behind a figure that changed: its own, its fields, and the sources of its snapshots."""
        names = {f"indicator {id}", f"composite {id}"}
        for catalogue in (self.old.catalogue, self.new.catalogue):
            names |= _fields_of(catalogue, id)
            names |= {
                f"{kind} {source}"
                for source in catalogue.sources
                if any(each.startswith(f"{source}-") for each in snapshots)
                for kind in ("source", "correction")
            }
        one, other = self.old.run.get("entries") or {}, self.new.run.get("entries") or {}
        return "; ".join(_entry_told(name, one, other) for name in sorted(names & self.entries))


def _changed_names(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    one, other = old.get("entries") or {}, new.get("entries") or {}
    if not one or not other:
        return set()
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


def _fields_of(catalogue: Catalogue, id: str) -> set[str]:
    entry = catalogue.indicators.get(id)
    if entry is None:
        return set()
    fields = (entry.column, *summed(entry.numerator), *summed(entry.denominator), entry.base)
    return {f"field {each}" for each in fields if each}
