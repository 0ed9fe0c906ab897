"""Files that describe a table but hold no figures: people download them beside it and hand in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# What StatLine calls each part, with the headers that mark it; the first that fits.
_PARTS = (
    ("de beschrijving van de kolommen (DataProperties)", {"Key", "Title", "Type", "ParentID"}),
    ("de lijst van onderwerpen (MeasureCodes)", {"Identifier", "Title", "DataType", "Unit"}),
    ("de lijst van tabellen", {"Identifier", "Catalog", "Title"}),
    ("de lijst van dimensies (Dimensions)", {"Identifier", "Title", "Kind"}),
    ("een lijst van codes", {"Identifier", "Title", "DimensionGroupId"}),
    ("een lijst van groepen", {"Id", "Title", "ParentId"}),
    ("een lijst van codes", {"Key", "Title", "Description"}),
    ("de inhoudsopgave van een tabel", {"name", "url"}),
)
_OBSERVATIONS = {"Measure", "Value", "ValueAttribute"}
REMEDY = "laat dit bestand weg; de cijfers zelf staan in TypedDataSet of UntypedDataSet"


def description_of(headers: Sequence[str]) -> tuple[str, str]:
    """What a table with these headers is when it is a part of a table only, and what to do; else empty texts."""
    offered = set(headers)
    if offered >= _OBSERVATIONS:
        return (
            "dit zijn losse waarnemingen (Observations) zonder de lijst van onderwerpen",
            "haal de tabel op met 'stadspeil fetch', of als TypedDataSet",
        )
    found = next((name for name, marks in _PARTS if marks <= offered), "")
    return (f"dit is {found}; er staan geen cijfers in", REMEDY) if found else ("", "")


def described_table(answer: Mapping[str, object]) -> str:
    """The table that a JSON object without rows is about: 'titel (id)'; empty when it is about none."""
    inner = answer.get("dataset")
    about = inner if isinstance(inner, dict) else answer
    lower = {str(key).lower(): value for key, value in about.items()}
    title, id = lower.get("title"), lower.get("identifier") or lower.get("id")
    return f"{title} ({id})" if isinstance(title, str) and isinstance(id, str) else ""
