"""Who pays and who gains: the ledger by actor, the wrong pocket, claw-back by grants, the years, and what the town carries."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from stadspeil.analyses.purse import CHAPTERS
from stadspeil.catalogue.entries import text_in
from stadspeil.report.cases.material import Case, Row
from stadspeil.report.cases.telling import MILLION, beside_said, span
from stadspeil.report.document import Chapter, Drawing, Grid, Heading
from stadspeil.report.drawing.intervals import IntervalRow, Intervals, intervals_alt, intervals_svg
from stadspeil.report.wording import DASH, lowered

ENTRIES = ("kosten", "baten", "overdracht", "saldo")
_STRETCH = 5
# A smaller part of a shortfall is not worth a sentence.
_TOLD = 0.01
Part = str | Heading | Grid | Drawing


def loses(case: Case) -> list[tuple[str, Row]]:
    """Actors whose balance lies under nought with its whole interval, who loses most first."""
    rows = [(each, case.entry(each, "saldo")) for each in case.actors]
    return sorted([each for each in rows if each[1]["shown"] and each[1]["mean"] < 0], key=lambda each: each[1]["mean"])


def wins(case: Case) -> list[tuple[str, Row]]:
    """Actors whose balance lies over nought with its whole interval, who gains most first."""
    rows = [(each, case.entry(each, "saldo")) for each in case.actors]
    return sorted(
        [each for each in rows if each[1]["shown"] and each[1]["mean"] > 0], key=lambda each: -each[1]["mean"]
    )


def ask_sentences(case: Case) -> list[str]:
    """The question to the state and why, from the figures of the ledger."""
    words, ask = case.words, case.run["ask"]
    if ask["euro"] <= 0:
        return [words("case.ask.none", span=span(ask["shortfall"], words))]
    told = [words("case.ask.short", span=span(ask["shortfall"], words))]
    owned = ask["shortfall"]["mean"] - case.run["means"]["deficit"]["mean"]
    if owned > _TOLD * ask["shortfall"]["mean"]:
        told.append(words("case.ask.owned", euro=words.euros(owned)))
    gain = ask["state_gain"]
    key = "back" if gain["low"] > 0 else "costs" if gain["high"] < 0 else "open"
    told.append(words(f"case.ask.{key}", span=span(gain, words)))
    means = case.run["means"]
    unsure = [text_in(case.catalogue.funds[each], "title", words.lang) for each in means.get("unsure", ())]
    if means["expected"] and unsure:
        told.append(words("case.ask.expected_if", expected=words.euros(means["expected"]), funds=words.listing(unsure)))
    elif means["expected"]:
        told.append(words("case.ask.expected", expected=words.euros(means["expected"])))
    return told


def actors(case: Case) -> Chapter:
    """The ledger as drawing and table, with what does not come where it is paid."""
    words = case.words
    content = ledger_intervals(case)
    drawing = Drawing(
        intervals_svg(content, words), words("case.actors.drawing"), intervals_alt(content, words), content=None
    )
    parts: list[Part] = [words("case.actors.intro"), drawing, _ledger(case), Heading(words("case.actors.pocket_title"))]
    parts += [*_pockets(case), Heading(words("case.actors.claw_title")), *_claws(case)]
    parts += [Heading(words("case.actors.years_title")), words("case.actors.years_intro"), _years(case)]
    return Chapter("actors", words("case.actors.title"), tuple(parts), new_page=True)


def ledger_intervals(case: Case) -> Intervals:
    """The balance of each actor in millions."""
    words = case.words
    rows = []
    for actor in (*case.actors, "samenleving"):
        row = case.entry(actor, "saldo")
        low, mean, high = (row[name] / MILLION for name in ("low", "mean", "high"))
        if any((low, mean, high)):
            rows.append(IntervalRow("", case.actor(actor), mean, low, high))
    return Intervals(tuple(rows), words("case.actors.below"), words("case.actors.above"), decimals=1)


def _ledger(case: Case) -> Grid:
    words = case.words
    rows, bands = [], []
    for actor in (*case.actors, "samenleving"):
        cells = {entry: case.entry(actor, entry) for entry in ENTRIES}
        net = cells["saldo"]
        low, high = (words.number(net[name] / MILLION, 1) for name in ("low", "high"))
        told = words("case.between", mean=words.number(net["mean"] / MILLION, 1), low=low, high=high)
        rows.append((case.actor(actor), *(_mln(cells[each]["mean"], case) for each in ENTRIES[:3]), told))
        bands.append(("", "", "", "", "" if not net["shown"] else "favourable" if net["mean"] > 0 else "unfavourable"))
    heads = (words("case.actors.actor"), *(words(f"case.entry.{each}") for each in ENTRIES))
    return Grid(words("case.actors.caption"), heads, tuple(rows), ("1fr", "22mm", "22mm", "22mm", "50mm"),
                (False, True, True, True, True), tuple(bands))  # fmt: skip


def _mln(value: float, case: Case) -> str:
    return DASH if value == 0 else case.words.number(value / MILLION, 1 if abs(value) >= 1e5 else 2)


def _pockets(case: Case) -> list[str]:
    """Who pays for what others gain: per payer what it pays and gets back, then who gains without paying."""
    words = case.words
    told = []
    for actor in case.actors:
        paid, gained, moved = (case.entry(actor, each) for each in ENTRIES[:3])
        if paid["mean"] > 0:
            lost = gained["mean"] < 0
            key = "pays_loses" if lost else "pays" if gained["low"] or gained["high"] else "pays_only"
            told.append(
                words(f"case.actors.{key}", actor=case.actor(actor), paid=span(paid, words), gained=span(gained, words),
                      lost=span(_turned(gained), words))
            )  # fmt: skip
            if moved["mean"]:
                key, shown = ("moved", moved) if moved["mean"] > 0 else ("moved_off", _turned(moved))
                told[-1] += " " + words(f"case.actors.{key}", moved=span(shown, words))
    free = [case.actor(actor) for actor, _ in wins(case) if case.entry(actor, "kosten")["mean"] == 0]
    if free:
        told.append(words("case.actors.free", actors=words.listing([lowered(each) for each in free])))
    else:
        told.append(words("case.actors.nobody_free"))
    return told


def _turned(row: Row) -> Row:
    """A gain as a loss, with its ends."""
    return {"mean": -row["mean"], "low": -row["high"], "high": -row["low"]}


def _claws(case: Case) -> list[str]:
    """Transfers by grants that follow an indicator, from lines that rest on a rule of claw-back."""
    words = case.words
    sums: dict[str, float] = {}
    for line in case.rows("lines", side="overdracht"):
        rules = [each for each in line["rests_on"].split("; ") if each.startswith("korting:")]
        for rule in rules[:1]:
            sums[rule.partition(":")[2]] = sums.get(rule.partition(":")[2], 0.0) + line["mean"]
    if not sums:
        return [words("case.actors.no_claw")]
    return [
        words("case.actors.claw" if value >= 0 else "case.actors.claw_back", title=lowered(text_in(case.catalogue.claws[id], "title", words.lang)),
              value=words.euros(abs(value)))
        for id, value in sorted(sums.items())
    ]  # fmt: skip


def _years(case: Case) -> Grid:
    """Costs and gains over stretches of years of who pays, not discounted."""
    words = case.words
    first, paying = int(case.run["first"]), [each for each in case.actors if case.entry(each, "kosten")["mean"] > 0]
    sums: dict[tuple[str, int], float] = {}
    gains: dict[int, float] = {}
    for row in case.rows("flows"):
        at = (row["year"] - first) // _STRETCH
        sums[row["actor"], at] = sums.get((row["actor"], at), 0.0) + row["costs"]
        gains[at] = gains.get(at, 0.0) + row["benefits"]
    rows = []
    for at in range(-(-int(case.run["years"]) // _STRETCH)):
        begin, end = first + at * _STRETCH, min(first + (at + 1) * _STRETCH - 1, case.last)
        rows.append(
            (
                f"{begin}\u2060–\u2060{end}",
                *(_mln(sums.get((each, at), 0.0), case) for each in paying),
                _mln(gains.get(at, 0.0), case),
            )
        )
    heads = (words("case.actors.years"), *(case.actor(each) for each in paying), words("case.actors.all_gains"))
    return Grid(words("case.actors.years_caption"), heads, tuple(rows), ("1fr", *("28mm" for _ in paying), "32mm"),
                (False, *(True for _ in heads[1:])))  # fmt: skip


_PARTS = ("lasten", "baten", "saldo", "toevoeging_reserves", "onttrekking_reserves", "saldo_na_reserves", "rijksbijdrage",
          "specifieke_uitkeringen", "heffingen", "eigen_vermogen", "aandeel_rijk", "aandeel_sociaal", "solvabiliteit")  # fmt: skip


def purse(case: Case) -> Chapter:
    """What the town spends and has per inhabitant beside its groups, what it plans, or that nothing of it is here."""
    words = case.words
    parts: list[str | Grid] = []
    if case.purse.height:
        parts += [words("case.purse.intro"), _purse_grid(case.purse, _PARTS, "case.purse.caption", case)]
        parts.append(_purse_grid(case.purse, tuple(CHAPTERS), "case.purse.where_caption", case))
    else:
        parts.append(words("case.purse.none" if case.run["means"]["room"] is None else "case.purse.later"))
    if case.planned.height:
        parts += [words("case.purse.planned"), _purse_grid(case.planned, _PARTS, "case.purse.planned_caption", case)]
    if case.over.height:
        worst, least = case.over["over"].to_numpy().max(), case.over["over"].to_numpy().min()
        parts.append(
            words(
                "case.purse.over", first=case.over["year"][0], last=case.over["year"][-1],
                least=words.signed(least, 1), most=words.signed(worst, 1), mean=words.signed(case.over["over"].to_numpy().mean(), 1),
            )
        )  # fmt: skip
    return Chapter("purse", words("case.purse.title"), (*parts, *_room(case)))


def _purse_grid(table: pl.DataFrame, wanted: Sequence[str], caption: str, case: Case) -> Grid:
    """Parts of one kind of a purse, beside two groups, the region and all."""
    words, found = case.words, {row["part"]: row for row in table.to_dicts()}
    beside = [each for each in table.columns if each.startswith("groep:")][:2] + [
        each for each in ("regio", "alle") if each in table.columns
    ]
    rows = []
    for part in (each for each in wanted if each in found):
        row = found[part]
        figures = (row["amount"], row["recent"], *(row[each] for each in beside))
        rows.append((words(f"case.purse.part.{part}"), words(f"case.purse.unit.{'pct' if row['unit'] == '%' else 'euro'}"),
                     *(words.number(each) for each in figures)))  # fmt: skip
    year = next(iter(found.values()))["year"]
    heads = (
        words("case.purse.what"),
        words("case.purse.in"),
        str(year),
        words("case.purse.recent"),
        *(beside_said(each, case.catalogue, words) for each in beside),
    )
    return Grid(words(caption, town=case.town), heads, tuple(rows), ("1fr", "18mm", *("22mm" for _ in heads[2:])),
                (False, False, *(True for _ in heads[2:])))  # fmt: skip


def _room(case: Case) -> list[str]:
    room = case.run["means"]["room"]
    return [] if room is None else [case.words("case.purse.room", room=case.words.euros(room))]
