"""The verbs, in the order of the stages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stadspeil.amounts import counted
from stadspeil.cli.agenda_verbs import agenda
from stadspeil.cli.appraisal_verbs import appraise
from stadspeil.cli.evidence_verbs import evidence
from stadspeil.cli.funding import funds_app
from stadspeil.cli.nieuwland import nieuwland_app
from stadspeil.cli.options import (
    AddingUp,
    AreaOption,
    BoundariesOption,
    Changed,
    CsvNlOption,
    CsvOption,
    IndicatorOption,
    JsonOption,
    Language,
    LevelOption,
    Listing,
    OutOption,
    Result,
    Weighing,
    WithinOption,
    WorkspaceOption,
    YearOption,
    wanted_form,
)
from stadspeil.cli.screen import progress_bar, say, say_written, show_table
from stadspeil.cli.simulation_verbs import balance, history, simulate
from stadspeil.cli.snapshots import snapshots_app

app = typer.Typer(
    name="stadspeil",
    help="Neemt de maat van een stad: waar staat zij, waar schuift zij, en wat is er aan te doen.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(snapshots_app)
app.add_typer(nieuwland_app)
app.add_typer(funds_app)


def _show_version(asked: bool) -> None:
    if asked:
        from stadspeil import __version__

        print(f"stadspeil {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Toon de versie.")
    ] = False,
) -> None:
    """Neemt de maat van een stad: waar staat zij, waar schuift zij, en wat is er aan te doen."""


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", metavar="MAP", help="Waar de demo komt te staan.")] = Path("demo"),
    lang: Annotated[Language, typer.Option("--lang", help="Taal van het rapport.")] = Language.nl,
) -> None:
    """Laat alles eenmaal lopen op het verzonnen Nieuwland. Van bestanden tot rapporten; de echte lezers doen het werk."""
    from stadspeil.cli.demo import run_demo

    with progress_bar() as progress:
        made = run_demo(folder, lang.value, progress)
    say(made.summary())


@app.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="BESTAND...", help="Bestanden of mappen van uitgevers.")],
    edition: Annotated[
        str | None, typer.Option("--edition", metavar="JAAR", help="Editie, als die niet in het bestand staat.")
    ] = None,
    accept: Annotated[
        str, typer.Option("--accept", metavar="REDEN", help="Neem aan wat anders wordt vastgehouden, met uw reden.")
    ] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Lees bestanden in. Van uitgevers of een eigen werkboek; ze worden bewaard als onveranderlijke momentopnamen."""
    from stadspeil.cli.sessions import open_session
    from stadspeil.sources import all_held, import_files

    session = open_session(workspace)
    with progress_bar() as progress:
        result = import_files(
            files, session.workspace, session.catalogue, edition=edition, progress=progress, accept=accept
        )
    for snapshot in result.added:
        say(f"ingelezen: {snapshot.file_name} -> {snapshot.id} ({counted(snapshot.rows, 'rij', 'rijen')})")
    for snapshot in result.known:
        say(f"al aanwezig: {snapshot.file_name} -> {snapshot.id}")
    for path, reason in result.skipped:
        say(f"overgeslagen: {path}: {reason}")
    for remark in result.remarks:
        say(f"let op: {remark}")
    say(
        f"{len(result.added)} nieuw, {len(result.known)} al aanwezig, {len(result.skipped)} overgeslagen. Verder met: stadspeil build"
    )
    if result.held:
        raise all_held(result.held)


@app.command()
def fetch(
    town: Annotated[
        str,
        typer.Option("--town", metavar="GEMEENTE", help="Wat deze stad nodig heeft: zijzelf, haar groepen en regio."),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Alle bronnen, heel Nederland.")] = False,
    source: Annotated[list[str] | None, typer.Option("--source", metavar="ID", help="Deze bron; mag vaker.")] = None,
    since: Annotated[int | None, typer.Option("--since", metavar="JAAR", help="Vanaf dit jaar.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Toon wat opgehaald zou worden, en hoe groot het is.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Zonder netwerk: zeg alleen wat er is en wat ontbreekt.")
    ] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ook wat volgens de uitgever niet is veranderd.")] = False,
    accept: Annotated[
        str, typer.Option("--accept", metavar="REDEN", help="Neem aan wat anders wordt vastgehouden, met uw reden.")
    ] = "",
    publishers: Annotated[
        str, typer.Option("--publishers", metavar="ADRES", help="Namaak-uitgevers op deze computer.")
    ] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Haal cijfers op. Bij de uitgevers zelf; wat heel en betrouwbaar is wordt bewaard, de rest wordt uitgelegd."""
    from stadspeil.cli import fetching
    from stadspeil.cli.sessions import open_session

    if dry_run:
        session = open_session(workspace)
        session, years = fetching.with_overlay(session, publishers) if publishers else (session, [])
        jobs = fetching.planned(session, town, everything, source or [], since, years)
        show_table(fetching.jobs_table(jobs), "screen", None)
        say(
            f"{counted(len(jobs), 'tabel', 'tabellen')}, samen ongeveer {sum(each.estimate for each in jobs) / 1e6:.0f} MB (een schatting)"
        )
        return
    with progress_bar() as progress:
        result = fetching.run(
            workspace, town, everything, source or [], since, publishers, offline, accept, refresh, progress
        )
    fetching.told(result)
    fault = result.error()
    if fault is not None:
        raise fault
    say("Verder met: stadspeil build")


@app.command()
def build(
    boundaries: Annotated[
        int | None,
        typer.Option("--boundaries", metavar="JAAR", help="Reken cijfers ook om naar de indeling van dit jaar."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Maak tabellen en waarden. Van momentopnamen tabellen die hun belofte houden, en daarvan de waarde van elk cijfer."""
    from stadspeil.cli.listing import remark_count
    from stadspeil.cli.sessions import open_session
    from stadspeil.indicators import write_values
    from stadspeil.tables import build_tables

    session = open_session(workspace)
    with progress_bar() as progress:
        tables = build_tables(session.workspace, session.catalogue, progress=progress)
        made = write_values(session.workspace, session.catalogue, boundaries=boundaries, progress=progress)
    if tables.reused and not made:
        say("Er is niets veranderd; de vorige uitkomst blijft staan.")
    say(f"Tabellen: {', '.join(tables.tables)}.")
    number = remark_count(session)
    say(f"Opmerkingen bij de gegevens: {number}." + (" Lees ze met: stadspeil list remarks" if number else ""))
    say("Verder met: stadspeil score")


@app.command()
def score(workspace: WorkspaceOption = None) -> None:
    """Geef rapportcijfers en plaatsen. Per jaar en niveau, met groepen, regio en land ernaast."""
    from stadspeil.cli.sessions import open_session
    from stadspeil.scores import write_scores

    session = open_session(workspace)
    with progress_bar() as progress:
        made = write_scores(session.workspace, session.catalogue, progress=progress)
    say("Scores gemaakt." if made else "Er is niets veranderd; de vorige scores blijven staan.")
    say("Verder met: stadspeil analyse")


@app.command()
def analyse(workspace: WorkspaceOption = None) -> None:
    """Zoek uit wat er speelt. Bandbreedte van plaatsen, ontwikkeling, de vijf mechanismen en buurten beneden de wijk."""
    from stadspeil.analyses.store import write_analyses
    from stadspeil.cli.sessions import example_town, open_session

    session = open_session(workspace)
    with progress_bar() as progress:
        made = write_analyses(session.workspace, session.catalogue, progress=progress)
    say("Analyses gemaakt." if made else "Er is niets veranderd; de vorige analyses blijven staan.")
    say(f"Verder met: stadspeil report --town {example_town(session)}")


@app.command()
def report(
    town: Annotated[str, typer.Option("--town", metavar="GEMEENTE", help="Code of naam van de gemeente.")] = "",
    group: Annotated[
        str,
        typer.Option("--group", metavar="GROEP", help="Overzicht van een groep, of van steden met komma's ertussen."),
    ] = "",
    buurt: Annotated[str, typer.Option("--buurt", metavar="CODE", help="Buurtblad van een buurt.")] = "",
    brief: Annotated[bool, typer.Option("--brief", help="Alleen de brief van twee bladzijden.")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Taal van het rapport.")] = Language.nl,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="MAP", help="Map; anders out/ in de werkmap.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Schrijf de Staat van de stad. Als PDF, werkboek en dia's; of een overzicht, een brief of een buurtblad."""
    from stadspeil.cli.sessions import open_session
    from stadspeil.report import publication

    if bool(town) + bool(group) + bool(buurt) != 1:
        raise typer.BadParameter("geef precies een van --town, --group en --buurt")
    session = open_session(workspace)
    place = (session.workspace, session.catalogue)
    with progress_bar() as progress:
        progress("rapport schrijven", 0, 1)
        if group:
            paths = publication.write_overview(*place, group, lang.value, out)
        elif buurt:
            paths = publication.write_buurt_sheet(*place, buurt, lang.value, out)
        else:
            write = publication.write_brief if brief else publication.write_report
            paths = write(*place, session.register.find(town), lang=lang.value, out=out)
    say_written(paths)


app.command()(simulate)
app.command()(history)
app.command()(balance)
app.command()(agenda)
app.command()(evidence)
app.command()(appraise)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADRES", help="Waar de site luistert; anders alleen deze machine.")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="POORT", help="Anders 8040.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", metavar="AANTAL", help="Zoveel processen.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Open de atlas: de uitkomsten als site, op http://127.0.0.1:8040/."""
    from stadspeil.cli.serving import serve_site

    serve_site(workspace, {"host": host, "port": port, "workers": workers})


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="BESTAND", help="Naam van het werkboek.")] = Path(
        "eigen-cijfers.xlsx"
    ),
    workspace: WorkspaceOption = None,
) -> None:
    """Schrijf een leeg werkboek voor eigen cijfers."""
    from stadspeil.cli.sessions import open_session
    from stadspeil.sources import write_template
    from stadspeil.tables.invented import invented_gemeenten

    session = open_session(workspace)
    write_template(out, session.catalogue, invented_gemeenten(session.workspace))
    say(f"geschreven: {out}. Vul het in en lees het in met: stadspeil import {out}")


@app.command()
def check(
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Toon per bron wat op een andere indeling te plaatsen is, en wat niet.")
    ] = False,
    boundaries: BoundariesOption = None,
    published: Annotated[
        Path | None,
        typer.Option("--published", metavar="BESTAND", help="Houd onze plaatsen naast gedrukte plaatsen uit dit CSV."),
    ] = None,
    town: Annotated[
        str, typer.Option("--town", metavar="GEMEENTE", help="Noem ook wat voor deze gemeente leeg blijft, en waarom.")
    ] = "",
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Controleer catalogus en werkmap. Verandert niets."""
    from stadspeil.cli.checking import check_all, check_town

    for sentence in check_all(workspace):
        say(sentence)
    if town:
        for sentence in check_town(workspace, town):
            say(sentence)
    if coverage:
        from stadspeil.cli.coverage import coverage_report
        from stadspeil.cli.sessions import open_session

        report = coverage_report(open_session(workspace), boundaries)
        show_table(report.table, "screen")
        for sentence in report.sentences:
            say(sentence)
    if published is not None:
        from stadspeil.cli.reproducing import reproduced

        table, sentences = reproduced(workspace, published)
        show_table(table, wanted_form(csv, csv_nl, json), out)
        for sentence in sentences:
            say(sentence)


@app.command()
def like(
    area: Annotated[str, typer.Argument(metavar="BUURT", help="Code van een buurt.")],
    number: Annotated[int, typer.Option("--number", metavar="AANTAL", help="Hoeveel.", min=1, max=100)] = 10,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Zoek buurten elders zoals deze. Op opbouw van bevolking en woningen, nooit op uitkomsten: om van te leren."""
    from stadspeil.analyses.store import like as alike_in
    from stadspeil.cli.sessions import open_session

    show_table(alike_in(open_session(workspace).workspace, area, number), wanted_form(csv, csv_nl, json), out)


@app.command()
def weigh(
    composite: Annotated[str, typer.Argument(metavar="CIJFER", help="Id van een samengesteld cijfer.")],
    by: Annotated[Weighing | None, typer.Option("--by", help="Hoe te wegen; anders zoals de opgave.")] = None,
    target: Annotated[
        str, typer.Option("--target", metavar="ID", help="Bij regression: het cijfer om te voorspellen.")
    ] = "",
    own: Annotated[
        Path | None,
        typer.Option(
            "--own", metavar="BESTAND", help="Eigen gewichten (TOML of CSV); bij optimised het gewenste belang."
        ),
    ] = None,
    add_up: Annotated[
        AddingUp | None, typer.Option("--add-up", help="Hoe op te tellen; anders zoals de opgave.")
    ] = None,
    power: Annotated[
        float | None,
        typer.Option(
            "--power", metavar="MACHT", help="Macht van het gemiddelde: hoe lager, hoe zwaarder het slechtste telt."
        ),
    ] = None,
    town: Annotated[str, typer.Option("--town", metavar="GEMEENTE", help="Toon ook deze gemeente.")] = "",
    year: YearOption = None,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Weeg een samengesteld cijfer anders. Toont gewichten, wat ervan bekend is, en wie ervan stijgt of daalt."""
    from stadspeil.cli.weighing import weighed
    from stadspeil.scores.weighing import Otherwise

    asked = Otherwise(by.value if by else None, target, None, add_up.value if add_up else None, power)
    shown = weighed(workspace, composite, asked, own, town, year)
    form = wanted_form(csv, csv_nl, json)
    if form == "screen" and out is None:
        for sentence, table in shown.tables:
            say(sentence)
            show_table(table, form)
    else:
        show_table(shown.long, form, out)
    for sentence in shown.sentences:
        say(sentence)


@app.command()
def calibrate(
    marks: Annotated[Path, typer.Argument(metavar="CSV", help="Gedrukte rapportcijfers: kolommen area en mark.")],
    indicator: Annotated[str, typer.Option("--indicator", metavar="ID", help="Het cijfer waarover ze gaan.")],
    year: YearOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Zoek welke rapportcijfers bij gedrukte horen. Lineair, gewogen naar inwoners of naar plaats; met de afstand."""
    from stadspeil.cli.calibration import calibrated

    table, sentences = calibrated(workspace, marks, indicator, year)
    show_table(table, "screen")
    for sentence in sentences:
        say(sentence)


@app.command()
def diff(
    one: Annotated[Path, typer.Argument(metavar="A", help="De ene werkmap.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="De andere werkmap.")],
    town: Annotated[str, typer.Option("--town", metavar="GEBIED", help="Alleen dit gebied: code of naam.")] = "",
    level: LevelOption = None,
    years: Annotated[
        str, typer.Option("--years", metavar="JAAR,JAAR", help="Vergelijk twee jaren, bijvoorbeeld 2016,2020.")
    ] = "",
    show: Annotated[
        Changed | None,
        typer.Option("--show", help="Alleen de cijfers, de oorzaken of de zinnen van het rapport (met --town)."),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Taal van de zinnen.")] = Language.nl,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Eindig met 1 als er iets verschilt.")] = False,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Toon wat tussen twee werkmappen veranderde. In waarden, cijfers, plaatsen en zinnen; met de oorzaak en waarom."""
    from stadspeil.cli.differing import compared, parse_years, shown_changes

    found = compared(one, other, town, level.value if level else "", parse_years(years), lang.value)
    for sentence in found.sentences:
        say(sentence)
    form = wanted_form(csv, csv_nl, json)
    for table in shown_changes(found, show.value if show else "", form == "screen" and out is None):
        show_table(table, form, out)
    if exit_code and found.different:
        raise typer.Exit(1)


@app.command(name="list")
def list_(
    what: Annotated[Listing, typer.Argument(help="Wat u wilt zien.")] = Listing.indicators,
    theme: Annotated[str | None, typer.Option("--theme", metavar="ID", help="Alleen dit thema.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="connected of planned.")] = None,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Toon wat de catalogus of de werkmap bevat."""
    from stadspeil.cli.listing import list_entries
    from stadspeil.cli.sessions import open_session

    show_table(list_entries(open_session(workspace), what.value, theme, status), wanted_form(csv, csv_nl, json), out)


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(metavar="CIJFER", help="Id van een cijfer of samengesteld cijfer.")],
    area: Annotated[str, typer.Option("--area", metavar="GEBIED", help="Code of naam.")],
    programme: Annotated[
        str, typer.Option("--programme", metavar="ID", help="Een gesimuleerd cijfer van dit programma.")
    ] = "",
    history: Annotated[
        bool, typer.Option("--history", help="Een deel van de geschiedenis, als vorming of komst:18-29.")
    ] = False,
    year: YearOption = None,
    boundaries: BoundariesOption = None,
    reach: Annotated[
        int | None,
        typer.Option("--reach", metavar="PLAATS", help="Wat elk deel zou moeten zijn voor deze plaats.", min=1),
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Laat zien hoe een cijfer tot stand komt. Van rapportcijfer naar waarde, cellen, bestand, editie en controlegetal."""
    from stadspeil.cli.sessions import open_session
    from stadspeil.report.lineage import explain_score
    from stadspeil.report.reach import explain_reach

    session = open_session(workspace)
    if programme:
        from stadspeil.report.simulated_lineage import explain_effect

        chain = explain_effect(session.workspace, session.catalogue, programme, indicator, area)
        print(chain.as_json() if json else chain.as_text())
        return
    if history:
        from stadspeil.report.history_lineage import explain_part

        code = session.area(area)
        chain = explain_part(session.workspace, session.catalogue, indicator, code, session.register.name(code))
        print(chain.as_json() if json else chain.as_text())
        return
    if reach is not None:
        if year is not None or boundaries is not None:
            raise typer.BadParameter("--reach gaat over het nieuwste jaar; laat --year en --boundaries weg")
        chain = explain_reach(session.workspace, session.catalogue, indicator, session.area(area), reach)
        print(chain.as_json() if json else chain.as_text())
        return
    chain = explain_score(session.workspace, session.catalogue, indicator, session.area(area), year, boundaries)
    print(chain.as_json() if json else chain.as_text())


@app.command()
def export(
    what: Annotated[Result, typer.Argument(help="Welke uitkomst.")],
    level: LevelOption = None,
    indicator: IndicatorOption = None,
    year: YearOption = None,
    boundaries: BoundariesOption = None,
    area: AreaOption = None,
    within: WithinOption = None,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Geef uitkomsten als tabel. Scores, waarden, groepen, cellen of gebieden, op scherm of als CSV of JSON."""
    from stadspeil.cli.exporting import Selection, exported, is_invented_result
    from stadspeil.cli.sessions import open_session

    selection = Selection(level.value if level else None, indicator, year, tuple(area or ()), boundaries, within)
    session = open_session(workspace)
    table = exported(session, what.value, selection)
    if is_invented_result(session, what.value, table):
        say("let op: deze cijfers zijn verzonnen; Nieuwland bestaat niet")
    if what is Result.grid_squares:
        say("let op: vakken zijn om ter plaatse te gaan kijken; zet ze niet in een kaart, lijst of rapport")
    show_table(table, wanted_form(csv, csv_nl, json), out)
