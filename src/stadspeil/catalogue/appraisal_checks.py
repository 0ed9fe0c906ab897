"""What studies, interventions and packages owe: evidence behind each effect, a range on each cost, names that exist."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from stadspeil.catalogue.agenda_checks import MOST_EURO
from stadspeil.catalogue.appraisal_entries import CostLine, EffectLine, Intervention, Measure, Package, Study
from stadspeil.catalogue.price_years import price_year_problems
from stadspeil.catalogue.reader import is_day, near_match

if TYPE_CHECKING:
    from stadspeil.catalogue.catalogue import Catalogue

Places = Mapping[tuple[str, str], str]
YEARS = (2000, 2100)
# More than any town does of one thing: a slip of the pen in zeros.
MOST_DOSE = 1e9
RATES = (-0.05, 0.5)
NO_OPTIMISM = "geen"
# What a form has where a town must still write something.
OPEN = "VUL IN"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_AREA = re.compile(r"GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4}")
_COUNTED = ("woningen", "inwoners", "huishoudens", "leerlingen")
_SHARES = ("displacement", "deadweight", "leakage", "composition", "spill")


def appraisal_problems(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """All problems of what an appraisal is made from, each with its place."""
    for study in catalogue.studies.values():
        place = places["Study", study.id]
        yield from (
            f"{place}: {each}" for each in chain(_size(study), _standing(study, catalogue), _bound(study, catalogue))
        )
    yield from _pools(catalogue, places)
    yield from _rates(catalogue, places)
    for entry in catalogue.interventions.values():
        yield from _intervention(entry, places["Intervention", entry.id], catalogue)
    for package in catalogue.packages.values():
        yield from package_problems(package, places["Package", package.id], catalogue)


def active_pools(studies: Iterable[Study]) -> set[str]:
    """Pools that say how much: with a study that stands and has a size with its range."""
    return {each.pool for each in studies if each.status == "active" and _sized(each)}


def _sized(study: Study) -> bool:
    return study.unit != "sign" and None not in (study.effect, study.low, study.high)


def _size(study: Study) -> Iterator[str]:
    given = [each for each in (study.low, study.effect, study.high) if each is not None]
    if not all(map(math.isfinite, given)) or given != sorted(given):
        yield f"low, effect en high zijn {', '.join(f'{each:g}' for each in given)}; verwacht gewone getallen van laag naar hoog"
    elif _sized(study) and study.low == study.high:
        yield f"low en high zijn beide {study.low:g}; een studie zonder onzekerheid bestaat niet, geef een bereik of laat het weg"
    if study.unit == "sign" and study.effect is not None:
        yield f"unit is sign, maar er staat een grootte ({study.effect:g}); geef de eenheid van die grootte"
    if study.sign == "0" and study.unit not in ("sign", "sd") and study.effect not in (None, 0.0):
        yield f"sign is '0', maar effect is {study.effect:g}; zet sign op '+' of '-', of effect op 0"
    if study.unit != "points" and study.effect and (study.sign, study.effect > 0) in (("+", False), ("-", True)):
        yield f"sign is '{study.sign}', maar effect is {study.effect:g}; gunstig is positief, ongunstig negatief"
    if not 1950 <= study.year <= YEARS[1]:
        yield f"year is {study.year}; verwacht een jaar van uitgave"


def _standing(study: Study, catalogue: Catalogue) -> Iterator[str]:
    """Why a study no longer stands, and what stands instead."""
    if study.status == "active" and study.reason:
        yield "reason hoort bij withdrawn of gap; haal het weg, of zet status om"
    if study.status != "active" and not study.reason:
        yield f"status is {study.status} zonder reason; zeg door wie, wanneer en waarom"
    if (study.status == "withdrawn") != bool(study.replaced_by):
        yield "status withdrawn gaat samen met replaced_by; geef beide of geen van beide"
    known = catalogue.studies.keys() | catalogue.evidence.keys()
    if study.replaced_by and study.replaced_by not in known:
        yield f"replaced_by '{study.replaced_by}' bestaat niet{near_match(study.replaced_by, known)}"
    right: Any = catalogue.studies.get(study.replaced_by) or catalogue.evidence.get(study.replaced_by)
    if right is not None and right.status == "withdrawn":
        yield f"replaced_by '{right.id}' is zelf ingetrokken; noem de studie die nu geldt"
    kin = study.same_family
    if kin and (kin == study.id or kin not in catalogue.studies):
        yield f"same_family '{kin}' is geen andere studie{near_match(kin, catalogue.studies)}"


def _bound(study: Study, catalogue: Catalogue) -> Iterator[str]:
    if not _NAME.fullmatch(study.pool):
        yield f"pool '{study.pool}' moet kleine letters, cijfers en _ zijn"
    known = catalogue.indicators.keys() | catalogue.composites.keys()
    for id in study.indicators:
        if id not in known:
            yield f"cijfer '{id}' bestaat niet{near_match(id, known)}"


def _pools(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """Studies of one pool count in one unit."""
    first: dict[str, Study] = {}
    for study in catalogue.studies.values():
        if study.unit == "sign":
            continue
        other = first.setdefault(study.pool, study)
        if other.unit != study.unit:
            yield (
                f"{places['Study', study.id]}: unit is {study.unit}, maar '{other.id}' van dezelfde pool '{study.pool}' telt in "
                f"{other.unit}; reken om, of geef een eigen pool"
            )


def _intervention(entry: Intervention, place: str, catalogue: Catalogue) -> Iterator[str]:
    for id in entry.mechanisms:
        if id not in catalogue.mechanisms:
            yield f"{place}: mechanisme '{id}' bestaat niet{near_match(id, catalogue.mechanisms)}"
    for id in entry.studies:
        if id not in catalogue.studies:
            yield f"{place}: studie '{id}' bestaat niet{near_match(id, catalogue.studies)}"
    low, likely, high = entry.reach
    if not 0 <= low <= likely <= high <= 1:
        yield f"{place}: reach is [{low:g}, {likely:g}, {high:g}]; verwacht drie aandelen van 0 tot 1, oplopend"
    if entry.making < 0 or entry.running < 0:
        yield f"{place}: making is {entry.making} en running {entry.running}; verwacht jaren, 0 of meer"
    if entry.full_dose not in _COUNTED and not _is_number(entry.full_dose):
        yield f"{place}: full_dose is '{entry.full_dose}'; kies uit {', '.join(_COUNTED)}, of geef een getal boven 0"
    if not is_day(entry.date):
        yield f"{place}: date '{entry.date}'; verwacht JJJJ-MM-DD"
    for name in ("hoofdlijnen", "conditions", "cases"):
        dutch, english = getattr(entry, name), getattr(entry, f"{name}_en")
        if english and len(english) != len(dutch):
            yield f"{place}: {len(dutch)} teksten in {name} en {len(english)} in {name}_en; geef er evenveel"
    if not entry.costs:
        yield f"{place}: er staat geen kostenregel; geef ten minste een kop [costs.naam] met laag, midden en hoog"
    yield from _story(entry, place, catalogue)
    for line in entry.effects:
        yield from (f"{place} [effects.{line.id}]: {each}" for each in _effect(line, entry, catalogue))
    for cost in entry.costs:
        yield from (f"{place} [costs.{cost.id}]: {each}" for each in _cost(cost, catalogue))


def _story(entry: Intervention, place: str, catalogue: Catalogue) -> Iterator[str]:
    """The story stands beside the numbers; only ours is looked up, a workspace's own entry may go without."""
    if catalogue.root is None:
        return
    file = catalogue.root / "interventions" / f"{entry.id}.toml"
    story = file.with_suffix(".md")
    if file.is_file() and (not story.is_file() or not story.read_text(encoding="utf-8").strip()):
        yield f"{place}: interventions/{entry.id}.md ontbreekt of is leeg; schrijf wat, voor wie, waarom, bewijs en gevallen"


def _effect(line: EffectLine, entry: Intervention, catalogue: Catalogue) -> Iterator[str]:
    known = catalogue.indicators
    if line.indicator in catalogue.composites:
        yield f"'{line.indicator}' is een samengesteld cijfer; dat verandert alleen door zijn delen, noem zo'n deel"
    elif line.indicator not in known:
        yield f"cijfer '{line.indicator}' bestaat niet{near_match(line.indicator, known)}"
    pools = {each.pool for each in catalogue.studies.values()}
    if not line.pool and not entry.evidence_note:
        yield "er is geen bewijs; noem een pool van studies, of haal het effect weg"
    elif not line.pool:
        yield "er is geen pool van studies; een effect zonder bewijs kan alleen als eigen grootte in een pakket, haal het hier weg"
    elif line.pool not in pools:
        yield f"pool '{line.pool}' bestaat niet{near_match(line.pool, pools)}"
    elif line.pool not in active_pools(catalogue.studies.values()):
        yield f"pool '{line.pool}' heeft geen geldende studie met een grootte; haal het effect weg, of voeg een studie toe"
    for name in _SHARES:
        share = getattr(line, name)
        if not 0 <= share <= 1:
            yield f"{name} is {share:g}; verwacht een aandeel van 0 tot 1"
    if line.factor == 0 or not math.isfinite(line.factor):
        yield f"factor is {line.factor:g}; verwacht een getal dat niet 0 is"
    if min(line.ramp, line.ceiling, line.spread) < 0:
        yield f"ramp is {line.ramp:g}, ceiling {line.ceiling:g} en spread {line.spread:g}; verwacht 0 of meer"
    if line.unit_value:
        value = catalogue.unit_values.get(line.unit_value)
        if value is None:
            yield f"unit_value '{line.unit_value}' bestaat niet{near_match(line.unit_value, catalogue.unit_values)}"
        elif value.indicator != line.indicator:
            yield f"unit_value '{value.id}' gaat over {value.indicator}, niet over {line.indicator}"


def _cost(cost: CostLine, catalogue: Catalogue) -> Iterator[str]:
    given = (cost.low, cost.mode, cost.high)
    if not all(map(math.isfinite, given)) or not 0 <= cost.low <= cost.mode <= cost.high:
        yield f"low, mode en high zijn {', '.join(f'{each:g}' for each in given)}; verwacht 0 of meer, oplopend"
    elif cost.low == cost.high:
        yield f"low en high zijn beide {cost.low:g}; geef kosten een bereik"
    elif cost.high >= MOST_EURO:
        yield f"high is {cost.high:g} euro; verwacht minder dan {MOST_EURO:g} per keer of eenheid, kijk de nullen na"
    yield from price_year_problems(cost.price_year, catalogue)
    if cost.bearer not in catalogue.actors:
        yield f"drager '{cost.bearer}' staat niet in valuations/actors.toml{near_match(cost.bearer, catalogue.actors)}"
    known = {NO_OPTIMISM, *catalogue.optimism}
    if cost.optimism not in known:
        yield f"optimism '{cost.optimism}' staat niet in valuations/optimism.toml{near_match(cost.optimism, known)}"
    if not is_day(cost.date):
        yield f"date '{cost.date}'; verwacht JJJJ-MM-DD"


def _rates(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """Discount rates are shares: who writes 2.25 means 2.25 % and gets 225 %."""
    for entry in catalogue.parameters.values():
        if entry.id.startswith("rate_"):
            for each in (entry.value, *entry.believed):
                if not RATES[0] <= each <= RATES[1]:
                    yield (
                        f"{places['Parameter', entry.id]}: een discontovoet van {each:g}; verwacht {RATES[0]:g} tot {RATES[1]:g} "
                        "(2,25 % is 0.0225)"
                    )


def package_problems(entry: Package, place: str, catalogue: Catalogue) -> Iterator[str]:
    """All problems of one package, each with its place."""
    towns = dict(catalogue.gemeenten.select("code", "name").iter_rows())
    yield from (f"{place}: {each}" for each in _unfilled(entry))
    for code in dict.fromkeys((entry.town, *entry.towns)):
        if code not in towns and not entry.template:
            yield f"{place}: gemeente '{code}' staat niet in areas/gemeenten.csv{near_match(code, towns)}"
    for fund, euro in entry.funds.items():
        if fund not in catalogue.funds:
            yield f"{place}: fonds '{fund}' bestaat niet{near_match(fund, catalogue.funds)}"
        if not 0 <= euro < math.inf:
            yield f"{place}: van fonds '{fund}' wordt {euro:g} euro gevraagd; verwacht 0 of meer"
    if entry.programme and entry.programme not in catalogue.programmes:
        yield f"{place}: programma '{entry.programme}' bestaat niet{near_match(entry.programme, catalogue.programmes)}"
    if entry.labelled and entry.unlabelled:
        yield f"{place}: labelled en unlabelled staan beide op true; kies een van beide"
    if not entry.measures and not entry.template:
        yield f"{place}: het pakket heeft geen maatregelen; geef ten minste een kop [measures.naam]"
    for measure in entry.measures:
        yield from (f"{place} [measures.{measure.id}]: {each}" for each in _measure(measure, entry, catalogue))


def _unfilled(entry: Package) -> Iterator[str]:
    """What was left open in a form that no longer says that it is one."""
    if entry.template:
        return
    told = {name: getattr(entry, name) for name in ("title", "status", "source", "goal", "note")}
    told |= {f"[measures.{each.id}] source": each.source for each in entry.measures}
    for name, text in told.items():
        if OPEN in text:
            yield f"{name} staat nog op '{OPEN}'; schrijf het op, of zet template = true terug zolang het een leeg formulier is"


def _measure(measure: Measure, entry: Package, catalogue: Catalogue) -> Iterator[str]:
    what = catalogue.interventions.get(measure.intervention)
    if what is None:
        yield f"interventie '{measure.intervention}' bestaat niet{near_match(measure.intervention, catalogue.interventions)}"
    if entry.template:
        return
    for code in measure.areas:
        if not _AREA.fullmatch(code):
            yield f"'{code}' is geen gebied; verwacht een code als BU06370003, WK063700 of GM0637"
        elif f"GM{code[2:6]}" not in {entry.town, *entry.towns}:
            yield f"gebied {code} ligt niet in {entry.town}; noem de andere gemeente in towns, of kies een gebied van {entry.town}"
    for name, year in (("first", measure.first), ("last", measure.last)):
        if not YEARS[0] <= year <= YEARS[1]:
            yield f"{name} is {year}; verwacht een jaar van {YEARS[0]} tot {YEARS[1]}"
    if measure.last < measure.first:
        yield f"loopt van {measure.first} tot {measure.last}: het eind ligt voor het begin; wissel first en last om"
    if not 0 < measure.dose < math.inf:
        yield f"dose is {measure.dose:g}; verwacht meer dan 0{f' {what.dose_unit}' if what else ''}"
    elif measure.dose >= MOST_DOSE:
        yield f"dose is {measure.dose:g}; verwacht minder dan {MOST_DOSE:g}, kijk de nullen na"
    if measure.reach is not None and not 0 <= measure.reach <= 1:
        yield f"reach is {measure.reach:g}; verwacht een aandeel van 0 tot 1"
    if not 0 < measure.cost_factor < math.inf:
        yield f"cost_factor is {measure.cost_factor:g}; verwacht meer dan 0"
    own = [name for name, given in (("override", bool(measure.override)), ("reach", measure.reach is not None),
           ("cost_factor", measure.cost_factor != 1.0)) if given]  # fmt: skip
    if own and not measure.source:
        yield f"{' en '.join(own)} zonder source; zeg waar het eigen getal vandaan komt"
    lines = {each.id for each in what.effects} if what else set()
    for name, size in measure.override.items():
        if what and name not in lines:
            yield f"override van '{name}', maar dat is geen effect van {what.id}{near_match(name, lines)}"
        if not math.isfinite(size):
            yield f"override van '{name}' is {size:g}; verwacht een gewoon getal"


def _is_number(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False
