"""The outcome before a change beside the one now: what was changed in the form, and what became of each figure by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from stadspeil.atlas.appraised.form import TOP, Form
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, Table
from stadspeil.catalogue.entries import title_in
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import DASH, Wording

# Of an address, that itself may be 8,000 long, half may hold the form before; it is written in it with signs doubled.
_LONGEST, _MOST_FIELDS = 2500, 120
# What changes no outcome: how the package is called and why it is made.
_NAMES = {"titel", "naam", "status", "bron", "doel"}


@dataclass(frozen=True)
class ToldRow:
    """One thing that an outcome says, in the words of the page. `always`: shown also where it did not change."""

    what: str
    said: Remark
    always: bool = True


Outcome = Sequence[ToldRow]


@dataclass(frozen=True)
class Row:
    """The same thing before and now."""

    what: str
    before: Remark
    now: Remark

    @property
    def changed(self) -> bool:
        """Whether the words differ."""
        return self.before.said != self.now.said


def query_before(told: str) -> dict[str, str]:
    """The form before, as the address holds it; {} where it holds none that can be read."""
    if not told or len(told) > _LONGEST or told.count("&") >= _MOST_FIELDS:
        return {}
    return dict(parse_qsl(told, max_num_fields=_MOST_FIELDS))


def held(form: Form, weighed: bool, told: str) -> str:
    """What the form sends along as the one before: itself where it was weighed, else the last that was."""
    own = urlencode(form.query()) if weighed else told
    return own if len(own) <= _LONGEST else ""


def changes(before: Form, now: Form, names: Mapping[str, str], site: Site, words: Wording) -> list[str]:
    """What a reader changed, of all that can change the outcome: 'maatregel 1, hoeveel: van 100 naar 200'."""
    told = []
    for key in TOP:
        if key not in _NAMES and before.top[key] != now.top[key]:
            told.append(_changed(words(f"compose.keys.{key}"), before.top[key], now.top[key], words))
    for number in range(1, max(len(before.rows), len(now.rows)) + 1):
        old, new = (_filled(form, number) for form in (before, now))
        measure = words("compose.measure", number=number)
        if not old or not new:
            if old or new:
                told.append(words("compose.measure_more" if new else "compose.measure_less", measure=measure))
            continue
        for key in ("ingreep", "gebieden", "van", "tot", "aantal"):
            if old[key] != new[key]:
                first, second = (_said(key, row[key], names, site, words) for row in (old, new))
                told.append(_changed(f"{measure}, {words(f'compose.keys.{key}')}", first, second, words))
    return told


def side_by_side(before: Outcome, now: Outcome) -> list[Row]:
    """Rows of both, in the order of now; what only one of them says has a dash on the other side."""
    old, nothing = {each.what: each for each in before}, Remark(DASH)
    rows = [(each, Row(each.what, old[each.what].said if each.what in old else nothing, each.said)) for each in now]
    found = [row for each, row in rows if each.always or row.changed]
    there = {each.what for each in now}
    return [*found, *(Row(each.what, each.said, nothing) for each in before if each.what not in there)]


def before_table(rows: Sequence[Row], words: Wording) -> Table:
    """The same for taking along."""
    columns = (
        Column("wat", words("appraise.what")), Column("vorige", words("compose.before")), Column("nu", words("compose.now")),
        Column("anders", words("compose.differs")),
    )  # fmt: skip
    cells: list[dict[str, Cell]] = [
        {"wat": each.what, "vorige": each.before.said, "nu": each.now.said,
         "anders": words("words.yes" if each.changed else "words.no")}
        for each in rows
    ]  # fmt: skip
    return Table("vorige", words("compose.before_caption"), columns, cells)


def figure_rows(told: Sequence[tuple[str, str, str]]) -> list[ToldRow]:
    """Rows of what, mean and interval, either of which may be empty."""
    return [
        ToldRow(what, Remark(f"{mean} ({interval})" if mean and interval else mean or interval))
        for what, mean, interval in told
    ]


def fund_rows(funds: Sequence[Remark]) -> list[ToldRow]:
    """A row per fund that a sentence begins with: 'Regio Deals: nee, want …'."""
    found = []
    for each in funds:
        what, sign, said = each.said.partition(": ")
        if sign:
            found.append(ToldRow(what, Remark(said, each.lang), always=False))
    return found


def _filled(form: Form, number: int) -> Mapping[str, str]:
    """A row in which something stands that can be weighed; {} for none."""
    row = form.rows[number - 1] if number <= len(form.rows) else {}
    return row if any(row.get(key) for key in ("ingreep", "gebieden", "van", "tot", "aantal")) else {}


def _said(key: str, value: str, names: Mapping[str, str], site: Site, words: Wording) -> str:
    if key == "gebieden":
        return words.listing([names.get(code, code) for code in value.split(",")]) if value else ""
    entry = site.catalogue.interventions.get(value) if key == "ingreep" else None
    return title_in(entry, words.lang) if entry is not None else value


def _changed(what: str, before: str, now: str, words: Wording) -> str:
    return words("compose.changed", what=what, before=before or DASH, now=now or DASH)
