"""What a weighed package comes to in sentences: never a ratio or a chance without what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stadspeil.appraisal.appraising import is_unproven
from stadspeil.appraisal.ledger import Ask
from stadspeil.atlas.appraised.package_tables import SOCIETY, actor_title, ledger_rows
from stadspeil.atlas.appraised.reading import Result
from stadspeil.atlas.appraised.saying import between
from stadspeil.atlas.site import Site
from stadspeil.catalogue.entries import title_in
from stadspeil.report.cases.telling import moved
from stadspeil.report.wording import Wording

Figures = Mapping[str, Mapping[str, Any]]
# Who gains less than half of what it pays, pays for others.
_POCKET_LOW = 0.5


def title_of(site: Site, result: Result, lang: str) -> str:
    """The title of a package; of one that the catalogue does not have any more, as it was weighed."""
    entry = site.catalogue.packages.get(result.id)
    return title_in(entry, lang) if entry else str(result.package["title_en" if lang == "en" else "title"])


def reading(title: str, figures: Figures, words: Wording) -> str:
    """The one sentence: costs, what euros can tell of benefits, together, and the chance."""
    return words(
        "appraise.reading", title=title, costs=between(figures["kosten"], words), benefits=between(figures["baten"], words),
        net=between(figures["netto"], words), chance=words.chance(figures["kans_netto_boven_nul"]["mean"]),
    )  # fmt: skip


def ask_sentences(ask: Mapping[str, Any], words: Wording) -> list[str]:
    """What the local coalition lacks, and what comes back to the state: why it would pay, or not."""
    short, gain, back = ask["shortfall"], ask["state_gain"], ask["return_per_euro"]
    if ask["euro"] <= 0:
        return [words("appraise.no_ask", between=between(short, words))]
    told = [
        words(
            "appraise.ask",
            euro=words.euros(ask["euro"]),
            between=between(short, words),
            chance=words.chance(ask["chance"]),
        )
    ]
    if gain["low"] == gain["high"] == 0:
        return [*told, words("appraise.no_return_at_all")]
    if gain["low"] <= 0:
        return [*told, words("appraise.no_return", between=between(gain, words))]
    return [
        *told,
        words(
            "appraise.return",
            euro=words.euros(gain["mean"]),
            between=between(gain, words),
            cent=words.number(100 * (back or 0)),
        ),
    ]


def told_ask(ask: Ask) -> dict[str, Any]:
    """An ask as it stands in run.json."""
    return {
        "euro": ask.euro, "chance": ask.chance, "return_per_euro": ask.return_per_euro, "shortfall": vars(ask.shortfall),
        "state_gain": vars(ask.state_gain),
    }  # fmt: skip


def summary(site: Site, result: Result, words: Wording) -> list[tuple[str, str]]:
    """The management summary: a head and a text each."""
    package, figures = result.package, result.figures
    places = dict.fromkeys(code for each in package["measures"] for code in each["areas"])
    names = [str(result.run["names"].get(code, site.name(code))) for code in places]
    found = [
        (words("appraise.s_what"), _measures(site, package["measures"], words)),
        (words("appraise.s_where"), words.listing(names)),
        (words("appraise.s_costs"), words("appraise.s_costs_said", all=between(figures["kosten"], words), public=between(figures["kosten_publiek"], words))),
        (words("appraise.s_benefits"), between(figures["baten"], words)),
        (words("appraise.s_net"), words("appraise.s_net_said", net=between(figures["netto"], words), worst=words.euros(figures["slechtste_vijfde"]["mean"]))),
        (words("appraise.s_chance"), words.chance(figures["kans_netto_boven_nul"]["mean"])),
    ]  # fmt: skip
    ratio = figures.get("baten_per_euro")
    if ratio is not None:
        low, high = (words.number(ratio[name], 2) for name in ("low", "high"))
        found.append((words("appraise.s_ratio"), words("appraise.s_ratio_said", low=low, high=high)))
    return found


def figures_said(figures: Figures, words: Wording) -> list[tuple[str, str, str]]:
    """What, its mean and its interval. A ratio has no mean: only its interval tells."""
    told = []
    for name, row in figures.items():
        if row["unit"] == "euro" and name != "baten_per_euro":
            said = words.euros(row["mean"]), between(row, words) if row["low"] is not None else ""
        elif row["unit"] == "aandeel":
            said = words.chance(row["mean"]), ""
        elif row["unit"] == "procent":
            said = f"{words.number(row['mean'], 1)} {words('appraise.units.procent')}", ""
        else:
            decimals = 2 if name == "baten_per_euro" else 0
            low, high = (words.number(row[end], decimals) for end in ("low", "high"))
            said = "", words("appraise.between", low=low, high=high)
        told.append((words(f"appraise.figures.{name}"), *said))
    return told


def _measures(site: Site, measures: Sequence[Mapping[str, Any]], words: Wording) -> str:
    known = site.catalogue.interventions
    names = [
        title_in(known[each["intervention"]], words.lang)
        if each["intervention"] in known
        else str(each["intervention"])
        for each in measures
    ]
    first, last = min(each["first"] for each in measures), max(each["last"] for each in measures)
    return words("appraise.measures_said", measures=words.listing(list(dict.fromkeys(names))), first=first, last=last)


def not_in_euro(site: Site, result: Result, words: Wording) -> list[str]:
    """What counts in marks only, and measures of which nothing is shown to work."""
    lines = result.tables["lines"].filter(side="baten")
    priced = set(lines["indicator"].to_list())
    figures = [site.title(each, words.lang) for each in result.indicators if each not in priced]
    told = [words("appraise.only_marks", figures=words.listing(figures))] if figures else []
    known = site.catalogue.interventions
    kinds = dict.fromkeys(each["intervention"] for each in result.package["measures"] if each["intervention"] in known)
    bare = [str(title_in(known[each], words.lang)) for each in kinds if is_unproven(known[each])]
    if bare:
        told.append(words("appraise.unproven", measures=words.listing(bare)))
    return told or [words("appraise.all_in_euro")]


def pocket_sentences(site: Site, ledger: Any, words: Wording) -> list[str]:
    """Who puts in, who gains, and whose pocket is the wrong one, as far as the interval tells."""
    puts, gains, wrong = [], [], []
    for actor, entries in ledger_rows(ledger).items():
        if actor == SOCIETY:
            continue
        name, balance = actor_title(site, actor, words), entries["saldo"]
        said = f"{name} ({between(balance, words)})"
        if balance["high"] < 0:
            puts.append(said)
        elif balance["low"] > 0:
            gains.append(said)
        paid, gained = entries["kosten"]["mean"], entries["baten"]["mean"]
        if paid > 0 and gained < _POCKET_LOW * paid:
            key = "pocket" if gained >= 0 else "pocket_loses"
            wrong.append(words(f"appraise.{key}", actor=name, cent=words.number(100 * abs(gained) / paid)))
    told = [words("appraise.puts", actors="; ".join(puts))] if puts else []
    told.append(words("appraise.gains", actors="; ".join(gains)) if gains else words("appraise.gains_none"))
    return [*told, *([words("appraise.wrong_pocket", actors="; ".join(wrong))] if wrong else [])]


def switch_sentence(rows: Any, words: Wording) -> str:
    """What would turn the outcome, nearest first."""
    told = [row for row in rows if row["keer"] is not None]
    near = sorted(told, key=lambda row: max(row["keer"], 1 / row["keer"]))[:3]
    if not near:
        return words("appraise.turns_never")
    said = [
        words(
            "appraise.turn",
            input=row["invoer"],
            used=words.rough(row["nu"]),
            turn=words.rough(row["nul_bij"]),
            unit=row["eenheid"],
            moved=moved(row["nu"], row["nul_bij"], words),
        )
        for row in near
    ]
    return words("appraise.turns_at", inputs="; ".join(said))
