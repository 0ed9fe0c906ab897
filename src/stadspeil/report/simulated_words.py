"""Sentences on a simulated programme, for chapter and page alike. None says more than its pairs of runs allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stadspeil.report.wording import Wording
from stadspeil.simulation.chaining import DIFFERENCE, FOLLOWED
from stadspeil.simulation.effects import FIGURE
from stadspeil.simulation.places import AROUND, SITES
from stadspeil.simulation.reading import Outcome
from stadspeil.simulation.signals import LEAST_HOUSEHOLDS, Erosion, erosion

Row = Mapping[str, Any]


def decimals_for(*numbers: float | None) -> int:
    """Decimals with which the largest of some numbers says something."""
    size = max((abs(each) for each in numbers if each is not None), default=0.0)
    return 0 if size >= 20 or size == 0 else 1 if size >= 5 else 2 if size >= 0.02 else 4


def interval(row: Row, words: Wording, *, signed: bool = False) -> str:
    """'1,33 (1,02 tot 2,00)': the 50th percentile with the 10th and the 90th."""
    numbers = [row["middle"], row["low"], row["high"]]
    if numbers[0] is None:
        return words("simulated.untold")
    decimals = decimals_for(*numbers)
    middle, low, high = (words.number(each, decimals) for each in numbers)
    sign = "+" if signed and round(numbers[0], decimals) > 0 else ""
    return words("simulated.range", middle=f"{sign}{middle}", low=low, high=high)


def size_of(row: Row, words: Wording) -> str:
    """The interval of an effect without its sign, smallest end first: the sentence says which way."""
    if row["middle"] is not None and row["mean"] < 0:
        row = {"middle": -row["middle"], "low": -row["high"], "high": -row["low"]}
    return interval(row, words)


def masked_words(row: Row, words: Wording) -> str:
    """Why a row is not told: from chance, or because there is but one pair."""
    return words("simulated.one_pair" if row["pairs"] < 2 else "simulated.chance")


def told(row: Row, words: Wording, *, signed: bool = False) -> str:
    """The interval of a row, or why it is not told."""
    return interval(row, words, signed=signed) if row["shown"] else masked_words(row, words)


def area_name(outcome: Outcome, area: str, words: Wording) -> str:
    """An area by name; sites and the buurten around them in words."""
    return words(f"simulated.{area}") if area in (SITES, AROUND) else outcome.name(area)


def figure_title(figure: str, group: str, words: Wording) -> str:
    """The title of a figure with its group."""
    title = words(f"simulated.figure.{figure}")
    return title if group == "alle" else f"{title}: {words(f'simulated.group.{group}')}"


def figure_unit(figure: str, words: Wording) -> str:
    """The unit of an effect: of a share percentage points."""
    unit = FIGURE[figure].unit
    return words("simulated.points") if unit == "%" else words.unit(unit)


def reading(outcome: Outcome, words: Wording) -> str:
    """One sentence: what followed chains set free, and the difference between with and without."""
    freed, moves = outcome.chain(FOLLOWED, "vrijgekomen woningen"), outcome.chain(DIFFERENCE, "verhuizingen")
    if freed is None or moves is None:
        return words("simulated.reading_none")
    if freed["pairs"] < 2:
        return words("simulated.reading_one_pair")
    first = "simulated.freed" if freed["shown"] else "simulated.freed_chance"
    second = "simulated.moves_chance"
    if moves["shown"]:
        second = "simulated.moves_more" if moves["mean"] > 0 else "simulated.moves_fewer"
    return f"{words(first, told=interval(freed, words))}; {words(second, told=size_of(moves, words))}."


def homeless_sentence(outcome: Outcome, words: Wording) -> str:
    """Households without a home of their own, as a difference per new home; '' where nobody lives in one."""
    row = outcome.chain(DIFFERENCE, "zonder eigen woning")
    if row is None:
        return ""
    key = "chance" if not row["shown"] else "more" if row["mean"] > 0 else "fewer"
    return words(f"simulated.homeless_{key}", told=size_of(row, words))


def masked_sentence(outcome: Outcome, years: int, words: Wording) -> str:
    """How much of the buurten may not be shown."""
    of, shown = outcome.counted(years)
    if outcome.pairs < 2:
        return words("simulated.masked_one_pair")
    return words(
        "simulated.masked" if outcome.together else "simulated.masked_each", of=words.number(of), shown=words.number(shown), years=years,
        wrongly=words.number(round(0.05 * of)),
    )  # fmt: skip


def effect_sentence(row: Row, outcome: Outcome, words: Wording) -> str:
    """An effect that may be shown, in words."""
    key = "simulated.effect_up" if row["mean"] > 0 else "simulated.effect_down"
    return words(
        key, figure=figure_title(row["figure"], row["group"], words), area=area_name(outcome, row["area"], words),
        told=size_of(row, words), unit=figure_unit(row["figure"], words), years=row["years"],
    )  # fmt: skip


def shift_sentences(outcome: Outcome, years: int, words: Wording) -> Iterator[str]:
    """Per site that is emptied: who must leave, and how many found a suitable home by then, reach by reach."""
    for (site,), rows in outcome.shift_room.filter(years=years).group_by("site", maintain_order=True):
        reaches = [
            f"{words('simulated.reach.' + row['reach'])} {told(row, words)}" for row in rows.iter_rows(named=True)
        ]
        if not rows["needed"][0]:
            yield words("simulated.shift_nobody", site=site_name(str(site)), years=years)
            continue
        yield words(
            "simulated.shift", site=site_name(str(site)), needed=words.number(rows["needed"][0]), years=years,
            told="; ".join(reaches),
        )  # fmt: skip


def erosion_sentences(outcome: Outcome, years: int, words: Wording) -> list[str]:
    """Warnings that the better-off leave the buurten around the sites; one sentence that there are none to tell."""
    around: Sequence[str] = outcome.run["around"]
    if not around:
        return [words("simulated.erosion_nowhere")]
    found = erosion(outcome.effects, around, years)
    if not found:
        return [words("simulated.erosion_none", number=len(around), least=LEAST_HOUSEHOLDS)]
    return [_erosion(each, outcome, words) for each in found]


def _erosion(each: Erosion, outcome: Outcome, words: Wording) -> str:
    row = {"middle": -each.share, "low": -each.high, "high": -each.low}
    sentence = words("simulated.erosion", area=area_name(outcome, each.area, words), years=each.years,
                     told=interval(row, words))  # fmt: skip
    if each.left is None or each.left <= 0:
        return sentence
    return f"{sentence} {words('simulated.erosion_left', left=words.number(each.left, decimals_for(each.left)))}"


def site_name(site: str) -> str:
    """The name of a site as a reader sees it."""
    return site.replace("_", " ")
