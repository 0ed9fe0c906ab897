"""What the first page says of the chapters behind it, in a few sentences."""

from __future__ import annotations

import polars as pl

from stadspeil.catalogue.entries import title_in
from stadspeil.report.chapters.shown import Shown
from stadspeil.report.wording import Wording, lowered

# A range over more than this part of the field is wide.
_WIDE = 0.1


def summary(shown: Shown, words: Wording) -> tuple[str, ...]:
    """Mechanisms, buurten below the wijk, and places that hang on a choice; nothing of what was not computed."""
    return tuple(each for each in (_mechanisms(shown, words), _below(shown, words), _wide(shown, words)) if each)


def _mechanisms(shown: Shown, words: Wording) -> str:
    """A mechanism of several figures is named with how many of them point that way."""
    rows = shown.table("mechanisms")
    if rows.is_empty():
        return ""
    said, named = [], set()
    for verdict, key in (("op koers", "on"), ("van koers", "off")):
        titles = []
        for id, entry in sorted(shown.catalogue.mechanisms.items(), key=lambda pair: pair[1].order):
            own = rows.filter(pl.col("mechanism") == id, pl.col("years") > 0)
            number = own.filter(pl.col("verdict") == verdict).height
            if number:
                named.add(id)
                title = lowered(title_in(entry, words.lang))
                part = words("summary.part", number=number, total=own.height)
                titles.append(f"{title} ({part})" if own.height > 1 else title)
        if titles:
            said.append(words(f"summary.{key}", mechanisms=words.listing(titles)))
    left = len(shown.catalogue.mechanisms) - len(named)
    if left:
        said.append(words("summary.open" if named else "summary.open_all", number=left))
    return " ".join(said)


def _below(shown: Shown, words: Wording) -> str:
    tested = shown.inside("pockets")
    if tested.is_empty():
        return ""
    out = tested.filter(pl.col("found") & pl.col("unfavourable"))
    hidden = out.filter(pl.col("wijk_hides"))["area"].n_unique()
    if out.is_empty():
        return words("summary.below_none", tested=tested["area"].n_unique())
    return words("summary.below", number=out["area"].n_unique(), tested=tested["area"].n_unique(), hidden=hidden)


def _wide(shown: Shown, words: Wording) -> str:
    rows = shown.table("rank_ranges")
    if rows.is_empty():
        return ""
    known = rows.filter(pl.col("best_choices").is_not_null(), pl.col("indicator").str.starts_with("thema_"))
    wide = known.filter(pl.col("worst_choices") - pl.col("best_choices") > _WIDE * pl.col("ranked"))
    if known.is_empty():
        return ""
    if wide.is_empty():
        return words("summary.firm")
    titles = [lowered(shown.catalogue.title_of(id, words.lang)) for id in wide["indicator"]]
    return words("summary.wide", themes=words.listing(titles))
