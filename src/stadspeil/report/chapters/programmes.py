"""What simulated building programmes of the town do to what is there already."""

from __future__ import annotations

import polars as pl

from stadspeil.catalogue.entries import title_in
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing, Grid, Heading
from stadspeil.report.drawing.chains import chains_alt, chains_svg
from stadspeil.report.simulated_words import (
    effect_sentence,
    erosion_sentences,
    homeless_sentence,
    masked_sentence,
    reading,
    site_name,
    told,
)
from stadspeil.report.wording import Wording
from stadspeil.simulation.reading import Outcome
from stadspeil.simulation.store import command_of
from stadspeil.workspace import made_by_other

STRONGEST = 3


def programmes(shown: Shown, words: Wording) -> Chapter | None:
    """A part per programme; nothing where none was simulated."""
    if not shown.outcomes:
        return None
    parts: list[Part] = [
        f"{words('simulated.followed_intro')} {words('simulated.difference_intro')} {words('simulated.microdata')}"
    ]
    for outcome in shown.outcomes:
        parts += _programme(outcome, shown, words)
    return Chapter("programmes", words("simulated.title"), tuple(parts))


def _programme(outcome: Outcome, shown: Shown, words: Wording) -> list[Part]:
    entry = shown.catalogue.programmes.get(outcome.id)
    programme = outcome.run["programme"]
    title = title_in(entry, words.lang) if entry else programme["title"]
    years = outcome.years[-1]
    intro = words(
        "simulated.intro", title=title, status=entry.status_in(words.lang) if entry else programme["status"], homes=words.number(outcome.built),
        pairs=words.number(outcome.pairs), years=outcome.run["inputs"]["asked"]["years"], start=outcome.run["start"],
    )  # fmt: skip
    parts: list[Part] = [Heading(title), intro]
    if outcome.run["invented"]:
        parts.append(words("simulated.invented"))
    if made_by_other(outcome.run):
        parts.append(words("simulated.older", command=command_of(outcome.run)))
    parts.append(reading(outcome, words))
    links = outcome.links()
    if links and outcome.pairs > 1:
        parts.append(Drawing(chains_svg(links, words), words("chains.caption"), chains_alt(links, words)))
        parts.append(homeless_sentence(outcome, words))
    strongest = outcome.strongest(years, STRONGEST)
    parts += [effect_sentence(row, outcome, words) for row in strongest.iter_rows(named=True)]
    if strongest.is_empty():
        parts.append(words("simulated.strongest_none"))
    parts.append(masked_sentence(outcome, years, words))
    parts += [
        words("simulated.shift_nobody", site=site_name(site), years=years)
        for site in outcome.shift_room.filter((pl.col("years") == years) & (pl.col("needed") == 0))["site"]
        .unique()
        .sort()
    ]
    grid = _shift(outcome, years, words)
    return [*parts, *([grid] if grid else []), *erosion_sentences(outcome, years, words)]


def _shift(outcome: Outcome, years: int, words: Wording) -> Grid | None:
    """Schuifruimte by year for the reaches of a site that must be emptied; None where nobody has to leave."""
    rows = [
        (
            site_name(row["site"]),
            words.number(row["needed"]),
            words(f"simulated.reach.{row['reach']}"),
            told(row, words),
        )
        for row in outcome.shift_room.filter(years=years).iter_rows(named=True)
        if row["needed"]
    ]
    if not rows:
        return None
    heads = tuple(words(f"programmes.{name}") for name in ("site", "needed", "reach", "found"))
    return Grid(words("programmes.shift_caption", years=years), heads, tuple(rows), ("1fr", "22mm", "45mm", "55mm"),
                (False, True, False, False))  # fmt: skip
