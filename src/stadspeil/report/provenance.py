"""Where the figures come from: the snapshots of a workspace as numbered sources, and which of them each line rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator, title_in
from stadspeil.report.document import SourceLine
from stadspeil.report.wording import Wording
from stadspeil.sources import Snapshot
from stadspeil.sources.cells import invented_among

SHORT_CHECKSUM = 12
# What stands for the source of boundaries that nobody published.
_INVENTED = "Nieuwland"
# Snapshots of the town's cells by field and year, then by boundaries.
CellSnapshots = dict[tuple[str, int], dict[int, set[str]]]


def source_lines(
    snapshots: Sequence[Snapshot], catalogue: Catalogue, used: Collection[str], lang: str = "nl"
) -> tuple[SourceLine, ...]:
    """Snapshots numbered from 1, alike in every language: those that the report uses first, then by title, edition and file."""
    ordered = sorted(
        snapshots,
        key=lambda each: (each.id not in used, _title(each, catalogue), str(each.edition), each.file_name, each.id),
    )
    return tuple(
        _source_line(number, each, catalogue, each.id in used, lang) for number, each in enumerate(ordered, start=1)
    )


def snapshots_of(indicator: Indicator, cells: CellSnapshots, year: int, boundaries: int) -> set[str]:
    """Ids of the snapshots that one value of the town was made from.

    A figure on other boundaries than the publisher's was summed from cells on the publisher's own.
    """
    counted = [indicator.numerator, indicator.denominator]
    if not all((name, year) in cells for name in counted):
        counted = [indicator.column or indicator.id]
    found: set[str] = set()
    for name in counted:
        by_boundaries = cells.get((name, year), {})
        chosen = [by_boundaries[boundaries]] if boundaries in by_boundaries else by_boundaries.values()
        found.update(*chosen)
    return found


def cells_by_field(cells: pl.DataFrame) -> CellSnapshots:
    """Which snapshots the cells of a town came from."""
    found: CellSnapshots = {}
    for name, year, boundaries, snapshot in (
        cells.select("field", "year", "boundaries", "snapshot").unique().iter_rows()
    ):
        found.setdefault((name, year), {}).setdefault(boundaries, set()).add(snapshot)
    return found


def _title(snapshot: Snapshot, catalogue: Catalogue, lang: str = "nl") -> str:
    source = catalogue.sources.get(snapshot.source)
    return snapshot.source if source is None else title_in(source, lang)


def _source_line(number: int, snapshot: Snapshot, catalogue: Catalogue, used: bool, lang: str) -> SourceLine:
    source = catalogue.sources.get(snapshot.source)
    edition = str(snapshot.edition or "")
    table_ids = [each.statline for each in source.editions if each.edition == edition] if source else []
    return SourceLine(
        number=number,
        source=snapshot.source,
        title=_title(snapshot, catalogue, lang),
        publisher=source.publisher if source else "",
        edition=edition,
        table_id=next(iter(table_ids), ""),
        boundaries=str(snapshot.boundaries or ""),
        file_name=snapshot.file_name,
        rows=snapshot.rows,
        licence=snapshot.licence or (source.licence if source else ""),
        checksum=snapshot.checksum[:SHORT_CHECKSUM],
        snapshot=snapshot.id,
        homepage=source.homepage if source else "",
        used=used,
    )


def source_of_ground(ground: pl.DataFrame, snapshots: Sequence[Snapshot], catalogue: Catalogue) -> str:
    """Title and publisher of the source that boundaries came from; nothing where there are none.

    Of an invented country that is the country itself: its files only have the shape of the publisher's.
    """
    drawn = ground.filter(pl.col("geometry").is_not_null())
    if drawn.is_empty():
        return ""
    if True in invented_among(drawn["area"].unique()):
        return _INVENTED
    newest = drawn.filter(pl.col("boundaries") == pl.col("boundaries").max())["snapshot"].unique().sort().to_list()
    found = []
    for each in sorted((each for each in snapshots if each.id in newest), key=lambda each: each.id):
        source = catalogue.sources.get(each.source)
        found.append(f"{source.title} ({source.publisher})" if source else each.source)
    return ", ".join(dict.fromkeys(found)) or ", ".join(newest)


def ground_said(source: str, year: int, words: Wording) -> str:
    """What a map says of its boundaries."""
    return words("maps.invented" if source == _INVENTED else "maps.source", source=source, year=year)
