"""What a business case rests on: every cost, unit value and parameter with source, date and mark, and every study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stadspeil.catalogue.appraisal_entries import Claw, CostLine, Intervention, OptimismClass, Study, UnitValue
from stadspeil.catalogue.entries import Parameter, text_in, title_in
from stadspeil.report.cases.material import Case, Row
from stadspeil.report.cases.telling import exact
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.retelling import cited, known_how, pool_title
from stadspeil.report.wording import DASH, Wording, lowered

Part = str | Heading | Grid


def costs(case: Case) -> Iterator[tuple[Intervention, CostLine]]:
    """Intervention and cost line, of every cost that a line of the case rests on."""
    for kind, id in case.resting():
        head, _, tail = id.partition("/")
        if kind == "kosten" and head in case.catalogue.interventions:
            entry = case.catalogue.interventions[head]
            yield from ((entry, each) for each in entry.costs if each.id == tail)


def unit_values(case: Case) -> list[UnitValue]:
    """Unit values in use."""
    return [
        case.catalogue.unit_values[id]
        for kind, id in case.resting()
        if kind == "kengetal" and id in case.catalogue.unit_values
    ]


def parameters(case: Case) -> list[Parameter]:
    """Parameters in use."""
    return [
        case.catalogue.parameters[id]
        for kind, id in case.resting()
        if kind == "parameter" and id in case.catalogue.parameters
    ]


def optimism(case: Case) -> list[OptimismClass]:
    """Classes of optimism bias in use."""
    return [
        case.catalogue.optimism[id]
        for kind, id in case.resting()
        if kind == "optimisme" and id in case.catalogue.optimism
    ]


def claws(case: Case) -> list[Claw]:
    """Rules of claw-back in use."""
    return [case.catalogue.claws[id] for kind, id in case.resting() if kind == "korting" and id in case.catalogue.claws]


def others(case: Case) -> list[str]:
    """What else lines rest on: own numbers of the package, simulations, and counts that are not known."""
    return [f"{kind}: {id}" for kind, id in case.resting() if kind in ("eigen", "simulatie", "ontbreekt")]


def definition(entry: Parameter, words: Wording) -> str:
    """What a parameter does, in the language where that is there."""
    return (entry.definition_en if words.lang == "en" else "") or entry.definition


def assumptions(case: Case) -> Chapter:
    """Tables of costs, unit values, surcharges, claw-back and parameters."""
    words = case.words
    parts: list[Part] = [words("case.grounds.intro")]
    for key, grid in (
        ("costs", _costs(case)),
        ("values", _values(case)),
        ("optimism", _optimism(case)),
        ("parameters", _parameters(case)),
    ):
        if grid.rows:
            parts += [Heading(words(f"case.grounds.{key}")), grid]
    found = others(case)
    if found:
        parts += [Heading(words("case.grounds.others")), *(f"{each}." for each in found)]
    return Chapter("assumptions", words("case.grounds.title"), tuple(parts))


def _grid(
    key: str,
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    widths: tuple[str, ...],
    right: int,
    words: Wording,
) -> Grid:
    """A table of which the column `right` holds numbers."""
    return Grid(words(f"case.grounds.{key}_caption"), tuple(words(f"case.grounds.{each}") for each in heads), tuple(rows), widths,
                tuple(at == right for at in range(len(heads))))  # fmt: skip


def mark(evidence: str, words: Wording) -> str:
    """How something is known."""
    return words(f"case.mark.{evidence}")


def _costs(case: Case) -> Grid:
    words = case.words
    rows = [
        (f"{title_in(entry, words.lang)}: {lowered(text_in(line, 'title', words.lang))}", _three((line.low, line.mode, line.high), words), str(line.price_year),
         case.actor(line.bearer), _source(text_in(line, "source", words.lang), line.date, line.evidence, words))
        for entry, line in costs(case)
    ]  # fmt: skip
    return _grid(
        "costs", ("what", "euro", "prices", "bearer", "source"), rows, ("1fr", "36mm", "13mm", "27mm", "60mm"), 1, words
    )


def _three(values: tuple[float, float, float], words: Wording) -> str:
    low, likely, high = (words.plain(each) for each in values)
    return words("case.between", mean=likely, low=low, high=high)


def _source(source: str, date: str, evidence: str, words: Wording) -> str:
    return f"{source} ({date}; {mark(evidence, words)})"


def _values(case: Case) -> Grid:
    words = case.words
    rows = [
        (f"{title_in(each, words.lang)} ({_per(each, words)})", _three(each.value, words), str(each.price_year),
         str(each.grade), _source(each.source, each.date, each.evidence, words))
        for each in unit_values(case)
    ] + [
        (text_in(each, "title", words.lang), _three(each.euro, words), each.date[:4], DASH, _source(each.source, each.date, each.evidence, words))
        for each in claws(case)
    ]  # fmt: skip
    return _grid(
        "values", ("what", "euro", "prices", "grade", "source"), rows, ("1fr", "34mm", "13mm", "12mm", "74mm"), 1, words
    )


def _per(value: UnitValue, words: Wording) -> str:
    """Over what a unit value is counted, and that it counts once where it does."""
    per = words(f"case.per.{value.per}")
    return words("case.grounds.once", per=per) if value.once else per


def _optimism(case: Case) -> Grid:
    words = case.words
    rows = [
        (text_in(each, "title", words.lang), words("case.grounds.bound", cost=words.number(100 * each.cost), duration=words.number(100 * each.duration)),
         _source(each.source, each.date, each.evidence, words))
        for each in optimism(case)
    ]  # fmt: skip
    return _grid("optimism", ("what", "surcharge", "source"), rows, ("1fr", "38mm", "90mm"), 1, words)


def _parameters(case: Case) -> Grid:
    words = case.words
    rows = [
        (definition(each, words), f"{exact(each.value, words)} {words.unit(each.unit)}".strip(), _source(each.source, each.date, each.evidence, words))
        for each in parameters(case)
    ]  # fmt: skip
    return _grid("parameters", ("what", "value", "source"), rows, ("1fr", "28mm", "76mm"), 1, words)


def evidence(case: Case) -> Chapter:
    """Studies by pool with what they weigh, then what was left out and why."""
    words = case.words
    parts: list[Part] = [words("case.evidence.intro")]
    pools = list(dict.fromkeys(row["pool"] for row in case.rows("evidence")))
    used = [each for each in pools if any(row["weight"] for row in case.rows("evidence", pool=each))]
    for pool in used:
        parts.append(_pool(case, pool, [row for row in case.rows("evidence", pool=pool) if row["weight"]]))
    left = [row for row in case.rows("evidence") if not row["weight"]]
    if left:
        parts += [Heading(words("case.evidence.left")), _left(case, left)]
    if not pools:
        parts.append(words("case.evidence.none"))
    return Chapter("evidence", words("case.evidence.title"), tuple(parts))


def study_title(study: Study | None, id: str, words: Wording) -> str:
    """What was done and measured, with the source."""
    if study is None:
        return id
    english = words.lang == "en"
    done, found = (study.intervention_en, study.outcome_en) if english else (study.intervention, study.outcome)
    return f"{done}: {lowered(found)}. {cited(study, words.lang)}"


def effect(row: Row, words: Wording) -> str:
    """The size of a study with its interval, in its own unit; that only the direction is known where there is none."""
    if row["effect"] is None:
        return words("case.evidence.no_size")
    said = words.plain(row["effect"])
    if row["low"] is not None:
        said = words("case.between", mean=said, low=words.plain(row["low"]), high=words.plain(row["high"]))
    unit = words(f"case.effect_unit.{row['unit']}")
    return f"{said} {unit}"


def _pool(case: Case, pool: str, rows: list[Row]) -> Grid:
    words = case.words
    told = [
        (study_title(case.catalogue.studies.get(row["study"]), row["study"], words), effect(row, words), f"{row['strength']}, {row['country']}",
         _weight(row, rows, case), known_how(row["provenance"], words))
        for row in sorted(rows, key=lambda row: -row["weight"])
    ]  # fmt: skip
    heads = tuple(words(f"case.evidence.{each}") for each in ("study", "effect", "strength", "weight", "known"))
    return Grid(words("case.evidence.caption", pool=pool_title(case.catalogue, pool, words.lang)), heads, tuple(told), ("1fr", "42mm", "16mm", "16mm", "26mm"),
                (False, True, False, True, False))  # fmt: skip


def family(row: Row, case: Case) -> str:
    """Which studies of a pool count as one: those of the same programme."""
    study = case.catalogue.studies.get(row["study"])
    return min(row["study"], study.same_family) if study is not None and study.same_family else row["study"]


def _weight(row: Row, rows: list[Row], case: Case) -> str:
    """The weight of a study; that it is shared where studies of one programme count as one."""
    share = case.words("case.percent", number=case.words.number(100 * row["weight"]))
    together = sum(family(each, case) == family(row, case) for each in rows) > 1
    return case.words("case.evidence.shared", share=share) if together else share


def left_out(row: Row, study: Study | None, words: Wording) -> str:
    """Why a study weighs nothing."""
    if study is not None and study.status in ("withdrawn", "gap"):
        return words(f"case.evidence.{study.status}", reason=text_in(study, "reason", words.lang))
    return words("case.evidence.only_sign" if row["effect"] is None else "case.evidence.beside")


def _left(case: Case, rows: list[Row]) -> Grid:
    words = case.words
    told = []
    for row in rows:
        study = case.catalogue.studies.get(row["study"])
        told.append((study_title(study, row["study"], words), effect(row, words), left_out(row, study, words)))
    heads = tuple(words(f"case.evidence.{each}") for each in ("study", "effect", "why"))
    return Grid(words("case.evidence.left_caption"), heads, tuple(told), ("1fr", "36mm", "62mm"), (False, True, False))
