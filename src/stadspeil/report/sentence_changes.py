"""Which sentences of a town's report changed: what last year's reader read, and what this year's reads instead."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import polars as pl

from stadspeil.report.document import Report
from stadspeil.report.pages import pages

SCHEMA = {"part": pl.String, "old": pl.String, "new": pl.String}


def changed_sentences(old: Report, new: Report) -> pl.DataFrame:
    """A row per sentence that is other, gone (no new) or added (no old), in the order of the report."""
    one, other = report_sentences(old), report_sentences(new)
    places = [*other, *(each for each in one if each not in other)]
    rows = [
        (place, before, after)
        for place in places
        for before, after in _changes(one.get(place, ()), other.get(place, ()))
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def report_sentences(report: Report) -> dict[str, list[str]]:
    """All sentences that are made from results, by the part of the report that they stand in."""
    printed = pages(report)
    first = printed["first"]
    found = {first["answer"]: [*first["sentences"], *first["summary"]]}
    for side in printed["findings"]["sides"]:
        found[f"{printed['findings']['title']}: {side['title']}"] = [
            f"{item['title']}: {item['text']}" for item in side["items"]
        ] or [side["none"]]
    for section in printed["sections"]:
        found[section["title"]] = [section["lead"], *section["notes"], *section["lacks"]]
    for chapter in report.chapters:
        texts = [part for part in chapter.parts if isinstance(part, str)]
        found[chapter.title] = [*found.get(chapter.title, []), *texts]
    return found


def _changes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    matched = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    return [
        pair for kind, a, b, c, d in matched.get_opcodes() if kind != "equal" for pair in _paired(old[a:b], new[c:d])
    ]


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Old beside new where they begin alike (the same subject, another number); the others by themselves."""
    left = list(new)
    pairs: list[tuple[str, str]] = []
    for sentence in old:
        near = next((each for each in left if _subject(each) == _subject(sentence)), "")
        if near:
            left.remove(near)
        pairs.append((sentence, near))
    alone = [sentence for sentence, near in pairs if not near]
    if len(alone) == len(left) == 1 and ":" not in alone[0]:
        # One of each is the same sentence said otherwise.
        return [(sentence, near or left[0]) for sentence, near in pairs]
    return [*pairs, *(("", each) for each in left)]


def _subject(sentence: str) -> str:
    """What a sentence is about: the words before its colon, else its first three without a number."""
    head, colon, _ = sentence.partition(":")
    words = [each for each in sentence.split() if not any(sign.isdigit() for sign in each)]
    return head if colon else " ".join(words[:3])
