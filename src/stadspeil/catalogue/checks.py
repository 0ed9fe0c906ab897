"""What entries owe each other: every reference exists, every formula is whole, every range nests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from stadspeil.catalogue.agenda_checks import agenda_problems
from stadspeil.catalogue.appraisal_checks import appraisal_problems
from stadspeil.catalogue.entries import Composite, Correction, Finding, Indicator, Source, summed
from stadspeil.catalogue.fund_checks import fund_problems
from stadspeil.catalogue.programme_checks import programme_problems
from stadspeil.catalogue.reader import is_day, near_match
from stadspeil.catalogue.valuation_checks import valuation_problems

if TYPE_CHECKING:
    from stadspeil.catalogue.catalogue import Catalogue

Places = Mapping[tuple[str, str], str]
_ID = re.compile(r"[a-z][a-z0-9_]*")
# Region entries are named by a gemeente code.
_CODE = re.compile(r"GM\d{4}")
_AREA = re.compile(r"NL|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4}")
_TIME = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_YEAR = re.compile(r"(19|20)\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def cross_check(catalogue: Catalogue, places: Places) -> list[str]:
    """All problems between entries, each with its place."""
    return [
        *_ids(catalogue, places),
        *_indicators(catalogue, places),
        *_composites(catalogue, places),
        *_sources(catalogue, places),
        *_agreeing_margins(catalogue, places),
        *_ranges(catalogue, places),
        *_areas(catalogue, places),
        *_corrections(catalogue, places),
        *_mechanisms(catalogue, places),
        *_causal_map(catalogue, places),
        *_group_families(catalogue, places),
        *programme_problems(catalogue, places),
        *agenda_problems(catalogue, places),
        *fund_problems(catalogue, places),
        *_days(catalogue, places),
        *_renewal(catalogue, places),
        *_evidence(catalogue, places),
        *valuation_problems(catalogue, places),
        *appraisal_problems(catalogue, places),
    ]


def _ids(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for (kind, id), place in places.items():
        if not (_CODE if kind == "Region" else _ID).fullmatch(id):
            yield f"{place}: id '{id}' moet kleine letters, cijfers en _ zijn (een regio heet naar haar gemeentecode)"
    for id in catalogue.indicators.keys() & catalogue.composites.keys():
        yield f"{places['Composite', id]}: id '{id}' is ook een indicator; kies een ander id"


def _indicators(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for entry in catalogue.indicators.values():
        place = places["Indicator", entry.id]
        if entry.theme not in catalogue.themes:
            yield f"{place}: thema '{entry.theme}' staat niet in themes.toml{near_match(entry.theme, catalogue.themes)}"
        if entry.replaced_by and entry.replaced_by not in catalogue.indicators:
            yield f"{place}: replaced_by '{entry.replaced_by}' bestaat niet"
        yield from (f"{place}: {sentence}" for sentence in _breaks(entry))
        source = catalogue.sources.get(entry.source)
        if source is None:
            yield f"{place}: bron '{entry.source}' bestaat niet{near_match(entry.source, catalogue.sources)}"
            continue
        for sentence in (*_formula(entry, source, catalogue), *_error(entry)):
            yield f"{place}: {sentence}"


def _breaks(entry: Indicator) -> Iterator[str]:
    for year, reason in entry.breaks.items():
        if not _YEAR.fullmatch(year):
            yield f"breaks noemt '{year}'; verwacht het eerste jaar na de breuk, als in {{2016 = \"waarom\"}}"
        if not reason.strip():
            yield f"de breuk van '{year}' heeft geen reden; schrijf wat er anders is gemeten"


def _formula(entry: Indicator, source: Source, catalogue: Catalogue) -> Iterator[str]:
    given = [name for name in ("column", "numerator", "denominator", "base") if getattr(entry, name)]
    if entry.status == "planned":
        if not entry.publisher_columns:
            yield "een gepland cijfer noemt de kolommen van de uitgever in publisher_columns"
        if given:
            yield f"een gepland cijfer heeft nog geen {', '.join(given)}; zet status op connected of haal ze weg"
        return
    if source.status != "connected":
        yield f"status is connected, maar bron '{source.id}' is nog gepland"
    if source.format == "town_workbook":
        return
    if bool(entry.numerator) != bool(entry.denominator):
        yield "numerator en denominator horen bij elkaar; geef beide of geen van beide"
    if not entry.column and not entry.numerator:
        yield "geef column, of numerator met denominator; geen van beide gevonden"
    offered = {name for each in catalogue.sources.values() for name in each.fields}
    for name, wanted in ((key, part) for key in given for part in summed(getattr(entry, key))):
        if wanted not in catalogue.fields:
            yield f"{name} '{wanted}' staat niet in fields.toml{near_match(wanted, catalogue.fields)}"
        elif wanted not in offered:
            yield f"{name} '{wanted}' komt uit geen enkele bron; noem de kolom in sources/"


def _error(entry: Indicator) -> Iterator[str]:
    """A declared error has a number per level that exists, and says where it comes from and how sure that is."""
    told = [name for name in ("error_source", "error_date") if getattr(entry, name)]
    told += ["error_status"] if entry.error_status != "none" else []
    if not entry.error:
        if told:
            yield f"{', '.join(told)} zonder error; geef error = {{ gemeente = .. }} of haal ze weg"
        return
    for level, size in entry.error.items():
        if level not in entry.levels:
            yield f"error van niveau '{level}', maar het cijfer bestaat voor {', '.join(entry.levels)}"
        if not 0 < size < float("inf"):
            yield f"error van '{level}' is {size:g}; verwacht een standaardfout boven 0, in {entry.unit}"
    if entry.error_status == "none":
        yield "error zonder error_status; zeg published als iemand de fout mat, anders assumption"
    if not entry.error_source:
        yield "error zonder error_source; noem waar de fout staat, of bij een aanname waar zij op rust"
    if not is_day(entry.error_date):
        yield f"error_date '{entry.error_date}'; verwacht JJJJ-MM-DD"


def _margins(source: Source) -> Iterator[str]:
    """Margins come one way: a dimension with bounds, a column with half the width, or two columns with the bounds."""
    if source.margins is not None:
        keys = (source.margins.value, source.margins.lower, source.margins.upper)
        if len(set(keys)) < len(keys):
            yield f"[margins]: value, lower en upper zijn {', '.join(keys)}; verwacht drie verschillende sleutels"
        if source.margins.dimension in source.where:
            yield f"[margins]: dimensie '{source.margins.dimension}' staat ook in [where]; haal haar daar weg"
        yield from _confidence(source.margins.confidence, "[margins]")
    for column in source.columns:
        where = f"kolom van '{column.field}'"
        if bool(column.lower) != bool(column.upper):
            yield f"{where}: lower en upper horen bij elkaar; geef beide of geen van beide"
        if column.margin and (column.lower or column.upper):
            yield f"{where}: geef margin, of lower met upper; niet allebei"
        if source.margins is not None and (column.margin or column.lower or column.upper):
            yield f"{where}: de bron heeft al [margins]; geef marges op een manier"
        yield from _confidence(column.confidence, where)


def _confidence(confidence: float, where: str) -> Iterator[str]:
    if not 50 <= confidence < 100:
        yield f"{where}: confidence is {confidence:g}; verwacht een percentage van 50 tot 100, zoals 95"


def _agreeing_margins(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """A field that two sources give with margins has one confidence: a cell does not say which source it is from."""
    found: dict[str, dict[float, str]] = {}
    for source in catalogue.sources.values():
        for column in source.columns:
            given = column.confidence if column.margin or column.lower else None
            given = source.margins.confidence if given is None and source.margins is not None else given
            if given is not None:
                found.setdefault(column.field, {}).setdefault(given, source.id)
    for field, by_level in found.items():
        if len(by_level) > 1:
            listed = " en ".join(f"{level:g} % ({source})" for level, source in by_level.items())
            yield f"{places['Field', field]}: marges van {listed}; geef in beide bronnen dezelfde zekerheid"


def _composites(catalogue: Catalogue, places: Places) -> Iterator[str]:
    known = catalogue.indicators.keys() | catalogue.composites.keys()
    for entry in catalogue.composites.values():
        place = places["Composite", entry.id]
        if bool(entry.theme) == bool(entry.parts):
            yield f"{place}: geef precies een van theme en parts"
        if entry.theme and entry.theme not in catalogue.themes:
            yield f"{place}: thema '{entry.theme}' bestaat niet{near_match(entry.theme, catalogue.themes)}"
        for part in entry.parts:
            if part not in known:
                yield f"{place}: deel '{part}' bestaat niet{near_match(part, known)}"
            elif part in catalogue.indicators and catalogue.indicators[part].direction == "neutral":
                yield f"{place}: deel '{part}' is neutraal en heeft dus geen rapportcijfer; haal het weg, of geef het cijfer een richting"
        if len(set(entry.parts)) != len(entry.parts):
            yield f"{place}: een deel staat er dubbel in"
        if _reaches(entry.id, entry.id, catalogue, set()):
            yield f"{place}: bestaat via zijn delen uit zichzelf; haal het deel weg dat terugverwijst"
        yield from (f"{place}: {sentence}" for sentence in (*_weights(entry, catalogue), *_adding_up(entry)))


def _adding_up(entry: Composite) -> Iterator[str]:
    if (entry.aggregation == "power") == (entry.power == 1.0):
        yield "aggregation = 'power' gaat samen met power, een ander getal dan 1; geef beide of geen van beide"
    if not -10 <= entry.power <= 10:
        yield f"power is {entry.power:g}; verwacht -10 tot 10"
    if not 0 <= entry.minimum_weight <= 1:
        yield f"minimum_weight is {entry.minimum_weight:g}; verwacht 0 tot 1"
    if entry.missing == "regression" and len(entry.parts) == 1:
        yield "missing = 'regression' met een enkel deel; er is niets om het uit te voorspellen"


def _weights(entry: Composite, catalogue: Catalogue) -> Iterator[str]:
    parts = set(entry.parts) or {each.id for each in catalogue.indicators.values() if each.theme == entry.theme}
    if (entry.weights in ("declared", "optimised")) != bool(entry.weight):
        yield "weights = 'declared' of 'optimised' gaat samen met weight; geef beide of geen van beide"
    if (entry.weights == "regression") != bool(entry.target):
        yield "weights = 'regression' gaat samen met target; geef beide of geen van beide"
    if entry.target and entry.target not in catalogue.indicators:
        yield f"target '{entry.target}' bestaat niet{near_match(entry.target, catalogue.indicators)}"
    elif entry.target in parts:
        yield f"target '{entry.target}' is zelf een deel; een cijfer voorspelt zichzelf altijd"
    for part, weight in entry.weight.items():
        if part not in parts:
            yield f"gewicht van '{part}', maar dat is geen deel{near_match(part, parts)}"
        if not 0 <= weight < float("inf"):
            yield f"gewicht van '{part}' is {weight:g}; verwacht 0 of meer"
    for part in sorted(parts - entry.weight.keys()) if entry.weight else ():
        yield f"deel '{part}' heeft geen gewicht; geef er een, of 0"
    if entry.weight and not sum(entry.weight.values()) > 0:
        yield "de gewichten zijn samen 0; geef ten minste een deel gewicht"


def _reaches(start: str, wanted: str, catalogue: Catalogue, seen: set[str]) -> bool:
    entry = catalogue.composites.get(start)
    if entry is None or start in seen:
        return False
    seen.add(start)
    return any(part == wanted or _reaches(part, wanted, catalogue, seen) for part in entry.parts)


def _sources(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for entry in catalogue.sources.values():
        place = places["Source", entry.id]
        if entry.status == "connected" and entry.format == "not_read":
            yield f'{place}: status is connected, maar geen lezer (format = "not_read")'
        if entry.table and entry.table not in catalogue.tables:
            yield f"{place}: tabel '{entry.table}' staat niet in tables.toml{near_match(entry.table, catalogue.tables)}"
        if entry.columns and not entry.table:
            yield f"{place}: er zijn kolommen, maar geen tabel waar ze in komen"
        yield from (f"{place}: {sentence}" for sentence in _margins(entry))
        for column in entry.columns:
            if column.field not in catalogue.fields:
                yield f"{place}: veld '{column.field}' staat niet in fields.toml{near_match(column.field, catalogue.fields)}"
        for edition in entry.editions:
            if not re.fullmatch(r"(19|20)\d\d", edition.edition) or not 1990 <= edition.boundaries <= 2100:
                yield f"{place}: editie '{edition.edition}' met grenzen {edition.boundaries}; verwacht jaartallen"


def _ranges(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for entry in catalogue.indicators.values():
        (low, high), (common_low, common_high) = entry.possible, entry.expected
        if not low < high or not common_low < common_high:
            yield f"{places['Indicator', entry.id]}: een bereik loopt van laag naar hoog"
        elif common_low < low or common_high > high:
            found, allowed = list(entry.expected), list(entry.possible)
            yield f"{places['Indicator', entry.id]}: expected {found} moet binnen possible {allowed} liggen"
    for field in catalogue.fields.values():
        if not field.possible[0] < field.possible[1]:
            yield f"{places['Field', field.id]}: een bereik loopt van laag naar hoog"


def _areas(catalogue: Catalogue, places: Places) -> Iterator[str]:
    known = set(catalogue.gemeenten["code"])
    for group in catalogue.groups.values():
        yield from (f"{places['Group', group.id]}: {each}" for each in _members(group.members, catalogue))
        for code in group.before.values():
            if code not in known:
                yield f"{places['Group', group.id]}: gemeente '{code}' staat niet in areas/gemeenten.csv"
        for code in group.before.keys() - set(group.members):
            yield f"{places['Group', group.id]}: before noemt '{code}', maar die is geen lid; neem haar op in members"
    for region in catalogue.regions.values():
        codes = dict.fromkeys((region.id, region.dominant, *region.members))
        yield from (f"{places['Region', region.id]}: {each}" for each in _members(codes, catalogue))
        if region.dominant not in region.members:
            yield f"{places['Region', region.id]}: de dominante gemeente {region.dominant} is geen lid van de regio"
    ends = {*catalogue.changes["from_code"], *catalogue.changes["to_code"]}
    for code in sorted(ends - known):
        yield f"areas/changes.csv: gemeente '{code}' staat niet in areas/gemeenten.csv"


def _members(codes: Iterable[str], catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with the gemeenten of a group or region: unknown, or gone into another."""
    lasts = dict(catalogue.gemeenten.select("code", "last").iter_rows())
    names = dict(catalogue.gemeenten.select("code", "name").iter_rows())
    for code in codes:
        if code not in lasts:
            yield f"gemeente '{code}' staat niet in areas/gemeenten.csv{near_match(code, lasts)}"
        elif lasts[code] is not None:
            heirs = catalogue.changes.filter(from_code=code)["to_code"].unique().sort().to_list()
            became = " en ".join(f"{heir} ({names.get(heir, '?')})" for heir in heirs if heir != code) or "een andere"
            yield (
                f"gemeente '{code}' ({names[code]}) bestaat sinds {lasts[code] + 1} niet meer en ging op in {became}; "
                f"noem die, en zet {code} in before als alleen dat deel bedoeld is"
            )


def _corrections(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for entry in catalogue.corrections.values():
        place = places["Correction", entry.id]
        source = catalogue.sources.get(entry.source)
        if source is None:
            yield f"{place}: bron '{entry.source}' bestaat niet{near_match(entry.source, catalogue.sources)}"
        elif entry.field not in source.fields:
            yield f"{place}: bron '{entry.source}' heeft geen veld '{entry.field}'"
        elif entry.edition != "*" and not source.year_column and entry.edition not in _editions_of(source):
            yield f"{place}: bron '{entry.source}' heeft geen editie '{entry.edition}'"
        if entry.area != "*" and not _AREA.fullmatch(entry.area):
            yield f"{place}: '{entry.area}' is geen gebiedscode; geef er een, of * voor elk gebied"
        if (entry.becomes == "afgeleid") != bool(entry.value):
            yield f"{place}: afgeleid gaat samen met value, en een andere becomes heeft geen value"
        elif entry.value:
            yield from _right_value(entry, catalogue, place)
        if not is_day(entry.date):
            yield f"{place}: datum '{entry.date}'; verwacht JJJJ-MM-DD"


def _right_value(entry: Correction, catalogue: Catalogue, place: str) -> Iterator[str]:
    if not _NUMBER.fullmatch(entry.value):
        yield f"{place}: value '{entry.value}' is geen getal"
    elif entry.field in catalogue.fields:
        low, high = catalogue.fields[entry.field].possible
        if not low <= float(entry.value) <= high:
            yield f"{place}: value {entry.value} kan niet; mogelijk is {low:g} tot {high:g}"


def _editions_of(source: Source) -> set[str]:
    return {each.edition for each in source.editions}


def _mechanisms(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for entry in catalogue.mechanisms.values():
        place = places["Mechanism", entry.id]
        if (entry.measure == "level") != bool(entry.composite):
            yield f"{place}: measure 'level' gaat samen met composite; geef beide of geen van beide"
        if entry.composite and entry.composite not in catalogue.composites:
            yield f"{place}: composite '{entry.composite}' bestaat niet{near_match(entry.composite, catalogue.composites)}"
        for id in entry.indicators:
            if id not in catalogue.indicators:
                yield f"{place}: cijfer '{id}' bestaat niet{near_match(id, catalogue.indicators)}"
        if not (entry.composite or entry.indicators or entry.gaps):
            yield f"{place}: niets om te meten en geen reden; geef composite, indicators of gaps"
        if entry.gaps_en and len(entry.gaps_en) != len(entry.gaps):
            yield f"{place}: {len(entry.gaps)} zinnen in gaps en {len(entry.gaps_en)} in gaps_en; geef er evenveel"
    known = catalogue.indicators.keys() | catalogue.composites.keys()
    for each in catalogue.key_indicators.values():
        place = places["KeyIndicator", each.id]
        for id in each.measured_by:
            if id not in known:
                yield f"{place}: '{id}' bestaat niet{near_match(id, known)}"
        if not each.measured_by and not each.gap:
            yield f"{place}: niets dat dit meet; noem het in measured_by, of zeg in gap wat ontbreekt"


def _causal_map(catalogue: Catalogue, places: Places) -> Iterator[str]:
    known = catalogue.mechanisms.keys() | catalogue.indicators.keys() | catalogue.composites.keys()
    for concept in catalogue.concepts.values():
        if concept.measured_by and concept.measured_by not in known - catalogue.mechanisms.keys():
            found = near_match(concept.measured_by, known)
            yield f"{places['Concept', concept.id]}: measured_by '{concept.measured_by}' bestaat niet{found}"
    known = known | catalogue.concepts.keys()
    for entry in catalogue.arrows.values():
        place = places["Arrow", entry.id]
        for end in (entry.cause, entry.effect):
            if end not in known:
                yield f"{place}: '{end}' bestaat niet{near_match(end, known)}; een begrip staat in concepts.toml"
        if entry.cause == entry.effect:
            yield f"{place}: een pijl van '{entry.cause}' naar zichzelf zegt niets"


def _group_families(catalogue: Catalogue, places: Places) -> Iterator[str]:
    fields = catalogue.fields
    for entry in catalogue.group_families.values():
        place = places["GroupFamily", entry.id]
        for id in (entry.base, *entry.groups):
            if id not in fields:
                yield f"{place}: veld '{id}' staat niet in fields.toml{near_match(id, fields)}"
        if entry.base in fields and fields[entry.base].type != "count":
            yield f"{place}: base '{entry.base}' is geen aantal; noem het veld met het aantal van allen samen"
        for id in entry.groups:
            if id in fields and fields[id].type not in ("count", "share"):
                yield f"{place}: groep '{id}' is geen aantal en geen aandeel"
        if len(set(entry.groups)) != len(entry.groups):
            yield f"{place}: een groep staat er dubbel in; groepen sluiten elkaar uit"
        if entry.base in entry.groups:
            yield f"{place}: base '{entry.base}' is zelf een groep; allen samen is geen deel"
        if len(entry.groups) + bool(entry.rest) < 2:
            yield f"{place}: een groep alleen kan niet apart wonen; noem er nog een, of geef rest een naam"


def _renewal(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """Low, middle and high in that order, above zero, and a spread that keeps pieces alive."""
    for entry in catalogue.renewal.values():
        place = places["RenewalAsset", entry.id]
        for name in ("per_house", "per_flat", "life", "cost"):
            low, middle, high = getattr(entry, name)
            if not 0 < low <= middle <= high:
                yield f"{place}: {name} = [{low:g}, {middle:g}, {high:g}]; geef laag, midden en hoog, oplopend en boven nul"
        if not 0 < entry.spread <= 0.4:
            yield f"{place}: spread {entry.spread:g} kan niet; mogelijk is tot 0,4 (een deel van de levensduur)"


def _days(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """Since when a number is used is a day; of other kinds of entry their own checks say so."""
    for kind, entries in (
        ("Parameter", catalogue.parameters), ("RenewalAsset", catalogue.renewal), ("UnitValue", catalogue.unit_values),
        ("OptimismClass", catalogue.optimism), ("Claw", catalogue.claws),
    ):  # fmt: skip
        for entry in entries.values():
            if not is_day(entry.date):
                yield f"{places[kind, entry.id]}: date '{entry.date}' is geen dag; verwacht JJJJ-MM-DD"


def _evidence(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for entry in catalogue.evidence.values():
        place = places["Finding", entry.id]
        yield from (f"{place}: {sentence}" for sentence in (*_number(entry), *_taken_back(entry, catalogue)))


def _number(entry: Finding) -> Iterator[str]:
    given = [each for each in (entry.low, entry.value, entry.high) if each is not None]
    if given != sorted(given) or any(abs(each) == float("inf") or each != each for each in given):
        yield f"low, value en high zijn {', '.join(f'{each:g}' for each in given)}; verwacht gewone getallen van laag naar hoog"
    if (entry.low is None) != (entry.high is None):
        yield "low en high horen bij elkaar; geef beide of geen van beide"
    if entry.value is None and entry.use in ("target", "hold_out"):
        yield f"use is {entry.use}, maar er is geen value om naast te leggen"
    if not _ID.fullmatch(entry.quantity):
        yield f"quantity '{entry.quantity}' moet kleine letters, cijfers en _ zijn"
    if not _TIME.fullmatch(entry.date):
        yield f"date '{entry.date}'; verwacht JJJJ, JJJJ-MM of JJJJ-MM-DD"


def _taken_back(entry: Finding, catalogue: Catalogue) -> Iterator[str]:
    """A withdrawn number names why and what is right, and serves for nothing."""
    withdrawn = entry.status == "withdrawn"
    for name in ("replaced_by", "reason"):
        if withdrawn != bool(getattr(entry, name)):
            yield f"status withdrawn gaat samen met {name}; geef beide of geen van beide"
    right = catalogue.evidence.get(entry.replaced_by)
    if entry.replaced_by and right is None:
        yield f"replaced_by '{entry.replaced_by}' bestaat niet{near_match(entry.replaced_by, catalogue.evidence)}"
    if right is not None and right.status == "withdrawn":
        yield f"replaced_by '{right.id}' is zelf ingetrokken; noem het cijfer dat nu geldt"
    if right is not None and right.quantity != entry.quantity:
        yield f"replaced_by '{right.id}' meet {right.quantity} en niet {entry.quantity}"
    if withdrawn and entry.use != "none":
        yield f"use is {entry.use}, maar het cijfer is ingetrokken; zet use op none"
