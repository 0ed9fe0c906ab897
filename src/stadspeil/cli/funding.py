"""`stadspeil funds`: the state's instruments, whether a package or town fits them, and whom another criterion reaches."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from stadspeil.cli.options import (
    CsvNlOption,
    CsvOption,
    JsonOption,
    OutOption,
    WorkspaceOption,
    YearOption,
    wanted_form,
)
from stadspeil.cli.screen import say, show_table

if TYPE_CHECKING:
    import polars as pl

    from stadspeil.appraisal.funds.requests import Money, Request
    from stadspeil.appraisal.funds.what_if import Per
    from stadspeil.cli.sessions import Session

funds_app = typer.Typer(
    name="funds",
    help="Rijksgeld: welke fondsen er zijn, of een pakket of stad eraan voldoet, en wat een ander criterium zou doen.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
FundOption = Annotated[list[str] | None, typer.Option("--fund", metavar="ID", help="Dit fonds; mag vaker.")]

# The year in which a fund would decide where nobody says which: the first after the catalogue's facts were looked at.
_FIRST = 2027


class Unit(StrEnum):
    """What a contribution is told per."""

    inwoner = "inwoner"
    woning = "woning"
    gebied = "gebied"


class Shown(StrEnum):
    """Which table of a what-if is shown."""

    towns = "towns"
    areas = "areas"


@funds_app.command(name="list")
def list_(
    fund: FundOption = None,
    facts: Annotated[bool, typer.Option("--facts", help="Elk feit, met bron en merk.")] = False,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Toon de fondsen. Met --facts elk feit: R gelezen, S uit de tweede hand, M uit het hoofd, J een oordeel."""
    import polars as pl

    from stadspeil.cli.sessions import open_session

    catalogue = open_session(workspace).catalogue
    chosen = [catalogue.fund(id) for id in fund or ()] or list(catalogue.funds.values())
    if facts:
        rows = [
            {
                "fonds": each.id, "feit": fact.id, "regel": fact.statement, "getal": fact.value, "eenheid": fact.unit,
                "merk": fact.mark, "bekeken": fact.checked, "bron": fact.source,
            }
            for each in chosen for fact in each.facts
        ]  # fmt: skip
    else:
        rows = [
            {
                "fonds": each.id, "titel": each.title, "staat": each.status, "van": each.first,
                "tot": each.last or None, "hoe": each.basis, "voorwaarden": len(each.conditions),
                "niet samen met": " ".join(each.excludes), "niet nagekeken": sum(fact.mark == "M" for fact in each.facts),
            }
            for each in chosen
        ]  # fmt: skip
    show_table(pl.DataFrame(rows, infer_schema_length=None), wanted_form(csv, csv_nl, json), out)


@funds_app.command()
def check(
    package: Annotated[str, typer.Option("--package", metavar="ID", help="Dit pakket.")] = "",
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help="Dit bouwprogramma.")] = "",
    town: Annotated[str, typer.Option("--town", metavar="GEMEENTE", help="Deze stad.")] = "",
    area: Annotated[
        list[str] | None, typer.Option("--area", metavar="CODE", help="Deze wijk of buurt van de stad; mag vaker.")
    ] = None,
    fund: FundOption = None,
    deficit: Annotated[
        float | None, typer.Option("--deficit", metavar="EURO", help="Tekort van de partijen in de stad zelf.")
    ] = None,
    costs: Annotated[float | None, typer.Option("--costs", metavar="EURO", help="Alle kosten samen.")] = None,
    others: Annotated[
        float | None, typer.Option("--others", metavar="EURO", help="Wat gemeente, regio of anderen bijdragen.")
    ] = None,
    primary: Annotated[
        float | None, typer.Option("--primary-share", metavar="DEEL", help="Deel voor de woningen zelf, 0 tot 1.")
    ] = None,
    award: Annotated[int | None, typer.Option("--award", metavar="JAAR", help="Jaar waarin het fonds beslist.")] = None,
    room: Annotated[
        float | None,
        typer.Option("--room", metavar="EURO", help="Wat de stad zelf kan dragen; geeft de kans dat het doorgaat."),
    ] = None,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Toets een pakket, bouwprogramma of stad. Welke voorwaarden falen, hoeveel, en wat er niet bekend is."""
    from stadspeil.appraisal.frame import Frame
    from stadspeil.appraisal.funds.checking import check_request, country_of, funding_words
    from stadspeil.appraisal.funds.requests import given_money
    from stadspeil.cli.sessions import open_session

    if bool(package) + bool(programme) + bool(town or area) != 1:
        raise typer.BadParameter("geef een van --package, --programme en --town (of --area)")
    if room is not None and deficit is None:
        raise typer.BadParameter("--room gaat samen met --deficit")
    session = open_session(workspace)
    money, rests = given_money(deficit, costs, others, primary, room), ""
    if package and money is None:
        money, rests = _kept(session, package, others, primary)
    request = _request(session, _Asked(package, programme, town, tuple(area or ())), money, award)
    country = country_of(session.workspace, session.catalogue, tuple(fund or ()))
    checked = check_request(request, session.catalogue, country, tuple(fund or ()))
    form = wanted_form(csv, csv_nl, json)
    table = checked.table()
    show_table(_for_screen(table) if form == "screen" and out is None else table, form, out)
    for sentence in checked.sentences():
        say(sentence)
    if rests:
        say(rests)
    if room is not None and deficit is not None:
        year = award or _FIRST
        say(funding_words(checked, deficit, room, year, Frame(year, 1), session.catalogue))


@funds_app.command(name="what-if")
def what_if(
    then: Annotated[list[str], typer.Option("--then", metavar="CRITERIUM", help="Het andere criterium; mag vaker.")],
    now: Annotated[
        list[str] | None,
        typer.Option("--now", metavar="CRITERIUM", help="Het criterium van nu; anders de lijst van --fund."),
    ] = None,
    combine: Annotated[
        str, typer.Option("--combine", metavar="HOE", help="Van --then: alle, een, of hoeveel er moeten gelden.")
    ] = "alle",
    combine_now: Annotated[str, typer.Option("--combine-now", metavar="HOE", help="Hetzelfde van --now.")] = "alle",
    fund: Annotated[
        str, typer.Option("--fund", metavar="ID", help="Het fonds waarvan bijdrage en lijst gelden.")
    ] = "nplv",
    euro: Annotated[float | None, typer.Option("--euro", metavar="EURO", help="Eigen bijdrage, per --per.")] = None,
    per: Annotated[Unit, typer.Option("--per", help="Waarper de eigen bijdrage is.")] = Unit.inwoner,
    group: Annotated[str, typer.Option("--group", metavar="ID", help="Groep die apart genoemd wordt.")] = "nta",
    show: Annotated[Shown, typer.Option("--show", help="Gemeenten of gebieden.")] = Shown.towns,
    keep: Annotated[
        str, typer.Option("--keep", metavar="NAAM", help="Bewaar het antwoord in de werkmap, voor site en rapport.")
    ] = "",
    year: YearOption = None,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Verander een criterium. Welke gebieden en steden erbij komen of afvallen, hoe zeker dat is, en wat het kost.

    Een criterium is 'cijfer:slechtste:5:buurt', 'cijfer:minstens:50000:gemeente' (of hoogstens),
    'bouwjaren 1970-1995:minstens:50:gemeente' of 'lid:nta'. Cijfers mogen worden opgeteld: 'a+b:minstens:40:buurt'.
    """
    from stadspeil.appraisal.funds.asking import Question, answer, keep_answer
    from stadspeil.cli.sessions import open_session

    session = open_session(workspace)
    question = Question(tuple(then), tuple(now or ()), combine, combine_now, fund, euro, _per(per), group, year)
    made = answer(question, session.workspace, session.catalogue)
    show_table(made.found.towns if show is Shown.towns else made.found.areas, wanted_form(csv, csv_nl, json), out)
    for sentence in made.sentences:
        say(sentence)
    if keep:
        say(f"bewaard in {keep_answer(made, keep, session.workspace)}")


def _for_screen(table: pl.DataFrame) -> pl.DataFrame:
    """The table as it is read: years without a sign for thousands, other numbers with decimals only where they have any."""
    import polars as pl

    from stadspeil.amounts import number

    def said(value: float | None, unit: str | None) -> str | None:
        if value is None:
            return None
        return f"{value:.0f}" if unit == "jaar" else number(value, 0 if value == round(value) else 2)

    counted = ("gevonden_laag", "gevonden_hoog", "grens", "tekort")
    columns = [
        pl.Series(name, [said(*each) for each in zip(table[name], table["eenheid"], strict=True)], pl.String)
        for name in counted
    ]
    return table.with_columns(columns).drop("regel", "bron")


def _per(unit: Unit) -> Per:
    from stadspeil.appraisal.funds.what_if import PERS

    return next(each for each in PERS if each == unit.value)


@dataclass(frozen=True)
class _Asked:
    """What is held against the rules: a package, a programme, or a town with areas."""

    package: str
    programme: str
    town: str
    areas: tuple[str, ...]


def _kept(session: Session, package: str, others: float | None, primary: float | None) -> tuple[Money | None, str]:
    """Euros of a package as the workspace keeps them, and a sentence on where they come from."""
    from dataclasses import replace

    from stadspeil.appraisal.means import kept_money
    from stadspeil.appraisal.store import appraised, command_of, read_appraisal, read_run
    from stadspeil.workspace import made_by_other

    entry = session.catalogue.package(package)
    if entry.id not in appraised(session.workspace):
        again = f"stadspeil appraise --package {entry.id}"
        return None, f"Zonder euro's: dit pakket is nog niet afgewogen. Draai '{again}', of geef --deficit en --costs."
    run = read_run(session.workspace, entry.id)
    money = kept_money(run, read_appraisal(session.workspace, entry.id, "flows"))
    said = "Met de euro's van de bewaarde afweging van dit pakket; met --deficit en --costs geeft u ze zelf."
    if run["package"] != json.loads(json.dumps(dataclasses.asdict(entry))):
        again = f"stadspeil appraise --package {entry.id}"
        return (
            None,
            f"Zonder euro's: dit pakket is na zijn afweging veranderd. Draai '{again}', of geef --deficit en --costs.",
        )
    if made_by_other(run):
        said += f" Die is gemaakt met een andere versie van Stadspeil; maak haar opnieuw met '{command_of(run)}'."
    return replace(money, others=others, primary_share=primary), said


def _request(session: Session, asked: _Asked, money: Money | None, award: int | None) -> Request:
    from stadspeil.appraisal.funds.checking import inhabitants_of
    from stadspeil.appraisal.funds.requests import request_of_package, request_of_programme, request_of_town
    from stadspeil.areas import normalize_code

    inhabitants = inhabitants_of(session.workspace, session.catalogue)
    if asked.package:
        entry = session.catalogue.package(asked.package)
        return request_of_package(entry, session.catalogue, inhabitants, money, award)
    if asked.programme:
        programme = session.catalogue.programme(asked.programme)
        return request_of_programme(programme, session.catalogue, inhabitants, money, award)
    areas = tuple(normalize_code(each) for each in asked.areas)
    towns = (session.area(asked.town),) if asked.town else tuple(dict.fromkeys(f"GM{each[2:6]}" for each in areas))
    title = ", ".join([*(session.register.name(each) for each in towns), *areas])
    return request_of_town(title, towns, inhabitants, areas, money, award)
