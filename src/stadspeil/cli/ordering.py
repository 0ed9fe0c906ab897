"""`stadspeil agenda`: the plan, its proof, and what would change it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from stadspeil.amounts import chance, counted, euros
from stadspeil.appraisal.portfolio.agenda import Choices
from stadspeil.appraisal.portfolio.store import Made, make_agenda, read_agenda
from stadspeil.cli.screen import progress_bar
from stadspeil.cli.sessions import Session

_LEAST_POINTS = 0.005
_PLACES = {"kern": "Kern (in elk plan)", "grens": "Op de grens", "buiten": "Erbuiten (in geen plan)"}


def made_agenda(session: Session, choices: Choices) -> Made:
    """Answer with progress on the screen."""
    with progress_bar() as progress:
        return make_agenda(session.workspace, session.catalogue, choices, progress=progress)


def wanted_table(session: Session, made: Made, name: str, on_screen: bool) -> pl.DataFrame:
    """The table that was asked for; on the screen the plan as a timeline."""
    table = read_agenda(made.folder, name)
    return timeline(table, made.run) if on_screen and name == "plan" else table


def timeline(plan: pl.DataFrame, run: dict[str, Any]) -> pl.DataFrame:
    """The plan as it is read: a block per year in which a project runs, in order of start; what is not done last."""
    first, last = run["first"], run["first"] + run["years"] - 1
    rows = []
    for each in plan.sort(["start", "project"], nulls_last=True).to_dicts():
        done = each["start"] is not None
        bar = "".join("█" if done and each["start"] <= year <= each["end"] else "·" for year in range(first, last + 1))
        rows.append((
            each["title"], str(each["start"]) if done else "wacht" if each["waits_for"] else "niet", bar,
            each["costs_eur"] / 1e6, each["worth_eur"] / 1e6, chance(each["chance"]), each["place"] or "-",
        ))  # fmt: skip
    heads = ("project", "begin", f"{first}-{last}", "kosten_mln", "waarde_mln", "kans", "plaats")
    return pl.DataFrame(rows, schema=list(heads), orient="row")


def summary(session: Session, made: Made) -> Iterator[str]:
    """What came out, in sentences."""
    run = made.run
    tables = {
        name: read_agenda(made.folder, name)
        for name in ("plan", "means", "marks", "efforts", "front", "knowing", "pathways", "pairs")
    }
    if not made.new:
        yield "Er is niets veranderd; de vorige uitkomst blijft staan."
    yield f"{run['title']} ({run['status']}), {run['first']}-{run['first'] + run['years'] - 1}."
    yield from run["remarks"]
    if tables["plan"]["start"].is_null().all():
        yield (
            "Er wordt geen project gedaan: er is geen plan gevonden dat past en dat na kosten meer waard is dan niets doen. "
            "Wat niet in geld is uit te drukken telt hierin niet mee."
        )
    yield from _proof(run)
    yield from _together(run, tables["pairs"])
    yield from _ranking(run, tables["plan"])
    yield from _means(tables["means"])
    yield from _marks(tables["marks"])
    yield from _core(run, tables["plan"])
    yield from _efforts(tables["efforts"])
    yield from _waiting(tables["pathways"])
    yield from _knowing(run, tables["knowing"])
    yield from _front(tables["front"])


def _proof(run: dict[str, Any]) -> Iterator[str]:
    yield (
        (
            f"Het plan is {euros(run['worth'])} waard na kosten. Bewijs: {run['proof']}; geen plan is meer waard dan "
            f"{euros(run['bound'])}, dus hoogstens {_share(run['gap'])} beter (grens van de lineaire versie: "
            f"{euros(run['linear_bound'])})."
        )
        if run["lam"] == 0
        else (
            f"Het plan is {euros(run['worth'])} waard na kosten, in het slechtste vijfde deel {euros(run['tail'])} "
            f"(lam {run['lam']:g}). Bewijs: {run['proof']}; op de gevraagde maat is geen plan meer dan "
            f"{_share(run['gap'])} beter."
        )
    )
    if run["proof"] == "tijd op":
        yield "De tijd was op voordat de gevraagde marge was bewezen; geef meer seconden met --seconds."


def _together(run: dict[str, Any], pairs: pl.DataFrame) -> Iterator[str]:
    """What the projects of the plan lose because they work on the same, and which of them most."""
    if not run.get("lost"):
        return
    most = "; ".join(
        f"{each['title']} met {each['other_title']} ({euros(each['lost_eur'])})" for each in pairs.head(3).to_dicts()
    )
    yield (
        f"Dat geldt voor het geheel ({euros(run['together_low'])} tot {euros(run['together_high'])}). Apart opgeteld zijn de projecten "
        f"{euros(run['apart'])} waard; {euros(run['lost'])} gaat verloren doordat zij in dezelfde jaren in dezelfde buurten op "
        f"dezelfde cijfers werken. Het meest: {most}; zie --table pairs."
    )


def _ranking(run: dict[str, Any], plan: pl.DataFrame) -> Iterator[str]:
    if run["ranked_breaks"]:
        yield f"Rangschikken op waarde per euro houdt zich niet aan alle eisen: {'; '.join(run['ranked_breaks'])}."
    if run["ranked_loss"] is not None:
        other = plan.filter(pl.col("start").is_null() != pl.col("ranked_start").is_null()).height
        yield (
            f"Wie rangschikt op waarde per euro houdt {euros(run['ranked_worth'])} over: {_share(run['ranked_loss'])} "
            f"minder, met {other} andere keuzes."
        )


def _means(means: pl.DataFrame) -> Iterator[str]:
    for (purse, unit), rows in means.group_by("purse", "unit", maintain_order=True):
        spent = float(rows["goes"].sum())
        if unit == "euro":
            comes = float(rows["comes"].sum())
            part = f" ({_share(spent / comes)})" if comes else ""
            yield f"Budget {purse}: {euros(spent)} van {euros(comes)} gebruikt{part}."
        elif rows["comes"].null_count() == 0:
            full = rows.filter(pl.col("goes") >= 0.95 * pl.col("comes"))["year"].to_list()
            tight = f"; (bijna) vol in {', '.join(map(str, full))}" if full else ""
            yield f"Mensen: ten hoogste {_number(rows['goes'].max())} van {_number(rows['comes'].max())} voltijdbanen{tight}."


def _marks(marks: pl.DataFrame) -> Iterator[str]:
    told = [
        f"{each['of'].partition(':')[2]} {each['points']:+.2f}".replace(".", ",")
        + (f" (eis {_number(each['floor'])})" if each["floor"] is not None else "")
        for each in marks.to_dicts()
        # What rounds to nothing says nothing, unless it was asked for.
        if abs(each["points"]) >= _LEAST_POINTS or each["floor"] is not None
    ]
    if told:
        yield f"Punten rapportcijfer: {', '.join(told)}."


def _core(run: dict[str, Any], plan: pl.DataFrame) -> Iterator[str]:
    if not run["scenarios"]:
        return
    yield (
        f"In {run['scenarios']} scenario's ({run['possible']} met een uitvoerbaar plan) {'is er' if run['core_plans'] == 1 else 'zijn er'} "
        f"{counted(run['core_plans'], 'plan dat', 'plannen die')} geen ander verslaat (elk hoogstens {_share(run['core_gap'])} van het beste):"
    )
    for place, words in _PLACES.items():
        names = plan.filter((pl.col("place") == place) & (pl.col("waits_for") == "")).sort(
            "core_index", descending=True
        )
        if names.height:
            yield f"  {words}: {', '.join(_with_index(each) for each in names.to_dicts())}."


def _with_index(row: dict[str, Any]) -> str:
    return f"{row['title']} ({round(100 * row['core_index'])} %)" if row["place"] == "grens" else str(row["title"])


def _efforts(efforts: pl.DataFrame) -> Iterator[str]:
    for (title, verdict), rows in efforts.group_by("title", "verdict", maintain_order=True):
        yield f"Lopende inzet {title}: {verdict}. {_sentence('; '.join(rows['reason']))}"


def _waiting(pathways: pl.DataFrame) -> Iterator[str]:
    for each in pathways.to_dicts():
        until = f", beslissen uiterlijk {each['decide_by']}" if each["decide_by"] else ""
        worth = (
            f" De kans dat het ervan komt is {chance(each['acts'])}; wachten is {euros(each['option_eur'])} waard "
            "boven het beste vaste jaar."
            if each["option_eur"] is not None
            else ""
        )
        yield f"{each['title']} wacht op {each['trigger']} (aanloop {each['lead']} jaar{until}).{worth} {_sentence(each['note'])}"


def _knowing(run: dict[str, Any], knowing: pl.DataFrame) -> Iterator[str]:
    clear = knowing.filter("shown").head(3).to_dicts()
    if clear:
        told = "; ".join(f"{each['input']} ({euros(each['worth_eur'])})" for each in clear)
        yield f"Eerst evalueren: {told}. Alles weten zou {euros(run['perfect'])} waard zijn."
    elif knowing.height:
        yield "Van geen enkele onzekerheid is meer weten aantoonbaar iets waard voor deze keuze."


def _front(front: pl.DataFrame) -> Iterator[str]:
    options = front["option"].n_unique()
    if options > 1:
        yield f"Afweging: {options} plannen verslaan elkaar niet op waarde en mechanismen; zie --table front en --table options."
    elif options:
        yield "Afweging: geen; een plan geeft van waarde en van elk mechanisme het meest."


def _share(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def _number(amount: Any) -> str:
    return f"{float(amount):g}".replace(".", ",")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
