"""Whole tables as files: CSV as it is read, Parquet, and beside them what each column is."""

from __future__ import annotations

import atexit
import hashlib
import io
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.analyses.store import FOLDER as ANALYSES_FOLDER
from stadspeil.atlas.api.analyses import SHOWN, columns_of
from stadspeil.atlas.api.asking import LIMIT, OFFSET, Parameter, known_ones
from stadspeil.atlas.api.entries import figure_ids
from stadspeil.atlas.api.problems import RefusalError, Wrong, missing
from stadspeil.atlas.api.resources import CSV, PARQUET, Question, Reply, Resource, as_json, page_of_rows
from stadspeil.atlas.preparing import BY_INDICATOR
from stadspeil.atlas.preparing import FOLDER as ATLAS_FOLDER
from stadspeil.atlas.site import Site
from stadspeil.catalogue.reader import near_match
from stadspeil.contracts import AREAS, GROUP_SCORES, SCORES, Contract
from stadspeil.disclosure import safe_cell
from stadspeil.shelf import Shelved, has_shelf, read_part, shelf_parts

_LEFT_OUT = ("geometry",)
_PIECE = 1 << 18
# Seconds that a caller waits for another's file to be made.
_PATIENCE = 20


@dataclass(frozen=True)
class Dataset:
    """A table that leaves whole: where it stands and what it promises. `by_figure`: also figure by figure."""

    id: str
    title: str
    contract: Contract
    folder: Path
    by_figure: bool = False

    @property
    def columns(self) -> list[str]:
        """Names of the columns that leave."""
        return [name for name in self.contract.columns if name not in _LEFT_OUT]


def datasets_of(site: Site) -> dict[str, Dataset]:
    """All that can be had whole. Squares are not among them (decision 30)."""
    out = site.workspace.out
    first = (
        Dataset("scores", "Waarden, rapportcijfers en plaatsen", SCORES, out / ATLAS_FOLDER / BY_INDICATOR, True),
        Dataset("group_scores", "Gemiddelden van groepen en regio's", GROUP_SCORES, out / "group_scores"),
        Dataset("areas", "Gebieden per gebiedsindeling", AREAS, site.workspace.tables / "areas"),
    )
    more = [Dataset(name, f"Analyse {name}", each, out / ANALYSES_FOLDER / name) for name, each in SHOWN.items()]
    return {each.id: each for each in (*first, *more) if has_shelf(each.folder)}


def known_dataset(question: Question) -> Dataset:
    """The data set of an address. RefusalError (404) for another."""
    known, id = datasets_of(question.site), question.parts["dataset"]
    if id not in known:
        raise missing(f"dataset '{id[:80]}' is er niet{near_match(id, known)}")
    return known[id]


def _list(question: Question) -> Reply:
    return page_of_rows(question, "datasets", [_brief(question, each) for each in datasets_of(question.site).values()])


def _brief(question: Question, dataset: Dataset) -> dict[str, Any]:
    own = f"/datasets/{dataset.id}"
    return {
        "id": dataset.id, "titel": dataset.title, "rij": dataset.contract.row,
        "rijen": sum(part.rows for part in shelf_parts(dataset.folder)), "perCijfer": dataset.by_figure,
        "links": [
            question.link("csv", f"{own}/csv", CSV), question.link("parquet", f"{own}/parquet", PARQUET),
            question.link("describedby", f"{own}/csv-metadata"),
        ],
    }  # fmt: skip


def _one(question: Question) -> Reply:
    dataset = known_dataset(question)
    columns = [each for each in columns_of(dataset.contract) if each["naam"] in dataset.columns]
    return as_json({**_brief(question, dataset), "kolommen": columns})


def _parts(question: Question, dataset: Dataset) -> list[Shelved]:
    figure = question.given["cijfer"]
    if figure is None:
        return shelf_parts(dataset.folder)
    if not dataset.by_figure:
        detail = f"'cijfer': {dataset.id} is er alleen in zijn geheel"
        raise RefusalError(400, detail, [Wrong("query", "cijfer", detail, "waarde")])
    known_ones("cijfer", [figure], figure_ids(question.site))
    found = [part for part in shelf_parts(dataset.folder) if figure in part.holds.get("indicator", ())]
    if not found:
        raise missing(f"van cijfer '{figure}' zijn er nog geen uitkomsten")
    return found


def _csv(question: Question) -> Reply:
    dataset = known_dataset(question)
    parts = _parts(question, dataset)
    return Reply(
        media_type=f"{CSV}; charset=utf-8", headers=_as_file(question, dataset, "csv"), stream=_lines(dataset, parts)
    )


def _lines(dataset: Dataset, parts: list[Shelved]) -> Iterator[bytes]:
    """A header, then a part of the shelf at a time."""
    yield (",".join(dataset.columns) + "\r\n").encode()
    for part in parts:
        for table in _part(dataset, part).iter_slices(50_000):
            yield table.write_csv(include_header=False, line_terminator="\r\n").encode()


def _part(dataset: Dataset, part: Shelved) -> pl.DataFrame:
    """One part, its texts as a spreadsheet may open them."""
    table = _only_columns(dataset, part)
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    return table.with_columns(_safe(table[name]) for name in texts)


def _only_columns(dataset: Dataset, part: Shelved) -> pl.DataFrame:
    return read_part(dataset.folder, part).select(dataset.columns)


def _safe(column: pl.Series) -> pl.Series:
    known = {each: safe_cell(each) for each in column.drop_nulls().unique()}
    changed = {each: made for each, made in known.items() if each != made}
    return column.replace(changed) if changed else column


class _Packed:
    """Parquet files of whole tables: made once per version by each worker, in a folder that goes when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @cached_property
    def _folder(self) -> Path:
        made = Path(tempfile.mkdtemp(prefix="stadspeil-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        return made

    def file(self, dataset: Dataset, parts: list[Shelved]) -> Path:
        """The file, made now if need be; one at a time, so that memory stays small."""
        if not self._lock.acquire(timeout=_PATIENCE):
            raise RefusalError(
                503, "er wordt al een groot bestand gemaakt; probeer het zo weer", headers={"Retry-After": "30"}
            )
        try:
            mark = hashlib.sha256("".join(part.checksum for part in parts).encode()).hexdigest()[:16]
            path = self._folder / f"{dataset.id}-{mark}.parquet"
            if not path.is_file():
                for old in self._folder.glob(f"{dataset.id}-*"):
                    old.unlink()
                made = path.with_suffix(".part")
                whole = pl.scan_parquet([dataset.folder / part.file for part in parts]).select(dataset.columns)
                whole.sink_parquet(made, compression="zstd", maintain_order=True)
                made.replace(path)
            return path
        finally:
            self._lock.release()


def _parquet(packed: _Packed) -> Any:
    def answer(question: Question) -> Reply:
        dataset = known_dataset(question)
        parts = _parts(question, dataset)
        headers = _as_file(question, dataset, "parquet")
        if question.only_head:
            return Reply(media_type=PARQUET, headers=headers, stream=iter(()))
        if len(parts) == 1:
            content = io.BytesIO()
            _only_columns(dataset, parts[0]).write_parquet(content, compression="zstd")
            return Reply(media_type=PARQUET, headers=headers, stream=iter([content.getvalue()]))
        path = packed.file(dataset, parts)
        return Reply(
            media_type=PARQUET, headers={**headers, "Content-Length": str(path.stat().st_size)}, stream=_pieces(path)
        )

    return answer


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while piece := opened.read(_PIECE):
            yield piece


def _as_file(question: Question, dataset: Dataset, ending: str) -> Mapping[str, str]:
    figure = question.given["cijfer"]
    name = "-".join(filter(None, ("stadspeil", dataset.id, figure, question.site.results.version)))
    return {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}


def _metadata(question: Question) -> Reply:
    """By CSV on the Web: what a program needs to read the file right."""
    dataset = known_dataset(question)
    kinds = {"integer": "integer", "number": "double", "boolean": "boolean", "string": "string"}
    columns = [
        {"name": each["naam"], "titles": each["naam"], "datatype": kinds[each["type"]], "required": not each["magLeeg"]}
        for each in columns_of(dataset.contract)
        if each["naam"] in dataset.columns
    ]  # fmt: skip
    return as_json({
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": question.address(f"/datasets/{dataset.id}/csv"), "dc:title": dataset.title,
        "dc:description": dataset.contract.row, "dc:hasVersion": question.site.results.version,
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns, "primaryKey": list(dataset.contract.key)},
    })  # fmt: skip


_FIGURE = Parameter("cijfer", "Alleen dit cijfer; alleen bij `scores`.", example="koopwoningen_aandeel",
                    pattern=r"^[a-z][a-z0-9_]{0,79}$")  # fmt: skip
_HERE = "https://stadspeil.example/v1/datasets"
_BRIEF: dict[str, Any] = {
    "id": "scores", "titel": "Waarden, rapportcijfers en plaatsen",
    "rij": "one indicator or composite of one area in one year, held against all areas of its level", "rijen": 890797,
    "perCijfer": True, "links": [{"rel": "csv", "href": f"{_HERE}/scores/csv", "type": CSV}],
}  # fmt: skip
_COLUMN = {"naam": "area", "type": "string", "sleutel": True, "magLeeg": False}


def resources() -> tuple[Resource, ...]:
    """The resources of whole tables."""
    packed = _Packed()
    return (
        Resource("/datasets", "datasets", "Bestanden", "Lijst van datasets", "Tabellen die u als geheel kunt ophalen.",
                 _list, "Datasets",
                 {"aantal": 1, "gegeven": 1, "links": [{"rel": "self", "href": f"{_HERE}?limit=100&offset=0", "type": "application/json"}],
                  "datasets": [_BRIEF]}, (LIMIT, OFFSET)),
        Resource("/datasets/{dataset}", "dataset", "Bestanden", "Een dataset", "Met zijn kolommen.",
                 _one, "Dataset", {**_BRIEF, "kolommen": [_COLUMN]}),
        Resource("/datasets/{dataset}/csv", "dataset-csv", "Bestanden", "Een dataset als CSV",
                 "Komma's tussen de kolommen, punten in getallen, UTF-8, de kop op de eerste regel. De naam van het bestand "
                 "draagt de uitgave.",
                 _csv, "", "area,level,year,boundaries,indicator,value\r\nGM9002,gemeente,2024,2024,inwoners,128000.0\r\n",
                 (_FIGURE,), CSV),
        Resource("/datasets/{dataset}/parquet", "dataset-parquet", "Bestanden", "Een dataset als Parquet",
                 "Een kolombestand voor Python, R en DuckDB, met typen. De naam van het bestand draagt de uitgave.",
                 _parquet(packed), "", None, (_FIGURE,), PARQUET),
        Resource("/datasets/{dataset}/csv-metadata", "dataset-csv-metadata", "Bestanden", "Wat de kolommen zijn",
                 "Beschrijving van het CSV-bestand naar CSV on the Web.",
                 _metadata, "CsvMetadata",
                 {"@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}], "url": f"{_HERE}/scores/csv",
                  "dc:title": "Waarden, rapportcijfers en plaatsen", "dc:description": "one indicator ...",
                  "dc:hasVersion": "6beca33d0f1e2a3b",
                  "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
                  "tableSchema": {"columns": [{"name": "area", "titles": "area", "datatype": "string", "required": True}],
                                  "primaryKey": ["area", "year", "boundaries", "indicator"]}}),
    )  # fmt: skip
