"""`stadspeil check --coverage`: which areas of every source come onto one division, and which do not and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.areas.coverage import CoverageLine, Gap, coverage_lines, coverage_of, present_areas
from stadspeil.areas.small_series import chain_to, links_to, yearly_links
from stadspeil.cli.sessions import Session
from stadspeil.errors import QuestionError
from stadspeil.indicators.small_boundaries import CHANGE_FLAG

_WORDS = {
    "same": "gelijk", "recoded": "hernummerd", "merged": "samengevoegd", "split": "verdeeld",
    "unmatched": "niet te plaatsen", "absent": "zonder cijfer",
}  # fmt: skip
_REASONS = 6
_PLURALS = {"gemeente": "gemeenten", "wijk": "wijken", "buurt": "buurten"}


@dataclass(frozen=True)
class CoverageReport:
    """A table with a row per source, edition and level, and the same in sentences with examples."""

    table: pl.DataFrame
    sentences: tuple[str, ...]


def coverage_report(session: Session, to_boundaries: int | None = None) -> CoverageReport:
    """The coverage of every snapshot in use on the division of `to_boundaries`; unasked the newest that there is.

    Raises: QuestionError when nothing was imported; SourceError when a snapshot is damaged.
    """
    from stadspeil.sources import SnapshotStore, read_snapshot

    store = SnapshotStore(session.workspace.raw)
    present, areas, flags = [], [], []
    for snapshot in store.active():
        reading = read_snapshot(store, snapshot, session.catalogue, session.workspace.parts)
        for frame in (reading.cells, reading.areas):
            if frame.height:
                present.append(present_areas(snapshot.source, snapshot.edition, frame))
        areas.append(_listed(reading.cells, reading.areas, reading.names))
        flags.append(_flags(reading.cells))
    if not present:
        raise QuestionError(
            f"werkmap {session.workspace.root}", "er is nog niets ingelezen", "begin met: stadspeil import BESTAND..."
        )
    to_boundaries = to_boundaries or max(snapshot.boundaries for snapshot in store.active())
    listed = pl.concat(areas).sort("geometry", nulls_last=True).unique(["area", "boundaries"], keep="first")
    links = _links(listed, pl.concat(flags).unique(["area", "boundaries"]), session.register, to_boundaries)
    coverage = coverage_of(pl.concat(present).unique(), to_boundaries, session.register, links)
    lines = coverage_lines(coverage, to_boundaries, _names(session, listed))
    return CoverageReport(_table(lines), tuple(sentence for line in lines for sentence in line_sentences(line)))


def line_sentences(line: CoverageLine) -> Iterator[str]:
    """What became of one edition's areas of one level, then why some were not placed, with named examples."""
    counts = ", ".join(f"{number} {_WORDS[fate]}" for fate, number in line.counts.items() if number)
    edition = f" {line.edition}" if line.edition else ""
    yield (
        f"{line.source}{edition}: {line.areas} {_PLURALS[line.level]} van {line.boundaries} "
        f"op de indeling van {line.to_boundaries}: {counts or 'niets'}"
    )
    for gap in line.gaps[:_REASONS]:
        yield f"  {gap_sentence(gap)}"
    hidden = line.gaps[_REASONS:]
    if hidden:
        yield f"  en {sum(gap.areas for gap in hidden)} gebieden om {len(hidden)} andere redenen"


def gap_sentence(gap: Gap) -> str:
    """How many areas, their fate, why, and which."""
    more = ", …" if gap.areas > len(gap.examples) else ""
    return f"{gap.areas} {_WORDS[gap.fate]}, {gap.reason}: {', '.join(gap.examples)}{more}"


def _table(lines: list[CoverageLine]) -> pl.DataFrame:
    rows = [
        {
            "source": line.source, "edition": line.edition, "level": line.level, "boundaries": line.boundaries,
            "to_boundaries": line.to_boundaries, "areas": line.areas, **line.counts,
            "reasons": "; ".join(map(gap_sentence, line.gaps[:_REASONS])),
        }
        for line in lines
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _listed(cells: pl.DataFrame, areas: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The wijken and buurten of a snapshot, with name and map where it has them."""
    small = pl.col("level").cast(pl.String).is_in(["wijk", "buurt"])
    columns = (pl.col("area"), pl.col("level").cast(pl.String), pl.col("boundaries"))
    mapped = areas.filter(small).select(*columns, "name", "geometry")
    seen = cells.filter(small).select(*columns).unique()
    known = names.select("area", "name").unique("area") if {"area", "name"} <= set(names.columns) else None
    named = seen.join(known, on="area", how="left") if known is not None else seen.with_columns(name=pl.lit(None))
    return pl.concat([
        mapped,
        named.select("area", "level", "boundaries", pl.col("name").cast(pl.String).fill_null(""),
                     pl.lit(None, dtype=pl.Binary).alias("geometry")),
    ])  # fmt: skip


def _flags(cells: pl.DataFrame) -> pl.DataFrame:
    flagged = cells.filter((pl.col("field") == CHANGE_FLAG) & pl.col("value").is_not_null())
    return flagged.select("area", "boundaries", flag=pl.col("value").cast(pl.Int8))


def _links(listed: pl.DataFrame, flags: pl.DataFrame, register: AreaRegister, to_boundaries: int) -> pl.DataFrame:
    steps = yearly_links(listed, flags, register)
    by_level = [[each for each in steps if _is_of(each, prefix)] for prefix in ("WK", "BU")]
    return pl.concat([links_to(chain_to(level, to_boundaries), to_boundaries) for level in by_level])


def _is_of(links: pl.DataFrame, prefix: str) -> bool:
    return bool(links.select(pl.coalesce("from_area", "to_area").str.starts_with(prefix).any()).item())


def _names(session: Session, listed: pl.DataFrame) -> dict[str, str]:
    gemeenten = dict(session.catalogue.gemeenten.select("code", "name").iter_rows())
    latest = listed.filter(pl.col("name") != "").sort("boundaries").unique("area", keep="last", maintain_order=True)
    return gemeenten | dict(latest.select("area", "name").iter_rows())
