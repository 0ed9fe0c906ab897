"""Figures of wijken and buurten on the division of another year, and the breaks that remain.

Links of consecutive years are multiplied into links over more years. What holds for gemeenten holds here: counts are
added with the weights, what is no count passes only where the ground is the same, a part without a number makes the
sum so. On top of that a series of small areas can break: then nothing before the break has a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from stadspeil.areas.rebase import impossible_cells, summed_cells
from stadspeil.areas.register import AreaRegister
from stadspeil.areas.small_areas import BASES, LINKS, WHOLE_BASES, Basis, Division, check_links, link_small_areas
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS, Contract, check
from stadspeil.errors import ContractError, QuestionError

BREAKS = Contract(
    name="breaks",
    row="a wijk or buurt whose figures cannot be compared with those before a boundary year",
    key=("area", "boundaries"),
    columns={"area": pl.String, "boundaries": pl.Int16, "first_year_after": pl.Int16, "reason": pl.String},
    required=("area", "boundaries", "first_year_after", "reason"),
)


@dataclass(frozen=True)
class SmallSeries:
    """Cells on one division, and the areas of that division whose series begins later than the cells do."""

    cells: pl.DataFrame
    breaks: pl.DataFrame


def compose_links(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """The links of two steps as one: the matrix product, in which an unknown weight stays unknown.

    Old areas that were lost stay lost; what a later area took from a broken one is broken too. `broken_in` is the
    latest year of a break on the way, `basis` the weakest on the way.

    Raises:  QuestionError when the second step does not begin where the first ends; ContractError when it lacks an
             area in which the first ends.
    """
    _refuse_gap(first, second)
    onward = second.filter(pl.col("from_area").is_not_null())
    lost = first.filter(pl.col("to_area").is_null())
    begun = second.filter(pl.col("from_area").is_null())
    walked = first.filter(pl.col("to_area").is_not_null()).join(
        onward, left_on="to_area", right_on="from_area", suffix="_then"
    )
    steps = walked.select(
        "from_area",
        to_area="to_area_then",
        weight=pl.col("weight") * pl.col("weight_then"),
        basis=pl.max_horizontal(_rank("basis"), _rank("basis_then")),
        broken_in=pl.max_horizontal("broken_in", "broken_in_then"),
        reason=pl.when(pl.col("reason_then") != "").then("reason_then").otherwise("reason"),
    )
    ends = [
        each.select("from_area", "to_area", "weight", _rank("basis"), "broken_in", "reason") for each in (lost, begun)
    ]
    somewhere = pl.col("from_area").is_not_null() | pl.col("to_area").is_not_null()
    product = _added_up(pl.concat([steps, *ends], how="vertical_relaxed").filter(somewhere))
    years = {"from_boundaries": _only(first, "from_boundaries"), "to_boundaries": _only(second, "to_boundaries")}
    shaped = product.with_columns(
        *(pl.lit(year, dtype=pl.Int16).alias(name) for name, year in years.items()),
        basis=pl.col("basis").replace_strict(dict(enumerate(BASES)), return_dtype=pl.String).cast(Basis),
    )
    return shaped.select(list(LINKS.columns)).sort("from_area", "to_area", nulls_last=True)


def links_to(steps: Sequence[pl.DataFrame], to_boundaries: int) -> pl.DataFrame:
    """Links from every earlier year of a chain of yearly steps to one target year, in one frame.

    Shape:   LINKS of all from_boundaries together.
    Raises:  QuestionError when a year in between is missing.
    """
    ordered = sorted(
        (each for each in steps if _only(each, "to_boundaries") <= to_boundaries),
        key=lambda each: _only(each, "from_boundaries"),
    )
    if not ordered:
        return pl.DataFrame(schema=dict(LINKS.columns))
    if _only(ordered[-1], "to_boundaries") != to_boundaries:
        raise QuestionError(
            f"wijken en buurten op de indeling van {to_boundaries}",
            f"er zijn koppelingen tot en met {_only(ordered[-1], 'to_boundaries')}",
            "lees de kerncijfers van de jaren daarna in; daarin staan de wijzigingsvlaggen",
        )
    chains = [reduce(compose_links, ordered[start:]) for start in range(len(ordered))]
    return pl.concat(chains)


def yearly_links(
    areas: pl.DataFrame, flags: pl.DataFrame, register: AreaRegister, weights: Mapping[int, pl.DataFrame] | None = None
) -> list[pl.DataFrame]:
    """The links of every two consecutive years of which both lists and the later year's flags are there.

    `areas` has area, level, name, boundaries and geometry, as AREAS; `flags` has area, boundaries and flag; `weights`
    are by the later year. Wijken and buurten give steps of their own, because flags of one may lack.

    Shape:   LINKS per step, ordered by level and year.
    """
    steps = []
    for level in ("wijk", "buurt"):
        lists = areas.filter(pl.col("level") == level).partition_by("boundaries", as_dict=True)
        flagged = flags.filter(pl.col("area").str.starts_with("WK" if level == "wijk" else "BU"))
        by_year = flagged.partition_by("boundaries", as_dict=True)
        for late in sorted(year for (year,) in by_year if (year,) in lists and (year - 1,) in lists):
            told = dict(by_year[(late,)].select("area", "flag").iter_rows())
            before, after = Division(late - 1, lists[(late - 1,)]), Division(late, lists[(late,)])
            given = _of_level((weights or {}).get(late), before)
            steps.append(link_small_areas(before, after, told, register, given))
    return steps


def chain_to(steps: Iterable[pl.DataFrame], to_boundaries: int) -> list[pl.DataFrame]:
    """The steps that lead without a gap to a target year, oldest first; what lies before a gap is left out.

    The steps must be of one level: split those of `yearly_links` by the first letter of their areas.
    """
    by_end = {_only(each, "to_boundaries"): each for each in steps if each.height}
    chain: list[pl.DataFrame] = []
    end = to_boundaries
    while end in by_end:
        chain.insert(0, by_end[end])
        end -= 1
    return chain


def breaks_of(links: pl.DataFrame) -> pl.DataFrame:
    """The areas of the target year whose series is broken, with the first boundary year after the last break.

    Shape:   BREAKS, one row per area and target year.
    """
    unknown = links.filter(pl.col("weight").is_null() & pl.col("to_area").is_not_null())
    last = unknown.sort("broken_in", "reason", descending=[True, False]).group_by(
        area="to_area", boundaries="to_boundaries"
    )
    found = last.agg(first_year_after=pl.col("broken_in").first(), reason=pl.col("reason").first())
    return check(found.sort("area"), BREAKS, "breuken in reeksen")


def rebase_small_cells(
    cells: pl.DataFrame, fields: Mapping[str, Field], links: pl.DataFrame, to_boundaries: int
) -> SmallSeries:
    """Cells of wijken and buurten on the division of `to_boundaries`, with the breaks.

    `links` are those of `links_to`, for every division that the cells are on.

    Shape:   CELLS in and out, all on `to_boundaries`; BREAKS beside it.
    Units:   as the field. Sums are `afgeleid`, and fractions where an area was divided.
    Status:  as in `rebase_cells`. A count of an area that took ground of unknown origin is `onmogelijk`, traced to a
             known part, else to the area that had its code; where neither exists there is no cell, only a break.
    Raises:  QuestionError for other levels and for a later division than asked (a changed area cannot be taken
             apart); ContractError for unknown fields and areas that have no link.
    """
    _refuse_what_cannot_be(cells, fields, links, to_boundaries)
    counts = [each.id for each in fields.values() if each.type == "count"]
    wanted = links.filter(pl.col("to_boundaries") == to_boundaries)
    moved = []
    for (boundaries,), block in sorted(cells.partition_by("boundaries", as_dict=True).items()):
        if boundaries == to_boundaries:
            moved.append(block)
        else:
            steps = wanted.filter(pl.col("from_boundaries") == boundaries)
            moved.append(_rebase_block(block, steps, counts, to_boundaries))
    result = pl.concat([pl.DataFrame(schema=dict(CELLS.columns)), *moved])
    used = wanted.filter(pl.col("from_boundaries").is_in(cells["boundaries"].unique().to_list()))
    return SmallSeries(
        check(result, CELLS, f"wijken en buurten omrekenen naar de indeling van {to_boundaries}"), breaks_of(used)
    )


def _rebase_block(block: pl.DataFrame, links: pl.DataFrame, counts: Iterable[str], to_boundaries: int) -> pl.DataFrame:
    whole = _whole(links)
    codes = dict(whole.select("from_area", "to_area").iter_rows())
    carried = block.filter(pl.col("area").is_in(list(codes))).with_columns(pl.col("area").replace(codes))
    changed = block.filter(~pl.col("area").is_in(list(codes)))
    weights = _traced(links.join(whole, on=["from_area", "to_area"], how="anti"), block)
    is_count = pl.col("field").is_in(list(counts))
    derived = pl.concat([
        summed_cells(changed.filter(is_count), weights, to_boundaries),
        impossible_cells(changed.filter(~is_count), weights, to_boundaries),
    ])  # fmt: skip
    levels = pl.when(pl.col("area").str.starts_with("WK")).then(pl.lit("wijk")).otherwise(pl.lit("buurt"))
    derived = derived.with_columns(level=levels.cast(CELLS.columns["level"]))
    return pl.concat([carried.with_columns(boundaries=pl.lit(to_boundaries, dtype=pl.Int16)), derived])


def _whole(links: pl.DataFrame) -> pl.DataFrame:
    """Links between areas that are the same ground: the old has no other heir, the new no other origin."""
    alone = (pl.len().over("from_area") == 1) & (pl.len().over("to_area") == 1)
    return links.filter(alone & pl.col("basis").is_in(WHOLE_BASES) & pl.col("from_area").is_not_null())


def _traced(links: pl.DataFrame, block: pl.DataFrame) -> pl.DataFrame:
    """Weights in the shape of those of gemeenten; a nameless origin gets the old area of the same code."""
    had_code = pl.col("to_area").is_in(block["area"].unique().to_list())
    origin = pl.coalesce("from_area", pl.when(had_code).then("to_area"))
    named = links.filter(pl.col("to_area").is_not_null()).select(from_code=origin, to_code="to_area", weight="weight")
    # The same code may stand there twice: with a weight of its own, and for what came from elsewhere.
    return named.group_by("from_code", "to_code").agg(weight=_sum_or_null("weight")).sort("from_code", "to_code")


def _added_up(steps: pl.DataFrame) -> pl.DataFrame:
    return steps.group_by("from_area", "to_area").agg(
        weight=_sum_or_null("weight"),
        basis=pl.col("basis").max(),
        broken_in=pl.col("broken_in").max(),
        reason=pl.col("reason").sort_by(pl.col("broken_in").fill_null(0), descending=True).first(),
    )


def _sum_or_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_null().any()).then(None).otherwise(pl.col(column).sum())


def _rank(column: str) -> pl.Expr:
    ranks = {name: rank for rank, name in enumerate(BASES)}
    return pl.col(column).cast(pl.String).replace_strict(ranks, return_dtype=pl.Int8)


def _of_level(weights: pl.DataFrame | None, before: Division) -> pl.DataFrame | None:
    return None if weights is None else weights.filter(pl.col("from_area").is_in(before.areas["area"].to_list()))


def _only(links: pl.DataFrame, column: str) -> int:
    years: list[int] = links[column].unique().to_list()
    if len(years) != 1:
        raise ContractError("koppelingen van gebieden", f"{len(years)} jaren in kolom '{column}' van één stap")
    return years[0]


def _refuse_gap(first: pl.DataFrame, second: pl.DataFrame) -> None:
    end, start = _only(first, "to_boundaries"), _only(second, "from_boundaries")
    if end != start:
        raise QuestionError(
            "reeks van wijken en buurten",
            f"de koppeling naar {end} sluit niet aan op die vanaf {start}",
            "lees de jaren ertussen in",
        )
    reached = set(first["to_area"].drop_nulls())
    missing = sorted(reached - set(second["from_area"].drop_nulls()))
    if missing:
        raise ContractError(
            f"koppeling van gebieden vanaf {start}",
            f"{len(missing)} gebieden van {start} staan er niet in, eerste: {', '.join(missing[:5])}",
            "maak beide koppelingen van dezelfde lijst van dat jaar",
        )


def _refuse_what_cannot_be(
    cells: pl.DataFrame, fields: Mapping[str, Field], links: pl.DataFrame, to_boundaries: int
) -> None:
    levels = sorted(set(cells["level"].unique()) - {"wijk", "buurt"})
    if levels:
        raise QuestionError(
            f"cijfers van {' en '.join(levels)}", "hier worden alleen wijken en buurten omgerekend", "geef die apart"
        )
    later = sorted(year for year in cells["boundaries"].unique() if year > to_boundaries)
    if later:
        raise QuestionError(
            f"cijfers op de indeling van {', '.join(map(str, later))}",
            f"omrekenen naar {to_boundaries} kan niet: een gewijzigd gebied is niet terug te delen",
            f"kies een indeling van {later[-1]} of later",
        )
    problems = [f"veld '{name}' staat niet in fields.toml" for name in sorted(set(cells["field"]) - set(fields))]
    check_links(links, "koppelingen van gebieden")
    known = links.filter(pl.col("to_boundaries") == to_boundaries).select("from_area", "from_boundaries")
    strangers = (
        cells.filter(pl.col("boundaries") != to_boundaries)
        .select("area", "boundaries")
        .unique()
        .join(known, left_on=["area", "boundaries"], right_on=["from_area", "from_boundaries"], how="anti")
        .sort("boundaries", "area")
    )
    for (year,), group in sorted(strangers.partition_by("boundaries", as_dict=True).items()):
        shown = ", ".join(group["area"].to_list()[:5])
        problems.append(f"{group.height} gebieden van {year} hebben geen koppeling naar {to_boundaries}: {shown}")
    if problems:
        raise ContractError("omrekenen van wijken en buurten", problems[:20])
