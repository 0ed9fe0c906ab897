"""Sentences that a computation wrote in Dutch, said again in the language of the reader.

The Dutch text of each sentence is its pattern (texts/nl.toml, [retold]), the English one says it; names in it come from
the catalogue. What no text knows stays Dutch and says so.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadspeil.amounts import BOND, JOIN, SIGNS, chance
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Study
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import MINUS, Wording, wording

_NUMBER = r"[+\-\u2212]?\d[\d.,]*"
_FORMS = {
    "n": rf"{_NUMBER}", "euro": rf"€\s?{_NUMBER}(?:\s(?:mln|mld))?", "chance": r"(?:minder dan 1|meer dan 99|\d+)%",
    "name_study": r"\w+",
}  # fmt: skip
_CHANCES = {chance(share, "nl"): chance(share, "en") for share in (0.0, 1.0)}
_AMOUNT = re.compile(rf"({_NUMBER})((?:\s(?:miljard|miljoen))?\seuro|\s(?:mln|mld))?(?![\w-])")
_SIZES = {"miljard": "billion", "miljoen": "million", "mln": "million", "mld": "billion", "euro": "euros"}
_CLAUSE = re.compile(r"([^:']+):(slechtste|minstens|hoogstens):([\d.,]+):(gemeente|wijk|buurt)")
_CLAUSES = {"slechtste": "worst", "minstens": "at_least", "hoogstens": "at_most"}
_POINTS = re.compile(r"(\w+) ([+\-\u2212]\d+,\d+)")
_EVIDENCE = re.compile(r"bewijs over (\w+)")
_STUDY = re.compile(r"\be\d+\w*_\w+\b")
_MARKED = re.compile(r"(.+?)( \[\w\])")
_MEMBERS = re.compile(r"lid:(\w+)")
_QUOTED = re.compile(r"'([^']*\w:\w[^']*)'")


@dataclass(frozen=True)
class Retelling:
    """Says sentences again; `names` are texts of the catalogue in the language by the Dutch one, `titles` those by id."""

    words: Wording
    names: Mapping[str, str]
    titles: Mapping[str, str]

    def remark(self, text: str) -> Remark:
        """A text in the language; in Dutch and marked as such where no text knows it."""
        if self.words.lang == "nl":
            plain = _QUOTED.sub(lambda found: f"'{self._rule(found[1])}'", text)
            return Remark(self._studies(_EVIDENCE.sub(self._evidence, _POINTS.sub(self._points, plain))))
        told = self._told(text)
        return Remark(text, "nl") if told is None else Remark(told)

    def remarks(self, texts: Iterable[str]) -> list[Remark]:
        """Several, each by itself."""
        return [self.remark(each) for each in texts]

    def said(self, text: str) -> str:
        """The same without saying in which language it is."""
        return self.remark(text).said

    def listed(self, text: str) -> Remark:
        """Texts with '; ' between them, as tables keep them."""
        if self.words.lang == "nl" or not text:
            return Remark(self._studies(text))
        told = self._run(text, "; ")
        return Remark(text, "nl") if told is None else Remark(told)

    def _told(self, text: str) -> str | None:
        """One sentence or more, or a text of the catalogue; None where it is not known."""
        found = self._one(text)
        return self._run(text, ". ") if found is None and ". " in text else found

    def _one(self, text: str) -> str | None:
        known = self._name(text)
        if known is not None:
            return known
        for key, pattern in _patterns().items():
            if found := pattern.fullmatch(text):
                parts = {name: self._part(name, said) for name, said in found.groupdict().items()}
                return None if None in parts.values() else self.words(f"retold.{key}", **parts)
        lowered = f"{text[:1].lower()}{text[1:]}".rstrip(".")
        if lowered == text:
            return None
        again = self._one(lowered)
        return None if again is None else _cased(again, text)

    def _name(self, text: str) -> str | None:
        """A text of the catalogue, also within a sentence: begun small and without its full stop."""
        for known in (text, f"{text}.", f"{text[:1].upper()}{text[1:]}", f"{text[:1].upper()}{text[1:]}."):
            if known in self.names:
                return _cased(self.names[known], text)
        return self.titles.get(text)

    def _run(self, text: str, between: str) -> str | None:
        """A run of texts, each as long as can be: one may hold what stands between them."""
        pieces, told, at = text.split(between), [], 0
        while at < len(pieces):
            for end in range(len(pieces), at, -1):
                candidate = between.join(pieces[at:end])
                if between == ". " and end < len(pieces):
                    candidate += "."
                found = self._one(candidate)
                if found is not None:
                    told.append(found.removesuffix(".") if between == ". " and end < len(pieces) else found)
                    at = end
                    break
            else:
                return None
        return between.join(told)

    def _part(self, name: str, said: str) -> str | None:
        kind = name.partition("_")[0]
        if kind == "n":
            return _swapped(said)
        if kind in ("euro", "mixed"):
            return self._mixed(said)
        if kind == "chance":
            return _CHANCES.get(said, said)
        if kind == "list":
            return self._run(said, "; ")
        if kind == "names":
            return ", ".join(self._name(each) or each for each in said.split(", "))
        if kind == "name":
            return self._name(said) or self._one(said) or said
        if kind == "marked":
            return ", ".join(_MARKED.sub(lambda found: f"{self._name(found[1]) or found[1]}{found[2]}", each) for each in said.split(", "))  # fmt: skip
        if kind == "points":
            return _POINTS.sub(self._points, said)
        return self._rule(said) if kind == "rule" else said

    def _points(self, found: re.Match[str]) -> str:
        number = found[2] if self.words.lang == "nl" else _swapped(found[2])
        return f"{self.titles.get(found[1], found[1])} {number}"

    def _studies(self, said: str) -> str:
        return _STUDY.sub(lambda found: self.titles.get(found[0], found[0]), said)

    def _evidence(self, found: re.Match[str]) -> str:
        return f"bewijs over {self.titles.get(found[1], found[1])}"

    def _mixed(self, said: str) -> str:
        for dutch, text in self.words.texts["retold_phrases"].items():
            said = said.replace(dutch, text)
        for dutch, text in self.names.items():
            if dutch[:1].isupper() and not dutch.endswith(".") and dutch in said:
                said = said.replace(dutch, text)
        for id, title in self.titles.items():
            said = re.sub(rf"\b{re.escape(id)}\b", title, said) if id in said and "_" in id else said
        return _AMOUNT.sub(_amount, said).replace(f"€{BOND}", "€").replace(f"€{MINUS}", f"{MINUS}{JOIN}€")

    def _rule(self, said: str) -> str:
        told = _CLAUSE.sub(self._clause, said)
        return _MEMBERS.sub(lambda found: self.words("retold_rule.member", name=self.titles.get(found[1], found[1])), told)  # fmt: skip

    def _clause(self, found: re.Match[str]) -> str:
        figures = " + ".join(self.titles.get(each.strip(), each.strip()) for each in found[1].split("+"))
        return self.words(f"retold_rule.{_CLAUSES[found[2]]}", figures=figures, bound=found[3], level=found[4])


def spoken(entry: object, name: str, lang: str) -> Remark:
    """A text of an entry in a language; in Dutch and marked as such where there is no English one."""
    said = text_in(entry, name, lang)
    dutch = lang != "nl" and bool(said) and not getattr(entry, f"{name}_en")
    return Remark(said, "nl" if dutch else "")


def study_tag(id: str) -> str:
    """How texts name a study: E18, of 'e18_bijles_rekenen'."""
    return id.partition("_")[0].upper()


# Words of a source that are no title: months, who wrote it with whom, and that it was looked up.
_IN_ENGLISH = {
    "januari": "January", "februari": "February", "maart": "March", "mei": "May", "juni": "June", "juli": "July",
    "augustus": "August", "oktober": "October", "april": "April", "september": "September", "november": "November",
    "december": "December", "en anderen": "and others", "en": "and", "nagelezen": "read on",
}  # fmt: skip
_SOURCE_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(_IN_ENGLISH, key=len, reverse=True))})\b")


def cited(study: Study, lang: str) -> str:
    """Where a study stands, with its tag; a gap has no source but what was looked for."""
    said = study.source
    if lang == "en":
        said = said.replace("deze maatregel apart getoetst", "this measure tested apart")
        said = wording("en").texts["retold_names"].get(said) or _SOURCE_WORDS.sub(lambda m: _IN_ENGLISH[m[0]], said)
    return f"{study_tag(study.id)}: {said}"


def known_how(provenance: str, words: Wording) -> str:
    """How a study is known ('READ abstract, size MEMORY') in words; of one of one's own that no text knows, as it stands."""
    return str(words.texts["known_how"].get(provenance, provenance))


def pool_title(catalogue: Catalogue, pool: str, lang: str) -> str:
    """What a pool of studies measures, as its best study says it."""
    inside = [each for each in catalogue.studies.values() if each.pool == pool]
    if not inside:
        return pool.replace("_", " ")
    best = min(inside, key=lambda each: (each.status != "active", each.strength, each.id))
    if lang == "nl":
        return f"{best.intervention}: {best.outcome}"
    return f"{best.intervention_en}: {best.outcome_en}"


def retelling(catalogue: Catalogue, words: Wording) -> Retelling:
    """How sentences about this catalogue are said in the language of `words`."""
    lang = words.lang
    titles = {
        entry.id: title_in(entry, lang)
        for kind in (catalogue.indicators, catalogue.composites, catalogue.mechanisms, catalogue.funds, catalogue.groups, catalogue.actors)
        for entry in kind.values()
    }  # fmt: skip
    titles |= {id: study_tag(id) for id in (*catalogue.studies, *catalogue.evidence)}
    # Versions of one study share their tag: those are told apart by where they stand.
    tags = Counter(study_tag(id) for id in catalogue.studies)
    titles |= {id: cited(each, lang) for id, each in catalogue.studies.items() if tags[study_tag(id)] > 1}
    titles |= {pool: pool_title(catalogue, pool, lang) for pool in {each.pool for each in catalogue.studies.values()}}
    if lang == "nl":
        return Retelling(words, {}, titles)
    return Retelling(words, {**dict(_texts_of(catalogue)), **words.texts["retold_names"]}, titles)


def _texts_of(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """All short texts that stand in both languages: Dutch, English."""
    whole: tuple[Mapping[str, Any], ...] = (
        catalogue.indicators, catalogue.composites, catalogue.mechanisms, catalogue.groups, catalogue.actors, catalogue.unit_values,
        catalogue.interventions, catalogue.packages, catalogue.agendas, catalogue.funds, catalogue.optimism, catalogue.claws,
    )  # fmt: skip
    entries: list[object] = [entry for kind in whole for entry in kind.values()]
    entries += [each for fund in catalogue.funds.values() for each in fund.facts]
    entries += [each for package in catalogue.packages.values() for each in package.measures]
    entries += [each for agenda in catalogue.agendas.values() for each in (*agenda.projects, *agenda.budgets)]
    for entry in entries:
        for name in ("title", "evidence_note", "caution", "statement", "unit", "dose_unit", "status", "source"):
            dutch, english = getattr(entry, name, ""), getattr(entry, f"{name}_en", "")
            if dutch and english:
                yield dutch, english


def _cased(told: str, like: str) -> str:
    """Begun and ended as the text that it stands for."""
    if like[:1].islower() and not told[:2].isupper():
        told = f"{told[:1].lower()}{told[1:]}"
    return told if like.endswith(".") else told.removesuffix(".")


def _swapped(number: str) -> str:
    """A Dutch number as English writes it; a point at its end stays."""
    return number.translate(SIGNS).replace("-", MINUS)


def _amount(found: re.Match[str]) -> str:
    number = found[1].rstrip(".,")
    after = found[1][len(number) :]
    unit = " ".join(_SIZES[each] for each in (found[2] or "").split())
    return f"{_swapped(number)}{f' {unit}' if unit else ''}{after}"


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """A pattern per sentence: its Dutch text with whatever fits in the places of its parts."""
    found = {}
    for key, text in wording("nl").texts["retold"].items():
        pieces: Sequence[str] = re.split(r"\{(\w+)\}", text)
        made = "".join(
            f"(?P<{piece}>{_FORMS.get(piece) or _FORMS.get(piece.partition('_')[0], '.+?')})"
            if number % 2
            else re.escape(piece)
            for number, piece in enumerate(pieces)
        )
        found[key] = re.compile(made, re.DOTALL)
    return found
