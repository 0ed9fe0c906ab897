"""Which areas of every source could be brought onto one division, how, and which could not and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from stadspeil.areas.codes import is_invented
from stadspeil.areas.register import FIRST_BOUNDARIES, AreaRegister
from stadspeil.areas.small_areas import WHOLE_BASES
from stadspeil.contracts import Contract

FATES = ("same", "recoded", "merged", "split", "unmatched", "absent")

COVERAGE = Contract(
    name="coverage",
    row="an area of a source and what became of it on the target division",
    key=("source", "edition", "area", "boundaries", "fate"),
    columns={
        "source": pl.String, "edition": pl.String, "level": pl.String, "boundaries": pl.Int16, "area": pl.String,
        "fate": pl.Enum(FATES), "reason": pl.String,
    },
    required=("source", "edition", "level", "boundaries", "area", "fate", "reason"),
)  # fmt: skip

_KEY = ("source", "edition", "level", "boundaries")
_EXAMPLES = 5


@dataclass(frozen=True)
class Gap:
    """Areas that could not be matched, or for which there is nothing, for one reason; up to five are named."""

    fate: str
    reason: str
    areas: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class CoverageLine:
    """One edition of one source at one level. `merged` and `split` count the areas of the source, not of the target."""

    source: str
    edition: str
    level: str
    boundaries: int
    to_boundaries: int
    counts: Mapping[str, int]
    gaps: tuple[Gap, ...]

    @property
    def areas(self) -> int:
        """How many areas the source has."""
        return sum(number for fate, number in self.counts.items() if fate != "absent")


@dataclass(frozen=True)
class _Target:
    """What the areas are brought onto."""

    boundaries: int
    register: AreaRegister
    links: pl.DataFrame | None

    def labels(self, codes: Iterable[str]) -> str:
        return " en ".join(f"{code} {self.register.name(code)}" for code in sorted(codes))


def present_areas(source: str, edition: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The areas in a frame of CELLS or AREAS, as rows for `coverage_of`."""
    areas = frame.select("area", pl.col("level").cast(pl.String), "boundaries").unique()
    return areas.select(pl.lit(source).alias("source"), pl.lit(edition).alias("edition"), pl.all())


def coverage_of(
    present: pl.DataFrame,
    to_boundaries: int,
    register: AreaRegister,
    links: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What becomes of every gemeente, wijk and buurt of every source on the division of `to_boundaries`.

    `present` has source, edition, area, level and boundaries; `links` are those of `links_to` the same year.
    A gemeente of the target of which the source has no part is there as `absent`.

    Shape:   COVERAGE.
    """
    target = _Target(to_boundaries, register, links)
    rows = []
    for key, block in sorted(present.partition_by(_KEY, as_dict=True).items()):
        level, boundaries = str(key[2]), int(key[3])
        if level in ("gemeente", "wijk", "buurt"):
            codes = sorted(block["area"].unique())
            fates = _gemeenten(codes, boundaries, target) if level == "gemeente" else _small(codes, boundaries, target)
            rows += [(*key, code, fate, reason) for code, fate, reason in fates]
    return pl.DataFrame(rows, schema=dict(COVERAGE.columns), orient="row")


def coverage_lines(coverage: pl.DataFrame, to_boundaries: int, names: Mapping[str, str]) -> list[CoverageLine]:
    """The same per source, edition and level, with the reasons for what could not be matched."""
    lines = []
    for key, block in sorted(coverage.partition_by(_KEY, as_dict=True).items()):
        counts = dict.fromkeys(FATES, 0) | dict(block.group_by(pl.col("fate").cast(pl.String)).len().iter_rows())
        gaps = tuple(gap for fate in ("unmatched", "absent") for gap in _gaps(block, fate, names))
        source, edition, level, boundaries = key
        lines.append(CoverageLine(source, edition, level, boundaries, to_boundaries, counts, gaps))
    return lines


def _gaps(block: pl.DataFrame, fate: str, names: Mapping[str, str]) -> Iterator[Gap]:
    reasons = (
        block.filter(pl.col("fate") == fate)
        .sort("area")
        .group_by("reason", maintain_order=True)
        .agg(areas=pl.len(), first=pl.col("area").head(_EXAMPLES))
    )
    for reason, areas, first in reasons.sort("areas", descending=True, maintain_order=True).iter_rows():
        yield Gap(fate, reason, areas, tuple(f"{code} {names.get(code, '')}".strip() for code in first))


def _gemeenten(codes: list[str], boundaries: int, target: _Target) -> Iterator[tuple[str, str, str]]:
    known, strangers = _split_known(codes, boundaries, target.register)
    for code, reason in strangers:
        yield code, "unmatched", reason
    if min(boundaries, target.boundaries) < FIRST_BOUNDARIES:
        return
    fates = (
        _forward(known, boundaries, target) if boundaries <= target.boundaries else _backward(known, boundaries, target)
    )
    reached: set[str] = set()
    for code, to_codes, fate, reason in fates:
        reached |= to_codes
        yield code, fate, reason
    wanted = {code for code in target.register.codes(target.boundaries) if not is_invented(code)}
    for code in sorted(wanted - reached if any(not is_invented(code) for code in known) else ()):
        yield code, "absent", f"deze bron heeft geen cijfer van wat in {target.boundaries} deze gemeente is"


def _split_known(codes: list[str], boundaries: int, register: AreaRegister) -> tuple[list[str], list[tuple[str, str]]]:
    if boundaries < FIRST_BOUNDARIES:
        return [], [(code, f"de gemeenten van voor {FIRST_BOUNDARIES} zijn niet bekend") for code in codes]
    known = register.codes(boundaries)
    strange = [(code, f"bestond in {boundaries} niet") for code in codes if code not in known]
    return [code for code in codes if code in known], strange


def _forward(codes: list[str], boundaries: int, target: _Target) -> Iterator[tuple[str, set[str], str, str]]:
    unchanged = target.register.unchanged(boundaries, target.boundaries)
    shares: dict[str, dict[str, float | None]] = {}
    for code, to_code, weight in target.register.weights(boundaries, target.boundaries).iter_rows():
        shares.setdefault(code, {})[to_code] = weight
    for code in codes:
        heirs = target.labels(shares[code])
        if code in unchanged:
            fate, reason = ("same" if unchanged[code] == code else "recoded"), ""
        elif None in shares[code].values():
            fate, reason = "unmatched", f"verdeeld over {heirs}, en het aandeel is niet bekend"
        elif len(shares[code]) == 1:
            fate, reason = "merged", f"samen met andere grond in {heirs}"
        else:
            fate, reason = "split", f"verdeeld over {heirs}"
        yield code, set(shares[code]), fate, reason


def _backward(codes: list[str], boundaries: int, target: _Target) -> Iterator[tuple[str, set[str], str, str]]:
    """A later gemeente cannot be taken apart, so only what did not change goes back."""
    earlier = {new: old for old, new in target.register.unchanged(target.boundaries, boundaries).items()}
    for code in codes:
        if code in earlier:
            yield code, {earlier[code]}, "same" if earlier[code] == code else "recoded", ""
        else:
            yield code, set(), "unmatched", f"kreeg na {target.boundaries} andere grond, en is niet terug te delen"


def _small(codes: list[str], boundaries: int, target: _Target) -> Iterator[tuple[str, str, str]]:
    if boundaries == target.boundaries:
        yield from ((code, "same", "") for code in codes)
        return
    if boundaries > target.boundaries:
        yield from (
            (code, "unmatched", f"volgt een latere indeling dan {target.boundaries}, en is niet terug te delen")
            for code in codes
        )
        return
    rows = _rows_from(boundaries, target)
    if not rows:
        reason = f"van {boundaries} naar {target.boundaries} zijn geen wijzigingsvlaggen van elk jaar ingelezen"
        yield from ((code, "unmatched", reason) for code in codes)
        return
    broken = _broken(boundaries, target)
    for code in codes:
        yield (code, *_small_fate(code, rows.get(code), broken, boundaries))


Row = tuple[str | None, float | None, str, str]


def _small_fate(code: str, row: list[Row] | None, broken: Mapping[str, str], boundaries: int) -> tuple[str, str]:
    if row is None:
        return "unmatched", f"staat niet in de lijst van {boundaries}"
    lost = [reason for _, weight, _, reason in row if weight is None]
    lost += [broken[to_area] for to_area, *_ in row if to_area is not None and to_area in broken]
    if lost:
        return "unmatched", lost[0]
    if len(row) > 1:
        return "split", ""
    to_area, _, basis, _ = row[0]
    if basis in WHOLE_BASES:
        return ("same" if to_area == code else "recoded"), ""
    return "merged", ""


def _rows_from(boundaries: int, target: _Target) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for from_area, *rest in _steps(boundaries, target).iter_rows():
        if from_area is not None:
            rows.setdefault(from_area, []).append((rest[0], rest[1], rest[2], rest[3]))
    return rows


def _broken(boundaries: int, target: _Target) -> dict[str, str]:
    steps = _steps(boundaries, target).filter(pl.col("weight").is_null() & pl.col("to_area").is_not_null())
    return dict(steps.select("to_area", "reason").iter_rows())


def _steps(boundaries: int, target: _Target) -> pl.DataFrame:
    columns = ("from_area", "to_area", "weight", "basis", "reason")
    if target.links is None:
        return pl.DataFrame(schema=list(columns))
    years = (pl.col("from_boundaries") == boundaries) & (pl.col("to_boundaries") == target.boundaries)
    return target.links.filter(years).select(columns)
