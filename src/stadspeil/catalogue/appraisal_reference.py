"""Reference pages of what an appraisal is made from: interventions, and the studies of the evidence page."""

from __future__ import annotations

from collections.abc import Iterator

from stadspeil.catalogue.appraisal_entries import CostLine, EffectLine, Intervention, Study
from stadspeil.catalogue.catalogue import Catalogue
from stadspeil.catalogue.entries import text_in, texts_in
from stadspeil.catalogue.markdown_tables import table_lines

_STANDING = {"active": "Studies that count", "withdrawn": "Studies withdrawn", "gap": "Gaps: nobody measured it"}


def interventions_page(catalogue: Catalogue) -> str:
    """Every intervention with its effects, costs and what the evidence says."""
    entries = list(catalogue.interventions.values())
    with_effect = sum(bool(each.effects) for each in entries)
    lines = [
        "# Interventions", "",
        f"{len(entries)} interventions, of which {with_effect} have an effect that rests on studies. The others cost money and "
        "change nothing in an appraisal, until somebody measures them or a package overrides them with a source. "
        "The story of each stands beside it, in `catalogue/interventions/<id>.md`.", "",
        *table_lines(("Intervention", "Domain", "Effects on", "Costs are known"), (
            (f"[`{each.id}`](#{each.id})", each.domain,
             ", ".join(f"`{line.indicator}`" for line in each.effects) or "nothing we can show",
             ", ".join(sorted({cost.evidence for cost in each.costs})))
            for each in entries
        )), "",
    ]  # fmt: skip
    for entry in entries:
        lines += _intervention(entry)
    return "\n".join(lines)


def _intervention(entry: Intervention) -> Iterator[str]:
    yield from (f'<a id="{entry.id}"></a>', "", f"## `{entry.id}`", "", f"**{entry.title}** · {entry.title_en}", "")
    yield from (text_in(entry, "what", "en"), "", text_in(entry, "evidence_note", "en"), "")
    low, likely, high = entry.reach
    yield f"- for whom: {text_in(entry, 'for_whom', 'en')}"
    yield f"- mechanisms: {', '.join(f'`{each}`' for each in entry.mechanisms)}; lines: {', '.join(texts_in(entry, 'hoofdlijnen', 'en'))}"
    yield f"- dose: {text_in(entry, 'dose_unit', 'en')}; full against {entry.full_dose}; reach {low:g} to {high:g}, likely {likely:g}"
    yield f"- {entry.making} years to the first effect, runs {f'{entry.running} years' if entry.running else 'for good'}"
    yield f"- what must be there: {'; '.join(texts_in(entry, 'conditions', 'en'))}"
    yield f"- if it is not done: {text_in(entry, 'risk_of_nothing', 'en')}"
    if entry.labelled:
        yield "- names an area as a problem: the loss of house value is booked"
    if entry.homes:
        yield "- changes homes: who comes to live there is told by the simulation"
    if entry.caution:
        yield f"- mind: {text_in(entry, 'caution', 'en')}"
    if entry.cases:
        yield f"- cases: {'; '.join(texts_in(entry, 'cases', 'en'))}"
    if entry.studies:
        yield f"- to read beside it: {', '.join(f'[`{each}`](evidence.md#{each})' for each in entry.studies)}"
    head = ("Effect", "Indicator", "Pool", "Factor", "Ramp", "Fades as", "Left out", "Note")
    yield from ("", *(table_lines(head, map(_effect, entry.effects)) if entry.effects else ["No effect line."]), "")
    costs = ("Cost", "Per", "When", "Euro: low, mode, high", "Prices of", "Paid by", "Optimism", "Known how", "Source")
    yield from (*table_lines(costs, map(_cost, entry.costs)), "")


def _effect(line: EffectLine) -> tuple[str, ...]:
    shares = {
        "spill": line.spill, "displacement": line.displacement, "deadweight": line.deadweight, "leakage": line.leakage,
        "composition": line.composition,
    }  # fmt: skip
    told = ", ".join(f"{name} {share:g}" for name, share in shares.items() if share)
    return (
        line.id, f"`{line.indicator}`", f"`{line.pool}`", f"{line.factor:g}", f"{line.ramp:g} y", line.persistence,
        told or "-", text_in(line, "note", "en") or "-",
    )  # fmt: skip


def _cost(cost: CostLine) -> tuple[str, ...]:
    return (
        text_in(cost, "title", "en"), cost.per, cost.timing, f"{cost.low:,.0f}, {cost.mode:,.0f}, {cost.high:,.0f}", str(cost.price_year),
        cost.bearer, cost.optimism, cost.evidence, text_in(cost, "source", "en"),
    )  # fmt: skip


def studies_part(catalogue: Catalogue) -> list[str]:
    """The studies by standing, one row each; those withdrawn with what is right, gaps with who looked."""
    lines = [
        "## What interventions did elsewhere", "",
        "One row per study and outcome, nulls and harms like the rest. Studies of one pool are taken together: "
        "`stadspeil evidence` shows what they say. Favorable is positive, except in points.", "",
    ]  # fmt: skip
    for standing, heading in _STANDING.items():
        rows = [each for each in catalogue.studies.values() if each.status == standing]
        head = ("Study", "Intervention: outcome", "Pool", "Sign", "Effect", "Strength", "Where", "Known how", "Source")
        more = ("Why",) if standing != "active" else ("Use",)
        lines += [f"### {heading}", "", *table_lines((*head, *more), map(_study, rows)), ""]
    return lines


def _study(each: Study) -> tuple[str, ...]:
    size = "-" if each.effect is None else f"{each.effect:g}"
    between = "" if each.low is None or each.high is None else f" ({each.low:g} to {each.high:g})"
    right = f"; right is `{each.replaced_by}`" if each.replaced_by else ""
    return (
        f'<a id="{each.id}"></a>`{each.id}`', f"{each.intervention_en}: {each.outcome_en}", f"`{each.pool}`", each.sign,
        f"{size}{between} {each.unit}", each.strength, f"{each.country} {each.year}", each.provenance, each.source,
        f"{text_in(each, 'reason', 'en')}{right}" if each.status != "active" else text_in(each, "transfer", "en"),
    )  # fmt: skip
