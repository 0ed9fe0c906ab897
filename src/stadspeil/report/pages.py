"""The report as it is printed: every number written out in the language, page element by page element."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any

from stadspeil.report import appendix
from stadspeil.report.appendix import lacks, scale
from stadspeil.report.document import Chapter, Drawing, Grid, Heading, Line, Report, Section
from stadspeil.report.figures import figures, short_place
from stadspeil.report.findings import FAVOURABLE, ON_FIRST_PAGE, UNFAVOURABLE, stays
from stadspeil.report.wording import BOND, Wording, lowered, wording

# A drawing higher than this share of its width takes half a page; so many lines fill what it would leave empty.
_TALL, _LINES_AFTER, _SIGNS_ON_A_LINE = 0.55, 20, 100
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def pages(report: Report) -> dict[str, Any]:
    """Everything the templates set, as JSON can hold it."""
    words = wording(report.lang)
    town = report.town.name
    return {
        "lang": report.lang,
        "town": town,
        "title": words("document.full_title", town=town),
        "subtitle": words("document.subtitle", town=town, country=_country(report, words)),
        "running": words("document.running"),
        "made_with": words("document.made_with"),
        "page": words("document.page", page="{page}", pages="{pages}"),
        "banner": words("document.banner") if report.invented else "",
        "first": _first(report, words),
        "standing": _standing(report, words),
        "findings": _findings(report, words),
        "sections": [_section(report, section, words) for section in report.sections],
        "silent": appendix.silent(report, words),
        "chapters": [chapter_page(each) for each in report.chapters],
        "texts": [appendix.paragraphs("cautions", report, words), appendix.method(report, words)],
        "groups": appendix.groups(report, words),
        "remarks": appendix.remarks(report, words),
        "sources": appendix.sources(report, words),
        "planned": appendix.planned(report, words),
    }


def chapter_page(chapter: Chapter) -> dict[str, Any]:
    """A chapter as the templates set it."""
    parts = [_part(each) for each in chapter.parts]
    for number, part in enumerate(parts):
        if part["kind"] == "drawing":
            part["floats"] = _floats(parts, number)
    return {"title": chapter.title, "new_page": chapter.new_page, "parts": parts}


def _floats(parts: Sequence[dict[str, Any]], number: int) -> bool:
    """Whether a tall drawing goes to the foot of a page, with what follows before it: no page stays half empty.

    Not straight under a heading, which would be left with nothing, and not where too little follows to fill the page.
    """
    if number == 0 or parts[number - 1]["kind"] != "text":
        return False
    after = itertools.takewhile(lambda part: part["kind"] != "drawing", parts[number + 1 :])
    if sum(_lines(part) for part in after) < _LINES_AFTER:
        return False
    size = _SIZE.search(parts[number]["svg"])
    return size is not None and float(size[2]) > _TALL * float(size[1])


def _lines(part: dict[str, Any]) -> int:
    """About how many lines of a page a part takes."""
    return len(part["rows"]) + 2 if part["kind"] == "grid" else 1 + len(part["text"]) // _SIGNS_ON_A_LINE


def _part(part: str | Heading | Grid | Drawing) -> dict[str, Any]:
    if isinstance(part, str):
        return {"kind": "text", "text": part}
    if isinstance(part, Heading):
        return {"kind": "heading", "text": part.text}
    if isinstance(part, Drawing):
        return {"kind": "drawing", "svg": part.svg, "caption": part.caption, "alt": part.alt}
    return {
        "kind": "grid", "caption": part.caption, "heads": part.heads, "rows": part.rows, "widths": part.widths,
        "right": part.right, "bands": part.bands,
    }  # fmt: skip


def shown_averages(report: Report) -> list[int]:
    """Which comparisons have a column in the tables: the own group (else the first), the net region, the country."""
    kinds = [each.kind for each in report.comparisons]
    group = report.own_group if report.own_group is not None else (0 if "group" in kinds else None)
    found = [] if group is None else [group]
    return found + [kinds.index(kind) for kind in ("region_net", "country") if kind in kinds]


def _country(report: Report, words: Wording) -> str:
    return words("words.invented_country" if report.invented else "words.country")


def _first(report: Report, words: Wording) -> dict[str, Any]:
    town = report.town.name
    years = report.years
    intro = [words("first.intro", town=town, country=_country(report, words), **scale(report, words))]
    if years:
        intro.append(words("first.years" if years[0] < years[1] else "first.one_year", first=years[0], last=years[1]))
    unmarked = [each.title for each in report.all_sections if not _has_mark(each)]
    group = shown_averages(report)[0]
    beside = words("heads.average_mark", group=report.comparisons[group].short)
    return {
        "intro": " ".join(intro),
        "answer": words("first.answer"),
        "sentences": _answer(report, words),
        "summary": list(report.summary),
        "heads": [words("heads.theme"), words("heads.mark"), words("heads.place_possible"), beside, words("heads.year")],
        "caption": words("first.themes_caption", town=town),
        "themes": [
            {"title": line.title, "mark": words.mark(line.mark), "place": words.place_with_range(line, "range"),
             "band": line.place.shade, "average": words.mark(line.averages[group].mark), "year": str(line.year)}
            for line in report.themes
        ],
        "without_mark": words("first.without_mark", themes=words.listing(unmarked)) if unmarked else "",
        "strongest": _short_list(words("first.strongest"), report.strongest, words),
        "weakest": _short_list(words("first.weakest"), report.weakest, words),
        "reading": words("first.reading"),
    }  # fmt: skip


def _has_mark(section: Section) -> bool:
    return section.composite is not None and section.composite.mark is not None


def _answer(report: Report, words: Wording) -> list[str]:
    if not report.themes:
        return [words("first.no_themes")]
    sentences: list[str] = []
    unsure: list[Line] = []
    unranged: list[Line] = []
    for key, bands in (("good", FAVOURABLE), ("bad", UNFAVOURABLE)):
        here = [line for line in report.themes if line.place.band in bands]
        sure = [line for line in here if line.sure and stays(line, bands)]
        form = f"first.{key}" if sure else f"first.{key}_unsure" if here else f"first.{key}_none"
        sentences.append(words(form, town=report.town.name, themes=_titles(sure, words)))
        unranged += [line for line in here if not line.sure]
        unsure += [line for line in here if line.sure and line not in sure]
    if unsure:
        sentences.append(words("first.open", themes=_titles(unsure, words)))
    if unranged:
        sentences.append(words("first.unranged", themes=_titles(unranged, words)))
    return sentences


def _titles(lines: Sequence[Line], words: Wording) -> str:
    return words.listing([lowered(line.title) for line in lines])


def _short_list(title: str, lines: Sequence[Line], words: Wording) -> dict[str, Any]:
    items = [
        {"title": line.title, "text": _quantity(line, words),
         "mark": words("first.mark", mark=words.mark(line.mark)), "place": words.place_with_range(line, "range"),
         "band": line.place.shade}
        for line in lines[:ON_FIRST_PAGE]
    ]  # fmt: skip
    return {"title": title, "items": items, "none": words("first.none_found")}


def _quantity(line: Line, words: Wording) -> str:
    """The value with its year, and its margin or that it is not known."""
    said = f"{words.quantity(line.value, line)} ({line.year})"
    margin = _margin(line, words)
    return f"{said}, {margin}" if line.margin is None else f"{said} {margin}"


def _margin(line: Line, words: Wording) -> str:
    if line.margin is None:
        return words("first.margin_unknown")
    return f"±{BOND}{words.number(line.margin, line.decimals)}"


def _standing(report: Report, words: Wording) -> dict[str, Any]:
    town = report.town.name
    key = "standing.intro" if len(report.towns) > 1 else "standing.intro_alone"
    has_region = any(each.kind == "region_net" for each in report.comparisons)
    beside = words("standing.groups_and_region" if has_region else "standing.groups")
    intro = [words(key, town=town, group=report.towns_title, beside=beside)]
    if len(report.towns) > 1 and report.own_group is None:
        intro.append(words("standing.not_in_group", town=town))
    return {
        "title": words("standing.title", town=town),
        "intro": " ".join([*intro, words("standing.own_years")]),
        "figures": figures(report, report.themes, words("standing.caption"), words, tall=True),
        "other_title": words("standing.other_title"),
        "other_figures": figures(report, report.composites, words("standing.other_caption"), words),
    }


def _findings(report: Report, words: Wording) -> dict[str, Any]:
    sides = [("strong", report.strongest), ("weak", report.weakest)]
    return {
        "title": words("findings.title"),
        "intro": words("findings.intro"),
        "sides": [
            {
                "title": words(f"findings.{side}"),
                "none": words(f"findings.{side}_none", town=report.town.name),
                "items": [
                    {"title": line.title, "mark": words.mark(line.mark), "band": line.place.shade,
                     "text": finding_sentence(report, line, words)}
                    for line in lines
                ],
            }
            for side, lines in sides
        ],
    }  # fmt: skip


def finding_sentence(report: Report, line: Line, words: Wording) -> str:
    """What stands out in one line, without a word about its cause."""
    value, place, mark = words.quantity(line.value, line), words.place_with_range(line), words.mark(line.mark)
    country = _average_text(report, line, "country", words)
    key = "findings.sentence" if country else "findings.sentence_alone"
    text = words(key, value=value, year=line.year, average=country, place=place, mark=mark)
    if country:
        known = words("findings.margin_known", margin=_margin(line, words))
        text += " " + (words("findings.margin_unknown") if line.margin is None else known)
    if report.own_group is not None and line.averages[report.own_group].value is not None:
        group = report.comparisons[report.own_group]
        average = words.quantity(line.averages[report.own_group].value, line)
        text += " " + words("findings.group", group=group.title, value=average)
    return text


def _average_text(report: Report, line: Line, kind: str, words: Wording) -> str:
    for comparison, average in zip(report.comparisons, line.averages, strict=True):
        if comparison.kind == kind and average.value is not None:
            return words.quantity(average.value, line)
    return ""


def _section(report: Report, section: Section, words: Wording) -> dict[str, Any]:
    town = report.town.name
    return {
        "title": section.title,
        "lead": " ".join(each for each in (_composite_sentence(section, words), section.note) if each),
        "notes": list(section.composite.notes) if section.composite is not None and _has_mark(section) else [],
        "judged": figures(report, section.judged, words("theme.judged_caption", theme=section.title), words),
        "judged_table": _table(
            report, section.judged, words("theme.judged_table", theme=section.title, town=town), words
        ),
        "neutral": figures(report, section.neutral, words("theme.neutral_caption", theme=section.title), words),
        "neutral_table": _table(
            report, section.neutral, words("theme.neutral_table", theme=section.title, town=town), words
        ),
        "lacks": lacks(section, town, words),
    }


def _composite_sentence(section: Section, words: Wording) -> str:
    line = section.composite
    if line is None:
        return words("theme.composite_none")
    if line.mark is None:
        return words("theme.composite_few")
    key = "theme.composite" if line.place.rank is not None else "theme.composite_unranked"
    return words(key, mark=words.mark(line.mark), place=words.place_with_range(line), year=line.year)


def _table(report: Report, lines: Sequence[Line], caption: str, words: Wording) -> dict[str, Any] | None:
    if not lines:
        return None
    judged = lines[0].judged
    columns = shown_averages(report)
    heads = [words(f"heads.{name}") for name in ("mark" if judged else "place", "value", "year", "n")]
    heads += [words("heads.place_of"), *(report.comparisons[i].short for i in columns), words("heads.source")]
    letters = _letters(lines)
    return {
        "caption": caption,
        "judged": judged,
        "heads": heads,
        "averages": len(columns),
        "rows": [_table_row(line, columns, letters, words) for line in lines],
        "notes": [{"letter": letter, "text": note} for note, letter in letters.items()],
    }


def _letters(lines: Iterable[Line]) -> dict[str, str]:
    """A letter per different note, so that what holds for many lines is said once."""
    found = list(dict.fromkeys(note for line in lines for note in line.notes))
    return {
        note: LETTERS[i] if i < len(LETTERS) else LETTERS[i // 26 - 1] + LETTERS[i % 26] for i, note in enumerate(found)
    }


def _table_row(line: Line, columns: Sequence[int], letters: dict[str, str], words: Wording) -> dict[str, Any]:
    direction = {"higher_is_better": "words.higher", "lower_is_better": "words.lower"}.get(
        line.direction, "words.neutral"
    )
    return {
        "title": line.title,
        "definition": f"{line.definition} {words(direction)}" if line.judged else line.definition,
        "letters": " ".join(letters[note] for note in line.notes),
        "value": words.quantity(line.value, line),
        "margin": words.margin(line),
        "year": str(line.year),
        "n": words.number(line.n),
        "first": words.mark(line.mark) if line.judged else short_place(line.place),
        "band": line.place.shade,
        "place": words.place(line.place),
        "averages": [words.number(line.averages[i].value, line.decimals) for i in columns],
        "sources": ", ".join(map(str, line.sources)),
    }
