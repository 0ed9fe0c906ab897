"""A package as a form in an address: its rows, the file that it makes, and what the catalogue says of that.

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
from stadspeil.catalogue.appraisal_checks import package_problems
from stadspeil.catalogue.appraisal_entries import Measure, Package
from stadspeil.catalogue.reader import Problems, TomlFile, nested_in

MOST_ROWS = 12
STAGES = ("idee", "plan", "contractgereed", "gecontracteerd")
# As keys of the address, with how long each may be.
TOP = {
    "titel": 120,
    "naam": 40,
    "stad": 6,
    "stadium": 20,
    "status": 120,
    "bron": 200,
    "doel": 300,
    "programma": 60,
    "etiket": 3,
}
FIELDS = {"naam": 40, "ingreep": 60, "gebieden": 600, "van": 4, "tot": 4, "aantal": 12}
_MEASURE = re.compile(r"\[measures\.\"?([^\]\"]+)\"?\]")
_LEFT_EMPTY = re.compile(r"\[measures\.[^\]]+\]:? (veld '\w+' ontbreekt|field )|\[measures\.[^\]]+\].* ontbreekt \(")
# What the file calls it and what the form does.
_SAID = {
    "wissel first en last om": "wissel de jaren om", "veld 'first'": "van jaar", "veld 'last'": "tot en met jaar", "veld 'dose'": "hoeveel", "first": "van jaar",
    "last": "tot en met jaar", "dose": "hoeveel", "noem de andere gemeente in towns, of ": "",
}  # fmt: skip
_KEYS = {"intervention": "ingreep", "areas": "gebieden", "first": "van", "last": "tot", "dose": "aantal"}


@dataclass(frozen=True)
class Form:
    """What the address holds. `rows` are the measures as typed, by keys of FIELDS."""

    top: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """A name of each row as it stands in the file: unlike the others."""
        found: list[str] = []
        for number, row in enumerate(self.rows, start=1):
            name = plain_name(row["naam"]) or plain_name(row["ingreep"]) or f"maatregel_{number}"
            found.append(name if name not in found else f"{name}_{number}")
        return tuple(found)

    @property
    def id(self) -> str:
        """The name of the file."""
        return plain_name(self.top["naam"]) or plain_name(self.top["titel"]) or "mijn_pakket"

    def areas(self, number: int) -> tuple[str, ...]:
        """Codes of the areas of a row, counted from 1."""
        return tuple(
            dict.fromkeys(each.strip().upper() for each in self.rows[number - 1]["gebieden"].split(",") if each.strip())
        )

    def query(self) -> dict[str, str]:
        """As it stands in an address, without what is empty."""
        told = {name: value for name, value in self.top.items() if value}
        told["rijen"] = str(len(self.rows))
        for number, row in enumerate(self.rows, start=1):
            told |= {f"{number}.{name}": value for name, value in row.items() if value}
        return told

    def with_area(self, number: int, code: str) -> Form:
        """The same with an area more in a row, or less where it was there."""
        rows = [dict(row) for row in self.rows]
        there = self.areas(number)
        rows[number - 1]["gebieden"] = ",".join(
            [each for each in there if each != code] if code in there else [*there, code]
        )
        return Form(self.top, tuple(rows))

    @property
    def in_hand(self) -> int:
        """The row that a click on the map fills: the first without an area, else the last."""
        return next((number for number, row in enumerate(self.rows, start=1) if not row["gebieden"]), len(self.rows))


@dataclass(frozen=True)
class Judged:
    """What the catalogue makes of a form: the package where it could be read, and all that is wrong, by row (0: no row) and
    key of FIELDS ('' where it is about no single one)."""

    toml: str
    entry: Package | None
    problems: tuple[tuple[int, str, str], ...] = field(default=())

    def of_row(self, number: int) -> list[str]:
        """Problems of one row."""
        return [said for row, _, said in self.problems if row == number]

    def fields_of(self, number: int) -> set[str]:
        """Keys of the fields of a row that something is wrong with."""
        return {key for row, key, _ in self.problems if row == number and key}


def form_of(asked: Asked, town: str) -> Form:
    """The form as the address has it, after what its button asks: a row more (`erbij`) or less (`weg.3`)."""
    top = {name: one_line(asked.get(name), long) for name, long in TOP.items()}
    top["stad"] = top["stad"].upper() or town
    top["stadium"] = top["stadium"] or "idee"
    number = min(max(asked.number("rijen") or 1, 1), MOST_ROWS)
    rows = [_row(asked, each) for each in range(1, number + 1)]
    order, _, which = asked.get("doe").partition(".")
    if order == "erbij" and len(rows) < MOST_ROWS:
        rows.append(dict.fromkeys(FIELDS, ""))
    elif order == "weg" and which.isascii() and which.isdigit() and 1 <= int(which) <= len(rows):
        del rows[int(which) - 1]
    return Form(top, tuple(rows or [dict.fromkeys(FIELDS, "")]))


def _row(asked: Asked, number: int) -> dict[str, str]:
    """One row; an area that was chosen to add (`erbij`) stands behind those that were ticked."""
    row = {name: one_line(asked.get(f"{number}.{name}"), long) for name, long in FIELDS.items()}
    more = one_line(asked.get(f"{number}.erbij"), 10).upper()
    codes = dict.fromkeys(each.strip().upper() for each in [*row["gebieden"].split(","), more] if each.strip())
    return {**row, "gebieden": ",".join(codes)}


def form_of_package(entry: Package) -> Form:
    """The form that makes a package of the catalogue again, under another name."""
    top = {
        "titel": entry.title, "naam": f"{entry.id}_anders"[:40], "stad": entry.town, "stadium": entry.stage, "status": "proef, geen plan",
        "bron": f"pakket {entry.id}", "doel": entry.goal, "programma": entry.programme, "etiket": "ja" if entry.labelled else "",
    }  # fmt: skip
    return Form(top, tuple(_row_of(each) for each in entry.measures[:MOST_ROWS]))


def _row_of(measure: Measure) -> dict[str, str]:
    return {
        "naam": measure.id, "ingreep": measure.intervention, "gebieden": ",".join(measure.areas), "van": str(measure.first),
        "tot": str(measure.last), "aantal": f"{measure.dose:g}",
    }  # fmt: skip


def judged(form: Form, catalogue: Catalogue, names: Mapping[str, str]) -> Judged:
    """Hold a form against the catalogue and the areas (code -> name) of its town.

    A row that lacks something is judged on the rest as well, with something harmless in its place: so that all that is
    wrong is told at once.
    """
    text, place = toml_of(form), f"packages/{form.id}.toml"
    read, found = _read(text, form.id, place)
    whole, _ = _read(toml_of(_filled(form)), form.id, place)
    if whole is not None:
        alone = dataclasses.replace(catalogue, packages={form.id: whole})
        found += [each for each in package_problems(whole, place, alone) if each not in found]
    # What a reader left empty is told below, in words of the form.
    placed = [_placed(each, form, place) for each in found if not _LEFT_EMPTY.search(each)]
    for number, row in enumerate(form.rows, start=1):
        placed += [
            (number, key, said)
            for key, said in _lacking(row)
            if number not in {at for at, own, _ in placed if own == key}
        ]
        unknown = [
            each
            for each in form.areas(number)
            if each.startswith(("BU", "WK")) and each not in names and each[2:6] == form.top["stad"][2:]
        ]
        placed += [
            (number, "gebieden", f"gebied {each} kennen wij niet in {form.top['stad']}; kies het in de lijst")
            for each in unknown
        ]
    # What is only the echo of an empty field is told once, as that.
    return Judged(text, read if not placed else None, tuple(dict.fromkeys(placed)))


def _lacking(row: Mapping[str, str]) -> list[tuple[str, str]]:
    said = {
        "ingreep": "kies een ingreep", "gebieden": "kies waar: een buurt, wijk of de hele gemeente", "van": "vul in van welk jaar, bijvoorbeeld 2027",
        "tot": "vul in tot en met welk jaar, bijvoorbeeld 2030", "aantal": "vul in hoeveel",
    }  # fmt: skip
    return [(key, text) for key, text in said.items() if not row[key]]


def _read(text: str, id: str, place: str) -> tuple[Package | None, list[str]]:
    problems = Problems()
    file = TomlFile(place, tomllib.loads(text), tuple(text.splitlines()))
    read = nested_in(file, id, Package, {"measures": Measure}, problems)
    return (read[0] if read else None), list(problems.found)


def _filled(form: Form) -> Form:
    """The same with something harmless where a row has nothing, or no number where there should be one."""
    rows = []
    for name, row in zip(form.names, form.rows, strict=True):
        year = next((row[key] for key in ("van", "tot") if not _whole(row[key]).startswith('"')), "2030")
        harmless = {
            "naam": name,
            "gebieden": form.top["stad"],
            "van": year,
            "tot": year,
            "aantal": "1",
            "ingreep": "straatverlichting",
        }
        bad = {key for key in ("van", "tot") if _whole(row[key]).startswith('"')} | (
            {"aantal"} if _number(row["aantal"]).startswith('"') else set()
        )
        rows.append({key: harmless.get(key, "") if key in bad or not value else value for key, value in row.items()})
    return Form(form.top, tuple(rows))


def toml_of(form: Form) -> str:
    """The file. What should be a number and is none stays text, for the reader to refuse."""
    top = form.top
    lines = [
        f"title = {quoted(top['titel'] or 'Zonder titel')}", f"title_en = {quoted(top['titel'] or 'Without a title')}",
        f"town = {quoted(top['stad'])}", f"stage = {quoted(top['stadium'])}", f"status = {quoted(top['status'] or 'proef, geen plan')}",
        f"source = {quoted(top['bron'] or 'gemaakt op de bladzijde Afwegen')}", f"goal = {quoted(top['doel'] or 'nog niet opgeschreven')}",
    ]  # fmt: skip
    if top["programma"]:
        lines.append(f"programme = {quoted(top['programma'])}")
    if top["etiket"]:
        lines.append("labelled = true")
    for number, (name, row) in enumerate(zip(form.names, form.rows, strict=True), start=1):
        areas = ", ".join(quoted(each) for each in form.areas(number))
        given = {"intervention": quoted(row["ingreep"]), "areas": f"[{areas}]", "first": _whole(row["van"]), "last": _whole(row["tot"]), "dose": _number(row["aantal"])}  # fmt: skip
        lines += ["", f"[measures.{name}]", *(f"{key} = {value}" for key, value in given.items() if row[_KEYS[key]])]
    return "\n".join(lines) + "\n"


def _placed(problem: str, form: Form, place: str) -> tuple[int, str, str]:
    """A problem with its row and field, without the part that these say already."""
    found = _MEASURE.search(problem)
    rest = re.sub(rf"^{re.escape(place)}(:\d+)?(\s*\[measures\.[^\]]+\])?:?\s*", "", problem)
    row = form.names.index(found[1]) + 1 if found and found[1] in form.names else 0
    starts = (("interventie", "ingreep"), ("gebied", "gebieden"), ("loopt van", "tot"), ("'", "gebieden"))
    key = next((own for start, own in starts if row and rest.startswith(start)), "")
    key = key or next((own for name, own in _KEYS.items() if re.search(rf"\b{name}\b", rest)), "")
    for name, said in _SAID.items():
        rest = re.sub(rf"(?<![\w]){re.escape(name)}(?!\w)" if name.isalpha() else re.escape(name), said, rest)
    return row, key, rest


def _whole(text: str) -> str:
    return text if re.fullmatch(r"[1-9]\d{0,4}", text) else quoted(text)


def _number(text: str) -> str:
    """A number as TOML writes it, or the text itself: then the reader says what it expected. 1.500 is a thousand and more."""
    plain = text.replace(" ", "")
    if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    return plain if re.fullmatch(r"-?(0|[1-9]\d{0,8})(\.\d{1,4})?", plain) else quoted(text)
