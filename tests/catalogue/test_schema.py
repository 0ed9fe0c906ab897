"""The JSON Schema says the same as the reader, because both come from the dataclasses."""

from __future__ import annotations

import tomllib

import pytest

from stadspeil.catalogue import catalogue_root, load_catalogue, reference, schema
from stadspeil.catalogue.entries import Indicator, Source


def test_an_entry_may_hold_no_other_keys_and_must_hold_the_required_ones() -> None:
    made = schema.entry_schema(Indicator, frozenset({"id", "theme"}))
    assert made["additionalProperties"] is False
    assert "direction" in made["required"]
    assert "column" not in made["required"]
    assert "id" not in made["properties"]


def test_closed_lists_become_enums() -> None:
    made = schema.entry_schema(Indicator)
    assert made["properties"]["direction"]["enum"] == ["higher_is_better", "lower_is_better", "neutral"]
    assert made["properties"]["possible"]["minItems"] == made["properties"]["possible"]["maxItems"] == 2


def test_a_source_is_one_entry_per_file_with_editions_by_year() -> None:
    made = schema.file_schema(Source, frozenset({"id"}))
    assert "boundaries" in made["properties"]["editions"]["additionalProperties"]["properties"]


@pytest.mark.parametrize(("kind", "pattern", "decided"), schema.FILES)
def test_every_key_in_our_files_is_in_the_schema(kind: type, pattern: str, decided: frozenset[str]) -> None:
    known = set(schema.entry_schema(kind, decided)["properties"])
    for path in catalogue_root().glob(pattern.replace("<theme>", "*").replace("<id>", "*").replace("<topic>", "*")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = [content] if kind in schema.ONE_PER_FILE else content.values()
        assert {key for entry in entries for key in entry} <= known, path.name


def test_every_indicator_source_and_parameter_has_its_place_in_the_reference() -> None:
    catalogue = load_catalogue()
    pages = reference.pages(catalogue)
    assert all(f"### `{id}`" in pages["indicators.md"] for id in catalogue.indicators)
    assert all(f"## `{id}`" in pages["sources.md"] for id in catalogue.sources)
    assert all(f"`{id}`" in pages["parameters.md"] for id in catalogue.parameters)
    assert all(f"`{id}`" in pages["fields.md"] for id in catalogue.fields)
