"""Which funds fit a package, which not and by how much, what may be stacked, the chance, and the case without an award."""

from __future__ import annotations

from stadspeil.catalogue.entries import title_in
from stadspeil.report.cases.material import Case, Row
from stadspeil.report.cases.telling import span
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.wording import DASH, Wording

Part = str | Heading | Grid
# Verdicts of the rules, in order of use to the reader.
VERDICTS = ("ja", "niet te zeggen", "geen aanvraag", "nee")


def funds(case: Case) -> Chapter:
    """A table of verdicts, then why, then what it comes to with and without awards."""
    words = case.words
    rows = sorted(case.rows("funds"), key=lambda row: VERDICTS.index(row["verdict"]))
    if not rows:
        return Chapter("funds", words("case.funds.title"), (words("case.funds.none"),))
    parts: list[Part] = [words("case.funds.intro"), _table(case, rows), words("case.funds.part"), Heading(words("case.funds.why"))]  # fmt: skip
    parts += [each for each in (_why(case, row) for row in rows) if each]
    parts += [Heading(words("case.funds.together")), *stack_sentences(case)]
    return Chapter("funds", words("case.funds.title"), tuple(parts))


def title(case: Case, fund: str) -> str:
    """The title of a fund."""
    return title_in(case.catalogue.funds[fund], case.words.lang) if fund in case.catalogue.funds else fund


def verdict(said: str, words: Wording) -> str:
    """A verdict of the rules in the language."""
    return words(f"case.verdict.{said.replace(' ', '_')}")


def _table(case: Case, rows: list[Row]) -> Grid:
    words = case.words
    told = []
    for row in rows:
        most = DASH
        if row["verdict"] in ("ja", "niet te zeggen") and row["high"] is not None:
            same = words.euros(row["low"]) == words.euros(row["high"])
            most = (
                words.euros(row["high"])
                if same
                else words("case.from_to", low=words.euros(row["low"]), high=words.euros(row["high"]))
            )
        asked = DASH if row["asked"] is None else words.euros(row["asked"])
        odds = (
            DASH
            if row["chance"] is None or row["verdict"] == "nee"
            else f"{words.chance(row['chance'])} [{row['chance_mark']}]"
        )
        told.append((title(case, row["fund"]), verdict(row["verdict"], words), most, asked, odds))
    heads = tuple(words(f"case.funds.{each}") for each in ("fund", "verdict", "most", "asked", "chance"))
    return Grid(words("case.funds.caption"), heads, tuple(told), ("1fr", "26mm", "44mm", "24mm", "30mm"),
                (False, False, True, True, True))  # fmt: skip


def _why(case: Case, row: Row) -> str:
    """What the rules make of the package, in one sentence."""
    return case.telling.said(str(row["sentence"]))


def stack_sentences(case: Case) -> list[str]:
    """Who is asked together, what that brings by expectation, what stays, and what happens without any award."""
    words, means = case.words, case.run["means"]
    asked = [title(case, row["fund"]) for row in case.rows("funds") if row["asked"] is not None]
    told = [words("case.funds.deficit", deficit=span(means["deficit"], words))]
    excluding = [
        words(
            "case.funds.excludes",
            fund=title(case, row["fund"]),
            others=words.listing([title(case, each) for each in others]),
        )
        for row in case.rows("funds")
        if row["asked"] is not None and (others := case.catalogue.funds[row["fund"]].excludes)
    ]
    unsure = [title(case, each) for each in means.get("unsure", ())]
    if asked and unsure:
        told.append(words("case.funds.stack_if", funds=words.listing(asked), expected=words.euros(means["expected"]), unsure=words.listing(unsure)))  # fmt: skip
    elif asked:
        told.append(words("case.funds.stack", funds=words.listing(asked), expected=words.euros(means["expected"])))
    else:
        told.append(words("case.funds.nobody"))
    told += excluding
    told.append(words("case.funds.after", left=words.euros(max(0.0, means["deficit"]["mean"] - means["expected"]))))
    if means["room"] is None:
        told.append(words("case.funds.no_room", deficit=words.euros(means["deficit"]["mean"])))
    else:
        told.append(words("case.funds.room", room=words.euros(means["room"]), feasible=words.chance(means["feasible"]),
                          without=words.chance(means["without"])))  # fmt: skip
    return told
