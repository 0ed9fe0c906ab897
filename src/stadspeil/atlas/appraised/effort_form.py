"""What already runs, as a form: the project that it makes in the file of an agenda, and what the catalogue says of that.

The whole file is read by the catalogue's own reader before a letter of it changes. What the site wrote stands under a line
that says so; all else in the file is a person's, and stays as it is to the letter.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from stadspeil.atlas.typed import one_line, plain_name, quoted
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.agenda_checks import agenda_problems
from stadspeil.catalogue.appraisal_entries import Agenda, Project
from stadspeil.catalogue.catalogue import AGENDA_PARTS
from stadspeil.catalogue.reader import Problems, TomlFile, nested_in

MOST = 40
OURS = "# Lopende inzet, ingevoerd op de site; wijzig haar daar of hier."
# Keys of the form, with how long each may be; beside these 'kosten.<kas>' and 'punten.<mechanisme>'.
FIELDS = {
    "titel": 120, "bron": 200, "pakket": 60, "jaren": 3, "laag": 14, "midden": 14, "hoog": 14, "fte": 6, "uiterlijk": 4, "moet": 2,
}  # fmt: skip
COSTS, POINTS = "kosten.", "punten."
_LONGEST = 14
_BLOCK = r"\n*" + re.escape(OURS) + r"\n\[projects\.{name}\]\n(?:[a-z_]+ = .*(?:\n|$))*"
# With what a problem of the catalogue begins, and the field that it is about.
_ABOUT = (
    ("geef package", "laag"), ("eigen getallen", "bron"), ("costs van '", COSTS), ("costs noemt '", COSTS), ("worth", "laag"), ("years", "jaren"),
    ("marks", ""), ("staff", "fte"), ("vraagt", "fte"), ("latest", "uiterlijk"), ("earliest", "uiterlijk"), ("pakket", "pakket"), ("costs, worth", "pakket"),
    ("veld 'title'", "titel"), ("veld 'worth'", "laag"), ("veld 'years'", "jaren"), ("veld 'staff'", "fte"), ("veld 'latest'", "uiterlijk"),
)  # fmt: skip
# What the file calls it and what the form does.
_SAID = {
    "latest": "uiterlijk begin", "worth": "wat het opbrengt", "staff": "mensen", "years": "aantal jaren", "costs": "kosten", "package": "pakket", "source": "bron", "marks": "rapportcijfers",
}  # fmt: skip


@dataclass(frozen=True)
class Effort:
    """A form as typed. `name` is that of the project in the file, where an effort is being changed."""

    typed: Mapping[str, str]
    name: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not any(self.typed.values())

    def get(self, key: str) -> str:
        """What was typed in a field."""
        return self.typed.get(key, "")

    def query(self) -> dict[str, str]:
        """As it stands in an address, without what is empty."""
        told = {key: value for key, value in self.typed.items() if value}
        return {**told, "wijzig": self.name} if self.name else told


@dataclass(frozen=True)
class Judged:
    """What the catalogue makes of a form: the whole file with it, the agenda that this is, and what is wrong by field."""

    text: str
    agenda: Agenda | None
    name: str
    problems: tuple[tuple[str, str], ...]


def effort_of(given: Mapping[str, str], agenda: Agenda, mechanisms: Mapping[str, object]) -> Effort:
    """The form that an address or a sent form holds; what no field knows is left out."""
    long = dict(FIELDS)
    long |= {f"{COSTS}{each.id}": _LONGEST for each in agenda.budgets}
    long |= {f"{POINTS}{each}": _LONGEST for each in mechanisms}
    return Effort(
        {key: one_line(given.get(key, ""), most) for key, most in long.items()}, one_line(given.get("wijzig", ""), 60)
    )


def effort_of_project(project: Project) -> Effort:
    """The form of an effort that stands in the file, as a Dutch reader writes numbers."""
    typed = {
        "titel": project.title, "bron": project.source, "pakket": project.package, "jaren": str(project.years), "fte": _written(project.staff) if project.staff else "",
        "uiterlijk": str(project.latest or ""), "moet": "ja" if project.must else "",
    }  # fmt: skip
    typed |= {key: _written(euro) for key, euro in zip(("laag", "midden", "hoog"), project.worth, strict=False)}
    typed |= {f"{COSTS}{purse}": _written(euro) for purse, euro in project.costs.items()}
    typed |= {f"{POINTS}{each}": _written(points) for each, points in project.marks.items()}
    return Effort(typed, project.id)


def is_ours(text: str, name: str) -> bool:
    """Whether a project of a file was written by the site."""
    return bool(name and re.search(_BLOCK.replace("{name}", re.escape(name)), text))


def without(text: str, name: str) -> str:
    """The file without an effort that the site wrote; all else to the letter."""
    return re.sub(_BLOCK.replace("{name}", re.escape(name)), "\n", text, count=1)


def judged(form: Effort, text: str, agenda: Agenda, catalogue: Catalogue) -> Judged:
    """Hold a form against the catalogue: all that is wrong, by field."""
    name = form.name or _name(form, agenda)
    wrong = [*_lacking(form), *_numbers(form)]
    if form.name and not is_ours(text, form.name):
        wrong.append(
            ("", f"'{form.name}' is niet op deze bladzijde ingevoerd; verander het in het bestand van de agenda")
        )
    elif not form.name and len(re.findall(re.escape(OURS), text)) >= MOST:
        wrong.append(
            ("", f"er staan hier al {MOST} lopende inzetten; haal er een weg, of zet de volgende in het bestand")
        )
    if wrong:
        return Judged(text, None, name, tuple(dict.fromkeys(wrong)))
    whole = f"{without(text, form.name).rstrip()}\n\n{OURS}\n{_toml(form, name)}"
    read, found = read_agenda_file(whole, agenda.id, catalogue)
    placed = tuple(dict.fromkeys(_placed(each, name) for each in found))
    return Judged(whole, None if placed else read, name, placed)


def read_agenda_file(text: str, id: str, catalogue: Catalogue) -> tuple[Agenda | None, list[str]]:
    """The agenda that a file holds, and all that the catalogue's own checks say of it."""
    place, problems = f"agendas/{id}.toml", Problems()
    try:
        file = TomlFile(place, tomllib.loads(text), tuple(text.splitlines()))
    except tomllib.TOMLDecodeError as fault:
        return None, [f"{place}: geen geldige TOML: {fault}"]
    read = nested_in(file, id, Agenda, AGENDA_PARTS, problems)
    if read is None or problems.found:
        return None, list(problems.found)
    alone = dataclasses.replace(catalogue, agendas={id: read[0]})
    return read[0], list(agenda_problems(alone, {("Agenda", id): place}))


def _name(form: Effort, agenda: Agenda) -> str:
    plain, taken = plain_name(form.get("titel"))[:40].strip("_") or "inzet", {each.id for each in agenda.projects}
    return next(name for name in (plain, *(f"{plain}_{number}" for number in range(2, 1000))) if name not in taken)


def _lacking(form: Effort) -> list[tuple[str, str]]:
    wrong = [] if form.get("titel") else [("titel", "vul een naam in")]
    if form.get("pakket"):
        return wrong
    if not any(value for key, value in form.typed.items() if key.startswith(COSTS)):
        wrong.append((COSTS, "vul in wat het nog kost, bij ten minste een kas"))
    said = {"laag": "als het tegenvalt", "midden": "naar verwachting", "hoog": "als het meevalt"}
    wrong += [(key, f"vul in wat het {when} opbrengt, in euro") for key, when in said.items() if not form.get(key)]
    return wrong if form.get("bron") else [*wrong, ("bron", "vul in waar de bedragen vandaan komen, of wie ze schatte")]


def _numbers(form: Effort) -> list[tuple[str, str]]:
    """Fields that should hold a number and do not."""
    wrong = []
    for key, value in form.typed.items():
        if not value or key in ("titel", "bron", "pakket", "moet"):
            continue
        if key in ("jaren", "uiterlijk"):
            if not re.fullmatch(r"[1-9]\d{0,3}", value):
                wrong.append(
                    (key, f"'{value}' is geen geheel getal; verwacht bijvoorbeeld {'5' if key == 'jaren' else '2030'}")
                )
        elif _number(value) is None:
            wrong.append((key, f"'{value}' is geen getal; schrijf het als 1.200.000 of 0,5"))
    worth = [_number(form.get(key)) for key in ("laag", "midden", "hoog")]
    known = [each for each in worth if each is not None]
    if len(known) == len(worth) and known != sorted(known):
        wrong.append(("laag", "de drie bedragen lopen niet op; zet het laagste vooraan en het hoogste achteraan"))
    return wrong


def _toml(form: Effort, name: str) -> str:
    """The project as it stands in the file, a key a line."""
    lines = [f"[projects.{name}]", "existing = true", f"title = {quoted(form.get('titel'))}"]
    for key, start in (("costs", COSTS), ("marks", POINTS)):
        given = {
            each.removeprefix(start): _number(value) for each, value in form.typed.items() if each.startswith(start)
        }
        told = ", ".join(f"{each} = {number:.15g}" for each, number in given.items() if number is not None)
        lines += [f"{key} = {{ {told} }}"] if told else []
    worth = [_number(form.get(key)) for key in ("laag", "midden", "hoog")]
    if any(each is not None for each in worth):
        lines.append(f"worth = [{', '.join(f'{each:.15g}' for each in worth if each is not None)}]")
    lines += [f"package = {quoted(form.get('pakket'))}"] if form.get("pakket") else []
    lines += [f"{key} = {form.get(own)}" for key, own in (("years", "jaren"), ("latest", "uiterlijk")) if form.get(own)]
    lines += [f"staff = {_number(form.get('fte')):.15g}"] if form.get("fte") else []
    lines += ["must = true"] if form.get("moet") else []
    lines += [f"source = {quoted(form.get('bron'))}"] if form.get("bron") else []
    return "\n".join(lines) + "\n"


def _placed(problem: str, name: str) -> tuple[str, str]:
    """A problem with its field, in words of the form; one of another project keeps its place."""
    found = re.match(rf"[^ ]+ \[projects\.{re.escape(name)}\]:? (?:veld '\w+':? )?(.*)", problem, re.DOTALL)
    if not found:
        return "", problem
    said = found[1]
    key = next((own for start, own in _ABOUT if said.startswith(start)), "")
    if key == COSTS:
        key += said.split("'")[1]
    for word, own in _SAID.items():
        said = re.sub(rf"\b{word}\b", own, said)
    return key, said


def _number(text: str) -> float | None:
    """A number as people type it; 1.500 is a thousand and more."""
    plain = text.replace(" ", "").replace("€", "").replace("\N{MINUS SIGN}", "-")
    if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    return float(plain) if re.fullmatch(r"-?(0|[1-9]\d{0,11})(\.\d{1,4})?", plain) else None


def _written(number: float) -> str:
    return f"{number:,.4f}".rstrip("0").rstrip(".").translate(str.maketrans(",.", ".,"))
