"""Checks that a workbook of a business case does itself: sums that must meet, each with a verdict that a changed cell turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stadspeil.report.cases.material import Case
from stadspeil.report.cases.sheets import EURO, PLAIN, Cells, Written
from stadspeil.report.wording import Wording
from stadspeil.report.workbook_sheets import Formula

# Euro that sums of millions may be apart, and shares.
_EURO, _SHARE = 1.0, 1e-6
KINDS = {"check": (70, ""), "left": (18, PLAIN), "right": (18, PLAIN), "difference": (14, PLAIN), "allowed": (12, PLAIN),
         "verdict": (12, "")}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """Two formulas that must give the same; of `most` the left may be less."""

    title: str
    left: str
    right: str
    allowed: float
    values: tuple[float, float]
    most: bool = False


def checks_of(case: Case, made: Mapping[str, Written], cells: Cells) -> list[Check]:
    """All checks of a package."""
    return [*_outcome(case, made, cells), *_ledger(case, made, cells), *_shares(case, made, cells)]


def checks_sheet(found: list[Check], words: Wording, cells: Cells) -> Written:
    """A row per check, and the number that fail as the last."""
    ok, wrong = words("case.check.ok"), words("case.check.wrong")
    written = Written("checks", KINDS, [()] * (len(found) + 1))
    rows: list[tuple[object, ...]] = []
    for number, each in enumerate(found):
        at = {name: cells.beside(written, name, number) for name in KINDS}
        left, right = each.values
        apart = max(0.0, left - right) if each.most else left - right
        gap = f"=MAX(0,{at['left']}-{at['right']})" if each.most else f"={at['left']}-{at['right']}"
        verdict = f'=IF(ABS({at["difference"]})<={at["allowed"]},"{ok}","{wrong}")'
        rows.append((
            each.title, Formula(f"={each.left}", left, EURO if each.allowed == _EURO else PLAIN),
            Formula(f"={each.right}", right, EURO if each.allowed == _EURO else PLAIN), Formula(gap, apart), each.allowed,
            Formula(verdict, ok if abs(apart) <= each.allowed else wrong),
        ))  # fmt: skip
    first, last = (cells.beside(written, "verdict", each) for each in (0, len(found) - 1))
    failing = sum(row[-1].value == wrong for row in rows if isinstance(row[-1], Formula))
    own = cells.beside(written, "left", len(found))
    rows.append((
        words("case.check.all"), Formula(f'=COUNTIF({first}:{last},"{wrong}")', failing, "0"), 0.0, Formula(f"={own}", failing, "0"), 0.0,
        Formula(f'=IF({own}=0,"{ok}","{wrong}")', wrong if failing else ok),
    ))  # fmt: skip
    return Written("checks", KINDS, rows)


def _outcome(case: Case, made: Mapping[str, Written], cells: Cells) -> Iterator[Check]:
    words, flows, lines, whole = case.words, made["flows"], made["lines"], made["summary"]
    order = [row[0] for row in whole.rows]

    def told(figure: str) -> tuple[str, float]:
        row = case.outcome(figure)
        return cells.one(whole, "mean", order.index(figure)), float(row["mean"]) if row else 0.0

    factor = cells.all(flows, "factor")
    for figure, column in (("kosten", "costs"), ("baten", "benefits")):
        right, value = told(figure)
        name = words(f"case.entry.{figure}").lower()
        yield Check(
            words("case.check.flows", what=name),
            f"SUMPRODUCT({cells.all(flows, column)},{factor})",
            right,
            _EURO,
            (value, value),
        )
    right, value = told("netto")
    yield Check(words("case.check.net"), f"SUM({cells.all(flows, 'net')})", right, _EURO, (value, value))
    sides = [f'SUMIFS({cells.all(lines, "mean")},{cells.all(lines, "side")},"{each}")' for each in ("baten", "kosten")]
    yield Check(words("case.check.lines"), "-".join(sides), right, _EURO, (value, value))


def _ledger(case: Case, made: Mapping[str, Written], cells: Cells) -> Iterator[Check]:
    words, ledger, flows = case.words, made["ledger"], made["flows"]
    ids, roles = cells.all(ledger, "actor_id"), cells.all(ledger, "role")
    for entry in ("kosten", "baten", "overdracht", "saldo"):
        column, value = cells.all(ledger, entry), case.entry("samenleving", entry)["mean"]
        name = words(f"case.entry.{entry}").lower()
        yield Check(words("case.check.society", what=name), f'SUMIFS({column},{roles},"{words("case.party")}")',
                    f'SUMIFS({column},{ids},"samenleving")', _EURO, (value, value))  # fmt: skip
    wrong = cells.all(ledger, "rest")
    yield Check(words("case.check.rows"), f"MAX({wrong})-MIN({wrong})", "0", _EURO, (0.0, 0.0))
    for actor in case.actors:
        value = case.entry(actor, "saldo")["mean"]
        yield Check(
            words("case.check.actor", actor=case.actor(actor)), f'SUMIFS({cells.all(flows, "all")},{cells.all(flows, "actor_id")},"{actor}")',
            f'SUMIFS({cells.all(ledger, "saldo")},{ids},"{actor}")', _EURO, (value, value),
        )  # fmt: skip
    ask = case.run["ask"]["euro"]
    at = [row[0] for row in made["summary"].rows].index("vraag")
    local = f'SUMIFS({cells.all(ledger, "saldo")},{cells.all(ledger, "local")},"{words("words.yes")}")'
    yield Check(words("case.check.ask"), f"MAX(0,0-{local})", cells.one(made["summary"], "mean", at), _EURO, (ask, ask))


def _shares(case: Case, made: Mapping[str, Written], cells: Cells) -> Iterator[Check]:
    words = case.words
    moved, keys = made["displaced"], cells.all(made["displaced"], "line_id")
    for key in dict.fromkeys(row[0] for row in moved.rows):
        yield Check(
            words("case.check.displaced", line=key),
            f'SUMIFS({cells.all(moved, "units")},{keys},"{key}")',
            "0",
            _SHARE * 1e3,
            (0.0, 0.0),
        )
    shares, ids = made["shares"], cells.all(made["shares"], "id")
    for key in dict.fromkeys(row[0] for row in shares.rows):
        yield Check(
            words("case.check.shares", id=key),
            f'SUMIFS({cells.all(shares, "share")},{ids},"{key}")',
            "1",
            _SHARE,
            (1.0, 1.0),
        )
    weights, pools = made["evidence"], cells.all(made["evidence"], "pool")
    for pool in dict.fromkeys(row[0] for row in weights.rows if row[list(weights.kinds).index("weight")]):
        at = list(weights.kinds).index("counted")
        value = sum(row[at] for row in weights.rows if row[0] == pool)
        yield Check(
            words("case.check.weights", pool=pool),
            f'SUMIFS({cells.all(weights, "counted")},{pools},"{pool}")',
            "1",
            _SHARE,
            (value, 1.0),
            True,
        )
