"""How one figure came about: mark ← value ← cells ← the text in the publisher's file ← edition and checksum."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister, is_invented, level_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator, Source, summed, title_in
from stadspeil.errors import QuestionError
from stadspeil.indicators import cells_behind
from stadspeil.indicators.noise import BY_MARGIN, DECLARED
from stadspeil.report.notes import about_row
from stadspeil.report.wording import Wording, wording
from stadspeil.scores.composites import behind_composite
from stadspeil.scores.explaining import Step as WaterfallStep
from stadspeil.scores.explaining import waterfall
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.sources import Snapshot, SnapshotStore, raw_cell
from stadspeil.workspace import Workspace

# What a way of adding up other than the arithmetic makes of the parts together.
TOGETHER = "samenspel"
Kind = Literal["", "mark", "value", "parts", "cell", "file"]


@dataclass(frozen=True)
class Step:
    """One link of the chain: what it is, and named facts about it in reading order."""

    title: str
    facts: tuple[tuple[str, str], ...]
    kind: Kind = ""


@dataclass(frozen=True)
class Chain:
    """The whole way from mark to file. `adds` is the way of a composite, part by part, as numbers."""

    question: str
    steps: tuple[Step, ...]
    year: int = 0
    adds: tuple[WaterfallStep, ...] = ()

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


@dataclass(frozen=True)
class _From:
    """Where the links are read from, and the words that tell of them."""

    workspace: Workspace
    catalogue: Catalogue
    words: Wording

    def fact(self, name: str, said: str) -> tuple[str, str]:
        """A named fact, its name in the language of the chain."""
        return self.words(f"lineage.{name}"), said

    def status(self, status: str) -> str:
        """Why there is a number, or none."""
        return self.words(f"lineage.status.{status}")

    def title(self, source: Source) -> str:
        """The title of a source."""
        return title_in(source, self.words.lang)

    def number(self, value: float, decimals: int) -> str:
        """A number as the language writes it."""
        return self.words.number(value, decimals)

    def short(self, value: float, decimals: int) -> str:
        """The number without zeros at its end."""
        text = self.number(value, decimals)
        return text.rstrip("0").rstrip(",.") if decimals > 0 else text


def explain_score(
    workspace: Workspace,
    catalogue: Catalogue,
    id: str,
    area: str,
    year: int | None = None,
    boundaries: int | None = None,
    lang: str = "nl",
) -> Chain:
    """The chain of an indicator or composite for an area; the newest year on the publisher's own boundaries when
    none are given.

    Raises: QuestionError when there is no such figure, naming the years and boundaries that there are.
    """
    level, at = level_of(area), _From(workspace, catalogue, wording(lang))
    of_area = _read(workspace, "scores", {"level": [level], "area": [area]})
    _refuse_planned(catalogue, id)
    row = _score_row(of_area.filter(pl.col("indicator") == id), year, boundaries, id, area)
    question = f"{catalogue.title_of(id, lang)} ({id}), {_name(workspace, row)}, {row['year']}"
    if is_invented(area):
        question = f"{at.words('lineage.invented')}\n{question}"
    if id in catalogue.composites:
        step, adds = _parts_step(at, of_area, row)
        return Chain(question, (_mark_step(at, row), step), row["year"], adds)
    entry = catalogue.indicator(id)
    scores = _read(workspace, "scores", {"level": [level], "year": [row["year"]], "indicator": [id]})
    cells = _cells(workspace, catalogue, entry, row)
    marked = _mark_step(at, row, _field_of(at, scores, entry, row))
    return Chain(
        question, (marked, _value_step(at, entry, row), *_cell_steps(at, cells, row["area"])), row["year"]
    )  # fmt: skip


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


def _field_of(at: _From, scores: pl.DataFrame, entry: Indicator, row: dict[str, Any]) -> str:
    """The field that a mark is relative to: how many areas, their mean and their spread."""
    same = [pl.col(name) == row[name] for name in ("indicator", "year", "boundaries", "level")]
    field = scores.filter(*same)["value"].drop_nulls().to_numpy()
    if row["mark"] is None or len(field) < 2:
        return ""
    return at.words(
        "lineage.field", number=len(field), areas=_plural(at, row["level"]), mean=at.number(float(field.mean()), 2),
        deviation=at.number(float(field.std()), 2), unit=at.words.unit(entry.unit),
        side=at.words("lineage.lower" if entry.direction == "lower_is_better" else "lineage.higher"),
    )  # fmt: skip


def _mark_step(at: _From, row: dict[str, Any], field: str = "") -> Step:
    none = at.words("lineage.no_mark", why=_why_no_mark(at, row))
    facts = [at.fact("mark", at.number(row["mark"], 2) if row["mark"] is not None else none)]
    if row["rank"] is not None:
        tie = f", {at.words('lineage.tie', number=row['tied'])}" if (row["tied"] or 1) > 1 else ""
        said = at.words(
            "lineage.place_said", rank=row["rank"], ranked=row["ranked"], tie=tie, areas=_plural(at, row["level"])
        )
        facts.append(at.fact("place", said))
    if field:
        facts.append(at.fact("relative_to", field))
    facts.append(at.fact("boundaries", at.words("lineage.division", year=row["boundaries"])))
    if row["coverage"] is not None:
        facts.append(at.fact("coverage", f"{at.number(100 * row['coverage'], 0)}%"))
    if row["note"]:
        facts.append(at.fact("note", " ".join(about_row(row, at.words)) or str(row["note"])))
    return Step(at.words("lineage.mark_title"), tuple(facts), "mark")


def _why_no_mark(at: _From, row: dict[str, Any]) -> str:
    reasons = ("neutral", "too_few_areas", "too_few_parts")
    told = [at.words(f"lineage.why_{word}") for word in (row["note"] or "").split(";") if word in reasons]
    return ", ".join(told) or at.words("lineage.no_value", status=at.status(row["status"]))


def _value_step(at: _From, entry: Indicator, row: dict[str, Any]) -> Step:
    wanted = {"indicator": [entry.id], "year": [row["year"]], "area": [row["area"]], "boundaries": [row["boundaries"]]}
    value = _read(at.workspace, "values", wanted).row(0, named=True)
    shown, unit, english = at.words("lineage.none"), at.words.unit(entry.unit), at.words.lang == "en"
    if value["value"] is not None:
        # Two decimals more than print shows, so that the way from the cells can be followed.
        shown = f"{at.short(value['value'], entry.decimals + 2)} {unit}".strip()
    facts = [at.fact("value", at.words("lineage.with_status", value=shown, status=at.status(value["status"])))]
    if value["spread"] is not None:
        error = f"{at.number(value['spread'], entry.decimals + 2)} {unit}".strip()
        facts.append(at.fact("error", f"{error}, {_spread_from(at, entry, value['spread_from'])}"))
    if value["n"] is not None:
        facts.append(at.fact("rests_on", at.number(value["n"], 0)))
    facts.append(at.fact("computed", _formula(at, entry, value["method"])))
    facts.append(at.fact("meaning", entry.definition_en if english else entry.definition))
    note = entry.note_en if english and entry.note_en else entry.note
    if note:
        facts.append(at.fact("mind", note))
    return Step(at.words("lineage.value_title"), tuple(facts), "value")


def _spread_from(at: _From, entry: Indicator, origin: str | None) -> str:
    """What a standard error rests on, in words."""
    if origin == BY_MARGIN:
        return at.words("lineage.error_margin")
    if (origin or "").startswith(DECLARED):
        return at.words(
            f"lineage.error_{entry.error_status}", source=entry.error_source, date=entry.error_date
        )  # fmt: skip
    return at.words("lineage.error_number")


def _formula(at: _From, entry: Indicator, method: str) -> str:
    if method == "rebuilt" or (entry.numerator and not method.startswith("published")):
        above, below = (f"({each})" if " + " in each else each for each in (entry.numerator, entry.denominator))
        return f"{above} / {below} × {entry.per:g} [{method}]"
    return at.words("lineage.as_published", column=entry.column or entry.id, method=method)


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


def _cell_steps(at: _From, cells: pl.DataFrame, area: str) -> Iterator[Step]:
    store = SnapshotStore(at.workspace.raw)
    for snapshot_id in cells["snapshot"].unique(maintain_order=True) if cells.height else ():
        snapshot = store.get(snapshot_id)
        for cell in cells.filter(pl.col("snapshot") == snapshot_id).iter_rows(named=True):
            none = at.words("lineage.no_cell", status=at.status(cell["status"]))
            part = "" if cell["area"] == area else f" {at.words('lineage.of_part', area=cell['area'])}"
            yield Step(f"{at.words('lineage.cell_title', field=cell['field'])}{part}", (
                at.fact("read_as", at.short(cell["value"], 4) if cell["value"] is not None else none),
                at.fact("in_file", f"'{raw_cell(store, snapshot, cell['field'], cell['row'])}'"),
                at.fact("where", at.words(
                    "lineage.column_row", column=snapshot.columns.get(cell["field"], cell["field"]), row=cell["row"]
                )),
                at.fact("file", snapshot.file_name),
            ), "cell")  # fmt: skip
        yield _file_step(at, snapshot)


def _file_step(at: _From, snapshot: Snapshot) -> Step:
    source = at.catalogue.sources.get(snapshot.source)
    statline = (
        next((each.statline for each in source.editions if each.edition == snapshot.edition), "") if source else ""
    )
    edition = f"{snapshot.edition}" + (f" (StatLine {statline})" if statline else "")
    return Step(at.words("lineage.file_title", file=snapshot.file_name), (
        at.fact("source", f"{at.title(source)}, {source.publisher}" if source else snapshot.source),
        at.fact("edition", f"{edition}, {at.words('lineage.division', year=snapshot.boundaries)}"),
        at.fact("licence", snapshot.licence),
        at.fact("checksum", snapshot.checksum),
        at.fact("retrieved", snapshot.retrieved),
        at.fact("snapshot", snapshot.id),
    ), "file")  # fmt: skip


def _parts_step(at: _From, of_area: pl.DataFrame, row: dict[str, Any]) -> tuple[Step, tuple[WaterfallStep, ...]]:
    """Each part's own mark, its weight, and what it adds to the composite's distance from the mean."""
    catalogue = at.catalogue
    entry, parts = catalogue.composite(row["indicator"]), catalogue.parts_of(row["indicator"])
    newest = _newest_marks(of_area, parts, catalogue, row)
    wanted = {
        "level": list({row["level"], "gemeente"}),
        "indicator": [*parts, *([entry.target] if entry.target else [])],
    }
    edition = (row["level"], row["year"], row["boundaries"])
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    behind = behind_composite(row["indicator"], _read(at.workspace, "scores", wanted), catalogue, register, edition)
    filled, mean = np.full(len(parts), np.nan), catalogue.parameter("mark_mean")
    if row["area"] in behind.areas:
        filled = behind.filled[behind.areas.index(row["area"])]
    mark = float("nan") if row["mark"] is None else row["mark"]
    adds = tuple(waterfall(parts, filled, behind.weights, mark, mean)) if parts else ()
    steps = {each.part: each for each in adds}
    facts = [(part, _part_fact(at, steps.get(part), newest.get(part), mean)) for part in parts]
    if TOGETHER in steps:
        facts.append((TOGETHER, at.words("lineage.together_adds", adds=at.number(steps[TOGETHER].adds, 3))))
    way = at.words(f"lineage.weighed_{entry.weights}")
    title = at.words("lineage.parts_title", title=catalogue.title_of(row["indicator"], at.words.lang), way=way)
    return Step(title, tuple(facts), "parts"), adds


def _newest_marks(
    of_area: pl.DataFrame, parts: Collection[str], catalogue: Catalogue, row: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """The newest row with a mark of each part that may still be carried."""
    oldest = row["year"] - int(catalogue.parameter("carry_years"))
    marked = of_area.filter(
        pl.col("indicator").is_in(parts), pl.col("year").is_between(oldest, row["year"]), pl.col("mark").is_not_null()
    ).sort("year")  # fmt: skip
    return {each["indicator"]: each for each in marked.iter_rows(named=True)}


def _part_fact(at: _From, step: WaterfallStep | None, own: dict[str, Any] | None, mean: float) -> str:
    if step is None:
        return at.words("lineage.part_missing")
    origin = f"{own['year']}" if own is not None else at.words("lineage.filled_in")
    return at.words(
        "lineage.part_said", mark=at.number(step.mark, 2), origin=origin, weight=at.number(step.weight, 2),
        adds=at.number(step.adds, 3), mean=at.number(mean, 1),
    )  # fmt: skip


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


def _plural(at: _From, level: str) -> str:
    return at.words(f"lineage.areas_{level}")
