"""A business case as workbook: its tables unrounded, with formulas that compute the outcome again from the flows."""

from __future__ import annotations

import io
from typing import Any

from stadspeil.amounts import significant
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.cases.checks import checks_of, checks_sheet
from stadspeil.report.cases.financing import title as fund_title
from stadspeil.report.cases.financing import verdict
from stadspeil.report.cases.grounds import (
    claws,
    costs,
    definition,
    effect,
    family,
    left_out,
    mark,
    optimism,
    parameters,
    study_title,
    unit_values,
)  # fmt: skip
from stadspeil.report.cases.leaflet import case_leaflet
from stadspeil.report.cases.material import Case
from stadspeil.report.cases.sheets import EURO, FACTOR, PLAIN, SHARE, Cells, Written
from stadspeil.report.cases.telling import change_unit, input_name, input_unit, moved
from stadspeil.report.document import Heading
from stadspeil.report.leaflets import Leaflet
from stadspeil.report.retelling import known_how
from stadspeil.report.wording import Wording
from stadspeil.report.workbook import MADE, Writer, columns_sheet
from stadspeil.report.workbook_sheets import Formula, Sheet

_ID, _TITLE, _LONG, _NUMBER = 22, 34, 60, 16
# In reading order.
ORDER = ("checks", "summary", "ledger", "flows", "lines", "effects", "mechanisms", "displaced", "funds", "inputs", "evidence",
         "assumptions", "shares")  # fmt: skip


def case_workbook(case: Case) -> bytes:
    """The workbook as bytes; equal cases give equal bytes."""
    words = case.words
    cells = Cells({key: words(f"case.sheets.{key}").partition("|")[0] for key in ORDER}, case.invented)
    made = {"summary": _summary(case), "lines": _lines(case), "displaced": _displaced(case), "evidence": _evidence(case),
            "shares": _shares(case), "effects": _effects(case), "mechanisms": _mechanisms(case), "funds": _funds(case),
            "inputs": _inputs(case), "assumptions": _assumptions(case)}  # fmt: skip
    made["ledger"] = _ledger(case, cells)
    made["flows"] = _flows(case, made["summary"], cells)
    made["checks"] = checks_sheet(checks_of(case, made, cells), words, cells)
    return written_book(case_leaflet(case), [made[key].sheet(words) for key in ORDER], words)


def written_book(leaflet: Leaflet, sheets: list[Sheet], words: Wording) -> bytes:
    """A workbook with what the first page of a leaflet says, the meaning of all columns, and the sheets."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": leaflet.title, "author": "Stadspeil", "created": MADE})
    writer = Writer(book, words("document.banner") if leaflet.invented else "")
    rows = [("title", leaflet.title), ("text", leaflet.subtitle), ("text", words("case.book"))]
    for part in leaflet.chapters[0].parts:
        if isinstance(part, Heading):
            rows += [("text", ""), ("head", part.text)]
        elif isinstance(part, str):
            rows.append(("text", part))
    rows += [("text", ""), ("head", words("workbook.sheets"))]
    empty = f" {words('workbook.empty_sheet')}"
    rows += [("text", f"{each.name}: {each.about}{'' if each.rows else empty}") for each in sheets]
    writer.write_about(words("workbook.about"), rows)
    for sheet in (columns_sheet(sheets, words), *sheets):
        writer.write_sheet(sheet)
    book.close()
    return target.getvalue()


def _summary(case: Case) -> Written:
    """Figures of the whole under the Dutch rules, then other rules, then the ask and the years."""
    words, run = case.words, case.run
    rows: list[tuple[Any, ...]] = []
    for row in case.rows("outcomes"):
        id = row["figure"] if row["rules"] == "nl" else f"{row['figure']} ({row['rules']})"
        what = words(f"case.figure.{row['figure']}")
        what = what if row["rules"] == "nl" else f"{what}: {_rules(row, case)}"
        rows.append((id, what, row["mean"], row["low"], row["middle"], row["high"], words(f"case.unit.{row['unit']}")))
    gap, euro = run["ask"]["shortfall"], words("case.unit.euro")
    rows.append(("vraag", words("case.figure.vraag"), run["ask"]["euro"], gap["low"], gap["middle"], gap["high"], euro))
    for id, value in (("eerste_jaar", run["first"]), ("jaren", run["years"]), ("trekkingen", run["draws"])):
        rows.append((id, words(f"case.figure.{id}"), float(value), None, None, None, ""))
    kinds = {"id": (_ID, ""), "what": (_LONG, ""), "mean": (_NUMBER, "#,##0.00"), "low": (_NUMBER, "#,##0.00"),
             "middle": (_NUMBER, "#,##0.00"), "high": (_NUMBER, "#,##0.00"), "unit": (10, "")}  # fmt: skip
    return Written("summary", kinds, rows)


def _rules(row: dict[str, Any], case: Case) -> str:
    return case.words(f"case.rules.{row['rules']}")


def _ledger(case: Case, cells: Cells) -> Written:
    words, entries = case.words, ("kosten", "baten", "overdracht", "saldo")
    kinds = {"actor_id": (_ID, ""), "actor": (_TITLE, ""), "role": (14, ""), "local": (10, ""),
             **dict.fromkeys(entries, (_NUMBER, EURO)), "low": (_NUMBER, EURO), "high": (_NUMBER, EURO), "rest": (12, EURO)}  # fmt: skip
    actors = (*case.actors, "samenleving")
    written = Written("ledger", kinds, [()] * len(actors))
    rows = []
    for number, actor in enumerate(actors):
        means = {each: case.entry(actor, each) for each in entries}
        at = {each: cells.beside(written, each, number) for each in entries}
        known = case.catalogue.actors.get(actor)
        local = words("words.yes" if known is not None and known.local else "words.no")
        rest = Formula(f"={at['baten']}+{at['overdracht']}-{at['kosten']}-{at['saldo']}", 0.0)
        rows.append((actor, case.actor(actor), words("case.party" if known else "case.whole"), local, *(means[each]["mean"] for each in entries),
                     means["saldo"]["low"], means["saldo"]["high"], rest))  # fmt: skip
    return Written("ledger", kinds, rows)


def _flows(case: Case, whole: Written, cells: Cells) -> Written:
    """Euros by actor, rate and year; factor and present values are formulas."""
    kinds = {"actor_id": (_ID, ""), "actor": (_TITLE, ""), "rate": (20, ""), "rate_share": (12, "0.00%"), "year": (8, "0"), "costs": (_NUMBER, EURO),
             "benefits": (_NUMBER, EURO), "transfers": (_NUMBER, EURO), "factor": (12, FACTOR), "net": (_NUMBER, EURO), "all": (_NUMBER, EURO)}  # fmt: skip
    found = case.rows("flows")
    written = Written("flows", kinds, [()] * len(found))
    first = cells.one(whole, "mean", [row[0] for row in whole.rows].index("eerste_jaar"))
    rows = []
    for number, row in enumerate(found):
        at = {each: cells.beside(written, each, number) for each in kinds}
        rate = case.catalogue.parameter(f"rate_{row['rate']}")
        factor = (1 + rate) ** -(row["year"] - case.run["first"])
        net = row["benefits"] - row["costs"]
        rows.append((
            row["actor"], case.actor(row["actor"]), row["rate"], rate, row["year"], row["costs"], row["benefits"], row["transfers"],
            Formula(f"=1/(1+{at['rate_share']})^({at['year']}-{first})", factor),
            Formula(f"=({at['benefits']}-{at['costs']})*{at['factor']}", net * factor),
            Formula(f"=({at['benefits']}+{at['transfers']}-{at['costs']})*{at['factor']}", (net + row["transfers"]) * factor),
        ))  # fmt: skip
    return Written("flows", kinds, rows)


def _yes(shown: bool, words: Wording) -> str:
    return words("words.yes" if shown else "words.no")


def _lines(case: Case) -> Written:
    kinds = {"measure": (_ID, ""), "title": (_TITLE, ""), "line": (_TITLE, ""), "side": (12, ""), "part_number": (10, ""), "area": (14, ""),
             "indicator": (24, ""), "family": (16, ""), "mean": (_NUMBER, EURO), "low": (_NUMBER, EURO), "middle": (_NUMBER, EURO),
             "high": (_NUMBER, EURO), "shown": (10, ""), "switching": (12, "0.00"), "rests_on": (_LONG, "")}  # fmt: skip
    rows = [
        (row["measure"], case.measure(row["measure"]), row["line"], row["side"], row["part"], row["area"], row["indicator"], row["family"],
         row["mean"], row["low"], row["middle"], row["high"], _yes(row["shown"], case.words), row["switching"], row["rests_on"])
        for row in case.rows("lines")
    ]  # fmt: skip
    return Written("lines", kinds, rows)


def _effects(case: Case) -> Written:
    names = (
        "base",
        "mean",
        "low",
        "middle",
        "high",
        "mark",
        "mark_low",
        "mark_high",
        "places",
        "places_low",
        "places_high",
    )
    kinds = {"area": (14, ""), "name": (_TITLE, ""), "indicator": (24, ""), "title": (_TITLE, ""), "unit": (14, ""), "year": (8, "0"), "part": (16, ""),
             "measured": (12, ""), **dict.fromkeys(names, (12, PLAIN)), "shown": (10, ""), "rests_on": (_LONG, "")}  # fmt: skip
    rows = []
    for row in case.rows("changes"):
        unit = change_unit(row["indicator"], case.package, case.catalogue, case.words)
        rows.append((row["area"], case.area(row["area"]), row["indicator"], case.indicator(row["indicator"]), unit, row["year"],
                     case.words(f"case.part.{row['part']}"), case.measured(row["indicator"]), *(row[each] for each in names), _yes(row["shown"], case.words), row["rests_on"]))  # fmt: skip
    return Written("effects", kinds, rows)


def _mechanisms(case: Case) -> Written:
    kinds = {"mechanism": (30, ""), "title": (_TITLE, ""), "year": (8, "0"), **dict.fromkeys(("mean", "low", "middle", "high"), (12, PLAIN)),
             "shown": (10, ""), "told": (_TITLE, "")}  # fmt: skip
    rows = [
        (row["mechanism"], title_in(case.catalogue.mechanisms[row["mechanism"]], case.words.lang), row["year"], row["mean"], row["low"],
         row["middle"], row["high"], _yes(row["shown"], case.words), row["told"])
        for row in case.rows("mechanisms")
    ]  # fmt: skip
    return Written("mechanisms", kinds, rows)


def _displaced(case: Case) -> Written:
    kinds = {
        "line_id": (30, ""),
        "indicator": (24, ""),
        "area": (18, ""),
        "name": (_TITLE, ""),
        "units": (_NUMBER, PLAIN),
    }
    rows = [
        (f"{row['measure']}/{row['line']}", row["indicator"], row["area"], case.area(row["area"]), row["units"])
        for row in case.rows("displaced")
    ]
    return Written("displaced", kinds, rows)


def _funds(case: Case) -> Written:
    names = ("low", "high", "others_low", "others_high")
    kinds = {"fund": (_ID, ""), "title": (_TITLE, ""), "verdict": (16, ""), **dict.fromkeys(names, (_NUMBER, EURO)), "chance": (10, SHARE),
             "chance_mark": (8, ""), "asked": (_NUMBER, EURO), "failed": (_LONG, ""), "missing": (_LONG, ""), "sentence": (_LONG, "")}  # fmt: skip
    rows = [
        (row["fund"], fund_title(case, row["fund"]), verdict(row["verdict"], case.words), *(row[each] for each in names), row["chance"], row["chance_mark"],
         row["asked"], case.telling.listed(row["failed"]).said, case.telling.listed(row["missing"]).said,
         case.telling.said(row["sentence"]))
        for row in case.rows("funds")
    ]  # fmt: skip
    return Written("funds", kinds, rows)


def _inputs(case: Case) -> Written:
    kinds = {"input": (36, ""), "title": (_LONG, ""), "first_share": (12, PLAIN), "total_share": (12, PLAIN), "used": (_NUMBER, PLAIN), "turning": (_NUMBER, PLAIN),
             "unit": (_TITLE, ""), "moved": (18, ""), "worth_knowing": (_NUMBER, EURO)}  # fmt: skip
    rows = [
        (
            row["input"],
            input_name(row["input"], case),
            row["first"],
            row["total"],
            significant(row["used"]),
            significant(row["switching"]),
            input_unit(row["input"], case),
            "" if row["switching"] is None or not row["used"] else moved(row["used"], row["switching"], case.words),
            row["worth_knowing"],
        )
        for row in case.rows("inputs")
    ]
    return Written("inputs", kinds, rows)


def _evidence(case: Case) -> Written:
    """`counted` holds a weight once where studies of one programme count as one."""
    kinds = {"pool": (30, ""), "study": (28, ""), "title": (_LONG, ""), "found": (30, ""), "strength": (10, ""), "country": (10, ""), "weight": (10, SHARE),
             "counted": (10, SHARE), "status": (12, ""), "known": (24, ""), "why": (_LONG, "")}  # fmt: skip
    rows, seen = [], set()
    for row in case.rows("evidence"):
        study, words = case.catalogue.studies.get(row["study"]), case.words
        key = family(row, case)
        counted = 0.0 if key in seen else row["weight"]
        seen |= {key} if row["weight"] else set()
        why = "" if row["weight"] else left_out(row, study, words)
        rows.append((row["pool"], row["study"], study_title(study, row["study"], words), effect(row, words), row["strength"], row["country"], row["weight"],
                     counted, words(f"case.study_status.{row['status']}"), known_how(row["provenance"], case.words), why))  # fmt: skip
    return Written("evidence", kinds, rows)


def _assumptions(case: Case) -> Written:
    """Every cost, unit value, surcharge, claw-back and parameter in use. low, value and high are the ends and the top of what is
    drawn, not percentiles; of a surcharge only its bound is known, and `mark` is how something is known."""
    words = case.words
    kinds = {"kind": (16, ""), "id": (30, ""), "what": (_LONG, ""), "low": (_NUMBER, PLAIN), "value": (_NUMBER, PLAIN), "high": (_NUMBER, PLAIN), "unit": (_TITLE, ""),
             "price_year": (10, ""), "source": (_LONG, ""), "date": (12, ""), "mark": (16, "")}  # fmt: skip
    rows: list[tuple[Any, ...]] = []

    def add(kind: str, what: str, values: tuple[float | None, ...], unit: str, year: int | None, entry: Any) -> None:
        source = text_in(entry, "source", words.lang)
        told = (source, entry.date, mark(entry.evidence, words))
        rows.append((words(f"case.kind.{kind}"), entry.id, what, *values, unit, year, *told))

    for entry, line in costs(case):
        what = f"{title_in(entry, words.lang)}: {text_in(line, 'title', words.lang)}"
        unit = input_unit(f"kosten:{entry.id}/{line.id}", case)
        add("cost", what, (line.low, line.mode, line.high), unit, line.price_year, line)
    for value in unit_values(case):
        add(
            "value",
            title_in(value, words.lang),
            value.value,
            input_unit(f"kengetal:{value.id}", case),
            value.price_year,
            value,
        )
    for claw in claws(case):
        title = text_in(claw, "title", words.lang)
        per = words("case.euro_yearly", per=words(f"case.per.{claw.per}"))
        add("claw", title, claw.euro, per, int(claw.date[:4]), claw)
    for bias in optimism(case):
        add(
            "optimism",
            text_in(bias, "title", words.lang),
            (None, None, bias.cost),
            words("case.unit.aandeel"),
            None,
            bias,
        )
    for known in parameters(case):
        low, high = (known.believed[0], known.believed[-1]) if known.believed else (None, None)
        add("parameter", definition(known, words), (low, known.value, high), words.unit(known.unit), None, known)
    return Written("assumptions", kinds, rows)


def _shares(case: Case) -> Written:
    kinds = {"id": (30, ""), "what": (_TITLE, ""), "actor": (_TITLE, ""), "share": (12, SHARE)}
    rows = [
        (value.id, title_in(value, case.words.lang), case.actor(actor), share)
        for value in unit_values(case)
        for actor, share in value.shares.items()
    ]
    return Written("shares", kinds, rows)
