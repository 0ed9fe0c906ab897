"""JSON Schema of the catalogue's files, made from the dataclasses, so that editors check while one types."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, Literal

from stadspeil.catalogue.appraisal_entries import (
    Actor,
    Agenda,
    Claw,
    Fund,
    Intervention,
    OptimismClass,
    Package,
    Study,
    UnitValue,
)
from stadspeil.catalogue.entries import (
    BuildingProgramme,
    Column,
    Composite,
    Correction,
    Edition,
    Fetch,
    Field,
    Finding,
    Group,
    GroupFamily,
    Indicator,
    Margins,
    Parameter,
    Region,
    RenewalAsset,
    Source,
    Table,
    Theme,
)  # fmt: skip

# Kind, file pattern, keys that the file's place decides.
FILES: tuple[tuple[type, str, frozenset[str]], ...] = (
    (Theme, "themes.toml", frozenset({"id"})),
    (Indicator, "indicators/<theme>.toml", frozenset({"id", "theme"})),
    (Composite, "composites.toml", frozenset({"id"})),
    (Source, "sources/<id>.toml", frozenset({"id"})),
    (Field, "fields.toml", frozenset({"id"})),
    (Table, "tables.toml", frozenset({"id"})),
    (Group, "groups.toml", frozenset({"id"})),
    (Region, "regions.toml", frozenset({"id"})),
    (Parameter, "parameters/<topic>.toml", frozenset({"id"})),
    (Correction, "corrections.toml", frozenset({"id"})),
    (Finding, "evidence/<topic>.toml", frozenset({"id"})),
    (GroupFamily, "group_families.toml", frozenset({"id"})),
    (BuildingProgramme, "programmes/<id>.toml", frozenset({"id"})),
    (RenewalAsset, "renewal.toml", frozenset({"id"})),
    (Study, "evidence/effects/<topic>.toml", frozenset({"id"})),
    (Intervention, "interventions/<id>.toml", frozenset({"id"})),
    (Package, "packages/<id>.toml", frozenset({"id"})),
    (Agenda, "agendas/<id>.toml", frozenset({"id"})),
    (Fund, "funds/<id>.toml", frozenset({"id"})),
    (Actor, "valuations/actors.toml", frozenset({"id"})),
    (UnitValue, "valuations/unit_values.toml", frozenset({"id"})),
    (OptimismClass, "valuations/optimism.toml", frozenset({"id"})),
    (Claw, "valuations/claws.toml", frozenset({"id"})),
)
ONE_PER_FILE = (Source, BuildingProgramme, Intervention, Package, Agenda, Fund)
_SIMPLE: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def file_schema(kind: type, decided: frozenset[str]) -> dict[str, Any]:
    """The schema of one kind of file. A source or programme is one entry per file, all others are many."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind.__name__}
    entry = entry_schema(kind, decided)
    if kind in ONE_PER_FILE:
        return {**head, **entry}
    return {**head, "type": "object", "additionalProperties": entry}


def entry_schema(kind: type, decided: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The schema of one entry."""
    hints = typing.get_type_hints(kind)
    properties: dict[str, Any] = {}
    required = []
    for each in dataclasses.fields(kind):
        if each.name in decided:
            continue
        properties[each.name] = {"description": each.metadata.get("help", ""), **_property(hints[each.name])}
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING:
            required.append(each.name)
        elif each.default not in (dataclasses.MISSING, "", (), None):
            properties[each.name]["default"] = each.default
    return {
        "type": "object", "description": _summary(kind), "properties": properties, "required": required,
        "additionalProperties": False,
    }  # fmt: skip


def _property(hint: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is dict:
        return {"type": "object", "additionalProperties": {"type": _SIMPLE[arguments[1]]}}
    if hint == tuple[Column, ...]:
        column = entry_schema(Column, frozenset({"field"}))
        column["properties"]["column"] = _text_or_texts()
        return {"type": "object", "additionalProperties": {"anyOf": [_text_or_texts(), column]}}
    if hint == Fetch | None:
        return entry_schema(Fetch)
    if hint == Margins | None:
        return entry_schema(Margins)
    if hint == float | None:
        return _property(float)
    if hint == tuple[Edition, ...]:
        return {"type": "object", "additionalProperties": entry_schema(Edition, frozenset({"edition"}))}
    if origin is tuple and dataclasses.is_dataclass(arguments[0]):
        return {"type": "object", "additionalProperties": entry_schema(arguments[0], frozenset({"id"}))}  # type: ignore[arg-type]
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _property(arguments[0]), "minItems": 1}
    if origin is tuple:
        size = len(arguments)
        return {"type": "array", "items": _property(arguments[0]), "minItems": size, "maxItems": size}
    return {"type": _SIMPLE[hint]}


def _text_or_texts() -> dict[str, Any]:
    return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}


def _summary(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())
