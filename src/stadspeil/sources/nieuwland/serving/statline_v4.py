"""StatLine's new service: one observation per cell; empty cells are not given."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from stadspeil.sources.nieuwland.serving.filters import FilterError, as_expression
from stadspeil.sources.nieuwland.serving.parts import Part, Question
from stadspeil.sources.nieuwland.serving.statline_v3 import next_page
from stadspeil.sources.nieuwland.serving.warehouse import Table, Warehouse

PER_PAGE = 100_000
_KINDS = {"Perioden": "TimeDimension", "RegioS": "GeoDimension", "WijkenEnBuurten": "GeoDetail"}


def answer(question: Question, warehouse: Warehouse) -> Part | None:
    """The answer to https://datasets.cbs.nl/odata/v1/CBS/{id}/{entity}; None when there is no such thing."""
    steps = question.path.strip("/").split("/")[3:]
    if not steps:
        return None
    if steps[0] == "Datasets":
        return Part(value=[{"Identifier": id, "Catalog": "CBS"} for id in warehouse.tables()])
    table = warehouse.table(steps[0])
    entity = steps[1] if len(steps) > 1 else ""
    if table is None:
        return None
    about = {"@odata.context": f"https://datasets.cbs.nl/odata/v1/CBS/{table.id}/$metadata#{entity}"}
    if entity == "Properties":
        info = table.meta["TableInfos"]
        told = {"Identifier": table.id, "Title": info.get("Title", ""), "Modified": info.get("Modified", "")}
        return Part(text=json.dumps({**about, **told}))
    if entity == "Observations":
        return _observations(question, table, about)
    rows = _described(table, entity)
    return None if rows is None else Part(about=about, value=rows)


def _described(table: Table, entity: str) -> list[dict[str, Any]] | None:
    if entity == "MeasureCodes":
        return [
            {"Identifier": _measure(each), "Title": each["Title"], "Description": each.get("Description", ""),
             "Unit": each.get("Unit", ""), "Index": place, "Decimals": each.get("Decimals", 0),
             "DataType": "Float", "Format": None, "PresentationType": None, "MeasureGroupId": None}
            for place, each in enumerate(table.topics)
        ]  # fmt: skip
    if entity == "MeasureGroups":
        return []
    if entity == "Dimensions":
        return [
            {"Identifier": name, "Title": name, "Description": "", "Kind": _KINDS.get(name, "Dimension"),
             "MapYear": None, "ReleasePolicy": "True"}
            for name in table.dimensions
        ]  # fmt: skip
    name = entity.removesuffix("Codes").removesuffix("Groups")
    if name not in table.dimensions:
        return None
    if entity.endswith("Groups"):
        return []
    return [
        {"Identifier": each["Key"], "Title": each.get("Title", ""), "Description": each.get("Description") or "",
         "Index": place, "DimensionGroupId": None, "Status": each.get("Status")}
        for place, each in enumerate(table.dimensions[name])
    ]  # fmt: skip


def _measure(topic: dict[str, Any]) -> str:
    """A code that stays when the column moves, as those of the real service do."""
    return f"M{int(topic['Position']):06}"


def _observations(question: Question, table: Table, about: dict[str, Any]) -> Part:
    names = list(table.dimensions)
    columns = {each["Key"]: _measure(each) for each in table.topics if each["Key"] in table.rows.columns}
    numbers = table.rows.select(
        *names, *[pl.col(key).cast(pl.Float64, strict=False).alias(id) for key, id in columns.items()]
    )
    cells = numbers.unpivot(index=names, variable_name="Measure", value_name="Value").drop_nulls("Value")
    cells = cells.with_row_index("Id").with_columns(ValueAttribute=pl.lit("None"))
    asked = question.query
    if asked.get("$filter"):
        try:
            cells = cells.filter(as_expression(asked["$filter"], cells.columns))
        except FilterError as fault:
            return Part(status=400, text=json.dumps({"error": {"message": str(fault)}}))
    if asked.get("$count") == "true":
        about = {**about, "@odata.count": cells.height}
    top, skip = int(asked.get("$top", cells.height)), int(asked.get("$skip", 0))
    page = cells.slice(skip, min(top, PER_PAGE))
    following = skip + page.height
    link = ""
    if page.height and following < min(cells.height, skip + top):
        link = next_page(question, following, top - page.height)
    return Part(about=about, rows=page, link=("@odata.nextLink", link))
