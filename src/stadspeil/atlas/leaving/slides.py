"""A view as slides: native charts and tables that PowerPoint can change; only what is no chart stays a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from stadspeil.atlas.leaving.about import About, Leaving, head_of
from stadspeil.atlas.leaving.documents import columns_and_rows
from stadspeil.atlas.leaving.pictures import size_of
from stadspeil.atlas.views import Column, Picture, Series, Table, View
from stadspeil.report import native_charts
from stadspeil.report.deck import MADE, same_each_time
from stadspeil.report.drawing.content import Dials, Panels, Places, Slopes, Waterfall
from stadspeil.report.drawing.paint import width_of
from stadspeil.report.drawing.panels import panel_alt
from stadspeil.report.drawing.places import places_alt
from stadspeil.report.pdf import svg_png
from stadspeil.report.wording import DASH, Wording

_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_INK, _SOFT, _ACCENT, _WARNING, _FAINT = "1D2530", "5B6672", "17466E", "FFE08A", "F3F5F7"
_LINE, _SERIES = "C9D0D8", ("1F5F99", "A84F04", "117755", "7A1F5C", "5B6672")
_WIDE, _HIGH, _LEFT, _INSIDE = 33.867, 19.05, 1.5, 30.8
_ROWS, _TABLES, _COLUMNS, _NOTES = 11, 6, 8, 9
# A table of so many rows is told whole, on as many slides as it needs: else the last, often the weakest, are missing.
_WHOLE = 3 * _ROWS
_FOOT = 17.2
# From here an axis has a sign between its thousands, and no decimals.
_THOUSAND = 1000.0
# Points of our letter that surely fit on a line of a slide: the letter that a reader's program has may be a sixth wider.
_LINE_PT = 730.0
# A text of twelve points in centimeters, with room for a font that is wider than ours; the height of a row of one line.
_TEXT_CM, _ROW_CM = 0.5, 0.92


def as_slides(view: View, about: About, part: str = "") -> Leaving:
    """Slides to tell the page with; equal views give equal bytes."""
    from pptx import Presentation
    from pptx.util import Cm

    deck = Presentation()
    deck.slide_width, deck.slide_height = Cm(_WIDE), Cm(_HIGH)
    maker = _Maker(deck, view, about)
    drawn: list[tuple[str, str, Picture | Series]] = [(each.caption, each.alt, each) for each in view.pictures]
    drawn += [(each.title, _series_alt(each, about), each) for each in _undrawn(view)]
    for number, (caption, alt, each) in enumerate(drawn):
        maker.drawing(caption, alt, each, first=number == 0)
    tables = [each for each in view.tables if each.rows][:_TABLES]
    maker.tables(tables, first=not drawn)
    if not drawn and not tables:
        maker.opening()
    maker.ending()
    properties = deck.core_properties
    properties.title, properties.author = view.title, "Stadspeil"
    properties.created = properties.modified = MADE
    properties.last_modified_by, properties.revision = "Stadspeil", 1
    target = io.BytesIO()
    deck.save(target)
    return Leaving("pptx", _TYPE, same_each_time(target.getvalue()))


def _undrawn(view: View) -> list[Series]:
    """Series that no picture shows."""
    drawn = {each.id for each in view.pictures}
    return [each for each in view.series if each.id not in drawn and each.names]


def _series_alt(series: Series, about: About) -> str:
    told = [
        f"{title}: " + ", ".join(f"{name} {about.words.number(value, 1)}" for name, value in
                                 zip(series.names, values, strict=True))
        for title, values in series.numbers.items()
    ]  # fmt: skip
    return f"{series.title}. {'; '.join(told)}."


class _Maker:
    """Puts slides in a deck, all of one look."""

    def __init__(self, deck: Any, view: View, about: About) -> None:
        self.deck, self.view, self.about, self.words = deck, view, about, about.words

    def opening(self) -> None:
        """The title and the sentence, where there is nothing to draw."""
        slide, _ = self._slide(self.view.title, self.view.reading, large=True)
        self._finish(slide)

    def drawing(self, caption: str, alt: str, drawn: Picture | Series, first: bool) -> None:
        """A drawing as native charts, on as many slides as it needs; the first slide tells the page's sentence."""
        parts = _parts_of(drawn)
        for number, part in enumerate(parts):
            slide, top = self._headed(caption, first and number == 0)
            box = (_LEFT, top, _INSIDE, _FOOT - top)
            for frame, told in self._charts(slide, part, box, alt, drawn):
                frame._element.nvGraphicFramePr.cNvPr.set("descr", told)
            if part is None and isinstance(drawn, Picture):
                _put_picture(slide, drawn, box)
            self._finish(slide)

    def tables(self, tables: Sequence[Table], first: bool) -> None:
        """The first rows of each as a native table; short ones share a slide."""
        slide, top = None, 0.0
        for number, table in enumerate(tables):
            shown = _Shown.of(table, self.words)
            if slide is not None and top + 1.0 + shown.high(shown.rows) < _FOOT - 0.8:
                _say(slide, table.caption, (_LEFT, top + 0.2, _INSIDE, 0.8), 16, _ACCENT, bold=True)
                top += 1.1
            else:
                if slide is not None:
                    self._finish(slide)
                slide, top = self._headed(table.caption, first and number == 0)
            rest = list(shown.rows)
            while True:
                told = shown.fitting(rest, _FOOT - top - 0.8)
                rest = rest[len(told) :]
                top = self._table(slide, table, shown, told, top)
                if not rest or len(table.rows) > _WHOLE:
                    break
                self._finish(slide)
                slide, top = self._headed(self.words("leaving.continued", title=table.caption), False)
        if slide is not None:
            self._finish(slide)

    def _table(self, slide: Any, table: Table, shown: _Shown, kept: list[list[str]], top: float) -> float:
        """These rows, and how many there are where more are left out; where the next may begin."""
        frame = _put_table(slide, (shown.heads, *kept), shown.wide, top, shown.numeric)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
        top += shown.high(kept) + 0.2
        if len(table.rows) > _WHOLE:
            number = self.words.number
            told = self.words("leaving.first_rows", shown=number(len(kept)), all=number(len(table.rows)))
            _say(slide, told, (_LEFT, top, _INSIDE, 0.6), 11, _SOFT)
            top += 0.6
        return top

    def ending(self) -> None:
        """What to mind, where it is from, and where the page stands."""
        words = self.words
        told = [(words("leaving.note"), each) for each in self.view.notes]
        told += [(words("leaving.source"), each) for each in self.view.sources]
        told += [(words("leaving.address"), self.about.address), (words("leaving.made"), self.about.made)]
        for start in range(0, len(told), _NOTES):
            slide, top = self._slide(words("leaving.about"), "")
            frame = _say(slide, "", (_LEFT, top, _INSIDE, _FOOT - top), 14, _INK)
            for number, (name, said) in enumerate(told[start : start + _NOTES]):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                _two_runs(paragraph, f"{name}: ", said)
            self._finish(slide)

    def _charts(self, slide: Any, part: Any, box: native_charts.Box, alt: str, drawn: Any) -> list[tuple[Any, str]]:
        """The native charts of a part with what each shows in words; none for what only a picture can show."""
        words = self.words
        if isinstance(part, Series):
            return [(_series_chart(slide, part, box), alt)]
        if isinstance(part, Panels):
            frames = native_charts.panels(slide, part, part.panels, _roomy(box, len(part.panels)), words)
            return [(f, panel_alt(p, part, words)) for f, p in zip(frames, part.panels, strict=True)]
        if isinstance(part, Places):
            whole = isinstance(drawn, Picture) and part == drawn.content
            return [(native_charts.places(slide, part, box, words), alt if whole else places_alt(part, words))]
        if isinstance(part, Slopes):
            return [(each, alt) for each in native_charts.slopes(slide, part, box, words)]
        if isinstance(part, Waterfall):
            return [(native_charts.waterfall(slide, part, box, words), alt)]
        if isinstance(part, Dials):
            return [(native_charts.dials(slide, part, box, words), alt)]
        return []

    def _headed(self, caption: str, first: bool) -> tuple[Any, float]:
        if first:
            return self._slide(self.view.title, self.view.reading, "" if caption == self.view.title else caption)
        return self._slide(caption, "")

    def _slide(self, title: str, under: str, caption: str = "", large: bool = False) -> tuple[Any, float]:
        """A slide with its title and what stands below it; where the rest may begin, in centimeters."""
        from pptx.util import Cm, Pt

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        shape = slide.shapes.title
        size = 28 if width_of(title, 28, 600) < _LINE_PT else 22
        high = 1.5 if width_of(title, size, 600) < _LINE_PT else 2.0
        shape.text = title
        shape.left, shape.top, shape.width, shape.height = Cm(_LEFT), Cm(0.8), Cm(_INSIDE), Cm(high)
        _look(shape.text_frame, size, _ACCENT, bold=True)
        top = 0.8 + high + 0.2
        for told, points, color in ((under, 24 if large else 17, _INK), (caption, 12, _SOFT)):
            if told:
                lines = -(-width_of(told, points) // _LINE_PT)
                deep = 0.2 + lines * points * 0.0353 * 1.25
                _say(slide, told, (_LEFT, top, _INSIDE, deep), points, color)
                top += deep + 0.1
        slide.notes_slide.notes_text_frame.text = self.view.reading
        slide.notes_slide.notes_text_frame.paragraphs[0].font.size = Pt(12)
        return slide, top + 0.2

    def _finish(self, slide: Any) -> None:
        """Where it is from, and the banner of an invented country."""
        from pptx.dml.color import RGBColor
        from pptx.util import Cm

        told = f"Stadspeil – {self.view.title} – {self.about.address}"
        if width_of(told, 10) > _LINE_PT:
            told = f"Stadspeil – {self.about.address}"
        _say(slide, told, (_LEFT, 17.35, _INSIDE, 0.6), 10, _SOFT)
        if self.about.invented:
            frame = _say(slide, self.words("document.banner"), (0, 18.05, _WIDE, 1.0), 14, _INK)
            box = frame._parent
            box.name, box.width = "banner", Cm(_WIDE)
            box.fill.solid()
            box.fill.fore_color.rgb = RGBColor.from_string(_WARNING)
            frame.margin_left = Cm(_LEFT)


def _roomy(box: native_charts.Box, panels: int) -> native_charts.Box:
    """Four panels fill a slide; one or two may be as large as it."""
    left, top, wide, high = box
    return (left, top, 2 * wide + 0.6 if panels == 1 else wide, 2 * high + 0.4 if panels <= 2 else high)


def _parts_of(drawn: Picture | Series) -> Sequence[Any]:
    """What goes on a slide each; None for a picture."""
    content = drawn if isinstance(drawn, Series) else drawn.content
    if isinstance(content, Panels) and content.panels:
        size = native_charts.PANELS_ON_A_SLIDE
        groups = [content.panels[start : start + size] for start in range(0, len(content.panels), size)]
        return [Panels(content.town, each, content.names) for each in groups]
    if isinstance(content, Places):
        known = content.rows
        if not any(row.possible for row in known):
            return [None]
        # Slides of about equal length: no last one with a single bar.
        size = -(-len(known) // -(-len(known) // native_charts.PLACES_ON_A_SLIDE))
        return [Places(known[start : start + size]) for start in range(0, len(known), size)]
    return [content if isinstance(content, Slopes | Waterfall | Dials | Series) else None]


def _series_chart(slide: Any, series: Series, box: native_charts.Box) -> Any:
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Cm, Pt

    rows = series.kind == "bar"
    order = list(reversed(range(len(series.names)))) if rows else list(range(len(series.names)))
    numbers = CategoryChartData(number_format="General")
    numbers.categories = [series.names[each] for each in order]
    for name, values in series.numbers.items():
        numbers.add_series(name, [values[each] for each in order])
    kind = XL_CHART_TYPE.BAR_CLUSTERED if rows else XL_CHART_TYPE.LINE_MARKERS
    frame = slide.shapes.add_chart(kind, *(Cm(each) for each in box), numbers)
    chart = frame.chart
    chart.font.size, chart.has_title, chart.has_legend = Pt(12), False, len(series.numbers) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(_LINE)
    largest = max((abs(each) for values in series.numbers.values() for each in values if each is not None), default=0.0)
    if largest >= _THOUSAND:
        chart.value_axis.tick_labels.number_format_is_linked = False
        chart.value_axis.tick_labels.number_format = "#,##0"
    for each, color in zip(chart.plots[0].series, _SERIES, strict=False):
        if rows:
            each.format.fill.solid()
            each.format.fill.fore_color.rgb = RGBColor.from_string(color)
        else:
            each.smooth, each.format.line.width = False, Pt(2)
            each.format.line.color.rgb = RGBColor.from_string(color)
    return frame


def _put_picture(slide: Any, picture: Picture, box: native_charts.Box) -> None:
    """The drawing as a picture, as large as fits, in the middle."""
    from pptx.util import Cm

    left, top, wide, high = box
    drawn_wide, drawn_high = size_of(picture.svg)
    share = min(wide / drawn_wide, high / drawn_high)
    size = (drawn_wide * share, drawn_high * share)
    placed = slide.shapes.add_picture(
        io.BytesIO(svg_png(picture.svg, 220.0)), Cm(left + (wide - size[0]) / 2), Cm(top), Cm(size[0]), Cm(size[1])
    )
    placed._element.nvPicPr.cNvPr.set("descr", picture.alt)


def _put_table(
    slide: Any, rows: Sequence[Sequence[str]], wide: Sequence[float], top: float, numeric: Sequence[bool]
) -> Any:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Cm, Pt

    frame = slide.shapes.add_table(
        len(rows), len(wide), Cm(_LEFT), Cm(top), Cm(sum(wide)), Cm(_ROW_CM * len(rows))
    )  # fmt: skip
    for column, width in zip(frame.table.columns, wide, strict=True):
        column.width = Cm(width)
    for place, row in enumerate(rows):
        for number, told in enumerate(row):
            cell = frame.table.cell(place, number)
            cell.text = told
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.font.size, paragraph.font.bold = Pt(12), place == 0
            paragraph.font.color.rgb = RGBColor.from_string("FFFFFF" if place == 0 else _INK)
            paragraph.alignment = PP_ALIGN.RIGHT if numeric[number] else PP_ALIGN.LEFT
            cell.margin_top = cell.margin_bottom = Cm(0.12)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(
                _ACCENT if place == 0 else "FFFFFF" if place % 2 else _FAINT
            )
    return frame


@dataclass(frozen=True)
class _Shown:
    """A table as a slide holds it: texts, centimeters per column, which columns are numbers."""

    heads: list[str]
    rows: list[list[str]]
    wide: list[float]
    numeric: list[bool]

    @classmethod
    def of(cls, table: Table, words: Wording) -> _Shown:
        whole = len(table.rows) <= _WHOLE
        columns, rows = _joined(*columns_and_rows(table, words, _WHOLE if whole else _ROWS))
        columns = columns[:_COLUMNS]
        heads = [head_of(each, words) for each in columns]
        while len(heads) > 1 and sum(_least(number, heads, rows) for number in range(len(heads))) > _INSIDE:
            heads.pop()
        columns, rows = columns[: len(heads)], [row[: len(heads)] for row in rows]
        return cls(heads, rows, _column_widths(heads, rows), [each.kind in ("number", "year") for each in columns])

    def high(self, rows: Sequence[Sequence[str]]) -> float:
        """Centimeters of the head and these rows, by how often their texts wrap."""
        return sum(self._height(row) for row in (self.heads, *rows))

    def fitting(self, rows: Sequence[list[str]], high: float) -> list[list[str]]:
        """The first of these rows that stay within a height; one at least."""
        number = min(len(rows), _ROWS)
        while number > 1 and self.high(rows[:number]) > high:
            number -= 1
        return list(rows[:number])

    def _height(self, row: Sequence[str]) -> float:
        lines = max(
            -(-width_of(told, _TEXT_CM) // max(width - 0.5, 0.5)) for told, width in zip(row, self.wide, strict=True)
        )
        return _ROW_CM + 0.6 * (max(1.0, lines) - 1)


def _joined(columns: Sequence[Column], rows: Sequence[list[str]]) -> tuple[list[Column], list[list[str]]]:
    """Two ends in one column, so that none is told without the other: '9\u201311'; of a place '9' where it is not shared."""
    kept, told = list(columns), [list(row) for row in rows]
    number = 0
    while number + 1 < len(kept):
        first, last = kept[number], kept[number + 1]
        stem = last.key.removesuffix("_tot")
        if last.key.endswith("_tot") and first.key in (stem, f"{stem}_van"):
            shared = first.key == stem
            for row in told:
                low, high = row[number : number + 2]
                row[number : number + 2] = [low if (shared and low == high) or low == DASH else f"{low}\u2013{high}"]
            head = first.head if shared else " ".join(
                one for one, other in zip(first.head.split(), last.head.split(), strict=False) if one == other
            )  # fmt: skip
            kept[number : number + 2] = [replace(first, head=head or first.head)]
        number += 1
    return kept, told


def _least(number: int, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> float:
    """Centimeters that a column needs to cut no word; heads are bold."""
    words = [width_of(each, _TEXT_CM) for row in rows for each in row[number].split()]
    words += [1.12 * width_of(each, _TEXT_CM) for each in heads[number].split()]
    return max(*words, 0.9, 0.9) + 0.7


def _column_widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Centimeters per column, by its longest text within bounds."""
    least = [_least(number, heads, rows) for number in range(len(heads))]
    longest = [max(width_of(row[number], _TEXT_CM) for row in (heads, *rows)) + 0.7 for number in range(len(heads))]
    wanted = [max(low, min(long, 10.7)) for low, long in zip(least, longest, strict=True)]
    over = sum(wanted) - _INSIDE
    if over > 0:
        share = min(1.0, over / max(sum(wanted) - sum(least), 1e-9))
        return [full - share * (full - low) for full, low in zip(wanted, least, strict=True)]
    # Number columns stay near each other; what is over goes to the first.
    wanted[0] += min(-over, 9.0)
    return wanted


def _say(slide: Any, told: str, box: native_charts.Box, points: float, color: str, bold: bool = False) -> Any:
    """A text on the slide; its frame."""
    from pptx.enum.text import MSO_AUTO_SIZE
    from pptx.util import Cm

    shape = slide.shapes.add_textbox(*(Cm(each) for each in box))
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_top = frame.margin_bottom = frame.margin_left = frame.margin_right = 0
    frame.text = told
    _look(frame, points, color, bold)
    return frame


def _look(frame: Any, points: float, color: str, bold: bool = False) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = 0
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(points), bold
        paragraph.font.color.rgb = RGBColor.from_string(color)


def _two_runs(paragraph: Any, name: str, told: str) -> None:
    """A name in bold, and what it is."""
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    for text, bold in ((name, True), (told, False)):
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(14), bold
        run.font.color.rgb = RGBColor.from_string(_INK)
    paragraph.space_after = Pt(6)
