"""The last pages as they are printed: cautions, method, who is compared, remarks, sources, and what is still to come."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

from stadspeil.report.document import Lacking, Report, Section, SourceLine
from stadspeil.report.wording import Wording
from stadspeil.scores.marks import MarkRules

MOST_REMARKS = 15


def scale(report: Report, words: Wording) -> dict[str, str]:
    """The average, lowest and highest mark, written out."""
    names = {"mean": "mark_mean", "low": "mark_min", "high": "mark_max"}
    shown = {name: report.parameters.get(id) for name, id in names.items()}
    return {
        name: words.number(value, 0 if value is None or value == int(value) else 1) for name, value in shown.items()
    }


def lacks(section: Section, town: str, words: Wording) -> list[str]:
    """What a theme cannot show, in sentences."""
    lacking = [f"{each.title}: {each.reason}" for each in section.lacking]
    found = [words("theme.lacking", town=town, items="; ".join(lacking))] if lacking else []
    number = len(section.not_imported) + len(section.planned)
    if number:
        key = "theme.without_one" if number == 1 else "theme.without"
        found.append(words(key, number=number, title=words("planned.title")))
    return found


def silent(report: Report, words: Wording) -> dict[str, Any]:
    """Themes without any number."""
    return {
        "title": words("theme.silent_title"),
        "intro": words("theme.silent_intro", town=report.town.name),
        "items": [
            {"title": section.title, "lacks": lacks(section, report.town.name, words)} for section in report.silent
        ],
    }


def paragraphs(key: str, report: Report, words: Wording) -> dict[str, Any]:
    """A section of paragraphs that each open with a bold sentence."""
    percent = {"coverage": "coverage_gemeente", "weight": "composite_minimum_weight"}
    numbers = {name: f"{words.number(100 * report.parameters.get(id, 0))}%" for name, id in percent.items()}
    carry, sd = report.parameters.get("carry_years", 0), report.parameters.get("mark_sd")
    texts = words.many(
        f"{key}.items", town=report.town.name, carry=words.number(carry), sd=words.number(sd, 2),
        **numbers, **scale(report, words),
    )  # fmt: skip
    return {
        "title": words(f"{key}.title"),
        "items": [dict(zip(("head", "text"), each.split("|", 1), strict=True)) for each in texts],
    }


def method(report: Report, words: Wording) -> dict[str, Any]:
    """How a mark comes about, with a mark and a place worked out as in the tests of the program."""
    made = paragraphs("method", report, words)
    return {**made, "items": [*made["items"], *_examples(report, words)]}


def _examples(report: Report, words: Wording) -> list[dict[str, str]]:
    """The drawn examples of tests/spec, by `make docs`; none where a workspace has another scale than they have."""
    rules = MarkRules()
    ours = {"mark_mean": rules.mean, "mark_sd": rules.sd, "mark_min": rules.lowest, "mark_max": rules.highest}
    if any(report.parameters.get(id) != value for id, value in ours.items()):
        return []
    content = resources.files("stadspeil.report").joinpath("texts", "examples.toml").read_text("utf-8")
    examples = tomllib.loads(content)
    marks, ranks = examples["mark"], examples["rank"]

    def told(key: str, values: list[float], **answer: str) -> dict[str, str]:
        shown = words.listing([words.number(each) for each in values])
        text = words(f"method.{key}", number=len(values), values=shown, **answer)
        return dict(zip(("head", "text"), text.split("|", 1), strict=True))

    return [
        told("example_mark", marks["value"], marks=words.listing([words.mark(each) for each in marks["mark"]])),
        told("example_rank", ranks["value"], ranks=words.listing([words.number(each) for each in ranks["rank"]])),
    ]


def groups(report: Report, words: Wording) -> dict[str, Any]:
    """Members and origin of groups and regions."""
    names = dict(report.member_names)
    return {
        "title": words("method.groups_title"),
        "intro": words("method.groups_intro"),
        "items": [
            {
                "head": f"{each.title}.",
                "text": words(
                    "method.group", members=words.listing([names.get(code, code) for code in each.members]),
                    number=len(each.members), evidence=words(f"evidence.{each.evidence}"), source=f"{each.source[:1].upper()}{each.source[1:]}.",
                ),
            }
            for each in report.comparisons
            if each.members
        ],
    }  # fmt: skip


def remarks(report: Report, words: Wording) -> dict[str, Any]:
    """Remarks on the whole or on the town; those on other areas are in the workbook."""
    ours = [each for each in report.remarks if _is_ours(each, report.town.code)]
    shown = ours[:MOST_REMARKS]
    left = len(report.remarks) - len(shown)
    return {
        "title": words("remarks.title"),
        "intro": words("remarks.intro" if shown else "remarks.none", town=report.town.name),
        "items": shown,
        "more": words("remarks.more", number=words.number(left)) if left else "",
    }


def _is_ours(remark: str, town: str) -> bool:
    named = re.findall(r"\b(?:GM|WK|BU)(\d{4})", remark)
    return not named or town[2:] in named


def sources(report: Report, words: Wording) -> dict[str, Any]:
    """The files that the figures rest on; the others are counted."""
    names = ("number", "what", "edition", "licence", "checksum")
    used = [each for each in report.sources if each.used]
    unused = len(report.sources) - len(used)
    return {
        "title": words("sources.title"),
        "intro": words("sources.intro" if report.sources else "sources.none"),
        "caption": words("sources.caption", town=report.town.name),
        "heads": [words(f"sources.{name}") for name in names],
        "rows": [{"cells": _source_row(each, words), "snapshot": each.snapshot} for each in used],
        "unused": words("sources.unused", number=unused) if unused else "",
    }


def _source_row(source: SourceLine, words: Wording) -> list[str]:
    what = f"{source.title}, {source.publisher}" if source.publisher else source.title
    edition = [source.edition, source.table_id]
    edition += [words("sources.boundaries", boundaries=source.boundaries)] if source.boundaries else []
    return [
        str(source.number), what, ", ".join(each for each in edition if each),
        source.licence, source.checksum,
    ]  # fmt: skip


def planned(report: Report, words: Wording) -> dict[str, Any]:
    """What no file in the workspace gives, and what no source gives yet; each by theme."""
    absent = [(section.title, section.not_imported) for section in report.all_sections if section.not_imported]
    coming = [(section.title, section.planned) for section in report.all_sections if section.planned]
    parts = [_listed("planned.not_imported", absent, words)] if absent else []
    parts.append(_listed("planned.intro", coming, words) if coming else {"intro": words("planned.none"), "items": []})
    return {"title": words("planned.title"), "parts": parts}


def _listed(key: str, by_theme: Sequence[tuple[str, Sequence[Lacking]]], words: Wording) -> dict[str, Any]:
    return {
        "intro": words(key, number=sum(len(entries) for _, entries in by_theme)),
        "items": [
            {"head": f"{title} ({len(entries)}).", "text": f"{'; '.join(each.title for each in entries)}."}
            for title, entries in by_theme
        ],
    }


def lacking_entries(section: Section) -> Iterable[tuple[str, Lacking]]:
    """Everything a theme cannot show, each with the key of its state."""
    yield from (("lacking", each) for each in section.lacking)
    yield from (("not_imported", each) for each in section.not_imported)
    yield from (("planned", each) for each in section.planned)
