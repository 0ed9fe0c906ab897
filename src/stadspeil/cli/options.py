"""What several verbs ask for, as types of their options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stadspeil.cli.screen import Form


class Language(StrEnum):
    """Languages of report and workbook."""

    nl = "nl"
    en = "en"


class Level(StrEnum):
    """Levels of area."""

    land = "land"
    gemeente = "gemeente"
    wijk = "wijk"
    buurt = "buurt"


class Result(StrEnum):
    """Results that can be exported."""

    scores = "scores"
    values = "values"
    groups = "groups"
    cells = "cells"
    areas = "areas"
    breaks = "breaks"
    mechanisms = "mechanisms"
    ranges = "ranges"
    acceptability = "acceptability"
    pairs = "pairs"
    sensitivity = "sensitivity"
    steps = "steps"
    checks = "checks"
    kinds = "kinds"
    mobility = "mobility"
    gaps = "gaps"
    group_tests = "group_tests"
    twins = "twins"
    twin_gaps = "twin_gaps"
    changes = "changes"
    fixed = "fixed"
    trends = "trends"
    trend_gaps = "trend_gaps"
    transitions = "transitions"
    lead_lag = "lead_lag"
    pockets = "pockets"
    splits = "splits"
    segregation = "segregation"
    dissimilarity = "dissimilarity"
    clusters = "clusters"
    hot_spots = "hot_spots"
    estimates = "estimates"
    moves = "moves"
    selectivity = "selectivity"
    income_parts = "income_parts"
    ties = "ties"
    commuting = "commuting"
    friction = "friction"
    pull = "pull"
    treads = "treads"
    grid_splits = "grid_splits"
    grid_buurten = "grid_buurten"
    grid_pockets = "grid_pockets"
    grid_squares = "grid_squares"
    renewal_stock = "renewal_stock"
    renewal_wave = "renewal_wave"
    renewal_peaks = "renewal_peaks"
    purse = "purse"
    household_change = "household_change"
    household_fit = "household_fit"


class Weighing(StrEnum):
    """Ways to weigh the parts of a composite."""

    equal = "equal"
    declared = "declared"
    pca = "pca"
    entropy = "entropy"
    regression = "regression"
    optimised = "optimised"


class AddingUp(StrEnum):
    """Ways to add up the parts of a composite."""

    arithmetic = "arithmetic"
    geometric = "geometric"
    harmonic = "harmonic"
    power = "power"
    mazziotta_pareto = "mazziotta_pareto"
    copeland = "copeland"


class SimulatedTable(StrEnum):
    """Tables of a simulated programme."""

    effects = "effects"
    chains = "chains"
    shift_room = "shift_room"
    spreads = "spreads"
    moments = "moments"
    tiers = "tiers"
    fit = "fit"


class Changed(StrEnum):
    """What `diff` shows."""

    figures = "figures"
    causes = "causes"
    sentences = "sentences"


class Listing(StrEnum):
    """What can be listed."""

    indicators = "indicators"
    composites = "composites"
    themes = "themes"
    sources = "sources"
    editions = "editions"
    fields = "fields"
    groups = "groups"
    regions = "regions"
    parameters = "parameters"
    programmes = "programmes"
    funds = "funds"
    evidence = "evidence"
    studies = "studies"
    pools = "pools"
    interventions = "interventions"
    packages = "packages"
    agendas = "agendas"
    areas = "areas"
    snapshots = "snapshots"
    remarks = "remarks"


WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="MAP", envvar="STADSPEIL_WORKSPACE", help="De werkmap; anders ./werkmap."),
]
CsvOption = Annotated[bool, typer.Option("--csv", help="CSV met komma's en decimale punt.")]
CsvNlOption = Annotated[bool, typer.Option("--csv-nl", help="CSV met puntkomma's en decimale komma, voor Excel.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="BESTAND", dir_okay=False, help="Schrijf naar dit bestand.")
]
FilesOption = Annotated[
    bool, typer.Option("--files/--no-files", help="Schrijf ook de zakelijke onderbouwing: PDF, werkboek en dia's.")
]
FilesLanguageOption = Annotated[Language, typer.Option("--lang", help="Taal van die bestanden.")]
LevelOption = Annotated[Level | None, typer.Option("--level", help="Alleen dit niveau.")]
IndicatorOption = Annotated[str | None, typer.Option("--indicator", metavar="ID", help="Alleen dit cijfer.")]
TargetsOption = Annotated[
    Path | None,
    typer.Option("--targets", metavar="BESTAND", help="Leg de runs naast eigen doelen: CSV met quantity en value."),
]
YearOption = Annotated[int | None, typer.Option("--year", metavar="JAAR", help="Alleen dit jaar.")]
BoundariesOption = Annotated[
    int | None, typer.Option("--boundaries", metavar="JAAR", help="Op de gebiedsindeling van dit jaar.")
]
BesideOption = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="GEMEENTE", help="Simuleer ook deze gemeente, met haar buurten; mag vaker."),
]
PopulationsOption = Annotated[
    int,
    typer.Option(
        "--populations",
        metavar="AANTAL",
        help="Zo vaak een bevolking verzinnen uit de kerncijfers; paren nemen ze om beurten.",
    ),
]
AreaOption = Annotated[
    list[str] | None, typer.Option("--area", metavar="GEBIED", help="Code of naam; mag vaker.")
]  # fmt: skip
WithinOption = Annotated[
    str | None, typer.Option("--within", metavar="GEBIED", help="Alleen deze gemeente of wijk en wat daarbinnen ligt.")
]  # fmt: skip


def wanted_form(csv: bool, csv_nl: bool, json: bool) -> Form:
    """The form that was asked for; at most one of the three."""
    if csv + csv_nl + json > 1:
        raise typer.BadParameter("kies een van --csv, --csv-nl en --json")
    return "csv" if csv else "csv-nl" if csv_nl else "json" if json else "screen"
