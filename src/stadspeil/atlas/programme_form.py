"""A building programme as a form in an address: its rows, the file that it makes, and what the catalogue says of that.

The file is read by the catalogue's own reader, so that what is refused here is refused there in the same words.
Nothing is written: a reader takes the file along.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from stadspeil.atlas.typed import one_line, plain_name, quoted
from stadspeil.atlas.views import Asked
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import BuildingProgramme
from stadspeil.catalogue.programme_checks import programme_problems
from stadspeil.catalogue.reader import Problems, TomlFile, programme_in
from stadspeil.simulation.programme_files import unknown_buurten

MOST_ROWS = 12
# As keys of the address, with how long each may be.
TOP = {"titel": 120, "naam": 40, "stad": 6, "status": 120, "bron": 200}
FIELDS = {
    "naam": 40, "wat": 12, "buurt": 10, "van": 7, "tot": 7, "aantal": 8, "eigendom": 20, "vorm": 12, "prijs": 8, "m2": 6,
    "groepen": 60, "terug": 3, "na": 40,
}  # fmt: skip
# A row before anything is filled in.
_BLANK = {"wat": "bouwen", "eigendom": "koop", "vorm": "meergezins", "prijs": "midden"}
# In a code of a buurt that is not there.
_STAND_IN = "ZZ"
_SITE = re.compile(r"\[sites\.\"?([^\]\"]+)\"?\]")


@dataclass(frozen=True)
class Form:
    """What the address holds. `rows` are the sites as typed, by keys of FIELDS."""

    top: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """A name of each row as it stands in the file: unlike the others."""
        found: list[str] = []
        for number, row in enumerate(self.rows, start=1):
            name = plain_name(row["naam"]) or f"locatie_{number}"
            found.append(name if name not in found else f"{name}_{number}")
        return tuple(found)

    @property
    def id(self) -> str:
        """The name of the file."""
        return plain_name(self.top["naam"]) or plain_name(self.top["titel"]) or "mijn_programma"

    def query(self) -> dict[str, str]:
        """As it stands in an address, without what is empty."""
        told = {name: value for name, value in self.top.items() if value}
        told["rijen"] = str(len(self.rows))
        for number, row in enumerate(self.rows, start=1):
            told |= {f"{number}.{name}": value for name, value in row.items() if value}
        return told

    def with_buurt(self, number: int, buurt: str) -> Form:
        """The same with another buurt in a row, counted from 1."""
        rows = [dict(row) for row in self.rows]
        rows[number - 1]["buurt"] = buurt
        return Form(self.top, tuple(rows))

    @property
    def in_hand(self) -> int:
        """The row that a click on the map fills: the first without a buurt, else the last."""
        return next((number for number, row in enumerate(self.rows, start=1) if not row["buurt"]), len(self.rows))


@dataclass(frozen=True)
class Judged:
    """What the catalogue makes of a form: the programme where it could be read, and all that is wrong, by row (0: no row)."""

    toml: str
    entry: BuildingProgramme | None
    problems: tuple[tuple[int, str], ...] = field(default=())

    def of_row(self, number: int) -> list[str]:
        """Problems of one row."""
        return [said for row, said in self.problems if row == number]


def form_of(asked: Asked, town: str) -> Form:
    """The form as the address has it, after what its button asks: a row more (`erbij`) or less (`weg.3`)."""
    top = {name: one_line(asked.get(name), long) for name, long in TOP.items()}
    top["stad"] = top["stad"].upper() or town
    number = min(max(asked.number("rijen") or 1, 1), MOST_ROWS)
    rows = [_row(asked, each) for each in range(1, number + 1)]
    order, _, which = asked.get("doe").partition(".")
    if order == "erbij" and len(rows) < MOST_ROWS:
        rows.append(_blank())
    elif order == "weg" and which.isascii() and which.isdigit() and 1 <= int(which) <= len(rows):
        del rows[int(which) - 1]
    return Form(top, tuple(rows or [_blank()]))


def judged(form: Form, catalogue: Catalogue, buurten: Mapping[str, str]) -> Judged:
    """Hold a form against the catalogue and the buurten (code -> name) of its town.

    A row that lacks something is judged on the rest as well, with something harmless in its place: so that all that is
    wrong is told at once.
    """
    text, place = toml_of(form), f"programmes/{form.id}.toml"
    read, found = _read(text, form.id, place)
    whole, _ = _read(toml_of(_filled(form)), form.id, place)
    if whole is not None:
        alone = dataclasses.replace(catalogue, programmes={form.id: whole})
        told = programme_problems(alone, {("BuildingProgramme", form.id): place})
        found += [each for each in told if _STAND_IN not in each]
    placed = [_placed(each, form, place) for each in found]
    if whole is not None:
        elsewhere = {row for row, said in placed if "geen buurtcode" in said or "ligt niet in" in said}
        here = tuple(
            each
            for each in whole.sites
            if form.names.index(each.id) + 1 not in elsewhere and _STAND_IN not in each.buurt
        )
        unknown = unknown_buurten(dataclasses.replace(whole, sites=here), buurten)
        placed += [_placed(each, form, place) for each in unknown]
    return Judged(text, read, tuple(placed))


def _read(text: str, id: str, place: str) -> tuple[BuildingProgramme | None, list[str]]:
    """The programme of a text as far as it can be read, and what the reader says against it."""
    problems = Problems()
    read = programme_in(TomlFile(place, tomllib.loads(text), tuple(text.splitlines())), id, problems)
    return (read[0] if read else None), list(problems.found)


def _filled(form: Form) -> Form:
    """The same with something harmless where a row has nothing."""
    rows = []
    for number, row in enumerate(form.rows, start=1):
        month = row["van"] or row["tot"] or "2030-01"
        harmless = {
            "buurt": f"BU{form.top['stad'][2:]}{_STAND_IN}{number:02d}",
            "van": month,
            "tot": month,
            "aantal": "1",
            **_BLANK,
        }
        rows.append({name: value or harmless.get(name, "") for name, value in row.items()})
    return Form(form.top, tuple(rows))


def toml_of(form: Form) -> str:
    """The file. What should be a number and is none stays text, for the reader to refuse."""
    lines = [
        f"title = {quoted(form.top['titel'] or 'Zonder titel')}", f"title_en = {quoted(form.top['titel'] or 'Without a title')}",
        f"town = {quoted(form.top['stad'])}", f"status = {quoted(form.top['status'] or 'proef, geen plan')}",
        f"source = {quoted(form.top['bron'] or 'gemaakt op de bladzijde Bouwen')}",
    ]  # fmt: skip
    for name, row in zip(form.names, form.rows, strict=True):
        lines += ["", f"[sites.{name}]", *_site(row)]
    return "\n".join(lines) + "\n"


def _site(row: Mapping[str, str]) -> list[str]:
    told = [
        f"act = {quoted(row['wat'])}", f"buurt = {quoted(row['buurt'])}", f"first = {quoted(row['van'])}", f"last = {quoted(row['tot'])}",
        f"homes = {_number(row['aantal'])}", f"tenure = {quoted(row['eigendom'])}", f"form = {quoted(row['vorm'])}",
        f"price = {quoted(row['prijs'])}",
    ]  # fmt: skip
    if row["m2"]:
        told.append(f"floor = {_number(row['m2'])}")
    if row["groepen"]:
        told.append(f"groups = [{', '.join(quoted(each) for each in row['groepen'].split(',') if each)}]")
    if row["terug"]:
        told.append("return_right = true")
    if row["na"]:
        told.append(f"on = {quoted(plain_name(row['na']))}")
    return told


def _placed(problem: str, form: Form, place: str) -> tuple[int, str]:
    """A problem with its row, without the part that the row says already."""
    found = _SITE.search(problem)
    rest = re.sub(rf"^{re.escape(place)}(:\d+)?(\s*\[sites\.[^\]]+\])?:?\s*", "", problem)
    row = form.names.index(found[1]) + 1 if found and found[1] in form.names else 0
    return row, rest


def _row(asked: Asked, number: int) -> dict[str, str]:
    row = {name: one_line(asked.get(f"{number}.{name}"), long) for name, long in FIELDS.items()}
    return {name: value or _BLANK.get(name, "") for name, value in row.items()}


def _blank() -> dict[str, str]:
    return {name: _BLANK.get(name, "") for name in FIELDS}


def _number(text: str) -> str:
    """A number as TOML writes it, or the text itself: then the reader says what it expected."""
    plain = text.replace(",", ".")
    if re.fullmatch(r"-?(0|[1-9]\d{0,6})", plain) or re.fullmatch(r"(0|[1-9]\d{0,3})\.\d{1,2}", plain):
        return plain
    return quoted(text)
