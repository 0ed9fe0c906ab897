"""The whole catalogue in memory: ours, with a workspace's own entries on top."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from stadspeil.catalogue import checks
from stadspeil.catalogue.appraisal_entries import (
    Actor,
    Agenda,
    Budget,
    Claw,
    Condition,
    CostLine,
    EffectLine,
    Fact,
    Fund,
    Intervention,
    Measure,
    OptimismClass,
    Package,
    Project,
    Study,
    UnitValue,
)
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA, read_changes, read_gemeenten
from stadspeil.catalogue.entries import (
    Arrow,
    BuildingProgramme,
    Composite,
    Concept,
    Correction,
    Field,
    Finding,
    Group,
    GroupFamily,
    Indicator,
    KeyIndicator,
    Mechanism,
    Parameter,
    Region,
    RenewalAsset,
    Site,
    Source,
    Table,
    Theme,
    title_in,
)  # fmt: skip
from stadspeil.catalogue.reader import (
    Problems,
    near_match,
    read_entries,
    read_nested,
    read_source,
)
from stadspeil.errors import CatalogueError, QuestionError

Entry = TypeVar("Entry")
PROGRAMMES = "programmes"
# Plans, and what plans are weighed by: they move no figure of what is.
APART = (
    PROGRAMMES, "interventions", "packages", "agendas", "funds", "valuations", "evidence/effects",
)  # fmt: skip
APART_FILES = ("parameters/appraisal", "parameters/pooling")
INTERVENTION_PARTS = {"effects": EffectLine, "costs": CostLine}
PACKAGE_PARTS = {"measures": Measure}
FUND_PARTS = {"facts": Fact, "conditions": Condition}
AGENDA_PARTS = {"projects": Project, "budgets": Budget}


@dataclass(frozen=True)
class Catalogue:
    """What we know and choose. Dicts are in file order, which is report order.

    fingerprint  of all that moves figures of what is     plans  of what is to come, and of what that is weighed by
    """

    themes: Mapping[str, Theme]
    indicators: Mapping[str, Indicator]
    composites: Mapping[str, Composite]
    sources: Mapping[str, Source]
    fields: Mapping[str, Field]
    tables: Mapping[str, Table]
    groups: Mapping[str, Group]
    regions: Mapping[str, Region]
    parameters: Mapping[str, Parameter]
    gemeenten: pl.DataFrame
    changes: pl.DataFrame
    fingerprint: str
    root: Path | None = None
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)
    key_indicators: Mapping[str, KeyIndicator] = field(default_factory=dict)
    arrows: Mapping[str, Arrow] = field(default_factory=dict)
    concepts: Mapping[str, Concept] = field(default_factory=dict)
    group_families: Mapping[str, GroupFamily] = field(default_factory=dict)
    programmes: Mapping[str, BuildingProgramme] = field(default_factory=dict)
    renewal: Mapping[str, RenewalAsset] = field(default_factory=dict)
    evidence: Mapping[str, Finding] = field(default_factory=dict)
    studies: Mapping[str, Study] = field(default_factory=dict)
    interventions: Mapping[str, Intervention] = field(default_factory=dict)
    packages: Mapping[str, Package] = field(default_factory=dict)
    agendas: Mapping[str, Agenda] = field(default_factory=dict)
    funds: Mapping[str, Fund] = field(default_factory=dict)
    actors: Mapping[str, Actor] = field(default_factory=dict)
    unit_values: Mapping[str, UnitValue] = field(default_factory=dict)
    optimism: Mapping[str, OptimismClass] = field(default_factory=dict)
    claws: Mapping[str, Claw] = field(default_factory=dict)
    plans: str = ""

    def indicator(self, id: str) -> Indicator:
        """The indicator, or a QuestionError that names a near one."""
        return _wanted(id, self.indicators, "indicator", "stadspeil list indicators")

    def composite(self, id: str) -> Composite:
        """The composite, or a QuestionError that names a near one."""
        return _wanted(id, self.composites, "samengesteld cijfer", "stadspeil list composites")

    def group(self, id: str) -> Group:
        """The group, or a QuestionError that names a near one."""
        return _wanted(id, self.groups, "groep", "stadspeil list groups")

    def source(self, id: str) -> Source:
        """The source, or a QuestionError that names a near one."""
        return _wanted(id, self.sources, "bron", "stadspeil list sources")

    def programme(self, id: str) -> BuildingProgramme:
        """The building programme, or a QuestionError that names a near one."""
        return _wanted(id, self.programmes, "programma", "stadspeil list programmes")

    def parameter(self, id: str) -> float:
        """The value of an assumption."""
        return _wanted(id, self.parameters, "parameter", "stadspeil list parameters").value

    def finding(self, id: str) -> Finding:
        """A number of the evidence, or a QuestionError that names a near one."""
        return _wanted(id, self.evidence, "bevinding", "stadspeil list evidence")

    def study(self, id: str) -> Study:
        """A study of the evidence library, or a QuestionError that names a near one."""
        return _wanted(id, self.studies, "studie", "stadspeil list studies")

    def intervention(self, id: str) -> Intervention:
        """The intervention, or a QuestionError that names a near one."""
        return _wanted(id, self.interventions, "interventie", "stadspeil list interventions")

    def package(self, id: str) -> Package:
        """The package of measures, or a QuestionError that names a near one."""
        return _wanted(id, self.packages, "pakket", "stadspeil list packages")

    def agenda(self, id: str) -> Agenda:
        """The agenda, or a QuestionError that names a near one."""
        return _wanted(id, self.agendas, "agenda", "stadspeil list agendas")

    def fund(self, id: str) -> Fund:
        """The fund, or a QuestionError that names a near one."""
        return _wanted(id, self.funds, "fonds", "stadspeil list funds")

    def actor(self, id: str) -> Actor:
        """The actor, or a QuestionError that names a near one."""
        return _wanted(id, self.actors, "partij", "stadspeil list actors")

    def unit_value(self, id: str) -> UnitValue:
        """The unit value, or a QuestionError that names a near one."""
        return _wanted(id, self.unit_values, "kengetal", "stadspeil list unit_values")

    def optimism_class(self, id: str) -> OptimismClass:
        """The class of optimism bias, or a QuestionError that names a near one."""
        return _wanted(id, self.optimism, "klasse van vertekening", "stadspeil list optimism")

    def parts_of(self, composite: str) -> tuple[str, ...]:
        """Ids of a composite's parts. For a theme: its connected indicators that are judged."""
        entry = self.composite(composite)
        return entry.parts or tuple(
            each.id for each in self.indicators.values() if each.theme == entry.theme and is_judged(each)
        )

    def breaks_of(self, id: str) -> dict[int, str]:
        """The first years in which a figure, or a part of a composite, was measured in another way, with the reason."""
        entry = self.indicators.get(id)
        if entry is not None:
            return {int(year): reason for year, reason in sorted(entry.breaks.items())}
        of_parts = [self.breaks_of(part) for part in self.parts_of(id)] if id in self.composites else []
        return dict(sorted((year, reason) for each in of_parts for year, reason in each.items()))

    def unbroken_since(self, id: str, year: int) -> int:
        """The first year that may be held beside `year`: that of the last break up to it, 0 where there is none."""
        return max((each for each in self.breaks_of(id) if each <= year), default=0)

    def title_of(self, id: str, lang: str = "nl") -> str:
        """The title of an indicator or composite in a language."""
        entry: Any = self.indicators.get(id) or self.composite(id)
        return str(title_in(entry, lang))


def is_judged(indicator: Indicator) -> bool:
    """Whether it counts in a mark: connected, not replaced, and with a favourable side."""
    return indicator.status == "connected" and indicator.direction != "neutral" and not indicator.replaced_by


def catalogue_root() -> Path:
    """Our catalogue: beside the package's source in a checkout, inside the package in a wheel."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1] / "catalogue"
    return checkout if checkout.is_dir() else package / "_catalogue"


def load_catalogue(root: Path | None = None, own: Path | None = None) -> Catalogue:
    """Read and check the catalogue; a CatalogueError lists all that is wrong.

    `own` is a workspace's catalogue folder with the same layout. Its entries replace ours of the same id.
    """
    ours = root or catalogue_root()
    if not (ours / "themes.toml").exists():
        raise CatalogueError(
            f"map {ours}", "hier staat geen catalogus (themes.toml ontbreekt)", "installeer Stadspeil opnieuw"
        )
    roots = (ours, own) if own is not None and own.is_dir() else (ours,)
    return _load(roots, fingerprint_of(roots), plans_print(roots))


@functools.lru_cache(maxsize=8)
def _load(roots: tuple[Path, ...], fingerprint: str, plans: str) -> Catalogue:
    problems = Problems()
    read = _Reading(roots, problems)
    sources = read.sources()
    catalogue = Catalogue(
        themes=read.entries(Theme, "themes.toml"),
        indicators=read.indicators(),
        composites=read.entries(Composite, "composites.toml"),
        sources=sources,
        fields=read.fields(sources),
        tables=read.entries(Table, "tables.toml"),
        groups=read.entries(Group, "groups.toml"),
        regions=read.entries(Region, "regions.toml"),
        parameters=read.entries(Parameter, "parameters/*.toml"),
        corrections=read.entries(Correction, "corrections.toml"),
        mechanisms=read.entries(Mechanism, "mechanisms.toml"),
        key_indicators=read.entries(KeyIndicator, "key_indicators.toml"),
        arrows=read.entries(Arrow, "causal_map.toml"),
        concepts=read.entries(Concept, "concepts.toml"),
        group_families=read.entries(GroupFamily, "group_families.toml"),
        programmes=read.nested(BuildingProgramme, {"sites": Site}, PROGRAMMES),
        renewal=read.entries(RenewalAsset, "renewal.toml"),
        evidence=read.entries(Finding, "evidence/*.toml"),
        studies=read.entries(Study, "evidence/effects/*.toml"),
        interventions=read.nested(Intervention, INTERVENTION_PARTS, "interventions"),
        packages=read.nested(Package, PACKAGE_PARTS, "packages"),
        agendas=read.nested(Agenda, AGENDA_PARTS, "agendas"),
        funds=read.nested(Fund, FUND_PARTS, "funds"),
        actors=read.entries(Actor, "valuations/actors.toml"),
        unit_values=read.entries(UnitValue, "valuations/unit_values.toml"),
        optimism=read.entries(OptimismClass, "valuations/optimism.toml"),
        claws=read.entries(Claw, "valuations/claws.toml"),
        gemeenten=read.areas("areas/gemeenten.csv", GEMEENTEN_SCHEMA, read_gemeenten),
        changes=read.areas("areas/changes.csv", CHANGES_SCHEMA, read_changes),
        fingerprint=fingerprint,
        plans=plans,
        root=roots[0] if roots else None,
    )
    # Cross-checks on top of unreadable entries would only report their echo.
    if not problems.found:
        problems.found.extend(checks.cross_check(catalogue, read.places))
    problems.found.extend(read.revived)
    if problems.found:
        raise CatalogueError(
            "de catalogus", problems.found, "verbeter de genoemde bestanden en draai 'stadspeil check'"
        )
    return catalogue


class _Reading:
    """One pass over the roots. Remembers where each entry stands, for messages."""

    def __init__(self, roots: tuple[Path, ...], problems: Problems) -> None:
        self.roots = roots
        self.problems = problems
        self.places: dict[tuple[str, str], str] = {}
        self.revived: list[str] = []

    def entries(self, kind: type[Entry], pattern: str) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for root in self.roots:
            here: dict[str, Entry] = {}
            for path in sorted(root.glob(pattern)):
                self._take(kind.__name__, here, read_entries(kind, path, root, self.problems))
            self._keep_withdrawn(kind.__name__, found, here)
            found.update(here)
        return found

    def _keep_withdrawn(self, kind: str, before: Mapping[str, Any], here: Mapping[str, Any]) -> None:
        """What its publisher took back stays taken back: a workspace may not make it count again."""
        for id in here.keys() & before.keys():
            old = before[id]
            if getattr(old, "status", "") == "withdrawn" != here[id].status:
                self.revived.append(
                    f"{self.places[kind, id]}: '{id}' is ingetrokken ({old.reason}); het kan niet weer status "
                    f"'{here[id].status}' krijgen. Gebruik '{old.replaced_by}', of geef uw eigen studie een eigen id"
                )

    def indicators(self) -> dict[str, Indicator]:
        themes = list(self.entries(Theme, "themes.toml"))
        found: dict[str, Indicator] = {}
        for root in self.roots:
            here: dict[str, Indicator] = {}
            paths = sorted(
                (root / "indicators").glob("*.toml"),
                key=lambda path: themes.index(path.stem) if path.stem in themes else len(themes),
            )
            for path in paths:
                read = read_entries(Indicator, path, root, self.problems, {"theme": path.stem})
                self._take("Indicator", here, read)
            found.update(here)
        return found

    def sources(self) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for root in self.roots:
            for path in sorted((root / "sources").glob("*.toml")):
                read = read_source(path, root, self.problems)
                if read is not None:
                    found[path.stem], self.places["Source", path.stem] = read
        return found

    def fields(self, sources: Mapping[str, Source]) -> dict[str, Field]:
        """What stands in fields.toml, and for each twin of a source the same in another sense: that of a budget."""
        found = self.entries(Field, "fields.toml")
        for source in sources.values():
            for id, base in source.fields.items():
                if id not in found and base in found:
                    sense = id.removesuffix(base).strip("_")
                    found[id] = replace(found[base], id=id, title=f"{found[base].title} ({sense})")
                    self.places["Field", id] = self.places["Field", base]
        return found

    def nested(self, kind: type[Entry], parts: Mapping[str, type[Any]], folder: str) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for root in self.roots:
            for path in sorted((root / folder).glob("*.toml")):
                read = read_nested(kind, parts, path, root, self.problems)
                if read is not None:
                    found[path.stem], self.places[kind.__name__, path.stem] = read
        return found

    def areas(self, name: str, schema: Mapping[str, Any], read: Any) -> pl.DataFrame:
        parts = [pl.DataFrame(schema=dict(schema))]
        for root in self.roots:
            path = root / name
            if path.exists():
                try:
                    parts.append(read(path))
                except CatalogueError as fault:
                    self.problems.found.extend(f"{name}: {each}" for each in fault.problems)
        return pl.concat(parts)

    def _take(self, kind: str, into: dict[str, Entry], read: dict[str, tuple[Entry, str]]) -> None:
        for id, (entry, place) in read.items():
            if id in into:
                self.problems.add(place, f"id '{id}' bestaat al ({self.places[kind, id]})")
            into[id] = entry
            self.places[kind, id] = place


def fingerprint_of(roots: Iterable[Path]) -> str:
    """sha256 over names and content of all catalogue files under the roots, plans left out: what is to come, and what
    that is weighed by, moves no figure of what is."""
    return _print_of(roots, False)


def plans_print(roots: Iterable[Path]) -> str:
    """The same over plans alone."""
    return _print_of(roots, True)


def _print_of(roots: Iterable[Path], plans: bool) -> str:
    digest = hashlib.sha256()
    for number, root in enumerate(roots):
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            apart = path.parent.relative_to(root).as_posix() in APART or name.startswith(APART_FILES)
            if path.suffix in {".toml", ".csv"} and apart is plans:
                digest.update(f"{number}:{name}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _wanted(id: str, entries: Mapping[str, Entry], kind: str, command: str) -> Entry:
    if id in entries:
        return entries[id]
    raise QuestionError(f"{kind} '{id}'", f"bestaat niet in de catalogus{near_match(id, entries)}", f"zie '{command}'")
