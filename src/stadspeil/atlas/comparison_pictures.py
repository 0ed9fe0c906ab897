"""A comparison as a picture: which areas, means and numbers stand in which row of the figure, and what slides get."""

from __future__ import annotations

from stadspeil.atlas.comparing import Cell, Compared, Comparing
from stadspeil.atlas.comparing_tables import unit_of
from stadspeil.atlas.comparison_figure import Figure, FigureRow, Lane, figure_alt, figure_svg
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Picture, Series
from stadspeil.report.drawing.content import Content, PlacePanels, PlaceRow, Places
from stadspeil.report.figures import GROUP_SHAPES
from stadspeil.report.wording import DASH, Wording, join_unit

# One shape per kind of mean; groups have one each, in the order of the catalogue.
_SHAPES = {"region_net": "bar", "set": "cross", "country": "dash"}


def figure_of(site: Site, found: Comparing, words: Wording) -> Figure | None:
    """Judged rows only: what is neither good nor bad has no mark and no favourable place. One figure alone: its values."""
    choice = found.choice
    if choice.single:
        return _figure_alone(site, found, words)
    judged = [each for each in found.rows if each.judged and any(cell.mark is not None for cell in each.cells)]
    if not judged:
        return None
    shapes = _shapes(site, found)
    rows = []
    for each in judged:
        lanes = tuple(
            Lane(code, site.name(code), cell.mark, cell.mark_margin, cell.place.rank, cell.place.ranked, cell.place.noise,
                 cell.place.choices, cell.side, words.mark(cell.mark), short_place(cell), cell.place.tied)
            if (cell := each.cell(code)) is not None and not cell.vague else _empty(site, code)
            for code in choice.areas
        )  # fmt: skip
        means = tuple((shapes[mean.id], found.names[mean.id], mean.mark) for mean in each.means
                      if mean.mark is not None and mean.kind != "country")  # fmt: skip
        rows.append(FigureRow(f"{site.title(each.id, words.lang)} ({each.edition[0]})", lanes, means))
    low, high, middle = (site.catalogue.parameter(name) for name in ("mark_min", "mark_max", "mark_mean"))
    return Figure(
        tuple(rows), choice.lit, words("figure.marks_head"), (low, high, middle), choice.level == "gemeente",
        {found.names[id]: shape for id, shape in shapes.items() if found.kinds[id] != "country"},
        tuple(site.name(code) for code in choice.areas),
    )  # fmt: skip


def _figure_alone(site: Site, found: Comparing, words: Wording) -> Figure | None:
    """A row per area, the most favourable or highest on top; the means as rows of their own among them."""
    if not found.rows:
        return None
    each, shapes = found.rows[0], _shapes(site, found)
    entry = site.catalogue.indicators.get(each.id)
    rows = []
    for cell in each.cells:
        if cell.value is None:
            continue
        placed = short_place(cell) if each.judged else ""
        lane = Lane(cell.area, site.name(cell.area), cell.value, cell.margin, cell.place.rank if each.judged else None,
                    cell.place.ranked, cell.place.noise, cell.place.choices, cell.side,
                    words.number(cell.value, entry.decimals if entry else 1), placed, cell.place.tied)  # fmt: skip
        rows.append((cell.value, FigureRow(site.name(cell.area), (lane,), ())))
    for mean in each.means:
        if mean.value is not None:
            rows.append(
                (
                    mean.value,
                    FigureRow(found.names[mean.id], (), ((shapes[mean.id], found.names[mean.id], mean.value),)),
                )
            )
    lower = entry is not None and entry.direction == "lower_is_better"
    ordered = [row for _, row in sorted(rows, key=lambda pair: pair[0] if lower else -pair[0])]
    unit = unit_of(site, each, words)
    head = site.title(each.id, words.lang) + (f" ({unit})" if unit else "") + f", {each.edition[0]}"
    with_places = found.choice.level == "gemeente" and any(
        lane.rank is not None for row in ordered for lane in row.lanes
    )
    return Figure(tuple(ordered), found.choice.lit, head, None, with_places, {}, (), alone=True)


def _empty(site: Site, code: str) -> Lane:
    return Lane(code, site.name(code), None, None, None, 0, None, None, "", DASH, "")


def _shapes(site: Site, found: Comparing) -> dict[str, str]:
    order = sorted(site.catalogue.groups.values(), key=lambda each: each.order)
    of_group = {each.id: GROUP_SHAPES[number % len(GROUP_SHAPES)] for number, each in enumerate(order)}
    return {id: of_group.get(id) or _SHAPES[kind] for id, kind in found.kinds.items()}


def pictures_of(found: Comparing, figure: Figure | None, title: str, words: Wording) -> tuple[Picture, ...]:
    """The figure, with its places as content for slides; nothing where there is no figure."""
    if figure is None:
        return ()
    content: Content | None = None
    if figure.with_places:
        panels = tuple(
            (row.title, Places(tuple(
                PlaceRow(lane.name, lane.rank, lane.ranked, lane.noise, lane.choices, lane.tied) for lane in row.lanes if lane.rank is not None
            ))) for row in figure.rows if any(lane.rank is not None for lane in row.lanes)
        )  # fmt: skip
        if figure.alone:
            content = Places(tuple(row for _, places in panels for row in places.rows)) if panels else None
        else:
            content = PlacePanels(panels) if panels else None
    return (
        Picture(
            "figuur",
            figure_svg(figure, words),
            title,
            figure_alt(figure, words),
            "vergelijking",
            content,
            figure_svg(figure, words, narrow=True),
        ),
    )


def series_of(site: Site, found: Comparing, words: Wording) -> tuple[Series, ...]:
    """Marks as bars that PowerPoint can edit: subjects along the axis, an area per color."""
    judged = [each for each in found.rows if each.judged]
    if found.choice.single or not judged:
        return ()
    cells = {
        site.name(code): tuple(cell.mark if (cell := each.cell(code)) is not None else None for each in judged)
        for code in found.choice.areas
    }
    names = tuple(site.title(each.id, words.lang) for each in judged)
    return (Series("cijfers", "bar", words("figure.marks_head"), names, cells),)


def short_place(cell: Cell) -> str:
    """'212 (180\u2013240)', with a question mark where nobody knows what else is possible."""
    if cell.place.rank is None:
        return ""
    low, high, _ = cell.range or ("?", "?", "")
    return f"{cell.place.rank} ({low}\u2013{high})" if cell.range else f"{cell.place.rank} (?)"


def quantity(site: Site, each: Compared, value: float, margin: float | None, words: Wording) -> str:
    """A value with its margin and unit."""
    entry = site.catalogue.indicators.get(each.id)
    decimals = entry.decimals if entry is not None else 1
    said = words.number(value, decimals)
    if margin is not None:
        said += f" ±\u00a0{words.number(margin, decimals)}"
    return join_unit(said, words.unit(entry.unit)) if entry is not None else said
