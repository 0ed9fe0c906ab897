"""The report as slides: a PowerPoint with native charts, to change and to tell the story with."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from stadspeil.report import native_charts
from stadspeil.report.document import Chapter, Drawing, Grid, Heading, Line, Report
from stadspeil.report.drawing.content import Dials, Panels, Places, Slopes, Waterfall
from stadspeil.report.drawing.paint import width_of
from stadspeil.report.drawing.panels import panel_alt
from stadspeil.report.drawing.places import places_alt
from stadspeil.report.pages import finding_sentence
from stadspeil.report.pdf import svg_png
from stadspeil.report.wording import Wording, wording

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_INK, _SOFT, _ACCENT, _WARNING = "1D2530", "5B6672", "17466E", "FFE08A"
_TOWN, _GROUP = "1F5F99", "A84F04"
_ROWS, _BULLETS = 11, 6
# Left, top, width and height of what a slide shows, in centimeters.
_BOX = (1.5, 3.8, 30.8, 13.8)
# A page is so many millimeters wide, a line of twelve points so many centimeters high.
_PAGE_MM, _LINE_CM = 170.0, 0.423
# Zip has no earlier moment.
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def report_slides(report: Report) -> bytes:
    """The slides as bytes; equal reports give equal bytes."""
    from pptx import Presentation
    from pptx.util import Cm

    words = wording(report.lang)
    deck = Presentation()
    deck.slide_width, deck.slide_height = Cm(33.867), Cm(19.05)
    maker = _Maker(deck, report, words)
    maker.opening()
    maker.bullets(words("first.answer"), _answer(report, words))
    maker.marks(words("slides.themes", town=report.town.name), report.themes)
    for section in report.sections:
        judged = [line for line in section.judged if line.mark is not None]
        if judged:
            maker.marks(section.title, judged[:_ROWS])
    for chapter in report.chapters:
        maker.chapter(chapter)
    maker.bullets(words("slides.reading"), words.many("slides.cautions", town=report.town.name))
    maker.bullets(words("slides.sources"), _sources(report))
    properties = deck.core_properties
    properties.title, properties.author = words("document.full_title", town=report.town.name), "Stadspeil"
    properties.created = properties.modified = MADE
    properties.last_modified_by, properties.revision = "Stadspeil", 1
    target = io.BytesIO()
    deck.save(target)
    return same_each_time(target.getvalue())


def _answer(report: Report, words: Wording) -> list[str]:
    strong = [f"{line.title}: {finding_sentence(report, line, words)}" for line in report.strongest[:3]]
    weak = [f"{line.title}: {finding_sentence(report, line, words)}" for line in report.weakest[:3]]
    return [*report.summary, *strong, *weak]


def _headed(chapter: Chapter) -> list[str]:
    """The sentences of a chapter, the first under each heading with the heading before it."""
    found, heading = [], ""
    for part in chapter.parts:
        if isinstance(part, Heading):
            heading = part.text
        elif isinstance(part, str):
            found.append(f"{heading}: {part}" if heading else part)
            heading = ""
    return found


def _sources(report: Report) -> list[str]:
    return [f"{each.title}, {each.publisher}, {each.edition} ({each.licence})" for each in report.sources if each.used]


def same_each_time(content: bytes) -> bytes:
    """The same zip with one moment for all entries, also in the workbooks that charts carry."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as again:
        for entry in made.infolist():
            part = made.read(entry)
            if entry.filename.endswith(".xlsx"):
                part = same_each_time(part)
            elif entry.filename == "docProps/core.xml":
                part = _MOMENT.sub(MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            again.writestr(zipfile.ZipInfo(entry.filename, _ZIPPED), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


class _Maker:
    """Puts slides in a deck, each with a title, and the word 'invented' where it holds."""

    def __init__(self, deck: Any, report: Report, words: Wording) -> None:
        self.deck, self.report, self.words = deck, report, words

    def opening(self) -> None:
        """The title slide."""
        from pptx.util import Cm

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        slide.shapes.title.text = self.words("document.full_title", town=self.report.town.name)
        country = self.words("words.invented_country" if self.report.invented else "words.country")
        slide.placeholders[1].text = self.words("document.subtitle", town=self.report.town.name, country=country)
        # The layouts are made for a narrower page.
        for shape, top, high in ((slide.shapes.title, 5.0, 3.5), (slide.placeholders[1], 9.0, 4.0)):
            shape.left, shape.top, shape.width, shape.height = Cm(1.5), Cm(top), Cm(30.8), Cm(high)
        self._finish(slide)

    def bullets(self, title: str, items: Sequence[str]) -> None:
        """A slide with a few lines of text; more lines go on to a next one."""
        from pptx.util import Pt

        for start in range(0, len(items), _BULLETS):
            slide = self._slide(title)
            frame = slide.placeholders[1].text_frame
            frame.word_wrap = True
            for number, item in enumerate(items[start : start + _BULLETS]):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                paragraph.text = item
                paragraph.font.size = Pt(18)
            self._finish(slide)

    def marks(self, title: str, lines: Sequence[Line]) -> None:
        """The figure of the study as a native chart: marks as bars beside those of the group; places in the labels."""
        if not lines:
            return
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Cm, Pt

        slide = self._slide(title, layout=5)
        rows = list(reversed(lines))
        data = CategoryChartData(number_format="0.0")
        data.categories = [f"{line.title} ({self.words.place(line.place)})" for line in rows]
        data.add_series(self.report.town.name, [line.mark for line in rows])
        group = self.report.own_group
        if group is not None:
            data.add_series(self.report.comparisons[group].short, [line.averages[group].mark for line in rows])
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Cm(1.5), Cm(3.6), Cm(30.8), Cm(13.6), data)
        chart = frame.chart
        chart.has_legend, chart.has_title = True, False
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.font.size = Pt(12)
        axis = chart.value_axis
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 3, 10, 1
        for series, color in zip(chart.plots[0].series, (_TOWN, _GROUP), strict=False):
            _paint(series, color)
        chart.plots[0].gap_width = 60
        self._describe(frame, self.words("slides.chart_alt", title=title, marks="; ".join(
            f"{line.title} {self.words.mark(line.mark)}, {self.words.place(line.place)}" for line in lines)))  # fmt: skip
        self._finish(slide)

    def chapter(self, chapter: Chapter) -> None:
        """A chapter of the analyses: its sentences, its drawings as native charts, and its first table."""
        texts = _headed(chapter)[1:]
        if texts:
            self.bullets(chapter.title, texts[: 2 * _BULLETS])
        for drawing in (part for part in chapter.parts if isinstance(part, Drawing)):
            self._drawing(chapter.title, drawing)
        grids = [part for part in chapter.parts if isinstance(part, Grid)]
        if grids:
            self._table(chapter.title, grids[0])

    def _drawing(self, title: str, drawing: Drawing) -> None:
        """A chart that PowerPoint can change where it has one; a picture of what is a map."""
        content = drawing.content
        if isinstance(content, Panels):
            self._panels(title, drawing.caption, content)
            return
        if isinstance(content, Places):
            self._places(title, drawing.caption, content)
            return
        slide = self._slide(title, layout=5, under=drawing.caption)
        if isinstance(content, Slopes):
            for frame in native_charts.slopes(slide, content, _BOX, self.words):
                self._describe(frame, drawing.alt)
        elif isinstance(content, Waterfall):
            self._describe(native_charts.waterfall(slide, content, _BOX, self.words), drawing.alt)
        elif isinstance(content, Dials):
            self._describe(native_charts.dials(slide, content, _BOX, self.words), drawing.alt)
        else:
            self._picture(slide, drawing)
        self._finish(slide)

    def _panels(self, title: str, caption: str, content: Panels) -> None:
        size = native_charts.PANELS_ON_A_SLIDE
        for start in range(0, len(content.panels), size):
            shown = content.panels[start : start + size]
            slide = self._slide(title, layout=5, under=caption)
            frames = native_charts.panels(slide, content, shown, _BOX, self.words)
            for frame, panel in zip(frames, shown, strict=True):
                self._describe(frame, panel_alt(panel, content, self.words))
            self._finish(slide)

    def _places(self, title: str, caption: str, content: Places) -> None:
        known = [row for row in content.rows if row.noise is not None or row.choices is not None]
        # Slides of about equal length: no last one with a single bar.
        size = -(-len(known) // max(1, -(-len(known) // native_charts.PLACES_ON_A_SLIDE)))
        for start in range(0, len(known), max(1, size)):
            shown = Places(tuple(known[start : start + size]))
            slide = self._slide(title, layout=5, under=caption)
            self._describe(native_charts.places(slide, shown, _BOX, self.words), places_alt(shown, self.words))
            self._finish(slide)

    @staticmethod
    def _picture(slide: Any, drawing: Drawing) -> None:
        """The drawing as a picture, as large as fits."""
        from pptx.util import Cm

        left, top, wide, high = _BOX
        picture = slide.shapes.add_picture(io.BytesIO(svg_png(drawing.landscape or drawing.svg)), Cm(left), Cm(top))
        share = min(Cm(wide) / picture.width, Cm(high) / picture.height)
        picture.width, picture.height = int(picture.width * share), int(picture.height * share)
        picture.left = int(Cm(left) + (Cm(wide) - picture.width) / 2)
        picture._element.nvPicPr.cNvPr.set("descr", drawing.alt)

    def _table(self, title: str, grid: Grid) -> None:
        from pptx.util import Cm, Pt

        slide = self._slide(title, layout=5)
        wide = column_widths(grid, _BOX[2])
        rows = rows_that_fit(grid, wide, _BOX[3])
        frame = slide.shapes.add_table(len(rows) + 1, len(grid.heads), *(Cm(each) for each in (*_BOX[:3], 1.0)))
        for column, width in zip(frame.table.columns, wide, strict=True):
            column.width = Cm(width)
        for place, row in enumerate((grid.heads, *rows)):
            for number, text in enumerate(row):
                cell = frame.table.cell(place, number)
                cell.text = text
                cell.text_frame.paragraphs[0].font.size = Pt(12)
        self._describe(frame, grid.caption)
        self._finish(slide)

    def _slide(self, title: str, layout: int = 1, under: str = "") -> Any:
        from pptx.util import Cm, Pt

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[layout])
        slide.shapes.title.text = title
        slide.shapes.title.left, slide.shapes.title.top = Cm(1.5), Cm(0.9)
        slide.shapes.title.width, slide.shapes.title.height = Cm(30.8), Cm(2.2)
        if layout == 1:
            body = slide.placeholders[1]
            body.left, body.top, body.width, body.height = Cm(1.5), Cm(3.6), Cm(30.8), Cm(13.4)
        if under:
            box = slide.shapes.add_textbox(Cm(1.5), Cm(2.75), Cm(30.8), Cm(0.9))
            box.text_frame.text = under
            box.text_frame.paragraphs[0].font.size = Pt(14)
        return slide

    def _finish(self, slide: Any) -> None:
        """Looks of the title, and the banner of an invented country."""
        from pptx.dml.color import RGBColor
        from pptx.enum.text import MSO_AUTO_SIZE
        from pptx.util import Cm, Pt

        paragraph = slide.shapes.title.text_frame.paragraphs[0]
        paragraph.font.size, paragraph.font.bold = Pt(28), True
        paragraph.font.color.rgb = RGBColor.from_string(_ACCENT)
        if self.report.invented:
            box = slide.shapes.add_textbox(Cm(0), Cm(18.0), Cm(33.867), Cm(1.0))
            box.name = "banner"
            box.fill.solid()
            box.fill.fore_color.rgb = RGBColor.from_string(_WARNING)
            box.text_frame.text = self.words("document.banner")
            box.text_frame.auto_size, box.text_frame.word_wrap = MSO_AUTO_SIZE.NONE, True
            box.text_frame.paragraphs[0].font.size = Pt(14)

    @staticmethod
    def _describe(frame: Any, text: str) -> None:
        frame._element.nvGraphicFramePr.cNvPr.set("descr", text)


def _paint(series: Any, color: str) -> None:
    from pptx.dml.color import RGBColor

    series.format.fill.solid()
    series.format.fill.fore_color.rgb = RGBColor.from_string(color)


def column_widths(grid: Grid, whole: float) -> list[float]:
    """Widths as on the page, stretched to the slide: fixed columns by their millimeters, the others share the rest."""
    fixed = [float(each.removesuffix("mm")) if each.endswith("mm") else None for each in grid.widths]
    free = sum(each is None for each in fixed)
    rest = max(_PAGE_MM - sum(each or 0 for each in fixed), 20.0 * free)
    shares = [rest / free if each is None else each for each in fixed]
    return [whole * each / sum(shares) for each in shares]


def rows_that_fit(grid: Grid, wide: Sequence[float], high: float) -> list[tuple[str, ...]]:
    """The first rows of a table that stay on the slide, by how often their texts wrap."""
    kept: list[tuple[str, ...]] = []
    room = high - _row_height(grid.heads, wide)
    for row in grid.rows[:_ROWS]:
        room -= _row_height(row, wide)
        if room < 0 and kept:
            break
        kept.append(row)
    return kept


def _row_height(row: Sequence[str], wide: Sequence[float]) -> float:
    lines = max(
        -(-width_of(text, 1.15 * _LINE_CM) // max(width - 0.6, 0.5)) for text, width in zip(row, wide, strict=True)
    )
    return 0.4 + 0.52 * max(1.0, lines)
