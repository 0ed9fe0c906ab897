"""How one figure came about: mark ← value ← cells ← the text in the publisher's file ← edition and checksum."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister, is_invented, level_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator, summed
from stadspeil.errors import QuestionError
from stadspeil.indicators import cells_behind
from stadspeil.indicators.noise import BY_MARGIN, DECLARED
from stadspeil.scores.composites import behind_composite
from stadspeil.scores.explaining import Step as WaterfallStep
from stadspeil.scores.explaining import waterfall
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.sources import Snapshot, SnapshotStore, raw_cell
from stadspeil.workspace import Workspace


@dataclass(frozen=True)
class Step:
    """One link of the chain: what it is, and named facts about it in reading order."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chain:
    """The whole way from mark to file."""

    question: str
    steps: tuple[Step, ...]

    def as_text(self) -> str:
        """For the screen: each link under the one that it carries."""
        lines = [self.question]
        for step in self.steps:
            lines += ["", step.title]
            width = max((len(name) for name, _ in step.facts), default=0)
            lines += [f"  {name.ljust(width)}  {fact}" for name, fact in step.facts]
        return "\n".join(lines)

    def as_json(self) -> str:
        """The same as JSON."""
        steps = [{"title": step.title, "facts": [list(fact) for fact in step.facts]} for step in self.steps]
        return json.dumps({"question": self.question, "steps": steps}, ensure_ascii=False, indent=1)


def explain_score(
    workspace: Workspace,
    catalogue: Catalogue,
    id: str,
    area: str,
    year: int | None = None,
    boundaries: int | None = None,
) -> Chain:
    """The chain of an indicator or composite for an area; the newest year on the publisher's own boundaries when
    none are given.

    Raises: QuestionError when there is no such figure, naming the years and boundaries that there are.
    """
    level = level_of(area)
    of_area = _read(workspace, "scores", {"level": [level], "area": [area]})
    _refuse_planned(catalogue, id)
    row = _score_row(of_area.filter(pl.col("indicator") == id), year, boundaries, id, area)
    question = f"{catalogue.title_of(id)} ({id}), {_name(workspace, row)}, {row['year']}"
    if is_invented(area):
        question = f"VERZONNEN GEGEVENS (Nieuwland bestaat niet)\n{question}"
    if id in catalogue.composites:
        return Chain(question, (_mark_step(row), _parts_step(workspace, of_area, catalogue, row)))
    entry = catalogue.indicator(id)
    scores = _read(workspace, "scores", {"level": [level], "year": [row["year"]], "indicator": [id]})
    cells = _cells(workspace, catalogue, entry, row)
    return Chain(question, (
        _mark_step(row, _field_of(scores, entry, row)), _value_step(workspace, entry, row), *_cell_steps(workspace, catalogue, cells, row["area"]),
    ))  # fmt: skip


def _refuse_planned(catalogue: Catalogue, id: str) -> None:
    if id not in catalogue.composites and (entry := catalogue.indicator(id)).status == "planned":
        raise QuestionError(f"cijfer '{id}'", f"is gepland: bron '{entry.source}' is nog niet aangesloten", None)


def _score_row(of_area: pl.DataFrame, year: int | None, boundaries: int | None, id: str, area: str) -> dict[str, Any]:
    where = f"cijfer '{id}' voor {area}"
    if of_area.is_empty():
        raise QuestionError(where, "daar is geen rij van", f"zie 'stadspeil export scores --indicator {id}'")
    chosen = of_area
    for column, word, wanted in (("year", "jaar", year), ("boundaries", "grenzen van", boundaries)):
        offered = sorted(chosen[column].unique())
        if wanted is not None and wanted not in offered:
            known = ", ".join(map(str, offered))
            verb = "is" if column == "year" else "zijn"
            raise QuestionError(where, f"{word} {wanted} {verb} er niet; wel: {known}", "vraag een van die jaren")
        # Unasked: the newest year, on the oldest boundaries, which are the publisher's.
        taken = wanted if wanted is not None else offered[-1 if column == "year" else 0]
        chosen = chosen.filter(pl.col(column) == taken)
    return chosen.row(0, named=True)


def _field_of(scores: pl.DataFrame, entry: Indicator, row: dict[str, Any]) -> str:
    """The field that a mark is relative to: how many areas, their mean and their spread."""
    same = [pl.col(name) == row[name] for name in ("indicator", "year", "boundaries", "level")]
    field = scores.filter(*same)["value"].drop_nulls().to_numpy()
    if row["mark"] is None or len(field) < 2:
        return ""
    side = "lager" if entry.direction == "lower_is_better" else "hoger"
    return (
        f"{len(field)} {_plural(row['level'])}: gemiddeld {_number(float(field.mean()), 2)}, "
        f"standaardafwijking {_number(float(field.std()), 2)} {entry.unit}; {side} is gunstiger"
    )


def _mark_step(row: dict[str, Any], field: str = "") -> Step:
    facts = [("rapportcijfer", _number(row["mark"], 2) if row["mark"] is not None else f"geen ({_why_no_mark(row)})")]
    if row["rank"] is not None:
        tie = f", gedeeld door {row['tied']}" if (row["tied"] or 1) > 1 else ""
        facts.append(
            ("plaats", f"{row['rank']} van {row['ranked']}{tie}, onder alle {_plural(row['level'])} met een waarde")
        )
    if field:
        facts.append(("ten opzichte van", field))
    facts.append(("grenzen", f"gebiedsindeling van {row['boundaries']}"))
    if row["coverage"] is not None:
        facts.append(("dekking", f"{row['coverage']:.0%}".replace(".", ",")))
    if row["note"]:
        facts.append(("opmerking", str(row["note"])))
    return Step("Rapportcijfer", tuple(facts))


def _why_no_mark(row: dict[str, Any]) -> str:
    reasons = {
        "neutral": "een neutraal cijfer: meer is niet beter of slechter", "too_few_areas": "te weinig gebieden met een waarde",
        "too_few_parts": "te weinig delen met een waarde",
    }  # fmt: skip
    told = [reasons[word] for word in (row["note"] or "").split(";") if word in reasons]
    return ", ".join(told) or f"geen waarde: {row['status']}"


def _value_step(workspace: Workspace, entry: Indicator, row: dict[str, Any]) -> Step:
    wanted = {"indicator": [entry.id], "year": [row["year"]], "area": [row["area"]], "boundaries": [row["boundaries"]]}
    values = _read(workspace, "values", wanted)
    value = values.row(0, named=True)
    shown = "geen"
    if value["value"] is not None:
        # Two decimals more than print shows, so that the way from the cells can be followed.
        shown = f"{_short(value['value'], entry.decimals + 2)} {entry.unit}"
    facts = [("waarde", f"{shown} (status: {value['status']})")]
    if value["spread"] is not None:
        error = f"{_number(value['spread'], entry.decimals + 2)} {entry.unit}"
        facts.append(("standaardfout", f"{error}, {_spread_from(entry, value['spread_from'])}"))
    if value["n"] is not None:
        facts.append(("berust op n", _number(value["n"], 0)))
    facts += [("berekend als", _formula(entry, value["method"])), ("betekenis", entry.definition)]
    if entry.note:
        facts.append(("let op", entry.note))
    return Step("Waarde", tuple(facts))


def _spread_from(entry: Indicator, origin: str | None) -> str:
    """What a standard error rests on, in words."""
    if origin == BY_MARGIN:
        return "uit de marge die de uitgever erbij geeft"
    if (origin or "").startswith(DECLARED):
        status = {"published": "gepubliceerd", "assumption": "een aanname"}[entry.error_status]
        return f"opgegeven in de catalogus: {status} ({entry.error_source}, {entry.error_date})"
    return "uit het aantal waar het op berust en de afronding"


def _formula(entry: Indicator, method: str) -> str:
    if method == "rebuilt" or (entry.numerator and not method.startswith("published")):
        above, below = (f"({each})" if " + " in each else each for each in (entry.numerator, entry.denominator))
        return f"{above} / {below} × {entry.per:g} [{method}]"
    return f"{entry.column or entry.id}, zoals de uitgever het geeft [{method}]"


def _cells(workspace: Workspace, catalogue: Catalogue, entry: Indicator, row: dict[str, Any]) -> pl.DataFrame:
    """The cells behind a value; of a value on other boundaries those of the parts that it was summed from."""
    named = (entry.numerator, entry.denominator, entry.column or entry.id, entry.base)
    fields = list(dict.fromkeys(part for each in named for part in summed(each)))
    own = cells_behind(workspace, catalogue, fields, [row["area"]], row["year"])
    if own.filter(pl.col("boundaries") == row["boundaries"]).height:
        return own.filter(pl.col("boundaries") == row["boundaries"])
    parts = _parts_of(catalogue, row)
    return cells_behind(workspace, catalogue, fields, parts, row["year"]) if parts else own


def _parts_of(catalogue: Catalogue, row: dict[str, Any]) -> list[str]:
    """The gemeenten of the year itself that lie in this one."""
    if row["level"] != "gemeente" or row["year"] >= row["boundaries"]:
        return []
    weights = AreaRegister(catalogue.gemeenten, catalogue.changes).weights(row["year"], row["boundaries"])
    return weights.filter(pl.col("to_code") == row["area"])["from_code"].to_list()


def _cell_steps(workspace: Workspace, catalogue: Catalogue, cells: pl.DataFrame, area: str) -> Iterator[Step]:
    store = SnapshotStore(workspace.raw)
    for snapshot_id in cells["snapshot"].unique(maintain_order=True) if cells.height else ():
        snapshot = store.get(snapshot_id)
        for cell in cells.filter(pl.col("snapshot") == snapshot_id).iter_rows(named=True):
            shown = _short(cell["value"], 4) if cell["value"] is not None else f"geen ({cell['status']})"
            part = "" if cell["area"] == area else f" van deel {cell['area']}"
            yield Step(f"Cel {cell['field']}{part}", (
                ("gelezen als", shown),
                ("in het bestand", f"'{raw_cell(store, snapshot, cell['field'], cell['row'])}'"),
                ("plaats", f"kolom {snapshot.columns.get(cell['field'], cell['field'])}, rij {cell['row']}"),
                ("bestand", snapshot.file_name),
            ))  # fmt: skip
        yield _file_step(catalogue, snapshot)


def _file_step(catalogue: Catalogue, snapshot: Snapshot) -> Step:
    source = catalogue.sources.get(snapshot.source)
    statline = (
        next((each.statline for each in source.editions if each.edition == snapshot.edition), "") if source else ""
    )
    edition = f"{snapshot.edition}" + (f" (StatLine {statline})" if statline else "")
    return Step(f"Bestand {snapshot.file_name}", (
        ("bron", f"{source.title}, {source.publisher}" if source else snapshot.source),
        ("editie", f"{edition}, gebiedsindeling {snapshot.boundaries}"),
        ("licentie", snapshot.licence),
        ("sha256", snapshot.checksum),
        ("ingelezen", snapshot.retrieved),
        ("momentopname", snapshot.id),
    ))  # fmt: skip


def _parts_step(workspace: Workspace, of_area: pl.DataFrame, catalogue: Catalogue, row: dict[str, Any]) -> Step:
    """Each part's own mark, its weight, and what it adds to the composite's distance from the mean."""
    entry, parts = catalogue.composite(row["indicator"]), catalogue.parts_of(row["indicator"])
    newest = _newest_marks(of_area, parts, catalogue, row)
    wanted = {
        "level": list({row["level"], "gemeente"}),
        "indicator": [*parts, *([entry.target] if entry.target else [])],
    }
    edition = (row["level"], row["year"], row["boundaries"])
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    behind = behind_composite(row["indicator"], _read(workspace, "scores", wanted), catalogue, register, edition)
    filled, mean = np.full(len(parts), np.nan), catalogue.parameter("mark_mean")
    if row["area"] in behind.areas:
        filled = behind.filled[behind.areas.index(row["area"])]
    mark = float("nan") if row["mark"] is None else row["mark"]
    steps = {each.part: each for each in waterfall(parts, filled, behind.weights, mark, mean)} if parts else {}
    facts = [(part, _part_fact(steps.get(part), newest.get(part), mean)) for part in parts]
    if "samenspel" in steps:
        facts.append(("samenspel", f"de manier van optellen draagt {_number(steps['samenspel'].adds, 3)} bij"))
    way = _WAYS.get(entry.weights, "gewogen zoals opgegeven")
    return Step(f"Delen van '{catalogue.title_of(row['indicator'])}', {way}", tuple(facts))


_WAYS = {
    "equal": "gelijk gewogen", "pca": "gewogen naar hoofdcomponenten", "entropy": "gewogen naar spreiding (entropie)",
    "regression": "gewogen naar wat zij van een doel voorspellen", "optimised": "gewogen naar gewenst belang",
}  # fmt: skip


def _newest_marks(
    of_area: pl.DataFrame, parts: Collection[str], catalogue: Catalogue, row: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """The newest row with a mark of each part that may still be carried."""
    oldest = row["year"] - int(catalogue.parameter("carry_years"))
    marked = of_area.filter(
        pl.col("indicator").is_in(parts), pl.col("year").is_between(oldest, row["year"]), pl.col("mark").is_not_null()
    ).sort("year")  # fmt: skip
    return {each["indicator"]: each for each in marked.iter_rows(named=True)}


def _part_fact(step: WaterfallStep | None, own: dict[str, Any] | None, mean: float) -> str:
    if step is None:
        return "geen cijfer in dit jaar of kort daarvoor; telt niet mee"
    origin = f"{own['year']}" if own is not None else "niet gemeten, ingevuld"
    return (
        f"{_number(step.mark, 2)} ({origin}), gewicht {_number(step.weight, 2)}, "
        f"draagt {_number(step.adds, 3)} bij aan het verschil met {_number(mean, 1)}"
    )


def _read(workspace: Workspace, name: str, wanted: Mapping[str, Collection[Any]] | None = None) -> pl.DataFrame:
    folder = workspace.out / name
    if not has_shelf(folder):
        raise QuestionError(
            f"werkmap {workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil build' en 'stadspeil score'"
        )
    return read_shelf(folder, wanted)


def _name(workspace: Workspace, row: dict[str, Any]) -> str:
    areas = read_shelf(workspace.tables / "areas", {"area": [row["area"]]}, ["area", "boundaries", "name"])
    found = areas.sort((pl.col("boundaries") - row["boundaries"]).abs())
    return f"{found['name'][0]} ({row['area']})" if found.height else str(row["area"])


def _plural(level: str) -> str:
    return {"gemeente": "gemeenten", "wijk": "wijken", "buurt": "buurten"}.get(level, level)


def _short(value: float, decimals: int) -> str:
    """The number without zeros at its end."""
    return _number(value, decimals).rstrip("0").rstrip(",") if decimals > 0 else _number(value, 0)


def _number(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
