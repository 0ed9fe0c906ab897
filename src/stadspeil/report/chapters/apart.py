"""How far groups live apart inside the town, and how much of that no average of a wijk shows."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.catalogue.entries import title_in
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Grid, Heading
from stadspeil.report.wording import DASH, Wording

COUNTRY = "NL"


def apart(shown: Shown, words: Wording) -> list[Part]:
    """The separation of each family of groups, with the country beside it; nothing where no counts are known."""
    rows = shown.table("segregation")
    if rows.is_empty():
        return []
    whole = shown.analyses["segregation"]
    country = {row["family"]: row for row in whole.filter(pl.col("area") == COUNTRY).to_dicts()}
    middle = dict(whole.filter(pl.col("area") != COUNTRY).group_by("family").agg(pl.col("h").median()).iter_rows())
    known = [row for row in rows.to_dicts() if row["family"] in shown.catalogue.group_families]
    order = list(shown.catalogue.group_families)
    known.sort(key=lambda row: order.index(row["family"]))
    parts: list[Part] = [Heading(words("apart.title")), words("apart.intro")]
    clear = [
        row for row in known if share_within(row) is not None and share_within(country.get(row["family"])) is not None
    ]
    if clear:
        largest = max(clear, key=lambda row: row["h"])
        parts.append(words(
            "apart.sentence", family=_title(largest["family"], shown, words), town=shown.name(shown.town),
            share=words.number(100 * (share_within(largest) or 0.0)),
            country=words.number(100 * (share_within(country[largest["family"]]) or 0.0)),
        ))  # fmt: skip
    made = tuple(
        (
            f"{_title(row['family'], shown, words)} ({row['year']})", _percent(row["h"], words),
            _percent(middle.get(row["family"]), words), _share(share_within(row), words),
            _share(share_within(country.get(row["family"])), words),
        )
        for row in known
    )  # fmt: skip
    heads = tuple(words(f"apart.{name}") for name in ("family", "h", "middle", "within", "country"))
    grid = Grid(words("apart.caption"), heads, made, ("1fr", "26mm", "32mm", "26mm", "26mm"),
                (False, True, True, True, True))  # fmt: skip
    left = max((row["left_out"] or 0.0 for row in known), default=0.0)
    parts.append(grid)
    if left >= 0.01:
        parts.append(words("apart.left_out", share=words.number(100 * left)))
    return parts


def share_within(row: dict[str, Any] | None) -> float | None:
    """Share of the separation inside gemeenten that lies within wijken; None where chance explains it all."""
    if row is None:
        return None
    inside = row["between_wijken"] + row["within_wijken"]
    # Less chance taken off than is left: below that the share is mostly luck.
    if inside <= 0 or inside < row["chance"]:
        return None
    return float(min(1.0, max(0.0, row["within_wijken"] / inside)))


def _percent(share: float | None, words: Wording) -> str:
    return DASH if share is None else f"{words.number(100 * max(share, 0.0), 1)}%"


def _share(share: float | None, words: Wording) -> str:
    return words("apart.unclear") if share is None else f"{words.number(100 * share)}%"


def _title(family: str, shown: Shown, words: Wording) -> str:
    entry = shown.catalogue.group_families[family]
    return title_in(entry, words.lang)
