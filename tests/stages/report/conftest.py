"""A small country of thirty gemeenten with one town in it, made by hand so that every expectation can be counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import pytest

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Composite, Edition, Group, Indicator, Parameter, Region, Source, Table, Theme
from stadspeil.contracts import AREAS, CELLS, GROUP_SCORES, SCORES
from stadspeil.report import Material

TOWN = "GM0110"
CODES = [f"GM01{number:02d}" for number in range(1, 31)]


def indicator(id: str, theme: str, direction: str = "higher_is_better", **changes: Any) -> Indicator:
    plain = Indicator(
        id=id, theme=theme, title=f"Titel van {id}", title_en=f"Title of {id}", definition=f"Wat {id} meet.",
        definition_en=f"What {id} measures.", unit="%", direction=direction, kind="share", levels=("gemeente",),  # type: ignore[arg-type]
        source="bron", possible=(0, 100), expected=(0, 100), status="connected", column=f"{id}_pct",
    )  # fmt: skip
    return replace(plain, **changes)


INDICATORS = [
    indicator("tevreden", "wonen"),
    indicator("overlast", "wonen", "lower_is_better", unit="per 1.000", note="Alleen wat gemeld is."),
    indicator("eengezins", "wonen", "neutral"),
    indicator("gepland", "wonen", status="planned"),
    indicator("geheim", "wonen"),
    indicator("afwezig", "wonen"),
    indicator("baan", "werk"),
    indicator("uitkering", "werk", "lower_is_better"),
    indicator("ruis", "werk"),
    indicator("leeg_gepland", "leeg", status="planned"),
]


def tiny_catalogue() -> Catalogue:
    gemeenten = pl.DataFrame(
        [(code, f"Stad {code[-2:]}", "Provincie", None, None, "ours") for code in CODES if code != TOWN]
        + [(TOWN, "Waterwijk aan de Vaart", "Provincie", None, None, "ours")],
        schema={
            "code": pl.String, "name": pl.String, "province": pl.String, "first": pl.Int16, "last": pl.Int16,
            "evidence": pl.String,
        }, orient="row",
    )  # fmt: skip
    changes = pl.DataFrame(
        schema={
            "date": pl.Date, "from_code": pl.String, "to_code": pl.String, "kind": pl.String, "weight": pl.Float64,
            "evidence": pl.String, "source": pl.String, "note": pl.String,
        }
    )  # fmt: skip
    themes = [Theme(id, id.capitalize(), f"{id} EN", order) for order, id in enumerate(("wonen", "werk", "leeg"))]
    group = Group(
        "groep", "De groep", "The group", (TOWN, "GM0111", "GM0112"), "sourced", "een studie", "Groep", "Group", 1
    )
    region = Region(
        TOWN, "Regio van Waterwijk", "Region of Waterwijk", "GM0113", (TOWN, "GM0113"), "ours", "eigen keuze"
    )
    source = Source(
        id="bron", title="De bron", title_en="The source", publisher="Het bureau", licence="CC BY 4.0", homepage="",
        status="connected", format="statline_rows", shape="ours", table="tabel", editions=(Edition("2020", 2020, "99999NED"),),
    )  # fmt: skip
    composite = Composite("thema_wonen", "Wonen", "Housing", "Delen.", "Parts.", parts=("tevreden", "overlast"))
    numbers = {
        "mark_mean": 6.5, "mark_sd": 1.25, "mark_min": 3, "mark_max": 10, "coverage_gemeente": 0.9,
        "composite_minimum_weight": 0.6, "carry_years": 2,
    }  # fmt: skip
    return Catalogue(
        themes={each.id: each for each in themes},
        indicators={each.id: each for each in INDICATORS},
        composites={composite.id: composite},
        sources={source.id: source},
        fields={},
        tables={"tabel": Table("tabel", "Tabel", "rij")},
        groups={group.id: group},
        regions={region.id: region},
        parameters={
            id: Parameter(id, value, "", "", "", "2024-01-01", "ours") for id, value in numbers.items()
        },
        gemeenten=gemeenten,
        changes=changes,
        fingerprint="klein",
    )  # fmt: skip


@dataclass(frozen=True)
class Field:
    """Scores of one indicator: the town at `rank`, everybody else in order of code around it."""

    id: str
    rank: int
    year: int = 2020
    boundaries: int = 2020
    tied: int = 1
    spread: float | None = None
    neutral: bool = False
    lower: bool = False
    note: str = ""

    def rows(self) -> list[tuple[Any, ...]]:
        others = [code for code in CODES if code != TOWN]
        order = [*others[: self.rank - 1], TOWN, *others[self.rank - 1 :]]
        return [self._row(code, place) for place, code in enumerate(order, start=1)]

    def _row(self, code: str, place: int) -> tuple[Any, ...]:
        shared = self.rank <= place < self.rank + self.tied
        place = self.rank if shared else place
        value = 20.0 + place if self.lower else 60.0 - place
        mark = None if self.neutral else 10 - 7 * (place - 1) / (len(CODES) - 1)
        return (
            code, "gemeente", self.year, self.boundaries, self.id, value, self.spread, 5000.0, "waarde",
            mark, None, place, self.tied if shared else 1, len(CODES), 1.0, "neutral" if self.neutral else self.note,
        )  # fmt: skip


def absent(id: str, status: str, year: int = 2020) -> tuple[Any, ...]:
    return (TOWN, "gemeente", year, year, id, None, None, None, status, *([None] * 5), 1.0, "")


def unranked(id: str, year: int, value: float = 1.0) -> tuple[Any, ...]:
    return (TOWN, "gemeente", year, year, id, value, None, None, "waarde", *([None] * 5), 0.1, "too_few_areas")


FIELDS = [
    Field("tevreden", 1, spread=0.5),
    Field("overlast", 29, lower=True),
    Field("eengezins", 5, neutral=True),
    Field("baan", 15),
    Field("uitkering", 4, lower=True, tied=3),
    Field("ruis", 3, spread=20.0),
    Field("thema_wonen", 12),
]


def scores_of(fields: list[Field], extra: tuple[tuple[Any, ...], ...] = ()) -> pl.DataFrame:
    rows = [row for field in fields for row in field.rows()] + list(extra)
    return pl.DataFrame(rows, schema=dict(SCORES.columns), orient="row")


def groups_of(fields: list[Field]) -> pl.DataFrame:
    kinds = [("groep", "group"), (f"{TOWN}:net", "region_net"), (f"{TOWN}:gross", "region_gross"), ("NL", "country")]
    rows = [
        (group, kind, each.year, each.boundaries, each.id, 44.5, None if each.neutral else 6.5, 16, 30, 3, 3)
        for each in fields
        for group, kind in kinds
    ]
    return pl.DataFrame(rows, schema=dict(GROUP_SCORES.columns), orient="row")


@dataclass(frozen=True)
class TinySnapshot:
    """What a report wants to know of a snapshot."""

    id: str = "bron-2020-abcdef"
    source: str = "bron"
    edition: str = "2020"
    file_name: str = "bestand.xlsx"
    checksum: str = "0123456789abcdef" * 4
    rows: int = 31
    boundaries: int = 2020
    licence: str = "CC BY 4.0"
    invented: bool = False


def material_of(fields: list[Field] = FIELDS, extra: tuple[tuple[Any, ...], ...] = (), **changes: Any) -> Material:
    cell = (TOWN, "gemeente", 2020, 2020, "tevreden_pct", 59.0, None, None, "waarde", "bron-2020-abcdef", 7)
    areas = [(code, "gemeente", f"Stad {code[-2:]}", None, 2020, None, "x") for code in CODES if code != TOWN]
    areas.append((TOWN, "gemeente", "Waterwijk aan de Vaart", None, 2020, None, "x"))
    plain = Material(
        scores=scores_of(fields, extra or (absent("geheim", "geheim"),)),
        group_scores=groups_of(fields),
        areas=pl.DataFrame(areas, schema=dict(AREAS.columns), orient="row"),
        snapshots=(TinySnapshot(), TinySnapshot(id="ongebruikt", file_name="ander.xlsx")),
        remarks=("Tabel 99999NED: een kolom ontbrak.", "Er is iets met BU01290101."),
        cells=pl.DataFrame([cell], schema=dict(CELLS.columns), orient="row"),
    )
    return replace(plain, **changes)


@pytest.fixture
def catalogue() -> Catalogue:
    return tiny_catalogue()


@pytest.fixture
def material() -> Material:
    return material_of()


@pytest.fixture
def make_material() -> Any:
    """The maker of materials, with the makers of its parts as attributes of the country."""
    return material_of


@pytest.fixture
def country() -> Any:
    """The makers of this file, for tests that want another country."""

    class Country:
        town = TOWN
        fields = FIELDS
        field = Field
        snapshot = TinySnapshot
        absent = staticmethod(absent)
        unranked = staticmethod(unranked)
        scores = staticmethod(scores_of)
        indicator = staticmethod(indicator)

    return Country
