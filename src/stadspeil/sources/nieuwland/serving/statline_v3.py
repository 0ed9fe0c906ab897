"""StatLine's old service: ODataFeed with pages, ODataApi with its limit, and the tables about a table."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

import polars as pl

from stadspeil.sources.nieuwland.serving.filters import FilterError, as_expression
from stadspeil.sources.nieuwland.serving.parts import Part, Question
from stadspeil.sources.nieuwland.serving.warehouse import Table, Warehouse

PER_PAGE = 10_000
_SETS = {"TypedDataSet", "UntypedDataSet"}


def answer(question: Question, warehouse: Warehouse) -> Part | None:
    """The answer to https://HOST/{ODataApi|ODataFeed}/odata/{id}[/{entity}]; None when there is no such thing."""
    steps = question.path.strip("/").split("/")
    service = steps[0].casefold()
    if service == "odatacatalog":
        return _catalog(question, warehouse)
    if len(steps) < 3 or service not in ("odataapi", "odatafeed"):
        return None
    table = warehouse.table(steps[2])
    if table is None or _host(table) != question.host:
        return None
    entity = steps[3] if len(steps) > 3 else ""
    if entity in _SETS and steps[4:] == ["$count"]:
        return _count(question, table)
    if entity in _SETS:
        return _rows(question, table, entity, feed=service == "odatafeed")
    about = {"TableInfos": [table.meta["TableInfos"]], "DataProperties": table.properties, "CategoryGroups": []}
    if not entity:
        names = [*about, "TypedDataSet", "UntypedDataSet", *table.dimensions]
        link = f"https://{question.host}/{steps[0]}/odata/{table.id}"
        return _json(question, table, "", [{"name": name, "url": f"{link}/{name}"} for name in names])
    found = about.get(entity, table.dimensions.get(entity))
    if found is None:
        return None
    return _json(question, table, entity, found)


def _host(table: Table) -> str:
    return "dataderden.cbs.nl" if table.meta.get("catalog") == "derden" else "opendata.cbs.nl"


def _catalog(question: Question, warehouse: Warehouse) -> Part:
    tables = [table for id in warehouse.tables() if (table := warehouse.table(id)) and _host(table) == question.host]
    return Part(value=[table.meta["TableInfos"] for table in tables])


def _json(question: Question, table: Table, entity: str, rows: list[dict[str, Any]]) -> Part:
    return Part(about=_about(question, table, entity), value=rows)


def _about(question: Question, table: Table, entity: str) -> dict[str, Any]:
    kind = f"#Cbs.OData.WebAPI.{entity}" if entity else ""
    return {"odata.metadata": f"https://{question.host}/ODataApi/OData/{table.id}/$metadata{kind}"}


def _count(question: Question, table: Table) -> Part:
    try:
        rows = _filtered(question, table)
    except FilterError as fault:
        return _refusal(fault)
    return Part(text=str(rows.height), kind="text/plain")


def _filtered(question: Question, table: Table) -> pl.DataFrame:
    rows = table.rows.with_row_index("ID")
    asked = question.query.get("$filter")
    return rows.filter(as_expression(asked, rows.columns)) if asked else rows


def _refusal(fault: FilterError) -> Part:
    return Part(status=400, text=json.dumps({"odata.error": {"message": {"value": str(fault)}}}))


def _rows(question: Question, table: Table, entity: str, feed: bool) -> Part:
    asked = question.query
    try:
        rows = _filtered(question, table)
        selected = _selected(asked.get("$select", ""), rows.columns)
    except FilterError as fault:
        return _refusal(fault)
    top, skip = int(asked.get("$top", rows.height)), int(asked.get("$skip", 0))
    if not feed and min(top, rows.height) > PER_PAGE:
        return Part(status=500, text="The query returns more than 10000 records", kind="text/plain")
    page = rows.slice(skip, min(top, PER_PAGE))
    if entity == "UntypedDataSet":
        page = page.with_columns(pl.all().exclude("ID").cast(pl.String).fill_null("       ."))
    about = _about(question, table, entity)
    following = skip + page.height
    link = ""
    if feed and page.height and following < min(rows.height, skip + top):
        link = next_page(question, following, top - page.height)
    return Part(about=about, rows=page.select(selected), link=("odata.nextLink", link))


def next_page(question: Question, skip: int, left: int) -> str:
    """The address of the next page, with all that was asked; of `$top` only what is left of it."""
    top = {"$top": left} if "$top" in question.query else {}
    query = urllib.parse.urlencode({**question.query, "$skip": skip} | top, quote_via=urllib.parse.quote)
    return f"https://{question.host}/{question.path.strip('/')}?{query}"


def _selected(select: str, columns: list[str]) -> list[str]:
    names = [name.strip() for name in select.split(",")] if select else columns
    if unknown := [name for name in names if name not in columns]:
        raise FilterError(f"Could not find a property named '{unknown[0]}'")
    return names
