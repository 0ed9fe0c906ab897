"""The method chapter, made from the spec tests: folder is chapter, file is section, drawn test is paragraph.

Nothing of the tests is imported: titles, sentences and tables are read from their source, so that what is printed is
what is tested. The rules for a spec file are in tests/spec/README.md.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from drawings import is_drawing, read_drawing  # noqa: E402

SPECS = ROOT / "tests" / "spec"
# Printed in the report, in both languages: name in the file -> spec file and test.
EXAMPLES = {
    "mark": ("test_report_mark", "test_a_standard_deviation_more_is_one_and_a_quarter_mark_more"),
    "rank": ("test_ranks", "test_equals_share_the_best_place_and_the_next_places_are_skipped"),
}
CHAPTERS = {
    "Van aantal naar waarde": "Wat een uitgever geeft, wordt een waarde met een status en, waar dat kan, een marge.",
    "Gebieden door de jaren": "Grenzen veranderen. Een reeks vergelijkt alleen dezelfde grond.",
    "Cijfers en plaatsen": "Waarden worden vergelijkbaar: een cijfer, een plaats, en die van groepen.",
    "Samengestelde cijfers": "Meer cijfers worden er één, met gewichten en een manier van optellen.",
    "Hoe zeker": "Wat toeval en andere keuzes van een uitkomst overlaten.",
    "Ontwikkeling": "Wat er door de jaren is veranderd, en of dat meer is dan ruis.",
    "Beneden de wijk": "Wat gemiddelden van wijken verbergen.",
    "Bouwen en verhuizen": "Wat nieuwe woningen losmaken in de woningen die er al staan.",
    "Ex ante afwegen": "Wat een pakket maatregelen oplevert, voor wie, en hoe zeker dat is.",
}
COLUMNS = {
    "area": "gebied", "part": "deel", "noise": "ruis", "row": "rij", "gemeente": "gemeente", "wijk": "wijk", "field": "veld",
    "value": "waarde", "base": "basisjaar", "people": "inwoners", "member": "lid", "weight": "gewicht", "spread": "ruis",
    "target": "doel", "difference": "verschil", "other": "ruis ander jaar", "first": "eerste", "last": "laatste", "year": "jaar",
    "above": "teller", "below": "noemer", "published": "gedrukt", "one": "het ene", "two": "het andere", "poor": "arm", "rich": "rijk",
    "share": "aandeel", "p": "p", "wonen": "wonen", "werk": "werk", "zorg": "zorg", "second": "tweede", "third": "derde",
    "first_2020": "eerste, 2020", "first_2018": "eerste, 2018",
    "mark": "cijfer", "fixed_mark": "vast cijfer", "rank": "plaats", "tied": "gedeeld door", "score": "score", "z": "z",
    "treated": "behandeld", "present": "met waarde", "coverage": "deel van het gewicht", "note": "opmerking", "adds": "bijdrage",
    "status": "status", "low": "laagste", "high": "hoogste", "n": "n", "method": "manier", "said": "te zeggen",
    "detectable": "kleinste verschil", "best": "beste plaats", "worst": "slechtste plaats", "total": "totaal", "change": "verandering",
    "verdict": "oordeel", "slope": "helling", "years": "jaren", "to_1": "naar 1", "to_2": "naar 2", "to_3": "naar 3", "to_4": "naar 4",
    "to_5": "naar 5", "between_gemeenten": "tussen gemeenten", "between_wijken": "tussen wijken", "within_wijken": "binnen wijken",
    "share_below": "deel binnen wijken", "m": "M", "h": "H", "found": "gevonden", "rest": "rest van de wijk", "error": "fout",
    "kind": "soort", "homes": "nieuwe woningen", "new_owner": "nieuw: koop komt vrij", "new_rent": "nieuw: huur komt vrij",
    "owner": "koop komt vrij", "rent": "huur komt vrij", "freed": "vrijgekomen", "ends": "eindes", "link_1": "schakel 1",
    "link_2": "schakel 2", "months": "maanden", "one_link": "deel klaar, 1 schakel", "two_links": "deel klaar, 2 schakels",
    "leave": "vertrek", "arrive": "komst", "from_1": "uit 1", "from_2": "uit 2", "social": "sociaal", "treads": "treden",
    "unbeaten": "niet verslagen", "dissolved": "opgeheven", "moved": "verhuisd", "built": "gebouwd", "households": "huishoudens",
    "after": "na een jaar",
    "pool": "groep", "effect": "effect", "strength": "sterkte", "country": "land", "program": "programma", "counts": "telt als",
    "deviation": "spreiding nieuwe plaats",
    "houses": "eengezins", "owned": "koop", "own_low": "gemeente, laag", "own_high": "gemeente, hoog", "group_low": "groep, laag",
    "group_high": "groep, hoog", "pair_1": "paar 1", "pair_2": "paar 2", "pair_3": "paar 3", "pair_4": "paar 4", "mean": "gemiddelde",
    "shown": "getoond", "pairs": "paren", "needed": "fouten van nul",
    "cost": "kosten, mln",
    "ceiling": "plafond", "together": "samen", "metres": "meter", "reached": "bereikt",
    "worth": "waarde, mln",
    "chosen": "gekozen",
    "hides": "wijk verbergt", "lag": "lag van de buren", "shrunken": "ingetrokken",
    "standard": "2,25 %", "costs_rate": "1,6 %", "cyclical": "2,9 %", "british": "Brits", "estimate": "raming",
    "bound": "bovengrens", "mitigated": "weggewerkt", "becomes": "wordt", "per_1000": "per 1.000 minder", "euro": "euro",
    "grade": "graad kengetal", "actor": "partij", "pays": "betaalt", "gains": "wint", "gets": "krijgt", "left": "houdt over", "proof": "bewijs",
}  # fmt: skip
# Words of the program that stand in cells.
WORDS = {
    "published": "gedrukt", "rebuilt": "herberekend", "too_few_parts": "te weinig delen", "carried:2020": "uit 2020",
    "koop_pct": "koop, %", "woningen_koop": "koopwoningen",
}  # fmt: skip
# A column that means something else where it must come out than where it is given.
EXPECTED = {"first": "alleen (S)", "total": "totaal"}
OPTIONS = {
    "direction": {
        "higher_is_better": "hoger is gunstiger",
        "lower_is_better": "lager is gunstiger",
        "neutral": "neutraal",
    }
}
WORD = re.compile(r"[^\W\d_]")
_HIDDEN = ("answer", "missing", "method", "choices", "aggregation", "outliers", "measure", "weights", "weight")
_DECLARED = ("title", "chapter", "order", "says", "formula", "source")
_MADE = "<!-- Generated by `make docs` from tests/spec. Do not edit. -->"


class SpecError(Exception):
    """What is wrong with spec files, all of it."""


@dataclass(frozen=True)
class Table:
    """A drawn table: names and cells of what is given and of what must come out."""

    given: tuple[str, ...]
    expected: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Paragraph:
    """A drawn test: a sentence, how the numbers come about, options, and one or two tables."""

    test: str
    sentence: str
    reckoning: str
    options: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Section:
    """A spec file."""

    file: str
    declared: dict[str, str | int]
    paragraphs: tuple[Paragraph, ...]
    tests: int


def read_sections(folder: Path = SPECS) -> list[Section]:
    """All spec files in the order of the chapter.

    Raises:  SpecError naming every file that lacks a declaration, every drawn test without a sentence, and every
             column without a Dutch name.
    """
    sections, wrong = [], []
    for path in sorted(folder.glob("test_*.py")):
        made, problems = _read_file(path)
        wrong += problems
        sections.append(made)
    places = [(each.declared.get("chapter"), each.declared.get("order")) for each in sections]
    wrong += [
        f"two files have chapter and order {place}" for place in {each for each in places if places.count(each) > 1}
    ]
    if wrong:
        raise SpecError("\n".join(wrong))
    chapters = list(CHAPTERS)
    return sorted(sections, key=lambda each: (chapters.index(str(each.declared["chapter"])), each.declared["order"]))


def _read_file(path: Path) -> tuple[Section, list[str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    declared: dict[str, str | int] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in _DECLARED:
            declared[node.targets[0].id] = _text(ast.literal_eval(node.value))
    wrong = [f"{path.name}: {name} is not declared" for name in _DECLARED if name not in declared]
    wrong += [f"{path.name}: {name} is empty" for name in ("title", "says", "source") if declared.get(name) == ""]
    if declared.get("chapter") not in CHAPTERS:
        wrong.append(f"{path.name}: chapter {declared.get('chapter')!r} is none of {', '.join(CHAPTERS)}")
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    paragraphs = []
    for test in tests:
        for number, (drawings, call) in enumerate(_drawn(test)):
            paragraph = _paragraph(test, drawings, call, number)
            wrong += [f"{path.name} {test.name}: {each}" for each in _faults(paragraph)]
            paragraphs.append(paragraph)
    return Section(path.stem, declared, tuple(paragraphs), len(tests)), wrong


def _text(value: str | int) -> str | int:
    return " ".join(value.split()) if isinstance(value, str) else value


def _drawn(test: ast.FunctionDef) -> Iterator[tuple[list[str], ast.Call]]:
    """Calls in a test that draw tables, with what they draw."""
    for node in ast.walk(test):
        if isinstance(node, ast.Call):
            given = [*node.args, *(each.value for each in node.keywords)]
            texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            drawings = [each for each in texts if is_drawing(each)]
            if drawings:
                yield drawings, node


def _paragraph(test: ast.FunctionDef, drawings: Sequence[str], call: ast.Call, number: int) -> Paragraph:
    first, _, rest = (ast.get_docstring(test) or "").partition("\n\n")
    tables = []
    for place, each in enumerate(drawings):
        drawing = read_drawing(each)
        # A second table is the answer, whatever its bars say.
        outcome = drawing.expected if place == 0 else drawing.names
        tables.append(Table(drawing.given if place == 0 else (), outcome, drawing.rows))
    options = [
        _option(each) for each in call.keywords if each.arg not in _HIDDEN and isinstance(each.value, ast.Constant)
    ]
    more = "" if number == 0 else f" ({number + 1})"
    return Paragraph(
        test.name,
        f"{' '.join(first.split())}{more}",
        " ".join(rest.split()),
        tuple(each for each in options if each),
        tuple(tables),
    )


def _option(keyword: ast.keyword) -> str:
    value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
    if keyword.arg in OPTIONS:
        return OPTIONS[keyword.arg].get(str(value), str(value))
    names = {"power": "macht", "comparisons": "verschillen tegelijk", "mark": "cijfer", "level": "niveau", "rounding": "afronding op",
             "boundaries": "van de indeling van", "to_boundaries": "naar die van"}  # fmt: skip
    shown = dutch(str(value)) if isinstance(value, int | float) and "boundaries" not in str(keyword.arg) else value
    return f"{names.get(str(keyword.arg), keyword.arg)} {shown}"


def _faults(paragraph: Paragraph) -> list[str]:
    wrong = []
    if not paragraph.sentence.endswith((".", ")")):
        wrong.append("a drawn test needs a docstring that opens with a Dutch sentence, ended by a full stop")
    if not any(table.expected for table in paragraph.tables):
        wrong.append("nothing is expected: draw || or an answer")
    names = {name for table in paragraph.tables for name in (*table.given, *table.expected)}
    wrong += [
        f"column {name!r} has no Dutch name in tools/method_chapter.py" for name in sorted(names - COLUMNS.keys())
    ]
    return wrong


def method_page(sections: Sequence[Section]) -> str:
    """The chapter as Markdown, in Dutch."""
    examples = sum(len(each.paragraphs) for each in sections)
    lines = [
        _MADE, "", "# De methode", "",
        "Dit hoofdstuk is gemaakt uit de toetsen van het programma: elk voorbeeld hieronder wordt bij elke wijziging nagerekend.",
        "Een getal dat hier staat en niet klopt, houdt een nieuwe versie tegen.",
        "Vet is wat eruit moet komen. Een streepje is een ontbrekende waarde; een lege cel doet in dat voorbeeld niet ter zake.", "",
        f"{len(sections)} onderdelen, {examples} uitgerekende voorbeelden, {sum(each.tests for each in sections)} toetsen.", "",
    ]  # fmt: skip
    for chapter, intro in CHAPTERS.items():
        inside = [each for each in sections if each.declared["chapter"] == chapter]
        if inside:
            lines += [f"## {chapter}", "", intro, ""]
            lines += [line for each in inside for line in _section(each)]
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section) -> Iterator[str]:
    declared = section.declared
    yield from (f"### {declared['title']}", "", str(declared["says"]), "")
    if declared["formula"]:
        yield from (f"*Formule.* {declared['formula']}", "")
    yield from (f"*Bron.* {_linked(str(declared['source']))}", "")
    for paragraph in section.paragraphs:
        yield from _example(paragraph)
    rest = section.tests - len({each.test for each in section.paragraphs})
    if rest:
        more = "verder " if section.paragraphs else ""
        number = "één toets" if rest == 1 else f"{rest} toetsen"
        yield from (f"*Dit onderdeel heeft {more}{number} zonder tekening, in `tests/spec/{section.file}.py`.*", "")


def _linked(source: str) -> str:
    """With links to pages of the docs, as seen from docs/reference."""
    return re.sub(r"docs/((?:explanation|decisions)/[\w-]+\.md)", r"[\1](../\1)", source)


def _example(paragraph: Paragraph) -> Iterator[str]:
    options = f" ({'; '.join(paragraph.options)})" if paragraph.options else ""
    yield from (f"**{paragraph.sentence}**{options}", "")
    for table in paragraph.tables:
        yield from _markdown(table)
        yield ""
    if paragraph.reckoning:
        yield from (f"Berekening: {paragraph.reckoning}", "")


def _markdown(table: Table) -> Iterator[str]:
    names = [COLUMNS[name] for name in table.given]
    names += [f"**{EXPECTED.get(name, COLUMNS[name]) if table.given else COLUMNS[name]}**" for name in table.expected]
    yield f"| {' | '.join(names)} |"
    yield "|" + "".join(" --- |" if _is_words(table, place) else " ---: |" for place in range(len(names)))
    for row in table.rows:
        yield f"| {' | '.join(dutch(cell) for cell in row)} |"


def _is_words(table: Table, place: int) -> bool:
    return place == 0 or any(WORD.search(row[place]) for row in table.rows)


def dutch(cell: str) -> str:
    """A cell as it is printed in Dutch: a decimal comma and a true minus sign."""
    try:
        float(cell)
    except ValueError:
        low, between, high = cell.partition("..")
        return (
            f"{dutch(low)} tot {dutch(high)}"
            if between
            else "\N{EN DASH}"
            if cell == "-"
            else WORDS.get(cell, cell.replace("_", " "))
        )
    return cell.replace(".", ",").replace("-", "\N{MINUS SIGN}")


def printed_examples(sections: Sequence[Section]) -> str:
    """The examples that the report prints, as TOML: the drawn cells, by column."""
    lines = ["# Generated by `make docs` from tests/spec: the examples that the report prints. Do not edit.", ""]
    for name, (file, test) in EXAMPLES.items():
        found = [
            each for section in sections if section.file == file for each in section.paragraphs if each.test == test
        ]
        if not found:
            raise SpecError(f"{file}.py has no drawn test {test}, and the report prints it")
        (table,) = found[0].tables
        lines += [f"[{name}]", f'test = "tests/spec/{file}.py::{test}"']
        for place, column in enumerate((*table.given, *table.expected)):
            cells = [row[place] for row in table.rows]
            written = ", ".join(cell if column != "area" else f'"{cell}"' for cell in cells)
            lines.append(f"{column} = [{written}]")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def printed_sections(sections: Sequence[Section]) -> str:
    """The chapter for the site, as JSON: texts, heads and cells as they are printed, nothing of Markdown."""
    told = [
        {
            "id": _id(section), "chapter": section.declared["chapter"], "intro": CHAPTERS[str(section.declared["chapter"])],
            "title": section.declared["title"], "says": section.declared["says"], "formula": section.declared["formula"],
            "source": section.declared["source"], "spec": f"tests/spec/{section.file}.py", "tests": section.tests,
            "examples": [_told(each) for each in section.paragraphs],
        }
        for section in sections
    ]  # fmt: skip
    return (
        json.dumps(
            {"made": "by `make docs` from tests/spec; do not edit", "sections": told}, ensure_ascii=False, indent=1
        )
        + "\n"
    )


def _id(section: Section) -> str:
    return "methode-" + section.file.removeprefix("test_").replace("_", "-")


def _told(paragraph: Paragraph) -> dict[str, object]:
    return {
        "says": paragraph.sentence, "options": list(paragraph.options), "reckoning": paragraph.reckoning,
        "tables": [
            {
                "given": [COLUMNS[name] for name in table.given],
                "expected": [EXPECTED.get(name, COLUMNS[name]) if table.given else COLUMNS[name] for name in table.expected],
                "words": [_is_words(table, place) for place in range(len(table.given) + len(table.expected))],
                "rows": [[dutch(cell) for cell in row] for row in table.rows],
            }
            for table in paragraph.tables
        ],
    }  # fmt: skip
