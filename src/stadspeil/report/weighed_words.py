"""What was weighed for a town, as sentences, lines and cells: for page and chapter alike. Never the best one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from stadspeil.report.drawing.parallel import ParallelLine, ParallelScale, Span, digits_of
from stadspeil.report.wording import Wording
from stadspeil.simulation.balance import SIMULATED, SURROGATES
from stadspeil.simulation.classes import TENURES
from stadspeil.simulation.distinguishing import orders
from stadspeil.simulation.flow_surrogate import FLOWS
from stadspeil.simulation.surrogate import CHAINS, CRITERIA
from stadspeil.simulation.weighed import Weighed

# From 10 % on with the whole interval, with its middle, with a part below that, or not even with its end.
Met = Literal["sure", "likely", "unlikely", "out"]
MET: tuple[Met, ...] = ("sure", "likely", "unlikely", "out")
RUNS = (SIMULATED,)
# Decimals by criterion: the shares of buurten change by hundredths of a point.
DECIMALS = {"treden": 0, "gelijkheid": 3, "blijvers": 1, "sociaal_vrij": 0, "regio": 0}


@dataclass(frozen=True)
class Option:
    """A programme of the front as one tier sees it: 10th, 50th and 90th percentile per criterion that it knows."""

    id: str
    shown: bool
    beaten: bool
    spans: Mapping[str, Span]

    def met(self, asked: Mapping[str, float]) -> Met:
        """How surely it has at least what is asked: as sure as on the criterion that it has least surely."""
        found = [_met(self.spans[criterion], least) for criterion, least in asked.items() if criterion in self.spans]
        return max(found, key=MET.index, default="sure")


def _met(span: Span, least: float) -> Met:
    low, middle, high = span
    return "sure" if low >= least else "likely" if middle >= least else "unlikely" if high >= least else "out"


def options_of(weighed: Weighed, tiers: Sequence[str] = SURROGATES) -> list[Option]:
    """The programmes in the order of the table, as the surrogates or the runs see them."""
    found: dict[str, Option] = {}
    for row in weighed.trade_offs.filter(pl.col("tier").is_in(tiers)).iter_rows(named=True):
        known = found.get(row["option"]) or Option(row["option"], row["shown"], row["beaten"], {})
        span = (row["low"], row["middle"], row["high"])
        found[row["option"]] = replace(known, spans={**known.spans, row["criterion"]: span})
    return list(found.values())


def homes_by_tenure(weighed: Weighed) -> dict[str, dict[str, int]]:
    """Homes of each programme by tenure, all tenures."""
    found: dict[str, dict[str, int]] = {}
    rows = weighed.options.group_by("option", "tenure", maintain_order=True).agg(pl.col("homes").sum())
    for option, tenure, homes in rows.iter_rows():
        found.setdefault(option, dict.fromkeys(TENURES, 0))[tenure] = homes
    return found


def alike(weighed: Weighed, tiers: Sequence[str] = SURROGATES) -> dict[str, list[str]]:
    """Per programme those from which no criterion tells it apart; empty where that was not kept."""
    rows = weighed.distinctions.filter(pl.col("tier").is_in(tiers))
    found: dict[str, list[str]] = {id: [] for id in dict.fromkeys([*rows["option"], *rows["other"]])}
    pairs = rows.group_by("option", "other", maintain_order=True).agg(pl.col("apart").any())
    for option, other, apart in pairs.iter_rows():
        if not apart:
            found[option].append(other)
            found[other].append(option)
    return found


def pairs_apart(weighed: Weighed, tiers: Sequence[str], criterion: str) -> tuple[int, int]:
    """How many pairs of programmes the criterion tells apart, and of how many pairs."""
    rows = weighed.distinctions.filter(pl.col("tier").is_in(tiers), criterion=criterion)
    return int(rows["apart"].sum()), rows.height


def scales_and_lines(
    options: Sequence[Option], asked: Mapping[str, float], words: Wording
) -> tuple[list[ParallelScale], list[ParallelLine]]:
    """What `parallel_svg` draws: criteria that are known of all, and the options; named is what shows the reach."""
    known = [each for each in CRITERIA if all(each in option.spans for option in options)]
    scales = [ParallelScale(title(each, words), unit(each, words), asked.get(each), DECIMALS[each]) for each in known]
    shown = [each.id for each in options if each.shown]
    lines = [
        ParallelLine(
            each.id, tuple(each.spans[name] for name in known), shown.index(each.id) if each.shown else None,
            each.met(asked) in ("unlikely", "out"),
        )
        for each in options
    ]  # fmt: skip
    return scales, lines


def title(criterion: str, words: Wording) -> str:
    """Title of a criterion."""
    return words(f"weighed.criterion.{criterion}")


def unit(criterion: str, words: Wording) -> str:
    """Unit of a criterion."""
    return words(f"weighed.unit.{criterion}")


def weighed_reading(weighed: Weighed, town: str, words: Wording) -> str:
    """What was tried and what is left, in one sentence."""
    account = weighed.account
    return words(
        "weighed.reading", tried=words.number(account["tried"]), unbeaten=words.number(account["unbeaten"]),
        homes=words.number(account["asked"]["homes"]), town=town,
    )  # fmt: skip


def asked_words(asked: Mapping[str, float], words: Wording) -> str:
    """What a reader asks for, as a list."""
    return words.listing([
        words("weighed.asked", value=words.number(least, digits_of(least)), unit=unit(criterion, words), title=title(criterion, words))
        for criterion, least in asked.items()
    ])  # fmt: skip


def met_sentence(options: Sequence[Option], asked: Mapping[str, float], words: Wording) -> str:
    """How many have what is asked, surely, perhaps, and not."""
    found = [each.met(asked) for each in options]
    numbers = {name: words.number(found.count(name)) for name in MET}
    return words("weighed.met", told=words.number(len(options)), asked=asked_words(asked, words), **numbers)


def apart_sentence(weighed: Weighed, words: Wording) -> str:
    """How many pairs nothing tells apart; '' where that was not kept."""
    found = alike(weighed)
    if not found:
        return ""
    pairs = len(found) * (len(found) - 1) // 2
    same = sum(len(each) for each in found.values()) // 2
    return words("weighed.alike", pairs=words.number(pairs), alike=words.number(same))


def confirmed_sentences(weighed: Weighed, words: Wording) -> list[str]:
    """What the third tier says of the handful: how many it beats, and on what it says otherwise than the surrogate."""
    simulated = {each.id: each for each in options_of(weighed, RUNS)}
    if not simulated:
        return [words("weighed.not_confirmed")]
    beaten = sum(each.beaten for each in simulated.values())
    told = [
        words("weighed.confirmed", number=words.number(len(simulated)), pairs=words.number(weighed.account["asked"]["confirm"]),
              beaten=words.number(beaten))
    ]  # fmt: skip
    other = []
    for criterion in CRITERIA:
        sides = [
            _side(each.spans[criterion], simulated[each.id].spans[criterion])
            for each in options_of(weighed)
            if each.id in simulated and criterion in simulated[each.id].spans
        ]
        for side, key in ((1, "weighed.more_in_runs"), (-1, "weighed.less_in_runs")):
            if number := sides.count(side):
                other.append(words(key, title=title(criterion, words), number=words.number(number)))
    told += [words("weighed.otherwise", number=words.number(len(simulated)), said="; ".join(other))] if other else []
    if len(weighed.account.get("towns", ["", ""])) == 1:
        told.append(words("weighed.town_only"))
    return told


def _side(before: Span, runs: Span) -> int:
    """1 where the whole interval of the runs lies above that of the surrogate, -1 below, 0 where they overlap."""
    return int(runs[0] > before[2]) - int(runs[2] < before[0])


def tier_of(weighed: Weighed, criterion: str) -> str:
    """Which tier judged a criterion; an outcome of an older release knew chains only."""
    return str(weighed.account.get("judged_by", {}).get(criterion, CHAINS))


def judged_sentences(weighed: Weighed, words: Wording) -> list[str]:
    """Which tier judged what and why, and how to read it; none for an outcome of an older release."""
    if "judged_by" not in weighed.account:
        return []
    judged = set(weighed.trade_offs["criterion"])
    by = {
        tier: [title(each, words) for each in CRITERIA if each in judged and tier_of(weighed, each) == tier]
        for tier in SURROGATES
    }
    key = "weighed.judged" if by[CHAINS] and by[FLOWS] else "weighed.judged_all_flows"
    if not by[FLOWS]:
        key = "weighed.judged_by_chains" if weighed.account["flows_lack"] else "weighed.judged_all_chains"
    told = {tier: words.listing([f"‘{each}’" for each in titles]) for tier, titles in by.items()}
    return [words(key, **told), _misfit_sentence(weighed, words)]


def _misfit_sentence(weighed: Weighed, words: Wording) -> str:
    """What the interval holds of what the surrogates leave out; an outcome of an older release holds nothing of it."""
    if "misfit" not in weighed.account:
        return words("weighed.level")
    mixes = weighed.account["misfit_mixes"]
    return words("weighed.misfit_learned", number=words.number(mixes)) if mixes else words("weighed.misfit")


def is_ordered(weighed: Weighed, tiers: Sequence[str], criterion: str) -> bool:
    """Whether a criterion puts the programmes in an order, as the surrogates or the runs see them; so taken where that was
    not kept."""
    apart, pairs = pairs_apart(weighed, tiers, criterion)
    return not pairs or orders(apart, pairs, tiers == RUNS)


def order_sentences(weighed: Weighed, words: Wording) -> list[str]:
    """On which criteria programmes differ by no more than chance, by the surrogates and by the runs; none where all differ."""
    told = []
    for tiers, key in ((SURROGATES, "weighed.unordered"), (RUNS, "weighed.unordered_runs")):
        titles = [f"‘{title(each, words)}’" for each in CRITERIA if not is_ordered(weighed, tiers, each)]
        told += [words(key, titles=words.listing(titles))] if titles else []
    return told


def lacking_sentence(weighed: Weighed, words: Wording) -> str:
    """What counts as missing tread; '' for an outcome that does not say."""
    if "lacking" not in weighed.account:
        return ""
    told: Mapping[str, Any] | None = weighed.account["lacking"]
    if told is None:
        return words("weighed.treads_unknown" if len(weighed.account["towns"]) == 1 else "weighed.treads_rest")
    lacks = [
        words(f"weighed.lacks_{form}", number=words.number(number)) for form, number in told["homes"].items() if number
    ]
    if not lacks:
        return words("weighed.treads_none", year=told["year"])
    return words("weighed.treads_lack", year=told["year"], homes=words.listing(lacks))
