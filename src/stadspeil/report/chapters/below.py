"""Below the wijk: hidden buurten, and how the differences divide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from stadspeil.report.chapters.apart import apart
from stadspeil.report.chapters.inside_buurten import inside_buurten
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.wording import DASH, Wording

_BUURTEN_SHOWN = 15
_SPLITS_SHOWN = 15


def below(shown: Shown, words: Wording) -> Chapter | None:
    """Buurten that differ from their wijk, and how the differences divide."""
    pockets, splits = shown.inside("pockets"), shown.table("splits")
    separated, inside = apart(shown, words), inside_buurten(shown, words)
    if pockets.is_empty() and splits.is_empty() and not separated and not inside:
        return None
    parts: list[Part] = [words("below.intro")]
    if not pockets.is_empty():
        judged = pockets.filter(pl.col("found") & pl.col("unfavourable"))
        judged = judged.sort(pl.col("wijk_hides"), pl.col("difference").abs() / pl.col("error"), descending=True)
        tested = words("below.tested", buurten=pockets["area"].n_unique(), figures=pockets["indicator"].n_unique())
        parts += [Heading(words("below.hidden_title")), tested]
        hidden = judged.filter(pl.col("wijk_hides"))["area"].n_unique()
        if judged.is_empty():
            parts.append(words("below.none"))
        else:
            parts.append(words("below.found" if hidden else "below.found_none_hidden", hidden=hidden,
                               number=judged["area"].n_unique()))  # fmt: skip
            parts.append(_pockets(judged.head(_BUURTEN_SHOWN).to_dicts(), shown, words))
    else:
        parts.append(words("below.untested"))
    parts += _sliding(shown, words)
    grid = _splits(splits, shown, words)
    if grid is not None:
        parts += [Heading(words("below.split_title")), words("below.split_intro"), grid]
    parts += separated
    clusters, spots = shown.inside("clusters"), shown.inside("hot_spots")
    if not clusters.is_empty() or not spots.is_empty():
        parts += [Heading(words("below.clusters_title")), *_clusters(clusters, words), *_spots(spots, words)]
    parts += inside
    return Chapter("below", words("below.title"), tuple(parts))


def _pockets(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    names = dict(shown.small_areas.sort("boundaries").select("area", "name").iter_rows())
    heads = tuple(words(f"below.{name}") for name in ("buurt", "figure", "value", "rest", "margin", "hides"))
    made = []
    for row in rows:
        id, area = row["indicator"], row["area"]
        wijk = names.get(f"WK{area[2:8]}", "")
        name = names.get(area, area)
        decimals = max(shown.decimals(id), 0)
        made.append((
            f"{name} ({wijk})" if wijk and wijk != name else name,
            f"{shown.catalogue.title_of(id, words.lang)} ({row['year']})",
            words.number(row["value"], decimals), words.number(row["rest"], decimals),
            f"±\u00a0{words.number(1.645 * row['error'], decimals)}",
            words("words.yes" if row["wijk_hides"] else "words.no"),
        ))  # fmt: skip
    return Grid(words("below.caption"), heads, tuple(made), ("1fr", "40mm", "18mm", "22mm", "18mm", "20mm"),
                (False, False, True, True, True, False))  # fmt: skip


def _sliding(shown: Shown, words: Wording) -> list[Part]:
    """Buurten that change for the worse otherwise than the rest of their wijk; nothing where no change was tested."""
    tested = shown.inside("pocket_changes")
    if tested.is_empty():
        return []
    found = tested.filter(pl.col("found") & pl.col("unfavourable"))
    if found.is_empty():
        return [Heading(words("below.sliding_title")), words("below.sliding_none", buurten=tested["area"].n_unique())]
    names = dict(shown.small_areas.sort("boundaries").select("area", "name").iter_rows())
    rows = found.sort(pl.col("difference").abs() / pl.col("error"), descending=True).head(_BUURTEN_SHOWN).to_dicts()
    made = []
    for row in rows:
        decimals = max(shown.decimals(row["indicator"]), 1)
        made.append((
            names.get(row["area"], row["area"]), shown.catalogue.title_of(row["indicator"], words.lang),
            f"{row['first_year']}\u2013{row['year']}", words.signed(row["change"], decimals),
            words.signed(row["rest"], decimals), f"±\u00a0{words.number(1.645 * row['error'], decimals)}",
        ))  # fmt: skip
    heads = tuple(words(f"below.{name}") for name in ("buurt", "figure", "years", "change", "rest", "margin"))
    grid = Grid(words("below.sliding_caption"), heads, tuple(made), ("1fr", "44mm", "22mm", "18mm", "22mm", "18mm"),
                (False, False, True, True, True, True))  # fmt: skip
    return [Heading(words("below.sliding_title")), words("below.sliding", number=found["area"].n_unique()), grid]


def _splits(rows: pl.DataFrame, shown: Shown, words: Wording) -> Grid | None:
    if rows.is_empty():
        return None
    country = shown.analyses["splits"].filter(pl.col("area") == "NL")
    beside = {row["indicator"]: row for row in country.to_dicts()}
    made: list[tuple[float, tuple[str, ...]]] = []
    for row in rows.to_dicts():
        id = row["indicator"]
        if id not in shown.catalogue.indicators or shown.catalogue.indicators[id].direction == "neutral":
            continue
        inside = row["between_wijken"] + row["within_wijken"]
        whole = beside.get(id)
        of_country = whole["between_wijken"] + whole["within_wijken"] if whole else 0
        if inside <= 0 or row["within_wijken"] < 0:
            continue
        made.append((row["within_wijken"] / inside, (
            f"{shown.catalogue.title_of(id, words.lang)} ({row['year']})", f"{words.number(100 * row['within_wijken'] / inside)}%",
            f"{words.number(100 * whole['within_wijken'] / of_country)}%" if whole and of_country > 0 and whole["within_wijken"] >= 0 else DASH,
        )))  # fmt: skip
    if not made:
        return None
    shown_rows = tuple(texts for _, texts in sorted(made, key=lambda pair: -pair[0])[:_SPLITS_SHOWN])
    heads = tuple(words(f"below.{name}") for name in ("figure", "share", "share_country"))
    return Grid(words("below.split_caption"), heads, shown_rows, ("1fr", "40mm", "40mm"), (False, True, True))


def _spots(rows: pl.DataFrame, words: Wording) -> list[str]:
    if rows.is_empty():
        return []
    counts = dict(rows.group_by("side").agg(pl.col("area").n_unique()).iter_rows())
    return [words("below.spots", high=counts.get("hoog", 0), low=counts.get("laag", 0))]


def _clusters(rows: pl.DataFrame, words: Wording) -> list[str]:
    if rows.is_empty():
        return []
    counts = dict(rows.group_by("quadrant").agg(pl.col("area").n_unique()).iter_rows())
    out = counts.get("hoog-laag", 0) + counts.get("laag-hoog", 0)
    like = counts.get("hoog-hoog", 0) + counts.get("laag-laag", 0)
    return [words("below.clusters", out=out, like=like)]
