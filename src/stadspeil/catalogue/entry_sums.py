"""A checksum per catalogue entry of what moves numbers, so that a changed number can name the entry that changed it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from stadspeil.catalogue.catalogue import Catalogue

# What a reader sees and no number hangs on.
_WORDS = {
    "title", "title_en", "definition", "definition_en", "note", "note_en", "short", "short_en", "order", "decimals",
    "published", "mirrored", "publisher_columns", "homepage", "publisher", "licence", "update", "update_months", "fetch",
    "expected", "evidence", "date", "reason", "stated", "study",
}  # fmt: skip
_LENGTH = 12


def entry_sums(catalogue: Catalogue) -> dict[str, str]:
    """'indicator bijstand' = checksum; of parameters the value itself. Corrections stand under their source."""
    found: dict[str, str] = {}
    kinds: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("indicator", catalogue.indicators), ("composite", catalogue.composites), ("source", catalogue.sources),
        ("field", catalogue.fields), ("group", catalogue.groups), ("region", catalogue.regions),
    )  # fmt: skip
    for kind, entries in kinds:
        found |= {f"{kind} {id}": _sum([entry]) for id, entry in entries.items()}
    found |= {f"parameter {id}": f"{entry.value:g}" for id, entry in catalogue.parameters.items()}
    for source in sorted({each.source for each in catalogue.corrections.values()}):
        own = [each for each in catalogue.corrections.values() if each.source == source]
        found[f"correction {source}"] = _sum(own)
    return dict(sorted(found.items()))


def _sum(entries: Iterable[Any]) -> str:
    told = [
        {name: value for name, value in dataclasses.asdict(entry).items() if name not in _WORDS} for entry in entries
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:_LENGTH]
